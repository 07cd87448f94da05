"""Means, medians and Gaussian blur of windows; values between the pixels.

Results are those of SciPy to the last bit; only a Gaussian is summed in the type of the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

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
# So many rows are blurred at a time: they stay in the cache of the processor.
_BLOCK_ROWS = 32


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
    """Blur by a Gaussian of this standard deviation, in pixels (H, W)."""
    for axis in range(values.ndim):
        values = gaussian_filter1d(values, sigma, axis, truncate=truncate)
    return values


def gaussian_filter1d(
    values: AnyFloat, sigma: float, axis: int = -1, *, mode: str = "reflect", truncate: float = 4.0
) -> AnyFloat:
    """Blur along one axis by a Gaussian, cut off at ``truncate`` standard deviations."""
    radius = int(truncate * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 / (sigma * sigma) * offsets**2)
    weights = weights / weights.sum()
    values = np.asarray(values)
    axis %= values.ndim
    padded = np.pad(values, _widths(values.ndim, axis, radius, radius), mode=_PAD_MODES[mode])
    if values.ndim == 1:
        return np.convolve(padded.astype(np.float64), weights, mode="valid").astype(values.dtype)
    weights = weights.astype(values.dtype)
    result = np.empty_like(values)
    for top in range(0, len(values), _BLOCK_ROWS):
        total = np.moveaxis(result[top : top + _BLOCK_ROWS], axis, 0)
        bottom = top + _BLOCK_ROWS + (2 * radius if axis == 0 else 0)
        block = np.moveaxis(padded[top:bottom], axis, 0)
        count = len(total)
        np.multiply(block[radius : radius + count], weights[radius], out=total)
        for reach in range(radius, 0, -1):
            either = block[radius - reach :][:count] + block[radius + reach :][:count]
            either *= weights[radius - reach]
            total += either
    return result


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
