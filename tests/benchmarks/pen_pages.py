"""Compose pages of one writer from words that he wrote with a recorded pen."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.synthesis.pen_drawing import draw_strokes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.datasets.pen_strokes import PenStrokes

ASCENDERS = frozenset("bdfhkltABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?()/$%&#\"'")
DESCENDERS = frozenset("gjpqyf,;()/$")
ABOVE, BELOW = 0.75, 0.6
X_HEIGHT_PX, LINE_HEIGHTS, WIDEST_HEIGHTS = 22.0, 4.2, 30.0


class PenPage(NamedTuple):
    """A picture and what is written on it."""

    gray: np.ndarray
    text: str


def words_of_writers(strokes: PenStrokes, classes: Sequence[str]) -> dict[tuple[str, str], list[int]]:
    """Return the words of each writer, of two characters or more, that the classes can spell."""
    known = set(classes)
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, label in enumerate(strokes.labels):
        if len(label) > 1 and set(str(label)) <= known:
            found[str(strokes.providers[index]), str(strokes.writers[index])].append(index)
    return dict(found)


def compose_page(strokes: PenStrokes, words: Sequence[int], rng: np.random.Generator) -> PenPage:
    """Write words in lines, with the gaps, sizes and pen of one writer."""
    measured = [_extent(strokes, index) for index in words]
    usual = float(np.median([one[0] for one in measured]))
    placed, lines, row, x = [], [[]], 0, 0.0
    for index, (x_height, baseline, left, right) in zip(words, measured, strict=True):
        # Badly cut words would be of another size.
        scale = np.clip(x_height / usual, 0.8, 1.25) * usual / x_height
        width = (right - left) * scale
        if lines[-1] and x + width > WIDEST_HEIGHTS * usual:
            lines.append([])
            row, x = row + 1, 0.0
        shift = np.array([x, row * LINE_HEIGHTS * usual + rng.normal(0, 0.05) * usual])
        placed += [(points - (left, baseline)) * scale + shift for points in strokes.strokes(index)]
        lines[-1].append(str(strokes.labels[index]))
        x += width + usual * rng.uniform(0.8, 1.4)
    drawn = [(points * (X_HEIGHT_PX / usual)).astype(np.float32) for points in placed]
    gray = draw_strokes(drawn, pen_px=0.14 * X_HEIGHT_PX, margin_px=40)
    grainy = 235 * (1 - 0.85 * (1 - gray / 255.0)) + rng.normal(0, 4, gray.shape)
    return PenPage(np.clip(grainy, 0, 255).astype(np.uint8), "\n".join(map(" ".join, lines)))


def _extent(strokes: PenStrokes, index: int) -> tuple[float, float, float, float]:
    """Return x-height, baseline, left and right of a word, by the letters that it has."""
    points, letters = np.concatenate(strokes.strokes(index)), set(str(strokes.labels[index]))
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    above, below = ABOVE * bool(ASCENDERS & letters), BELOW * bool(DESCENDERS & letters)
    x_height = max(1.0, float(bottom - top)) / (1 + above + below)
    return x_height, float(bottom) - below * x_height, float(left), float(right)
