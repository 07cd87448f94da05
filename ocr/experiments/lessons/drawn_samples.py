"""Characters to learn from in lessons: drawn by the program itself, as plain pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import DIGITS
from ocr.training.drawn_data import draw_split

if TYPE_CHECKING:
    from ocr.array_types import Float64, GrayBytes, Int64


def drawn_digits(part: str, *, count: int = 1000) -> tuple[Float64, Int64]:
    """Return pixels (N, 784) in 0 .. 1 and digits (N,) of drawn characters, the same each time."""
    found = draw_split("mnist", part)
    return _pixels(found.images[:count]), found.labels[:count]


def drawn_letter_or_digit(part: str, *, count: int) -> tuple[Float64, Int64]:
    """Return pixels (N, 784) in 0 .. 1 of letters and digits, and (N,) 1 for a digit, 0 for a letter."""
    found = draw_split("byclass", part)
    is_digit = [name in DIGITS for name in found.classes]
    return _pixels(found.images[:count]), np.array(is_digit, dtype=np.int64)[found.labels[:count]]


def _pixels(images: GrayBytes) -> Float64:
    """Return images (N, 28, 28) as rows (N, 784) of 0 .. 1."""
    return images.reshape(len(images), -1).astype(np.float64) / 255
