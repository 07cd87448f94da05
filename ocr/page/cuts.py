"""Where ink may be cut: every straight line that meets little of it, with a picture of what lies around.

Whether a cut parts two letters is not decided here: a small network looks at the surroundings
(:mod:`ocr.classifier.joints`), as one looks at a touching pair before reading it [1]_.

References
----------
.. [1] Casey, Lecolinet, "A survey of methods and strategies in character segmentation", IEEE PAMI 18 (1996).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from ocr.page.glyphs import Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Float = NDArray[np.float64]
    Float32 = NDArray[np.float32]
    Int = NDArray[np.int64]


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
_SLOPES = (0.0, -0.35, 0.35, -0.7, 0.7)
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

    cols: Int
    slopes: Float
    inputs: Float32


class ScoredCut(NamedTuple):
    """A cut, and the log-odds that it parts two letters."""

    cut: Cut
    log_odds: float


NO_CUTS = OfferedCuts(np.empty(0, np.int64), np.empty(0), np.empty((0, CUT_INPUTS), np.float32))
"""What a piece of ink offers that is too narrow to be two letters."""


def offer_cuts(
    mask: Mask, *, letter_px: float, stroke_px: float, settings: CutSettings | None = None
) -> OfferedCuts:
    """Find the lines that meet less ink than their neighbours, and describe them.

    Parameters
    ----------
    mask : (h, w) bool array
        Ink of the piece.
    letter_px, stroke_px : float
        Letter height and stroke width.
    settings : CutSettings, optional

    Returns
    -------
    OfferedCuts
        With ``CUT_INPUTS`` numbers each: the ink around, sheared so that the cut stands upright in the
        middle, as shares 0 .. 1, and lengths in letter heights.
    """
    settings = settings or CutSettings()
    if mask.shape[1] < settings.cuttable_letters * letter_px:
        return NO_CUTS
    parts = [_offered_at(mask, slope, letter_px, stroke_px, settings) for slope in _SLOPES]
    return OfferedCuts(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _offered_at(
    mask: Mask, slope: float, letter_px: float, stroke_px: float, settings: CutSettings
) -> OfferedCuts:
    """Find the cuts of one slope."""
    width = mask.shape[1]
    upright = _sheared(mask, slope)
    strokes, ink = _strokes_met(upright)
    price = (ink + 0.5 * stroke_px * np.maximum(strokes - 1, 0)) / stroke_px
    smooth = _smoothed(price, max(1, round(stroke_px / 2)))
    around = _surroundings(upright, letter_px)
    places = np.arange(1, len(around))
    cols = np.clip(np.rint(places * (width / len(around))).astype(np.int64), 0, width - 1)
    kept = _worth_a_look(smooth[cols], settings)
    end = settings.end_letters * letter_px
    kept &= (cols >= end) & (cols <= width - end)
    places, cols = places[kept], cols[kept]
    measures = np.empty((cols.size, _MEASURES), np.float32)
    lengths = (width, mask.shape[0], cols, width - cols)
    for column, length in enumerate(lengths):
        measures[:, column] = length / letter_px
    measures[:, 4:] = np.column_stack(
        [
            smooth[cols],
            strokes[cols],
            np.full(cols.size, slope),
            np.full(cols.size, abs(slope)),
            # Strokes are about a quarter of a letter at most: as large as the other lengths.
            np.full(cols.size, 4 * stroke_px / letter_px),
            np.minimum(cols, width - cols) / letter_px,
            price[cols],
        ]
    )
    inputs = np.concatenate(
        [around[places].reshape(cols.size, AROUND_ROWS * AROUND_COLS), np.clip(measures, *_MEASURE_RANGE)],
        axis=1,
    )
    return OfferedCuts(cols, np.full(cols.size, slope), inputs)


def _worth_a_look(price: Float, settings: CutSettings) -> Mask:
    """Tell which cuts (n,), left to right, meet little ink and about as little as both neighbours."""
    beside = np.pad(price, 1, constant_values=np.inf)
    least = np.minimum(beside[:-2], beside[2:])
    return np.asarray((price <= least + _ABOUT_AS_MUCH) & (price <= settings.ink_strokes))


def _surroundings(mask: Mask, letter_px: float) -> Float32:
    """See the piece coarsely, n columns wide; a view (n, rows, cols) of the ink around each of them."""
    height, width = (max(2, round(side * _PER_LETTER / letter_px)) for side in mask.shape)
    small = Image.fromarray(mask.astype(np.uint8) * 255).resize((width, height), Image.Resampling.BOX)
    framed = np.zeros((AROUND_ROWS, width + AROUND_COLS), np.float32)
    top, cut_off = max(0, (AROUND_ROWS - height) // 2), max(0, (height - AROUND_ROWS + 1) // 2)
    rows = min(height, AROUND_ROWS)
    inside = slice(AROUND_COLS // 2, AROUND_COLS // 2 + width)
    framed[top : top + rows, inside] = np.asarray(small)[cut_off : cut_off + rows] / np.float32(255)
    views = np.lib.stride_tricks.sliding_window_view(framed, (AROUND_ROWS, AROUND_COLS))[0]
    return np.asarray(views[:width])


def keep_cuts(
    offered: OfferedCuts,
    log_odds: Float32,
    *,
    height: int,
    letter_px: float,
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
    letter_px : float
        Letter height.
    settings : CutSettings, optional

    Returns
    -------
    list of ScoredCut
        Left to right, with rows and columns of the piece; ink at and right of a cut is on its right side.
    """
    settings = settings or CutSettings()
    middle, apart = (height - 1) / 2, settings.apart_letters * letter_px
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


def _sheared(mask: Mask, slope: float) -> Mask:
    """Shift the rows so that lines of this slope stand upright, where they are in the middle row."""
    if not slope:
        return mask
    height, width = mask.shape
    shift = np.rint(slope * (np.arange(height) - (height - 1) / 2)).astype(np.int64)
    cols = np.arange(width) + shift[:, None]
    inside = (cols >= 0) & (cols < width)
    return np.asarray(mask[np.arange(height)[:, None], np.clip(cols, 0, width - 1)] & inside)


def _strokes_met(mask: Mask) -> tuple[Int, Int]:
    """How many runs of ink, and how much ink, each column (W,) meets."""
    runs = (np.diff(np.pad(mask, ((1, 0), (0, 0))).astype(np.int8), axis=0) == 1).sum(axis=0)
    return runs, mask.sum(axis=0)


def _smoothed(values: Float, width: int) -> Float:
    """Smooth values by a running mean over ``width`` of them."""
    return np.convolve(
        np.pad(values, (width // 2, width - 1 - width // 2), mode="edge"), np.ones(width) / width, "valid"
    )
