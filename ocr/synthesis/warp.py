"""Warp a page as a camera does: rotate, tilt, scale. The boxes of the characters are warped too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

from ocr.errors import require_range
from ocr.image.homography import (
    apply_homography,
    apply_homography_to_box,
    corners_of,
    homography_from_points,
    warp,
)

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64
    from ocr.geometry import Box
    from ocr.synthesis.written_page import WrittenPage


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """A homography from a page to a picture.

    Attributes
    ----------
    matrix : numpy.ndarray
        Shape (3, 3), float64: takes ``(col, row, 1)`` of the page to the picture, up to a factor. The pixel
        (r, c) covers r .. r + 1 and c .. c + 1.
    shape : tuple of int
        Height and width of the picture in px.
    """

    matrix: Float64
    shape: tuple[int, int]

    def points(self, points: Float64) -> Float64:
        """Warp points (N, 2) of ``(col, row)``."""
        return apply_homography(self.matrix, points)

    def box(self, box: Box) -> Box:
        """Return the smallest box in the picture around a box of the page, clipped to the picture."""
        return apply_homography_to_box(self.matrix, box).clipped(*self.shape)

    def gray(self, gray: Float32) -> Float32:
        """Warp a page (H, W); beyond its edge it goes on as it is at the edge.

        Returns
        -------
        numpy.ndarray
            Shape ``self.shape``, dtype float32, in the range of the page.
        """
        zoom = float(np.sqrt(np.abs(np.linalg.det(self.matrix[:2, :2]))))
        if zoom < 1:  # without a blur as wide as the coarser pixels, thin strokes would fall between them
            gray = gaussian_filter(gray, 0.4 * np.sqrt(zoom**-2 - 1), mode="nearest")
        return warp(gray, np.asarray(np.linalg.inv(self.matrix), np.float64), self.shape)

    def page(self, page: WrittenPage) -> WrittenPage:
        """Warp a written page with its boxes and baselines."""
        moved = tuple(replace(character, box=self.box(character.box)) for character in page.characters)
        starts = np.array([(0.0, row) for row in page.baselines], np.float64).reshape(-1, 2)
        baselines = tuple(float(row) for row in self.points(starts)[:, 1])
        return replace(page, gray=self.gray(page.gray), characters=moved, baselines=baselines)


def rotation(shape: tuple[int, int], *, degrees: float) -> Warp:
    """Return the rotation about the centre; the picture grows so that nothing is cut off.

    Parameters
    ----------
    shape : tuple of int
        Page (H, W) in px.
    degrees : float
        -45 .. 45, positive anticlockwise.

    Returns
    -------
    Warp
        The rotation.

    Raises
    ------
    SettingError
        If ``degrees`` lies outside its range.
    """
    require_range("degrees", degrees, -45, 45)
    sine, cosine = np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees))
    turn = np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]])
    corners = apply_homography(turn, corners_of(*shape))
    turn[:2, 2] = -corners.min(0)
    width, height = np.ceil(np.ptp(corners, axis=0).round(6)).astype(int)
    return Warp(turn, (int(height), int(width)))


def perspective(shape: tuple[int, int], *, strength: float, rng: np.random.Generator) -> Warp:
    """Return the view of the page from a random side: corners move inward, the picture keeps its size.

    Parameters
    ----------
    shape : tuple of int
        Page (H, W) in px.
    strength : float
        Most that a corner moves, as a share of the width and height, 0 .. 0.2.
    rng : numpy.random.Generator
        Moves the corners.

    Returns
    -------
    Warp
        The homography.

    Raises
    ------
    SettingError
        If ``strength`` lies outside its range.
    """
    require_range("perspective strength", strength, 0, 0.2)
    corners = corners_of(*shape)
    inward = np.sign(corners.mean(0) - corners) * corners.max(0) * rng.uniform(0, strength, (4, 2))
    return Warp(homography_from_points(corners, corners + inward), shape)


def scaling(shape: tuple[int, int], *, factor: float) -> Warp:
    """Return the scaling of a page.

    Parameters
    ----------
    shape : tuple of int
        Page (H, W) in px.
    factor : float
        0.05 .. 8.

    Returns
    -------
    Warp
        The scaling; the picture has at least one pixel.

    Raises
    ------
    SettingError
        If ``factor`` lies outside its range.
    """
    require_range("scale factor", factor, 0.05, 8)
    height, width = (max(1, round(side * factor)) for side in shape)
    return Warp(np.diag([width / shape[1], height / shape[0], 1.0]), (height, width))
