"""Degradations by light that falls unevenly: gray (H, W) float32 in and out, 0 black .. 1 paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import require_range

if TYPE_CHECKING:
    from ocr.array_types import Gray


def uneven_light(gray: Gray, *, strength: float, rng: np.random.Generator) -> Gray:
    """Darken the page away from a lamp at a random side, and towards the corners.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    strength : float
        Share of the light that is lost in the darkest place, 0 .. 0.9.
    rng : numpy.random.Generator
        Source of the side.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, nowhere brighter.

    Raises
    ------
    SettingError
        If ``strength`` lies outside its range.
    """
    require_range("uneven light", strength, 0, 0.9)
    x, y = _square(gray.shape)
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x + np.sin(angle) * y
    loss = slope + 0.5 * (x**2 + y**2)  # the lens darkens the corners about half as much as the lamp one side
    loss = (loss - loss.min()) / max(float(np.ptp(loss)), 1e-6)
    return np.asarray(gray * (1 - strength * loss), np.float32)


def shadow_edge(gray: Gray, *, strength: float, softness: float = 0.02, rng: np.random.Generator) -> Gray:
    """Draw the shadow of a writer or a phone on one side of the page, with a gently bent edge.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    strength : float
        Share of the light that the shadow takes, 0 .. 0.9.
    softness : float
        Width of the half-shadow as a share of the page, 0.001 .. 1.
    rng : numpy.random.Generator
        Source of the position, direction and bend of the edge.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, nowhere brighter.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    require_range("shadow", strength, 0, 0.9)
    require_range("softness", softness, 0.001, 1)
    x, y = _square(gray.shape)
    angle, place, bend = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3)
    across = np.cos(angle) * x + np.sin(angle) * y
    along = np.cos(angle) * y - np.sin(angle) * x
    depth = (across - place - bend * along**2) / softness
    shade = 0.5 + 0.5 * np.tanh(depth)
    return np.asarray(gray * (1 - strength * shade), np.float32)


def glare(gray: Gray, *, strength: float, radius: float = 0.35, rng: np.random.Generator) -> Gray:
    """Draw the reflection of a lamp: a bright spot in which ink pales.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    strength : float
        Share of the way to white in the middle of the spot, 0 .. 1.
    radius : float
        Width of the spot as a share of half the page, 0.01 .. 2.
    rng : numpy.random.Generator
        Source of the position.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, nowhere darker.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    require_range("glare", strength, 0, 1)
    require_range("radius", radius, 0.01, 2)
    x, y = _square(gray.shape)
    at_x, at_y = rng.uniform(-0.8, 0.8, 2)
    spot = np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / (2 * radius**2))
    return np.asarray(gray + (1 - gray) * strength * spot, np.float32)


def _square(shape: tuple[int, ...]) -> tuple[Gray, Gray]:
    """Return x (1, W) and y (H, 1) that run from -1 to 1 over the page."""
    rows, cols = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    return cols[None, :], rows[:, None]
