"""Cut a normalized line into frames: narrow columns of stroke directions and pixels."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.features import direction_maps
from ocr.line_network.line_image import LINE_ROWS

if TYPE_CHECKING:
    from ocr.array_types import Float32

FRAME_PX = 4
"""Columns from one frame to the next: a narrow letter has two, a usual one three or four."""

EARLY_PX = 7.5
"""The network says a character so many columns before its middle.

Measured on 1,058 characters of print, half of them within one column.
"""

_DIRECTION_ROWS, _PIXEL_ROWS, _DIRECTIONS = 9, 18, 8
FRAME_SIZE = _DIRECTIONS * _DIRECTION_ROWS + _PIXEL_ROWS


def frame_features(pixels: Float32) -> Float32:
    """Compute the frames of a normalized line.

    Parameters
    ----------
    pixels : (36, W) float32 array
        Strength of the ink, 0 .. 1.

    Returns
    -------
    (T, 90) float32 array
        Of every fourth column: strengths of eight directions in 9 rows, and 18 blurred pixels.
    """
    count = max(1, pixels.shape[1] // FRAME_PX)
    padded = np.pad(pixels, ((0, 0), (1, 2 * FRAME_PX)))
    maps = direction_maps(padded[None])[0]
    rows = _pooling(_DIRECTION_ROWS, 0.6) @ maps
    strengths = _pool_columns(rows.reshape(-1, padded.shape[1]), count)
    np.sqrt(strengths, out=strengths)
    blurred = _pool_columns(_pooling(_PIXEL_ROWS, 0.5) @ padded, count)
    return np.ascontiguousarray(np.concatenate([strengths, blurred]).T)


def _pool_columns(rows: Float32, count: int) -> Float32:
    """Average around every fourth column, less with the distance."""
    total = np.zeros((len(rows), count), np.float32)
    for shift, weight in enumerate(_COLUMN_WEIGHTS):
        total += weight * rows[:, shift : shift + FRAME_PX * count : FRAME_PX]
    return total


# Around the middle of a frame, from one column before its first to one behind its last.
_COLUMN_WEIGHTS = np.array([0.08, 0.17, 0.25, 0.25, 0.17, 0.08], np.float32)


@cache
def _pooling(cells: int, sigma_cells: float) -> Float32:
    """Return Gaussian windows (cells, 36) around the centres of cells; rows sum to 1."""
    centres = (np.arange(cells) + 0.5) * LINE_ROWS / cells - 0.5
    distance = np.arange(LINE_ROWS) - centres[:, None]
    window = np.exp(-0.5 * (distance / (sigma_cells * LINE_ROWS / cells)) ** 2)
    return np.asarray(window / window.sum(axis=1, keepdims=True), dtype=np.float32)
