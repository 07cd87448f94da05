"""Sum a mask along all straight lines that are nearly level, at the price of a few shifted additions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def line_sums(mask: NDArray[np.bool_], *, steepest: float) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
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


def _climbing(mask: NDArray[np.bool_], steepest: float) -> NDArray[np.uint16]:
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
