"""Runs of set pixels along the rows of a mask: found, joined, drawn, and grouped into connected components.

A page of writing has a few thousand runs and a million pixels. What is asked of its strokes is asked of the
runs: that takes a part of the time of what looks at each pixel, as ``scipy.ndimage.label`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from ocr.array_types import AnyInt, Int64, Mask


class Runs(NamedTuple):
    """Runs of a mask (H, W), row by row.

    Attributes
    ----------
    starts, stops : (n,) int arrays
        Half-open. Pixels are counted row by row, with one more after each row: no run reaches the next row.
    shape : (int, int)
        Of the mask.
    """

    starts: Int64
    stops: Int64
    shape: tuple[int, int]

    @property
    def lengths(self) -> Int64:
        """(n,) pixels."""
        return self.stops - self.starts

    @property
    def rows(self) -> Int64:
        """(n,) rows."""
        return self.starts // (self.shape[1] + 1)

    @property
    def gaps(self) -> Int64:
        """(n - 1,) lengths of the gaps between neighbours; from row to row they are endless."""
        rows = self.rows
        return np.where(rows[1:] == rows[:-1], self.starts[1:] - self.stops[:-1], np.iinfo(np.int64).max)

    def only(self, chosen: Mask) -> Runs:
        """Return some of the runs (n,)."""
        return self._replace(starts=self.starts[chosen], stops=self.stops[chosen])

    def joined(self, to_next: Mask) -> Runs:
        """Join each of the runs to the next one where ``to_next`` (n - 1,)."""
        if not self.starts.size:
            return self
        return self._replace(
            starts=self.starts[np.r_[True, ~to_next]], stops=self.stops[np.r_[~to_next, True]]
        )

    def pixels(self) -> Int64:
        """Return the flat indices of all their pixels in the mask, in order."""
        lengths = self.lengths
        before = np.cumsum(lengths) - lengths
        return np.asarray(np.arange(lengths.sum()) + np.repeat(self.starts - self.rows - before, lengths))

    def mask(self) -> Mask:
        """Return the mask (H, W)."""
        mask = np.zeros(self.shape, bool)
        mask.ravel()[self.pixels()] = True
        return mask


def row_runs(mask: Mask) -> Runs:
    """Find the runs of a mask (H, W)."""
    height, width = mask.shape
    padded = np.zeros((height, width + 1), bool)
    padded[:, :-1] = mask
    flat = padded.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat.size and flat[0]:
        edges = np.r_[0, edges]
    return Runs(edges[::2], edges[1::2], (height, width))


def label_runs(labels: AnyInt) -> tuple[Runs, Int64]:
    """Find the runs of equal numbers above 0 in labels (H, W); return the number (n,) of each as well."""
    height, width = labels.shape
    # A free column ends the runs of each row.
    padded = np.zeros((height, width + 1), labels.dtype)
    padded[:, :-1] = labels
    flat = padded.ravel()
    edges = np.flatnonzero(np.diff(flat, prepend=0))
    numbers = flat[edges]
    of_labels = np.flatnonzero(numbers)
    runs = Runs(edges[of_labels], edges[of_labels + 1], (height, width))
    return runs, numbers[of_labels].astype(np.int64)


def long_runs(mask: Mask, *, shortest: float, gap: float) -> Mask:
    """Find the runs along the rows of a mask (H, W) that are long once their gaps are closed.

    Parameters
    ----------
    mask : (H, W) bool array
    shortest : float
        Shorter runs are dropped.
    gap : float
        Gaps up to this length are closed before.
    """
    runs = row_runs(mask)
    runs = runs.joined(runs.gaps <= gap)
    return runs.only(runs.lengths >= shortest).mask()


def connected_runs(runs: Runs, *, corners: bool = True) -> Int64:
    """Return the number (n,) of the connected component of each run, from 0 in the order of the runs.

    Each run takes the lowest number among those that it touches, until none changes [1]_.

    Parameters
    ----------
    runs : Runs
    corners : bool
        Runs that touch at a corner are connected too.

    References
    ----------
    .. [1] He, Chao, Suzuki, "A run-based two-scan labeling algorithm", IEEE Trans. Image Processing 17,
           2008.
    """
    first, second = _touching(runs, int(corners))
    lowest = np.arange(len(runs.starts))
    while True:
        one, other = lowest[first], lowest[second]
        differ = one != other
        if not differ.any():
            return (np.cumsum(lowest == np.arange(len(lowest))) - 1)[lowest]
        first, second = first[differ], second[differ]
        one, other = one[differ], other[differ]
        np.minimum.at(lowest, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(lower := lowest[lowest], lowest):
            lowest = lower


def _touching(runs: Runs, reach: int) -> tuple[Int64, Int64]:
    """Return the pairs (m,) of runs in neighbouring rows that share a column; ``reach`` 1: or a corner."""
    below = runs.shape[1] + 1
    start = np.searchsorted(runs.stops, runs.starts + below + 1 - reach, "left")
    stop = np.searchsorted(runs.starts, runs.stops + below - 1 + reach, "right")
    counts = np.maximum(stop - start, 0)
    first = np.repeat(np.arange(len(counts)), counts)
    second = np.arange(len(first)) + np.repeat(start - (np.cumsum(counts) - counts), counts)
    return first, second


def boxes_and_areas(runs: Runs, owners: Int64) -> tuple[Int64, Int64]:
    """Return the boxes (n, 4) and the areas (n,) of the owners 0 .. n - 1 of runs."""
    if not owners.size:
        return np.zeros((0, 4), np.int64), np.zeros(0, np.int64)
    order = np.argsort(owners, kind="stable")
    first = np.flatnonzero(np.diff(owners[order], prepend=-1))
    rows, lengths = runs.rows[order], runs.lengths[order]
    lefts = runs.starts[order] - rows * (runs.shape[1] + 1)
    boxes = [
        rows[first],
        np.minimum.reduceat(lefts, first),
        np.maximum.reduceat(rows, first) + 1,
        np.maximum.reduceat(lefts + lengths, first),
    ]
    return np.stack(boxes, axis=1), np.add.reduceat(lengths, first)
