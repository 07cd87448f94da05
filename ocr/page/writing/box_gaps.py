"""Find how far apart characters are that stand in boxes of combs, and in cells of tables.

The characters of neighbouring boxes of a comb are one word, however far apart they are; an empty box between
them is a space. Those of different cells of a table are different words, however close they are.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64
    from ocr.geometry import Box
    from ocr.page.writing.chains import TextLine

# Sides of neighbouring boxes closer than this are one.
_DOUBLE_HEIGHTS = 0.6
# A comb has boxes of about the same width, at most so wide, and so many of them.
_WIDEST_BOX_HEIGHTS, _UNEQUAL, _FEWEST_BOXES = 3.6, 1.3, 3
# Characters of neighbouring boxes are as far apart as letters of a word, others as far as words.
_LETTER_GAP_HEIGHTS, _SPACE_HEIGHTS = 0.12, 1.0
# No writer sets the letters of a word so far apart, even where all characters of a table are.
_CELL_GAP_HEIGHTS = 3.0
# Cells of a table are usually so wide at least; a character in one reaches beyond it by less than this share.
_NARROWEST_CELL_HEIGHTS, _BEYOND_FRAC = 1.2, 0.2


def comb_gaps_px(
    sides: Sequence[Box], line: TextLine, boxes: Sequence[Box], *, text_height_px: float
) -> Float64:
    """Return the gaps (n - 1,) between n boxes of ink in a comb; NaN where there is none.

    Parameters
    ----------
    sides : sequence of Box
        From :func:`ocr.page.printed.box_sides.find_box_sides`.
    line : TextLine
        The line in which the ink lies.
    boxes : sequence of n Box
        Left to right.
    text_height_px : float
    """
    gaps = np.full(max(0, len(boxes) - 1), np.nan)
    combs = _combs(sides, line, text_height_px)
    cells = [_cell_of(box, combs) for box in boxes]
    for index, ((comb, cell), (next_comb, next_cell)) in enumerate(pairwise(cells)):
        if comb < 0 or comb != next_comb or cell == next_cell:
            continue
        is_next = next_cell == cell + 1
        gaps[index] = (_LETTER_GAP_HEIGHTS if is_next else _SPACE_HEIGHTS) * text_height_px
    return gaps


def table_gaps_px(tables: Sequence[Sequence[Box]], boxes: Sequence[Box], *, text_height_px: float) -> Float64:
    """Return the gaps (n - 1,) between n boxes of ink in the cells of tables; NaN where there is none.

    What is written in neighbouring cells are different words, however close they are. On squared paper, which
    looks like a table, cells are narrow, or writing lies across their sides.

    Parameters
    ----------
    tables : sequence of sequences of Box
        The cells of each table.
    boxes : sequence of n Box
        Left to right.
    text_height_px : float
    """
    gaps = np.full(max(0, len(boxes) - 1), np.nan)
    for cells in tables:
        if median([cell.width for cell in cells]) < _NARROWEST_CELL_HEIGHTS * text_height_px:
            continue
        places = [_held_by(box, cells) for box in boxes]
        pairs = zip(boxes, places, strict=True)
        if not all(place is None or _is_inside(box, cells[place]) for box, place in pairs):
            continue
        for index, (cell, next_cell) in enumerate(pairwise(places)):
            if cell is not None and next_cell is not None and cell != next_cell:
                gaps[index] = _CELL_GAP_HEIGHTS * text_height_px
    return gaps


def _held_by(box: Box, cells: Sequence[Box]) -> int | None:
    """Return the number of the cell in which the middle of a box lies."""
    return next((number for number, cell in enumerate(cells) if cell.holds_center(box)), None)


def _is_inside(box: Box, cell: Box) -> bool:
    """Whether a box is within the sides of a cell, or hardly over one of them."""
    beyond = max(cell.left - box.left, box.right - cell.right)
    return beyond < _BEYOND_FRAC * box.width


def _combs(sides: Sequence[Box], line: TextLine, text_height_px: float) -> list[Int64]:
    """Return the columns of the sides of each comb that a line passes through, left to right."""
    cols = sorted(
        (side.left + side.right) // 2
        for side in sides
        if side.top < line.row_at((side.left + side.right) / 2) < side.bottom
    )
    if not cols:
        return []
    groups = np.split(cols, np.flatnonzero(np.diff(cols) > _DOUBLE_HEIGHTS * text_height_px) + 1)
    places = np.array([int(np.mean(group)) for group in groups])
    steps, widest = np.diff(places), _WIDEST_BOX_HEIGHTS * text_height_px
    combs, start = [], 0
    for stop in range(1, len(places) + 1):
        step = steps[stop - 1] if stop < len(places) else np.inf
        usual = median(steps[start : stop - 1]) if stop - start > 1 else step
        if step <= widest and 1 / _UNEQUAL <= step / usual <= _UNEQUAL:
            continue
        combs += [places[start:stop]] if stop - start > _FEWEST_BOXES else []
        # The last side may be the first of wider boxes.
        start = stop - 1 if step <= widest else stop
    return combs


def _cell_of(box: Box, combs: Sequence[Int64]) -> tuple[int, int]:
    """Return the comb and the cell in it where the middle of a box lies; -1, -1 outside of combs."""
    middle = (box.left + box.right) / 2
    for index, places in enumerate(combs):
        if places[0] <= middle < places[-1]:
            return index, int(np.searchsorted(places, middle, side="right")) - 1
    return -1, -1
