"""The page as each stage of reading left it, and what was rejected on it. Pillow only.

Colors mean the same everywhere: blue is sure, amber fair, vermilion doubtful; pale red is no writing.
"""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.page.ink.binarization import binarize, denoised
from ocr.page.ink.pixel_classifier import FAINTEST, classify_pixels
from ocr.page.scale import WORKING_HEIGHT_PX
from ocr.view.drawing import (
    AMBER,
    BLUE,
    GREEN,
    PURPLE,
    SKY,
    VERMILION,
    WHITE,
    Drawing,
    LegendItem,
    box_corners,
    confidence_color,
    fitted,
    gray_bytes,
    ink_bytes,
    label_font,
)
from ocr.view.overlay import draw_overlay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Mask
    from ocr.document.tree import Character, Page, Rejected
    from ocr.page.layout import Layout
    from ocr.view.drawing import Color

_NO_WRITING, _IN_NO_LINE = (244, 178, 170), (170, 170, 170)
# Neighbors differ in these.
_PALETTE = (BLUE, VERMILION, GREEN, PURPLE, AMBER, SKY)
# How dark ink is drawn that was too faint to count.
_FAINT_FRAC = 0.35
# Around a crop: its margin, and the room below it for the character.
_CROP_ROOM_PX = (12, 44)
_LEAST_CROPS_PX = 640
# Writing is gray where the rest is in color.
_WRITING = (120, 128, 140)
_FRAME_PX = 2
# Boxes of printed lines are rounded to pixels of the source picture.
_ROUNDING_PX = 3


def draw_gray(layout: Layout, *, longest_px: int) -> Drawing:
    """Draw the page at the working scale."""
    height, width = layout.gray.shape
    letters = f"letters are about {layout.text_height_px:.0f} px high"
    found = letters if layout.text_height_px else "there are no letters"
    caption = f"{width} x {height} px at the working scale; {found}."
    return Drawing(fitted(layout.gray, longest_px=longest_px), caption)


def draw_flat(layout: Layout, *, longest_px: int) -> Drawing:
    """Draw the page in even light."""
    caption = "The page, divided by the brightness of its bare paper: shadows are gone."
    return Drawing(fitted(gray_bytes(layout.flat()), longest_px=longest_px), caption)


def draw_ink(layout: Layout, *, longest_px: int) -> Drawing:
    """Draw ink in black, and in gray what was too faint."""
    strength = np.where(layout.ink.mask, np.float32(1), np.float32(_FAINT_FRAC) * layout.ink.strength)
    share = 100 * float(layout.ink.mask.mean())
    caption = f"Black is ink: {share:.1f} % of the page, without the rules of the paper. Gray was too faint."
    return Drawing(fitted(ink_bytes(strength), longest_px=longest_px), caption)


def draw_components(layout: Layout, *, longest_px: int) -> Drawing:
    """Draw each component in another color than its neighbors in the line."""
    colors = _component_colors(layout)
    for line in layout.lines:
        for index, color in zip(line.members, cycle(_PALETTE), strict=False):
            colors[index + 1] = color
    pixels = colors[layout.components.labels]
    pixels[layout.rejected_labels > 0] = _NO_WRITING
    rejected = np.unique(layout.rejected_labels[layout.rejected_labels > 0]).size
    caption = (
        f"{len(layout.components)} connected components of ink; neighbors in a line differ in color. "
        f"{rejected} more, in pale red, are no writing."
    )
    return Drawing(fitted(pixels, longest_px=longest_px), caption)


def _component_colors(layout: Layout) -> NDArray[np.uint8]:
    """Return a color for each label: white for paper, gray for components in no line."""
    colors = np.full((len(layout.components) + 1, 3), _IN_NO_LINE, dtype=np.uint8)
    colors[0] = WHITE
    return colors


def draw_lines(layout: Layout, *, longest_px: int) -> Drawing:
    """Draw each line in one color, on a band as high as a letter, with its number in front."""
    colors = _component_colors(layout)
    for line, color in zip(layout.lines, cycle(_PALETTE), strict=False):
        colors[np.asarray(line.members) + 1] = color
    picture = fitted(colors[layout.components.labels], longest_px=longest_px)
    bands = Image.new("RGB", picture.size, WHITE)
    for number, color in zip(range(1, len(layout.lines) + 1), cycle(_PALETTE), strict=False):
        _draw_line(picture, bands, layout, number, color)
    caption = f"{len(layout.lines)} lines in reading order, each on a band as high as a letter."
    return Drawing(Image.fromarray(np.minimum(np.asarray(picture), np.asarray(bands))), caption)


def _draw_line(picture: Image.Image, bands: Image.Image, layout: Layout, number: int, color: Color) -> None:
    """Draw the middle of a line and its number over the picture, and its band, to lie below the picture."""
    line, scale = layout.lines[number - 1], picture.width / layout.gray.shape[1]
    boxes, half = layout.components.boxes[list(line.members)], layout.text_height_px / 2
    left, right = float(boxes[:, 1].min()), float(boxes[:, 3].max())
    ends = [(line.row_at(col), col) for col in (left, right)]
    edges = [(row - half, col) for row, col in ends] + [(row + half, col) for row, col in reversed(ends)]
    ImageDraw.Draw(bands).polygon([(col * scale, row * scale) for row, col in edges], fill=_pale(color))
    draw = ImageDraw.Draw(picture)
    draw.line([(col * scale, row * scale) for row, col in ends], fill=color, width=2)
    font = label_font(max(14, round(half * scale)))
    start = ((left - 0.7 * half) * scale, line.row_at(left) * scale)
    draw.text(start, str(number), fill=color, font=font, anchor="rm")


def _pale(color: Color) -> Color:
    red, green, blue = (255 - (255 - value) // 6 for value in color)
    return red, green, blue


def draw_glyphs(layout: Layout, *, longest_px: int) -> Drawing:
    """Draw a box around each glyph, in another color where several components were joined."""
    picture = fitted(128 + gray_bytes(layout.flat()) // 2, longest_px=longest_px).convert("RGB")
    scale = picture.width / layout.gray.shape[1]
    draw = ImageDraw.Draw(picture)
    glyphs = [glyph for line in layout.glyphs for glyph in line]
    for glyph in glyphs:
        color = PURPLE if len(glyph.members) > 1 else BLUE
        draw.rectangle(box_corners(glyph.box, scale), outline=color, width=2)
    joined = sum(len(glyph.members) > 1 for glyph in glyphs)
    return Drawing(picture, f"{len(glyphs)} glyphs; {joined}, in pink, are joined from several components.")


def draw_crops(page: Page, crops: Float32, *, width_px: int, height_px: int) -> Drawing:
    """Draw crops as the network saw them, row by row, each with its character and probability below.

    Parameters
    ----------
    page : Page
        What was read.
    crops : (N, 28, 28) float32 array
        Of each character of the page, 1 = pen.
    width_px, height_px : int
        Room for them; the caption counts those that have none.
    """
    side = 2 * crops.shape[1]
    width, height = side + _CROP_ROOM_PX[0], side + _CROP_ROOM_PX[1]
    columns = min(max(1, len(crops)), width_px // width)
    shown = min(len(crops), columns * (height_px // height))
    rows = max(1, -(-shown // columns))
    picture = Image.new("RGB", (max(columns * width, _LEAST_CROPS_PX), rows * height), WHITE)
    for place, (crop, character) in enumerate(zip(crops[:shown], page.characters, strict=False)):
        row, column = divmod(place, columns)
        _draw_crop(picture, crop, character, left=column * width + 6, top=row * height + 4)
    caption = "What the network saw of each character, what was read, and how sure that is in percent."
    if shown < len(crops):
        caption += f" The first {shown} of {len(crops)} are shown."
    return Drawing(picture, caption)


def _draw_crop(picture: Image.Image, crop: Float32, character: Character, *, left: int, top: int) -> None:
    side, draw, color = 2 * len(crop), ImageDraw.Draw(picture), confidence_color(character.probability)
    drawn = Image.fromarray(ink_bytes(crop)).resize((side, side), Image.Resampling.NEAREST)
    picture.paste(drawn, (left, top))
    draw.rectangle((left - 1, top - 1, left + side, top + side), outline=(214, 218, 226))
    draw.text((left, top + side + 18), character.text, fill=color, font=label_font(24), anchor="lm")
    percent = f"{100 * character.probability:.0f}"
    draw.text((left + side, top + side + 19), percent, fill=color, font=label_font(14), anchor="rm")


def draw_text(layout: Layout, page: Page, *, longest_px: int) -> Drawing:
    """Draw what was read over the page in even light."""
    words, characters = (sum(1 for _ in found) for found in (page.words, page.characters))
    caption = f"{words} words, {characters} characters. Blue is sure, amber fair, vermilion doubtful."
    return Drawing(draw_overlay(gray_bytes(layout.flat()), page, longest_px=longest_px), caption)


def draw_rejected(layout: Layout, page: Page, *, longest_px: int) -> Drawing:
    """Draw writing in gray, what is printed on the paper in light blue, and other rejected ink in vermilion.

    Parameters
    ----------
    layout : Layout
    page : Page
        What was read there, and what was rejected.
    longest_px : int
        Longer side of the picture.
    """
    colors = np.full((*layout.ink.mask.shape, 3), WHITE, dtype=np.uint8)
    colors[_printed_ink(layout)] = SKY
    colors[layout.components.labels > 0] = _WRITING
    colors[layout.rejected_labels > 0] = VERMILION
    picture = fitted(colors, longest_px=longest_px)
    draw, scale = ImageDraw.Draw(picture), picture.width / layout.gray.shape[1]
    others = [one for one in page.rejected if one not in layout.rules]
    for one in others:
        left, top, right, bottom = box_corners(layout.source.working_box(one.box), scale)
        frame = (left - _FRAME_PX, top - _FRAME_PX, right + _FRAME_PX, bottom + _FRAME_PX)
        draw.rectangle(frame, outline=VERMILION, width=_FRAME_PX)
    legend = (
        LegendItem("writing", "writing"),
        *_counted("rule", layout.rules),
        *_counted("rejected", others),
    )
    caption = "Gray is writing; light blue was printed on the paper; orange is other ink that was not read."
    return Drawing(picture, caption, legend)


def draw_classes(layout: Layout, *, longest_px: int) -> Drawing:
    """Draw what the pixel networks take each dark pixel for: writing, a printed line, or the ground."""
    height = layout.text_height_px or WORKING_HEIGHT_PX
    darkness = denoised(layout.flat(), text_height_px=height)
    strength = binarize(darkness, text_height_px=height).strength
    writing, line, _ = classify_pixels(darkness, strength, text_height_px=height)
    # What is too much to be classified is shown as ground.
    odds = np.stack([writing, line, np.clip(1 - writing - line, 0, 1)], axis=-1)
    mixed = odds @ np.array([BLUE, VERMILION, GREEN], np.float32)
    colors = np.where((strength > FAINTEST)[..., None], mixed, WHITE).astype(np.uint8)
    legend = (
        LegendItem("writing-pixel", "writing"),
        LegendItem("line-pixel", "printed line"),
        LegendItem("ground-pixel", "paper, shadow or table"),
    )
    caption = "Blue pixels are writing, vermilion ones a printed line, green ones paper, shadow or table."
    return Drawing(fitted(colors, longest_px=longest_px), caption, legend)


def _counted(swatch: str, marks: Iterable[Rejected]) -> list[LegendItem]:
    counts = Counter(one.reason for one in marks)
    return [LegendItem(swatch, f"{kind}: {kind.description}", count) for kind, count in counts.items()]


def _printed_ink(layout: Layout) -> Mask:
    """Find the ink (H, W) that was removed with the printed lines: a layout keeps what is left without it."""
    removed = np.zeros_like(layout.ink.mask)
    if not layout.rules:
        return removed
    for one in layout.rules:
        box = layout.source.working_box(one.box)
        around = Box(box.top - _ROUNDING_PX, box.left, box.bottom + _ROUNDING_PX, box.right)
        removed[around.clipped(*removed.shape).slices] = True
    darkness = denoised(layout.flat(), text_height_px=layout.text_height_px)
    return removed & binarize(darkness, text_height_px=layout.text_height_px).mask & ~layout.ink.mask
