"""Connected components drawn as an array of numbers, their places and means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ocr.ndimage.runs import connected_runs, row_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import AnyInt, Float64, Int32, Mask

    Values: TypeAlias = np.ndarray[Any, np.dtype[Any]]


def label(mask: Mask, structure: Mask | None = None) -> tuple[Int32, int]:
    """Return a number for each pixel of a mask: that of its connected component.

    Parameters
    ----------
    mask : (H, W) bool array
    structure : (3, 3) bool array, optional
        All ones if diagonal neighbours touch; they do not if it is left out.

    Returns
    -------
    (H, W) int32 array, int
        0 is the background; the components are numbered from 1 in the order of their first pixels, row by
        row. And how many there are.
    """
    runs = row_runs(np.asarray(mask, dtype=bool))
    numbers = connected_runs(runs, corners=structure is not None) + 1
    height, width = runs.shape
    # Gaps and runs in turns, from the first pixel to the last one.
    edges = np.column_stack([runs.starts, runs.stops]).ravel()
    lengths = np.diff(edges, prepend=0, append=height * (width + 1))
    values = np.zeros(len(lengths), dtype=np.int32)
    values[1::2] = numbers
    labels = np.repeat(values, lengths).reshape(height, width + 1)
    return np.ascontiguousarray(labels[:, :width]), int(numbers.max(initial=0))


def find_objects(labels: AnyInt) -> list[tuple[slice, slice]]:
    """Return rows and columns of the box around each number of ``labels`` (H, W); all numbers occur."""
    height, width = labels.shape
    # A free column ends the runs of each row.
    rows = np.zeros((height, width + 1), dtype=labels.dtype)
    rows[:, :width] = labels
    flat = rows.ravel()
    edges = np.flatnonzero(np.diff(flat, prepend=0))
    numbers = flat[edges]
    of_labels = np.flatnonzero(numbers)
    if not of_labels.size:
        return []
    order = of_labels[np.argsort(numbers[of_labels], kind="stable")]
    first = np.flatnonzero(np.diff(numbers[order], prepend=0))
    runs, left = np.divmod(edges[order], width + 1)
    right = edges[order + 1] - runs * (width + 1)
    last = np.append(first[1:], len(order)) - 1
    bounds = runs[first], runs[last] + 1, np.minimum.reduceat(left, first), np.maximum.reduceat(right, first)
    return [
        (slice(top, bottom), slice(start, stop))
        for top, bottom, start, stop in zip(*(one.tolist() for one in bounds), strict=True)
    ]


def mean(values: Values, labels: AnyInt, index: Sequence[int] | AnyInt) -> Float64:
    """Return the mean of the values (n,) where the labels are each number of the index (n,)."""
    flat = labels.ravel()
    sums, counts = np.bincount(flat, weights=values.ravel()), np.bincount(flat)
    means: Float64 = sums[index] / counts[index]
    return means


def binary_fill_holes(mask: Mask) -> Mask:
    """Return a mask (H, W) with what it encloses: the background that has no way to the border."""
    background, _ = label(np.pad(~np.asarray(mask, dtype=bool), 1, constant_values=True))
    filled: Mask = background[1:-1, 1:-1] != 1
    return filled
