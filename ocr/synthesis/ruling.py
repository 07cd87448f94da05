"""Printed rules on paper: lines, squares and dots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError

if TYPE_CHECKING:
    from ocr.array_types import Float32


def ruled_lines(
    gray: Float32,
    *,
    spacing_px: float,
    first_row: float = 0.0,
    strength: float = 0.3,
    thickness_px: float = 2.0,
) -> Float32:
    """Print horizontal rules over the whole width.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), dtype float32, 0 black .. 1 paper.
    spacing_px : float
        From rule to rule, at least 4 px.
    first_row : float
        Row of one of the rules, in px; the others follow above and below it.
    strength : float
        Darkness of the rules, 0 .. 1.
    thickness_px : float
        Thickness of the rules, above 0, in px.

    Returns
    -------
    numpy.ndarray
        Same shape, float32; rules and ink multiply.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    _check(spacing_px, strength, thickness_px)
    cover = _comb(gray.shape[0], spacing_px, first_row, thickness_px)
    return gray * (1 - np.float32(strength) * cover)[:, None]


def squared_grid(
    gray: Float32,
    *,
    spacing_px: float,
    first_row: float = 0.0,
    first_col: float = 0.0,
    strength: float = 0.2,
    thickness_px: float = 1.5,
) -> Float32:
    """Print squares over the whole page.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), dtype float32, 0 black .. 1 paper.
    spacing_px : float
        Side of a square, at least 4 px.
    first_row, first_col : float
        Row of one horizontal rule and column of one vertical rule, in px.
    strength : float
        Darkness of the rules, 0 .. 1.
    thickness_px : float
        Thickness of the rules, above 0, in px.

    Returns
    -------
    numpy.ndarray
        Same shape, float32.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    _check(spacing_px, strength, thickness_px)
    rows = _comb(gray.shape[0], spacing_px, first_row, thickness_px)
    cols = _comb(gray.shape[1], spacing_px, first_col, thickness_px)
    return gray * (1 - np.float32(strength) * np.maximum(rows[:, None], cols[None, :]))


def dotted_grid(
    gray: Float32,
    *,
    spacing_px: float,
    first_row: float = 0.0,
    first_col: float = 0.0,
    strength: float = 0.3,
    thickness_px: float = 3.0,
) -> Float32:
    """Print a dot at every corner of a grid of squares.

    Parameters
    ----------
    gray, spacing_px, first_row, first_col, strength, thickness_px
        As for `squared_grid`; the thickness is the side of a dot.

    Returns
    -------
    numpy.ndarray
        Same shape, float32.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """
    _check(spacing_px, strength, thickness_px)
    rows = _comb(gray.shape[0], spacing_px, first_row, thickness_px)
    cols = _comb(gray.shape[1], spacing_px, first_col, thickness_px)
    return gray * (1 - np.float32(strength) * rows[:, None] * cols[None, :])


def _check(spacing_px: float, strength: float, thickness_px: float) -> None:
    """Refuse rules that would fill the page or that cannot be seen as rules."""
    if spacing_px < 4 or not 0 <= strength <= 1 or not 0 < thickness_px < spacing_px / 2:
        message = (
            f"rules: found spacing {spacing_px} px, strength {strength}, thickness {thickness_px} px, "
            "expected spacing of at least 4 px, strength 0 .. 1, thickness below half the spacing"
        )
        raise SettingError(message)


def _comb(size: int, spacing: float, first: float, thickness: float) -> Float32:
    """Return the share (size,) of each pixel that lies under a rule; exact for rules between two pixels."""
    distance = np.abs((np.arange(size) - first + spacing / 2) % spacing - spacing / 2)
    return np.asarray(np.clip(thickness / 2 + 0.5 - distance, 0, min(1, thickness)), np.float32)
