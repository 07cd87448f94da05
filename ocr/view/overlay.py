"""Boxes and what was read, drawn over the picture. Pillow only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.document.tree import Page

    GrayBytes = NDArray[np.uint8]

# From doubtful to sure, readable on paper and for colour-blind eyes.
_DOUBTFUL, _FAIR, _SURE = (213, 94, 0), (230, 159, 0), (0, 114, 178)
_LONGEST_PX = 2000


def confidence_color(probability: float) -> tuple[int, int, int]:
    """Colour of a probability: orange-red below 0.5, amber below 0.9, blue above."""
    if probability < 0.5:
        return _DOUBTFUL
    return _FAIR if probability < 0.9 else _SURE


def draw_overlay(gray: GrayBytes, page: Page) -> Image.Image:
    """Draw each character's box in the colour of its probability, with its sign below.

    Parameters
    ----------
    gray : (H, W) uint8 array
        The picture, upright, at any scale.
    page : Page
        What was read on it.

    Returns
    -------
    PIL.Image.Image
        RGB, its longer side at most 2000 px.
    """
    factor = min(1.0, _LONGEST_PX / max(gray.shape))
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    picture = Image.fromarray(gray).resize(size, Image.Resampling.BILINEAR).convert("RGB")
    scale = size[0] / max(page.width, 1)
    draw = ImageDraw.Draw(picture)
    letter_px = max(page.letter_height_px * scale, 8)
    font = ImageFont.load_default(size=max(9.0, 0.45 * letter_px))
    for mark in page.discarded:
        draw.rectangle(_corners(mark.box, scale), outline=(190, 190, 190))
    for character in page.characters:
        color = confidence_color(character.probability)
        left, top, right, bottom = _corners(character.box, scale)
        draw.rectangle((left, top, right, bottom), outline=color, width=max(1, round(letter_px / 30)))
        draw.text(((left + right) / 2, bottom + 1), character.text, fill=color, font=font, anchor="ma")
    return picture


def _corners(box: object, scale: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (getattr(box, edge) * scale for edge in ("left", "top", "right", "bottom"))
    return left, top, right, bottom
