"""Load a picture from a path, bytes, a Pillow image or an array, and open it by its kind of file.

The kind of file is found in its first bytes, not in its name.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

from ocr.errors import how_to_install
from ocr.image.limits import picture_error

if TYPE_CHECKING:
    from numpy.typing import NDArray


ImageSource: TypeAlias = "str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]"

# Formats that Pillow decodes by itself (JPEG includes the MPO of phones); for others, such as EPS, it would
# run an external program.
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "PPM")
# Readers of PDF search for its mark this far: mail and printers write lines of their own before it.
_PDF_MARK_WITHIN = 1024
# A file of the HEIF family begins with the codecs that its pictures need.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_ANY_CODEC_BRANDS = frozenset({b"mif1", b"msf1"})

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".ppm", ".pgm", ".pbm", ".pnm"}
    | {".pdf", ".heic", ".heif", ".avif"}
)
"""Endings of the file names that count as pictures in a folder."""
# Interpolation may leave floats a trace beyond black and white.
_ROUNDING = 1e-3
# No picture of an allowed size needs more, even at several bytes a pixel.
_MOST_BYTES = 1 << 30


def name_of(source: ImageSource) -> str:
    """Return the name of a source in messages: its path, or the kind of object it is."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return f"<{type(source).__name__}>"


def content_of(source: ImageSource, name: str) -> bytes | Image.Image:
    """Load the bytes of a file, or return a Pillow image of what is in memory already.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        An array is (H, W) or (H, W, 3 or 4): uint8, uint16, bool, or float in [0, 1].
    name : str
        Its name in error messages.

    Raises
    ------
    ImageError
        If it is none of these, no regular file, empty, or larger than 1 GiB.
    OSError
        Of the file system.
    """
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, np.ndarray):
        return _from_array(source, name)
    if isinstance(source, str | os.PathLike):
        source = _file_bytes(os.fspath(source), name)
    if not isinstance(source, bytes | bytearray | memoryview):
        raise picture_error(
            name, f"found {type(source).__name__}, expected a path, bytes, a PIL image or an array"
        )
    if len(source) > _MOST_BYTES:
        raise picture_error(name, f"larger than {_MOST_BYTES >> 30} GiB; reduce it first")
    if not len(source):
        raise picture_error(name, "the file is empty; expected a JPEG, PNG, TIFF or other picture")
    return bytes(source)


def _file_bytes(path: str, name: str) -> bytes:
    """Load a regular file; a pipe or device is refused before it is opened, since it might never answer."""
    if "\0" in path:
        raise picture_error(name, "no file has such a name; is the path right?")
    status = os.stat(path)  # noqa: PTH116 - Path("") would be the current folder
    if stat.S_ISDIR(status.st_mode):
        raise picture_error(name, "found a folder, expected a picture; name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise picture_error(name, "found a pipe or device, expected a file; pipe pictures to 'ocr read -'")
    if status.st_size > _MOST_BYTES:
        raise picture_error(name, f"larger than {_MOST_BYTES >> 30} GiB; reduce it first")
    return Path(path).read_bytes()


def _from_array(array: NDArray[Any], name: str) -> Image.Image:
    """Convert an array to a Pillow image of 8 bits."""
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})
    if not fits or array.size == 0:
        found = f"found an array of shape {array.shape}"
        raise picture_error(name, f"{found}, expected (H, W), (H, W, 3) or (H, W, 4)")
    if array.dtype == np.uint8:
        return Image.fromarray(np.ascontiguousarray(array))
    if array.dtype == np.uint16:
        return Image.fromarray((array >> 8).astype(np.uint8))
    if array.dtype == np.bool_:
        return Image.fromarray(array.astype(np.uint8) * 255)
    if np.issubdtype(array.dtype, np.floating) and np.isfinite(array).all():
        low, high = float(array.min()), float(array.max())
        if not -_ROUNDING <= low <= high <= 1 + _ROUNDING:
            found = f"found floats from {low:g} to {high:g}"
            raise picture_error(
                name, f"{found}, expected 0 (black) .. 1 (white); divide them by the value of white"
            )
        return Image.fromarray(np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8))
    raise picture_error(
        name, f"found an array of {array.dtype}, expected uint8, uint16, bool or finite floats in 0 .. 1"
    )


def is_pdf(content: bytes) -> bool:
    """Return whether the bytes are those of a PDF."""
    return b"%PDF-" in content[:_PDF_MARK_WITHIN]


def open_image(content: bytes, name: str) -> Image.Image:
    """Open a picture of any format but PDF without decoding it.

    Parameters
    ----------
    content : bytes
        Of a whole file.
    name : str
        Its name in error messages.

    Returns
    -------
    PIL image
        At its main picture, with its size.

    Raises
    ------
    ImageError
        If it needs a library that is not installed.
    UnidentifiedImageError, OSError, SyntaxError, ...
        Whatever Pillow raises for what is no picture; see :func:`ocr.image.limits.as_image_error`.
    """
    brands = _brands(content)
    if brands & _AVIF_BRANDS:
        return _open_avif(content, name)
    if brands & (_HEIC_BRANDS | _ANY_CODEC_BRANDS):
        return _open_heic(content, name)
    return Image.open(io.BytesIO(content), formats=_FORMATS)


def _brands(content: bytes) -> frozenset[bytes]:
    """Return the brands of a file of the HEIF family, the major one alone if it is known; none for others."""
    if content[4:8] != b"ftyp":
        return frozenset()
    major, end = content[8:12], min(int.from_bytes(content[:4]), 256)
    if major in _HEIC_BRANDS | _AVIF_BRANDS:
        return frozenset({major})
    return frozenset({major, *(content[start : start + 4] for start in range(16, end, 4))})


def _open_avif(content: bytes, name: str) -> Image.Image:
    """Open an AVIF, where Pillow was built with its codec."""
    try:
        from PIL import AvifImagePlugin
    except ImportError:  # Pillow before 11.3
        is_known = False
    else:
        is_known = AvifImagePlugin.SUPPORTED
    if not is_known:
        raise picture_error(name, "AVIF needs a newer Pillow; install with: pip install -U pillow")
    return Image.open(io.BytesIO(content), formats=("AVIF",))


def _open_heic(content: bytes, name: str) -> Image.Image:
    """Open a HEIC by the optional library."""
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        message = f"HEIC needs a library that is not installed; {how_to_install('pillow-heif')}"
        raise picture_error(name, message) from None
    # Opened by its class: a plugin registered with Pillow would change Pillow for the whole program.
    image: Image.Image = HeifImageFile(io.BytesIO(content))
    return image
