"""Degradations of a sheet before it is photographed: its other side, folds, holes, frames of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

from ocr.errors import require_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr.array_types import Gray
    from ocr.geometry import Box


# Brightness of the table behind a hole.
_BEHIND = 0.2


def show_through(gray: Gray, *, strength: float, softness_px: float) -> Gray:
    """Show the other side of thin paper through it: the same writing, mirrored.

    Parameters
    ----------
    gray : numpy.ndarray
        Page (H, W), float32, 0 black .. 1 paper.
    strength : float
        Darkness of the other side's ink as a share of this side's, 0 .. 1.
    softness_px : float
        Standard deviation of the blur that paper adds, in px, 0 .. 50.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, nowhere brighter.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    require_range("show-through", strength, 0, 1)
    require_range("softness_px", softness_px, 0, 50)
    # A little further down: the baselines of the two sides rarely coincide.
    other = np.roll(gray[:, ::-1], round(0.04 * len(gray)), axis=0)
    return np.asarray(gray * (1 - strength * (1 - gaussian_filter(other, softness_px))), np.float32)


def folds(gray: Gray, *, count: int, width_px: float, rng: np.random.Generator) -> Gray:
    """Draw folds into a sheet: each crease has a bright and a dark side and a thin dark line.

    Parameters
    ----------
    gray : numpy.ndarray
        Page (H, W), float32.
    count : int
        Creases, 0 .. 20, across and upright in turn.
    width_px : float
        Width of the light and the dark side, 1 .. 1000 px.
    rng : numpy.random.Generator
        Source of positions and slopes.

    Returns
    -------
    numpy.ndarray
        Same shape, float32, 0 .. 1.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    require_range("folds", count, 0, 20)
    require_range("width_px", width_px, 1, 1000)
    creased = np.array(gray, np.float32)
    for index in range(count):
        view = creased.T if index % 2 else creased
        height, width = view.shape
        start = rng.uniform(0.2, 0.8) * height
        crease = start + rng.uniform(-0.02, 0.02) * np.arange(width, dtype=np.float32)
        across = np.arange(height, dtype=np.float32)[:, None] - crease
        # Light from one side: the near flank is brighter than the sheet, the far one darker.
        flank = -across / width_px * np.exp(-((across / width_px) ** 2))
        line = np.exp(-((across / (0.04 * width_px + 0.7)) ** 2))
        view *= np.clip(1 + 0.35 * flank - 0.3 * line, 0, None)
    return np.clip(creased, 0, 1)


def punch_holes(gray: Gray, *, count: int, radius_px: float) -> Gray:
    """Punch holes along the left edge through which a dark table is seen.

    Parameters
    ----------
    gray : numpy.ndarray
        Page (H, W), float32.
    count : int
        Holes, 0 .. 40, evenly spread.
    radius_px : float
        Their radius, above 0, at most 1000 px.

    Returns
    -------
    numpy.ndarray
        Same shape, float32.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    require_range("holes", count, 0, 40)
    require_range("radius_px", radius_px, 0.5, 1000)
    rows, cols = np.mgrid[: gray.shape[0], : gray.shape[1]].astype(np.float32)
    punched = np.array(gray, np.float32)
    for index in range(count):
        row = (index + 0.5) * gray.shape[0] / count
        distance = np.hypot(rows - row, cols - 1.6 * radius_px)
        share = np.clip(radius_px - distance + 0.5, 0, 1)
        punched = punched * (1 - share) + _BEHIND * share
    return np.asarray(punched, np.float32)


def frames(gray: Gray, *, boxes: Iterable[Box], strength: float, thickness_px: float) -> Gray:
    """Print a frame along the inside of each box, as forms have.

    Parameters
    ----------
    gray : numpy.ndarray
        Page (H, W), float32.
    boxes : iterable of Box
        In px; what reaches beyond the page is not printed.
    strength : float
        Darkness of the frames, 0 .. 1.
    thickness_px : float
        1 .. 100 px, rounded.

    Returns
    -------
    numpy.ndarray
        Same shape, float32; frames and ink multiply.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    require_range("frames", strength, 0, 1)
    require_range("thickness_px", thickness_px, 1, 100)
    cover = np.zeros(gray.shape, np.float32)
    thick = round(thickness_px)
    height, width = gray.shape
    for box in boxes:
        inside = np.zeros(cover[box.clipped(height, width).slices].shape, bool)
        inside[thick:-thick, thick:-thick] = True
        part = cover[box.clipped(height, width).slices]
        part[~inside] = 1
    return np.asarray(gray * (1 - np.float32(strength) * cover), np.float32)
