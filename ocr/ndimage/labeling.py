"""Connected components drawn as an array of numbers, and their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.ndimage.runs import boxes_and_areas, connected_runs, label_runs, row_runs

if TYPE_CHECKING:
    from ocr.array_types import AnyInt, Int32, Mask


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
    runs, numbers = label_runs(labels)
    boxes, _ = boxes_and_areas(runs, numbers - 1)
    return [(slice(top, bottom), slice(left, right)) for top, left, bottom, right in boxes.tolist()]


def binary_fill_holes(mask: Mask) -> Mask:
    """Return a mask (H, W) with what it encloses: the background that has no way to the border."""
    background, _ = label(np.pad(~np.asarray(mask, dtype=bool), 1, constant_values=True))
    filled: Mask = background[1:-1, 1:-1] != 1
    return filled
