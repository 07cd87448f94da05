"""Read lines with the line network and the language, without cutting them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.line_network.beam_search import FoundText, LineScores, search
from ocr.line_network.line_image import LineImage, ink_spread, normalize_line
from ocr.line_network.line_model import (
    CHARACTERS,
    CLASSES,
    in_groups,
    line_log_probabilities,
    line_network_of,
    shipped_line_network,
)
from ocr.page.writing.glyphs import grown
from ocr.recognition.line_choice import line_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float32, Float64
    from ocr.classifier.model import GlyphClassifier
    from ocr.language.word_model import WordModel
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.page.layout import Layout
    from ocr.page.writing.glyphs import Glyph
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.glyph_metrics import LineMetrics
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.line_choice import Words

# How much the language counts against the line network: the best of 0.4, 0.6, 0.9 and 1.2 on the looked-at
# pages of IAM and of notes.
_LANGUAGE_WEIGHT = 0.9
# Lines are searched together up to so many columns: what the search needs takes 150 MB.
_MOST_COLUMNS = 40_000
# Ink that belongs to a line, in cap heights above its baseline: long tails and high loops are in it, the next
# lines are not.
_LOWEST, _HIGHEST = -0.8, 1.5
# The mean distance of the ink from the centre of a line, in cap heights, of lines that are measured well. On
# others there is ink of something else.
_SPREADS = (0.25, 0.33)
# Marks of a pixel or two, as the network sees them.
_SMALL_MARKS = frozenset(".,:;'\"-")


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
    """Which outputs of the line network are which label, and which class of the classifier.

    Attributes
    ----------
    small, capital, both : (96, R) float64 arrays
        1 where an output is the small letter of a label, the capital, or either.
    of_classes : (K,) int64 array
        The output for each class of the classifier; 0 for none.
    is_small_mark : (K,) bool array
        Whether a class is a point, a comma or the like.
    """

    def __init__(self, labels: LabelGroups) -> None:
        places = CLASSES
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
        self.is_small_mark = np.array([name in _SMALL_MARKS for name in labels.classes])

    def scores(self, logs: Float64) -> LineScores:
        """Return what the network says of a line by labels, from its outputs (T, 96)."""
        probabilities = np.exp(logs)
        whole = np.maximum(probabilities @ self.both, 1e-12)
        cases = [np.maximum(probabilities @ part, 1e-12) / whole for part in (self.capital, self.small)]
        by_label = np.column_stack([logs[:, 0], np.log(whole), logs[:, 1]])
        return LineScores(by_label, np.minimum(np.log(np.stack(cases)), 0))


@dataclass(frozen=True, slots=True, eq=False)
class NetworkReading:
    """A line as the network reads it.

    Attributes
    ----------
    box : Box
        Where its ink lies on the page.
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

    box: Box
    image: LineImage
    logs: Float64
    scores: LineScores
    words: Words
    columns: Columns
    score: float


def network_readings(
    layout: Layout,
    lines: Sequence[RecognizedLine],
    labels: LabelGroups,
    words: WordModel,
    network: SlidingNetwork | None = None,
    *,
    search_all: bool = True,
    is_whole: bool = False,
) -> Iterator[NetworkReading]:
    """Read the lines of a page with the line network, a group of them at a time; see :func:`reread_lines`.

    Without ``search_all``, a line keeps its text, without a score, if its frames say just that most surely:
    the search with the language takes as long as the network, and finds nothing better. With
    ``is_whole``, all ink of the page is the one line, and how large its letters are is measured by it alone.
    """
    columns = Columns(labels)
    network = network or shipped_line_network()
    drawn = ((line, *_drawn(layout, line, is_whole=is_whole)) for line in lines)
    for group in in_groups(drawn, lambda one: one[2].pixels.shape[1], most=_MOST_COLUMNS):
        outputs = line_log_probabilities(network, [image.pixels for _, _, image in group])
        scores = [columns.scores(logs) for logs in outputs]
        surest = [surest_words(score.logs) for score in scores]
        pairs = zip(group, surest, strict=True)
        is_open = [search_all or text != line_words(line) for (line, _, _), text in pairs]
        searched = iter(search(list(compress(scores, is_open)), words, weight=_LANGUAGE_WEIGHT))
        texts = [
            next(searched) if own else FoundText(text, -np.inf)
            for own, text in zip(is_open, surest, strict=True)
        ]
        for (_, strip, image), logs, score, text in zip(group, outputs, scores, texts, strict=True):
            yield NetworkReading(strip.box, image, logs, score, text.words, columns, text.score)


def line_outputs(layout: Layout, lines: Sequence[RecognizedLine], model: GlyphClassifier) -> list[Float64]:
    """Return what the line network of a model says of each frame of some lines: (T, 96) each."""
    images = [_drawn(layout, line, is_whole=False)[1].pixels for line in lines]
    return line_log_probabilities(line_network_of(model), images)


def _drawn(layout: Layout, line: RecognizedLine, *, is_whole: bool) -> tuple[LineStrip, LineImage]:
    if is_whole:
        strip = LineStrip(layout.ink.strength, Box(0, 0, *layout.ink.strength.shape))
        return strip, normalize_line(strip.strength)
    strip = line_strip(layout, line.lattice.segments, line.lattice.line_metrics)
    return strip, line_image(strip, line.lattice.line_metrics)


def surest_words(logs: Float64) -> Words:
    """Return the words that the frames (T, R + 2) say most surely, each for itself."""
    best = logs.argmax(axis=1)
    said = best[(best > 0) & (np.diff(best, prepend=0) != 0)] - 1
    space = logs.shape[1] - 2
    words = np.split(said, np.flatnonzero(said == space))
    return tuple(tuple(word[word != space].tolist()) for word in words if (word != space).any())
