"""See a picture coarsely: the largest value in each of its square cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Value = TypeVar("Value", np.bool_, np.uint8, np.float32)


def largest_in_cells(values: NDArray[Value], cell_px: int, *, partly: bool = False) -> NDArray[Value]:
    """Take the largest value of each cell; of a mask, whether any of its pixels is set.

    Rows are put together first, then columns: so few passes over whole rows are many times faster than one
    reduction over small blocks.

    Parameters
    ----------
    values : (H, W) bool, uint8 or float32 array
    cell_px : int
        Side of a cell, at least 1.
    partly : bool
        Rows and columns that fill no cell count too, as if zeros followed; they are left out otherwise.

    Returns
    -------
    (H // cell_px, W // cell_px) array
        A new one; a row and a column more of cells that are partly filled.
    """
    if partly:
        values = np.pad(values, [(0, -side % cell_px) for side in values.shape])
    height, width = (side // cell_px * cell_px for side in values.shape)
    bands = _largest_of(values[:height, :width], cell_px)
    return _largest_of(bands.T, cell_px).T


def _largest_of(values: NDArray[Value], count: int) -> NDArray[Value]:
    """Put every ``count`` neighbouring rows together."""
    largest = values[::count].copy()
    for row in range(1, count):
        np.maximum(largest, values[row::count], out=largest)
    return largest
