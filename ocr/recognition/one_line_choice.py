"""Read a picture as one line where its layout is doubtful, and keep what is more probable.

The line network reads all ink of the picture, see :mod:`ocr.recognition.one_line`. A logistic regression
weighs how surely it reads it against how well the lines of the layout read, and how much ink they leave out.
``python -m ocr.training.fit_one_line`` fits its coefficients to drawn pictures.
"""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.document.mark_kind import MarkKind
from ocr.language.word_model import WordModel
from ocr.line_network.line_model import own_line_network
from ocr.recognition.labels import LabelGroups
from ocr.recognition.line_choice import language_gain, line_words, words_log_probability
from ocr.recognition.network_reading import network_readings
from ocr.recognition.one_line import one_line_layout
from ocr.recognition.recognize import knows_text, recognize, with_lines
from ocr.recognition.uncut_line import as_network_reads

if TYPE_CHECKING:
    from ocr.classifier.model import GlyphClassifier
    from ocr.image.picture import Picture
    from ocr.language.ngram import Language
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.network_reading import NetworkReading
    from ocr.recognition.recognize import RecognizedPage

# A picture with more lines, characters or components is a page, whose stages know better.
_MOST_LINES, _MOST_CHARACTERS, _MOST_COMPONENTS = 3, 16, 60
# A line that reads so well for each character, on a picture without other marks than these, is right.
_SURE_SCORE = -0.4
_EXPECTED_MARKS = frozenset((MarkKind.RULE, MarkKind.CROSSED_OUT))
# Scores of a character are not worse than this.
_LEAST_SCORE, _BEST_SCORE = -4.0, 1.0
_MOST_LANGUAGE = 20.0
# One line is chosen if it is so probably better: an error in plain print is worse than one more in a scrawl.
_CHOSEN = 0.6
# It is read at least so surely. On a page that seems blank it is also so long, and read more surely: shadows
# and edges look like short words.
_LEAST_SURE, _FEWEST_LETTERS, _SURE = -2.2, 3, -1.3


class Evidence(NamedTuple):
    """What speaks for the picture as one line, or against it.

    Attributes
    ----------
    constant : float
        1.
    language : float
        How much likelier the language finds its text than that of the layout.
    score : float
        Score of a character of the layout, on average: about 0 for plain text.
    sureness : float
        Log-probability of a character of the one line by the network, on average.
    left_out : float
        Share of the ink that is in no character of the layout.
    longer : float
        Logarithm of the length of its text, in lengths of the text of the layout.
    """

    constant: float
    language: float
    score: float
    sureness: float
    left_out: float
    longer: float


COEFFICIENTS = Evidence(
    constant=-0.914, language=0.076, score=-0.838, sureness=1.416, left_out=1.802, longer=4.243
)


class OneLineReading(NamedTuple):
    """A picture as one line: its layout, how the lattice reads it, and how the network does."""

    layout: Layout
    line: RecognizedLine
    reading: NetworkReading
    evidence: Evidence


def may_be_one_line(layout: Layout, page: RecognizedPage) -> bool:
    """Return whether a picture may be one line that its layout does not show."""
    lines = page.recognized_lines
    if len(layout.components) > _MOST_COMPONENTS or layout.cells or layout.check_boxes or layout.box_sides:
        return False
    if not lines:
        return True
    if layout.sheet is not None:
        return False
    if len(lines) > _MOST_LINES or sum(len(line.steps) for line in lines) > _MOST_CHARACTERS:
        return False
    if any(line.is_list for line in lines):
        return False
    is_clean = all(mark.reason in _EXPECTED_MARKS for mark in layout.rejected) and not page.rejected_lines
    return not (len(lines) == 1 and is_clean and _score(page) > _SURE_SCORE)


def one_line_or_page(
    picture: Picture, layout: Layout, page: RecognizedPage, model: GlyphClassifier, language: Language
) -> tuple[Layout, RecognizedPage]:
    """Return layout and text of a picture as they are, or as one line if that is more probable.

    Parameters
    ----------
    picture : Picture
    layout : Layout
    page : RecognizedPage
        What was read on this layout.
    model : GlyphClassifier
    language : Language

    Returns
    -------
    Layout, RecognizedPage
    """
    if not knows_text(model) or not may_be_one_line(layout, page):
        return layout, page
    found = read_as_one_line(picture, layout, page, model, language)
    if found is None or not _is_better(found, page):
        return layout, page
    labels = LabelGroups(model.classes)
    line = as_network_reads(found.layout, found.reading, found.line, labels)
    if line is None:
        return layout, page
    words = WordModel(language, labels.names)
    alone = replace(page, rejected_lines=(), lattices=(line.lattice,))
    return found.layout, with_lines(found.layout, alone, (line,), labels, words)


def _is_better(found: OneLineReading, page: RecognizedPage) -> bool:
    """Return whether a picture is probably one line."""
    letters = sum(map(len, found.reading.words))
    if not page.recognized_lines and (letters < _FEWEST_LETTERS or found.evidence.sureness < _SURE):
        return False
    return found.evidence.sureness > _LEAST_SURE and one_line_probability(found.evidence) >= _CHOSEN


def read_as_one_line(
    picture: Picture, layout: Layout, page: RecognizedPage, model: GlyphClassifier, language: Language
) -> OneLineReading | None:
    """Read a picture as one line, and compare; None if it cannot be one. See :func:`one_line_or_page`."""
    whole = one_line_layout(picture)
    if whole is None or len(whole.components) > _MOST_COMPONENTS:
        return None
    found = recognize(whole, model, language)
    line = next(iter((*found.recognized_lines, *found.rejected_lines)), None)
    if line is None:
        return None
    labels = LabelGroups(model.classes)
    words = WordModel(language, labels.names)
    reading = next(network_readings(whole, [line], labels, words, own_line_network(model), is_whole=True))
    if not reading.words:
        return None
    on_page = tuple(word for line in page.recognized_lines for word in line_words(line))
    gain = language_gain(reading.words, labels, words)
    gain -= language_gain(on_page, labels, words) if on_page else 0.0
    evidence = Evidence(
        constant=1.0,
        language=float(np.clip(gain, -_MOST_LANGUAGE, _MOST_LANGUAGE)),
        score=_score(page),
        sureness=words_log_probability(reading.words, reading.scores.logs) / sum(map(len, reading.words)),
        left_out=_share_left_out(whole, layout, page),
        longer=log((1 + sum(map(len, reading.words))) / (1 + sum(map(len, on_page)))),
    )
    return OneLineReading(whole, line, reading, evidence)


def one_line_probability(evidence: Evidence) -> float:
    """Return the probability that a picture reads better as one line."""
    return float(1 / (1 + np.exp(-np.dot(evidence, COEFFICIENTS))))


def _score(page: RecognizedPage) -> float:
    """Return the score of a character on average."""
    lines = page.recognized_lines
    count = max(1, sum(len(line.steps) for line in lines))
    return float(np.clip(sum(line.score for line in lines) / count, _LEAST_SCORE, _BEST_SCORE))


def _share_left_out(whole: Layout, layout: Layout, page: RecognizedPage) -> float:
    """Return the share of the ink of a picture that is in the box of no character."""
    height, width = whole.ink.mask.shape
    is_read = np.zeros((height, width), dtype=bool)
    for line in page.recognized_lines:
        for glyph in line.glyphs:
            box = whole.source.working_box(layout.source_box(glyph.box))
            is_read[box.clipped(height, width).slices] = True
    ink = whole.ink.mask
    return float((ink & ~is_read).sum() / max(1, ink.sum()))
