"""What all drawings made with Pillow share: colors, the font, captions and titles, bytes of gray pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from ocr.document.bands import confidence_band
from ocr.view import style

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float32, GrayBytes
    from ocr.geometry import Box

    Color = tuple[int, int, int]
    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

LONGEST_PX = 2000
"""Longest side of a drawing by default: enough to show each letter of a phone's photo."""


def _rgb(color: str) -> Color:
    red, green, blue, *_ = ImageColor.getrgb(color)
    return red, green, blue


BLUE, VERMILION, GREEN, AMBER, PURPLE, SKY = (
    _rgb(color) for color in (style.BLUE, style.VERMILION, style.GREEN, style.AMBER, style.PURPLE, style.SKY)
)
WHITE = (255, 255, 255)
_TEXT, _FAINT_TEXT = (32, 36, 44), (110, 116, 128)
_MARGIN_PX, _TITLE_PX = 28, 92
ROOM_PX = LONGEST_PX - _TITLE_PX - _MARGIN_PX
"""Side of a drawing that is at most `LONGEST_PX` with its title and margin."""
ROOM_WIDTH_PX = LONGEST_PX - 2 * _MARGIN_PX

# From doubtful to sure, readable on paper and for color-blind eyes.
_CONFIDENCE_COLORS = {"doubtful": VERMILION, "fair": AMBER, "sure": BLUE}


@dataclass(frozen=True, slots=True)
class LegendItem:
    """What a color of a drawing stands for: kind of swatch, words, and how often it occurs."""

    swatch: str
    words: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, a caption of whole sentences, and what its colors stand for."""

    picture: Image.Image
    caption: str
    legend: tuple[LegendItem, ...] = ()


def confidence_color(probability: float) -> Color:
    """Return the color of a probability: vermilion if it is doubtful, amber if fair, blue if sure."""
    return _CONFIDENCE_COLORS[confidence_band(probability)]


@lru_cache(maxsize=32)
def label_font(size_px: int) -> Font:
    """Return Pillow's own font at a size."""
    return ImageFont.load_default(size=size_px)


def box_corners(box: Box, scale: float) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the outermost pixels in a box, on a grid ``scale`` times as fine."""
    left, top = box.left * scale, box.top * scale
    return left, top, max(left, box.right * scale - 1), max(top, box.bottom * scale - 1)


def gray_bytes(values: Float32) -> GrayBytes:
    """Return gray in 0 .. 1 as bytes; brighter values, such as glints on the paper, are white."""
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def ink_bytes(strength: Float32) -> GrayBytes:
    """Return ink, 1 = pen, as dark bytes on white."""
    return gray_bytes(1 - strength)


def fitted(pixels: NDArray[np.uint8], *, longest_px: int) -> Image.Image:
    """Return a picture (H, W) or (H, W, 3), shrunk to a longest side; strokes fade rather than break."""
    picture = Image.fromarray(pixels)
    factor = min(1.0, longest_px / max(picture.size))
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return picture if factor == 1 else picture.resize(size, Image.Resampling.BOX)


def titled(drawing: Drawing, title: str) -> Image.Image:
    """Draw a title and the caption above a picture, and white around it."""
    heading, small = label_font(34), label_font(18)
    words = max(heading.getlength(title), small.getlength(drawing.caption))
    width = max(drawing.picture.width, round(words))
    size = (width + 2 * _MARGIN_PX, drawing.picture.height + _TITLE_PX + _MARGIN_PX)
    sheet = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN_PX, 30), title, fill=_TEXT, font=heading, anchor="lm")
    draw.text((_MARGIN_PX, 66), drawing.caption, fill=_FAINT_TEXT, font=small, anchor="lm")
    sheet.paste(drawing.picture, (_MARGIN_PX, _TITLE_PX))
    return sheet
