"""Compose pages of one writer from words that he wrote with a recorded pen."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS
from ocr.synthesis.pen_drawing import draw_strokes
from ocr.training.line_samples import UNRELIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.datasets.pen_strokes import PenStrokes

ASCENDERS = frozenset("bdfhkltABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?()/$%&#\"'")
DESCENDERS = frozenset("gjpqyf,;()/$")
ABOVE, BELOW = 0.75, 0.6
FEWEST_WORDS = 60
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


def words_of_frequent_writers(
    strokes: PenStrokes, classes: Sequence[str], *, held_out: bool
) -> dict[tuple[str, str], list[int]]:
    """Return the words of those who wrote many: writers that nothing was learnt from, or others."""
    return {
        writer: ids
        for writer, ids in sorted(words_of_writers(strokes, classes).items())
        if len(ids) >= FEWEST_WORDS
        and writer[0] not in UNRELIABLE
        and (writer[0] in HELD_OUT_PROVIDERS) == held_out
    }


class LineStyle(NamedTuple):
    """How even a writer writes, in x-heights of his; slopes and bends in x-heights for each one to the right.

    Attributes
    ----------
    pitch : float
        Distance from line to line.
    width : float
        Of a line.
    spaces : (float, float)
        The narrowest and the widest one.
    jitter : float
        Standard deviation of the height of a word.
    slope, own_slope, bend : float
        Slope of the page, and standard deviations of that of a line, and of how it bends.
    pen : float
        Width of the strokes.
    """

    pitch: float = LINE_HEIGHTS
    width: float = WIDEST_HEIGHTS
    spaces: tuple[float, float] = (0.8, 1.4)
    jitter: float = 0.05
    slope: float = 0.0
    own_slope: float = 0.0
    bend: float = 0.0
    pen: float = 0.14


def uneven_style(rng: np.random.Generator) -> LineStyle:
    """Draw how a writer in a hurry writes on paper without lines."""
    return LineStyle(
        pitch=rng.uniform(2.9, 4.4),
        width=rng.uniform(18, 34),
        spaces=(0.7, 1.8),
        jitter=rng.uniform(0.03, 0.2),
        slope=rng.normal(0, 0.012),
        own_slope=rng.uniform(0, 0.02),
        bend=0.0008,
        pen=rng.uniform(0.09, 0.2),
    )


def close_style(rng: np.random.Generator) -> LineStyle:
    """Draw how a writer in a hurry writes with lines close together, so that words of two lines touch."""
    return uneven_style(rng)._replace(
        pitch=rng.uniform(2.3, 3.1),
        jitter=rng.uniform(0.03, 0.15),
        bend=0.0016,
        own_slope=rng.uniform(0, 0.025),
    )


EVEN = LineStyle()


def compose_page(
    strokes: PenStrokes,
    words: Sequence[int],
    rng: np.random.Generator,
    *,
    style: LineStyle = EVEN,
    most_lines: int | None = None,
) -> PenPage:
    """Write words in lines, with the gaps, sizes and pen of one writer."""
    measured = [extent(strokes, index) for index in words]
    usual = float(np.median([one[0] for one in measured]))
    placed: list[np.ndarray] = []
    lines: list[list[str]] = [[]]
    x, slope, bend = 0.0, style.slope, 0.0
    for index, (x_height, baseline, left, right) in zip(words, measured, strict=True):
        # Badly cut words would be of another size.
        scale = np.clip(x_height / usual, 0.8, 1.25) * usual / x_height
        width = (right - left) * scale
        if lines[-1] and x + width > style.width * usual:
            if len(lines) == most_lines:
                break
            lines.append([])
            x = 0.0
            if style.own_slope:
                slope, bend = style.slope + rng.normal(0, style.own_slope), rng.normal(0, style.bend)
        along = x / usual
        row = (len(lines) - 1) * style.pitch + rng.normal(0, style.jitter)
        row += slope * along + bend * (along - style.width / 2) ** 2 / 2
        shift = np.array([x, row * usual])
        placed += [(points - (left, baseline)) * scale + shift for points in strokes.strokes(index)]
        lines[-1].append(str(strokes.labels[index]))
        x += width + usual * rng.uniform(*style.spaces)
    drawn = [(points * (X_HEIGHT_PX / usual)).astype(np.float32) for points in placed]
    gray = draw_strokes(drawn, pen_px=style.pen * X_HEIGHT_PX, margin_px=40)
    grainy = 235 * (1 - 0.85 * (1 - gray / 255.0)) + rng.normal(0, 4, gray.shape)
    return PenPage(np.clip(grainy, 0, 255).astype(np.uint8), "\n".join(map(" ".join, lines)))


def extent(strokes: PenStrokes, index: int) -> tuple[float, float, float, float]:
    """Return x-height, baseline, left and right of a word, by the letters that it has."""
    points, letters = np.concatenate(strokes.strokes(index)), set(str(strokes.labels[index]))
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    above, below = ABOVE * bool(ASCENDERS & letters), BELOW * bool(DESCENDERS & letters)
    x_height = max(1.0, float(bottom - top)) / (1 + above + below)
    return x_height, float(bottom) - below * x_height, float(left), float(right)
