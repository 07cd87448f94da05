"""Boxes on the pixel grid: the pixel (r, c) covers r .. r + 1 and c .. c + 1.

They are ours, because only four numbers are needed; the module loads no NumPy, so that ``ocr serve`` answers
at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A half-open rectangle: rows ``top <= row < bottom``, columns ``left <= col < right``, in pixels.

    Raises
    ------
    ValueError
        If the box would have a negative height or width.
    """

    top: int
    left: int
    bottom: int
    right: int

    def __iter__(self) -> Iterator[int]:
        """Unpack: ``top, left, bottom, right = box``."""
        return iter((self.top, self.left, self.bottom, self.right))

    def __post_init__(self) -> None:
        if self.bottom < self.top or self.right < self.left:
            message = (
                f"box is turned inside out: rows {self.top}..{self.bottom}, cols {self.left}..{self.right}"
            )
            raise ValueError(message)

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left

    @property
    def center(self) -> tuple[float, float]:
        """Centre as (row, col)."""
        return (self.top + self.bottom) / 2, (self.left + self.right) / 2

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of this box in an array: ``array[box.slices]``."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def holds_center(self, other: Box) -> bool:
        """Whether the centre of another box lies in this one."""
        row, col = other.center
        return self.top <= row < self.bottom and self.left <= col < self.right

    def scaled(self, factor: float) -> Self:
        """Return the box on a grid ``factor`` times as fine, grown outward to whole pixels."""
        return type(self)(
            math.floor(self.top * factor),
            math.floor(self.left * factor),
            math.ceil(self.bottom * factor),
            math.ceil(self.right * factor),
        )

    def moved(self, px: int) -> Self:
        """Return the box moved down and to the right by so many pixels."""
        return type(self)(self.top + px, self.left + px, self.bottom + px, self.right + px)

    def clipped(self, height: int, width: int) -> Self:
        """Return the part of the box inside an array of ``height`` rows and ``width`` columns."""
        top, bottom = (min(max(row, 0), height) for row in (self.top, self.bottom))
        left, right = (min(max(col, 0), width) for col in (self.left, self.right))
        return type(self)(top, left, bottom, right)

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Self:
        """Return the smallest box that holds all ``boxes``.

        Raises
        ------
        ValueError
            If there are none.
        """
        items = list(boxes)
        if not items:
            message = "no box holds nothing: at least one box is needed"
            raise ValueError(message)
        return cls(
            min(box.top for box in items),
            min(box.left for box in items),
            max(box.bottom for box in items),
            max(box.right for box in items),
        )
