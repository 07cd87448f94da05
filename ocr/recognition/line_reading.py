"""Read lines a second time with the line network, and keep of two readings the more probable one.

The line network reads letters that join, and cuts nowhere; the lattice reads letters that stand apart, whose
shapes it knows better. Where they disagree, the lattice is searched again with what the network says of its
candidates. Then both texts are rated by both: how probable the network finds them, and how probable the
language finds them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.line_network.ctc import align_text
from ocr.line_network.frames import EARLY_PX, FRAME_PX
from ocr.numeric import ink_bounds
from ocr.page.writing.glyphs import Cut, Glyph, own_ink
from ocr.recognition.decoder import Step
from ocr.recognition.line_choice import (
    evidence_of,
    line_words,
    network_probability,
    text_columns,
    words_log_probability,
)
from ocr.recognition.network_reading import network_readings
from ocr.recognition.second_search import page_language_weight, search_again
from ocr.recognition.segments import Candidate, LineLattice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float32, Float64, Int64
    from ocr.language.word_model import WordModel
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.network_reading import Columns, NetworkReading

# A line whose characters have this score or more is not read again: of 397 lines on looked-at pages 68 are,
# and the network read none of them better.
_SURE_SCORE = -0.6
# The network's reading is kept if it is at least so probably the better one: with 0.5 the point of 1.20 is
# lost on a drawn list of prices, and looked-at pages have about as many errors.
_CHOSEN = 0.55
_LEAST_PROBABILITY = 1e-6
# Lines are searched again in groups of this size: what the network says of each takes up to two megabytes.
_MOST_LINES = 32
# A rejected line is writing after all if the network reads so many letters, with so high a log-probability
# for each: of 35 rejected lines of looked-at pages the one word had -1.15, strokes and noise of four letters
# -1.7 and less.
_FEWEST_RESCUED, _SURE = 4, -1.3


class Dispute(NamedTuple):
    """A line of which the lattice and the line network read different texts.

    ``line`` is what the lattice reads, ``together`` what it reads with the network's help, and ``reading``
    what the network reads.
    """

    line: RecognizedLine
    together: RecognizedLine
    reading: NetworkReading


def reread_lines(
    layout: Layout,
    lines: Sequence[RecognizedLine],
    labels: LabelGroups,
    words: WordModel,
    network: SlidingNetwork | None = None,
) -> tuple[RecognizedLine, ...]:
    """Read the lines of a page with the line network, and keep the more probable readings.

    Parameters
    ----------
    layout : Layout
    lines : sequence of RecognizedLine
        As the lattice reads them.
    labels : LabelGroups
    words : WordModel
    network : SlidingNetwork, optional
        The line network; the shipped one if left out.

    Returns
    -------
    tuple of RecognizedLine
        One for each line.
    """
    found = {}
    for line, together, reading in disputes(layout, lines, labels, words, network):
        is_better = _is_better(reading, together, labels, words)
        without_cuts = as_network_reads(layout, reading, line, labels) if is_better else None
        found[id(line)] = without_cuts or together
    return tuple(found.get(id(line), line) for line in lines)


def disputes(
    layout: Layout,
    lines: Sequence[RecognizedLine],
    labels: LabelGroups,
    words: WordModel,
    network: SlidingNetwork | None = None,
) -> Iterator[Dispute]:
    """Yield the lines that the network reads in another way; see :func:`reread_lines`.

    Lists are no text, and lines that are read surely were never read better by it: both are left out.
    """
    doubtful = [
        line for line in lines if not line.is_list and line.score < _SURE_SCORE * max(1, len(line.steps))
    ]
    if not doubtful:
        return
    weight = page_language_weight(lines)
    readings = network_readings(layout, doubtful, labels, words, network, search_all=False)
    pairs = (
        (line, reading)
        for line, reading in zip(doubtful, readings, strict=True)
        if reading.words and reading.words != line_words(line)
    )
    while group := list(islice(pairs, _MOST_LINES)):
        together = search_again(group, labels, words, weight=weight)
        for (line, reading), found in zip(group, together, strict=True):
            yield Dispute(line, found, reading)


def rescued_lines(
    layout: Layout,
    lines: Sequence[RecognizedLine],
    labels: LabelGroups,
    words: WordModel,
    network: SlidingNetwork | None = None,
) -> tuple[RecognizedLine, ...]:
    """Return those of rejected lines that the line network reads surely, as it reads them.

    Pieces of joined letters look like no writing where they are cut. Parameters as of :func:`reread_lines`.
    """
    if not lines:
        return ()
    found = []
    for line, reading in zip(lines, network_readings(layout, lines, labels, words, network), strict=True):
        count = sum(map(len, reading.words))
        if count < _FEWEST_RESCUED:
            continue
        sureness = words_log_probability(reading.words, reading.scores.logs) / count
        letters = sum(labels.names[label].isalnum() for word in reading.words for label in word)
        if sureness > _SURE and letters >= _FEWEST_RESCUED:
            found.append(as_network_reads(layout, reading, line, labels))
    return tuple(line for line in found if line is not None)


def _is_better(reading: NetworkReading, line: RecognizedLine, labels: LabelGroups, words: WordModel) -> bool:
    """Return whether the network's reading of a line is probably better than another one."""
    if reading.words == line_words(line):
        return False
    evidence = evidence_of(line, reading.scores.logs, reading.words, labels, words)
    return network_probability(evidence) > _CHOSEN


def as_network_reads(
    layout: Layout, reading: NetworkReading, line: RecognizedLine, labels: LabelGroups
) -> RecognizedLine | None:
    """Return a line as the network reads it: a lattice with one way through, a glyph for each character.

    None if the text is longer than the line.
    """
    space = len(labels.names) + 1
    text = text_columns(reading.words, space)
    spans = align_text(reading.scores.logs, text)
    if spans is None:
        return None
    is_character = np.array([one != space for one in text])
    glyphs = _glyphs(layout, reading, spans, is_character, line.lattice.segments)
    after_space = np.append(False, ~is_character[:-1])[is_character]
    shapes = np.stack(
        [_class_logs(reading.logs[start:stop], reading.columns) for start, stop in spans[is_character]]
    )
    share_ink = np.array([not set(a.members).isdisjoint(b.members) for a, b in pairwise(glyphs)], dtype=bool)
    lattice = LineLattice(
        tuple(glyphs),
        share_ink,
        np.full(len(glyphs) - 1, -np.inf),
        tuple(Candidate(place, place + 1, glyph) for place, glyph in enumerate(glyphs)),
        shape_log_probabilities=shapes,
        line_metrics=line.lattice.line_metrics,
        log_probabilities=shapes,
        space_logits=np.where(after_space[1:], np.inf, -np.inf),
    )
    found = [label for word in reading.words for label in word]
    steps = tuple(
        Step(place, label, bool(spaced))
        for place, (label, spaced) in enumerate(zip(found, after_space, strict=True))
    )
    return replace(line, lattice=lattice, steps=steps, score=reading.score, without_cuts=True, is_list=False)


def _class_logs(logs: Float64, columns: Columns) -> Float64:
    """Return the log-probability (K,) of each class in the frame that says a character most surely."""
    row = logs[int(logs[:, 2:].max(axis=1).argmax())]
    probabilities = np.where(columns.of_classes > 0, np.exp(row[columns.of_classes]), 0)
    probabilities = np.maximum(probabilities, _LEAST_PROBABILITY)
    return np.asarray(np.log(probabilities / probabilities.sum()))


def _glyphs(
    layout: Layout,
    reading: NetworkReading,
    spans: Int64,
    is_character: Float64,
    segments: Sequence[Glyph],
) -> list[Glyph]:
    """Cut the ink of a line between the frames that say its characters; return a glyph for each."""
    cuts = [_cut(reading, col) for col in boundaries(reading.image.pixels, spans)]
    bounds = [None, *cuts, None]
    members = sorted({member for glyph in segments for member in glyph.members})
    boxes = layout.components.boxes[members]
    glyphs = []
    for place in np.flatnonzero(is_character):
        left, right = bounds[place], bounds[place + 1]
        around = _box_between(left, right, reading.box)
        own = tuple(
            member
            for member, box in zip(members, boxes, strict=True)
            if box[1] < around.right and box[3] > around.left
        )
        glyphs.append(_with_ink_box(layout, Glyph(own or tuple(members[:1]), around, left, right)))
    return glyphs


def boundaries(pixels: Float32, spans: Int64) -> list[int]:
    """Return the columns that part the characters of a line: those with the least ink between their middles.

    Parameters
    ----------
    pixels : (36, W) float32 array
        A normalized line.
    spans : (n, 2) int64 array
        Frames that say each character, see :func:`ocr.line_network.ctc.align_text`.
    """
    ink = pixels.sum(axis=0)
    middles = np.rint(spans.mean(axis=1) * FRAME_PX + EARLY_PX).astype(int).clip(0, len(ink) - 1)
    cols = []
    for first, last in pairwise(middles):
        between = ink[first : max(last, first + 1)]
        # Of equally light columns the one in the middle.
        lightest = np.flatnonzero(between <= between.min() + 0.05)
        cols.append(int(first + lightest[len(lightest) // 2]))
    return cols


def _cut(reading: NetworkReading, col: int) -> Cut:
    """Return a cut on the page through a column of a normalized line."""
    image, box = reading.image, reading.box
    source = image.source_col(col)
    centre = float(np.interp(source, np.arange(len(image.centres)), image.centres))
    # Upright in the normalized line: it leans on the page.
    return Cut(box.left + source + image.slant * (centre + box.top), -image.slant)


def _box_between(left: Cut | None, right: Cut | None, box: Box) -> Box:
    """Return the part of a box that may lie between two cuts."""
    rows = np.array([box.top, box.bottom - 1])
    first = box.left if left is None else int(np.floor((left.offset + left.slope * rows).min()))
    last = box.right if right is None else int(np.ceil((right.offset + right.slope * rows).max()))
    first = min(max(first, box.left), box.right - 1)
    return Box(box.top, first, box.bottom, min(max(last, first + 1), box.right))


def _with_ink_box(layout: Layout, glyph: Glyph) -> Glyph:
    """Return a glyph with the box of its ink, or of its place in the line if it has none."""
    bounds = ink_bounds(own_ink(layout.components, glyph))
    if bounds is None:
        return glyph
    rows, cols = bounds
    top, left = glyph.box.top, glyph.box.left
    box = Box(top + rows.start, left + cols.start, top + rows.stop, left + cols.stop)
    return replace(glyph, box=box)
