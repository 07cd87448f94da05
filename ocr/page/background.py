"""Flatten the light: estimate the bare paper behind the ink and divide by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from scipy import ndimage

from ocr.image.resize import page_side

if TYPE_CHECKING:
    from ocr.array_types import Float32, GrayBytes, Mask


# Grain brighter than the paper is kept up to this, because it tells how strong the grain is.
_BRIGHTEST = 1.25
# Strokes and filled blobs up to this wide count as ink, wider dark areas as paper in shadow.
_WINDOW_LETTERS = 1.2
# A ground darker than this share of the page's bright paper is no paper in shadow but a table or a gap.
_OFF_PAPER = 0.08
# Polarity is judged on a picture of about this many cells along its longer side, within windows of this many:
# a window then spans two letters or more on any usual page, and strokes still darken their cells. Medians of
# windows change slowly: one in three, both ways, stands for its neighbours.
_POLARITY_CELLS, _POLARITY_WINDOW, _POLARITY_STRIDE = 250, 15, 3
# The paper is estimated on cells this large: its light changes slowly.
_CELL_LETTERS = 1 / 8


def _cell_px(text_height_px: float) -> int:
    return max(1, round(text_height_px * _CELL_LETTERS))


def _on_cells(gray: GrayBytes, text_height_px: float) -> tuple[Float32, int]:
    """Mean gray of each cell, and the cells that a window spans (odd)."""
    cell = _cell_px(text_height_px)
    cells = np.asarray(Image.fromarray(gray).reduce(cell), dtype=np.float32)
    span = 2 * max(1, round(_WINDOW_LETTERS * text_height_px / cell / 2)) + 1
    return cells, span


def is_light_on_dark(gray: GrayBytes) -> bool:
    """Say whether the writing is brighter than its ground, as on a chalkboard.

    Writing is the minority: around any place most pixels are ground, and ink lies far from them on one side.
    So the third power of the distance from the local median, summed over the picture, has the sign of the
    writing. What is no further from it than the median itself changes close by does not count: it may be
    paper in a corner of the sheet, most of whose surroundings are table.

    Parameters
    ----------
    gray : (H, W) uint8 array
    """
    step = max(1, round(page_side(gray.shape) / _POLARITY_CELLS))
    cells = np.asarray(Image.fromarray(gray).reduce(step), dtype=np.float32)
    coarse = _local_median(cells)
    around = _POLARITY_WINDOW // _POLARITY_STRIDE
    change = ndimage.maximum_filter(coarse, around) - ndimage.minimum_filter(coarse, around)
    median, change = (_spread_out(one, cells.shape) for one in (coarse, change))
    distance = cells - median
    beyond = np.maximum(np.abs(distance) - change, 0)
    return float((beyond**3 * np.sign(distance)).sum()) > 0


def _local_median(cells: Float32) -> Float32:
    """Medians of the windows around every third cell of every third row."""
    width = _POLARITY_WINDOW
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(cells, width // 2, mode="symmetric"), (width, width)
    )[::_POLARITY_STRIDE, ::_POLARITY_STRIDE]
    return np.asarray(np.sort(windows.reshape(*windows.shape[:2], -1))[..., width * width // 2])


def _spread_out(coarse: Float32, shape: tuple[int, ...]) -> Float32:
    """Give all cells the value of the one that stands for them."""
    rows, cols = (np.arange(side) // _POLARITY_STRIDE for side in shape)
    return np.asarray(coarse[rows[:, None], cols])


def normalize_background(gray: GrayBytes, *, text_height_px: float, sheet: Mask | None = None) -> Float32:
    """Divide by the paper's own brightness, so that paper is 1 in light and in shadow.

    The paper is a grey closing over a window wider than any stroke [1]_, smoothed; a closing keeps the edge
    of a shadow where it is.

    Parameters
    ----------
    gray : (H, W) uint8 array
        Dark ink on brighter paper.
    text_height_px : float
        Letter height.
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
    cells, span = _on_cells(gray, text_height_px)
    paper = ndimage.grey_closing(cells, size=(span, span), mode="nearest")
    paper = ndimage.uniform_filter(paper, max(3, span // 4), mode="nearest")
    # Where there is no paper nothing is written: made black here, it counts as paper once divided by.
    paper[paper < _OFF_PAPER * np.quantile(paper, 0.9)] = 0
    height, width = gray.shape
    full = np.asarray(Image.fromarray(paper).resize((width, height), Image.Resampling.BILINEAR))
    # Below 8 of 255 the ratio is noise only.
    flat: Float32 = gray / np.maximum(full, np.float32(8))
    np.minimum(flat, np.float32(_BRIGHTEST), out=flat)
    if sheet is not None:
        flat[~sheet] = 1
    return flat
