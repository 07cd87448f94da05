"""Render pages of a PDF as gray pictures by PDFium.

The text layer is ignored. Forms are drawn without what was typed into their fields; notes written with a pen
on the page are drawn.
"""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PIL import Image

from ocr.image.limits import LONGEST_SIDE_PX, MOST_PIXELS, picture_error

if TYPE_CHECKING:
    from collections.abc import Iterator

# Scanners are set to 300 dpi for text; a point is a 72nd of an inch.
_PX_PER_POINT = 300 / 72
# A small page is rendered no smaller than an overview of a picture is.
_LEAST_LONGER_SIDE_PX = 1000
# An A2 page at 300 dpi; larger pages, such as photos laid out at one point a pixel, are rendered coarser.
_MOST_RENDERED_PIXELS = 36_000_000
# PDFium has global state: one thread at a time.
_pdfium_lock = threading.Lock()
# PDFium's codes for files that it cannot open. For one without pages it sets no code, and the code of an
# earlier file stays: 2, no such file, is set before.
_NO_PAGES = "has no pages; expected at least one"
_REASONS = {
    2: _NO_PAGES,
    3: "a damaged PDF; try to save it anew",
    4: "an encrypted PDF; save a copy without a password",
    5: "an encrypted PDF; save a copy without a password",
}


def pdf_page_count(content: bytes, name: str) -> int:
    """Count the pages of a PDF.

    Parameters
    ----------
    content : bytes
        Of a whole file.
    name : str
        Its name in error messages.

    Raises
    ------
    ImageError
        If it is encrypted, damaged or without pages, or the library that reads PDF is missing.
    """
    with _opened(content, name) as document:
        return len(document)


def render_pdf_page(content: bytes, name: str, *, page: int) -> Image.Image:
    """Render a page at 300 dpi to 8-bit gray; at most 36 megapixels, and 1000 on the longer side at least.

    Parameters
    ----------
    content : bytes
        Of a whole file.
    name : str
        Its name in error messages.
    page : int
        1 is the first.

    Returns
    -------
    PIL image
        Of mode L, on white paper.

    Raises
    ------
    ImageError
        If there is no such page, it is damaged, or contains pictures of more than 256 megapixels; or if the
        PDF cannot be opened, see :func:`pdf_page_count`.
    """
    with _opened(content, name) as document:
        if page > len(document):
            raise picture_error(name, f"found {len(document)} pages, expected at least {page}")
        try:
            sheet = document[page - 1]
        except RuntimeError:
            raise picture_error(name, "a damaged page of a PDF; try to save it anew") from None
        try:
            _check_pictures(sheet, name)
            scale = _px_per_point(*sheet.get_size(), name=name)
            return _rendered(sheet, scale)
        finally:
            sheet.close()


def _rendered(sheet: Any, scale: float) -> Image.Image:
    """Render an opened page, so many pixels a point."""
    # Halftone: pictures that are finer than the rendered page are averaged, not sampled.
    bitmap = sheet.render(scale=scale, grayscale=True, force_halftone=True)
    try:
        # The pixels are PDFium's, and freed with the bitmap.
        return Image.fromarray(bitmap.to_numpy().copy())
    finally:
        bitmap.close()


def _px_per_point(width: float, height: float, *, name: str) -> float:
    """Return the scale at which a page of this size, in points, is rendered."""
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise picture_error(name, f"a page of {width:g} x {height:g} points, expected a size to look at")
    scale = max(_PX_PER_POINT, _LEAST_LONGER_SIDE_PX / max(width, height))
    # Sides are rounded up: of a page as thin as a thread, to one pixel.
    most = min(math.sqrt(_MOST_RENDERED_PIXELS / (width * height)), LONGEST_SIDE_PX / max(width, height))
    return min(scale, most)


def _check_pictures(sheet: Any, name: str) -> None:
    """Refuse a page whose pictures would be decoded to more pixels than a picture may have."""
    import pypdfium2

    kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    for picture in sheet.get_objects(filter=kinds, max_depth=2):
        width, height = picture.get_px_size()
        if width * height > MOST_PIXELS:
            found = f"holds a picture of {width} x {height} pixels"
            at_most = f"expected at most {MOST_PIXELS // 10**6} megapixels"
            raise picture_error(name, f"{found}, {at_most}; reduce it first")


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[Any]:
    """Open a PDF, for one thread at a time."""
    import pypdfium2

    with _pdfium_lock:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            raise picture_error(name, _reason(content)) from None
        try:
            if not len(document):
                raise picture_error(name, _NO_PAGES)
            yield document
        finally:
            document.close()


def _reason(content: bytes) -> str:
    """Return why PDFium cannot open a file."""
    from pypdfium2 import raw

    raw.FPDF_LoadDocument(b"", None)
    raw.FPDF_LoadMemDocument64(content, len(content), None)
    return _REASONS.get(raw.FPDF_GetLastError(), _REASONS[3])
