"""Means, medians and Gaussian blur of windows; values between the pixels.

Results are those of SciPy to the last bit; only a Gaussian is summed in the type of the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ocr.ndimage.banded import Banded, banded_product

if TYPE_CHECKING:
    from ocr.array_types import AnyFloat, Float32, Float64

    Values: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# What NumPy calls SciPy's modes.
_PAD_MODES: dict[str, Any] = {
    "reflect": "symmetric",
    "nearest": "edge",
    "wrap": "wrap",
    "constant": "constant",
}


def uniform_filter(values: AnyFloat, size: int, *, mode: str = "reflect") -> AnyFloat:
    """Return the mean of square windows (H, W)."""
    for axis in range(values.ndim):
        values = uniform_filter1d(values, size, axis, mode=mode)
    return values


def uniform_filter1d(values: AnyFloat, size: int, axis: int = -1, *, mode: str = "reflect") -> AnyFloat:
    """Return the mean of windows along one axis: a running sum of what enters and what leaves."""
    padded = _padded(values, size // 2, size - 1 - size // 2, axis=axis, mode=mode)
    first = np.cumsum(padded[:size], axis=0)[-1:]
    changes = padded[size:] - padded[:-size]
    sums = np.cumsum(np.concatenate([first, changes]), axis=0)
    return np.moveaxis(sums / size, 0, axis).astype(values.dtype)


def gaussian_filter(values: AnyFloat, sigma: float, *, truncate: float = 4.0) -> AnyFloat:
    """Blur by a Gaussian of this standard deviation, in pixels (H, W); the border mirrors what is within."""
    weights = _gaussian(sigma, truncate).astype(values.dtype)
    for axis in range(values.ndim):
        values = banded_product(_mirrored(weights, values.shape[axis]), values, axis)
    return values


def gaussian_filter1d(
    values: AnyFloat, sigma: float, *, mode: str = "reflect", truncate: float = 4.0
) -> AnyFloat:
    """Blur a row of values (n,) by a Gaussian, cut off at ``truncate`` standard deviations."""
    weights = _gaussian(sigma, truncate)
    padded = np.pad(np.asarray(values, np.float64), len(weights) // 2, mode=_PAD_MODES[mode])
    return np.convolve(padded, weights, mode="valid").astype(values.dtype)


def _gaussian(sigma: float, truncate: float) -> Float64:
    """Return the weights (2r + 1,) of a Gaussian."""
    radius = int(truncate * sigma + 0.5)
    weights = np.exp(-0.5 / (sigma * sigma) * np.arange(-radius, radius + 1) ** 2)
    return np.asarray(weights / weights.sum())


def _mirrored(weights: AnyFloat, length: int) -> Banded:
    """Return the matrix (n, n) that weighs the values around each, mirrored at both ends."""
    radius = len(weights) // 2
    span = min(len(weights), length)
    place = np.arange(length)
    first = np.clip(place - radius, 0, length - span)
    own = np.tile(weights[:span], (length, 1))
    near_end = np.flatnonzero((place < radius) | (place >= length - radius))
    own[near_end] = 0
    around = np.pad(place, radius, mode="symmetric")[near_end[:, None] + np.arange(len(weights))]
    np.add.at(own, (near_end[:, None], around - first[near_end, None]), weights)
    return Banded(first, own)


def median_filter(values: Values, size: int, *, mode: str = "reflect") -> Values:
    """Return the median of square windows; of an even number of values the upper one of the two."""
    windows = np.asarray(values)
    for axis in range(values.ndim):
        padded = _padded(windows, size // 2, size - 1 - size // 2, axis=axis, mode=mode, dtype=values.dtype)
        windows = np.moveaxis(np.lib.stride_tricks.sliding_window_view(padded, size, axis=0), 0, axis)
    flat = windows.reshape(*values.shape, -1)
    middle = flat.shape[-1] // 2
    result: Values = np.partition(flat, middle, axis=-1)[..., middle]
    return result


def map_coordinates(
    values: Float32, coordinates: tuple[Float64, Float64], *, order: int, mode: str = "constant"
) -> Float32:
    """Return values between pixels, by the four around; 0 beyond the outermost ones.

    Only ``order`` 1 and ``mode`` "constant" are known.
    """
    if order != 1 or mode != "constant":
        message = f"found order {order}, mode {mode!r}, expected 1 and 'constant'"
        raise ValueError(message)
    rows, cols = coordinates
    height, width = values.shape
    inside = (rows >= 0) & (rows <= height - 1) & (cols >= 0) & (cols <= width - 1)
    places = []
    for at, count in ((rows[inside], height), (cols[inside], width)):
        lower = at.astype(np.int64)
        part = at - lower
        places.append(((lower, 1 - part), (np.minimum(lower + 1, count - 1), part)))
    total = np.zeros(np.count_nonzero(inside))
    for row, row_weight in places[0]:
        for col, col_weight in places[1]:
            total += values[row, col] * row_weight * col_weight
    result = np.zeros(rows.shape, values.dtype)
    result[inside] = total
    return result


def _padded(
    values: Values, before: int, after: int, *, axis: int, mode: str, dtype: Any = np.float64
) -> Values:
    """Return the array with its axis first, and more values before and after."""
    first = np.moveaxis(np.asarray(values, dtype=dtype), axis, 0)
    return np.pad(first, _widths(first.ndim, 0, before, after), mode=_PAD_MODES[mode])


def _widths(ndim: int, axis: int, before: int, after: int) -> list[tuple[int, int]]:
    """Return how many values are added before and after on each axis."""
    return [(before, after) if one == axis else (0, 0) for one in range(ndim)]
