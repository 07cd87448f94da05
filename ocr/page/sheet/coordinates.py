"""Convert boxes between the working picture and the source picture, the one as it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from ocr.image.homography import apply_homography, apply_homography_to_box, corners_of

if TYPE_CHECKING:
    from ocr.array_types import Float64
    from ocr.geometry import Box


@dataclass(frozen=True, slots=True, eq=False)
class SourceFrame:
    """The source picture as the working picture shows it.

    Attributes
    ----------
    px_per_source : float
        Working pixels per source pixel; of a rectified sheet, on average.
    height, width : int
        Of the source picture.
    matrix : (3, 3) float64 array or None
        Homography from working pixels to source pixels; None if only the size differs.
    margin_px : int
        Width, in source pixels, of the paper that was added around the source picture.
    """

    px_per_source: float
    height: int
    width: int
    matrix: Float64 | None = None
    margin_px: int = 0

    @classmethod
    def of_size(cls, shape: tuple[int, ...], *, height: int, width: int, margin_px: int = 0) -> Self:
        """Return the frame of a working picture (H, W) that is the source picture at another size.

        With ``margin_px`` the working picture has a margin of so many source pixels on all sides.
        """
        # The longer side is more exact: the other one was rounded by a larger share.
        px_per_source = max(shape) / (max(height, width) + 2 * margin_px)
        return cls(px_per_source, height, width, margin_px=margin_px)

    @classmethod
    def of_homography(cls, matrix: Float64, shape: tuple[int, ...], *, height: int, width: int) -> Self:
        """Return the frame of a working picture (H, W) that shows a part of the source in perspective."""
        (x, y) = apply_homography(matrix, corners_of(shape[0], shape[1])).T
        area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
        return cls(float(np.sqrt(shape[0] * shape[1] / area)), height, width, matrix)

    def box(self, box: Box) -> Box:
        """Convert a box of the working picture to source pixels, clipped to the source picture."""
        matrix = self.matrix
        if matrix is None:
            found = box.scaled(1 / self.px_per_source).moved(-self.margin_px)
        else:
            found = apply_homography_to_box(matrix, box)
        return found.clipped(self.height, self.width)

    def working_box(self, box: Box) -> Box:
        """Convert a box of the source picture to working pixels; it may reach beyond the working picture."""
        if self.matrix is None:
            return box.moved(self.margin_px).scaled(self.px_per_source)
        return apply_homography_to_box(np.asarray(np.linalg.inv(self.matrix), np.float64), box)
