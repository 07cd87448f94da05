"""Open binary PNM files whose white is not 255: Pillow decodes these number by number, in Python."""

from __future__ import annotations

import re

import numpy as np
from PIL import Image

from ocr.image.limits import MOST_WHOLE_BYTES, check_size, picture_error

# White space and comments, then a number: width, height, white.
_NUMBER = rb"(?:\s|#[^\n]*\n)+(\d{1,9})"
_HEADER = re.compile(rb"P([56])" + 3 * _NUMBER + rb"\s")
_HEADER_WITHIN = 65_536
# Pillow decodes this white by itself.
_USUAL_WHITE, _MOST_WHITE = 255, 65_535


def open_scaled_pnm(content: bytes, name: str) -> Image.Image | None:
    """Decode a gray or colored PNM of another white than 255 to 8 bits.

    Returns
    -------
    PIL image or None
        None for all other files.

    Raises
    ------
    ImageError
        If it is too large, or is cut off.
    """
    head = _HEADER.match(content[:_HEADER_WITHIN])
    if head is None:
        return None
    kind, width, height, white = map(int, head.groups())
    if not 0 < white <= _MOST_WHITE or white == _USUAL_WHITE:
        return None
    channels = 1 if kind == 5 else 3
    check_size(width, height, name, most=MOST_WHOLE_BYTES // 4)
    kind_of_number = np.dtype(np.uint8 if white < 256 else ">u2")
    count = width * height * channels
    if len(content) < head.end() + count * kind_of_number.itemsize:
        raise picture_error(name, "damaged (not enough image data); try to save it anew")
    values = np.frombuffer(content, kind_of_number, count, head.end())
    levels = np.minimum(np.rint(np.arange(_MOST_WHITE + 1) * (255 / white)), 255).astype(np.uint8)
    image = Image.fromarray(levels[values].reshape((height, width) if channels == 1 else (height, width, 3)))
    image.format = "PPM"
    return image
