"""Light scenes of a sheet on a table: gradients, shadows, glare, the tint of a lamp, and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr import ndimage

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64


def lit(picture: Float32, rng: np.random.Generator) -> Float32:
    """Return a picture (H, W, 3) of 0 .. 1 as a camera sees it in some light."""
    light = _light(picture.shape, rng)[..., None] * _tint(rng)
    seen = picture * light.astype(np.float32)
    if rng.random() < 0.15:
        seen += _glare(picture.shape, rng)[..., None]
    blur = rng.uniform(0, 1.2)
    if blur > 0.3:
        seen = np.stack([ndimage.gaussian_filter(seen[..., one], blur) for one in range(3)], axis=-1)
    seen = seen + rng.normal(0, rng.uniform(0, 0.03), seen.shape).astype(np.float32)
    if rng.random() < 0.1:
        # A gray scan or a photo in black and white.
        seen = np.repeat(seen.mean(axis=2, keepdims=True), 3, axis=2)
    return np.asarray(np.clip(seen, 0, 1), np.float32)


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> Float64:
    """Return how bright the light is (H, W)."""
    down, right = _places(shape)
    light = np.ones(shape[:2])
    if rng.random() < 0.5:
        light *= 1 - rng.uniform(0, 0.7) * (_along(down - 0.5, right - 0.5, rng) + 0.5)
    for _ in range(int(rng.choice([0, 0, 1, 2]))):
        row, col = rng.uniform(0.1, 0.9, 2)
        if rng.random() < 0.5:
            beyond = _along(down - row, right - col, rng)
        else:
            waves = 1 + 0.2 * np.sin(rng.uniform(2, 8) * np.arctan2(down - 0.5, right - 0.5))
            beyond = np.hypot(down - row, right - col) * waves - rng.uniform(0.1, 0.5)
        light *= 1 - rng.uniform(0.1, 0.6) / (1 + np.exp(np.clip(beyond / rng.uniform(0.003, 0.08), -40, 40)))
    if rng.random() < 0.3:
        light *= 1 - rng.uniform(0, 1) * ((down - 0.5) ** 2 + (right - 0.5) ** 2)
    return light * (rng.uniform(0.35, 1) if rng.random() < 0.3 else 1)


def _tint(rng: np.random.Generator) -> Float64:
    tint = rng.uniform(0.8, 1, 3)
    return np.asarray(tint / tint.max())


def _glare(shape: tuple[int, ...], rng: np.random.Generator) -> Float32:
    down, right = _places(shape)
    row, col = rng.random(2)
    away = (down - row) ** 2 + (right - col) ** 2
    return np.asarray(rng.uniform(0.2, 0.7) * np.exp(-away / rng.uniform(0.01, 0.1)), np.float32)


def _places(shape: tuple[int, ...]) -> tuple[Float64, Float64]:
    """Return the row and column (H, W) of each pixel, 0 .. 1."""
    rows, cols = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
    return rows / shape[0], cols / shape[1]


def _along(down: Float64, right: Float64, rng: np.random.Generator) -> Float64:
    """Return how far places are in some direction."""
    angle = rng.uniform(0, 2 * np.pi)
    return np.asarray(right * np.cos(angle) + down * np.sin(angle))
