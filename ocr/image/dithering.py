"""Smooth pictures that were dithered: only black and white, with dots for the grays between them.

Fax machines, label printers and some scanners write such pictures. The dots of a gray ground are single
pixels; strokes of a pen are thicker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageFilter

if TYPE_CHECKING:
    from PIL import Image

# A smaller picture shows too few dots.
_FEWEST_PIXELS = 10_000
# Dithering is judged on so many rows in the middle of a picture.
_ROWS = 1000
# Of the pixels of the rarer level at least this share is alone, and these are at least so much of the
# picture: specks of a scan are fewer.
_ALONE_FRAC, _DOTTED_FRAC = 0.2, 0.005
# The standard deviation of the Gaussian: dots are two to five pixels apart.
_SMOOTHED_PX = 1.2


def without_dithering(gray: Image.Image) -> Image.Image:
    """Return a gray picture (mode L) as it is, or smoothed if it was dithered."""
    if gray.width * gray.height < _FEWEST_PIXELS or sum(count > 0 for count in gray.histogram()) != 2:
        return gray
    if not _is_dithered(gray):
        return gray
    return gray.filter(ImageFilter.GaussianBlur(_SMOOTHED_PX))


def _is_dithered(gray: Image.Image) -> bool:
    top = max(0, (gray.height - _ROWS) // 2)
    pixels = np.asarray(gray.crop((0, top, gray.width, min(gray.height, top + _ROWS))))
    is_dot = pixels > pixels.mean()
    if is_dot.mean() > 0.5:
        is_dot = ~is_dot
    around = np.pad(is_dot, 1)
    has_neighbour = around[:-2, 1:-1] | around[2:, 1:-1] | around[1:-1, :-2] | around[1:-1, 2:]
    alone = np.count_nonzero(is_dot & ~has_neighbour)
    return bool(alone > max(_ALONE_FRAC * np.count_nonzero(is_dot), _DOTTED_FRAC * is_dot.size))
