"""What kind of file it is, told from its first bytes; and who opens it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from ocr.page.damage import picture_error

if TYPE_CHECKING:
    from ocr.errors import ImageError

# Formats that Pillow decodes by itself (JPEG includes the MPO of phones); others, such as EPS, it would hand
# to an external program.
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "PPM")
# Readers of PDF look for its mark this far: mail and printers put lines of their own before it.
_PDF_MARK_WITHIN = 1024
# A file of the HEIF family says first which codecs its pictures take.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_ANY_CODEC_BRANDS = frozenset({b"mif1", b"msf1"})

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".ppm", ".pgm", ".pbm", ".pnm"}
    | {".pdf", ".heic", ".heif", ".avif"}
)
"""Endings of the file names that count as pictures in a folder."""


def missing_extra(name: str, what: str, *, extra: str) -> ImageError:
    """Return the error that names what to install; ``what`` is the kind of file."""
    return picture_error(name, f"{what} needs another library; install it by: pip install 'ocr[{extra}]'")


def is_pdf(content: bytes) -> bool:
    """Tell whether the bytes are those of a PDF."""
    return b"%PDF-" in content[:_PDF_MARK_WITHIN]


def open_image(content: bytes, name: str) -> Image.Image:
    """Open a picture, all but a PDF, without decoding it.

    Parameters
    ----------
    content : bytes
        Of a whole file.
    name : str
        What error messages call it.

    Returns
    -------
    PIL image
        At its main picture, with its size.

    Raises
    ------
    ImageError
        If it takes a library that is not installed.
    UnidentifiedImageError, OSError, SyntaxError, ...
        Whatever Pillow raises for what is no picture; see :func:`ocr.page.damage.readable`.
    """
    brands = _brands(content)
    if brands & _AVIF_BRANDS:
        return _open_avif(content, name)
    if brands & (_HEIC_BRANDS | _ANY_CODEC_BRANDS):
        return _open_heic(content, name)
    return Image.open(io.BytesIO(content), formats=_FORMATS)


def _brands(content: bytes) -> frozenset[bytes]:
    """Brands of a file of the HEIF family, the first one first in rank; none for all other files."""
    if content[4:8] != b"ftyp":
        return frozenset()
    major, end = content[8:12], min(int.from_bytes(content[:4]), 256)
    if major in _HEIC_BRANDS | _AVIF_BRANDS:
        return frozenset({major})
    return frozenset({major, *(content[start : start + 4] for start in range(16, end, 4))})


def _open_avif(content: bytes, name: str) -> Image.Image:
    try:
        from PIL import AvifImagePlugin
    except ImportError:  # Pillow before 11.3
        is_known = False
    else:
        is_known = AvifImagePlugin.SUPPORTED
    if not is_known:
        raise picture_error(name, "AVIF needs a newer Pillow; install it by: pip install -U pillow")
    return Image.open(io.BytesIO(content), formats=("AVIF",))


def _open_heic(content: bytes, name: str) -> Image.Image:
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise missing_extra(name, "HEIC", extra="heic") from None
    # Opened by its class: a plugin registered with Pillow would change it for the whole program.
    image: Image.Image = HeifImageFile(io.BytesIO(content))
    return image
