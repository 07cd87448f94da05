"""Where ink may be cut: every straight line that meets little of it, with a picture of what lies around.

Whether a cut parts two letters is not decided here: a small network looks at the surroundings
(:mod:`ocr.recognition.cut_classifier`), as one looks at a touching pair before reading it [1]_.

References
----------
.. [1] Casey, Lecolinet, "A survey of methods and strategies in character segmentation", IEEE PAMI 18 (1996).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.page.glyphs import Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Int64, Mask


@dataclass(frozen=True, slots=True)
class CutSettings:
    """Which cuts are offered to the network, and which are kept; lengths in letter heights.

    Attributes
    ----------
    cuttable_letters : float
        Pieces narrower than this are one letter at most.
    end_letters : float
        No cut is this close to an end of the piece.
    ink_strokes : float
        A cut goes through at most this much ink, in stroke widths: two stems that touch from top to foot are
        cut along one of them.
    unlikely_logit : float
        Cuts with log-odds below this are not kept: of the cuts between letters that a line offers the network
        drops one in fifty with it, and three quarters of the others.
    apart_letters : float
        Kept cuts are this far apart: an l is a stroke wide, but then it is not joined.
    """

    cuttable_letters: float = 0.45
    end_letters: float = 0.08
    ink_strokes: float = 6.0
    unlikely_logit: float = -3.0
    apart_letters: float = 0.12


# Slopes of cuts, in columns per row: upright, leaning as handwriting does, and as the strokes of an A.
_SLOPES = np.array([0.0, -0.35, 0.35, -0.7, 0.7])
# What is around a cut is looked at as so many rows and columns, this many to a letter height: the letter on
# either side and the whole of their height.
AROUND_ROWS, AROUND_COLS, _PER_LETTER = 24, 28, 13.0
_MEASURES = 11
CUT_INPUTS = AROUND_ROWS * AROUND_COLS + _MEASURES
"""How many numbers describe a cut."""
# Columns whose cuts meet about as much ink as their neighbours', in stroke widths, are as good as the best.
_ABOUT_AS_MUCH = 0.3
_MEASURE_RANGE = (-4.0, 8.0)


class OfferedCuts(NamedTuple):
    """Cuts of one piece of ink: column (n,) in its middle row, slope (n,), and what is around (n, D)."""

    cols: Int64
    slopes: Float64
    inputs: Float32


class ScoredCut(NamedTuple):
    """A cut, and the log-odds that it parts two letters."""

    cut: Cut
    log_odds: float


NO_CUTS = OfferedCuts(np.empty(0, np.int64), np.empty(0), np.empty((0, CUT_INPUTS), np.float32))
"""What a piece of ink offers that is too narrow to be two letters."""


def offer_cuts(
    mask: Mask, *, text_height_px: float, stroke_px: float, settings: CutSettings | None = None
) -> OfferedCuts:
    """Find the lines that meet less ink than their neighbours, and describe them.

    Parameters
    ----------
    mask : (h, w) bool array
        Ink of the piece.
    text_height_px, stroke_px : float
        Letter height and stroke width.
    settings : CutSettings, optional

    Returns
    -------
    OfferedCuts
        With ``CUT_INPUTS`` numbers each: the ink around, sheared so that the cut stands upright in the
        middle, as shares 0 .. 1, and lengths in letter heights.
    """
    settings = settings or CutSettings()
    if mask.shape[1] < settings.cuttable_letters * text_height_px:
        return NO_CUTS
    height, width = mask.shape
    # Coarse columns, and the columns of the piece at their left sides.
    coarse = _coarse(width, text_height_px)
    places = np.arange(1, coarse)
    cols = np.clip(np.rint(places * (width / coarse)).astype(np.int64), 0, width - 1)
    sheared = _sheared(mask)
    strokes, ink = _strokes_met(sheared)
    price = (ink + 0.5 * stroke_px * np.maximum(strokes - 1, 0)) / stroke_px
    smooth = _smoothed(price, max(1, round(stroke_px / 2)))
    end = settings.end_letters * text_height_px
    kept = _worth_a_look(smooth[:, cols], settings) & (cols >= end) & (cols <= width - end)
    slope, place = np.nonzero(kept)
    col = cols[place]
    measures = _in_columns(
        width / text_height_px,
        height / text_height_px,
        col / text_height_px,
        (width - col) / text_height_px,
        smooth[slope, col],
        strokes[slope, col],
        _SLOPES[slope],
        np.abs(_SLOPES[slope]),
        # Strokes are about a quarter of a letter at most: as large as the other lengths.
        4 * stroke_px / text_height_px,
        np.minimum(col, width - col) / text_height_px,
        price[slope, col],
    )
    around = _surroundings(sheared, text_height_px)[slope, places[place]]
    flat = around.reshape(col.size, AROUND_ROWS * AROUND_COLS)
    return OfferedCuts(col, _SLOPES[slope], np.hstack([flat, np.clip(measures, *_MEASURE_RANGE)]))


def _in_columns(*measures: float | NDArray[np.generic]) -> Float32:
    """Array (n, m) of m measures, each a number or an array (n,)."""
    return np.stack(np.broadcast_arrays(*measures), axis=1).astype(np.float32)


def _worth_a_look(price: Float64, settings: CutSettings) -> Mask:
    """Tell which cuts (s, n), left to right, meet little ink and about as little as both neighbours."""
    beside = np.full((price.shape[0], price.shape[1] + 2), np.inf)
    beside[:, 1:-1] = price
    least = np.minimum(beside[:, :-2], beside[:, 2:])
    return np.asarray((price <= least + _ABOUT_AS_MUCH) & (price <= settings.ink_strokes))


def _coarse(length: int, text_height_px: float) -> int:
    """Cells of the coarse picture along so many pixels."""
    return max(2, round(length * _PER_LETTER / text_height_px))


def _surroundings(sheared: Mask, text_height_px: float) -> Float32:
    """See pieces (s, h, w) coarsely, n columns wide; a view (s, n, rows, cols) of what is around each."""
    count, height, width = sheared.shape
    rows, cols = _coarse(height, text_height_px), _coarse(width, text_height_px)
    small = _means(height, rows) @ sheared.astype(np.float32) @ _means(width, cols).T
    framed = np.zeros((count, AROUND_ROWS, cols + AROUND_COLS), np.float32)
    top, cut_off = max(0, (AROUND_ROWS - rows) // 2), max(0, (rows - AROUND_ROWS + 1) // 2)
    shown = min(rows, AROUND_ROWS)
    inside = slice(AROUND_COLS // 2, AROUND_COLS // 2 + cols)
    framed[:, top : top + shown, inside] = small[:, cut_off : cut_off + shown]
    return np.lib.stride_tricks.sliding_window_view(framed, AROUND_COLS, axis=2)[:, :, :cols].swapaxes(1, 2)


def _means(length: int, count: int) -> Float32:
    """Matrix (count, length) that takes the means of ``count`` stretches of about equal length."""
    # A stretch has the pixels whose middle lies in it; one that is less than a pixel has that in its middle.
    middles = 2 * np.arange(length) + 1
    member = (middles * count - 1) // (2 * length) == np.arange(count)[:, None]
    member |= ~member.any(axis=1, keepdims=True) & (
        np.arange(length) == (2 * np.arange(count)[:, None] + 1) * length // (2 * count)
    )
    return np.asarray(member / member.sum(axis=1, keepdims=True), np.float32)


def keep_cuts(
    offered: OfferedCuts,
    log_odds: Float32,
    *,
    height: int,
    text_height_px: float,
    settings: CutSettings | None = None,
) -> list[ScoredCut]:
    """Keep the likeliest cuts that do not cross one another.

    Parameters
    ----------
    offered : OfferedCuts
        Of one piece of ink.
    log_odds : (n,) float32 array
        That each parts two letters.
    height : int
        Rows of the piece.
    text_height_px : float
        Letter height.
    settings : CutSettings, optional

    Returns
    -------
    list of ScoredCut
        Left to right, with rows and columns of the piece; ink at and right of a cut is on its right side.
    """
    settings = settings or CutSettings()
    middle, apart = (height - 1) / 2, settings.apart_letters * text_height_px
    chosen: list[tuple[int, float, float]] = []
    for place in np.argsort(-log_odds, kind="stable"):
        if log_odds[place] < settings.unlikely_logit:
            break
        col, slope = int(offered.cols[place]), float(offered.slopes[place])
        if _is_clear(col, slope, chosen, apart=apart, middle=middle):
            chosen.append((col, slope, float(log_odds[place])))
    return [ScoredCut(Cut(col - slope * middle, slope), odds) for col, slope, odds in sorted(chosen)]


def _is_clear(
    col: int, slope: float, chosen: Sequence[tuple[int, float, float]], *, apart: float, middle: float
) -> bool:
    """Tell whether a cut keeps its distance from all chosen ones, from top to foot."""
    return all(abs(col - other) >= apart + abs(slope - leaning) * middle for other, leaning, _ in chosen)


def _sheared(mask: Mask) -> Mask:
    """Shift rows so that lines of each slope stand upright (s, h, w), where they are in the middle row."""
    height, width = mask.shape
    shifts = np.rint(_SLOPES[:, None] * (np.arange(height) - (height - 1) / 2)).astype(np.int64)
    reach = int(np.abs(shifts).max())
    framed = np.zeros((height, width + 2 * reach), dtype=bool)
    framed[:, reach : reach + width] = mask
    windows = np.lib.stride_tricks.sliding_window_view(framed, width, axis=1)
    return np.asarray(windows[np.arange(height), reach + shifts])


def _strokes_met(sheared: Mask) -> tuple[Int64, Int64]:
    """How many runs of ink, and how much ink, each column (s, w) of pieces (s, h, w) meets."""
    starts = (sheared[:, 1:] & ~sheared[:, :-1]).sum(axis=1) + sheared[:, 0]
    return starts, sheared.sum(axis=1)


def _smoothed(values: Float64, width: int) -> Float64:
    """Smooth values (s, w) by a running mean over ``width`` of them."""
    framed = np.pad(values, ((0, 0), (width // 2, width - 1 - width // 2)), mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(framed, width, axis=1).mean(axis=-1))
