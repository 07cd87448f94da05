"""A sheet on a table, photographed from the side: its far edge is shorter than the near one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.projection import corners_of
from ocr.synthesis.ranges import require_range
from ocr.synthesis.tables import lay_on_table
from ocr.synthesis.warp import Warp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Gray = NDArray[np.float32]

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
    letter_px: float,
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
    material, level, strength, letter_px, rng
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
        letter_px=letter_px,
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


def _seen_from(
    shape: tuple[int, ...], degrees: float, turn_deg: float, distance: float
) -> NDArray[np.float64]:
    """Projection (3, 3) of ``(col, row, 1)`` of a page about its middle, for a camera at a distance in px."""
    tilt, turn = np.deg2rad(degrees), np.deg2rad(turn_deg)
    to_middle = np.array([[1, 0, -shape[1] / 2], [0, 1, -shape[0] / 2], [0, 0, 1]])
    turned = np.array(
        [[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]], np.float64
    )
    # The camera looks from below: what lies further down is nearer.
    camera = np.array([[1, 0, 0], [0, np.cos(tilt), 0], [0, -np.sin(tilt) / distance, 1]])
    return np.asarray(camera @ turned @ to_middle)
