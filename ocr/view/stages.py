"""What each stage of reading made of a page, one titled picture per stage. Pillow only.

The page as each stage of reading left it, drawn without titles. Pillow only.

Colours mean the same everywhere: blue is sure, amber fair, orange-red doubtful; pale red was dropped.

What was taken out of a page before its lines were looked for, and why. Pillow only.
"""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.page.binarization import binarize, denoised
from ocr.view.overlay import box_corners, confidence_color, draw_overlay, label_font

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float32, GrayBytes, Mask
    from ocr.document.mark_kind import MarkKind
    from ocr.document.tree import Page
    from ocr.page.layout import Layout

    Color = tuple[int, int, int]

STAGES = ("1_gray", "2_flat", "3_ink", "4_components", "5_lines", "6_glyphs", "7_tiles", "8_text")
"""Stems of the pictures, in the order of the stages."""

_LONGEST_PX = 2000
_MARGIN_PX = 28
_TITLE_PX = 92
# Longest side of what is drawn below a title.
_ROOM_PX = _LONGEST_PX - _TITLE_PX - _MARGIN_PX
_TEXT, _FAINT_TEXT, _PAPER = (32, 36, 44), (110, 116, 128), (255, 255, 255)


def draw_stages(layout: Layout, page: Page, crops: Float32) -> list[tuple[str, Image.Image]]:
    """Draw all stages of one page.

    Parameters
    ----------
    layout : Layout
        What the page stages found.
    page : Page
        What was read there.
    crops : (N, 28, 28) float32 array
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
        _crops(page, crops),
        _text(layout, page),
    )
    return list(zip(STAGES, drawings, strict=True))


def _gray(layout: Layout) -> Image.Image:
    height, width = layout.gray.shape
    letters = f"letters about {layout.text_height_px:.0f} px high" if layout.text_height_px else "no letters"
    picture = fitted(layout.gray, longest_px=_ROOM_PX)
    return titled(picture, "1  Gray", f"{width} x {height} px at the working scale, {letters}")


def _flat(layout: Layout) -> Image.Image:
    picture = draw_flat(layout, longest_px=_ROOM_PX)
    return titled(picture, "2  Flat", "divided by the light of the bare paper: shadows are gone")


def _ink(layout: Layout) -> Image.Image:
    share = 100 * float(layout.ink.mask.mean())
    picture = draw_ink(layout, longest_px=_ROOM_PX)
    return titled(picture, "3  Ink", f"black is ink ({share:.1f} % of the page), gray was too faint")


def _components(layout: Layout) -> Image.Image:
    dropped = np.unique(layout.dropped[layout.dropped > 0]).size
    subtitle = f"{len(layout.components)} connected pieces of ink; {dropped} in pale red are no writing"
    return titled(draw_components(layout, longest_px=_ROOM_PX), "4  Components", subtitle)


def _lines(layout: Layout) -> Image.Image:
    subtitle = f"{len(layout.lines)} lines of text, in reading order, each with its centre"
    return titled(draw_lines(layout, longest_px=_ROOM_PX), "5  Lines", subtitle)


def _glyphs(layout: Layout) -> Image.Image:
    glyphs = [glyph for line in layout.glyphs for glyph in line]
    joined = sum(len(glyph.members) > 1 for glyph in glyphs)
    subtitle = f"{len(glyphs)} characters; {joined} in pink are joined from several pieces"
    return titled(draw_glyphs(layout, longest_px=_ROOM_PX), "6  Glyphs", subtitle)


def _crops(page: Page, crops: Float32) -> Image.Image:
    room = _LONGEST_PX - 2 * _MARGIN_PX
    picture, shown = draw_crops(page, crops, width_px=room, height_px=_ROOM_PX)
    left_out = f"; the first {shown} of {len(crops)} are shown" if shown < len(crops) else ""
    subtitle = f"what the network saw, and how sure the answer is in percent{left_out}"
    return titled(picture, "7  Crops", subtitle)


def _text(layout: Layout, page: Page) -> Image.Image:
    words = sum(1 for _ in page.words)
    characters = sum(1 for _ in page.characters)
    subtitle = f"{words} words, {characters} characters; blue is sure, amber fair, orange-red doubtful"
    return titled(draw_text(layout, page, longest_px=_ROOM_PX), "8  Text", subtitle)


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


_PAPER_of_page_drawings = (255, 255, 255)
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
    colors[0] = _PAPER_of_page_drawings
    for line in layout.lines:
        for index, color in zip(line.members, cycle(_PALETTE), strict=False):
            colors[index + 1] = color
    pixels = colors[layout.components.labels]
    pixels[layout.dropped > 0] = _DROPPED
    return fitted(pixels, longest_px=longest_px)


def draw_lines(layout: Layout, *, longest_px: int) -> Image.Image:
    """Each line in one colour, on a band one letter high, with its number in front."""
    colors = np.full((len(layout.components) + 1, 3), _STRAY, dtype=np.uint8)
    colors[0] = _PAPER_of_page_drawings
    for line, color in zip(layout.lines, cycle(_PALETTE), strict=False):
        colors[np.asarray(line.members) + 1] = color
    picture = fitted(colors[layout.components.labels], longest_px=longest_px)
    scale = picture.width / layout.gray.shape[1]
    bands = Image.new("RGB", picture.size, _PAPER_of_page_drawings)
    draw, top_draw = ImageDraw.Draw(bands), ImageDraw.Draw(picture)
    font = label_font(max(14, round(0.5 * layout.text_height_px * scale)))
    for number, (line, color) in enumerate(zip(layout.lines, cycle(_PALETTE), strict=False), 1):
        boxes = layout.components.boxes[list(line.members)]
        left, right = (float(edge) for edge in (boxes[:, 1].min(), boxes[:, 3].max()))
        half = layout.text_height_px / 2
        corners = [(left, -half), (right, -half), (right, half), (left, half)]
        draw.polygon([_at(scale, line.row_at(col) + row, col) for col, row in corners], fill=_pale(color))
        top_draw.line([_at(scale, line.row_at(col), col) for col in (left, right)], fill=color, width=2)
        start = _at(scale, line.row_at(left), left - 0.35 * layout.text_height_px)
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


def draw_crops(page: Page, crops: Float32, *, width_px: int, height_px: int) -> tuple[Image.Image, int]:
    """Draw crops as the network saw them, row by row, each with its character and probability below.

    Parameters
    ----------
    page : Page
        What was read.
    crops : (N, 28, 28) float32 array
        Of each character of the page, 1 = pen.
    width_px, height_px : int
        Room for them.

    Returns
    -------
    PIL.Image.Image
        RGB.
    int
        How many crops there was room for.
    """
    pixels = 2 * crops.shape[1]
    cell_width, cell_height = pixels + _TILE_ROOM[0], pixels + _TILE_ROOM[1]
    columns = min(max(1, len(crops)), width_px // cell_width)
    most = columns * (height_px // cell_height)
    shown = min(len(crops), most)
    rows = max(1, -(-shown // columns))
    picture = Image.new("RGB", (max(columns * cell_width, 640), rows * cell_height), _PAPER_of_page_drawings)
    draw = ImageDraw.Draw(picture)
    for place, (crop, character) in enumerate(zip(crops[:shown], page.characters, strict=False)):
        left, top = place % columns * cell_width + 6, place // columns * cell_height + 4
        drawn = Image.fromarray(np.rint((1 - np.clip(crop, 0, 1)) * 255).astype(np.uint8))
        picture.paste(drawn.resize((pixels, pixels), Image.Resampling.NEAREST), (left, top))
        color = confidence_color(character.probability)
        draw.rectangle((left - 1, top - 1, left + pixels, top + pixels), outline=(214, 218, 226))
        draw.text((left, top + pixels + 18), character.text, fill=color, font=label_font(24), anchor="lm")
        percent = f"{100 * character.probability:.0f}"
        draw.text((left + pixels, top + pixels + 19), percent, fill=color, font=label_font(14), anchor="rm")
    return picture, shown


def draw_text(layout: Layout, page: Page, *, longest_px: int) -> Image.Image:
    """Draw the box and the character of each character over the page in even light."""
    return draw_overlay(_flat_bytes(layout), page, longest_px=longest_px)


def _pale(color: Color) -> Color:
    red, green, blue = (255 - (255 - value) // 6 for value in color)
    return red, green, blue


def _at(scale: float, row: float, col: float) -> tuple[float, float]:
    return col * scale, row * scale


_PAPER_of_taken_out, _WRITING, _PRINT, _NOT_READ = (
    (255, 255, 255),
    (120, 128, 140),
    (86, 180, 233),
    (213, 94, 0),
)
_FRAME_PX = 2
# Boxes of print come from the given picture's pixels.
_ROUNDING_PX = 3


class TakenOut(NamedTuple):
    """What is gone: the ``picture``; of print and of other ink, how many pieces for each reason."""

    picture: Image.Image
    printed: dict[MarkKind, int]
    others: dict[MarkKind, int]


def draw_taken_out(layout: Layout, page: Page, *, longest_px: int) -> TakenOut:
    """Draw writing in gray, print of the paper in light blue, and all other ink that was not read in orange.

    Parameters
    ----------
    layout : Layout
    page : Page
        What was read there, and what was not.
    longest_px : int
        Longer side of the picture.
    """
    colors = np.full((*layout.ink.mask.shape, 3), _PAPER_of_taken_out, dtype=np.uint8)
    colors[_printed(layout)] = _PRINT
    colors[layout.components.labels > 0] = _WRITING
    colors[layout.dropped > 0] = _NOT_READ
    picture = fitted(colors, longest_px=longest_px)
    draw, scale = ImageDraw.Draw(picture), picture.width / layout.gray.shape[1]
    others = [one for one in page.rejected if one not in layout.rules]
    for one in others:
        left, top, right, bottom = box_corners(layout.source.working_box(one.box), scale)
        frame = (left - _FRAME_PX, top - _FRAME_PX, right + _FRAME_PX, bottom + _FRAME_PX)
        draw.rectangle(frame, outline=_NOT_READ, width=_FRAME_PX)
    reasons = (dict(Counter(one.reason for one in found)) for found in (layout.rules, others))
    return TakenOut(picture, *reasons)


def _printed(layout: Layout) -> Mask:
    """Ink (H, W) that went with the print of the paper: a layout keeps what is left without it."""
    gone = np.zeros_like(layout.ink.mask)
    for one in layout.rules:
        box = layout.source.working_box(one.box)
        around = Box(box.top - _ROUNDING_PX, box.left, box.bottom + _ROUNDING_PX, box.right)
        gone[around.clipped(*gone.shape).slices] = True
    if layout.rules:
        darkness = denoised(layout.flat, text_height_px=layout.text_height_px)
        gone &= binarize(darkness, text_height_px=layout.text_height_px).mask & ~layout.ink.mask
    return gone
