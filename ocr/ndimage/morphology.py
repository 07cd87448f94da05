"""The largest and the smallest value of windows; erosion, dilation, opening and closing.

A window of ``size`` pixels begins ``size // 2 + origin`` before its pixel. With the mode "reflect" or
"nearest", a window ends at the border of the array: the values that SciPy puts there are in the window
anyway. With "constant", the values beyond are ``cval``.

The extreme of a window of 2n pixels is that of two windows of n pixels. So a size needs about log2(size)
passes over the array [1]_.

References
----------
.. [1] M. van Herk, A fast algorithm for local minimum and maximum filters on rectangular and octagonal
   kernels, Pattern Recognition Letters 13 (1992), compares this method with his own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from ocr.array_types import Mask

    Values: TypeAlias = np.ndarray[Any, np.dtype[Any]]
    Size: TypeAlias = int | tuple[int, int]


def maximum_filter1d(
    values: Values, size: int, axis: int = -1, *, mode: str = "reflect", cval: float = 0, origin: int = 0
) -> Values:
    """Return the largest value of the windows along one axis (H, W)."""
    return _extremes1d(np.maximum, values, size, axis, mode=mode, cval=cval, origin=origin)


def minimum_filter1d(
    values: Values, size: int, axis: int = -1, *, mode: str = "reflect", cval: float = 0, origin: int = 0
) -> Values:
    """Return the smallest value of the windows along one axis (H, W)."""
    return _extremes1d(np.minimum, values, size, axis, mode=mode, cval=cval, origin=origin)


def maximum_filter(values: Values, size: Size, *, mode: str = "reflect", cval: float = 0) -> Values:
    """Return the largest value of windows of so many pixels on each axis."""
    return _extremes(np.maximum, values, size, mode=mode, cval=cval)


def minimum_filter(values: Values, size: Size, *, mode: str = "reflect", cval: float = 0) -> Values:
    """Return the smallest value of windows of so many pixels on each axis."""
    return _extremes(np.minimum, values, size, mode=mode, cval=cval)


def grey_opening(values: Values, size: Size, *, mode: str = "reflect") -> Values:
    """Return the erosion, dilated: what is lighter and smaller than the window is gone (H, W)."""
    return _extremes(np.maximum, minimum_filter(values, size, mode=mode), size, mode=mode, mirrored=True)


def grey_closing(values: Values, size: Size, *, mode: str = "reflect") -> Values:
    """Return the dilation, eroded: what is darker and smaller than the window is gone (H, W)."""
    dilated = _extremes(np.maximum, values, size, mode=mode, mirrored=True)
    return minimum_filter(dilated, size, mode=mode)


def grey_erosion(values: Values, *, footprint: Mask) -> Values:
    """Return the smallest value (H, W) below a footprint (h, w); each of its rows is one run, or empty."""
    height = values.shape[0]
    middle, center = (length // 2 for length in footprint.shape)
    result = np.full_like(values, _identity(np.minimum, values.dtype))
    for row, inside in enumerate(footprint):
        cols = np.flatnonzero(inside)
        if not cols.size:
            continue
        size, shift = int(cols[-1] - cols[0] + 1), row - middle
        origin = center - int(cols[0]) - size // 2
        least = minimum_filter1d(values, size, mode="nearest", origin=origin)
        rows = np.arange(height) + shift
        # The rows beyond the border are those within, mirrored: "reflect".
        rows = np.where(rows < 0, -1 - rows, np.where(rows >= height, 2 * height - 1 - rows, rows))
        np.minimum(result, least[rows.clip(0, height - 1)], out=result)
    return result


def binary_erosion(
    mask: Mask, structure: Mask | None = None, iterations: int = 1, *, border_value: int = 0
) -> Mask:
    """Return where the whole structure around a pixel is set (H, W).

    The structure is a box of ones, or the cross of four neighbours if left out. ``border_value`` is that of
    the pixels beyond the border.
    """
    return _repeated(np.minimum, mask, structure, iterations, border=border_value)


def binary_dilation(mask: Mask, structure: Mask | None = None, iterations: int = 1) -> Mask:
    """Return where some pixel of the structure around a pixel is set (H, W); see :func:`binary_erosion`."""
    return _repeated(np.maximum, mask, structure, iterations, border=0)


def binary_opening(mask: Mask, structure: Mask | None = None) -> Mask:
    """Return the erosion, dilated (H, W); see :func:`binary_erosion`."""
    return binary_dilation(binary_erosion(mask, structure), structure)


def _repeated(extreme: np.ufunc, mask: Mask, structure: Mask | None, iterations: int, *, border: int) -> Mask:
    mask = np.asarray(mask, dtype=bool)
    if structure is not None and not np.all(structure):
        message = "structure: found one with gaps, expected a box of ones"
        raise ValueError(message)
    for _ in range(iterations):
        if structure is not None:
            size = (structure.shape[0], structure.shape[1])
            mirrored = extreme is np.maximum
            mask = _extremes(extreme, mask, size, mode="constant", cval=border, mirrored=mirrored)
            continue
        upright, level = (
            _extremes1d(extreme, mask, 3, axis, mode="constant", cval=border) for axis in (0, 1)
        )
        mask = extreme(upright, level)
    return mask


def _extremes(
    extreme: np.ufunc,
    values: Values,
    size: Size,
    *,
    mode: str,
    cval: float = 0,
    mirrored: bool = False,
) -> Values:
    """Return the extremes of windows of two dimensions; mirrored ones begin where the others end."""
    for axis in range(values.ndim):
        length = size if isinstance(size, int) else size[axis]
        origin = -1 if mirrored and not length % 2 else 0
        values = _extremes1d(extreme, values, length, axis, mode=mode, cval=cval, origin=origin)
    return values


def _extremes1d(
    extreme: np.ufunc,
    values: Values,
    size: int,
    axis: int,
    *,
    mode: str,
    cval: float = 0,
    origin: int = 0,
) -> Values:
    values = np.asarray(values)
    before = size // 2 + origin
    if not 0 <= before < size or mode not in {"reflect", "nearest", "constant"}:
        message = f"found size {size}, origin {origin}, mode {mode!r}, expected a window over its pixel"
        raise ValueError(message)
    border = cval if mode == "constant" else _identity(extreme, values.dtype)
    padded = _padded(values, before, size - 1 - before, axis=axis, value=border)
    length = padded.shape[axis]
    span = 1
    while span < size:
        step = min(span, size - span)
        length -= step
        first = _along(padded, axis, 0, length)
        padded = extreme(first, _along(padded, axis, step, step + length))
        span += step
    return padded


def _padded(values: Values, before: int, after: int, *, axis: int, value: Any) -> Values:
    """Return a copy with so many equal values before and after along one axis."""
    shape = list(values.shape)
    shape[axis] += before + after
    padded = np.empty(shape, values.dtype)
    _along(padded, axis, 0, before)[...] = value
    _along(padded, axis, before, before + values.shape[axis])[...] = values
    _along(padded, axis, before + values.shape[axis], shape[axis])[...] = value
    return padded


def _along(values: Values, axis: int, start: int, stop: int) -> Values:
    """Return the part of an array from start to stop on one axis, without a copy."""
    places = [slice(None)] * values.ndim
    places[axis] = slice(start, stop)
    return values[tuple(places)]


def _identity(extreme: np.ufunc, dtype: np.dtype[Any]) -> Any:
    """Return the value that never is the extreme."""
    is_maximum = extreme is np.maximum
    if dtype.kind == "b":
        return not is_maximum
    if dtype.kind == "f":
        return -np.inf if is_maximum else np.inf
    limits = np.iinfo(dtype)
    return limits.min if is_maximum else limits.max
