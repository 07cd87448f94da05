"""Describe pixels by their surroundings: the inputs of the pixel networks.

A small network sees the darkness around a pixel at five scales, and how dark nearly level and nearly upright
lines through it are. A second network sees in the same way what the first one answered around the pixel.

What lies far from a pixel is described once for all pixels of a cell. The first layer of a network is linear,
so its sums over coarse scales are computed in each cell and added up at each pixel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Int64

WRITING, LINE, GROUND = range(3)
CLASSES = ("writing", "line", "ground")
"""What a pixel may belong to, in the order of the outputs."""

# Patches of darkness: side of the cells that they are made of, and how many cells they reach from the middle.
_FINE_PATCHES = ((1, 3), (2, 3))
_COARSE_PATCHES = ((4, 4), (8, 4), (16, 3))
# Patches of answers.
_ANSWER_FINE, _ANSWER_COARSE = ((1, 2),), ((4, 3), (8, 3))
# A line is darker than what lies this far from it on both sides.
_BESIDE_PX = 4
# Lines are summed in cells of this many pixels along them, at these slopes, so many cells to both sides.
_ALONG_PX = 4
# Far ones are summed at half the scale only.
_SLOPES, _REACHES = (-0.1, -0.04, 0.0, 0.04, 0.1), (3, 10)
_FAR_SLOPES, _FAR_REACHES = (-0.12, -0.06, -0.025, 0.0, 0.025, 0.06, 0.12), (3, 10, 26)
_PAD = 16
_DARKEST = 1.6


class Block(NamedTuple):
    """Some inputs of the network: values (M, D) of M cells, and which cell each of the N pixels lies in."""

    values: Float32
    cells: NDArray[np.int64] | None

    def rows(self) -> Float32:
        """Return the values (N, D) of each pixel."""
        return self.values if self.cells is None else self.values[self.cells]

    def of(self, pixels: Int64) -> Block:
        """Return the block of some of the pixels."""
        return Block(self.values[pixels if self.cells is None else self.cells[pixels]], None)


def _padded(values: Float32) -> Float32:
    """Put paper around a picture, so that its sides are multiples of the coarsest cell."""
    height, width = values.shape
    return np.pad(values, ((_PAD, _PAD + -height % 16), (_PAD, _PAD + -width % 16)))


def _halved(values: Float32) -> Float32:
    return (values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2]) * np.float32(0.25)


def _distinct(cells: Int64, count: int) -> tuple[Int64, Int64]:
    """Return the distinct numbers of cells (M,), and the place among them of each (N,)."""
    there = np.zeros(count, bool)
    there[cells] = True
    places = np.cumsum(there) - 1
    return np.flatnonzero(there), places[cells]


def _patches(values: Float32, rows: Int64, cols: Int64, half: int) -> Float32:
    """Return the square patches (N, (2 half + 1)^2) around pixels."""
    side = 2 * half + 1
    windows = np.lib.stride_tricks.sliding_window_view(values, (side, side))
    return windows[rows - half, cols - half].reshape(len(rows), -1)


def _coarse(values: Float32, rows: Int64, cols: Int64, size: int, half: int) -> Block:
    """Return the patches around the cells in which pixels lie."""
    grown = np.pad(values, half)
    width = values.shape[1]
    distinct, cells = _distinct((rows // size) * width + cols // size, values.size)
    above, left = np.divmod(distinct, width)
    return Block(_patches(grown, above + half, left + half, half), cells)


def _fine(padded: Float32, rows: Int64, cols: Int64, step: int, half: int) -> Float32:
    """Return patches (N, D) of every so many pixels, each the mean of a square of that side."""
    if step == 1:
        return _patches(padded, rows, cols, half)
    blurred = _halved_everywhere(padded)
    side = 2 * half + 1
    windows = np.lib.stride_tricks.sliding_window_view(blurred, (step * side - 1, step * side - 1))
    found = windows[:, :, ::step, ::step][rows - step * half, cols - step * half]
    return found.reshape(len(rows), -1)


def _halved_everywhere(values: Float32) -> Float32:
    """Return the mean of each pixel and those after it in both directions, without halving the picture."""
    mean = values.copy()
    mean[:-1] += values[1:]
    mean *= np.float32(0.5)
    after = mean.copy()
    after[:, :-1] += mean[:, 1:]
    after *= np.float32(0.5)
    return after


def darkness_blocks(darkness: Float32, places: Int64, pen: float) -> list[Block]:
    """Describe the darkness around pixels.

    Parameters
    ----------
    darkness : (H, W) float32 array
        At the networks' scale, 0 on paper.
    places : (N,) int array
        Flat indices of the pixels.
    pen : float
        How dark the pen is on this page.
    """
    relative = np.clip(darkness / np.float32(pen), np.float32(-0.5), np.float32(_DARKEST))
    padded = _padded(relative)
    rows, cols = np.divmod(places, darkness.shape[1])
    rows, cols = rows + _PAD, cols + _PAD
    blocks = [Block(_fine(padded, rows, cols, step, half), None) for step, half in _FINE_PATCHES]
    level, size = padded, 1
    for wanted, half in _COARSE_PATCHES:
        while size < wanted:
            level, size = _halved(level), 2 * size
        blocks.append(_coarse(level, rows, cols, size, half))
    blocks += _both_ways(padded, rows, cols, slopes=_SLOPES, reaches=_REACHES)
    # Lines too thick to stand out at this scale do at half of it.
    blocks += _far_both_ways(padded, rows, cols)
    own = padded[rows, cols]
    near = _near_peak(padded)[rows // 8, cols // 8]
    scalars = np.stack(
        [near, np.full(len(rows), np.log(pen), np.float32), own / np.maximum(near, 0.1)], axis=1
    )
    blocks.append(Block(scalars.astype(np.float32), None))
    return blocks


def _near_peak(padded: Float32) -> Float32:
    """Darkest value within about a letter, in cells of eight pixels."""
    bands = padded.reshape(padded.shape[0] // 8, 8, -1).max(axis=1)
    cells = bands.reshape(len(bands), -1, 8).max(axis=2)
    return np.asarray(ndimage.maximum_filter(cells, 3))


def _far_both_ways(padded: Float32, rows: Int64, cols: Int64) -> list[Block]:
    """Describe the lines through pixels at half the scale."""
    return _both_ways(_halved(padded), rows // 2, cols // 2, slopes=_FAR_SLOPES, reaches=_FAR_REACHES)


def _both_ways(
    padded: Float32, rows: Int64, cols: Int64, *, slopes: tuple[float, ...], reaches: tuple[int, ...]
) -> list[Block]:
    """Describe the nearly level and the nearly upright lines through pixels."""
    turned = np.ascontiguousarray(padded.T)
    return [
        _along_lines(values, *places, slopes=slopes, reaches=reaches)
        for values, *places in ((padded, rows, cols), (turned, cols, rows))
    ]


def _along_lines(
    padded: Float32, rows: Int64, cols: Int64, *, slopes: tuple[float, ...], reaches: tuple[int, ...]
) -> Block:
    """Return how dark nearly level lines through pixels are: on both sides, on the darker, on the lighter.

    What counts is how much darker a pixel is than those above and below it.
    """
    by = _BESIDE_PX
    ridge = np.zeros(padded.shape, np.float32)
    ridge[by:-by] = np.clip(padded[by:-by] - np.maximum(padded[: -2 * by], padded[2 * by :]), 0, 1)
    along = ridge[:, ::4] + ridge[:, 1::4] + ridge[:, 2::4] + ridge[:, 3::4]
    # A line may run between two rows.
    thick = along.copy()
    thick[1:] = np.maximum(along[1:], along[:-1])
    thick[:-1] = np.maximum(thick[:-1], along[1:])
    width = thick.shape[1]
    distinct, cells = _distinct(rows * width + cols // _ALONG_PX, thick.size)
    row, place = np.divmod(distinct, width)
    lengths = np.array(reaches)[:, None]
    first, last = np.maximum(place - lengths, 0), np.minimum(place + lengths + 1, width)
    # Of the sums on both sides: both together, the larger, the smaller one.
    best = np.zeros((len(reaches), 3, len(row)), np.float32)
    columns = np.ascontiguousarray(thick.T)
    for slope in slopes:
        sums, shift = _sheared_sums(columns, slope)
        height = sums.shape[1]
        own = row + int(shift.max()) - shift[place]
        flat, here = sums.ravel(), place * height + own
        before = flat[here] - flat[first * height + own]
        after = flat[last * height + own] - flat[here + height]
        for kind, combined in enumerate((np.add, np.maximum, np.minimum)):
            np.maximum(best[:, kind], combined(before, after), out=best[:, kind])
    best[:, 0] /= 2
    best /= np.float32(_ALONG_PX) * lengths[:, None].astype(np.float32)
    here = along.ravel()[distinct] / np.float32(_ALONG_PX)
    return Block(np.ascontiguousarray(np.vstack([best.reshape(-1, len(row)), here]).T), cells)


def _sheared_sums(columns: Float32, slope: float) -> tuple[Float32, Int64]:
    """Sum columns (W, H) along lines of a slope, from the first on: (W + 1, H + most), and each one's shift.

    Row r of column c is found at row r + most - shift.
    """
    width, height = columns.shape
    shift = np.rint(slope * _ALONG_PX * np.arange(width)).astype(np.int64)
    shift -= shift.min()
    most = int(shift.max())
    sums = np.zeros((width + 1, height + most), np.float32)
    for col, (values, down) in enumerate(zip(columns, (most - shift).tolist(), strict=True)):
        sums[col + 1] = sums[col]
        sums[col + 1, down : down + height] += values
    return sums, shift


def answer_blocks(
    shape: tuple[int, int], places: Int64, odds: Float32, described: Int64 | None = None
) -> list[Block]:
    """Describe what the first network answered around pixels.

    Parameters
    ----------
    shape : (int, int)
        Of the picture at the networks' scale.
    places : (N,) int array
    odds : (N, 3) float32 array
        Its probabilities of the classes.
    described : (M,) int array, optional
        The pixels to describe, some of the places in their order; all if left out.
    """
    if described is None:
        described = places
    rows, cols = np.divmod(described, shape[1])
    rows, cols = rows + _PAD, cols + _PAD
    own = odds[np.searchsorted(places, described)]
    blocks = [Block(np.log(np.maximum(own, np.float32(0.01))), None)]
    for kind in (WRITING, LINE):
        answers = np.zeros(shape, np.float32)
        answers.ravel()[places] = odds[:, kind]
        padded = _padded(answers)
        blocks += [Block(_fine(padded, rows, cols, step, half), None) for step, half in _ANSWER_FINE]
        level, size = padded, 1
        for wanted, half in _ANSWER_COARSE:
            while size < wanted:
                level, size = _halved(level), 2 * size
            blocks.append(_coarse(level, rows, cols, size, half))
        blocks += _far_both_ways(padded, rows, cols)
    return blocks


def inputs_of(blocks: Sequence[Block]) -> Float32:
    """Return all inputs (N, D) of a network."""
    return np.concatenate([block.rows() for block in blocks], axis=1)
