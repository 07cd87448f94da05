"""Find the sheet that is written on, where it lies on a table with a grain of its own.

Wood, cloth and stone have marks that look like strokes; what is outside of the sheet is not looked at. A
sheet is the smooth part of the picture: between its writing the paper is even, in light and in shadow. A
plain table is as smooth, and leaves no marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from scipy import ndimage

from ocr.page.corners import find_corners

if TYPE_CHECKING:
    from numpy.typing import NDArray

    GrayBytes = NDArray[np.uint8]
    Float32 = NDArray[np.float32]
    Float64 = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SheetSettings:
    """When a smooth region is a sheet on a table.

    Attributes
    ----------
    least_frac, most_frac : float
        Share of the picture that a sheet covers.
    filled_frac : float
        Share of its octagonal outline that it fills.
    around_frac : float
        Share of the picture's border that is table.
    rougher : float
        The table's grain is at least so many times as strong as the sheet's.
    """

    least_frac: float = 0.08
    most_frac: float = 0.95
    filled_frac: float = 0.88
    around_frac: float = 0.5
    rougher: float = 2.0


# Grain is told in cells of so many pixels of a picture of about a thousand: some of a letter, so that most of
# a cell of writing is paper.
_CELL_PX = 10
# How bright the brighter half of a cell is: a quantile and what it is for Gaussian grain, in deviations.
_BRIGHT_QUANTILE, _BRIGHT_DEVIATIONS = 0.8, 0.842
# Grain weaker than this, in gray levels, is the camera's.
_LEAST_GRAIN = 0.7
# What hangs on to a sheet by fewer cells than this is none of it; its edge is left out so many cells wide.
_THREAD, _EDGE = 5, 1
# What tells a sheet by its brightness: the table around it is darker than this share of it; a finer opening
# leaves its corners sharp.
_TABLE_FRAC, _BRIGHT_THREAD = 0.8, 3


def find_sheet(gray: GrayBytes, settings: SheetSettings | None = None) -> Mask | None:
    """Find the sheet on a picture.

    Parameters
    ----------
    gray : (H, W) uint8 array
        About a thousand pixels long, dark ink on brighter paper.
    settings : SheetSettings, optional

    Returns
    -------
    (h, w) bool array or None
        The sheet without its edge, on a grid of cells; None where all may be paper.
    """
    settings = settings or SheetSettings()
    if min(gray.shape) < 2 * _THREAD * _CELL_PX:
        return None
    grain = _grain(gray)
    region = _largest_region(grain < np.exp(_otsu(np.log(grain))))
    if not settings.least_frac < region.mean() < settings.most_frac or not _fills_outline(region, settings):
        return None
    border = np.concatenate([region[0], region[-1], region[:, 0], region[:, -1]])
    outside = ~ndimage.binary_dilation(region, iterations=_EDGE)
    if (~border).mean() < settings.around_frac or not outside.any():
        return None
    if np.median(grain[outside]) < settings.rougher * np.median(grain[region]):
        return None
    return np.asarray(ndimage.binary_erosion(region, iterations=_EDGE, border_value=1))


def sheet_corners(gray: GrayBytes) -> Float64 | None:
    """Find the corners of a sheet that is brighter than the table around it, whatever that is made of.

    Parameters
    ----------
    gray : (H, W) uint8 array
        About a thousand pixels long, dark ink on brighter paper.

    Returns
    -------
    (4, 2) float64 array or None
        ``(col, row)`` in pixels, clockwise; None where no bright part of the picture has four corners.
    """
    if min(gray.shape) < 2 * _THREAD * _CELL_PX:
        return None
    # On most pictures the means, which cost little, tell that there is none.
    means = np.asarray(Image.fromarray(gray).reduce(_CELL_PX))
    border = np.concatenate([means[0], means[-1], means[:, 0], means[:, -1]])
    if np.median(border) > _TABLE_FRAC * np.quantile(means, 0.9):
        return None
    cells, (high, wide) = _cells(gray)
    bright = _quantile(cells, _BRIGHT_QUANTILE)
    region = _largest_region(bright > _otsu(bright), thread=_BRIGHT_THREAD)
    corners = find_corners(region)
    return None if corners is None else corners * (wide, high)


def within(corners: Float64, shape: tuple[int, ...]) -> Mask:
    """Mask (H, W) of a sheet with these corners (4, 2) in pixels, without its edge and its shadow."""
    # Late: few pictures show a sheet on a table.
    from PIL import ImageDraw

    picture = Image.new("1", (shape[1], shape[0]))
    points = [(float(col), float(row)) for col, row in corners]
    drawing = ImageDraw.Draw(picture)
    drawing.polygon(points, fill=1)
    drawing.line([*points, points[0], points[1]], fill=0, width=2 * _EDGE * _CELL_PX, joint="curve")
    return np.array(picture)


def _grain(gray: GrayBytes) -> Float32:
    """How far the brighter half of each cell spreads (h, w), in gray levels: ink only darkens.

    The median of three by three cells: the edge of a shadow or of a stroke is no grain.
    """
    cells, _ = _cells(gray)
    middle, bright = _quantile(cells, 0.5), _quantile(cells, _BRIGHT_QUANTILE)
    spread = ndimage.median_filter((bright - middle) / _BRIGHT_DEVIATIONS, 3)
    return np.asarray(np.maximum(spread, _LEAST_GRAIN), np.float32)


def _cells(gray: GrayBytes) -> tuple[Float32, tuple[int, int]]:
    """Pixels (h, w, n) of each cell in rising order, and how high and wide a cell is."""
    rows, cols = (max(1, side // _CELL_PX) for side in gray.shape)
    high, wide = gray.shape[0] // rows, gray.shape[1] // cols
    cells = gray[: rows * high, : cols * wide].reshape(rows, high, cols, wide).swapaxes(1, 2)
    # To sort numbers of 32 bits takes a tenth of the time of looking for quantiles among bytes.
    return np.sort(cells.reshape(rows, cols, -1).astype(np.float32), axis=-1), (high, wide)


def _quantile(ranked: Float32, share: float) -> Float32:
    return np.asarray(ranked[..., round(share * (ranked.shape[-1] - 1))])


def _otsu(values: NDArray[np.floating]) -> float:
    """Level that parts values (h, w) best in two (Otsu, 1979)."""
    counts, edges = np.histogram(values, 64)
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)[:-1]
    above = values.size - below
    total = np.cumsum(counts * middles)
    means = total[:-1] / np.maximum(below, 1), (total[-1] - total[:-1]) / np.maximum(above, 1)
    return float(edges[1:-1][np.argmax(below * above * (means[1] - means[0]) ** 2)])


def _largest_region(smooth: Mask, *, thread: int = _THREAD) -> Mask:
    """Largest connected part, without what hangs on to it by a thread, and with its holes filled."""
    labels, count = ndimage.label(ndimage.binary_opening(smooth, np.ones((thread, thread), bool)))
    if not count:
        return np.zeros_like(smooth)
    largest = int(np.argmax(np.bincount(labels.ravel())[1:])) + 1
    return np.asarray(ndimage.binary_fill_holes(labels == largest))


def _fills_outline(region: Mask, settings: SheetSettings) -> bool:
    """Tell whether a region has about the area of the octagon around it."""
    rows, cols = np.nonzero(region)
    rows, cols = rows - rows.min(), cols - cols.min()
    height, width = int(rows.max()), int(cols.max())
    # Sides of the triangles that the slanting sides of the octagon cut off the corners of the box.
    falling, rising = rows + cols, rows + width - cols
    cut = (falling.min(), height + width - falling.max(), rising.min(), height + width - rising.max())
    outline = (height + 1) * (width + 1) - sum(float(side) ** 2 / 2 for side in cut)
    return bool(region.sum() > settings.filled_frac * outline)
