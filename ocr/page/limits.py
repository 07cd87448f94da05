"""How large a picture may be: checked before a pixel of it is decoded."""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import Image

from ocr.page.damage import picture_error

if TYPE_CHECKING:
    from collections.abc import Iterator

# Phones take 200 megapixels, as JPEG, which is decoded reduced; anything above is a mistake or an attack.
MOST_PIXELS = 256_000_000
# Other formats are decoded whole: in color at four bytes a pixel, an A3 scan at 600 dpi has 70 megapixels.
MOST_WHOLE_BYTES = 400_000_000
# Gray is used as it is decoded, and black and white takes a byte a pixel before and after it becomes gray.
_BYTES_PER_PIXEL = {"L": 1, "1": 2}
_PLAIN = frozenset({"PNG", "TIFF", "BMP", "PPM"})

# Filters of warnings are global too.
_opening_lock = threading.Lock()


def most_pixels(image: Image.Image) -> int:
    """Pixels that may be decoded of an opened picture, so that it takes a few hundred megabytes at most.

    Parameters
    ----------
    image : PIL image
        Not decoded yet. A JPEG is decoded reduced, and what is in memory already fits in it.

    Returns
    -------
    int
        256 megapixels for JPEG and gray scans, 200 for black and white, 100 for all others.
    """
    if image.format in {"JPEG", "MPO", None}:
        return MOST_PIXELS
    # Frames of an animation are composed in color, and transparency is laid on white.
    is_plain = image.format in _PLAIN and "transparency" not in image.info
    if image.format == "PNG" and getattr(image, "is_animated", False):
        is_plain = False
    per_pixel = _BYTES_PER_PIXEL.get(image.mode, 4) if is_plain else 4
    return min(MOST_PIXELS, MOST_WHOLE_BYTES // per_pixel)


def check_size(width: int, height: int, name: str, *, most: int) -> None:
    """Refuse a picture of more than ``most`` pixels, or of none.

    Raises
    ------
    ImageError
        If it is larger or empty.
    """
    if width * height > most:
        at_most = f"expected at most {most // 10**6} megapixels"
        raise picture_error(name, f"{width} x {height} pixels, {at_most}; reduce it first")
    if width < 1 or height < 1:
        raise picture_error(name, f"{width} x {height} pixels, expected at least one; is it complete?")


class _RaisedLimit:
    """Pillow's own limit, which is lower, global, and a warning, raised to ours while anybody decodes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._before: int | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            if not self._users:
                self._before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, MOST_PIXELS
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    Image.MAX_IMAGE_PIXELS = self._before


while_decoding = _RaisedLimit()
"""Context in which Pillow decodes pictures that :func:`check_size` has let pass; many threads at once."""


@contextmanager
def while_opening(name: str) -> Iterator[None]:
    """Let Pillow open a picture, whose size is not known yet, without warnings; one thread at a time.

    Raises
    ------
    ImageError
        If Pillow meets many more pixels than are ever allowed.
    """
    with _opening_lock, warnings.catch_warnings(), while_decoding():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError:
            reason = f"more than {MOST_PIXELS // 10**6} megapixels; reduce it first"
            raise picture_error(name, reason) from None
