"""Distort crops, so that a network sees each training character in another form every epoch.

A distortion is a small affine map plus a smooth random displacement [1]_, sampled with bilinear
interpolation; then strokes grow or shrink by up to a pixel.

References
----------
.. [1] Simard, Steinkraus, Platt, "Best practices for convolutional neural networks applied to visual document
   analysis", ICDAR 2003.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.crop import CROP_PX, change_strokes

if TYPE_CHECKING:
    from ocr.array_types import Float32


@dataclass(frozen=True, slots=True)
class AugmentSettings:
    """Spread of the distortions; each value is drawn anew for each crop.

    Attributes
    ----------
    rotation_deg : float
        Standard deviation of the rotation. Writers differ by about this much in slope.
    shear : float
        Standard deviation of the slant, in columns per row.
    scale : float
        Standard deviation of the logarithm of width and height.
    shift_px : float
        Standard deviation of the shift.
    elastic_px : float
        Standard deviation of the displacement of the control points, 7 px apart.
    stroke_px : float
        Strokes grow or shrink by up to this on each side.
    """

    rotation_deg: float = 4.0
    shear: float = 0.08
    scale: float = 0.05
    shift_px: float = 0.6
    elastic_px: float = 0.6
    stroke_px: float = 0.25


# EMNIST has thousands of writers and needs little more variety: stronger distortions cost half a point on
# held-out EMNIST characters. Fonts and small sets have few writers and one pen each.
FEW_WRITERS = AugmentSettings(
    rotation_deg=6.0, shear=0.12, scale=0.07, shift_px=0.6, elastic_px=0.8, stroke_px=0.7
)


# Control points along a side: 7 px apart, so that strokes bend and do not fray.
_CONTROL = 5
# Crops distorted at once: they stay in the cache.
_CHUNK = 64


@cache
def _spline_basis() -> Float32:
    """Return the weights (25, 784) of a 5 x 5 grid of control points at each pixel: Gaussian bumps."""
    centres = np.linspace(0, CROP_PX - 1, _CONTROL)
    spacing = centres[1] - centres[0]
    bump = np.exp(-0.5 * ((np.arange(CROP_PX)[:, None] - centres) / (0.6 * spacing)) ** 2)
    bump /= bump.sum(axis=1, keepdims=True)
    basis = np.einsum("ri,cj->ijrc", bump, bump)
    return np.ascontiguousarray(basis.reshape(_CONTROL**2, CROP_PX**2), dtype=np.float32)


def _affine_maps(count: int, settings: AugmentSettings, rng: np.random.Generator) -> Float32:
    """Draw maps (N, 2, 3) from target (row, col, 1) about the centre to source (row, col)."""
    angle = np.deg2rad(rng.normal(0, settings.rotation_deg, count))
    shear = rng.normal(0, settings.shear, count)
    size = np.exp(rng.normal(0, settings.scale, (count, 2)))
    maps = np.empty((count, 2, 3), dtype=np.float32)
    maps[:, 0, 0], maps[:, 0, 1] = np.cos(angle) * size[:, 0], -np.sin(angle) * size[:, 0]
    maps[:, 1, 0] = (np.sin(angle) + shear * np.cos(angle)) * size[:, 1]
    maps[:, 1, 1] = (np.cos(angle) - shear * np.sin(angle)) * size[:, 1]
    maps[:, :, 2] = rng.normal(0, settings.shift_px, (count, 2))
    return maps


def _source_positions(count: int, settings: AugmentSettings, rng: np.random.Generator) -> Float32:
    """Draw the rows and columns (2, N, 784) in the crop from which the distorted one is sampled."""
    centre = (CROP_PX - 1) / 2
    grid = np.mgrid[:CROP_PX, :CROP_PX].reshape(2, -1).astype(np.float32) - np.float32(centre)
    plane = np.vstack([grid, np.ones((1, CROP_PX**2), np.float32)])
    positions = (_affine_maps(count, settings, rng).reshape(-1, 3) @ plane).reshape(count, 2, -1)
    control = rng.normal(0, settings.elastic_px * 2, (count, 2, _CONTROL**2)).astype(np.float32)
    positions += control @ _spline_basis()
    positions += np.float32(centre)
    return np.ascontiguousarray(positions.swapaxes(0, 1))


def _sample(crops: Float32, positions: Float32) -> Float32:
    """Sample each crop (N, 28, 28) bilinearly at ``positions`` (2, N, 784); outside is paper."""
    side = CROP_PX + 4
    padded = np.pad(crops, ((0, 0), (2, 2), (2, 2))).ravel()
    np.clip(positions, -1.5, CROP_PX + 0.5, out=positions)
    positions += 2
    corner = positions.astype(np.int32)
    row_part, col_part = positions - corner
    index = corner[0] * side + corner[1]
    index += (np.arange(len(crops), dtype=np.int32) * side**2)[:, None]
    top: Float32 = padded[index]
    top += col_part * (padded[index + 1] - top)
    index += side
    bottom = padded[index]
    bottom += col_part * (padded[index + 1] - bottom)
    bottom -= top
    bottom *= row_part
    top += bottom
    return top.reshape(crops.shape)


def distort(crops: Float32, *, settings: AugmentSettings, rng: np.random.Generator) -> Float32:
    """Return a randomly distorted copy of each crop.

    Parameters
    ----------
    crops : (N, 28, 28) float32 array
        Ink 1, paper 0.
    settings : AugmentSettings
        Spread of the distortions.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    (N, 28, 28) float32 array
        In [0, 1].
    """
    result = np.empty_like(crops)
    for start in range(0, len(crops), _CHUNK):
        chunk = crops[start : start + _CHUNK]
        warped = _sample(chunk, _source_positions(len(chunk), settings, rng))
        change = rng.uniform(-settings.stroke_px, settings.stroke_px, len(chunk)).astype(np.float32)
        result[start : start + _CHUNK] = change_strokes(warped, change)
    return result
