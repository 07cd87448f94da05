"""Remove the perspective of a sheet that was photographed from the side or lies askew, and level pictures.

The four corners show how the sheet lies in space [1]_: the picture is drawn again as a camera straight above
it would show it. A sheet whose sides are nearly parallel and that lies about upright stays as it is: lines
follow their own slopes, and every warp blurs a little. A picture whose lines are steep is turned.

References
----------
.. [1] Zhang, He, "Whiteboard scanning and image enhancement", Digital Signal Processing 17 (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.image.homography import corners_of, homography_from_points, warp
from ocr.numeric import median
from ocr.page.sheet.coordinates import SourceFrame

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, GrayBytes, Mask
    from ocr.image.picture import Picture


# A sheet is rectified if opposite sides converge by at least this, or if it is turned by this.
_CONVERGING_DEG, _TURNED_DEG = 12.0, 12.0
# What lies up to this far inside of the fitted border may be table, in pixels of a picture of about a
# thousand.
_EDGE_PX = 8
# A sheet of fewer pixels either way holds no letter, and has hardly anything inside of its edge.
_SMALLEST_PX = 20
# What would become so many times as large as the picture is no sheet.
_MOST_AREA = 2.0
# Beyond its edge a levelled picture continues with the median gray of so many parts of each side.
_EDGE_PARTS = 16
# Where two sides are parallel but for this, the focal length cannot be computed from them.
_PARALLEL = 1e-3
# Focal lengths of cameras, in longer sides of the picture. One computed from the corners of a picture that
# was cropped is clipped to this range; the usual one of phones is used where none can be computed.
_SHORTEST_FOCUS, _USUAL_FOCUS, _LONGEST_FOCUS = 0.6, 0.8, 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Rectification:
    """How a sheet lies in a picture.

    Attributes
    ----------
    matrix : (3, 3) float64 array
        Homography from the rectified sheet to the picture.
    height, width : int
        Of the rectified sheet: its longer horizontal side is as long as in the picture.
    picture_px : int
        Longer side of the picture.
    region : (h, w) bool array or None
        Of a picture that is levelled, the sheet in it, at any size; None for all of it.
    is_levelled : bool
        Whether it is a picture that is turned until its lines are level, not a sheet with four corners.
    """

    matrix: Float64
    height: int
    width: int
    picture_px: int
    region: Mask | None = None
    is_levelled: bool = False

    def rectified(self, gray: GrayBytes, factor: float) -> GrayBytes:
        """Draw the rectified sheet, ``factor`` times as large, from a picture (H, W) of any size."""
        shape = (max(1, round(self.height * factor)), max(1, round(self.width * factor)))
        zoom = max(gray.shape) / self.picture_px
        matrix = np.diag([zoom, zoom, 1]) @ self.matrix @ np.diag([1 / factor, 1 / factor, 1])
        values = gray.astype(np.float32)
        if self.is_levelled:
            _smooth_edge(values)
        return np.rint(warp(values, matrix, shape)).astype(np.uint8)

    def sheet_mask(self, shape: tuple[int, int]) -> Mask | None:
        """Return the mask (H, W) of the rectified sheet without its edge, at any size; None for all of it."""
        if self.is_levelled:
            return None if self.region is None else self._levelled_region(self.region, shape)
        edge = max(1, round(_EDGE_PX * shape[1] / self.width))
        sheet = np.zeros(shape, dtype=np.bool_)
        sheet[edge:-edge, edge:-edge] = True
        return sheet

    def _levelled_region(self, region: Mask, shape: tuple[int, int]) -> Mask:
        """Return the sheet (H, W) in a levelled picture."""
        zoom, factor = max(region.shape) / self.picture_px, shape[1] / self.width
        matrix = np.diag([zoom, zoom, 1]) @ self.matrix @ np.diag([1 / factor, 1 / factor, 1])
        return np.asarray(warp(region.astype(np.float32), matrix, shape) > 0.5)

    def source_frame(self, shape: tuple[int, ...], picture: Picture) -> SourceFrame:
        """Return where the rectified sheet, drawn (H, W) pixels large, lies in the source picture."""
        zoom = max(picture.height, picture.width) / self.picture_px
        factor = self.width / shape[1]
        matrix = np.diag([zoom, zoom, 1]) @ self.matrix @ np.diag([factor, factor, 1])
        return SourceFrame.of_homography(matrix, shape, height=picture.height, width=picture.width)


def find_rectification(corners: Float64, shape: tuple[int, ...]) -> Rectification | None:
    """Find how to rectify a sheet.

    Parameters
    ----------
    corners : (4, 2) float64 array
        ``(col, row)`` in pixels, clockwise.
    shape : (int, int)
        Height and width of the picture.

    Returns
    -------
    Rectification or None
        None for a sheet that is about straight as it is, or of a few pixels.
    """
    corners = _from_upper_left(corners)
    top, right, bottom, left = np.roll(corners, -1, axis=0) - corners
    converging = max(_angle(top, -bottom), _angle(right, -left))
    turned = _angle(top - bottom, np.array([1.0, 0.0]))
    if converging < _CONVERGING_DEG and turned < _TURNED_DEG:
        return None
    width = max(float(np.hypot(*top)), float(np.hypot(*bottom)))
    height = width / _aspect_ratio(corners, shape)
    if height * width > _MOST_AREA * shape[0] * shape[1] or min(height, width) < _SMALLEST_PX:
        return None
    matrix = homography_from_points(corners_of(height, width), corners)
    return Rectification(matrix, max(1, round(height)), max(1, round(width)), max(shape))


def levelling(slope: float, shape: tuple[int, ...], sheet: Mask | None) -> Rectification:
    """Return how to turn a picture until its lines are level.

    Parameters
    ----------
    slope : float
        Of the lines in the picture: rows per column.
    shape : (int, int)
        Height and width of the picture.
    sheet : (h, w) bool array or None
        The sheet in the picture, at any size.

    Returns
    -------
    Rectification
        It shows all of the picture.
    """
    along = np.array([1.0, slope]) / np.hypot(1.0, slope)
    turn = np.array([along, (-along[1], along[0])])
    corners = corners_of(*shape[:2])
    low, high = (turn @ corners.T).min(axis=1), (turn @ corners.T).max(axis=1)
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = turn.T, turn.T @ low
    width, height = np.ceil(high - low).astype(int)
    return Rectification(matrix, int(height), int(width), max(shape), region=sheet, is_levelled=True)


def _smooth_edge(values: Float32) -> None:
    """Replace the outermost pixels of a picture (H, W) by medians along them: no line goes on beyond it."""
    for edge in (values[0], values[-1], values[:, 0], values[:, -1]):
        parts = np.array_split(np.arange(len(edge)), min(_EDGE_PARTS, len(edge)))
        middles = [float(part.mean()) for part in parts]
        edge[:] = np.interp(np.arange(len(edge)), middles, [median(edge[part]) for part in parts])


def _from_upper_left(corners: Float64) -> Float64:
    """Begin with the corner from which the first side runs to the right most nearly."""
    sides = np.roll(corners, -1, axis=0) - corners
    directions = sides / np.hypot(sides[:, 0], sides[:, 1])[:, None]
    to_the_right = directions[:, 0] - np.roll(directions, -2, axis=0)[:, 0]
    return np.roll(corners, -int(to_the_right.argmax()), axis=0)


def _angle(first: Float64, second: Float64) -> float:
    """Return the angle between two vectors in degrees, 0 .. 180."""
    cosine = first @ second / (np.hypot(*first) * np.hypot(*second))
    return float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))


def _aspect_ratio(corners: Float64, shape: tuple[int, ...]) -> float:
    """Compute the width of a sheet over its height, seen by a camera that points at the picture's middle."""
    height, width = shape
    points = np.column_stack([corners - (width / 2, height / 2), np.ones(4)])
    upper_left, upper_right, lower_right, lower_left = points
    diagonal = np.cross(upper_left, lower_right)
    second = diagonal @ lower_left / (np.cross(upper_right, lower_right) @ lower_left)
    third = diagonal @ upper_right / (np.cross(lower_left, lower_right) @ upper_right)
    # Directions of the two sides of the sheet in space, but for the focal length.
    along, down = second * upper_right - upper_left, third * lower_left - upper_left
    depth = along[2] * down[2]
    squared = -(along[:2] @ down[:2]) / depth if abs(depth) > _PARALLEL else 0.0
    # Below zero no camera could have taken it.
    focus = np.sqrt(squared) / max(shape) if squared > 0 else _USUAL_FOCUS
    focus_px = max(shape) * float(np.clip(focus, _SHORTEST_FOCUS, _LONGEST_FOCUS))
    lens = np.array([1 / focus_px, 1 / focus_px, 1.0])
    return float(np.linalg.norm(along * lens) / np.linalg.norm(down * lens))
