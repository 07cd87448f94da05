"""Filters of whole arrays: largest values of blocks, sums along lines, and other sizes.

They are ours for speed: each is a few operations on whole rows, which takes a part of the time of
``skimage.measure.block_reduce``, of ``skimage.transform.radon``, and of Pillow's resizing of float pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ocr.ndimage.banded import Banded, banded_product

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Mask

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
    if not partly:
        height, width = (side // cell_px * cell_px for side in values.shape)
        values = values[:height, :width]
    bands = _block_max_of_rows(values, cell_px)
    return _block_max_of_rows(np.ascontiguousarray(bands.T), cell_px).T


def _block_max_of_rows(values: NDArray[Value], count: int) -> NDArray[Value]:
    """Return the largest values of every ``count`` neighbouring rows; zeros follow the last ones."""
    largest = values[::count].copy()
    for row in range(1, count):
        rows = values[row::count]
        np.maximum(largest[: len(rows)], rows, out=largest[: len(rows)])
    if len(values) % count:
        np.maximum(largest[-1], values.dtype.type(0), out=largest[-1])
    return largest


def resized_bilinear(values: Float32, shape: tuple[int, ...]) -> Float32:
    """Resize a picture as Pillow does: by values between the nearest, by weighted means if it gets smaller.

    Parameters
    ----------
    values : (h, w) float32 array
    shape : (int, int)
        Rows and columns of the result.
    """
    # The axis that grows less comes first: the second one then works on fewer values.
    growth = [new / old for new, old in zip(shape, values.shape, strict=True)]
    for axis in sorted((0, 1), key=growth.__getitem__):
        values = banded_product(_between(values.shape[axis], shape[axis]), values, axis)
    return values


def _between(old: int, new: int) -> Banded:
    """Return the matrix (new, old) of weights by which values become those of another number of cells."""
    scale = old / new
    reach = max(scale, 1.0)
    middle = (np.arange(new) + 0.5) * scale
    count = min(old, int(2 * reach) + 1)
    first = np.clip((middle - reach + 0.5).astype(np.int64), 0, old - count)
    distance = first[:, None] + np.arange(count) + 0.5 - middle[:, None]
    weights = np.maximum(1 - np.abs(distance) / reach, 0)
    weights /= weights.sum(axis=1, keepdims=True)
    return Banded(first, weights.astype(np.float32))


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
