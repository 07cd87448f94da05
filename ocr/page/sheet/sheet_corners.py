"""Find the corners of a sheet: where the four straight lines along its border meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr import ndimage
from ocr.numeric import fit_line, median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, GrayBytes, Mask

# Corners are searched in so many directions from the middle.
_DIRECTIONS = 64
# Sides are fitted so many times to the border near them, without their ends, where corners are worn.
_ROUNDS, _WORN_FRAC = 3, 0.08
# The border keeps this close to the four sides, along this share of it.
_NEAR_CELLS, _EXPLAINED_FRAC = 1.3, 0.93
# No side is shorter.
_SHORTEST_CELLS = 8.0
# At most this share of a side lies on the edge of the picture: beyond it the sheet may go on.
_CUT_OFF_FRAC = 0.1
# No corner is blunter: three corners and a bend make no sheet.
_BLUNTEST_DEG = 155.0
# Each side is moved onto the strongest step in brightness within so many pixels, seen at so many places along
# it over so many pixels on both sides, if this share of the places agree within so many pixels.
_REACH_PX, _PLACES, _STEP_PX, _AGREEING_FRAC, _AGREEING_PX = 24, 64, 5, 0.5, 2.5
# A step of fewer gray levels is none.
_LEAST_STEP = 4.0


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


def snapped(corners: Float64, gray: GrayBytes) -> Float64:
    """Move the sides of a sheet onto its edge in a picture of about a thousand pixels.

    Parameters
    ----------
    corners : (4, 2) float64 array
        ``(col, row)`` in pixels, clockwise, some pixels from where they are.
    gray : (H, W) uint8 array

    Returns
    -------
    (4, 2) float64 array
        A side along which there is no clear step stays where it is.
    """
    ends = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    found = _crossings([_line_between(*_snapped_side(gray, start, stop)) for start, stop in ends])
    return corners if found is None or np.abs(found - corners).max() > 2 * _REACH_PX else found


def _snapped_side(gray: GrayBytes, start: Float64, stop: Float64) -> tuple[Float64, Float64]:
    """Return two points on the straight line along which the brightness near a side changes most."""
    outward = np.array([stop[1] - start[1], start[0] - stop[0]]) / float(np.hypot(*(stop - start)))
    shares = np.linspace(_WORN_FRAC, 1 - _WORN_FRAC, _PLACES)
    away = _strongest_steps(gray, start + shares[:, None] * (stop - start), outward)
    # Lines through each two places half a side apart: the one that most places agree with.
    half = _PLACES // 2
    slopes = (away[half:] - away[:half]) / (shares[half:] - shares[:half])
    distances = np.abs(away - (away[:half] - slopes * shares[:half])[:, None] - slopes[:, None] * shares)
    agree = distances[(distances < _AGREEING_PX).sum(axis=1).argmax()] < _AGREEING_PX
    if agree.mean() < _AGREEING_FRAC:
        return start, stop
    line = fit_line(shares[agree], away[agree])
    return start + line.offset * outward, stop + (line.offset + line.slope) * outward


def _strongest_steps(gray: GrayBytes, places: Float64, outward: Float64) -> Float64:
    """Return how far outward of each place (N, 2) the inner pixels differ most from the outer ones.

    It is not a number where there is no clear step.
    """
    reach = np.arange(-_REACH_PX, _REACH_PX + 1)
    cols, rows = np.rint(places[:, None] + reach[:, None] * outward).astype(int).transpose(2, 0, 1)
    profile = gray[rows.clip(0, gray.shape[0] - 1), cols.clip(0, gray.shape[1] - 1)].astype(np.float64)
    sums = np.cumsum(np.pad(profile, ((0, 0), (1, 0))), axis=1)
    windows = sums[:, _STEP_PX:] - sums[:, :-_STEP_PX]
    steps = windows[:, :-_STEP_PX] - windows[:, _STEP_PX:]
    # The paper is brighter than the table, or darker, all along the side.
    sign = np.sign(median(profile[:, :_STEP_PX]) - median(profile[:, -_STEP_PX:]))
    steps *= sign
    away = steps.argmax(axis=1) - _REACH_PX + _STEP_PX - 0.5
    return np.where(steps.max(axis=1) > _STEP_PX * _LEAST_STEP, away, np.nan)


def outermost(points: Float64) -> Float64:
    """Return those of points (N, 2) that are outermost in some direction, clockwise."""
    angles = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    reach = points @ np.stack([np.cos(angles), np.sin(angles)])
    return points[list(dict.fromkeys(reach.argmax(axis=0).tolist()))]


def _largest_quadrilateral(border: Float64) -> Float64 | None:
    """Return the largest quadrilateral (4, 2) between points of the border, clockwise."""
    points = outermost(border)
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
    return _crossings(lines)


def _line_between(first: Float64, second: Float64) -> Float64:
    """Return the line a x + b y + c = 0 through two points, as (3,): a, b, c."""
    across = np.array([second[1] - first[1], first[0] - second[0]])
    return np.array([*across, -across @ first])


def _crossings(lines: Sequence[Float64]) -> Float64 | None:
    """Return where each of four lines (3,) crosses the one before, (4, 2); None where two are parallel."""
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
