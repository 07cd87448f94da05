"""Find the sheet of paper on a table: where it lies, and its four corners.

Wood, cloth and stone have marks that look like strokes, so what is outside of the sheet is not read. A sheet
is the smooth part of the picture: between its writing the paper is even, in light and in shadow. (A plain
table is as smooth, and has no marks.) A sheet that is brighter than the table around it also has corners:
where the straight lines along its border meet.

The polygon is drawn by Pillow, which draws lines of any width, unlike scikit-image. Opening and erosion are
those of SciPy, which scikit-image calls too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr import ndimage
from ocr.numeric import median, otsu, quantile

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, GrayBytes, Mask


# Grain is measured in cells of so many pixels of a picture of about a thousand: smaller than a letter, so
# that most of a cell of writing is paper.
_CELL_PX = 10
# How bright the brighter half of a cell is: a quantile, and what it is for Gaussian grain, in deviations.
_BRIGHT_QUANTILE, _BRIGHT_DEVIATIONS = 0.8, 0.842
# Grain weaker than this, in gray levels, is the camera's.
_LEAST_GRAIN = 0.7
# What is connected to a sheet by fewer cells than this is no part of it; its edge is left out so many cells
# wide.
_BRIDGE_CELLS, _EDGE_CELLS = 5, 1
# Share of the picture that a sheet covers.
_LEAST_FRAC, _MOST_FRAC = 0.08, 0.95
# Share of its octagonal outline that a sheet fills.
_FILLED_FRAC = 0.88
# Share of the picture's border that is table.
_BORDER_FRAC = 0.5
# The table's grain is at least so many times as strong as the sheet's.
_ROUGHER = 2.0

# The table around a sheet that is found by its brightness is darker than this share of it. A smaller opening
# leaves its corners sharp.
_TABLE_FRAC, _BRIGHT_BRIDGE_CELLS = 0.8, 3

# Corners are searched in so many directions from the middle.
_DIRECTIONS = 64
# Sides are fitted so many times to the border near them, without their ends, where corners are worn.
_ROUNDS, _WORN_FRAC = 3, 0.08
# The border keeps this close to the four sides, along this share of it.
_NEAR_CELLS, _EXPLAINED_FRAC = 1.0, 0.93
# No side is shorter.
_SHORTEST_CELLS = 8.0
# At most this share of a side lies on the edge of the picture: beyond it the sheet may go on.
_CUT_OFF_FRAC = 0.1
# No corner is blunter: three corners and a bend make no sheet.
_BLUNTEST_DEG = 155.0


def find_sheet(gray: GrayBytes) -> Mask | None:
    """Find the sheet in a picture by its smoothness.

    Parameters
    ----------
    gray : (H, W) uint8 array
        About a thousand pixels long, dark ink on brighter paper.

    Returns
    -------
    (h, w) bool array or None
        The sheet without its edge, on a grid of cells; None where all may be paper.
    """
    if min(gray.shape) < 2 * _BRIDGE_CELLS * _CELL_PX:
        return None
    grain = _grain(gray)
    region = _largest_region(grain < np.exp(otsu(np.log(grain))), bridge_cells=_BRIDGE_CELLS)
    if not _LEAST_FRAC < region.mean() < _MOST_FRAC or not _fills_outline(region):
        return None
    outside = ~ndimage.binary_dilation(region, iterations=_EDGE_CELLS)
    if (~_border(region)).mean() < _BORDER_FRAC or not outside.any():
        return None
    if median(grain[outside]) < _ROUGHER * median(grain[region]):
        return None
    return np.asarray(ndimage.binary_erosion(region, iterations=_EDGE_CELLS, border_value=1))


def find_sheet_corners(gray: GrayBytes) -> Float64 | None:
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
    if min(gray.shape) < 2 * _BRIDGE_CELLS * _CELL_PX:
        return None
    # The means cost little, and of most pictures they show that there is no sheet.
    means = np.asarray(Image.fromarray(gray).reduce(_CELL_PX))
    if np.median(_border(means)) > _TABLE_FRAC * quantile(means, 0.9):
        return None
    cells, (height, width) = _sorted_cells(gray)
    bright = _quantile(cells, _BRIGHT_QUANTILE)
    corners = find_corners(_largest_region(bright > otsu(bright), bridge_cells=_BRIGHT_BRIDGE_CELLS))
    return None if corners is None else corners * (width, height)


def sheet_mask(corners: Float64, shape: tuple[int, ...]) -> Mask:
    """Return the mask (H, W) of a sheet with corners (4, 2) in pixels, without its edge and its shadow."""
    # Late: few pictures show a sheet on a table.
    from PIL import ImageDraw

    picture = Image.new("1", (shape[1], shape[0]))
    points = [(float(col), float(row)) for col, row in corners]
    drawing = ImageDraw.Draw(picture)
    drawing.polygon(points, fill=1)
    drawing.line([*points, points[0], points[1]], fill=0, width=2 * _EDGE_CELLS * _CELL_PX, joint="curve")
    return np.array(picture)


def _grain(gray: GrayBytes) -> Float32:
    """Compute how far the brighter half of each cell (h, w) spreads, in gray levels: ink only darkens.

    The median of three by three cells is taken: the edge of a shadow or of a stroke is no grain.
    """
    cells, _ = _sorted_cells(gray)
    middle, bright = _quantile(cells, 0.5), _quantile(cells, _BRIGHT_QUANTILE)
    spread = ndimage.median_filter((bright - middle) / _BRIGHT_DEVIATIONS, 3)
    return np.asarray(np.maximum(spread, _LEAST_GRAIN), np.float32)


def _sorted_cells(gray: GrayBytes) -> tuple[Float32, tuple[int, int]]:
    """Return the pixels (h, w, n) of each cell in rising order, and the height and width of a cell."""
    rows, cols = (max(1, side // _CELL_PX) for side in gray.shape)
    height, width = gray.shape[0] // rows, gray.shape[1] // cols
    cells = gray[: rows * height, : cols * width].reshape(rows, height, cols, width).swapaxes(1, 2)
    # Sorting numbers of 32 bits takes a tenth of the time of finding quantiles of bytes.
    return np.sort(cells.reshape(rows, cols, -1).astype(np.float32), axis=-1), (height, width)


def _quantile(ranked: Float32, share: float) -> Float32:
    """Return a quantile along the last axis of sorted values."""
    return np.asarray(ranked[..., round(share * (ranked.shape[-1] - 1))])


def _border(cells: GrayBytes | Mask) -> GrayBytes | Mask:
    """Return the values of an array (h, w) along its border."""
    return np.concatenate([cells[0], cells[-1], cells[:, 0], cells[:, -1]])


def _largest_region(cells: Mask, *, bridge_cells: int) -> Mask:
    """Return the largest connected part, without what a narrow bridge connects to it, its holes filled."""
    labels, count = ndimage.label(ndimage.binary_opening(cells, np.ones((bridge_cells, bridge_cells), bool)))
    if not count:
        return np.zeros_like(cells)
    largest = int(np.argmax(np.bincount(labels.ravel())[1:])) + 1
    return np.asarray(ndimage.binary_fill_holes(labels == largest))


def _fills_outline(region: Mask) -> bool:
    """Return whether a region has about the area of the octagon around it."""
    rows, cols = np.nonzero(region)
    rows, cols = rows - rows.min(), cols - cols.min()
    height, width = int(rows.max()), int(cols.max())
    # Sides of the triangles that the slanting sides of the octagon cut off the corners of the box.
    falling, rising = rows + cols, rows + width - cols
    cut = (falling.min(), height + width - falling.max(), rising.min(), height + width - rising.max())
    outline = (height + 1) * (width + 1) - sum(float(side) ** 2 / 2 for side in cut)
    return bool(region.sum() > _FILLED_FRAC * outline)


def find_corners(region: Mask) -> Float64 | None:
    """Find the corners of a region that is bordered by four straight lines.

    The largest quadrilateral between the outermost points is moved, side by side, onto the border.

    Parameters
    ----------
    region : (h, w) bool array
        Connected, without holes.

    Returns
    -------
    (4, 2) float64 array or None
        Corners as ``(col, row)`` in cells, clockwise in the picture; the cell (r, c) covers r .. r + 1 and
        c .. c + 1. None where the border is not four straight lines.
    """
    rows, cols = np.nonzero(region & ~ndimage.binary_erosion(region))
    if len(rows) < 4 * _SHORTEST_CELLS:
        return None
    border: Float64 = np.asarray(np.column_stack([cols, rows]) + 0.5, np.float64)
    corners = _largest_quadrilateral(border)
    for _ in range(_ROUNDS):
        if corners is None or not _has_shape_of_sheet(corners):
            return None
        corners = _moved_onto(border, corners)
    if corners is None or not _has_shape_of_sheet(corners):
        return None
    height, width = region.shape
    on_edge = (rows == 0) | (rows == height - 1) | (cols == 0) | (cols == width - 1)
    return corners if _explains(border, on_edge, corners) else None


def _largest_quadrilateral(border: Float64) -> Float64 | None:
    """Return the largest quadrilateral (4, 2) between points of the border, clockwise."""
    angles = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    reach = border @ np.stack([np.cos(angles), np.sin(angles)])
    points = border[list(dict.fromkeys(reach.argmax(axis=0).tolist()))]
    across = points[None] - points[:, None]
    # Twice the area of the triangle i, j, k: positive on one side of the diagonal from i to j.
    areas = across[:, :, None, 0] * across[:, None, :, 1] - across[:, :, None, 1] * across[:, None, :, 0]
    both = areas.max(axis=2) - areas.min(axis=2)
    first, third = np.unravel_index(both.argmax(), both.shape)
    second, fourth = areas[first, third].argmin(), areas[first, third].argmax()
    chosen = [int(first), int(second), int(third), int(fourth)]
    return points[chosen] if len(set(chosen)) == 4 else None


def _has_shape_of_sheet(corners: Float64) -> bool:
    """Return whether corners (4, 2) are convex, clockwise and not blunt, and no side is short."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if not np.isfinite(lengths).all() or lengths.min() < _SHORTEST_CELLS:
        return False
    unit = sides / lengths[:, None]
    before = np.roll(unit, 1, axis=0)
    turns = np.rad2deg(np.arctan2(_cross(before, unit), (before * unit).sum(axis=1)))
    return bool(turns.min() > 180 - _BLUNTEST_DEG and abs(turns.sum() - 360) < 1)


def _moved_onto(border: Float64, corners: Float64) -> Float64 | None:
    """Move each side onto the border near it; return the corners (4, 2), where the sides cross."""
    lines = []
    for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along, aside = _beside(border, start, stop)
        own = (along > _WORN_FRAC) & (along < 1 - _WORN_FRAC) & (np.abs(aside) < 2 * _NEAR_CELLS)
        if own.sum() < _SHORTEST_CELLS / 2:
            return None
        middle = border[own].mean(axis=0)
        _, _, axes = np.linalg.svd(border[own] - middle, full_matrices=False)
        lines.append(np.array([*axes[1], -axes[1] @ middle]))
    crossings = np.cross(np.roll(lines, 1, axis=0), lines)
    if (np.abs(crossings[:, 2]) < 1e-6).any():
        return None
    return np.asarray(crossings[:, :2] / crossings[:, 2:])


def _explains(border: Float64, on_edge: Mask, corners: Float64) -> bool:
    """Return whether the border keeps to the sides, and no side to the edge of the picture."""
    places = [
        _beside(border, start, stop)
        for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    distances = np.array(
        [np.where((along > -0.02) & (along < 1.02), np.abs(aside), np.inf) for along, aside in places]
    )
    if (distances.min(axis=0) <= _NEAR_CELLS).mean() < _EXPLAINED_FRAC:
        return False
    nearest = distances.argmin(axis=0)
    shares = [on_edge[nearest == side].mean() if (nearest == side).any() else 1.0 for side in range(4)]
    return max(shares) <= _CUT_OFF_FRAC


def _beside(points: Float64, start: Float64, stop: Float64) -> tuple[Float64, Float64]:
    """Compute how far points (N, 2) are along a side, as a share of it, and aside of it."""
    side = stop - start
    length = float(np.hypot(*side))
    away = points - start
    return away @ side / length**2, _cross(side / length, away)


def _cross(first: Float64, second: Float64) -> Float64:
    """Return the cross product of vectors (..., 2): positive for a clockwise turn, as rows go down."""
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])
