"""Draw what the line network says along a line: which character, and how surely, in each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.line_network.frames import FRAME_PX
from ocr.line_network.line_image import LINE_ROWS
from ocr.line_network.line_model import CHARACTERS, line_log_probabilities, shipped_line_network
from ocr.recognition.network_reading import line_image, line_strip
from ocr.view.drawing import (
    ROOM_WIDTH_PX,
    WHITE,
    Drawing,
    LegendItem,
    confidence_color,
    ink_bytes,
    label_font,
)

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine

# Pixels of the drawing for each pixel of the line, and height of the bars and of the characters above them.
_SCALE, _BARS_PX, _LABELS_PX = 3, 90, 26
# A character is written where it is this probable, and more probable than before and after.
_SAID = 0.3
_SPACE = "_"


def draw_line_frames(
    layout: Layout, recognition: RecognizedLine, network: SlidingNetwork | None = None
) -> Drawing:
    """Draw a line as the line network sees it, and a bar for the most probable character in each place.

    Parameters
    ----------
    layout : Layout
    recognition : RecognizedLine
        A line of that page.
    network : SlidingNetwork, optional
        The line network that read it; the shipped one if left out.

    Returns
    -------
    Drawing
    """
    metrics = recognition.lattice.line_metrics
    pixels = line_image(line_strip(layout, recognition.lattice.segments, metrics), metrics).pixels
    pixels = pixels[:, : ROOM_WIDTH_PX // _SCALE]
    (logs,) = line_log_probabilities(network or shipped_line_network(), [pixels])
    sheet = Image.new("RGB", (pixels.shape[1] * _SCALE, LINE_ROWS * _SCALE + _LABELS_PX + _BARS_PX), WHITE)
    sheet.paste(_enlarged(pixels), (0, 0))
    _draw_bars(ImageDraw.Draw(sheet), np.exp(logs[:, 1:]), sheet.height)
    return Drawing(
        sheet,
        "The line, straight and upright, and below it the most probable character in each place. Where there "
        "is no bar, the network says nothing. It says a character a little before the middle of it; _ is a "
        "space.",
        tuple(LegendItem(band, band) for band in ("sure", "fair", "doubtful")),
    )


def _enlarged(pixels: Float32) -> Image.Image:
    picture = Image.fromarray(ink_bytes(pixels))
    return picture.resize((picture.width * _SCALE, picture.height * _SCALE), Image.Resampling.BICUBIC)


def _draw_bars(draw: ImageDraw.ImageDraw, probabilities: Float64, bottom: int) -> None:
    """Draw a bar for each frame (T, 95), and each character once, above its highest bar."""
    best, highest = probabilities.argmax(axis=1), probabilities.max(axis=1)
    width = FRAME_PX * _SCALE
    for frame, (character, share) in enumerate(zip(best, highest, strict=True)):
        left, top = frame * width, bottom - round(share * _BARS_PX)
        if top < bottom:
            draw.rectangle((left, top, left + width - 2, bottom), fill=confidence_color(float(share)))
        around = highest[max(0, frame - 1) : frame + 2]
        if share >= _SAID and share == around.max():
            name = CHARACTERS[character].replace(" ", _SPACE)
            draw.text((left + width / 2, top - 3), name, fill=(0, 0, 0), font=label_font(18), anchor="mb")
