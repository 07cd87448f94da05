"""Open a picture from anywhere and turn it into gray: upright, paper bright, no larger than needed.

Sizes are checked before a pixel is decoded, and a JPEG is decoded at a half, a quarter or an eighth where
that is fine enough: decoding is what reading a large photo costs. Whatever a file holds, the outcome is a
picture or one :class:`~ocr.errors.ImageError` of one line.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import threading
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from ocr.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

GrayBytes: TypeAlias = "NDArray[np.uint8]"
ImageSource: TypeAlias = "str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]"

# Formats that Pillow decodes by itself (JPEG includes the MPO of phones); others, such as EPS, it would hand
# to an external program.
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "PPM")
PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".ppm", ".pgm", ".pbm", ".pnm"}
)
"""Endings of the file names that count as pictures in a folder."""

# Phones take 200 megapixels, as JPEG, which is decoded reduced; anything above is a mistake or an attack.
_MOST_PIXELS = 256_000_000
# Other formats are decoded whole, at four bytes a pixel: an A3 scan at 600 dpi has 70 megapixels.
_MOST_WHOLE_PIXELS = 100_000_000
# Pictures that take one byte a pixel or more on disk and still exceed this are not read from a stream.
_MOST_BYTES = 1 << 30
_limit_lock = threading.Lock()

# What undoes each value of the orientation tag.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = {5, 6, 7, 8}

# Pillow's decoders and tag readers meet damaged files with any of these, and with OSError.
_DAMAGE = (
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


class Picture:
    """An opened picture that decodes itself to gray at the size asked for.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        An array is (H, W) or (H, W, 3 or 4): uint8, uint16, bool, or float in [0, 1].
    name : str
        What error messages call it.

    Attributes
    ----------
    name : str
        As given, or the path.
    width, height : int
        Upright, in pixels.
    format : str or None
        "JPEG", "PNG", ...; None for arrays.
    notes : tuple of str
        What a user should know, such as that only the first of several pages is read.

    Raises
    ------
    ImageError
        If it is missing, no picture, damaged, empty or larger than 256 megapixels (100 where it is no JPEG).
    """

    def __init__(self, source: ImageSource, *, name: str | None = None) -> None:
        self.name = name or _name_of(source)
        with _readable(self.name):
            self._content = _content_of(source, self.name)
            with _own_pixel_limit():
                image = self._open()
                width, height = image.size
                _check_size(width, height, self.name, most=_most_pixels(image))
                self.format = image.format
                self._orientation = _orientation(image)
                self.notes = _notes(image)
        turned = self._orientation in _TURNED
        self.height, self.width = (width, height) if turned else (height, width)

    def _open(self) -> Image.Image:
        if isinstance(self._content, Image.Image):
            return self._content
        return Image.open(io.BytesIO(self._content), formats=_FORMATS)

    def gray(self, *, at_least_px: int | None = None) -> GrayBytes:
        """Decode to gray, upright as the camera's orientation tag says, on white where it is transparent.

        Parameters
        ----------
        at_least_px : int, optional
            The longer side may be reduced to a size not below this; the full size if left out.

        Returns
        -------
        (H, W) uint8 array
            0 black .. 255 paper. Its sides are those of the picture divided by a power of two, rounded up.

        Raises
        ------
        ImageError
            If the picture is damaged.
        """
        with _readable(self.name):
            with _own_pixel_limit():
                image = self._open()
            # Decoding, which takes long, needs no lock.
            gray = _reduced(image, at_least_px)
        turn = _UPRIGHT.get(self._orientation)
        return np.asarray(gray if turn is None else gray.transpose(turn))


def _reduced(image: Image.Image, at_least_px: int | None) -> Image.Image:
    """Decode to 8-bit gray and halve it while its longer side stays at or above ``at_least_px``."""
    if at_least_px is not None:
        factor = at_least_px / max(image.size)
        image.draft("L", (max(1, int(image.width * factor)), max(1, int(image.height * factor))))
    gray = _to_gray(image)
    step = 1
    while at_least_px is not None and max(gray.size) // (2 * step) >= at_least_px:
        step *= 2
    return gray.reduce(step)


def _name_of(source: ImageSource) -> str:
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return f"<{type(source).__name__}>"


def printable(name: str) -> str:
    """Return a file name fit for one line of a message: control signs and broken encoding are escaped."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in name
    )


def _error(name: str, reason: str) -> ImageError:
    return ImageError(f"picture {printable(name)}: {reason}")


def _content_of(source: ImageSource, name: str) -> bytes | Image.Image:
    """Bytes of a file, or a Pillow image of what is in memory already."""
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, np.ndarray):
        return _from_array(source, name)
    if isinstance(source, str | os.PathLike):
        source = _file_bytes(os.fspath(source), name)
    if not isinstance(source, bytes | bytearray | memoryview):
        raise _error(name, f"found {type(source).__name__}, expected a path, bytes, a PIL image or an array")
    if len(source) > _MOST_BYTES:
        raise _error(name, f"larger than {_MOST_BYTES >> 30} GiB; reduce it first")
    if not len(source):
        raise _error(name, "the file is empty; expected a JPEG, PNG, TIFF or other picture")
    return bytes(source)


def _file_bytes(path: str, name: str) -> bytes:
    """Read a regular file; a pipe or device is refused before it is opened, for it might never answer."""
    if "\0" in path:
        raise _error(name, "no file has such a name; is the path right?")
    status = os.stat(path)  # noqa: PTH116 - Path("") would be the current folder
    if stat.S_ISDIR(status.st_mode):
        raise _error(name, "found a folder, expected a picture; name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise _error(name, "found a pipe or device, expected a file; pipe pictures to 'ocr read -'")
    if status.st_size > _MOST_BYTES:
        raise _error(name, f"larger than {_MOST_BYTES >> 30} GiB; reduce it first")
    return Path(path).read_bytes()


def _from_array(array: NDArray[Any], name: str) -> Image.Image:
    """Wrap an array as a Pillow image of 8 bits."""
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})
    if not fits or array.size == 0:
        raise _error(name, f"found an array of shape {array.shape}, expected (H, W), (H, W, 3) or (H, W, 4)")
    if array.dtype == np.uint8:
        return Image.fromarray(np.ascontiguousarray(array))
    if array.dtype == np.uint16:
        return Image.fromarray((array >> 8).astype(np.uint8))
    if array.dtype == np.bool_:
        return Image.fromarray(array.astype(np.uint8) * 255)
    if np.issubdtype(array.dtype, np.floating) and np.isfinite(array).all():
        return Image.fromarray(np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8))
    raise _error(
        name, f"found an array of {array.dtype}, expected uint8, uint16, bool or finite floats in 0 .. 1"
    )


def _most_pixels(image: Image.Image) -> int:
    """Pixels that may be decoded: a JPEG is decoded reduced, and what is in memory fits in it."""
    return _MOST_PIXELS if image.format in {"JPEG", "MPO", None} else _MOST_WHOLE_PIXELS


def _check_size(width: int, height: int, name: str, *, most: int) -> None:
    if width * height > most:
        at_most = f"expected at most {most // 10**6} megapixels"
        raise _error(name, f"{width} x {height} pixels, {at_most}; reduce it first")
    if not width or not height:
        raise _error(name, f"{width} x {height} pixels, expected at least one; is it complete?")


def _orientation(image: Image.Image) -> int:
    """Orientation tag, 1 .. 8; 1 where there is none or the tags are damaged: the pixels may be sound."""
    if image.format == "TIFF":
        return 1  # Pillow turns these by itself, and has the size upright already.
    try:
        # Not image.getexif(): for a PNG that decodes all pixels, in search of tags behind them.
        value = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
    except (OSError, *_DAMAGE):
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _notes(image: Image.Image) -> tuple[str, ...]:
    """Say so where a file holds more than the one picture that is read."""
    try:
        if image.format == "TIFF" and (pages := getattr(image, "n_frames", 1)) > 1:
            return (f"has {pages} pages; only the first was read",)
        # A phone's JPEG often carries a preview or a depth map behind the photo: nobody misses those.
        if image.format in {"GIF", "PNG", "WEBP"} and getattr(image, "is_animated", False):
            return ("is an animation; only its first picture was read",)
    except (OSError, *_DAMAGE):
        return ()  # What follows the first picture is damaged, and not wanted.
    return ()


@contextmanager
def _own_pixel_limit() -> Iterator[None]:
    """Let Pillow open what we allow: its own limit is lower, global, and a warning."""
    with _limit_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # Pillow refuses from twice this number on
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn all that Pillow and the file system raise into one line of our own."""
    try:
        yield
    except ImageError:
        raise
    except UnidentifiedImageError:
        reason = "not a picture that can be read; expected JPEG, PNG, TIFF, WebP, BMP or GIF"
    except Image.DecompressionBombError:
        reason = f"more than {_MOST_PIXELS // 10**6} megapixels; reduce it first"
    except FileNotFoundError:
        reason = "no such file; is the path right?"
    except PermissionError:
        reason = "may not be read; ask for permission or copy it"
    except OSError as error:
        cause = error.strerror or str(error) or type(error).__name__
        reason = f"cannot be read ({cause.lower()}); is the file complete and the path right?"
    except _DAMAGE as error:
        reason = f"damaged ({error or type(error).__name__}); try to save it anew"
    else:
        return
    raise _error(name, printable(reason)) from None


def _to_gray(image: Image.Image) -> Image.Image:
    """Convert any mode of Pillow to 8-bit gray."""
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_to_gray(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        return _on_white(image)
    if image.mode in {"L", "RGB", "1", "CMYK", "YCbCr"}:
        return image.convert("L")
    return image.convert("RGB").convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    """Gray of a transparent picture laid on white paper."""
    layer = image.convert("RGBA")
    return Image.composite(layer.convert("L"), Image.new("L", layer.size, 255), layer.getchannel("A"))


def _deep_to_gray(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and float pictures to 8 bits by the smallest usual full scale that holds them."""
    values = np.asarray(image).astype(np.float32)
    finite = np.isfinite(values)
    top = float(values.max(where=finite, initial=0.0))
    full_scale = next((scale for scale in (1.0, 255.0, 65535.0) if top <= scale), top)
    if image.mode.startswith("I;16"):
        full_scale = 65535.0
    clean = np.nan_to_num(values, nan=full_scale, posinf=full_scale, neginf=0.0)
    return Image.fromarray(np.rint(np.clip(clean / full_scale, 0, 1) * 255).astype(np.uint8))
