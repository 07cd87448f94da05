"""Largest and smallest values around each pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Value = TypeVar("Value", np.bool_, np.uint8, np.int32, np.float32)


def largest_around(values: NDArray[Value], size: int) -> NDArray[Value]:
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


def smallest_around(values: NDArray[Value], size: int) -> NDArray[Value]:
    """Take the smallest value in the square around each pixel; see :func:`largest_around`."""
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
