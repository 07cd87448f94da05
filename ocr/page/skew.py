"""Measure the skew of a page: how much its lines of text climb or fall.

Along lines of text rows of a page are full of ink, and between them empty. Under the slope of the text
neighbouring rows differ most [1]_.

References
----------
.. [1] Postl, "Detection of linear oblique structures and skew scan in digitized documents", ICPR 1986.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.image.resize import at_size, resized
from ocr.page.ink.components import find_components
from ocr.page.ink.filters import block_max, discrete_radon_transform
from ocr.page.text_height import overview_ink

if TYPE_CHECKING:
    from ocr.array_types import GrayBytes, Mask

# Letters of so many pixels show the skew, in cells of this side.
_LETTER_PX, _CELL_HEIGHTS = 14.0, 1 / 6
# What is far smaller or larger than letters and words is not looked at. Of fewer letters lines are not known.
_LOWEST_HEIGHTS, _HIGHEST_HEIGHTS, _WIDEST_HEIGHTS, _FEWEST = 0.25, 3.0, 8.0, 8
# Rows differ under the slope of the text by so many times as much as under none. On looked-at pages that were
# turned by 8 degrees it is 1.9 to 20, if they have as many letters, and on level ones below 1.8.
_CLEARLY = 1.8
_STEEPEST = float(np.tan(np.deg2rad(16.0)))
# Rows of cells are added up along slopes that are so close together that neighbours score about equally.
_SMOOTHING = np.full(3, 1 / 3)


def measure_skew(gray: GrayBytes, *, text_height_px: float, sheet: Mask | None = None) -> float:
    """Measure the slope of the lines of text.

    Parameters
    ----------
    gray : (H, W) uint8 array
        Dark ink on brighter paper.
    text_height_px : float
    sheet : (H, W) bool array, optional
        The part to look at; everything if left out.

    Returns
    -------
    float
        Rows per column, positive if lines fall to the right; 0 if that is not clear.
    """
    letters = _letters(gray, text_height_px, sheet)
    if letters is None:
        return 0.0
    steepest = min(_STEEPEST, letters.shape[0] / letters.shape[1])
    slopes, sums = discrete_radon_transform(letters, steepest=steepest)
    energy = (np.diff(sums.astype(np.float32), axis=1) ** 2).sum(axis=1)
    energy = np.convolve(np.pad(energy, 1, mode="edge"), _SMOOTHING, mode="valid")
    best = int(energy.argmax())
    is_clear = energy[best] > _CLEARLY * energy[np.abs(slopes).argmin()]
    return float(slopes[best]) if is_clear else 0.0


def _letters(gray: GrayBytes, text_height_px: float, sheet: Mask | None) -> Mask | None:
    """Return the cells (r, c) of a page in which there are letters; None of a page with few of them."""
    factor = min(1.0, _LETTER_PX / text_height_px)
    small = gray if factor == 1 else resized(gray, factor)
    height = text_height_px * factor
    sheet = None if sheet is None else at_size(sheet, small.shape)
    ink = overview_ink(small, text_height_px=height, sheet=sheet)[1]
    components = find_components(ink.mask)
    heights, widths = components.heights / height, components.widths / height
    is_letter = (heights > _LOWEST_HEIGHTS) & (heights < _HIGHEST_HEIGHTS) & (widths < _WIDEST_HEIGHTS)
    if is_letter.sum() < _FEWEST:
        return None
    cells: Mask = block_max(components.mask(is_letter), max(1, round(_CELL_HEIGHTS * height)))
    return cells if min(cells.shape) > 1 else None
