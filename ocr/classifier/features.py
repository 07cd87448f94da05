r"""Compute the network inputs of a crop: direction maps of its strokes, their changes, and its pixels.

The gradient of the ink at each pixel is split onto the two nearest of eight directions, 45 degrees apart;
each of the eight direction maps is blurred and sampled on a coarse grid; a square root evens out strong and
weak strokes [1]_. This shows a network where strokes of which direction lie, and tolerates small shifts, for
the price of one matrix product.

The same is done once more to the maps themselves: where the strokes of one direction begin, end and bend,
their map has gradients of its own. Such maps of maps are the second order of a scattering transform [2]_;
they are worth half a point on held-out EMNIST characters, which wider layers are not.

References
----------
.. [1] Liu, Nakashima, Sako, Fujisawa, "Handwritten digit recognition: benchmarking of state-of-the-art
   techniques", Pattern Recognition 36 (2003).
.. [2] Bruna, Mallat, "Invariant scattering convolution networks", IEEE Trans. PAMI 35 (2013).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.crop import CROP_PX

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float32


FEATURES_VERSION = 2

# Eight cells a side keep 3.5 px per cell, about one stroke width: finer grids added nothing on held-out
# EMNIST.
_GRID = 8
_DIRECTIONS = 8
_PIXEL_GRID = 14
# The maps of maps: four orientations, whether a stroke is entered or left, of maps for four orientations.
_ORIENTATIONS = 4
_FINE_GRID, _COARSE_GRID = 14, 5
_FIRST_ORDER = _DIRECTIONS * _GRID**2
_SECOND_ORDER = _ORIENTATIONS**2 * _COARSE_GRID**2
FEATURE_COUNT = _FIRST_ORDER + _SECOND_ORDER + _PIXEL_GRID**2

# Crops worked on at once: the eight maps of 64 crops are 1.6 MB and stay in the cache.
_CHUNK = 64
_LEAST_WEIGHT = 1e-20


@cache
def _pooling(cells: int, sigma_cells: float, side: int = CROP_PX) -> Float32:
    """Return Gaussian windows (side², cells²) around the centres of a grid; columns sum to 1."""
    centres = (np.arange(cells) + 0.5) * side / cells - 0.5
    distance = np.arange(side)[:, None] - centres
    window = np.exp(-0.5 * (distance / (sigma_cells * side / cells)) ** 2)
    window /= window.sum(axis=0)
    pool = np.einsum("ri,cj->rcij", window, window)
    # Numbers too small for the usual form of float32 make a product many times slower.
    pool[pool < _LEAST_WEIGHT] = 0
    return np.ascontiguousarray(pool.reshape(side**2, cells**2), dtype=np.float32)


def direction_maps(crops: Float32) -> Float32:
    """Compute the gradient of pictures (N, H, W) along E, SE, S, SW, W, NW, N, NE: (N, 8, H, W)."""
    count, height, width = crops.shape
    padded = np.zeros((count, height + 2, width + 2), np.float32)
    padded[:, 1:-1, 1:-1] = crops
    smooth_rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    smooth_cols = padded[:, :, :-2] + 2 * padded[:, :, 1:-1] + padded[:, :, 2:]
    east = smooth_rows[:, :, 2:] - smooth_rows[:, :, :-2]
    south = smooth_cols[:, 2:] - smooth_cols[:, :-2]
    size_east, size_south = np.abs(east), np.abs(south)
    maps = np.empty((count, _DIRECTIONS, height, width), dtype=np.float32)
    # A vector between an axis and a diagonal is (larger - smaller) along the axis and √2 · smaller along
    # the diagonal.
    west, north = -east, -south
    np.subtract(east, size_south, out=maps[:, 0])
    np.subtract(south, size_east, out=maps[:, 2])
    np.subtract(west, size_south, out=maps[:, 4])
    np.subtract(north, size_east, out=maps[:, 6])
    for side in (east, south, west, north):
        np.multiply(side, np.float32(np.sqrt(2)), out=side)
    np.minimum(east, south, out=maps[:, 1])
    np.minimum(west, south, out=maps[:, 3])
    np.minimum(west, north, out=maps[:, 5])
    np.minimum(east, north, out=maps[:, 7])
    np.maximum(maps, 0, out=maps)
    return maps


def features(crops: Float32) -> Float32:
    """Compute the inputs of the network from crops.

    Parameters
    ----------
    crops : (N, 28, 28) float32 array
        Ink 1, paper 0, as :mod:`ocr.classifier.crop` makes them.

    Returns
    -------
    (N, 1108) float32 array
        512 direction strengths (8 directions x 8 rows x 8 cols), 400 strengths of the second order (4 x 4
        orientations x 5 rows x 5 cols), 14 x 14 blurred pixels; about 0 .. 1.5.
    """
    result = np.empty((len(crops), FEATURE_COUNT), dtype=np.float32)
    direction_pool = _pooling(_GRID, 0.6)
    pixel_pool = _pooling(_PIXEL_GRID, 0.5)
    for start in range(0, len(crops), _CHUNK):
        chunk = crops[start : start + _CHUNK]
        rows = result[start : start + _CHUNK]
        maps = direction_maps(chunk)
        first = np.sqrt(maps.reshape(-1, CROP_PX**2) @ direction_pool)
        rows[:, :_FIRST_ORDER] = first.reshape(len(chunk), -1)
        rows[:, _FIRST_ORDER : _FIRST_ORDER + _SECOND_ORDER] = _second_order(maps)
        np.matmul(chunk.reshape(len(chunk), -1), pixel_pool, out=rows[:, _FIRST_ORDER + _SECOND_ORDER :])
    return result


def _without_sense(maps: Float32) -> Float32:
    """Add up opposite directions: (N, 8, H, W) to (N, 4, H, W)."""
    return np.ascontiguousarray(maps[:, :_ORIENTATIONS] + maps[:, _ORIENTATIONS:])


def _second_order(maps: Float32) -> Float32:
    """Compute the features of the second order (N, 400) of direction maps (N, 8, 28, 28)."""
    oriented = _without_sense(maps).reshape(-1, CROP_PX**2) @ _pooling(_FINE_GRID, 0.5)
    np.sqrt(oriented, out=oriented)
    changes = _without_sense(direction_maps(oriented.reshape(-1, _FINE_GRID, _FINE_GRID)))
    pooled: Float32 = changes.reshape(-1, _FINE_GRID**2) @ _pooling(_COARSE_GRID, 0.6, _FINE_GRID)
    np.sqrt(pooled, out=pooled)
    return pooled.reshape(len(maps), -1)


def pixels(crops: Float32) -> Float32:
    """Return the plain pixels (N, 784) of crops (N, 28, 28), row by row, in memory of their own."""
    return crops.reshape(len(crops), CROP_PX**2).astype(np.float32)


class NetworkInput(NamedTuple):
    """What a network sees of a crop: ``function`` makes (N, ``width``) inputs of (N, 28, 28) crops."""

    width: int
    function: Callable[[Float32], Float32]


INPUTS: dict[str, NetworkInput] = {
    "features": NetworkInput(FEATURE_COUNT, features),
    "pixels": NetworkInput(CROP_PX**2, pixels),
}
"""Kinds of inputs by name. With pixels, the weights of the first layer are pictures of 28 x 28."""


def feature_maps(values: Float32) -> tuple[Float32, Float32]:
    """Split a vector of features, or of weights for them, into maps; the second order is left out.

    Parameters
    ----------
    values : (1108,) float32 array

    Returns
    -------
    directions : (8, 8, 8) float32 array
        Direction, row, col; the directions are E, SE, S, SW, W, NW, N, NE, row 0 is at the top.
    pixels : (14, 14) float32 array
    """
    directions = values[:_FIRST_ORDER].reshape(_DIRECTIONS, _GRID, _GRID)
    return directions, values[_FIRST_ORDER + _SECOND_ORDER :].reshape(_PIXEL_GRID, _PIXEL_GRID)
