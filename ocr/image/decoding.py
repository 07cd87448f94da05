"""Open a picture from the bytes of a file, by its kind of file.

The kind of file is found in its first bytes, not in its name.
"""

from __future__ import annotations

import io

from PIL import Image

from ocr.errors import how_to_install
from ocr.image.limits import picture_error
from ocr.image.pnm import open_scaled_pnm
from ocr.image.slow_files import check_costs

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
        If it needs a library that is not installed, or would take very long to decode.
    UnidentifiedImageError, OSError, SyntaxError, ...
        Whatever Pillow raises for what is no picture; see :func:`ocr.image.limits.as_image_error`.
    """
    brands = _brands(content)
    if brands & _AVIF_BRANDS:
        return _open_avif(content, name)
    if brands & (_HEIC_BRANDS | _ANY_CODEC_BRANDS):
        return _open_heic(content, name)
    check_costs(content, name)
    scaled = open_scaled_pnm(content, name)
    return Image.open(io.BytesIO(content), formats=_FORMATS) if scaled is None else scaled


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
