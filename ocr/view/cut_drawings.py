"""A line of a page in detail, and its cuts: those offered, those that are likely, those that were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.page.writing.glyphs import Cut, own_ink
from ocr.recognition.cut_classifier import shipped_cut_classifier
from ocr.recognition.cuts import AROUND_COLS, AROUND_ROWS, offer_cuts
from ocr.recognition.segments import stroke_width
from ocr.view.drawing import (
    BLUE,
    GREEN,
    VERMILION,
    WHITE,
    Drawing,
    confidence_color,
    gray_bytes,
    label_font,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32
    from ocr.document.tree import Line
    from ocr.page.layout import Layout
    from ocr.page.writing.glyphs import Glyph
    from ocr.recognition.decoder import RecognizedLine

FINE = 2
"""Lines are drawn so many times as large and then shrunk: smooth slanting lines."""

# Paper around the line, in text heights.
_MARGIN_HEIGHTS = 0.3
_TEXT_HEIGHT_PX, _WIDEST_PX = 64 * FINE, 1600 * FINE
# Room for the characters below a line.
_BELOW_PX, _FONT_PX = 34 * FINE, 24 * FINE
# The last number of a color is how much it covers.
_OFFERED, _SPACE = (*BLUE, 70), (*GREEN, 70)
# A cut likelier than the second is drawn bold, than the first plain.
_MAYBE, _PROBABLE = 0.1, 0.5
_MADE_WIDTH = 3


class LineStrip(NamedTuple):
    """Part of a page in even light: its ``picture`` (mode L), its ``box``, and how much it was enlarged."""

    picture: Image.Image
    box: Box
    scale: float

    def at(self, row: float, col: float) -> tuple[float, float]:
        """Return where a place of the page lies in the picture, as (x, y)."""
        return (col - self.box.left) * self.scale, (row - self.box.top) * self.scale


def line_strip(
    layout: Layout, segments: Sequence[Glyph], *, text_height_px: float, widest_px: float
) -> LineStrip:
    """Return the segments of a line, cut out of their page.

    Parameters
    ----------
    layout : Layout
    segments : sequence of Glyph
        One at least.
    text_height_px, widest_px : float
        Height of letters in the picture, unless it would be wider than ``widest_px``.
    """
    around, margin = Box.around(one.box for one in segments), round(_MARGIN_HEIGHTS * layout.text_height_px)
    box = Box(around.top - margin, around.left - margin, around.bottom + margin, around.right + margin)
    box = box.clipped(*layout.gray.shape)
    scale = min(text_height_px / layout.text_height_px, widest_px / box.width)
    picture = Image.fromarray(gray_bytes(layout.flat()[box.slices]))
    size = (max(1, round(box.width * scale)), max(1, round(box.height * scale)))
    return LineStrip(picture.resize(size), box, scale)


class OfferedCut(NamedTuple):
    """A cut that was offered to the cut classifier.

    Attributes
    ----------
    glyph : Glyph
        The ink that it goes through.
    cut : Cut
        In pixels of the page.
    probability : float
        That it separates two letters, by the classifier alone.
    around : (24, 28) float32 array
        The ink around it as the classifier sees it, 1 = pen.
    """

    glyph: Glyph
    cut: Cut
    probability: float
    around: Float32


def offered_cuts(layout: Layout, recognition: RecognizedLine) -> list[OfferedCut]:
    """Find again the cuts that were offered in one line, left to right by glyph."""
    stroke_px = stroke_width(layout.components.labels > 0)
    found = []
    for glyph in _whole_glyphs(layout, recognition):
        ink = own_ink(layout.components, glyph)
        cuts = offer_cuts(ink, text_height_px=layout.text_height_px, stroke_px=stroke_px)
        if not cuts.cols.size:
            continue
        log_odds = shipped_cut_classifier().log_odds(cuts.inputs)
        middle = glyph.box.top + (glyph.box.height - 1) / 2
        for col, slope, row, odds in zip(cuts.cols, cuts.slopes, cuts.inputs, log_odds, strict=True):
            cut = Cut(glyph.box.left + float(col) - float(slope) * middle, float(slope))
            around = row[: AROUND_ROWS * AROUND_COLS].reshape(AROUND_ROWS, AROUND_COLS)
            found.append(OfferedCut(glyph, cut, _probability(float(odds)), around))
    return found


def _whole_glyphs(layout: Layout, recognition: RecognizedLine) -> Sequence[Glyph]:
    """Find the uncut glyphs of a line; each component is in one of them only."""
    first = recognition.lattice.segments[0].members[0]
    return next(glyphs for glyphs in layout.glyphs if any(first in glyph.members for glyph in glyphs))


def _probability(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def kept_cuts(recognition: RecognizedLine) -> list[tuple[int, float]]:
    """Return places where ink may be cut, by segment, and how probable it is that two letters meet there."""
    lattice = recognition.lattice
    places = enumerate(zip(lattice.is_cut, lattice.join_logits, strict=True))
    return [(place, _probability(-logit)) for place, (is_cut, logit) in places if is_cut]


def draw_offered(layout: Layout, recognition: RecognizedLine, offered: Sequence[OfferedCut]) -> Drawing:
    """Draw a line of a page with all cuts that were offered."""
    sheet = _LineSheet(layout, recognition)
    for one in offered:
        sheet.draw_cut(one.cut, one.glyph, color=_OFFERED, width=1)
    return Drawing(sheet.shrunk(), f"{_cuts(len(offered))} offered: straight lines that meet little ink.")


def draw_likely(layout: Layout, recognition: RecognizedLine) -> Drawing:
    """Draw a line of a page with the cuts that were kept, the likelier the bolder."""
    sheet, kept = _LineSheet(layout, recognition), kept_cuts(recognition)
    for place, probability in kept:
        segment = recognition.lattice.segments[place + 1]
        if segment.left is None:
            continue
        width = 1 + (probability > _MAYBE) + 2 * (probability > _PROBABLE)
        sheet.draw_cut(segment.left, segment, color=VERMILION, width=width)
    words = "kept, likelier ones bolder. The others crossed a likelier one, or were too unlikely."
    return Drawing(sheet.shrunk(), f"{_cuts(len(kept))} {words}")


def draw_made(layout: Layout, recognition: RecognizedLine, line: Line) -> Drawing:
    """Draw a line of a page with the cuts and spaces of the path chosen, and the characters below."""
    sheet, lattice, made = _LineSheet(layout, recognition, below_px=_BELOW_PX), recognition.lattice, 0
    characters = [character for word in line.words for character in word.characters]
    for step, character in zip(recognition.steps, characters, strict=True):
        candidate = lattice.candidates[step.candidate]
        start, glyph = candidate.start, candidate.glyph
        is_cut = start > 0 and lattice.is_cut[start - 1]
        made += is_cut
        if step.space_before and start:
            sheet.fill(lattice.segments[start - 1].box.right, glyph.box.left, color=_SPACE)
        elif is_cut and glyph.left is not None:
            sheet.draw_cut(glyph.left, glyph, color=VERMILION, width=_MADE_WIDTH)
        middle = (glyph.box.left + glyph.box.right) / 2
        sheet.write_below(character.text, middle, color=confidence_color(character.probability))
    words = "made in the end. Green are spaces; below stands what was read."
    return Drawing(sheet.shrunk(), f"{_cuts(made)} {words}")


def _cuts(count: int) -> str:
    if count == 1:
        return "1 cut was"
    return f"{count or 'No'} cuts were"


class _LineSheet:
    """A line on white paper, with room below it; what is drawn may be translucent."""

    def __init__(self, layout: Layout, recognition: RecognizedLine, *, below_px: int = 0) -> None:
        segments = recognition.lattice.segments
        self._strip = line_strip(layout, segments, text_height_px=_TEXT_HEIGHT_PX, widest_px=_WIDEST_PX)
        width, self._bottom = self._strip.picture.size
        self._picture = Image.new("RGB", (width, self._bottom + below_px), WHITE)
        self._picture.paste(self._strip.picture, (0, 0))
        self._draw = ImageDraw.Draw(self._picture, "RGBA")

    def draw_cut(self, cut: Cut, glyph: Glyph, *, color: tuple[int, ...], width: int) -> None:
        """Draw a cut from a little above its glyph to a little below."""
        over = 0.08 * glyph.box.height + 2
        rows = (glyph.box.top - over, glyph.box.bottom + over)
        ends = [self._strip.at(row, cut.offset + cut.slope * row) for row in rows]
        self._draw.line(ends, fill=color, width=width * FINE)

    def fill(self, left: float, right: float, *, color: tuple[int, ...]) -> None:
        """Draw a color over the columns between two columns of the page."""
        first, last = (self._strip.at(0, col)[0] for col in (left, right))
        self._draw.rectangle((first, 0, max(first, last), self._bottom), fill=color)

    def write_below(self, text: str, col: float, *, color: tuple[int, ...]) -> None:
        """Write a character below the line, centered at a column of the page."""
        place = (self._strip.at(0, col)[0], self._bottom + 4 * FINE)
        self._draw.text(place, text, fill=color, font=label_font(_FONT_PX), anchor="ma")

    def shrunk(self) -> Image.Image:
        """Return the drawing at its own size."""
        width, height = self._picture.size
        return self._picture.resize((width // FINE, height // FINE), Image.Resampling.BOX)
