"""Where the picture that was worked on lies in the picture that was given: boxes go there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from ocr.geometry import apply_homography, apply_homography_to_box, corners_of

if TYPE_CHECKING:
    from ocr.array_types import Float64
    from ocr.geometry import Box


@dataclass(frozen=True, slots=True, eq=False)
class SourceFrame:
    """The picture as it was given, beside the one that was worked on.

    Attributes
    ----------
    px_per_source : float
        Working pixels per given pixel; of a sheet that was straightened, on average.
    height, width : int
        Of the given picture.
    matrix : (3, 3) float64 array or None
        Projection of working pixels to given ones; None where they were only made larger or smaller.
    """

    px_per_source: float
    height: int
    width: int
    matrix: Float64 | None = None

    @classmethod
    def of_size(cls, shape: tuple[int, ...], *, height: int, width: int) -> Self:
        """Of a working picture (H, W) that is the given one in another size."""
        # The longer side tells best: the other one was rounded by a larger share.
        return cls(max(shape) / max(height, width), height, width)

    @classmethod
    def of_projection(cls, matrix: Float64, shape: tuple[int, ...], *, height: int, width: int) -> Self:
        """Of a working picture (H, W) that shows a part of the given one from another side."""
        (x, y) = apply_homography(matrix, corners_of(shape[0], shape[1])).T
        area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
        return cls(float(np.sqrt(shape[0] * shape[1] / area)), height, width, matrix)

    def box(self, box: Box) -> Box:
        """Return a box of the working picture in given pixels, within the given picture."""
        matrix = self.matrix
        found = box.scaled(1 / self.px_per_source) if matrix is None else apply_homography_to_box(matrix, box)
        return found.clipped(self.height, self.width)

    def working_box(self, box: Box) -> Box:
        """Return a box of the given picture in working pixels; it may reach beyond the working picture."""
        if self.matrix is None:
            return box.scaled(self.px_per_source)
        return apply_homography_to_box(np.asarray(np.linalg.inv(self.matrix), np.float64), box)
