"""Plane projections: how a flat page lies in a picture taken from anywhere [1]_.

A projection is a matrix (3, 3), float64, that takes ``(col, row, 1)`` to a point up to a factor. The pixel
(r, c) covers r .. r + 1 and c .. c + 1.

References
----------
.. [1] Hartley, Zisserman, "Multiple view geometry in computer vision", 2004, chapter 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.geometry import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float64 = NDArray[np.float64]


def corners_of(height: float, width: float) -> Float64:
    """Return the corners (4, 2) of a picture as ``(col, row)``, clockwise from the upper left."""
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)


def projected(matrix: Float64, points: Float64) -> Float64:
    """Apply a projection to points (N, 2)."""
    lifted = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(lifted[:, :2] / lifted[:, 2:])


def through(start: Float64, end: Float64) -> Float64:
    """Solve for the projection that takes four points (4, 2) to four points, with its last element 1.

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


def projected_box(matrix: Float64, box: Box) -> Box:
    """Return the smallest box around a projected one."""
    corners = np.add(corners_of(box.height, box.width), (box.left, box.top))
    # Rounded first: a corner at 2.9999999 is at 3, or every box would grow by a pixel when nothing moves.
    moved = projected(matrix, corners).round(6)
    (left, top), (right, bottom) = np.floor(moved.min(0)), np.ceil(moved.max(0))
    return Box(int(top), int(left), int(bottom), int(right))
