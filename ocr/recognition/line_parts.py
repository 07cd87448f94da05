"""Read each part of a line as the lattice or as the line network reads it.

Where both readings of a line have a space, it falls into parts. A word whose letters join is for the network,
the price beside it for the lattice: so each part is chosen by itself, see :mod:`ocr.recognition.line_choice`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.recognition.line_choice import Evidence, compare, line_words, network_probability
from ocr.recognition.second_search import frames_under
from ocr.recognition.uncut_line import as_network_reads, joined

if TYPE_CHECKING:
    from ocr.language.word_model import WordModel
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.network_reading import NetworkReading

# The network's reading is kept if it is at least so probably the better one: with 0.5 the point of 1.20 is
# lost on a drawn list of prices, and looked-at pages have about as many errors.
_CHOSEN = 0.55
# Words that share fewer frames than this do not overlap: boxes of close letters that slope share a few.
_LEAST_SHARED_FRAMES = 1.0


class LinePart(NamedTuple):
    """A part of a line in both readings.

    Attributes
    ----------
    cut, uncut : RecognizedLine
        As the lattice reads it with the network's help, and as the network reads it.
    evidence : Evidence or None
        What speaks for the network's reading, or against it; None where both read the same.
    """

    cut: RecognizedLine
    uncut: RecognizedLine
    evidence: Evidence | None

    @property
    def better(self) -> RecognizedLine:
        """The reading that is probably the better one."""
        is_uncut = self.evidence is not None and network_probability(self.evidence) > _CHOSEN
        return self.uncut if is_uncut else self.cut


def best_of_both(
    layout: Layout, line: RecognizedLine, reading: NetworkReading, labels: LabelGroups, words: WordModel
) -> RecognizedLine:
    """Return a line whose parts are read as the lattice or as the network reads them, whichever is better.

    Parameters
    ----------
    layout : Layout
    line : RecognizedLine
        As the lattice reads it with the network's help.
    reading : NetworkReading
        As the network reads it.
    labels : LabelGroups
    words : WordModel

    Returns
    -------
    RecognizedLine
    """
    if reading.words == line_words(line):
        return line
    parts = line_parts(layout, line, reading, labels, words)
    pieces = [part.better for part in parts]
    return joined(pieces) if any(piece.without_cuts for piece in pieces) else line


def line_parts(
    layout: Layout, line: RecognizedLine, reading: NetworkReading, labels: LabelGroups, words: WordModel
) -> list[LinePart]:
    """Return the parts of a line, left to right: from each space of both readings to the next one.

    Parameters as of :func:`best_of_both`. There are no parts if the network's text is longer than the line.
    """
    uncut = as_network_reads(layout, reading, line, labels)
    if uncut is None:
        return []
    spaces = _shared_spaces(*(_words(one, reading) for one in (line, uncut)))
    ends = [_Space(0, 0, 0), *spaces, _Space(len(line.steps), len(uncut.steps), len(reading.logs))]
    of_line = compare(line, reading.scores.logs, reading.words, labels, words)
    parts = []
    for left, right in pairwise(ends):
        piece = _piece(line, slice(left.in_cut, right.in_cut))
        other = _piece(uncut, slice(left.in_uncut, right.in_uncut))
        logs, found = reading.scores.logs[left.frame : right.frame], line_words(other)
        is_same = found == line_words(piece)
        evidence = None if is_same else compare(piece, logs, found, labels, words).within(of_line)
        parts.append(LinePart(piece, other, evidence))
    return parts


class _Word(NamedTuple):
    """First and last frame of a word, and the number of its first step."""

    start: float
    stop: float
    step: int


class _Space(NamedTuple):
    """A space of both readings: the numbers of the steps behind it, and a frame in it."""

    in_cut: int
    in_uncut: int
    frame: int


def _words(line: RecognizedLine, reading: NetworkReading) -> list[_Word]:
    """Return the words of a line, left to right."""
    first, last = frames_under(line.lattice.boxes[[step.candidate for step in line.steps]], reading)
    # The box of a letter that slopes may reach over its neighbours.
    first, last = np.minimum.accumulate(first[::-1])[::-1], np.maximum.accumulate(last)
    starts = [place for place, step in enumerate(line.steps) if step.space_before or place == 0]
    return [
        _Word(float(first[start]), float(last[stop - 1]), start)
        for start, stop in pairwise([*starts, len(line.steps)])
    ]


def _shared_spaces(cut: list[_Word], uncut: list[_Word]) -> list[_Space]:
    """Return the spaces that both readings have at one place."""
    found: list[_Space] = []
    at = 1
    for before, after in pairwise(cut):
        for place in range(at, len(uncut)):
            stop = max(before.stop, uncut[place - 1].stop)
            start = min(after.start, uncut[place].start)
            if stop < start + _LEAST_SHARED_FRAMES:
                found.append(_Space(after.step, uncut[place].step, round((stop + start) / 2)))
                at = place + 1
                break
    return found


def _piece(line: RecognizedLine, steps: slice) -> RecognizedLine:
    """Return some steps of a line, with their share of its score."""
    chosen = line.steps[steps]
    return replace(line, steps=chosen, score=line.score * len(chosen) / len(line.steps))
