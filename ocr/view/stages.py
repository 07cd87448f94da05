"""What each stage of reading made of a page, one titled picture per stage. Pillow only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.view.overlay import label_font
from ocr.view.page_drawings import (
    draw_components,
    draw_flat,
    draw_glyphs,
    draw_ink,
    draw_lines,
    draw_text,
    draw_tiles,
    fitted,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.document.tree import Page
    from ocr.layout import Layout

    Float32 = NDArray[np.float32]

STAGES = ("1_gray", "2_flat", "3_ink", "4_components", "5_lines", "6_glyphs", "7_tiles", "8_text")
"""Stems of the pictures, in the order of the stages."""

_LONGEST_PX = 2000
_MARGIN_PX = 28
_TITLE_PX = 92
# Longest side of what is drawn below a title.
_ROOM_PX = _LONGEST_PX - _TITLE_PX - _MARGIN_PX
_TEXT, _FAINT_TEXT, _PAPER = (32, 36, 44), (110, 116, 128), (255, 255, 255)


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


def _tiles(page: Page, tiles: Float32) -> Image.Image:
    room = _LONGEST_PX - 2 * _MARGIN_PX
    picture, shown = draw_tiles(page, tiles, width_px=room, height_px=_ROOM_PX)
    left_out = f"; the first {shown} of {len(tiles)} are shown" if shown < len(tiles) else ""
    subtitle = f"what the network saw, and how sure the answer is in percent{left_out}"
    return titled(picture, "7  Tiles", subtitle)


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
