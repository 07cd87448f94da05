"""Find the rows of a form whose boxes stand in the same columns as those of a comb that is known.

Letters that cross its lines, or pale ink, may hide one row of boxes, while that above it is plain to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.page.printed.printed_lines import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.page.printed.printed_lines import PrintedLine

# A comb with fewer sides says too little about other rows.
_FEWEST_SIDES = 7
# So much of the sides and of the level lines is inked, and at most so much of the sides just beyond these.
_SIDES_FRAC, _LEVEL_FRAC, _BEYOND_FRAC = 0.85, 0.7, 0.6
# Just beyond is within this share of the height of a box.
_BEYOND_HEIGHTS = 0.15
# Lines are at most so far from where they should be.
_AWAY_PX = np.array([-1, 0, 1])


class LikeRow(NamedTuple):
    """A comb that stands above or below another one, and the inked share of its sides."""

    comb: Frame
    inked_frac: float


def rows_like(comb: Frame, inked: Mask) -> Iterator[LikeRow]:
    """Yield the combs above and below a comb that have its columns and its height, the surest first.

    Parameters
    ----------
    comb : Frame
        With the level lines first.
    inked : (H, W) bool array
    """
    above, below, *sides = comb.sides
    if len(sides) < _FEWEST_SIDES:
        return
    middle_col = (comb.box.left + comb.box.right) // 2
    top, bottom = (round(line.offset + line.slope * middle_col) for line in (above, below))
    high = bottom - top
    upright, level = _sides_by_row(inked, sides, (top + bottom) / 2), _level_by_row(inked, above, middle_col)
    sums = np.append(0, np.cumsum(upright))

    def inked_between(first: Int64, last: Int64) -> Float64:
        rows = [np.clip(row, 0, len(upright)) for row in (first, last)]
        return np.asarray((sums[rows[1]] - sums[rows[0]]) / np.maximum(1, rows[1] - rows[0]))

    tops = np.arange(0, len(inked) - high)
    within = inked_between(tops + 2, tops + high - 1)
    beyond = max(3, round(_BEYOND_HEIGHTS * high))
    above_box, below_box = tops - beyond, tops + high + 2
    outside = np.maximum(inked_between(above_box, tops - 1), inked_between(below_box, below_box + beyond - 1))
    is_row = (within >= _SIDES_FRAC) & (outside <= _BEYOND_FRAC)
    near = np.maximum.reduce([np.roll(level, away) for away in _AWAY_PX])
    is_row &= np.minimum(near[tops], near[tops + high]) >= _LEVEL_FRAC
    score = np.where(is_row, within + level[tops] + level[tops + high], 0)
    while score.max(initial=0) > 0:
        best = int(score.argmax())
        score[max(0, best - high) : best + high] = 0
        yield LikeRow(_moved(comb, int(tops[best]) - top), float(within[best]))


def _sides_by_row(inked: Mask, sides: Sequence[PrintedLine], middle_row: float) -> Float64:
    """Return the share of the sides that is inked at each row (H,) of the middle of a comb."""
    rows = np.arange(len(inked))
    seen = np.zeros(len(inked))
    for side in sides:
        own = np.rint(rows + (side.start + side.stop) / 2 - middle_row).astype(np.int64)
        cols = np.rint(side.offset + side.slope * own).astype(np.int64) + _AWAY_PX[:, None]
        seen += _at(inked, own, cols).any(axis=0)
    return seen / len(sides)


def _level_by_row(inked: Mask, line: PrintedLine, middle_col: int) -> Float64:
    """Return the share of a line that is inked if it is moved to each row (H,) of its middle column."""
    cols = np.arange(line.start, line.stop)
    rows = np.arange(len(inked))[:, None] + np.rint(line.slope * (cols - middle_col)).astype(np.int64)
    return np.asarray(_at(inked, rows, cols).mean(axis=1))


def _at(inked: Mask, rows: Int64, cols: Int64) -> Mask:
    """Return what is inked at rows and columns, of which those off the page are not."""
    height, width = inked.shape
    inside = (rows >= 0) & (rows < height) & (cols >= 0) & (cols < width)
    return np.asarray(inked[np.clip(rows, 0, height - 1), np.clip(cols, 0, width - 1)] & inside)


def _moved(comb: Frame, rows: int) -> Frame:
    """Return a comb moved down by so many rows."""
    sides = tuple(
        side._replace(
            offset=side.offset - side.slope * rows if side.upright else side.offset + rows,
            start=side.start + rows * side.upright,
            stop=side.stop + rows * side.upright,
        )
        for side in comb.sides
    )
    return Frame.of(sides)
