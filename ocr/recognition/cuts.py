"""Candidate cuts: every straight line that meets little ink, with a coarse picture of the ink around it.

Whether a cut separates two letters is not decided here: a small network looks at the ink around it
(:mod:`ocr.recognition.cut_classifier`), as a person looks at a touching pair before reading it [1]_.

References
----------
.. [1] Casey, Lecolinet, "A survey of methods and strategies in character segmentation", IEEE PAMI 18 (1996).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.page.writing.glyphs import Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask


# Ink narrower than this, in text heights, is one letter at most.
_NARROWEST_HEIGHTS = 0.45
# No cut is this close, in text heights, to the left or right end of the ink.
_END_HEIGHTS = 0.08
# A cut goes through at most this much ink, in stroke widths: two stems that touch from top to bottom are cut
# along one of them.
_MOST_INK_STROKES = 6.0
# Columns that meet about as much ink as their neighbours, in stroke widths, are as good as the best.
_TOLERANCE_STROKES = 0.3
# Kept cuts are this far apart, in text heights: an l is a stroke wide, but then it is not joined.
_APART_HEIGHTS = 0.12
# Slopes of cuts, in columns per row: upright, leaning as handwriting does, and as the strokes of an A.
_SLOPES = np.array([0.0, -0.35, 0.35, -0.7, 0.7])

UNLIKELY_LOGIT = -3.0
"""Cuts with lower log-odds are not kept.

Of the right cuts of a line the network loses one in fifty by it, and it drops three quarters of the wrong
ones.
"""

AROUND_ROWS, AROUND_COLS = 24, 28
"""Size of the coarse picture around a cut: the letter on either side, and the whole of their height."""

# Cells of that picture to a text height.
_CELLS_PER_HEIGHT = 13.0
_MEASURES = 11
_MEASURE_RANGE = (-4.0, 8.0)

CUT_INPUTS = AROUND_ROWS * AROUND_COLS + _MEASURES
"""How many numbers describe a cut."""


class OfferedCuts(NamedTuple):
    """Cuts of one glyph: column (n,) in its middle row, slope (n,), and inputs of the network (n, D)."""

    cols: Int64
    slopes: Float64
    inputs: Float32


class ScoredCut(NamedTuple):
    """A cut, and the log-odds that it separates two letters."""

    cut: Cut
    log_odds: float


NO_CUTS = OfferedCuts(np.empty(0, np.int64), np.empty(0), np.empty((0, CUT_INPUTS), np.float32))
"""Cuts of ink that is too narrow to be two letters."""


def offer_cuts(mask: Mask, *, text_height_px: float, stroke_px: float) -> OfferedCuts:
    """Find the lines that meet less ink than their neighbours, and describe them.

    Parameters
    ----------
    mask : (h, w) bool array
        Ink of one glyph.
    text_height_px, stroke_px : float
        Text height and stroke width.

    Returns
    -------
    OfferedCuts
        With ``CUT_INPUTS`` numbers each: the ink around, sheared so that the cut is upright in the middle, as
        shares 0 .. 1, and lengths in text heights.
    """
    width = mask.shape[1]
    if width < _NARROWEST_HEIGHTS * text_height_px:
        return NO_CUTS
    # Cuts are tried between the cells of the coarse picture, at the columns of the ink that lie there.
    cell = np.arange(1, _cell_count(width, text_height_px))
    cols = np.clip(np.rint(cell * (width / (cell.size + 1))).astype(np.int64), 0, width - 1)
    sheared = _sheared(mask)
    strokes, ink = _ink_met(sheared)
    price = (ink + 0.5 * stroke_px * np.maximum(strokes - 1, 0)) / stroke_px
    smooth = _running_mean(price, max(1, round(stroke_px / 2)))
    end = _END_HEIGHTS * text_height_px
    kept = _meets_little_ink(smooth[:, cols]) & (cols >= end) & (cols <= width - end)
    slope, place = np.nonzero(kept)
    col = cols[place]
    inputs = np.empty((col.size, CUT_INPUTS), np.float32)
    around = _surroundings(sheared, text_height_px)[slope, cell[place]]
    inputs[:, :-_MEASURES] = around.reshape(col.size, AROUND_ROWS * AROUND_COLS)
    measures = _measures(
        mask,
        col,
        _SLOPES[slope],
        smooth_price=smooth[slope, col],
        strokes=strokes[slope, col],
        price=price[slope, col],
        text_height_px=text_height_px,
        stroke_px=stroke_px,
    )
    for index, measure in enumerate(measures, -_MEASURES):
        inputs[:, index] = measure
    np.clip(inputs[:, -_MEASURES:], *_MEASURE_RANGE, out=inputs[:, -_MEASURES:])
    return OfferedCuts(col, _SLOPES[slope], inputs)


def _measures(
    mask: Mask,
    col: Int64,
    slope: Float64,
    *,
    smooth_price: Float64,
    strokes: Float64,
    price: Float64,
    text_height_px: float,
    stroke_px: float,
) -> tuple[Float64 | float, ...]:
    """Return what describes cuts (n,) beside the ink around them: 11 arrays or numbers, in text heights."""
    height, width = mask.shape
    return (
        width / text_height_px,
        height / text_height_px,
        col / text_height_px,
        (width - col) / text_height_px,
        smooth_price,
        strokes,
        slope,
        np.abs(slope),
        # A stroke is at most a quarter of the text height wide: four are as long as the other lengths.
        4 * stroke_px / text_height_px,
        np.minimum(col, width - col) / text_height_px,
        price,
    )


def _sheared(mask: Mask) -> Float32:
    """Shift rows so that lines of each slope are upright (s, h, w), and stay in place in the middle row."""
    height, width = mask.shape
    shifts = np.rint(_SLOPES[:, None] * (np.arange(height) - (height - 1) / 2)).astype(np.int64)
    reach = int(np.abs(shifts).max())
    framed = np.zeros((height, width + 2 * reach), np.float32)
    framed[:, reach : reach + width] = mask
    windows = np.lib.stride_tricks.sliding_window_view(framed, width, axis=1)
    return np.asarray(windows[np.arange(height), reach + shifts])


def _ink_met(sheared: Float32) -> tuple[Float64, Float64]:
    """Return how many runs of ink, and how much ink, each column (s, w) of sheared masks (s, h, w) meets."""
    rises = sheared[:, 1:] - sheared[:, :-1]
    np.maximum(rises, 0, out=rises)
    starts = rises.sum(axis=1) + sheared[:, 0]
    return starts.astype(np.float64), sheared.sum(axis=1).astype(np.float64)


def _running_mean(values: Float64, width: int) -> Float64:
    """Smooth values (s, w) by a running mean over ``width`` of them; the outermost go on beyond the ends."""
    count = values.shape[1]
    framed = values[:, np.clip(np.arange(-(width // 2), count + width - 1 - width // 2), 0, count - 1)]
    total = framed[:, :count].copy()
    for start in range(1, width):
        total += framed[:, start : start + count]
    total /= width
    return total


def _meets_little_ink(price: Float64) -> Mask:
    """Return which cuts (s, n), left to right, meet little ink and about as little as both neighbours."""
    beside = np.full((price.shape[0], price.shape[1] + 2), np.inf)
    beside[:, 1:-1] = price
    least = np.minimum(beside[:, :-2], beside[:, 2:])
    return np.asarray((price <= least + _TOLERANCE_STROKES) & (price <= _MOST_INK_STROKES))


def _surroundings(sheared: Float32, text_height_px: float) -> Float32:
    """Shrink masks (s, h, w) to n cells in width; return a view (s, n, rows, cols) of what is around each."""
    count, height, width = sheared.shape
    rows, cols = _cell_count(height, text_height_px), _cell_count(width, text_height_px)
    small = _means(height, rows) @ sheared @ _means(width, cols).T
    framed = np.zeros((count, AROUND_ROWS, cols + AROUND_COLS), np.float32)
    top, cut_off = max(0, (AROUND_ROWS - rows) // 2), max(0, (rows - AROUND_ROWS + 1) // 2)
    shown = min(rows, AROUND_ROWS)
    inside = slice(AROUND_COLS // 2, AROUND_COLS // 2 + cols)
    framed[:, top : top + shown, inside] = small[:, cut_off : cut_off + shown]
    return np.lib.stride_tricks.sliding_window_view(framed, AROUND_COLS, axis=2)[:, :, :cols].swapaxes(1, 2)


def _cell_count(length_px: int, text_height_px: float) -> int:
    """Return the cells of the coarse picture along so many pixels."""
    return max(2, round(length_px * _CELLS_PER_HEIGHT / text_height_px))


def _means(length: int, count: int) -> Float32:
    """Return a matrix (count, length) that takes the means of ``count`` stretches of about equal length."""
    # A stretch has the pixels with their middle in it; one shorter than a pixel has the pixel at its middle.
    middles = 2 * np.arange(length) + 1
    member = (middles * count - 1) // (2 * length) == np.arange(count)[:, None]
    if length < count:
        member |= ~member.any(axis=1, keepdims=True) & (
            np.arange(length) == (2 * np.arange(count)[:, None] + 1) * length // (2 * count)
        )
    return np.asarray(member / member.sum(axis=1, keepdims=True), np.float32)


def keep_cuts(
    offered: OfferedCuts, log_odds: Float32, *, height: int, text_height_px: float
) -> list[ScoredCut]:
    """Keep the likeliest cuts that do not cross one another.

    Parameters
    ----------
    offered : OfferedCuts
        Of one glyph.
    log_odds : (n,) float32 array
        That each separates two letters.
    height : int
        Rows of the glyph.
    text_height_px : float

    Returns
    -------
    list of ScoredCut
        Left to right, with rows and columns of the glyph; ink at and right of a cut is on its right side.
    """
    middle, apart = (height - 1) / 2, _APART_HEIGHTS * text_height_px
    chosen: list[tuple[int, float, float]] = []
    for index in np.argsort(-log_odds, kind="stable"):
        if log_odds[index] < UNLIKELY_LOGIT:
            break
        col, slope = int(offered.cols[index]), float(offered.slopes[index])
        if _is_clear(col, slope, chosen, apart=apart, middle=middle):
            chosen.append((col, slope, float(log_odds[index])))
    return [ScoredCut(Cut(col - slope * middle, slope), odds) for col, slope, odds in sorted(chosen)]


def _is_clear(
    col: int, slope: float, chosen: Sequence[tuple[int, float, float]], *, apart: float, middle: float
) -> bool:
    """Return whether a cut keeps its distance from all chosen ones, from top to bottom."""
    return all(abs(col - other) >= apart + abs(slope - leaning) * middle for other, leaning, _ in chosen)
