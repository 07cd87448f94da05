"""Degradations by a camera or scanner: exposure, colour of the light, shake, curl, two levels, flash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import convolve1d, gaussian_filter, map_coordinates

from ocr.errors import SettingError, require_range

if TYPE_CHECKING:
    from ocr.array_types import Float32, Gray


def exposure(gray: Gray, *, factor: float) -> Gray:
    """Expose the photo with too much or too little light; brighter than white is cut off.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32, 0 .. 1.
    factor : float
        Share of the right light, 0.02 .. 10.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, 0 .. 1.

    Raises
    ------
    SettingError
        If ``factor`` lies outside its range.
    """
    require_range("exposure", factor, 0.02, 10)
    return np.asarray(np.clip(gray * factor, 0, 1), np.float32)


def motion_blur(gray: Gray, *, length_px: float) -> Gray:
    """Blur the page as a camera does that moves to the side.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    length_px : float
        How far the picture moves, 0 .. 200 px.

    Returns
    -------
    numpy.ndarray
        Same shape, float32.

    Raises
    ------
    SettingError
        If ``length_px`` lies outside its range.
    """
    require_range("motion blur", length_px, 0, 200)
    reach = int(np.ceil(length_px / 2))
    share = np.clip(length_px / 2 + 0.5 - np.abs(np.arange(-reach, reach + 1)), 0, 1)
    return np.asarray(convolve1d(gray, share / share.sum(), axis=1, mode="nearest"), np.float32)


def two_levels(gray: Gray, *, threshold: float) -> Gray:
    """Reduce a scan to black and white.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    threshold : float
        Where black ends, as a share of the way from the darkest to the brightest of the page, 0 .. 1.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, 0 or 1.

    Raises
    ------
    SettingError
        If ``threshold`` lies outside its range.
    """
    require_range("threshold", threshold, 0, 1)
    dark, bright = np.quantile(gray, (0.002, 0.9))
    return np.asarray(gray > dark + threshold * (bright - dark), np.float32)


def curl(gray: Gray, *, rise_px: float) -> Gray:
    """Curl the page as in an open book: its lines rise and sink by ``rise_px``.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    rise_px : float
        From the lowest to the highest place of a line, at least 0, below half the height.

    Returns
    -------
    numpy.ndarray
        Higher by ``rise_px``, float32; the page goes on beyond its edge as it is at the edge.

    Raises
    ------
    SettingError
        If ``rise_px`` lies outside its range.
    """
    height, width = gray.shape
    require_range("curl", rise_px, 0, height / 2)
    rows, cols = np.mgrid[: height + round(rise_px), :width].astype(np.float32)
    # A hump towards the outer edge, as the leaves of a book have; steepest near the back.
    hump = np.sin(np.pi * np.sqrt(cols / max(width - 1, 1)))
    found = map_coordinates(
        gray, (rows - rise_px * (1 - hump), cols), order=1, mode="nearest", output=np.float32
    )
    return np.asarray(found, np.float32)


def in_colours(gray: Gray, *, paper: tuple[float, float, float], ink: tuple[float, float, float]) -> Float32:
    """Colour a page: its paper and ink, light included.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32, 0 ink .. 1 paper.
    paper, ink : tuple of float
        Red, green and blue, 0 .. 1.

    Returns
    -------
    numpy.ndarray
        Shape (H, W, 3), float32, 0 .. 1.

    Raises
    ------
    SettingError
        If a colour is not three numbers of 0 .. 1.
    """
    for name, colour in (("paper", paper), ("ink", ink)):
        if len(colour) != 3 or not all(0 <= part <= 1 for part in colour):
            message = f"{name}: found {colour}, expected red, green and blue in 0 .. 1"
            raise SettingError(message)
    low, high = np.array(ink, np.float32), np.array(paper, np.float32)
    return np.asarray(low + (high - low) * gray[..., None], np.float32)


def flash(gray: Gray, *, strength: float, rng: np.random.Generator) -> Gray:
    """Light the page with the flash of a phone: bright in one place, darker towards the edges.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32.
    strength : float
        Share of the light that is missing in the farthest corner; the middle is overexposed by half as much.
        0 .. 0.95.
    rng : numpy.random.Generator
        Source of the position.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, 0 .. 1.

    Raises
    ------
    SettingError
        If ``strength`` lies outside its range.
    """
    require_range("flash", strength, 0, 0.95)
    height, width = gray.shape
    row, col = rng.uniform(0.3, 0.7, 2) * (height, width)
    rows, cols = np.ogrid[:height, :width]
    distance = np.hypot(rows - row, cols - col) / np.hypot(height, width)
    light = 1 + strength * (0.5 - 1.5 * gaussian_filter(distance, 1.0) / max(float(distance.max()), 1e-6))
    return np.asarray(np.clip(gray * light, 0, 1), np.float32)
