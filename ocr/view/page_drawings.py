"""The page as each stage of reading left it, drawn without titles. Pillow only.

Colours mean the same everywhere: blue is sure, amber fair, orange-red doubtful; pale red was dropped.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.view.overlay import box_corners, confidence_color, draw_overlay, label_font

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.document.tree import Page
    from ocr.layout import Layout

    GrayBytes = NDArray[np.uint8]
    Float32 = NDArray[np.float32]
    Color = tuple[int, int, int]

_PAPER = (255, 255, 255)
_DROPPED, _STRAY = (244, 178, 170), (170, 170, 170)
_SINGLE, _JOINED = (0, 114, 178), (204, 121, 167)
# Okabe and Ito's colours, which colour-blind eyes tell apart, but for the yellow, which paper drowns.
_PALETTE: tuple[Color, ...] = (
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (230, 159, 0),
    (86, 180, 233),
)
_TILE_ROOM = (12, 44)


def fitted(pixels: NDArray[np.uint8], *, longest_px: int) -> Image.Image:
    """Shrink a picture (H, W) or (H, W, 3) to the room there is; strokes fade rather than break."""
    picture = Image.fromarray(pixels)
    factor = min(1.0, longest_px / max(picture.size))
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return picture if factor == 1 else picture.resize(size, Image.Resampling.BOX)


def draw_flat(layout: Layout, *, longest_px: int) -> Image.Image:
    """Draw the page in even light."""
    return fitted(_flat_bytes(layout), longest_px=longest_px)


def _flat_bytes(layout: Layout) -> GrayBytes:
    # Glints are brighter than the paper.
    return np.rint(np.clip(layout.flat, 0, 1) * 255).astype(np.uint8)


def draw_ink(layout: Layout, *, longest_px: int) -> Image.Image:
    """Draw ink in black, and in gray what was too faint."""
    strength = np.where(layout.ink.mask, 1.0, 0.35 * layout.ink.strength)
    return fitted(np.rint((1 - strength) * 255).astype(np.uint8), longest_px=longest_px)


def draw_components(layout: Layout, *, longest_px: int) -> Image.Image:
    """Neighbours in a line differ in colour; what was dropped is pale red, what lies in no line gray."""
    colors = np.full((len(layout.components) + 1, 3), _STRAY, dtype=np.uint8)
    colors[0] = _PAPER
    for line in layout.lines:
        for index, color in zip(line.members, cycle(_PALETTE), strict=False):
            colors[index + 1] = color
    pixels = colors[layout.components.labels]
    pixels[layout.dropped > 0] = _DROPPED
    return fitted(pixels, longest_px=longest_px)


def draw_lines(layout: Layout, *, longest_px: int) -> Image.Image:
    """Each line in one colour, on a band one letter high, with its number in front."""
    colors = np.full((len(layout.components) + 1, 3), _STRAY, dtype=np.uint8)
    colors[0] = _PAPER
    for line, color in zip(layout.lines, cycle(_PALETTE), strict=False):
        colors[np.asarray(line.members) + 1] = color
    picture = fitted(colors[layout.components.labels], longest_px=longest_px)
    scale = picture.width / layout.gray.shape[1]
    bands = Image.new("RGB", picture.size, _PAPER)
    draw, top_draw = ImageDraw.Draw(bands), ImageDraw.Draw(picture)
    font = label_font(max(14, round(0.5 * layout.letter_px * scale)))
    for number, (line, color) in enumerate(zip(layout.lines, cycle(_PALETTE), strict=False), 1):
        boxes = layout.components.boxes[list(line.members)]
        left, right = (float(edge) for edge in (boxes[:, 1].min(), boxes[:, 3].max()))
        half = layout.letter_px / 2
        corners = [(left, -half), (right, -half), (right, half), (left, half)]
        draw.polygon([_at(scale, line.row_at(col) + row, col) for col, row in corners], fill=_pale(color))
        top_draw.line([_at(scale, line.row_at(col), col) for col in (left, right)], fill=color, width=2)
        start = _at(scale, line.row_at(left), left - 0.35 * layout.letter_px)
        top_draw.text(start, str(number), fill=color, font=font, anchor="rm")
    return Image.fromarray(np.minimum(np.asarray(picture), np.asarray(bands)))


def draw_glyphs(layout: Layout, *, longest_px: int) -> Image.Image:
    """Box each character, in another colour where it was joined from several pieces."""
    picture = fitted(128 + _flat_bytes(layout) // 2, longest_px=longest_px).convert("RGB")
    scale = picture.width / layout.gray.shape[1]
    draw = ImageDraw.Draw(picture)
    for glyph in (glyph for line in layout.glyphs for glyph in line):
        color = _JOINED if len(glyph.members) > 1 else _SINGLE
        draw.rectangle(box_corners(glyph.box, scale), outline=color, width=2)
    return picture


def draw_tiles(page: Page, tiles: Float32, *, width_px: int, height_px: int) -> tuple[Image.Image, int]:
    """Draw tiles as the network saw them, row by row, each with its sign and probability below.

    Parameters
    ----------
    page : Page
        What was read.
    tiles : (N, 28, 28) float32 array
        Of each character of the page, 1 = pen.
    width_px, height_px : int
        Room for them.

    Returns
    -------
    PIL.Image.Image
        RGB.
    int
        How many tiles there was room for.
    """
    pixels = 2 * tiles.shape[1]
    cell_width, cell_height = pixels + _TILE_ROOM[0], pixels + _TILE_ROOM[1]
    columns = min(max(1, len(tiles)), width_px // cell_width)
    most = columns * (height_px // cell_height)
    shown = min(len(tiles), most)
    rows = max(1, -(-shown // columns))
    picture = Image.new("RGB", (max(columns * cell_width, 640), rows * cell_height), _PAPER)
    draw = ImageDraw.Draw(picture)
    for place, (tile, character) in enumerate(zip(tiles[:shown], page.characters, strict=False)):
        left, top = place % columns * cell_width + 6, place // columns * cell_height + 4
        drawn = Image.fromarray(np.rint((1 - np.clip(tile, 0, 1)) * 255).astype(np.uint8))
        picture.paste(drawn.resize((pixels, pixels), Image.Resampling.NEAREST), (left, top))
        color = confidence_color(character.probability)
        draw.rectangle((left - 1, top - 1, left + pixels, top + pixels), outline=(214, 218, 226))
        draw.text((left, top + pixels + 18), character.text, fill=color, font=label_font(24), anchor="lm")
        percent = f"{100 * character.probability:.0f}"
        draw.text((left + pixels, top + pixels + 19), percent, fill=color, font=label_font(14), anchor="rm")
    return picture, shown


def draw_text(layout: Layout, page: Page, *, longest_px: int) -> Image.Image:
    """Draw the box and the sign of each character over the page in even light."""
    return draw_overlay(_flat_bytes(layout), page, longest_px=longest_px)


def _pale(color: Color) -> Color:
    red, green, blue = (255 - (255 - value) // 6 for value in color)
    return red, green, blue


def _at(scale: float, row: float, col: float) -> tuple[float, float]:
    return col * scale, row * scale
