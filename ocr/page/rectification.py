"""Straighten a sheet that was photographed from the side, or that lies askew on its table.

Its four corners tell how it lies in space [1]_: the picture is drawn anew as if the camera had looked from
straight above. A sheet that hardly runs together and lies about upright is left as it is: lines follow their
own slopes, and to draw a picture anew blurs it.

References
----------
.. [1] Zhang, He, "Whiteboard scanning and image enhancement", Digital Signal Processing 17 (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr.geometry import corners_of, homography_from_points
from ocr.page.coordinates import SourceFrame

if TYPE_CHECKING:
    from ocr.array_types import Float64, GrayBytes, Mask
    from ocr.image.picture import Picture


# What lies up to this far inside of the fitted border may be table, in pixels of the picture of about a
# thousand.
_EDGE_PX = 8
# A sheet that would be so many times as large as the picture is none.
_MOST_AREA = 2.0
# Where two sides are parallel but for this, they tell nothing about the focal length.
_PARALLEL = 1e-3


@dataclass(frozen=True, slots=True)
class RectificationSettings:
    """When a sheet is straightened.

    Attributes
    ----------
    converging_deg : float
        Opposite sides run together by at least this ...
    turned_deg : float
        ... or the sheet lies turned by this.
    shortest_focus, usual_focus, longest_focus : float
        Focal lengths that cameras have, in longer sides of the picture. One that follows from the corners of
        a picture that was cut is drawn into this range; where none follows, it is the usual one of phones.
    """

    converging_deg: float = 12.0
    turned_deg: float = 12.0
    shortest_focus: float = 0.6
    usual_focus: float = 0.8
    longest_focus: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Rectification:
    """How a sheet lies in a picture.

    Attributes
    ----------
    matrix : (3, 3) float64 array
        Projection of the straight sheet to the picture.
    height, width : int
        Of the straight sheet: its longer horizontal side is as long as in the picture.
    picture_px : int
        Longer side of the picture.
    """

    matrix: Float64
    height: int
    width: int
    picture_px: int

    def drawn(self, gray: GrayBytes, factor: float) -> GrayBytes:
        """Draw the sheet straight, ``factor`` times as large, from a picture (H, W) of any size."""
        size = (max(1, round(self.width * factor)), max(1, round(self.height * factor)))
        zoom = max(gray.shape) / self.picture_px
        matrix = np.diag([zoom, zoom, 1]) @ self.matrix @ np.diag([1 / factor, 1 / factor, 1])
        data = (matrix / matrix[2, 2]).ravel()[:8].tolist()
        kind = Image.Transform.PERSPECTIVE
        found = Image.fromarray(gray).transform(size, kind, data, Image.Resampling.BILINEAR)
        return np.asarray(found)

    def paper(self, shape: tuple[int, ...]) -> Mask:
        """Mask (H, W) of the straight sheet without its edge, at the size of a drawing of it."""
        edge = max(1, round(_EDGE_PX * shape[1] / self.width))
        paper = np.zeros(shape, dtype=np.bool_)
        paper[edge:-edge, edge:-edge] = True
        return paper

    def source_frame(self, shape: tuple[int, ...], picture: Picture) -> SourceFrame:
        """Say where a drawing (H, W) of the straight sheet lies in the given picture."""
        zoom = max(picture.height, picture.width) / self.picture_px
        factor = self.width / shape[1]
        matrix = np.diag([zoom, zoom, 1]) @ self.matrix @ np.diag([factor, factor, 1])
        return SourceFrame.of_projection(matrix, shape, height=picture.height, width=picture.width)


def rectification(
    corners: Float64, shape: tuple[int, ...], settings: RectificationSettings | None = None
) -> Rectification | None:
    """Say how to straighten a sheet.

    Parameters
    ----------
    corners : (4, 2) float64 array
        ``(col, row)`` in pixels, clockwise.
    shape : (int, int)
        Height and width of the picture.
    settings : RectificationSettings, optional

    Returns
    -------
    Rectification or None
        None for a sheet that is about straight as it is.
    """
    settings = settings or RectificationSettings()
    corners = _from_upper_left(corners)
    top, right, bottom, left = np.roll(corners, -1, axis=0) - corners
    converging = max(_angle(top, -bottom), _angle(right, -left))
    turned = _angle(top - bottom, np.array([1.0, 0.0]))
    if converging < settings.converging_deg and turned < settings.turned_deg:
        return None
    width = max(float(np.hypot(*top)), float(np.hypot(*bottom)))
    height = width / _aspect(corners, shape, settings)
    if height * width > _MOST_AREA * shape[0] * shape[1]:
        return None
    matrix = homography_from_points(corners_of(height, width), corners)
    return Rectification(matrix, max(1, round(height)), max(1, round(width)), max(shape))


def _from_upper_left(corners: Float64) -> Float64:
    """Begin with the corner from which the first side runs to the right most nearly."""
    sides = np.roll(corners, -1, axis=0) - corners
    directions = sides / np.hypot(sides[:, 0], sides[:, 1])[:, None]
    to_the_right = directions[:, 0] - np.roll(directions, -2, axis=0)[:, 0]
    return np.roll(corners, -int(to_the_right.argmax()), axis=0)


def _angle(first: Float64, second: Float64) -> float:
    """Angle between two vectors in degrees, 0 .. 180."""
    cosine = first @ second / (np.hypot(*first) * np.hypot(*second))
    return float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))


def _aspect(corners: Float64, shape: tuple[int, ...], settings: RectificationSettings) -> float:
    """Width of a sheet over its height, as a camera that looks at the middle of the picture sees it."""
    height, width = shape
    points = np.column_stack([corners - (width / 2, height / 2), np.ones(4)])
    upper_left, upper_right, lower_right, lower_left = points
    diagonal = np.cross(upper_left, lower_right)
    second = diagonal @ lower_left / (np.cross(upper_right, lower_right) @ lower_left)
    third = diagonal @ upper_right / (np.cross(lower_left, lower_right) @ upper_right)
    # Directions of the two sides of the sheet in space, but for the focal length.
    along, down = second * upper_right - upper_left, third * lower_left - upper_left
    leaning = along[2] * down[2]
    squared = -(along[:2] @ down[:2]) / leaning if abs(leaning) > _PARALLEL else 0.0
    # Below zero no camera could have taken it.
    focus = np.sqrt(squared) / max(shape) if squared > 0 else settings.usual_focus
    focus_px = max(shape) * float(np.clip(focus, settings.shortest_focus, settings.longest_focus))
    lens = np.array([1 / focus_px, 1 / focus_px, 1.0])
    return float(np.linalg.norm(along * lens) / np.linalg.norm(down * lens))
