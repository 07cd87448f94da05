"""From the paths chosen through the lines of a page to words, characters and their probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.document.tree import Character, Line, Word
from ocr.recognition.confidence import settled_probabilities
from ocr.recognition.word_shape import is_list_number, list_mark, settle_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float64
    from ocr.page.glyphs import Glyph
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import Step
    from ocr.recognition.glyph_metrics import Frame
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.segments import SegmentedLine


# Alternatives given for each character, unless they are as good as impossible.
_ALTERNATIVES = 5
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedLine:
    """How a line was read.

    Attributes
    ----------
    line : SegmentedLine
        Segments and candidates.
    shapes, log_probabilities : (N, K) arrays
        Log-probabilities of each candidate, by shape, and by shape and place.
    frame : Frame
        Baseline and height of a capital.
    steps : list of Step
        The path chosen.
    score : float
        Its score: about 0 for each character of plain text, -2 in an alphabet, and less for what is no
        writing.
    """

    line: SegmentedLine
    shapes: Float64
    log_probabilities: Float64
    frame: Frame
    steps: list[Step]
    score: float


def transcribed(
    layout: Layout,
    recognitions: Sequence[RecognizedLine],
    readings: LabelGroups,
    classes: tuple[str, ...],
    believed: Callable[[Float64, Sequence[int]], Float64],
) -> tuple[Line, ...]:
    """Cut the paths into words, let each word settle its case, and build the tree.

    ``believed`` gives the probabilities of all classes in a word.
    """
    lines = [_words(recognition) for recognition in recognitions]
    words = [
        (recognition, word) for recognition, line in zip(recognitions, lines, strict=True) for word in line
    ]
    possible = [_possible(recognition, word, readings, classes) for recognition, word in words]
    settled = settle_shapes(
        possible,
        classes,
        line_lengths=[len(line) for line in lines],
    )
    built = iter(
        Word(
            tuple(
                _character(layout, recognition.line.candidates[step.candidate].glyph, row, character, classes)
                for step, row, character in zip(
                    word,
                    _sure(
                        recognition, word, np.asarray(rows, np.float64), possible=open_rows, believed=believed
                    ),
                    rows.argmax(axis=1),
                    strict=True,
                )
            )
        )
        for (recognition, word), open_rows, rows in zip(words, possible, settled, strict=True)
    )
    return tuple(Line(tuple(next(built) for _ in line)) for line in lines)


def _words(recognition: RecognizedLine) -> list[list[Step]]:
    """Cut a path at its spaces."""
    words: list[list[Step]] = []
    for step in recognition.steps:
        if step.space_before or not words:
            words.append([])
        words[-1].append(step)
    return words


def _possible(
    recognition: RecognizedLine, word: Sequence[Step], readings: LabelGroups, classes: tuple[str, ...]
) -> Float64:
    """Log-probabilities (n, K) of the classes that the path leaves open in a word.

    A character that stands alone may as well be what it looks like: neither it nor the language knows 0 from
    O.
    """
    members = readings.lookalikes if len(word) == 1 else readings.members
    rows = np.stack(
        [
            np.where(members[step.reading], recognition.log_probabilities[step.candidate], -np.inf)
            for step in word
        ]
    )
    begins_line = word[0] is recognition.steps[0]
    if begins_line and is_list_number([readings.names[step.reading] for step in word]):
        rows[-1] = list_mark(recognition.log_probabilities[word[-1].candidate], classes)
    return rows


def _sure(
    recognition: RecognizedLine,
    word: Sequence[Step],
    settled: Float64,
    *,
    possible: Float64,
    believed: Callable[[Float64, Sequence[int]], Float64],
) -> Float64:
    """Probabilities (n, K) of all characters of a word."""
    shapes = recognition.log_probabilities[[step.candidate for step in word]]
    rows = believed(shapes, [step.reading for step in word])
    return settled_probabilities(rows, settled, possible=np.isfinite(possible))


def _character(
    layout: Layout, glyph: Glyph, row: Float64, character: int, classes: tuple[str, ...]
) -> Character:
    best = np.argsort(-row, kind="stable")[:_ALTERNATIVES]
    alternatives = tuple(
        (classes[index], float(row[index]))
        for index in best
        if index == character or row[index] > _LEAST_PROBABILITY
    )
    return Character(classes[character], layout.source_box(glyph.box), float(row[character]), alternatives)
