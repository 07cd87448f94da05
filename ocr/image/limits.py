"""Limit the size of pictures before a pixel is decoded; turn every error of a decoder into one ImageError.

The message of an :class:`~ocr.errors.ImageError` is one line, whatever a file contains and a decoder raises.
"""

from __future__ import annotations

import struct
import threading
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from ocr.errors import ImageError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator


# Phones take photos of 200 megapixels, as JPEG, which is decoded reduced; more is a mistake or an attack.
MOST_PIXELS = 256_000_000
# A JPEG has sides up to 65,535 pixels. What is longer is no page: letters fill the width of a strip.
LONGEST_SIDE_PX = 100_000
# Other formats are decoded whole: in color at four bytes a pixel, an A3 scan at 600 dpi has 70 megapixels.
MOST_WHOLE_BYTES = 400_000_000
# Gray is used as it is decoded, and black and white takes a byte a pixel before and after it becomes gray.
_BYTES_PER_PIXEL = {"L": 1, "1": 2}
# Decoders of these hold a picture several times; so much memory they need for each pixel.
_BYTES_OF_DECODERS = {"WEBP": 16, "AVIF": 16, "HEIF": 16}
_MOST_DECODER_BYTES = 800_000_000
# A progressive JPEG is decoded whole, as two bytes for each of three colors, and one of four colors in color.
_MOST_PIXELS_OF_WHOLE_JPEG = 100_000_000
_PLAIN = frozenset({"PNG", "TIFF", "BMP", "PPM"})
# Decoders and readers of tags raise any of these for damaged files, and OSError.
DECODER_ERRORS = (
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    MemoryError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    ZeroDivisionError,
    AssertionError,
    RuntimeError,
    struct.error,
)


def most_pixels(image: Image.Image) -> int:
    """Return how many pixels an opened picture may have, so that it needs 800 megabytes at most.

    Parameters
    ----------
    image : PIL image
        Not decoded yet. A JPEG is decoded reduced, and one that is in memory already needs no decoding.

    Returns
    -------
    int
        256 megapixels for JPEG and gray scans, 200 for black and white, 50 for WebP, AVIF and HEIC, 100 for
        all others.
    """
    is_whole = image.mode == "CMYK" or "progressive" in image.info
    if image.format in {"JPEG", "MPO"} and is_whole:
        return _MOST_PIXELS_OF_WHOLE_JPEG
    if image.format in {"JPEG", "MPO", None}:
        return MOST_PIXELS
    if image.format in _BYTES_OF_DECODERS:
        return _MOST_DECODER_BYTES // _BYTES_OF_DECODERS[image.format]
    # Frames of an animation are composed in color, and transparency is laid on white.
    is_plain = image.format in _PLAIN and "transparency" not in image.info
    if image.format == "PNG" and getattr(image, "is_animated", False):
        is_plain = False
    per_pixel = _BYTES_PER_PIXEL.get(image.mode, 4) if is_plain else 4
    return min(MOST_PIXELS, MOST_WHOLE_BYTES // per_pixel)


def check_size(width: int, height: int, name: str, *, most: int) -> None:
    """Refuse a picture of more than ``most`` pixels, of none, or with a side of more than 100,000 pixels.

    Raises
    ------
    ImageError
        If it is larger, longer or empty.
    """
    if width * height > most:
        at_most = f"expected at most {most // 10**6} megapixels"
        raise picture_error(name, f"{width} x {height} pixels, {at_most}; reduce it first")
    if max(width, height) > LONGEST_SIDE_PX:
        reason = f"{width} x {height} pixels, expected at most {LONGEST_SIDE_PX} a side; cut it into pages"
        raise picture_error(name, reason)
    if width < 1 or height < 1:
        raise picture_error(name, f"{width} x {height} pixels, expected at least one; is it complete?")


class _PillowLimits:
    """Context for any number of threads in which Pillow decodes pictures up to our limits, without warnings.

    Pillow warns from a lower limit on, and of damaged tags. Its limit and the filters of warnings are global:
    the first thread that enters sets them, the last one that leaves restores them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._undo = ExitStack()

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Enter the context.

        Parameters
        ----------
        name : str
            Of the picture, for the error message.

        Raises
        ------
        ImageError
            If a picture has many more pixels than are ever allowed.
        """
        with self._lock:
            if not self._users:
                self._begin()
            self._users += 1
        try:
            yield
        except Image.DecompressionBombError:
            reason = f"more than {MOST_PIXELS // 10**6} megapixels; reduce it first"
            raise picture_error(name, reason) from None
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._undo.close()

    def _begin(self) -> None:
        self._undo.callback(setattr, Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        self._undo.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")


pillow_limits = _PillowLimits()


def picture_error(name: str, reason: str) -> ImageError:
    """Return the error for a picture that cannot be read; ``reason`` is one line."""
    return ImageError(f"picture {printable(name)}: {reason}")


def process_error(name: str, reason: str, *, is_late: bool = False) -> ImageError:
    """Return the error for a picture whose process ended; ``reason`` says how."""
    hint = "see --timeout" if is_late else "is memory short? try fewer --jobs"
    return picture_error(name, f"the process that read it {reason}; {hint}")


@contextmanager
def as_image_error(name: str) -> Iterator[None]:
    """Turn whatever decoders and the file system raise within into an ImageError of one line.

    Raises
    ------
    ImageError
        For each of these; one that is raised within is passed on.
    """
    try:
        yield
    except ImageError:
        raise
    except UnidentifiedImageError:
        reason = "not a picture that can be read; expected JPEG, PNG, TIFF, PDF, HEIC, WebP, AVIF, BMP or GIF"
    except FileNotFoundError:
        reason = "no such file; is the path right?"
    except PermissionError:
        reason = "may not be read; ask for permission or copy it"
    except OSError as error:
        cause = error.strerror or str(error) or type(error).__name__
        reason = f"cannot be read ({cause.lower()}); is the file complete and the path right?"
    except MemoryError:
        reason = "needs more memory than there is, or than --max-memory allows; reduce it"
    except DECODER_ERRORS as error:
        reason = f"damaged ({str(error) or type(error).__name__}); try to save it anew"
    else:
        return
    raise picture_error(name, printable(reason)) from None
