"""Connected components, their places and means.

The mask is looked at as runs of ink in its rows. Runs of neighbouring rows that touch are joined: each run
points to the first run that it is known to belong to, and pointers are followed until none changes [1]_.

References
----------
.. [1] Y. Shiloach, U. Vishkin, An O(log n) parallel connectivity algorithm, Journal of Algorithms 3 (1982).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import AnyInt, Float64, Int32, Int64, Mask

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
    mask = np.asarray(mask, dtype=bool)
    height, width = mask.shape
    # A free column ends the runs of each row.
    rows = np.zeros((height, width + 1), dtype=bool)
    rows[:, :width] = mask
    flat = rows.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[:1].any():
        edges = np.concatenate([[0], edges])
    starts, stops = edges[::2], edges[1::2]
    roots = _roots(len(starts), *_touching(starts, stops, width + 1, 0 if structure is None else 1))
    is_first = roots == np.arange(len(roots))
    numbers = np.cumsum(is_first, dtype=np.int32)
    values = np.zeros(len(edges) + 1, dtype=np.int32)
    values[1::2] = numbers[roots]
    labels = np.repeat(values, np.diff(edges, prepend=0, append=flat.size)).reshape(height, width + 1)
    return np.ascontiguousarray(labels[:, :width]), int(is_first.sum())


def _touching(starts: Int64, stops: Int64, width: int, reach: int) -> tuple[Int64, Int64]:
    """Return the pairs of runs that touch: a run, and one in the row below it."""
    first = np.searchsorted(stops, starts + (width - reach), side="right")
    counts = np.searchsorted(starts, stops + (width + reach), side="left") - first
    upper = np.repeat(np.arange(len(starts)), counts)
    return upper, np.arange(len(upper)) + np.repeat(first - np.cumsum(counts) + counts, counts)


def _roots(count: int, first: Int64, second: Int64) -> Int64:
    """Return the first run (n,) of the component that each run belongs to."""
    roots = np.arange(count)
    while first.size:
        # Both are roots: the later one points to the earlier one from now on.
        later, earlier = np.maximum(roots[first], roots[second]), np.minimum(roots[first], roots[second])
        is_open = later != earlier
        first, second = first[is_open], second[is_open]
        np.minimum.at(roots, later[is_open], earlier[is_open])
        while True:
            further = roots[roots]
            if np.array_equal(further, roots):
                break
            roots = further
    return roots


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
