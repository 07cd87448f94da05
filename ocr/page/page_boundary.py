"""Find the sheet that is written on, where it lies on a table with a grain of its own.

Wood, cloth and stone have marks that look like strokes; what is outside of the sheet is not looked at. A
sheet is the smooth part of the picture: between its writing the paper is even, in light and in shadow. A
plain table is as smooth, and leaves no marks.

Find the four corners of a sheet that lies on a table: where the straight lines along its border meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from scipy import ndimage

from ocr.numeric import otsu

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, GrayBytes, Mask


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
    region = _largest_region(grain < np.exp(otsu(np.log(grain))))
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
    region = _largest_region(bright > otsu(bright), thread=_BRIGHT_THREAD)
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


@dataclass(frozen=True, slots=True)
class CornerSettings:
    """When a region has four corners; lengths in cells of its grid.

    Attributes
    ----------
    near_cells : float
        The border keeps this close to the straight sides ...
    explained_frac : float
        ... along this share of it.
    shortest_cells : float
        No side is shorter.
    cut_off_frac : float
        At most this share of a side lies on the edge of the picture: beyond it the sheet may go on.
    bluntest_deg : float
        No corner is blunter: three corners and a bend make no sheet.
    """

    near_cells: float = 1.0
    explained_frac: float = 0.93
    shortest_cells: float = 8.0
    cut_off_frac: float = 0.1
    bluntest_deg: float = 155.0


# The region reaches furthest in so many directions at its possible corners.
_DIRECTIONS = 64
# Sides are fitted so many times to what lies near them, but for their ends, where corners are worn.
_ROUNDS, _WORN_FRAC = 3, 0.08


def find_corners(region: Mask, settings: CornerSettings | None = None) -> Float64 | None:
    """Find the corners of a region that is bordered by four straight lines.

    The largest quadrilateral between points that lie furthest out is moved, side by side, onto the border.

    Parameters
    ----------
    region : (h, w) bool array
        In one piece, without holes.
    settings : CornerSettings, optional

    Returns
    -------
    (4, 2) float64 array or None
        Corners as ``(col, row)`` in cells, clockwise as one sees them; the cell (r, c) covers r .. r + 1 and
        c .. c + 1. None where the border is not four straight lines.
    """
    settings = settings or CornerSettings()
    rows, cols = np.nonzero(region & ~ndimage.binary_erosion(region))
    if len(rows) < 4 * settings.shortest_cells:
        return None
    border: Float64 = np.asarray(np.column_stack([cols, rows]) + 0.5, np.float64)
    corners = _largest_quadrilateral(border)
    for _ in range(_ROUNDS):
        if corners is None or not _has_shape(corners, settings):
            return None
        corners = _onto(border, corners, settings)
    if corners is None or not _has_shape(corners, settings):
        return None
    height, width = region.shape
    on_edge = (rows == 0) | (rows == height - 1) | (cols == 0) | (cols == width - 1)
    return corners if _explains(border, on_edge, corners, settings) else None


def _largest_quadrilateral(border: Float64) -> Float64 | None:
    """Largest one (4, 2) between points of the border, clockwise."""
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


def _has_shape(corners: Float64, settings: CornerSettings) -> bool:
    """Tell whether corners (4, 2) are convex, clockwise, and none is blunt; no side is short."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if not np.isfinite(lengths).all() or lengths.min() < settings.shortest_cells:
        return False
    unit = sides / lengths[:, None]
    before = np.roll(unit, 1, axis=0)
    turns = np.rad2deg(np.arctan2(_cross(before, unit), (before * unit).sum(axis=1)))
    return bool(turns.min() > 180 - settings.bluntest_deg and abs(turns.sum() - 360) < 1)


def _onto(border: Float64, corners: Float64, settings: CornerSettings) -> Float64 | None:
    """Move each side onto the border near it; their crossings are the corners (4, 2)."""
    lines = []
    for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along, aside = _beside(border, start, stop)
        own = (along > _WORN_FRAC) & (along < 1 - _WORN_FRAC) & (np.abs(aside) < 2 * settings.near_cells)
        if own.sum() < settings.shortest_cells / 2:
            return None
        middle = border[own].mean(axis=0)
        _, _, axes = np.linalg.svd(border[own] - middle, full_matrices=False)
        lines.append(np.array([*axes[1], -axes[1] @ middle]))
    crossings = np.cross(np.roll(lines, 1, axis=0), lines)
    if (np.abs(crossings[:, 2]) < 1e-6).any():
        return None
    return np.asarray(crossings[:, :2] / crossings[:, 2:])


def _explains(border: Float64, on_edge: Mask, corners: Float64, settings: CornerSettings) -> bool:
    """Tell whether the border keeps to the sides, and no side to the edge of the picture."""
    places = [
        _beside(border, start, stop)
        for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    distances = np.array(
        [np.where((along > -0.02) & (along < 1.02), np.abs(aside), np.inf) for along, aside in places]
    )
    if (distances.min(axis=0) <= settings.near_cells).mean() < settings.explained_frac:
        return False
    nearest = distances.argmin(axis=0)
    shares = [on_edge[nearest == side].mean() if (nearest == side).any() else 1.0 for side in range(4)]
    return max(shares) <= settings.cut_off_frac


def _beside(points: Float64, start: Float64, stop: Float64) -> tuple[Float64, Float64]:
    """How far points (N, 2) are along a side, as a share of it, and aside of it."""
    side = stop - start
    length = float(np.hypot(*side))
    away = points - start
    return away @ side / length**2, _cross(side / length, away)


def _cross(first: Float64, second: Float64) -> Float64:
    """Cross product of vectors (..., 2): positive for a turn that looks clockwise, as rows go down."""
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])
