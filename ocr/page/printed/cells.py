"""Find the cells that printed lines enclose: of tables, of combs, and boxes that are alone.

The printed lines are those that were erased: nothing is detected anew. Their gaps are closed along them, for
strokes of the pen cross them; what they enclose is a cell if it is about a rectangle. Cells are neighbours
if there is nothing but a line between them. Neighbours are numbered by rows and columns: their sides are
brought in order after the slopes of the group are taken out.
"""

from __future__ import annotations

from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.ndimage.runs import boxes_and_areas, connected_runs, long_runs, row_runs
from ocr.numeric import connected, median, overlap
from ocr.page.ink.filters import block_max

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask

# Lines are followed on a grid of so many cells per text height.
_CELLS_PER_HEIGHT = 8
# Gaps in a line up to this long are closed: strokes that cross it, and the gaps of dashes. A line is at least
# so long.
_GAP_HEIGHTS, _RUN_HEIGHTS = 0.5, 0.9
# Gaps up to this length are closed if so much of them is ink: letters are written over the line.
_CROSSED_HEIGHTS, _CROSSED_FRAC = 2.0, 0.3
# A letter fits into a cell; it fills so much of the rectangle around it, for lines may be up to 5 degrees
# from level.
_LOWEST_HEIGHTS, _RECTANGLE_FRAC = 0.6, 0.6
# A box that takes more than this share of the picture is the edge of the sheet.
_LARGEST_FRAC = 0.5
# More cells than this are squared paper.
_MOST_CELLS = 500
# Between neighbours there is a line of at most this thickness, along at least this share of the shorter one.
_THICKEST_HEIGHTS, _BESIDE_FRAC = 0.8, 0.5
# A cell at the edge of the picture is at most so many times as large as others, and a text height more.
_MUCH_LARGER = 2.0
# Sides of cells that are nearer to one another than this share of a usual cell are one side.
_SAME_SIDE_FRAC = 0.4
# Squares of squared paper: as wide as high within this factor, and more of them than a board of a game has,
# or too low to write into.
_SQUARE, _MOST_SQUARES, _LOWEST_CELL_HEIGHTS = 1.25, 12, 0.85
# A comb has so many cells of about the same width, at most so wide, in at most so many rows.
_FEWEST_IN_COMB, _WIDEST_IN_COMB_HEIGHTS, _UNEQUAL, _MOST_ROWS_OF_COMB = 3, 3.5, 1.3, 3


class GroupKind(Enum):
    """What a group of cells is."""

    TABLE = "table"
    COMB = "comb"
    BOX = "box"


class PrintedCell(NamedTuple):
    """A cell: its box in pixels, and its place in its group, from 0."""

    box: Box
    row: int = 0
    column: int = 0
    row_span: int = 1
    column_span: int = 1


class CellGroup(NamedTuple):
    """Cells that belong together; a box that is alone is a group of one."""

    kind: GroupKind
    cells: tuple[PrintedCell, ...]

    @property
    def box(self) -> Box:
        """Box around the cells."""
        return Box.around(cell.box for cell in self.cells)


class _Regions(NamedTuple):
    """Enclosed regions: boxes (n, 4) on the grid, and which of them touch the edge of the picture."""

    boxes: Int64
    at_edge: Mask


def find_cells(printed: Mask, inked: Mask, *, text_height_px: float) -> tuple[CellGroup, ...]:
    """Find the cells of a page, in groups.

    Parameters
    ----------
    printed : (H, W) bool array
        The pixels of printed lines.
    inked : (H, W) bool array
        All ink of the page.
    text_height_px : float

    Returns
    -------
    tuple of CellGroup
        Top to bottom.
    """
    step = max(1, round(text_height_px / _CELLS_PER_HEIGHT))
    height = text_height_px / step
    print_cells, ink_cells = (block_max(mask, step, partly=True) for mask in (printed, inked))
    lines = _closed_lines(print_cells, ink_cells, height)
    regions = _enclosed(lines, height)
    if not 0 < len(regions.boxes) <= _MOST_CELLS:
        return ()
    beside = _neighbours(regions.boxes, height)
    below = _neighbours(regions.boxes[:, [1, 0, 3, 2]], height)
    found = [
        group
        for members in _groups(regions, beside | below, height)
        for group in _group(regions.boxes[members], beside, below, members, height)
    ]
    found = [_in_pixels(group, step, printed.shape) for group in found]
    return tuple(sorted(found, key=lambda group: (group.box.top, group.box.left)))


def _closed_lines(printed: Mask, inked: Mask, height: float) -> Mask:
    """Return the level and upright lines (h, w) of a mask, without gaps."""
    level, upright = _level_lines(printed, height), _level_lines(printed.T, height)
    across = _crossed_lines(level, upright.T, inked, height)
    return across | _crossed_lines(upright, level.T, inked.T, height).T


def _level_lines(printed: Mask, height: float) -> Mask:
    """Find runs of printed pixels (h, w) along the rows that are long once their gaps are closed."""
    # A line that is not quite level steps from row to row. The edge of the picture ends a line as another
    # line does.
    thick = np.pad(printed, ((0, 0), (1, 1)), constant_values=True)
    thick[1:, 1:-1] |= printed[:-1]
    thick[:-1, 1:-1] |= printed[1:]
    return long_runs(thick, shortest=_RUN_HEIGHTS * height, gap=_GAP_HEIGHTS * height)[:, 1:-1]


def _crossed_lines(level: Mask, upright: Mask, inked: Mask, height: float) -> Mask:
    """Close the gaps in level lines (h, w) over which letters are written.

    A gap from one upright line to another one is left: there a box ends and another one begins.
    """
    runs = row_runs(level)
    gaps = runs.gaps
    near = np.flatnonzero(gaps <= _CROSSED_HEIGHTS * height)
    if not near.size:
        return level
    first, last = runs.stops[near], runs.starts[near + 1]
    ink = np.cumsum(np.pad(inked, ((0, 0), (0, 1))), dtype=np.int64)
    sides = np.pad(upright, ((0, 0), (0, 1))).ravel()
    is_crossed = ink[last - 1] - ink[first - 1] >= _CROSSED_FRAC * gaps[near]
    is_crossed &= ~((sides[first - 1] | sides[first - 2]) & (sides[last] | sides[last + 1]))
    is_one = np.zeros(len(gaps), bool)
    is_one[near] = is_crossed
    return runs.joined(is_one).mask()


def _enclosed(lines: Mask, height: float) -> _Regions:
    """Find what lines enclose, with the edge of the picture, if it is about a rectangle."""
    paper = row_runs(~lines)
    boxes, areas = boxes_and_areas(paper, connected_runs(paper, corners=False))
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    kept = np.minimum(heights, widths) >= _LOWEST_HEIGHTS * height
    kept &= areas >= _RECTANGLE_FRAC * heights * widths
    kept &= areas <= _LARGEST_FRAC * lines.size
    boxes = boxes[kept]
    at_edge = (boxes[:, :2] == 0).any(axis=1) | (boxes[:, 2:] == lines.shape).any(axis=1)
    return _Regions(boxes, at_edge)


def _neighbours(boxes: Int64, height: float) -> Mask:
    """Return (n, n) whether the second of two regions begins where the first ends, at its right."""
    top, left, bottom, right = boxes.T
    gap = left[None] - right[:, None]
    beside = overlap(top[:, None], bottom[:, None], top[None], bottom[None])
    shorter = np.minimum(*np.meshgrid(bottom - top, bottom - top))
    near = np.abs(gap) <= _THICKEST_HEIGHTS * height
    # Of two cells that are not quite level the boxes overlap.
    near &= left[None] + right[None] > (left + right)[:, None]
    near &= left[None] > left[:, None]
    return np.asarray(near & (beside >= _BESIDE_FRAC * shorter))


def _groups(regions: _Regions, touch: Mask, height: float) -> list[Int64]:
    """Return the regions of each group.

    Regions at the edge of the picture belong to a table that is cut off there; without a table they are what
    is beside the printed lines.
    """
    touch = touch | touch.T
    inner = ~regions.at_edge
    groups = []
    for members in connected(touch & inner & inner[:, None], inner):
        group = np.zeros(len(inner), bool)
        group[members] = True
        for _ in range(2):
            boxes = regions.boxes[group]
            if min(_distinct(boxes[:, 0], height), _distinct(boxes[:, 1], height)) > 1:
                joined = regions.at_edge & (touch & group).any(axis=1)
                joined &= _are_like(regions.boxes, boxes, height)
                group |= joined
        groups.append(np.flatnonzero(group))
    return groups


def _distinct(values: Int64, height: float) -> int:
    """Count values that are at least half a text height apart."""
    ranked = np.sort(values)
    return 1 + int(np.sum(ranked[1:] - ranked[:-1] > height / 2))


def _are_like(boxes: Int64, others: Int64, height: float) -> Mask:
    """Whether boxes (n, 4) are not much larger than the largest of others, both ways."""
    sides, largest = boxes[:, 2:] - boxes[:, :2], (others[:, 2:] - others[:, :2]).max(axis=0)
    return np.asarray((sides <= _MUCH_LARGER * largest + height).all(axis=1))


class _Level(NamedTuple):
    """Regions after the slopes of their group are taken out: left, top, right and bottom (n,)."""

    left: Float64
    top: Float64
    right: Float64
    bottom: Float64


def _group(boxes: Int64, beside: Mask, below: Mask, members: Int64, height: float) -> list[CellGroup]:
    """Return the cells of a group by rows and columns, and what it is; none for squared paper."""
    pairs = np.ix_(members, members)
    level = _levelled(boxes, beside[pairs], below[pairs])
    columns, rows = _places(level.left, level.right), _places(level.top, level.bottom)
    cells = sorted(
        (
            PrintedCell(Box(*map(int, box)), row, column, max(1, last_row - row), max(1, last - column))
            for box, row, last_row, column, last in zip(boxes, *rows, *columns, strict=True)
        ),
        key=lambda cell: (cell.row, cell.column),
    )
    wide, high = level.right - level.left, level.bottom - level.top
    if _is_paper(wide, high, cells, height):
        return []
    counts = max(rows[1]), max(columns[1])
    if min(counts) == 1 or _are_combs(wide, cells, counts, height):
        return _boxes_and_combs(cells, height)
    return [CellGroup(GroupKind.TABLE, tuple(cells))]


def _levelled(boxes: Int64, beside: Mask, below: Mask) -> _Level:
    """Take the slopes of rows and columns out of boxes (n, 4), and shrink them to the cells in them."""
    top, left, bottom, right = boxes.T.astype(np.float64)
    row, col, high, wide = (top + bottom) / 2, (left + right) / 2, bottom - top, right - left
    of_rows, of_cols = _slope(col, row, high, beside), _slope(row, col, wide, below)
    if not below.any():
        of_cols = -of_rows
    if not beside.any():
        of_rows = -of_cols
    tilt = 1 - abs(of_rows * of_cols)
    own_high = np.maximum((high - abs(of_rows) * wide) / tilt, 1)
    own_wide = np.maximum((wide - abs(of_cols) * high) / tilt, 1)
    x, y = col - of_cols * row, row - of_rows * col
    gap_x = _usual_gap(x - own_wide / 2, x + own_wide / 2, beside)
    gap_y = _usual_gap(y - own_high / 2, y + own_high / 2, below)
    half_x, half_y = (own_wide + gap_x) / 2, (own_high + gap_y) / 2
    return _Level(x - half_x, y - half_y, x + half_x, y + half_y)


def _slope(along: Float64, across: Float64, sides: Float64, pairs: Mask) -> float:
    """Return how far neighbours of the same size are aside of one another."""
    first, second = np.nonzero(pairs)
    alike = np.abs(sides[first] - sides[second]) <= 0.1 * sides[first]
    first, second = first[alike], second[alike]
    if not first.size:
        return 0.0
    return median((across[second] - across[first]) / (along[second] - along[first]))


def _usual_gap(starts: Float64, stops: Float64, pairs: Mask) -> float:
    """Return the usual distance of neighbours."""
    first, second = np.nonzero(pairs)
    return median(starts[second] - stops[first]) if first.size else 0.0


def _places(starts: Float64, stops: Float64) -> tuple[list[int], list[int]]:
    """Return the numbers of the sides where cells start and where they stop."""
    sides = np.r_[starts, stops]
    order = np.argsort(sides, kind="stable")
    apart = _SAME_SIDE_FRAC * float(np.min(stops - starts))
    numbers = np.empty(len(sides), np.int64)
    numbers[order] = np.r_[0, np.cumsum(np.diff(sides[order]) > apart)]
    first, last = np.split(numbers, 2)
    return first.tolist(), last.tolist()


def _is_paper(wide: Float64, high: Float64, cells: Sequence[PrintedCell], height: float) -> bool:
    """Whether cells are those of squared paper."""
    if median(high) < _LOWEST_CELL_HEIGHTS * height:
        return True
    # Lines that meet at a narrow angle leave cells of no height.
    shape = median(wide / np.maximum(high, 1))
    most = max(*(cell.row for cell in cells), *(cell.column for cell in cells)) + 1
    return bool(1 / _SQUARE < shape < _SQUARE and most > _MOST_SQUARES)


def _are_combs(wide: Float64, cells: Sequence[PrintedCell], counts: tuple[int, int], height: float) -> bool:
    """Whether a group is a few combs, one below the other, and no table."""
    rows, columns = counts
    if rows > _MOST_ROWS_OF_COMB or columns < _FEWEST_IN_COMB * rows:
        return False
    is_narrow = np.max(wide) <= min(_WIDEST_IN_COMB_HEIGHTS * height, _UNEQUAL * np.min(wide))
    return bool(is_narrow and all(cell.row_span == cell.column_span == 1 for cell in cells))


def _boxes_and_combs(cells: Sequence[PrintedCell], height: float) -> list[CellGroup]:
    """Split a row of cells, or several, into combs and boxes that are alone."""
    found: list[CellGroup] = []
    for _, row in groupby(cells, key=lambda cell: cell.row):
        run: list[PrintedCell] = []
        for cell in row:
            if run and not _are_of_one_comb(run[0].box.width, cell.box.width, height):
                found += _comb_or_boxes(run)
                run = []
            run.append(cell)
        found += _comb_or_boxes(run)
    return found


def _are_of_one_comb(width: int, other: int, height: float) -> bool:
    narrower, wider = sorted((width, other))
    return wider <= min(_UNEQUAL * narrower, _WIDEST_IN_COMB_HEIGHTS * height)


def _comb_or_boxes(run: Sequence[PrintedCell]) -> list[CellGroup]:
    if len(run) >= _FEWEST_IN_COMB:
        return [CellGroup(GroupKind.COMB, tuple(PrintedCell(cell.box, 0, n) for n, cell in enumerate(run)))]
    return [CellGroup(GroupKind.BOX, (PrintedCell(cell.box),)) for cell in run]


def _in_pixels(group: CellGroup, step: int, shape: tuple[int, ...]) -> CellGroup:
    """Scale a group from the grid to pixels.

    Lines were made thicker by a cell of the grid. The cells of a table reach to its lines, boxes and combs
    hold their frame.
    """
    height, width = shape
    grown = 1 if group.kind is GroupKind.TABLE else 2
    cells = []
    for cell in group.cells:
        top, left, bottom, right = cell.box
        around = Box(top - grown, left - grown, bottom + grown, right + grown)
        cells.append(cell._replace(box=around.scaled(step).clipped(height, width)))
    return group._replace(cells=tuple(cells))
