"""Homographies: how a flat page lies in a picture taken from anywhere [1]_.

A homography is a matrix (3, 3), float64, that takes ``(col, row, 1)`` to a point up to a factor. The pixel
(r, c) covers r .. r + 1 and c .. c + 1.

Pictures are warped by scikit-image. The matrix from four points is ours, because it is exact and reports
three points on a line.

References
----------
.. [1] Hartley, Zisserman, "Multiple view geometry in computer vision", 2004, chapter 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.geometry import Box

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64


def corners_of(height: float, width: float) -> Float64:
    """Return the corners (4, 2) of a picture as ``(col, row)``, clockwise from the upper left."""
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)


def apply_homography(matrix: Float64, points: Float64) -> Float64:
    """Apply a homography to points (N, 2) of ``(col, row)``."""
    lifted = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(lifted[:, :2] / lifted[:, 2:])


def homography_from_points(start: Float64, end: Float64) -> Float64:
    """Solve for the homography that takes four points (4, 2) to four points; its last element is 1.

    Raises
    ------
    numpy.linalg.LinAlgError
        If three of the points lie on a line.
    """
    rows = []
    for (x, y), (u, v) in zip(start, end, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    return np.append(np.linalg.solve(np.array(rows), end.ravel()), 1.0).reshape(3, 3)


def apply_homography_to_box(matrix: Float64, box: Box) -> Box:
    """Return the smallest box around a box to which a homography is applied."""
    corners = np.add(corners_of(box.height, box.width), (box.left, box.top))
    # Rounded first: a corner at 2.9999999 is at 3, or every box would grow by a pixel when nothing moves.
    moved = apply_homography(matrix, corners).round(6)
    (left, top), (right, bottom) = np.floor(moved.min(0)), np.ceil(moved.max(0))
    return Box(int(top), int(left), int(bottom), int(right))


def warp(picture: Float32, matrix: Float64, shape: tuple[int, int]) -> Float32:
    """Draw a picture (H, W) through a homography, with bilinear interpolation.

    Parameters
    ----------
    picture : (H, W) float32 array
        It continues beyond its edge as it is at the edge.
    matrix : (3, 3) float64 array
        Homography from the result to the picture.
    shape : (int, int)
        Rows and columns of the result.

    Returns
    -------
    array of ``shape``, float32
        In the range of the picture.
    """
    # Late: the import takes a quarter of a second, and most pages need no homography.
    from skimage import transform

    # scikit-image counts from the centres of pixels.
    center = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    between_centers = np.linalg.inv(center) @ matrix @ center
    found = transform.warp(
        picture, between_centers, output_shape=shape, order=1, mode="edge", preserve_range=True
    )
    return np.asarray(found, np.float32)
