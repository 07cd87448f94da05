"""Find the long, straight, thin lines that are printed on paper: rules, and the frames of forms and tables.

A rule is as long as the page: along its slope, a row of the page that lies on it is inked nearly everywhere
while the rows just above and below are not [1]_. First the slope is found under which rows differ most from
those beside them, then the rules along about that slope.

A frame has shorter sides that meet at their ends. This separates them from the strokes of H, E and U, which
meet others at one end only, and from those of O and D, which are bent where they meet; and frames are higher
than the letters in them.

References
----------
.. [1] Lopresti, Kavallieratou, "Ruling line removal in handwritten page images", ICPR 2010.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.geometry import Box
from ocr.numeric import connected, fit_line
from ocr.page.ink.components import find_components
from ocr.page.ink.filters import block_max, discrete_radon_transform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Int64, Mask


FAINT_PRINT = 0.15
"""Strength from which on ink may be part of a printed line: most are fainter than the pen beside them."""
# Lines are at most this far from level or upright: a photo taken by hand is seldom turned more.
_STEEPEST = float(np.tan(np.deg2rad(12.0)))

# A rule inks at least this share of its length across the page, and so much more than the rows beside it: a
# line of text is as dark, but not thin. So far away are these rows.
_COVERAGE_FRAC, _ABOVE_NEIGHBOURS_FRAC, _NEIGHBOUR_HEIGHTS = 0.5, 0.25, 0.16
# On a page no longer than this a rule looks like the stem or the bar of a letter.
_SHORTEST_PAGE_HEIGHTS = 8.0
# Rules are searched on a grid of this cell.
_RULE_CELL_HEIGHTS = 1 / 12
# Rules differ from their common slope by up to this, since in perspective they converge. Slopes are tried
# this far apart: a cell or two at the ends of a usual page.
_SPREAD_DEG, _STEP_DEG = 1.5, 0.25
# A step away from the common slope must gain this share of a rule's length.
_COST_OF_STEP = 0.01
# Neighbouring slopes score about equally: the middle one of them is taken.
_SLOPE_SMOOTHING = np.array([1.0, 2.0, 3.0, 2.0, 1.0])

# A frame is at least this high and this wide: a letter must fit into it.
_LOWEST_FRAME_HEIGHTS, _NARROWEST_FRAME_HEIGHTS = 1.35, 0.6
# Its sides are at most this thick, with the cells of the search that they touch, along this share of their
# length: letters touch them elsewhere.
_THICKEST_SIDE_HEIGHTS, _THIN_FRAC = 0.25, 0.5
# A side stays within this of a straight line, on average.
_BENT_HEIGHTS = 0.08
# Sides meet if their ends are at most this far apart: corners are often rounded.
_CORNER_HEIGHTS = 0.25
# Sides are searched on a grid of this cell.
_SIDE_CELL_HEIGHTS = 1 / 16
# A stroke of a letter interrupts a side for at most about this long.
_STROKE_HEIGHTS = 0.35
# Breaks in a side are at most this long, in cells: frames of neighbouring words are close together.
_BREAK_CELLS = 1


class PrintedLine(NamedTuple):
    """``offset + slope * along`` in pixels across the rows (upright: columns), for along in start .. stop."""

    upright: bool
    offset: float
    slope: float
    start: int
    stop: int

    @property
    def box(self) -> Box:
        """Box around the middle of the line, a pixel thick where it is level."""
        ends = sorted(round(self.offset + self.slope * along) for along in (self.start, self.stop - 1))
        if self.upright:
            return Box(self.start, ends[0], self.stop, ends[1] + 1)
        return Box(ends[0], self.start, ends[1] + 1, self.stop)


class Frame(NamedTuple):
    """Sides that touch one another, and the box around them in pixels."""

    sides: tuple[PrintedLine, ...]
    box: Box

    @classmethod
    def of(cls, sides: tuple[PrintedLine, ...]) -> Frame:
        """Return the frame that has these sides."""
        return cls(sides, Box.around(side.box for side in sides))


def find_rules(strength: Float32, *, text_height_px: float) -> tuple[PrintedLine, ...]:
    """Find the rules of ruled and squared paper in both directions.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    text_height_px : float

    Returns
    -------
    tuple of PrintedLine
        The level ones, top to bottom, then the upright ones, left to right.
    """
    faint = strength > FAINT_PRINT
    found = []
    for upright, along in ((False, faint), (True, faint.T)):
        places = _level_rules(along, text_height_px)
        found += [_across_page(*place, along.shape, upright=upright) for place in places]
    return tuple(found)


def _level_rules(faint: Mask, text_height_px: float) -> list[tuple[float, float]]:
    """Return the offsets and slopes of the rules along the rows of a mask."""
    cell = max(1, round(text_height_px * _RULE_CELL_HEIGHTS))
    height, width = (side // cell for side in faint.shape)
    if height < 8 or width * cell < _SHORTEST_PAGE_HEIGHTS * text_height_px:
        return []
    cells: Mask = block_max(faint, cell)
    beside = max(1, round(_NEIGHBOUR_HEIGHTS * text_height_px / cell))
    steps = np.arange(-round(_SPREAD_DEG / _STEP_DEG), round(_SPREAD_DEG / _STEP_DEG) + 1)
    angles = np.rad2deg(np.arctan(_common_slope(cells, beside))) + _STEP_DEG * steps
    slopes = np.tan(np.deg2rad(angles))
    margin = int(np.ceil(np.abs(slopes).max() * width / 2))
    sums = np.pad(np.cumsum(cells, axis=1, dtype=np.int64), ((0, 0), (1, 0)))
    coverage = np.stack([_coverage(sums, slope, margin) for slope in slopes])
    above_neighbours = coverage - _neighbours(coverage, beside)
    found = (coverage >= _COVERAGE_FRAC) & (above_neighbours >= _ABOVE_NEIGHBOURS_FRAC)
    rows = np.flatnonzero(found.any(axis=0))
    groups = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1) if rows.size else []
    scores = coverage - _COST_OF_STEP * np.abs(steps)[:, None]
    places = []
    for group in groups:
        best, row = np.unravel_index(scores[:, group].argmax(), (len(slopes), len(group)))
        slope = float(slopes[best])
        offset = (group[row] - margin + 0.5 - slope * width / 2) * cell
        places.append((float(offset), slope))
    return places


def _common_slope(cells: Mask, beside: int) -> float:
    """Find the slope under which rows differ most from those beside them."""
    # No line climbs by more than the height of a strip. Sums of steeper ones would fill the memory.
    steepest = min(_STEEPEST, cells.shape[0] / cells.shape[1])
    slopes, sums = discrete_radon_transform(cells, steepest=steepest)
    profiles = sums.astype(np.float32)
    above_neighbours = np.maximum(profiles - _neighbours(profiles, beside), 0)
    energy = np.pad((above_neighbours**2).sum(axis=1), len(_SLOPE_SMOOTHING) // 2)
    return float(slopes[np.convolve(energy, _SLOPE_SMOOTHING, mode="valid").argmax()])


def _neighbours(profiles: NDArray[np.floating], beside: int) -> NDArray[np.floating]:
    """Return the larger one of the two values (S, R) so many rows before and after each."""
    padded = np.pad(profiles, ((0, 0), (beside, beside)))
    return np.maximum(padded[:, : -2 * beside], padded[:, 2 * beside :])


def _coverage(sums: Int64, slope: float, margin: int) -> Float64:
    """Compute the share (H + 2 margin,) of inked cells along each row that climbs by ``slope``.

    Cells are running sums (H, 1 + W) along their rows. Rows are numbered where they cross the middle column,
    from ``-margin`` on. One that is on the page for less than half of its width counts as if it were there
    for half.
    """
    height, width = sums.shape[0], sums.shape[1] - 1
    shift = np.rint(slope * (np.arange(width) - width / 2)).astype(np.int64)
    # Columns of equal shift are added as one block.
    edges = np.concatenate([[0], np.flatnonzero(np.diff(shift)) + 1, [width]])
    blocks = np.diff(sums[:, edges], axis=1)
    inked, inside = np.zeros((2, height + 2 * margin), np.int64)
    for block, start, stop in zip(blocks.T, edges[:-1], edges[1:], strict=True):
        first = margin - shift[start]
        inked[first : first + height] += block
        inside[first : first + height] += stop - start
    return np.asarray(inked / np.maximum(inside, max(1, width // 2)))


def _across_page(offset: float, slope: float, shape: tuple[int, ...], *, upright: bool) -> PrintedLine:
    """Return the part of a rule that is on the page."""
    height, width = shape
    rows = offset + slope * np.arange(width)
    on_page = np.flatnonzero((rows >= 0) & (rows <= height - 1))
    start, stop = (int(on_page[0]), int(on_page[-1]) + 1) if on_page.size else (0, 1)
    return PrintedLine(upright, offset, slope, start, stop)


def find_frames(strength: Float32, *, text_height_px: float) -> tuple[Frame, ...]:
    """Find printed frames, such as the boxes of a form and the cells of a table.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    text_height_px : float

    Returns
    -------
    tuple of Frame
    """
    cell = max(1, round(text_height_px * _SIDE_CELL_HEIGHTS))
    cells: Mask = block_max(strength > FAINT_PRINT, cell)
    if not cells.size:
        return ()
    height = text_height_px / cell
    # Few strokes of letters are as high as the side of a frame: most pages need no more than this.
    standing = _sides(cells.T, height, upright=True)
    if len(standing) < 2:
        return ()
    sides = _closed(_sides(cells, height, upright=False), standing, _CORNER_HEIGHTS * height)
    frames = []
    for group in _connected(sides, _CORNER_HEIGHTS * height):
        lines = tuple(_in_pixels(side, cell, strength.shape) for side in group)
        frames.append(Frame.of(lines))
    return tuple(frames)


def _sides(cells: Mask, text_height: float, *, upright: bool) -> list[PrintedLine]:
    """Find straight thin strokes along the rows of a mask, in cells, each followed as far as there is ink."""
    shortest = text_height * (_LOWEST_FRAME_HEIGHTS if upright else _NARROWEST_FRAME_HEIGHTS)
    thin = cells & ~_opened(cells, 1 + max(1, round(_THICKEST_SIDE_HEIGHTS * text_height)))
    # Strokes that cross a side do not end it; a gap does.
    stroke = max(1, round(_STROKE_HEIGHTS * text_height))
    bridged = ndimage.maximum_filter1d(thin, stroke, axis=1, mode="constant")
    strokes = find_components(bridged & cells)
    found = []
    for index in np.flatnonzero(strokes.widths >= shortest).tolist():
        box = strokes.box(index)
        across, along = np.nonzero(strokes.ink(index) & thin[box.slices])
        across, along = across + box.top, along + box.left
        if not np.ptp(along):
            continue
        line = fit_line(along, across)
        if abs(line.slope) > _STEEPEST or line.mean_deviation > _BENT_HEIGHTS * text_height:
            continue
        side = PrintedLine(upright, line.offset, line.slope, int(along.min()), int(along.max()) + 1)
        side, thin_frac = _followed(cells, thin, side)
        if side.stop - side.start >= shortest and thin_frac >= _THIN_FRAC:
            found.append(side)
    return found


def _opened(cells: Mask, length: int) -> Mask:
    """Keep runs of at least so many cells down the columns of a mask."""
    eroded = ndimage.minimum_filter1d(cells.view(np.uint8), length, axis=0, mode="constant")
    shift = -1 if length % 2 == 0 else 0
    opened = ndimage.maximum_filter1d(eroded, length, axis=0, mode="constant", origin=shift)
    return np.asarray(opened, dtype=bool)


def _followed(cells: Mask, thin: Mask, side: PrintedLine) -> tuple[PrintedLine, float]:
    """Follow a side in both directions as far as there is ink; return also the share of it that is thin."""
    height, width = cells.shape
    cols = np.arange(width)
    middle = np.rint(side.offset + side.slope * cols).astype(np.int64)
    rows = np.clip(middle + np.arange(-1, 2)[:, None], 0, height - 1)
    inked = cells[rows, cols].any(axis=0) | ((cols >= side.start) & (cols < side.stop))
    places = np.flatnonzero(inked)
    run = np.cumsum(np.diff(places, prepend=places[0]) > _BREAK_CELLS + 1)
    own = places[run == run[np.searchsorted(places, side.start)]]
    thin_frac = thin[rows[:, own], own].any(axis=0).mean()
    return side._replace(start=int(own[0]), stop=int(own[-1]) + 1), float(thin_frac)


def _closed(level: Sequence[PrintedLine], upright: Sequence[PrintedLine], apart: float) -> list[PrintedLine]:
    """Keep the sides that meet a kept side of the other direction at both ends."""
    by_upright, by_level = _meetings(upright, level, apart), _meetings(level, upright, apart)
    keep_level, keep_upright = np.ones(len(level), dtype=bool), np.ones(len(upright), dtype=bool)
    count = -1
    while count != (count := int(keep_level.sum() + keep_upright.sum())):
        keep_level &= (by_upright & keep_upright[:, None]).any(axis=1).all(axis=0)
        keep_upright &= (by_level & keep_level[:, None]).any(axis=1).all(axis=0)
    return [*compress(level, keep_level), *compress(upright, keep_upright)]


def _meetings(others: Sequence[PrintedLine], sides: Sequence[PrintedLine], apart: float) -> Mask:
    """Return (2, m, n) whether others, of the other direction, pass the start and the stop of sides."""
    _, offset, slope, start, stop = np.array(others, dtype=np.float64).reshape(-1, 5).T[:, :, None]
    _, side_offset, side_slope, *ends = np.array(sides, dtype=np.float64).reshape(-1, 5).T
    along = np.stack(ends)[:, None]
    across = side_offset + side_slope * along
    passes = (start - apart <= across) & (across <= stop + apart)
    return np.asarray(passes & (np.abs(offset + slope * across - along) <= apart + 1))


def _connected(sides: Sequence[PrintedLine], apart: float) -> list[list[PrintedLine]]:
    """Group sides that meet, also by way of others."""
    if not sides:
        return []
    meets = _meetings(sides, sides, apart).any(axis=0)
    upright = np.array([side.upright for side in sides])
    touch = (meets | meets.T) & (upright[:, None] != upright)
    return [[sides[index] for index in group] for group in connected(touch, np.ones(len(sides), dtype=bool))]


def _in_pixels(side: PrintedLine, cell: int, shape: tuple[int, ...]) -> PrintedLine:
    """Scale a side from cells to pixels, a cell longer at both ends."""
    upright, offset, slope, start, stop = side
    longest = shape[0] if upright else shape[1]
    offset_px = (offset + 0.5 - 0.5 * slope) * cell
    return PrintedLine(upright, offset_px, slope, max(0, (start - 1) * cell), min(longest, (stop + 1) * cell))
