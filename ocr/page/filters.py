"""See a picture coarsely: the largest value in each of its square cells.

Largest and smallest values around each pixel.

Sum a mask along all straight lines that are nearly level, at the price of a few shifted additions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float64, Mask

    Value = TypeVar("Value", np.bool_, np.uint8, np.int32, np.float32)


def block_max(values: NDArray[Value], cell_px: int, *, partly: bool = False) -> NDArray[Value]:
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


def maximum_filter(values: NDArray[Value], size: int) -> NDArray[Value]:
    """Take the largest value in the square around each pixel; what is outside of the picture does not count.

    Of two windows one after the other the larger of both values is that of a window twice as long, so a
    window of n pixels takes log2(n) passes [1]_.

    Parameters
    ----------
    values : (H, W) bool, uint8, int32 or float32 array
    size : int
        Side of the square, odd.

    Returns
    -------
    (H, W) array

    References
    ----------
    .. [1] van Herk, "A fast algorithm for local minimum and maximum filters", Pattern Recognition Letters 13
           (1992), compares with this one.
    """
    return _along_cols(_along_cols(values, size, np.maximum).T, size, np.maximum).T


def minimum_filter(values: NDArray[Value], size: int) -> NDArray[Value]:
    """Take the smallest value in the square around each pixel; see :func:`maximum_filter`."""
    return _along_cols(_along_cols(values, size, np.minimum).T, size, np.minimum).T


def _along_cols(values: NDArray[Value], size: int, better: np.ufunc) -> NDArray[Value]:
    """Take the best of ``size`` neighbours up and down."""
    first, last = values[:1], values[-1:]
    half = size // 2
    best = np.concatenate([first.repeat(half, axis=0), values, last.repeat(half, axis=0)])
    span = 1
    while 2 * span <= size:
        best = better(best[:-span], best[span:])
        span *= 2
    rest = size - span
    return better(best[:-rest], best[rest:]) if rest else best


def discrete_radon_transform(mask: Mask, *, steepest: float) -> tuple[Float64, NDArray[np.uint16]]:
    """Sum along all lines that start and end on whole rows and climb by at most ``steepest`` rows a column.

    A line over 2n columns is two lines over n columns, so the sums over twice the width are sums of two of
    those over the width: all slopes of an n x n mask take O(n^2 log n) additions [1]_. The price is that such
    a line may stray a cell or two from the straight one.

    Parameters
    ----------
    mask : (H, W) bool array
    steepest : float
        Above 0, at most 1.

    Returns
    -------
    slopes : (S,) float array
        In rows per column, from ``-steepest`` to ``steepest``.
    sums : (S, R) uint16 array
        Along each slope, in the order of the rows where the lines start; those that start outside count too.

    References
    ----------
    .. [1] Brady, "A fast discrete approximation algorithm for the Radon transform", SIAM J. Computing 27,
           1998.
    """
    climbing, falling = _climbing(mask, steepest), _climbing(mask[::-1], steepest)
    padded = 1 << max(1, (mask.shape[1] - 1).bit_length())
    slopes = np.arange(1 - len(climbing), len(climbing)) / (padded - 1)
    # Along a falling line rows were counted from below.
    return slopes, np.concatenate([falling[:0:-1, ::-1], climbing])


def _climbing(mask: Mask, steepest: float) -> NDArray[np.uint16]:
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
