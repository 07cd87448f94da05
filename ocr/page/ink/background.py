"""Normalize the background: divide by the brightness of the paper; and find light writing on a dark ground.

The closing is one of SciPy on a coarse grid; ``skimage.restoration.rolling_ball`` takes seconds for a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr import ndimage
from ocr.image.resize import page_side
from ocr.numeric import quantile
from ocr.page.ink.filters import resized_bilinear

if TYPE_CHECKING:
    from ocr.array_types import Float32, GrayBytes, Mask


# Grain brighter than the paper is kept up to this, because it shows how strong the grain is.
_BRIGHTEST = 1.25
# Strokes and filled blobs up to this wide count as ink, wider dark areas as paper in shadow.
_WINDOW_HEIGHTS = 1.2
# A ground darker than this share of the page's bright paper is no paper in shadow but a table or a gap.
_OFF_PAPER = 0.08
# Polarity is judged on pictures of about so many cells along the longer side, within windows of this many: a
# window then spans two letters or more, on usual pages in the first picture, and strokes still darken their
# cells. The others are for words and characters that fill the picture. Medians of windows change slowly: one
# in three, both ways, is used for its neighbours too.
_POLARITY_CELLS, _POLARITY_WINDOW, _POLARITY_STRIDE = (250, 80, 30), 15, 3
# This much is added to the brightness of 0 to 255, so that the noise of black is no contrast.
_BLACK = np.float32(40)
# The paper is estimated on cells of this size: its light changes slowly.
_CELL_HEIGHTS = 1 / 8


def is_light_on_dark(gray: GrayBytes, sheet: Mask | None = None) -> bool:
    """Return whether the writing is brighter than its ground, as on a chalkboard.

    Writing is the minority: around any place most pixels are ground, and ink is far from them on one side.
    So the third power of the distance from the local median, summed over the picture, has the sign of the
    writing. The distance is one of logarithms: in a shadow writing is as far from its ground as in light.
    A distance no larger than the change of the median nearby does not count: it may be paper in a
    corner of the sheet, where most of the surroundings are table.

    A stroke wider than half of a window is its median. So the windows are of three sizes, and the size at
    which writing differs most from its ground decides.

    Parameters
    ----------
    gray : (H, W) uint8 array
    sheet : (H, W) bool array, optional
        What is outside of it does not count; everything counts if left out.
    """
    return max((_brightness_of_writing(gray, sheet, cells) for cells in _POLARITY_CELLS), key=abs) > 0


def _brightness_of_writing(gray: GrayBytes, sheet: Mask | None, cell_count: int) -> float:
    """Return the mean third power of how much writing is brighter than the ground; less than 0 if darker."""
    step = max(1, round(page_side(gray.shape) / cell_count))
    cells = np.log(np.asarray(Image.fromarray(gray).reduce(step), dtype=np.float32) + _BLACK)
    if sheet is not None:
        # Cells that lie in part on the table are none of the sheet.
        inside = np.asarray(Image.fromarray(sheet.astype(np.uint8) * 255).reduce(step)) == 255
        cells[~inside] = np.nan
    coarse = _local_median(cells)
    around = _POLARITY_WINDOW // _POLARITY_STRIDE
    is_known = np.isfinite(coarse)
    highest = ndimage.maximum_filter(np.where(is_known, coarse, -np.inf), around)
    change = highest - ndimage.minimum_filter(np.where(is_known, coarse, np.inf), around)
    median, change = (_to_cells(one, cells.shape) for one in (coarse, change))
    is_inside = np.isfinite(cells)
    distance = (cells - median)[is_inside]
    beyond = np.maximum(np.abs(distance) - change[is_inside], 0)
    return float((beyond**3 * np.sign(distance)).mean()) if distance.size else 0.0


def _local_median(cells: Float32) -> Float32:
    """Return the medians of the windows around every third cell of every third row, but for NaN."""
    width = _POLARITY_WINDOW
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(cells, width // 2, mode="symmetric"), (width, width)
    )[::_POLARITY_STRIDE, ::_POLARITY_STRIDE]
    # NaN are sorted last.
    ranked = np.sort(windows.reshape(*windows.shape[:2], -1))
    known = np.isfinite(ranked).sum(axis=-1, keepdims=True)
    return np.asarray(np.take_along_axis(ranked, known // 2, axis=-1)[..., 0])


def _to_cells(coarse: Float32, shape: tuple[int, ...]) -> Float32:
    """Return for all cells (H, W) the value of the one that is used for them."""
    rows, cols = (np.arange(side) // _POLARITY_STRIDE for side in shape)
    return np.asarray(coarse[rows[:, None], cols])


def normalize_background(gray: GrayBytes, *, text_height_px: float, sheet: Mask | None = None) -> Float32:
    """Divide by the brightness of the paper, so that paper is 1 in light and in shadow.

    The brightness is a gray closing over a window wider than any stroke [1]_, smoothed; a closing keeps the
    edge of a shadow in its place.

    Parameters
    ----------
    gray : (H, W) uint8 array
        Dark ink on brighter paper.
    text_height_px : float
    sheet : (H, W) bool array, optional
        What is outside of it becomes bare paper.

    Returns
    -------
    (H, W) float32 array
        In [0, 1.25]: 1 paper, the darker the ink the lower; grains of paper may be brighter.

    References
    ----------
    .. [1] Lu, Su, Tan, "Document image binarization using background estimation and stroke edges", IJDAR 13
           (2010).
    """
    cell = max(1, round(text_height_px * _CELL_HEIGHTS))
    cells = np.asarray(Image.fromarray(gray).reduce(cell), dtype=np.float32)
    # Cells that a window spans, an odd number.
    span = 2 * max(1, round(_WINDOW_HEIGHTS * text_height_px / cell / 2)) + 1
    paper = ndimage.grey_closing(cells, size=(span, span), mode="nearest")
    paper = ndimage.uniform_filter(paper, max(3, span // 4), mode="nearest")
    # Where there is no paper nothing is written: divided by black, it counts as paper.
    paper[paper < _OFF_PAPER * quantile(paper, 0.9)] = 0
    full = resized_bilinear(paper, gray.shape)
    # Below 8 of 255 the ratio is noise only.
    np.maximum(full, np.float32(8), out=full)
    flat: Float32 = np.divide(gray, full, out=full)
    np.minimum(flat, np.float32(_BRIGHTEST), out=flat)
    if sheet is not None:
        flat[~sheet] = 1
    return flat
