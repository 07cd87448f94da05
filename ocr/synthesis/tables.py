"""Photograph a sheet that lies on a table, from above or from the side.

Tables of wood, cloth, stone, planks and a plain desk are drawn from filtered noise. From the side the far
edge of the sheet is shorter than the near one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from ocr.errors import SettingError, require_range
from ocr.image.homography import corners_of
from ocr.synthesis.warp import Warp, rotation

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float64, Gray


# Distance of the phone in lengths of the sheet: it takes all of it in.
_DISTANCE = 1.25
# The picture is drawn this many times as fine and then averaged, or the far edge would alias.
_FINE = 2
# Width of the table around the sheet in its lengths; further off it goes on as it is at the edge.
_AROUND = 0.35
# Part of the table that shows on each side, as a share of the sheet's sides in the picture.
_MARGIN_FRAC = 0.08


def _wood(noise: Gray, text_height_px: float) -> Gray:
    """Draw long fibres along the columns that waver together."""
    grain = gaussian_filter(noise, (0.9 * text_height_px, 0.07 * text_height_px), mode="wrap")
    rows, cols = np.mgrid[: noise.shape[0], : noise.shape[1]].astype(np.float32)
    waver = 0.2 * text_height_px * np.sin(rows / (2.2 * text_height_px))
    found = map_coordinates(grain, (rows, cols + waver), order=1, mode="wrap", output=np.float32)
    return np.asarray(found, np.float32)


def _cloth(noise: Gray, text_height_px: float) -> Gray:
    """Draw threads that go over and under one another, on uneven yarn."""
    rows, cols = np.mgrid[: noise.shape[0], : noise.shape[1]].astype(np.float32)
    thread = 2 * np.pi / max(0.12 * text_height_px, 3.0)
    weave = np.sin(rows * thread) * np.sin(cols * thread)
    yarn = gaussian_filter(noise, 0.06 * text_height_px)
    return np.asarray(weave + 1.5 * yarn / yarn.std(), np.float32)


def _stone(noise: Gray, text_height_px: float) -> Gray:
    """Draw speckles among clouds."""
    layers = [gaussian_filter(noise, size * text_height_px) for size in (0.07, 0.3)]
    return np.asarray(layers[0] / layers[0].std() + 1.5 * layers[1] / layers[1].std(), np.float32)


def _planks(noise: Gray, text_height_px: float) -> Gray:
    """Draw boards that lie across, with dark gaps between them."""
    grain = gaussian_filter(noise, (0.05 * text_height_px, 1.2 * text_height_px))
    grain /= grain.std()
    board = max(8, round(3.5 * text_height_px))
    gap = max(1, round(0.08 * text_height_px))
    for first in range(board // 2, len(grain), board):
        grain[first : first + gap] -= 6
    return np.asarray(gaussian_filter(grain, 0.03 * text_height_px), np.float32)


def _plain(noise: Gray, text_height_px: float) -> Gray:
    """Draw paint with hardly any structure."""
    return np.asarray(gaussian_filter(noise, 2 * text_height_px), np.float32)


_MATERIALS: dict[str, Callable[[Gray, float], Gray]] = {
    "wood": _wood,
    "cloth": _cloth,
    "stone": _stone,
    "planks": _planks,
    "plain": _plain,
}
MATERIALS = tuple(_MATERIALS)
"""Names of the materials of a table."""


def table(
    shape: tuple[int, int],
    *,
    material: str,
    level: float,
    strength: float,
    text_height_px: float,
    rng: np.random.Generator,
) -> Gray:
    """Draw a table.

    Parameters
    ----------
    shape : tuple of int
        Height and width in px.
    material : str
        One of `MATERIALS`.
    level : float
        Its mean brightness, 0 .. 1.
    strength : float
        Standard deviation of its brightness as a share of it, 0 .. 0.5.
    text_height_px : float
        Height of a capital in px; threads, fibres and boards have their natural size beside it.
    rng : numpy.random.Generator
        Source of the grain.

    Returns
    -------
    numpy.ndarray
        Shape (H, W), dtype float32, 0 .. 1.

    Raises
    ------
    SettingError
        If the material is not known or a number lies outside its range.
    """
    if material not in _MATERIALS:
        message = f"material: found {material!r}, expected one of {', '.join(MATERIALS)}; choose one of them"
        raise SettingError(message)
    require_range("table level", level, 0, 1)
    require_range("table strength", strength, 0, 0.5)
    require_range("text_height_px", text_height_px, 4, 600)
    grain = _MATERIALS[material](rng.standard_normal(shape, np.float32), text_height_px)
    grain = (grain - grain.mean()) / max(float(grain.std()), 1e-6)
    return np.asarray(np.clip(level * (1 + strength * grain), 0, 1), np.float32)


def lay_on_table(
    gray: Gray,
    *,
    material: str,
    level: float = 0.45,
    strength: float,
    border_px: int,
    turn_deg: float = 0.0,
    text_height_px: float,
    rng: np.random.Generator,
) -> Gray:
    """Lay a page on a table that shows on all sides, with the soft shadow of the sheet.

    Parameters
    ----------
    gray : numpy.ndarray
        Page (H, W), float32, 0 black .. 1 white.
    material, level, strength, text_height_px, rng
        As for `table`.
    border_px : int
        Width of the table on each side, at least 0.
    turn_deg : float
        Rotation of the page, -45 .. 45, positive anticlockwise.

    Returns
    -------
    numpy.ndarray
        Larger than the page, float32, 0 .. 1.

    Raises
    ------
    SettingError
        If the material is not known or a number lies outside its range.
    """
    require_range("border_px", border_px, 0, 100_000)
    height, width = gray.shape
    turn = rotation((height, width), degrees=turn_deg)
    sheet = np.pad(turn.gray(gray), border_px)
    # Two empty pixels around it: beyond its edge a picture goes on as it is at the edge.
    ring = np.pad(np.ones((height - 4, width - 4), np.float32), 2) if min(height, width) > 4 else 0 * gray
    cover = np.pad(turn.gray(ring), border_px)
    under = table(
        (sheet.shape[0], sheet.shape[1]),
        material=material,
        level=level,
        strength=strength,
        text_height_px=text_height_px,
        rng=rng,
    )
    shade = gaussian_filter(cover, 0.12 * text_height_px)
    under *= 1 - 0.35 * np.roll(shade, round(0.08 * text_height_px), axis=(0, 1))
    return np.asarray(cover * sheet + (1 - cover) * under, np.float32)


def photograph_from_side(
    gray: Gray,
    *,
    degrees: float,
    turn_deg: float = 0.0,
    material: str,
    level: float,
    strength: float,
    text_height_px: float,
    rng: np.random.Generator,
) -> Gray:
    """Photograph a sheet on a table from the side of its lower edge.

    A pinhole camera looks at the middle of the sheet, where the picture is as fine as the page [1]_.

    Parameters
    ----------
    gray : numpy.ndarray
        Page (H, W), float32, 0 black .. 1 white.
    degrees : float
        Angle of the camera from straight above, 0 .. 60.
    turn_deg : float
        Rotation of the page under it, -45 .. 45, positive anticlockwise.
    material, level, strength, text_height_px, rng
        As for :func:`table`.

    Returns
    -------
    numpy.ndarray
        All of the sheet and some of the table, float32, 0 .. 1.

    Raises
    ------
    SettingError
        If the material is not known or a number lies outside its range.

    References
    ----------
    .. [1] Hartley, Zisserman, "Multiple view geometry in computer vision", 2004, chapter 8.
    """
    require_range("degrees", degrees, 0, 60)
    require_range("turn_deg", turn_deg, -45, 45)
    height, width = gray.shape
    border = round(_AROUND * max(height, width))
    lying = lay_on_table(
        gray,
        material=material,
        level=level,
        strength=strength,
        border_px=border,
        text_height_px=text_height_px,
        rng=rng,
    )
    view = _view(lying.shape, degrees, turn_deg, _DISTANCE * max(height, width))
    return _photograph(lying, view, corners_of(height, width) + border)


def _photograph(gray: Gray, view: Float64, corners: Float64) -> Gray:
    """Warp a picture by a homography, on a finer grid, and crop it to these corners (N, 2) and a margin."""
    fine_view = _FINE * view
    fine_view[2] /= _FINE
    found = Warp(fine_view, (1, 1)).points(corners)
    margin = _MARGIN_FRAC * np.ptp(found, axis=0)
    first, last = found.min(0) - margin, found.max(0) + margin
    cols, rows = _FINE * np.ceil((last - first) / _FINE).astype(int)
    shift = np.array([[1, 0, -first[0]], [0, 1, -first[1]], [0, 0, 1]])
    fine = Warp(shift @ fine_view, (int(rows), int(cols))).gray(gray)
    blocks = fine.reshape(rows // _FINE, _FINE, cols // _FINE, _FINE)
    return np.asarray(np.clip(blocks.mean(axis=(1, 3)), 0, 1), np.float32)


def _view(shape: tuple[int, ...], degrees: float, turn_deg: float, distance: float) -> Float64:
    """Return the homography (3, 3) of a page about its middle, for a camera at a distance in px."""
    tilt, turn = np.deg2rad(degrees), np.deg2rad(turn_deg)
    to_middle = np.array([[1, 0, -shape[1] / 2], [0, 1, -shape[0] / 2], [0, 0, 1]])
    turned = np.array(
        [[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]], np.float64
    )
    # The camera looks from below: what lies further down is nearer.
    camera = np.array([[1, 0, 0], [0, np.cos(tilt), 0], [0, -np.sin(tilt) / distance, 1]])
    return np.asarray(camera @ turned @ to_middle)
