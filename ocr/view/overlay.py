"""Boxes and what was read, drawn over the picture. Pillow only.

What was read, drawn over its picture.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.document.tree import Document
from ocr.errors import SettingError
from ocr.image.picture import Picture

if TYPE_CHECKING:
    from ocr.array_types import GrayBytes
    from ocr.document.tree import Page
    from ocr.geometry import Box
    from ocr.image.picture import ImageSource

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

# From doubtful to sure, readable on paper and for colour-blind eyes.
_DOUBTFUL, _FAIR, _SURE = (213, 94, 0), (230, 159, 0), (0, 114, 178)
_REJECTED = (235, 150, 140)
_LONGEST_PX = 2000


_COLORS = {"doubtful": _DOUBTFUL, "fair": _FAIR, "sure": _SURE}


def confidence_band(probability: float) -> str:
    """Name of a probability: doubtful below 0.5, fair below 0.9, sure above."""
    if probability < 0.5:
        return "doubtful"
    return "fair" if probability < 0.9 else "sure"


def confidence_color(probability: float) -> tuple[int, int, int]:
    """Colour of a probability: orange-red where it is doubtful, amber where fair, blue where sure."""
    return _COLORS[confidence_band(probability)]


@lru_cache(maxsize=32)
def label_font(size_px: int) -> Font:
    """Return Pillow's own font at a size."""
    return ImageFont.load_default(size=size_px)


def draw_overlay(gray: GrayBytes, page: Page, *, longest_px: int = _LONGEST_PX) -> Image.Image:
    """Draw each character's box in the colour of its probability, with its character below its word.

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
        RGB; the writing is paled so that the characters stand out. A pale red frame marks ink that was not
        read.
    """
    factor = min(1.0, longest_px / max(gray.shape))
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    paled = Image.fromarray(96 + (gray * np.float32(159 / 255)).astype(np.uint8))
    picture = paled.resize(size, Image.Resampling.BOX).convert("RGB")
    scale = size[0] / page.width
    draw = ImageDraw.Draw(picture)
    text_height_px = max(page.letter_height_px * scale, 8)
    font = label_font(max(10, round(0.6 * text_height_px)))
    for mark in page.rejected:
        draw.rectangle(box_corners(mark.box, scale), outline=_REJECTED)
    for word in page.words:
        below = box_corners(word.box, scale)[3] + 2
        for character in word.characters:
            color = confidence_color(character.probability)
            left, top, right, bottom = box_corners(character.box, scale)
            draw.rectangle(
                (left, top, right, bottom), outline=color, width=max(1, round(text_height_px / 24))
            )
            # A white rim keeps characters readable where a letter of the next line reaches up to them.
            draw.text(
                ((left + right) / 2, below),
                character.text,
                fill=color,
                font=font,
                anchor="ma",
                stroke_width=1,
                stroke_fill="white",
            )
    return picture


def box_corners(box: Box, scale: float) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the outermost pixels inside a box, on a grid ``scale`` times as fine."""
    left, top = box.left * scale, box.top * scale
    return left, top, max(left, box.right * scale - 1), max(top, box.bottom * scale - 1)


# A drawing of this size shows each letter of a page; nobody looks at all pixels of a phone's photo.
_LONGEST_PX_of_drawing = 2000


def draw(
    read: Document | Page,
    picture: ImageSource,
    *,
    page: int | None = None,
    longest_px: int = _LONGEST_PX_of_drawing,
) -> Image.Image:
    """Draw each character's box and character over the picture, in the colour of its probability.

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
