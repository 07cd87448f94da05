"""Resize pictures and masks by Pillow, which is many times as fast as ``skimage.transform.resize``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from ocr.array_types import GrayBytes, Mask


# A picture longer than so many times its width is a strip: a part of this length counts as a page.
_LONGEST_PAGE = 3


def page_side(shape: tuple[int, ...]) -> int:
    """Return the longer side of a page (H, W) in pixels; of a strip, that of a page as wide."""
    return min(max(shape), _LONGEST_PAGE * min(shape))


def resized(gray: GrayBytes, factor: float) -> GrayBytes:
    """Resize a picture (H, W) by a factor: by the means of what becomes one pixel, or bicubic if larger."""
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    kind = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(gray).resize(size, kind, reducing_gap=2.0 if factor < 1 else None))


def at_size(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """Resize a mask to the shape (H, W) of a picture."""
    height, width = shape
    return np.asarray(Image.fromarray(mask).resize((width, height), Image.Resampling.NEAREST))
