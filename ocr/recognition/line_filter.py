"""Separate lines of writing from what only looks like lines: the grain of wood, an edge, a drawing.

Every mark can be read as something. But marks that are not writing are read with low probability, or as the
characters that any stroke looks like, and few of them stand in a row. A logistic regression weighs these; its
coefficients were fitted to 514 lines found on sample pages that were laid on drawn wood, cloth, stone and
boards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.numeric import median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Mask
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.labels import LabelGroups


# What a stroke, two strokes or a speck look like.
_THIN = frozenset("1il.,'-:;/\"!_=()|")
# Lower log-probabilities count as this one: no single character decides.
_LEAST_LOG = -8.0
# Fitted coefficients of the log-odds that a line is writing. They multiply the mean log-probability of what
# was read, by shape and metrics and by shape alone, ...
_PLACED, _SHAPE = 1.2, 1.65
# ... the mean probability that the glyphs are not characters, ...
_NOT_A_CHARACTER = -6.1
# ... the share of characters that any stroke looks like, and the logarithm of the number of characters.
_THIN_SHARE, _LENGTH = -6.5, 2.6
_CONSTANT = 0.15
# Lines less probable than the first are rejected if the page has one at least as probable as the second: a
# page with a single 1 is read.
_REJECTED, _SURE = 0.1, 0.5
# A line that stands like a line of the page counts as more probable by so much, in log-odds: a list of
# numbers has an 11. It is as high as the sure lines of the page, within these factors, and begins or ends so
# near to where one of them does, with its middle so near to that line's, both in heights of lines.
_LIKE_A_LINE = 5.0
_LEAST_HEIGHT, _MOST_HEIGHT = 0.75, 1.33
_ALIGNED_HEIGHTS, _NEAR_HEIGHTS = 0.8, 2.5


class FilteredLines(NamedTuple):
    """Lines kept as writing, lines rejected, and how much writing there is.

    ``writing_score`` sums, over all characters, the probability that their line is writing, less a half.
    """

    kept: tuple[RecognizedLine, ...]
    rejected: tuple[RecognizedLine, ...]
    writing_score: float


def filter_lines(lines: Sequence[RecognizedLine], labels: LabelGroups) -> FilteredLines:
    """Separate the lines of a page that are writing from the others."""
    probabilities = [_line_probability(line, labels) for line in lines]
    kept = is_writing(_judged_against_page(probabilities, lines, labels))
    return FilteredLines(
        tuple(line for line, keep in zip(lines, kept, strict=True) if keep),
        tuple(line for line, keep in zip(lines, kept, strict=True) if not keep),
        sum(len(line.steps) * (p - 0.5) for line, p in zip(lines, probabilities, strict=True)),
    )


def _judged_against_page(
    probabilities: Sequence[float], lines: Sequence[RecognizedLine], labels: LabelGroups
) -> list[float]:
    """Return higher probabilities for lines that stand like the sure lines of the page.

    A line of nothing but punctuation is not expected anywhere.
    """
    boxes = [Box.around(glyph.box for glyph in line.glyphs) for line in lines]
    sure = [box for box, p in zip(boxes, probabilities, strict=True) if p >= _SURE]
    if not sure:
        return list(probabilities)
    height_px = median([box.height for box in sure])
    more = np.exp(_LIKE_A_LINE)
    return [
        p * more / (p * more + 1 - p)
        if _has_letters(line, labels) and _stands_like_a_line(box, sure, height_px)
        else p
        for line, box, p in zip(lines, boxes, probabilities, strict=True)
    ]


def _has_letters(line: RecognizedLine, labels: LabelGroups) -> bool:
    """Return whether a letter or a digit was read."""
    return any(labels.names[step.label].isalnum() for step in line.steps)


def _stands_like_a_line(box: Box, sure: Sequence[Box], height_px: float) -> bool:
    """Return whether a box is as high as the sure lines of a page, near one of them and aligned with it."""
    if not _LEAST_HEIGHT * height_px <= box.height <= _MOST_HEIGHT * height_px:
        return False
    return any(
        abs(box.center[0] - other.center[0]) <= _NEAR_HEIGHTS * height_px
        and min(abs(box.left - other.left), abs(box.right - other.right)) <= _ALIGNED_HEIGHTS * height_px
        for other in sure
    )


def _line_probability(line: RecognizedLine, labels: LabelGroups) -> float:
    candidates = [step.candidate for step in line.steps]
    read = [step.label for step in line.steps]
    rows = np.arange(len(read))
    shapes = line.lattice.shape_log_probabilities[candidates]
    return writing_probability(
        labels.log_probabilities(line.lattice.log_probabilities[candidates])[rows, read],
        labels.log_probabilities(shapes)[rows, read],
        labels.reject_probabilities(shapes),
        [labels.names[label] for label in read],
    )


def writing_probability(
    placed: Float64, shape: Float64, not_a_character: Float64, names: Sequence[str]
) -> float:
    """Compute the probability that a line is writing.

    Parameters
    ----------
    placed, shape : (n,) float arrays
        Log-probability of what each glyph was read as, by shape and metrics, and by shape alone.
    not_a_character : (n,) float array
        Probability that each glyph is not a character, by its shape.
    names : sequence of str
        What was read, in lower case; n >= 1.

    Returns
    -------
    float
        0 .. 1.
    """
    logit = (
        _PLACED * float(np.maximum(placed, _LEAST_LOG).mean())
        + _SHAPE * float(np.maximum(shape, _LEAST_LOG).mean())
        + _NOT_A_CHARACTER * float(not_a_character.mean())
        + _THIN_SHARE * float(np.mean([name in _THIN for name in names]))
        + _LENGTH * float(np.log(len(names)))
        + _CONSTANT
    )
    return float(1 / (1 + np.exp(-logit)))


def is_writing(probabilities: Sequence[float]) -> Mask:
    """Return which lines of a page are kept, from the probability that each is writing."""
    found = np.asarray(probabilities, dtype=np.float64)
    if not (found >= _SURE).any():
        return np.ones(found.size, dtype=bool)
    return np.asarray(found >= _REJECTED)
