"""Find the whitespace between columns: no ink comes near it, and there is ink on both sides of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.array_types import Float64, Int64, Mask

# Whitespace is found on a grid of so many cells per text height.
_CELLS_PER_HEIGHT = 4
# Ink of both sides within this distance counts as beside one another.
_BESIDE_HEIGHTS = 1.0
# Whitespace beside less ink than this, in rows, has no two lines on both sides.
_SHORTEST_HEIGHTS = 3.0
# So many are returned: a table may have dozens.
_MOST_GUTTERS = 4

# A gutter is at least this wide, in heights of the letters beside it where these are larger than usual.
_GUTTER_HEIGHTS = 1.2


class LevelBoxes(NamedTuple):
    """Boxes of components on a page that is turned so that lines are level, in text heights.

    Attributes
    ----------
    tops, lefts, bottoms, rights : (n,) float arrays
    lines : (n,) int array
        Number of the line that each belongs to, as found across the page.
    is_letter : (n,) bool array
        False for dots, bars and commas.
    sizes : (n,) float array
        Size of the letters of its line, 1 for those of the page.
    is_boxed : (n,) bool array
        True in the boxes of a comb.
    is_tabled : (n,) bool array
        True in a printed table.
    """

    tops: Float64
    lefts: Float64
    bottoms: Float64
    rights: Float64
    lines: Int64
    is_letter: Mask
    sizes: Float64
    is_boxed: Mask
    is_tabled: Mask

    def only(self, chosen: Mask | Int64) -> LevelBoxes:
        """Return some of them."""
        return LevelBoxes._make(values[chosen] for values in self)


class Gutter(NamedTuple):
    """Whitespace between columns: its first and last row, and its middle column, in text heights."""

    top: float
    bottom: float
    col: float


def find_whitespace(boxes: LevelBoxes) -> Iterator[Gutter]:
    """Find whitespace that runs between ink from row to row.

    Parameters
    ----------
    boxes : LevelBoxes
        Of a part of a page; at least one.

    Yields
    ------
    Gutter
        At most four, the one between most rows of ink first.
    """
    aside = _GUTTER_HEIGHTS / 2 * np.maximum(boxes.sizes, 1)
    top, left = boxes.tops.min(), (boxes.lefts - aside).min()
    edges = np.stack([boxes.tops - top, boxes.lefts - left, boxes.bottoms - top, boxes.rights - left])
    # The middle of a gutter is at least half its width away from ink.
    closed = _cells(edges + np.stack([0 * aside, -aside, 0 * aside, aside]))
    run = _rows_between(_cells(edges, closed.shape), closed)
    for _ in range(_MOST_GUTTERS):
        stop, col = np.unravel_index(run.argmax(), run.shape)
        if run[stop, col] < _SHORTEST_HEIGHTS * _CELLS_PER_HEIGHT:
            return
        first, last = _open_around(closed[:, col], int(stop))
        begin, end = _open_around(np.asarray(closed[first:last].any(axis=0)), int(col))
        rows = top + np.array([first, last]) / _CELLS_PER_HEIGHT
        yield Gutter(float(rows[0]), float(rows[1]), float(left + (begin + end) / 2 / _CELLS_PER_HEIGHT))
        run[first:last, begin:end] = 0


def _rows_between(inked: Mask, closed: Mask) -> Int64:
    """Count for each cell (H, W) the rows between ink above it, since its column was last closed."""
    reach = 2 * round(_BESIDE_HEIGHTS * _CELLS_PER_HEIGHT) + 1
    before = np.logical_or.accumulate(inked, axis=1)
    after = np.logical_or.accumulate(inked[:, ::-1], axis=1)[:, ::-1]
    between = ndimage.maximum_filter1d(before, reach, axis=0) & ndimage.maximum_filter1d(after, reach, axis=0)
    sums = np.cumsum(between & ~closed, axis=0)
    return np.where(closed, 0, sums - np.maximum.accumulate(np.where(closed, sums, 0), axis=0))


def _open_around(closed: Mask, at: int) -> tuple[int, int]:
    """Return the first and one-past-last index of the cells around one that are not closed."""
    places = np.flatnonzero(closed)
    first = int(max(places[places < at], default=-1)) + 1
    return first, int(min(places[places > at], default=len(closed)))


def _cells(edges: Float64, shape: tuple[int, ...] | None = None) -> Mask:
    """Return the cells (H, W) of the grid within some box; edges (4, n) in text heights, from 0 on."""
    tops, lefts, bottoms, rights = (edges * _CELLS_PER_HEIGHT).round().astype(np.int64)
    cells = np.zeros(shape or (int(bottoms.max()) + 1, int(rights.max()) + 1), dtype=bool)
    for box_top, box_left, box_bottom, box_right in zip(tops, lefts, bottoms, rights, strict=True):
        cells[box_top : max(box_bottom, box_top + 1), box_left : max(box_right, box_left + 1)] = True
    return cells
