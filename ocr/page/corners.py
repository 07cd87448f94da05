"""Find the four corners of a sheet that lies on a table: where the straight lines along its border meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float64 = NDArray[np.float64]
    Mask = NDArray[np.bool_]


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


def _explains(
    border: Float64, on_edge: NDArray[np.bool_], corners: Float64, settings: CornerSettings
) -> bool:
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
