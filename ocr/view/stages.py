"""What each stage of reading made of a page, one picture per stage. Pillow only.

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

STAGES = ("1_gray", "2_flat", "3_ink", "4_components", "5_lines", "6_glyphs", "7_tiles", "8_text")
"""Stems of the pictures, in the order of the stages."""

_LONGEST_PX = 2000
_MARGIN_PX = 28
_TITLE_PX = 92
_TEXT, _FAINT_TEXT, _PAPER = (32, 36, 44), (110, 116, 128), (255, 255, 255)
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


def draw_stages(layout: Layout, page: Page, tiles: Float32) -> list[tuple[str, Image.Image]]:
    """Draw all stages of one page.

    Parameters
    ----------
    layout : Layout
        What the page stages found.
    page : Page
        What was read there.
    tiles : (N, 28, 28) float32 array
        What the network saw of each character of the page, 1 = pen.

    Returns
    -------
    list of (str, PIL.Image.Image)
        Stems as in `STAGES`, and RGB pictures whose longer side is at most 2000 px.
    """
    drawings = (
        _gray(layout),
        _flat(layout),
        _ink(layout),
        _components(layout),
        _lines(layout),
        _glyphs(layout),
        _tiles(page, tiles),
        _text(layout, page),
    )
    return list(zip(STAGES, drawings, strict=True))


def _gray(layout: Layout) -> Image.Image:
    height, width = layout.gray.shape
    letters = f"letters about {layout.letter_px:.0f} px high" if layout.letter_px else "no letters"
    return titled(_fitted(layout.gray), "1  Gray", f"{width} x {height} px at the working scale, {letters}")


def _flat(layout: Layout) -> Image.Image:
    return titled(
        _fitted(_flat_bytes(layout)), "2  Flat", "divided by the light of the bare paper: shadows are gone"
    )


def _flat_bytes(layout: Layout) -> GrayBytes:
    return np.rint(layout.flat * 255).astype(np.uint8)


def _ink(layout: Layout) -> Image.Image:
    strength = np.where(layout.ink.mask, 1.0, 0.35 * layout.ink.strength)
    share = 100 * float(layout.ink.mask.mean())
    picture = _fitted(np.rint((1 - strength) * 255).astype(np.uint8))
    return titled(picture, "3  Ink", f"black is ink ({share:.1f} % of the page), gray was too faint")


def _components(layout: Layout) -> Image.Image:
    """Neighbours in a line differ in colour; what was dropped is pale red, what lies in no line gray."""
    colors = np.full((len(layout.components) + 1, 3), _STRAY, dtype=np.uint8)
    colors[0] = _PAPER
    for line in layout.lines:
        for index, color in zip(line.members, cycle(_PALETTE), strict=False):
            colors[index + 1] = color
    pixels = colors[layout.components.labels]
    pixels[layout.dropped > 0] = _DROPPED
    dropped = np.unique(layout.dropped[layout.dropped > 0]).size
    subtitle = f"{len(layout.components)} connected pieces of ink; {dropped} in pale red are no writing"
    return titled(_fitted(pixels), "4  Components", subtitle)


def _lines(layout: Layout) -> Image.Image:
    """Each line in one colour, on a band one letter high, with its number in front."""
    colors = np.full((len(layout.components) + 1, 3), _STRAY, dtype=np.uint8)
    colors[0] = _PAPER
    for line, color in zip(layout.lines, cycle(_PALETTE), strict=False):
        colors[np.asarray(line.members) + 1] = color
    picture = _fitted(colors[layout.components.labels])
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
    both = Image.fromarray(np.minimum(np.asarray(picture), np.asarray(bands)))
    return titled(both, "5  Lines", f"{len(layout.lines)} lines of text, top to bottom, each with its centre")


def _glyphs(layout: Layout) -> Image.Image:
    """Box each character, in another colour where it was joined from several pieces."""
    picture = _fitted(128 + _flat_bytes(layout) // 2).convert("RGB")
    scale = picture.width / layout.gray.shape[1]
    draw = ImageDraw.Draw(picture)
    glyphs = [glyph for line in layout.glyphs for glyph in line]
    for glyph in glyphs:
        color = _JOINED if len(glyph.members) > 1 else _SINGLE
        draw.rectangle(box_corners(glyph.box, scale), outline=color, width=2)
    joined = sum(len(glyph.members) > 1 for glyph in glyphs)
    subtitle = f"{len(glyphs)} characters; {joined} in pink are joined from several pieces"
    return titled(picture, "6  Glyphs", subtitle)


def _tiles(page: Page, tiles: Float32) -> Image.Image:
    """Tiles as the network saw them, row by row, each with its sign and probability below."""
    pixels = 2 * tiles.shape[1]
    cell_width, cell_height = pixels + 12, pixels + 44
    columns = min(max(1, len(tiles)), (_LONGEST_PX - 2 * _MARGIN_PX) // cell_width)
    most = columns * ((_LONGEST_PX - _TITLE_PX - _MARGIN_PX) // cell_height)
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
    left_out = f"; the first {shown} of {len(tiles)} are shown" if shown < len(tiles) else ""
    return titled(
        picture, "7  Tiles", f"what the network saw, and how sure the answer is in percent{left_out}"
    )


def _text(layout: Layout, page: Page) -> Image.Image:
    words = sum(1 for _ in page.words)
    characters = sum(1 for _ in page.characters)
    subtitle = f"{words} words, {characters} characters; blue is sure, amber fair, orange-red doubtful"
    return titled(draw_overlay(_flat_bytes(layout), page, longest_px=_room()), "8  Text", subtitle)


def _room() -> int:
    """Longest side of what is drawn below a title."""
    return _LONGEST_PX - _TITLE_PX - _MARGIN_PX


def _fitted(pixels: NDArray[np.uint8]) -> Image.Image:
    """Shrink a picture to the room there is; strokes fade rather than break."""
    picture = Image.fromarray(pixels)
    factor = min(1.0, _room() / max(picture.size))
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return picture if factor == 1 else picture.resize(size, Image.Resampling.BOX)


def titled(picture: Image.Image, title: str, subtitle: str) -> Image.Image:
    """Put a heading above a picture and white around it."""
    heading, small = label_font(34), label_font(18)
    width = max(picture.width, round(max(heading.getlength(title), small.getlength(subtitle))))
    sheet = Image.new("RGB", (width + 2 * _MARGIN_PX, picture.height + _TITLE_PX + _MARGIN_PX), _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN_PX, 30), title, fill=_TEXT, font=heading, anchor="lm")
    draw.text((_MARGIN_PX, 66), subtitle, fill=_FAINT_TEXT, font=small, anchor="lm")
    sheet.paste(picture, (_MARGIN_PX, _TITLE_PX))
    return sheet


def _pale(color: Color) -> Color:
    red, green, blue = (255 - (255 - value) // 6 for value in color)
    return red, green, blue


def _at(scale: float, row: float, col: float) -> tuple[float, float]:
    return col * scale, row * scale
