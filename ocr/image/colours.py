"""Reduce a picture to a small one in colour, in which a sheet stands out from its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from ocr.array_types import ColourBytes

COLOURS_PX, COLOUR_CELL_PX = 192, 3
"""Longer side of the small picture, and the side of a cell of it: both sides are whole numbers of cells."""

# Other modes have no colour, or one that depends on what lies behind it.
_IN_COLOUR = frozenset({"RGB", "YCbCr", "CMYK"})


def small_colours(image: Image.Image, gray: Image.Image) -> ColourBytes:
    """Return a decoded picture as red, green and blue (H, W, 3), its longer side `COLOURS_PX`.

    Parameters
    ----------
    image : PIL image
    gray : PIL image
        The same as gray, which is returned where the picture has no colours of its own.
    """
    source = image if image.mode in _IN_COLOUR else gray
    factor = COLOURS_PX / COLOUR_CELL_PX / max(source.size)
    width, height = (COLOUR_CELL_PX * max(1, round(side * factor)) for side in source.size)
    small = source.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small.convert("RGB"))
