"""Normalize the picture of a line: straight, upright, of one height.

The rows of each column are measured from the centre of the ink around it, so that a line that climbs or bends
becomes straight; the mean distance of the ink from that centre is the unit of length, so that all lines have
one height [1]_. The slant is the shear that piles the ink into the highest columns, as upright stems do [2]_.

References
----------
.. [1] Breuel, Ul-Hasan, Al-Azawi, Shafait, "High-performance OCR for printed English and Fraktur using LSTM
       networks", ICDAR 2013, sec. III.
.. [2] Vinciarelli, Luettin, "A new normalization technique for cursive handwritten words", Pattern
       Recognition Letters 22 (2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr import ndimage

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64

LINE_ROWS = 36
"""Height of a normalized line."""

# A normalized line reaches this many spreads of the ink above and below its centre: tall letters and tails of
# small ones are inside.
_REACH_SPREADS = 4.2
# The centre is averaged over this many spreads to each side; less follows tall letters, more misses bends.
_SMOOTH_SPREADS = 7.0
# How much a straight line counts beside the ink of a window of mean darkness.
_STRAIGHT_SHARE = 0.15
# Slants tried, as columns per row.
_SLANTS = np.arange(-8, 13) / 10
# A line longer than so many rows of a normalized line is squeezed: no line of a page is.
_LONGEST = 400


@dataclass(frozen=True, slots=True, eq=False)
class LineImage:
    """A normalized line, and where it came from.

    Attributes
    ----------
    pixels : (36, W) float32 array
        Strength of the ink, 0 .. 1.
    scale : float
        Source pixels per pixel of the line.
    centres : (w,) float64 array
        Row of the centre of the line in each column of the source picture.
    slant : float
        Columns that the top of a stem leans to the right, per row.
    """

    pixels: Float32
    scale: float
    centres: Float64
    slant: float

    def source_col(self, col: float) -> float:
        """Return the column of the source picture of a column of the line, at its centre."""
        return (col - _MARGIN) * self.scale

    def cols_of(self, rows: Float64, cols: Float64) -> Float64:
        """Return the columns (n,) of the line in which points (n,) of the source picture lie."""
        above = np.interp(cols, np.arange(len(self.centres)), self.centres) - rows
        return np.asarray((cols - self.slant * above) / self.scale + _MARGIN)


# Empty columns before and behind the ink.
_MARGIN = 6


def normalize_line(strength: Float32, *, spread_px: float | None = None) -> LineImage:
    """Normalize the picture of one line.

    Parameters
    ----------
    strength : (h, w) float32 array
        Strength of the ink, 0 paper .. 1, of this line alone.
    spread_px : float, optional
        Mean distance of the ink from the centre of the line; measured if left out, see :func:`ink_spread`.

    Returns
    -------
    LineImage
        Empty without ink.
    """
    centres, own_spread = _centres(strength)
    scale = _REACH_SPREADS * 2 * (spread_px or own_spread) / LINE_ROWS
    scale = max(scale, strength.shape[1] / (_LONGEST * LINE_ROWS))
    upright = _warped(strength, centres, scale, 0.0)
    slant = _slant(upright)
    pixels = upright if slant == 0 else _warped(strength, centres, scale, slant)
    return LineImage(pixels, scale, centres, slant)


def ink_centres(strength: Float32) -> Float64:
    """Return the row of the centre of a line (h, w) in each of its columns (w,)."""
    return _centres(strength)[0]


def ink_spread(strength: Float32) -> float:
    """Return the mean distance of the ink (h, w) from the centre of its line: half a pixel at least."""
    return _centres(strength)[1]


def _centres(strength: Float32) -> tuple[Float64, float]:
    """Return the centre row of each column (w,), and the mean distance of the ink from it."""
    mass = strength.sum(axis=0, dtype=np.float64)
    total = max(mass.sum(), 1e-9)
    rows, cols = (np.arange(count, dtype=np.float64) for count in strength.shape)
    moment = rows @ strength.astype(np.float64)
    mean = moment.sum() / total
    spread = (np.abs(rows - mean) @ strength).sum() / total
    # A straight line first: where there is little ink it decides.
    col_mean = cols @ mass / total
    variance = ((cols - col_mean) ** 2) @ mass / total
    slope = ((cols - col_mean) @ (moment - mean * mass)) / total / (variance + 25 * spread**2 + 1e-9)
    straight = mean + slope * (cols - col_mean)
    centres = straight
    for _ in range(2):
        spread = _spread(strength, rows, centres, total)
        sigma = max(1.0, _SMOOTH_SPREADS * spread)
        prior = _STRAIGHT_SHARE * total / max(1, np.count_nonzero(mass)) + 1e-12
        smooth_mass = ndimage.gaussian_filter1d(mass, sigma, mode="constant", truncate=3) + prior
        offset = ndimage.gaussian_filter1d(moment - straight * mass, sigma, mode="constant", truncate=3)
        centres = straight + offset / smooth_mass
    return centres, _spread(strength, rows, centres, total)


def _spread(strength: Float32, rows: Float64, centres: Float64, total: float) -> float:
    distance = np.abs(rows[:, None] - centres)
    return max(0.5, float((distance * strength).sum() / total))


def _warped(strength: Float32, centres: Float64, scale: float, slant: float) -> Float32:
    """Return the line (36, W) at a scale, straight, and upright if it leans by ``slant``."""
    if scale > 1.2:
        strength = ndimage.gaussian_filter(strength, 0.4 * scale, truncate=2)
    width = int(np.ceil(strength.shape[1] / scale)) + 2 * _MARGIN
    up = (LINE_ROWS / 2 - 0.5 - np.arange(LINE_ROWS)) * scale
    straight_cols = (np.arange(width) - _MARGIN) * scale
    middle = np.interp(straight_cols, np.arange(len(centres)), centres)
    cols = straight_cols + slant * up[:, None]
    rows = middle - up[:, None] + np.zeros_like(cols)
    return np.asarray(
        ndimage.map_coordinates(strength, (rows, cols), order=1, mode="constant"), dtype=np.float32
    )


def _slant(pixels: Float32) -> float:
    """Return the slant of an unsheared line (36, W) that piles its ink into the highest columns."""
    height, width = pixels.shape
    up = LINE_ROWS / 2 - 0.5 - np.arange(height)
    padded = np.pad(pixels, ((0, 0), (height, height)))
    scores = []
    for slant in _SLANTS:
        shifts = np.rint(slant * up).astype(int) + height
        cols = np.add.outer(shifts, np.arange(width))
        piled = np.take_along_axis(padded, cols, axis=1).sum(axis=0)
        scores.append(float((piled**2).sum()) * (1 - 0.03 * abs(slant)))
    return float(_SLANTS[int(np.argmax(scores))])
