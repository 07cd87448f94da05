"""Filters of whole arrays: largest values of blocks, and sums along lines.

They are ours for speed: each is a few shifted operations on whole rows, which takes a part of the time of
``skimage.measure.block_reduce`` and ``skimage.transform.radon``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float64, Mask

    Value = TypeVar("Value", np.bool_, np.uint8, np.float32)


def block_max(values: NDArray[Value], cell_px: int, *, partly: bool = False) -> NDArray[Value]:
    """Return the largest value of each square cell; of a mask, whether any of its pixels is set.

    Rows are reduced first, then columns: few passes over whole rows are many times faster than one reduction
    over small blocks.

    Parameters
    ----------
    values : (H, W) bool, uint8 or float32 array
    cell_px : int
        Side of a cell, at least 1.
    partly : bool
        Rows and columns that fill no cell count too, as if zeros followed; they are dropped otherwise.

    Returns
    -------
    (H // cell_px, W // cell_px) array
        A new one; with ``partly``, a row and a column more where cells are partly filled.
    """
    if partly:
        values = np.pad(values, [(0, -side % cell_px) for side in values.shape])
    height, width = (side // cell_px * cell_px for side in values.shape)
    bands = _block_max_of_rows(values[:height, :width], cell_px)
    return _block_max_of_rows(bands.T, cell_px).T


def _block_max_of_rows(values: NDArray[Value], count: int) -> NDArray[Value]:
    """Return the largest values of every ``count`` neighbouring rows."""
    largest = values[::count].copy()
    for row in range(1, count):
        np.maximum(largest, values[row::count], out=largest)
    return largest


def discrete_radon_transform(mask: Mask, *, steepest: float) -> tuple[Float64, NDArray[np.uint16]]:
    """Sum along all nearly level lines that start and end on whole rows.

    A line over 2n columns is two lines over n columns, so each sum over the double width is a sum of two over
    the single width: all slopes of an n x n mask take O(n^2 log n) additions [1]_. In return such a line may
    be a cell or two off the straight one.

    Parameters
    ----------
    mask : (H, W) bool array
    steepest : float
        Rows that a line climbs per column at most, above 0, at most 1.

    Returns
    -------
    slopes : (S,) float array
        In rows per column, from ``-steepest`` to ``steepest``.
    sums : (S, R) uint16 array
        Along each slope, in the order of the rows where the lines start, also outside of the mask.

    References
    ----------
    .. [1] Brady, "A fast discrete approximation algorithm for the Radon transform", SIAM J. Computing 27,
           1998.
    """
    climbing, falling = _sums_of_climbing_lines(mask, steepest), _sums_of_climbing_lines(mask[::-1], steepest)
    padded = 1 << max(1, (mask.shape[1] - 1).bit_length())
    slopes = np.arange(1 - len(climbing), len(climbing)) / (padded - 1)
    # Along a falling line rows were counted from below.
    return slopes, np.concatenate([falling[:0:-1, ::-1], climbing])


def _sums_of_climbing_lines(mask: Mask, steepest: float) -> NDArray[np.uint16]:
    """Sum (S + 1, S + H) along lines that climb by 0 .. S rows in all and start at rows -S .. H - 1."""
    height, width = mask.shape
    padded = 1 << max(1, (width - 1).bit_length())
    most = int(np.ceil(steepest * padded))
    rows = height + 2 * most
    sums = np.zeros((padded, 1, rows), np.uint16)
    sums[:width, 0, most : most + height] = mask.T
    span = 1
    while span < padded:
        span *= 2
        left, right = sums[0::2], sums[1::2]
        count = min(int(np.ceil(steepest * span)), span - 1) + 1
        sums = np.empty((padded // span, count, rows), np.uint16)
        for climb in range(count):
            half, rest = climb // 2, (climb + 1) // 2
            sums[:, climb] = left[:, half]
            sums[:, climb, : rows - rest] += right[:, half, rest:]
    return sums[0, :, : height + most]
