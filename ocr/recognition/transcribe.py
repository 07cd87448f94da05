"""From the paths chosen through the lines of a page to words, characters and their probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from ocr.document.tree import Character, Line, Word
from ocr.recognition.confidence import (
    CALIBRATION,
    calibrated,
    line_inputs,
    posteriors_in_word,
    with_word_shape,
)
from ocr.recognition.text_score import is_spaced_sum
from ocr.recognition.word_shape import resolve_word_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64
    from ocr.language.word_model import WordModel
    from ocr.page.layout import Layout
    from ocr.page.writing.glyphs import Glyph
    from ocr.recognition.confidence import Calibration
    from ocr.recognition.decoder import RecognizedLine, Step
    from ocr.recognition.labels import LabelGroups


# Alternatives listed for each character, unless they are less probable than this.
_ALTERNATIVES = 5
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class _PathWord:
    """The steps of one word of a path; ``log_probabilities`` (n, K) are those of its glyphs.

    ``of_line`` is what its line says about them, see :func:`ocr.recognition.confidence.line_inputs`.
    """

    steps: Sequence[Step]
    glyphs: Sequence[Glyph]
    log_probabilities: Float64
    of_line: tuple[float, float]


def transcribe(
    layout: Layout,
    lines: Sequence[RecognizedLine],
    labels: LabelGroups,
    model: WordModel,
    *,
    calibration: Calibration = CALIBRATION,
) -> tuple[Line, ...]:
    """Split the paths into words, resolve case and look-alikes by word shape, and build the lines."""
    words_of_lines = [_split_words(line) for line in lines]
    words = [word for line in words_of_lines for word in line]
    possible = [
        _possible(word, labels, in_sum=in_sum)
        for line, found in zip(lines, words_of_lines, strict=True)
        for in_sum in [is_spaced_sum([labels.names[step.label] for step in line.steps])]
        for word in found
    ]
    resolved = resolve_word_shape(possible, labels.classes, line_lengths=[len(one) for one in words_of_lines])
    built = []
    for word, open_rows, rows in zip(words, possible, resolved, strict=True):
        chosen = rows.argmax(axis=1)
        posteriors = _posteriors(word, rows, open_rows, labels, model)
        posteriors = calibrated(posteriors, chosen, word.of_line, calibration)
        built.append(_word(layout, word, chosen, posteriors, labels.classes))
    following = iter(built)
    return tuple(Line(tuple(islice(following, len(line)))) for line in words_of_lines)


def calibration_inputs(line: RecognizedLine) -> tuple[float, float]:
    """Return what a line says about its characters, see :func:`ocr.recognition.confidence.line_inputs`."""
    return line_inputs(line.score / max(1, len(line.steps)), without_cuts=line.without_cuts)


def _split_words(line: RecognizedLine) -> list[_PathWord]:
    """Split a path at its spaces."""
    glyphs = line.glyphs
    starts = [index for index, step in enumerate(line.steps) if step.space_before or index == 0]
    of_line = calibration_inputs(line)
    words = []
    for start, stop in zip(starts, [*starts[1:], len(line.steps)], strict=True):
        steps = line.steps[start:stop]
        rows = line.lattice.log_probabilities[[step.candidate for step in steps]]
        words.append(_PathWord(steps, glyphs[start:stop], rows, of_line))
    return words


def _possible(word: _PathWord, labels: LabelGroups, *, in_sum: bool) -> Float64:
    """Return the log-probabilities (n, K) of the classes that the labels of a word leave open.

    A single character may be anything of its shape: neither it nor the language can separate 0 from O. In a
    sum it is a digit.
    """
    members = labels.lookalikes if len(word.steps) == 1 and not in_sum else labels.members
    return np.where(members[[step.label for step in word.steps]], word.log_probabilities, -np.inf)


def _posteriors(
    word: _PathWord, resolved: Float64, possible: Float64, labels: LabelGroups, model: WordModel
) -> Float64:
    """Return the posteriors (n, K) of all classes for the characters of a word."""
    rows = posteriors_in_word(
        word.log_probabilities, [step.label for step in word.steps], labels=labels, model=model
    )
    return with_word_shape(rows, resolved, possible=np.isfinite(possible))


def _word(
    layout: Layout, word: _PathWord, chosen: Int64, posteriors: Float64, classes: tuple[str, ...]
) -> Word:
    rows = zip(word.glyphs, posteriors, chosen, strict=True)
    return Word(tuple(_character(layout, glyph, row, int(best), classes) for glyph, row, best in rows))


def _character(
    layout: Layout, glyph: Glyph, posterior: Float64, chosen: int, classes: tuple[str, ...]
) -> Character:
    best = np.argsort(-posterior, kind="stable")[:_ALTERNATIVES]
    alternatives = tuple(
        (classes[index], float(posterior[index]))
        for index in best
        if index == chosen or posterior[index] > _LEAST_PROBABILITY
    )
    return Character(classes[chosen], layout.source_box(glyph.box), float(posterior[chosen]), alternatives)
