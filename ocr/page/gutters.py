"""Find white that runs between ink from row to row, as between columns of text or the cells of a table.

With the page turned straight, no ink comes near one column of the white, as in a recursive cut [1]_.

References
----------
.. [1] Nagy, Seth, Viswanathan, "A prototype document image analysis system for technical journals",
       Computer 25 (1992).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Float64 = NDArray[np.float64]
    Mask = NDArray[np.bool_]


class Pieces(NamedTuple):
    """The ink of a page turned straight, piece by piece, in letter heights.

    Attributes
    ----------
    tops, lefts, bottoms, rights : (n,) float arrays
    lines : (n,) int array
        To which line each belongs, as found across the page.
    is_letter : (n,) bool array
        No dot, bar or comma.
    sizes : (n,) float array
        Of the letters of its line, 1 for those of the page.
    """

    tops: Float64
    lefts: Float64
    bottoms: Float64
    rights: Float64
    lines: NDArray[np.int64]
    is_letter: Mask
    sizes: Float64

    def only(self, chosen: Mask | NDArray[np.int64]) -> Pieces:
        """Return some of them."""
        return Pieces(
            self.tops[chosen],
            self.lefts[chosen],
            self.bottoms[chosen],
            self.rights[chosen],
            self.lines[chosen],
            self.is_letter[chosen],
            self.sizes[chosen],
        )


class Gutter(NamedTuple):
    """White between columns: its first and last row, and its middle column, in letter heights."""

    top: float
    bottom: float
    col: float


# White is looked for on a grid this much finer than a letter.
_CELLS_PER_LETTER = 4
# Ink of both sides within this distance counts as beside one another.
_BESIDE_LETTERS = 1.0
# What parts less ink than this, in rows, has not two lines on both sides.
_SHORTEST_LETTERS = 3.0
# So much of it is offered.
_MOST_TRIED = 4


def find_white(pieces: Pieces, *, gutter_letters: float) -> Iterator[Gutter]:
    """Find white that runs between ink from row to row, that which parts most rows of ink first.

    Parameters
    ----------
    pieces : Pieces
        Of a part of a page; at least one.
    gutter_letters : float
        The white is at least this wide, in heights of the letters beside it where they are larger than usual.

    Yields
    ------
    Gutter
        At most four: a table may have dozens.
    """
    aside = gutter_letters / 2 * np.maximum(pieces.sizes, 1)
    top, left = pieces.tops.min(), (pieces.lefts - aside).min()
    boxes = np.stack([pieces.tops - top, pieces.lefts - left, pieces.bottoms - top, pieces.rights - left])
    # The white beside a piece of ink may part columns only from half a gutter on.
    taken = _cells(boxes + np.stack([0 * aside, -aside, 0 * aside, aside]))
    inked = _cells(boxes, taken.shape)
    reach = 2 * round(_BESIDE_LETTERS * _CELLS_PER_LETTER) + 1
    before = np.logical_or.accumulate(inked, axis=1)
    after = np.logical_or.accumulate(inked[:, ::-1], axis=1)[:, ::-1]
    parted = ndimage.maximum_filter1d(before, reach, axis=0) & ndimage.maximum_filter1d(after, reach, axis=0)
    sums = np.cumsum(parted & ~taken, axis=0)
    # Rows parted since the gutter was last crossed.
    run = np.where(taken, 0, sums - np.maximum.accumulate(np.where(taken, sums, 0), axis=0))
    for _ in range(_MOST_TRIED):
        stop, col = np.unravel_index(run.argmax(), run.shape)
        if run[stop, col] < _SHORTEST_LETTERS * _CELLS_PER_LETTER:
            return
        crossed = np.flatnonzero(taken[:, col])
        first = int(max(crossed[crossed < stop], default=-1)) + 1
        last = int(min(crossed[crossed > stop], default=len(run)))
        white = ~taken[first:last].any(axis=0)
        edges = np.flatnonzero(~white)
        begin, end = max(edges[edges < col], default=-1) + 1, min(edges[edges > col], default=white.size)
        rows = top + np.array([first, last]) / _CELLS_PER_LETTER
        yield Gutter(float(rows[0]), float(rows[1]), float(left + (begin + end) / 2 / _CELLS_PER_LETTER))
        run[first:last, begin:end] = 0


def _cells(boxes: Float64, shape: tuple[int, ...] | None = None) -> Mask:
    """Cells (H, W) of the grid that are within some box; boxes (4, n) in letters, from 0 on."""
    tops, lefts, bottoms, rights = (boxes * _CELLS_PER_LETTER).round().astype(np.int64)
    cells = np.zeros(shape or (int(bottoms.max()) + 1, int(rights.max()) + 1), dtype=bool)
    for box_top, box_left, box_bottom, box_right in zip(tops, lefts, bottoms, rights, strict=True):
        cells[box_top : max(box_bottom, box_top + 1), box_left : max(box_right, box_left + 1)] = True
    return cells
