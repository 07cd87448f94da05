"""Tables that a page lies on, drawn from filtered noise: wood, cloth, stone, planks, and a plain desk.

A sheet on a table, photographed from the side: its far edge is shorter than the near one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from ocr.errors import SettingError, require_range
from ocr.geometry import corners_of
from ocr.synthesis.warp import Warp, rotation

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float64, Gray


def _wood(noise: Gray, text_height_px: float) -> Gray:
    """Long fibres along the columns that waver together."""
    grain = gaussian_filter(noise, (0.9 * text_height_px, 0.07 * text_height_px), mode="wrap")
    rows, cols = np.mgrid[: noise.shape[0], : noise.shape[1]].astype(np.float32)
    waver = 0.2 * text_height_px * np.sin(rows / (2.2 * text_height_px))
    found = map_coordinates(grain, (rows, cols + waver), order=1, mode="wrap", output=np.float32)
    return np.asarray(found, np.float32)


def _cloth(noise: Gray, text_height_px: float) -> Gray:
    """Threads that go over and under one another, on uneven yarn."""
    rows, cols = np.mgrid[: noise.shape[0], : noise.shape[1]].astype(np.float32)
    thread = 2 * np.pi / max(0.12 * text_height_px, 3.0)
    weave = np.sin(rows * thread) * np.sin(cols * thread)
    yarn = gaussian_filter(noise, 0.06 * text_height_px)
    return np.asarray(weave + 1.5 * yarn / yarn.std(), np.float32)


def _stone(noise: Gray, text_height_px: float) -> Gray:
    """Speckles among clouds."""
    layers = [gaussian_filter(noise, size * text_height_px) for size in (0.07, 0.3)]
    return np.asarray(layers[0] / layers[0].std() + 1.5 * layers[1] / layers[1].std(), np.float32)


def _planks(noise: Gray, text_height_px: float) -> Gray:
    """Boards that lie across, each with its own grain, with dark gaps between them."""
    grain = gaussian_filter(noise, (0.05 * text_height_px, 1.2 * text_height_px))
    grain /= grain.std()
    board = max(8, round(3.5 * text_height_px))
    gap = max(1, round(0.08 * text_height_px))
    for first in range(board // 2, len(grain), board):
        grain[first : first + gap] -= 6
    return np.asarray(gaussian_filter(grain, 0.03 * text_height_px), np.float32)


def _plain(noise: Gray, text_height_px: float) -> Gray:
    """Paint with hardly any structure."""
    return np.asarray(gaussian_filter(noise, 2 * text_height_px), np.float32)


_MATERIALS: dict[str, Callable[[Gray, float], Gray]] = {
    "wood": _wood,
    "cloth": _cloth,
    "stone": _stone,
    "planks": _planks,
    "plain": _plain,
}
MATERIALS = tuple(_MATERIALS)
"""What a table may be made of."""


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
        Height of a capital in px: threads, fibres and boards are as large beside it as they are in life.
    rng : numpy.random.Generator
        Grows it.

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
    """Lay a page on a table that shows on all sides, with the soft shadow that a sheet throws.

    Parameters
    ----------
    gray : numpy.ndarray
        Page (H, W), float32, 0 black .. 1 white.
    material, level, strength, text_height_px, rng
        As for `table`.
    border_px : int
        How much of the table shows on each side, at least 0.
    turn_deg : float
        How the page lies, -45 .. 45, positive anticlockwise.

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
    # Two pixels of nothing around it: beyond its edge a picture goes on as it is at the edge.
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


# From so many lengths of the sheet a phone takes all of it in.
_DISTANCE = 1.25
# The picture is drawn so many times as fine and then made coarser: the far edge would flicker.
_FINE = 2
# So much of the table is drawn around the sheet, in its lengths; further off it is as at the edge of that.
_AROUND = 0.35


def photograph_aslant(
    gray: Gray,
    *,
    degrees: float,
    turn_deg: float = 0.0,
    margin_frac: float = 0.08,
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
        How far the camera is from straight above, 0 .. 60.
    turn_deg : float
        How the page lies under it, -45 .. 45, positive anticlockwise.
    margin_frac : float
        How much of the table shows on each side, as a share of the sheet's sides in the picture, 0 .. 0.5.
    material, level, strength, text_height_px, rng
        As for :func:`ocr.synthesis.tables.table`.

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
    require_range("margin_frac", margin_frac, 0, 0.5)
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
    seen = _FINE * _seen_from(lying.shape, degrees, turn_deg, _DISTANCE * max(height, width))
    seen[2] /= _FINE
    found = Warp(seen, (1, 1)).points(corners_of(height, width) + border)
    margin = margin_frac * np.ptp(found, axis=0)
    first, last = found.min(0) - margin, found.max(0) + margin
    cols, rows = _FINE * np.ceil((last - first) / _FINE).astype(int)
    fine = Warp(np.array([[1, 0, -first[0]], [0, 1, -first[1]], [0, 0, 1]]) @ seen, (int(rows), int(cols)))
    blocks = fine.gray(lying).reshape(rows // _FINE, _FINE, cols // _FINE, _FINE)
    return np.asarray(np.clip(blocks.mean(axis=(1, 3)), 0, 1), np.float32)


def _seen_from(shape: tuple[int, ...], degrees: float, turn_deg: float, distance: float) -> Float64:
    """Projection (3, 3) of ``(col, row, 1)`` of a page about its middle, for a camera at a distance in px."""
    tilt, turn = np.deg2rad(degrees), np.deg2rad(turn_deg)
    to_middle = np.array([[1, 0, -shape[1] / 2], [0, 1, -shape[0] / 2], [0, 0, 1]])
    turned = np.array(
        [[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]], np.float64
    )
    # The camera looks from below: what lies further down is nearer.
    camera = np.array([[1, 0, 0], [0, np.cos(tilt), 0], [0, -np.sin(tilt) / distance, 1]])
    return np.asarray(camera @ turned @ to_middle)
