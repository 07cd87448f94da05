"""What was read, drawn over its picture: boxes and characters in the colors of their confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.document.tree import Document
from ocr.errors import SettingError, require_range
from ocr.image.limits import LONGEST_SIDE_PX
from ocr.image.picture import Picture
from ocr.view.drawing import LONGEST_PX, box_corners, confidence_color, fitted, label_font

if TYPE_CHECKING:
    from ocr.array_types import GrayBytes
    from ocr.document.tree import Page, Word
    from ocr.image.sources import ImageSource
    from ocr.view.drawing import Font

_REJECTED = (235, 150, 140)


def draw_overlay(gray: GrayBytes, page: Page, *, longest_px: int = LONGEST_PX) -> Image.Image:
    """Draw each character's box in the color of its probability, with its character below its word.

    Parameters
    ----------
    gray : (H, W) uint8 array
        The picture, upright, at any scale.
    page : Page
        What was read on it.
    longest_px : int
        Longest side of the drawing.

    Returns
    -------
    PIL.Image.Image
        RGB; the writing is paled so that the characters stand out. A pale red frame marks rejected ink.
    """
    paled = 96 + (gray * np.float32(159 / 255)).astype(np.uint8)
    picture = fitted(paled, longest_px=longest_px).convert("RGB")
    scale = picture.width / page.width
    draw = ImageDraw.Draw(picture)
    text_height_px = max(page.letter_height_px * scale, 8)
    font = label_font(max(10, round(0.6 * text_height_px)))
    for mark in page.rejected:
        draw.rectangle(box_corners(mark.box, scale), outline=_REJECTED)
    for word in page.words:
        _draw_word(draw, word, scale, font=font, line_px=max(1, round(text_height_px / 24)))
    return picture


def _draw_word(draw: ImageDraw.ImageDraw, word: Word, scale: float, *, font: Font, line_px: int) -> None:
    below = box_corners(word.box, scale)[3] + 2
    for character in word.characters:
        color = confidence_color(character.probability)
        left, top, right, bottom = box_corners(character.box, scale)
        draw.rectangle((left, top, right, bottom), outline=color, width=line_px)
        # A white rim keeps characters readable where a letter of the next line reaches up to them.
        place, text = ((left + right) / 2, below), character.text
        draw.text(place, text, fill=color, font=font, anchor="ma", stroke_width=1, stroke_fill="white")


def draw(
    read: Document | Page,
    picture: ImageSource,
    *,
    page: int | None = None,
    longest_px: int = LONGEST_PX,
) -> Image.Image:
    """Draw each character's box and character over the picture, in the color of its probability.

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
        RGB. Blue boxes are sure, amber ones fair, vermilion ones doubtful; pale red frames are rejected ink.

    Raises
    ------
    SettingError
        If the document has not one page, the picture has another shape than the page, or the drawing would
        have no size.
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
    require_range("longest_px", longest_px, 1, LONGEST_SIDE_PX)
    found = _one_page(read)
    opened = Picture(picture, page=page).turned(found.turned_deg // 90)
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
