"""What was read, drawn over its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr.document.tree import Document
from ocr.errors import SettingError
from ocr.page.image_io import Picture
from ocr.view.overlay import draw_overlay

if TYPE_CHECKING:
    from PIL import Image

    from ocr.document.tree import Page
    from ocr.page.image_io import ImageSource

# A drawing of this size shows each letter of a page; nobody looks at all pixels of a phone's photo.
_LONGEST_PX = 2000


def draw(
    read: Document | Page, picture: ImageSource, *, page: int | None = None, longest_px: int = _LONGEST_PX
) -> Image.Image:
    """Draw each character's box and sign over the picture, in the colour of its probability.

    Parameters
    ----------
    read : Document or Page
        What was read: a document of one page, or one of its pages.
    picture : path, bytes, PIL image or array
        The picture that was read.
    page : int, optional
        Which page of a PDF or TIFF it is, 1 is the first.
    longest_px : int
        Longest side of the drawing at most, in pixels.

    Returns
    -------
    PIL.Image.Image
        RGB. Blue boxes are sure, amber ones fair, orange ones doubtful; pale red frames were not read.

    Raises
    ------
    SettingError
        If the document has not one page, or the picture has another shape than the page.
    ImageError
        If the picture cannot be read.

    Examples
    --------
    >>> from ocr import draw, read
    >>> document = read("images/label_codes.jpg")
    >>> drawing = draw(document, "images/label_codes.jpg", longest_px=500)
    >>> drawing.mode, max(drawing.size)
    ('RGB', 500)
    """
    found = _one_page(read)
    opened = Picture(picture, page=page)
    if (opened.width, opened.height) != (found.width, found.height):
        message = (
            f"{opened.name}: found {opened.width} x {opened.height} pixels, expected {found.width} x "
            f"{found.height} as in the document; give the picture that was read"
        )
        raise SettingError(message)
    return draw_overlay(opened.gray(at_least_px=longest_px), found, longest_px=longest_px)


def _one_page(read: Document | Page) -> Page:
    """Return the page, or the only page of a document.

    Raises
    ------
    SettingError
        If it has none or several.
    """
    if not isinstance(read, Document):
        return read
    if len(read.pages) != 1:
        message = f"document: found {len(read.pages)} pages, expected one to draw; give document.pages[0]"
        raise SettingError(message)
    return read.pages[0]
