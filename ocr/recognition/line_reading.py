"""Read lines a second time with the line network, and keep of two readings the more probable one.

The line network reads letters that join, and cuts nowhere; the lattice reads letters that stand apart, whose
shapes it knows better. Where they disagree, the lattice is searched again with what the network says of its
candidates. Then both texts of each part of the line are rated by both: how probable the network finds them,
and how probable the language finds them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ocr.recognition.line_choice import line_words, words_log_probability
from ocr.recognition.line_parts import best_of_both
from ocr.recognition.network_reading import network_readings
from ocr.recognition.second_search import page_language_weight, search_again
from ocr.recognition.uncut_line import as_network_reads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.language.word_model import WordModel
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.network_reading import NetworkReading

# A line whose characters have this score or more is not read again: of 397 lines on looked-at pages 68 are,
# and the network read none of them better.
_SURE_SCORE = -0.6
# Lines are searched again in groups of this size: what the network says of each takes up to two megabytes.
_MOST_LINES = 32
# A rejected line is writing after all if the network reads so many letters, with so high a log-probability
# for each: of 35 rejected lines of looked-at pages the one word had -1.15, strokes and noise of four letters
# -1.7 and less. So is a short word that is read more surely: "no" and "see" in boxes have -0.3 and more, what
# looks like two letters on looked-at pages -1.7 and less.
_FEWEST_RESCUED, _SURE = 4, -1.3
_FEWEST_OF_SHORT, _SURE_OF_SHORT = 2, -0.6


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
    found = {
        id(line): best_of_both(layout, together, reading, labels, words)
        for line, together, reading in disputes(layout, lines, labels, words, network)
    }
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
        if _is_rescued(reading, labels):
            found.append(as_network_reads(layout, reading, line, labels))
    return tuple(line for line in found if line is not None)


def _is_rescued(reading: NetworkReading, labels: LabelGroups) -> bool:
    """Return whether the line network reads a rejected line so surely that it is writing."""
    names = [labels.names[label] for word in reading.words for label in word]
    if len(names) < _FEWEST_OF_SHORT:
        return False
    sureness = words_log_probability(reading.words, reading.scores.logs) / len(names)
    is_long = sureness > _SURE and sum(name.isalnum() for name in names) >= _FEWEST_RESCUED
    is_short = sureness > _SURE_OF_SHORT and sum(name.isalpha() for name in names) >= _FEWEST_OF_SHORT
    return is_long or is_short
