"""Read lines a second time, without cutting them, and keep of both readings the more probable one.

The line network reads letters that join, and cuts nowhere; the lattice reads letters that stand apart, whose
shapes it knows better. Both texts of a line are rated by both: how probable the network finds them, and how
probable the language finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.line_network.beam_search import FoundText, LineScores, search
from ocr.line_network.ctc import align_text
from ocr.line_network.frames import FRAME_PX
from ocr.line_network.line_image import LineImage, ink_spread, normalize_line
from ocr.line_network.line_model import (
    CHARACTERS,
    in_groups,
    line_log_probabilities,
    shipped_line_network,
)
from ocr.numeric import ink_bounds
from ocr.page.glyphs import Cut, Glyph, grown, own_ink
from ocr.recognition.decoder import Step
from ocr.recognition.line_choice import (
    Words,
    evidence_of,
    network_probability,
    text_columns,
    words_log_probability,
)
from ocr.recognition.segments import Candidate, LineLattice
from ocr.recognition.text_score import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float32, Float64, Int64
    from ocr.language.word_model import WordModel
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.glyph_metrics import LineMetrics
    from ocr.recognition.labels import LabelGroups

# How much the language counts against the line network: the best of 0.4, 0.6, 0.9 and 1.2 on the looked-at
# pages of IAM and of notes.
_LANGUAGE_WEIGHT = 0.9
# A line whose characters have this score or more is not read again: of 397 lines on looked-at pages 68 are,
# and the network read none of them better.
_SURE_SCORE = -0.6
# The network's reading is kept if it is at least so probably the better one. With 0.5 the point of 1.20 is
# lost on a drawn list of prices (0.54); joined words, notes and paragraphs have 516 errors with 0.5, 530 with
# 0.55 and 545 with 0.6.
_CHOSEN = 0.55
_LEAST_PROBABILITY = 1e-6
# Lines are searched together up to so many columns: what the search needs takes 150 MB.
_MOST_COLUMNS = 40_000
# The network says a character so many columns of the normalized line before its middle: measured on 1,058
# characters of print, half of them within one column.
_EARLY_PX = 7.5
# Ink that belongs to a line, in cap heights above its baseline: long tails and high loops are in it, the next
# lines are not.
_LOWEST, _HIGHEST = -0.8, 1.5
# The mean distance of the ink from the centre of a line, in cap heights, of lines that are measured well. On
# others there is ink of something else.
_SPREADS = (0.25, 0.33)


class LineStrip(NamedTuple):
    """Strength of the ink of a line (h, w), and where it lies on the page."""

    strength: Float32
    box: Box


def line_strip(layout: Layout, glyphs: Sequence[Glyph], metrics: LineMetrics) -> LineStrip:
    """Return the ink of the glyphs of a line with its soft edge, without what other lines reach into it.

    Ink far above or below the line is left out also where it is joined to it.
    """
    around = Box.around(glyph.box for glyph in glyphs)
    height, width = layout.ink.strength.shape
    box = Box(around.top - 1, around.left - 1, around.bottom + 1, around.right + 1).clipped(height, width)
    is_member = np.zeros(len(layout.components) + 1, dtype=bool)
    is_member[[member + 1 for glyph in glyphs for member in glyph.members]] = True
    labels = layout.components.labels[box.slices]
    own = is_member[labels]
    own |= grown(own) & (labels == 0)
    rows, cols = np.ogrid[box.top : box.bottom, box.left : box.right]
    above = (metrics.offset + metrics.slope * cols - rows) / metrics.cap_height_px
    own &= (above < _HIGHEST) & (above > _LOWEST)
    return LineStrip(np.where(own, layout.ink.strength[box.slices], np.float32(0)), box)


def line_image(strip: LineStrip, metrics: LineMetrics) -> LineImage:
    """Return a line as the network sees it."""
    spread_px = np.clip(ink_spread(strip.strength), *(metrics.cap_height_px * np.array(_SPREADS)))
    return normalize_line(strip.strength, spread_px=float(spread_px))


class Columns:
    """Which outputs of the line network are which label, and which class of the classifier."""

    def __init__(self, labels: LabelGroups) -> None:
        places = {character: number + 1 for number, character in enumerate(CHARACTERS)}
        count = len(CHARACTERS) + 1
        self.small, self.capital = (np.zeros((count, len(labels.names))) for _ in range(2))
        for label, name in enumerate(labels.names):
            for of_case, character in ((self.small, name), (self.capital, name.upper())):
                if character in places:
                    of_case[places[character], label] = 1
        self.both = np.maximum(self.small, self.capital)
        self.of_classes = np.array(
            [places.get(name, 0) if labels.allowed[index] else 0 for index, name in enumerate(labels.classes)]
        )

    def scores(self, logs: Float64) -> LineScores:
        """Return what the network says of a line by labels, from its outputs (T, 96)."""
        probabilities = np.exp(logs)
        whole = np.maximum(probabilities @ self.both, 1e-12)
        cases = [np.maximum(probabilities @ part, 1e-12) / whole for part in (self.capital, self.small)]
        by_label = np.column_stack([logs[:, 0], np.log(whole), logs[:, 1]])
        return LineScores(by_label, np.minimum(np.log(np.stack(cases)), 0))


# A rejected line is writing after all if the network reads so many letters, with so high a log-probability
# for each: of 35 rejected lines of looked-at pages the one word had -1.15, strokes and noise of four letters
# -1.7 and less.
_FEWEST_RESCUED, _SURE = 4, -1.3


@dataclass(frozen=True, slots=True, eq=False)
class NetworkReading:
    """A line as the network reads it.

    Attributes
    ----------
    strip : LineStrip
        Its ink.
    image : LineImage
        What the network saw.
    logs : (T, 96) float64 array
        What it says of each frame.
    scores : LineScores
        ... by labels.
    words : tuple of tuples of int
        The text, as labels; may be empty.
    columns : Columns
        Which outputs are which label and class.
    score : float
        Of the text by network and language: about 0 for each character that is plain to read.
    """

    strip: LineStrip
    image: LineImage
    logs: Float64
    scores: LineScores
    words: Words
    columns: Columns
    score: float


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
    doubtful = [line for line in lines if line.score < _SURE_SCORE * len(line.steps)]
    if not doubtful:
        return tuple(lines)
    readings = network_readings(layout, doubtful, labels, words, network, search_all=False)
    better = {
        id(line): _recognized(layout, reading, line, labels)
        for line, reading in zip(doubtful, readings, strict=True)
        if _is_better(reading, line, labels, words)
    }
    return tuple(better.get(id(line)) or line for line in lines)


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
            found.append(_recognized(layout, reading, line, labels))
    return tuple(line for line in found if line is not None)


def network_readings(
    layout: Layout,
    lines: Sequence[RecognizedLine],
    labels: LabelGroups,
    words: WordModel,
    network: SlidingNetwork | None = None,
    *,
    search_all: bool = True,
) -> Iterator[NetworkReading]:
    """Read the lines of a page with the line network, a group of them at a time; see :func:`reread_lines`.

    Without ``search_all``, a line keeps its text, without a score, if its frames say just that most surely:
    the search with the language takes as long as the network, and finds nothing better.
    """
    columns = Columns(labels)
    network = network or shipped_line_network()
    drawn = (_drawn(layout, line) for line in lines)
    for group in in_groups(drawn, lambda one: one[2].pixels.shape[1], most=_MOST_COLUMNS):
        outputs = line_log_probabilities(network, [image.pixels for _, _, image in group])
        scores = [columns.scores(logs) for logs in outputs]
        surest = [surest_words(score.logs) for score in scores]
        pairs = zip(group, surest, strict=True)
        is_open = [search_all or text != _words_of(line) for (line, _, _), text in pairs]
        searched = iter(search(list(compress(scores, is_open)), words, weight=_LANGUAGE_WEIGHT))
        texts = [
            next(searched) if own else FoundText(text, -np.inf)
            for own, text in zip(is_open, surest, strict=True)
        ]
        for (_, strip, image), logs, score, text in zip(group, outputs, scores, texts, strict=True):
            yield NetworkReading(strip, image, logs, score, text.words, columns, text.score)


def _drawn(layout: Layout, line: RecognizedLine) -> tuple[RecognizedLine, LineStrip, LineImage]:
    strip = line_strip(layout, line.lattice.segments, line.lattice.line_metrics)
    return line, strip, line_image(strip, line.lattice.line_metrics)


def surest_words(logs: Float64) -> Words:
    """Return the words that the frames (T, R + 2) say most surely, each for itself."""
    best = logs.argmax(axis=1)
    said = best[(best > 0) & (np.diff(best, prepend=0) != 0)] - 1
    space = logs.shape[1] - 2
    words = np.split(said, np.flatnonzero(said == space))
    return tuple(tuple(word[word != space].tolist()) for word in words if (word != space).any())


def _words_of(line: RecognizedLine) -> Words:
    return tuple(map(tuple, words_of(line.steps)))


def _is_better(reading: NetworkReading, line: RecognizedLine, labels: LabelGroups, words: WordModel) -> bool:
    """Return whether the network's reading of a line is probably better than that of the lattice."""
    if not reading.words or reading.words == _words_of(line):
        return False
    evidence = evidence_of(line, reading.scores.logs, reading.words, labels, words)
    return network_probability(evidence) > _CHOSEN


def _recognized(
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
    return replace(line, lattice=lattice, steps=steps, score=reading.score, without_cuts=True)


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
        around = _box_between(left, right, reading.strip.box)
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
    middles = np.rint(spans.mean(axis=1) * FRAME_PX + _EARLY_PX).astype(int).clip(0, len(ink) - 1)
    cols = []
    for first, last in pairwise(middles):
        between = ink[first : max(last, first + 1)]
        # Of equally light columns the one in the middle.
        lightest = np.flatnonzero(between <= between.min() + 0.05)
        cols.append(int(first + lightest[len(lightest) // 2]))
    return cols


def _cut(reading: NetworkReading, col: int) -> Cut:
    """Return a cut on the page through a column of a normalized line."""
    image, box = reading.image, reading.strip.box
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
