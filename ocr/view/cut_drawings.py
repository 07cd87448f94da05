"""The cuts of a line: those offered, those that are likely, and those that were made. Pillow only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.classifier.joints import shipped_joints
from ocr.page.cuts import AROUND_COLS, AROUND_ROWS, offer_cuts
from ocr.page.glyphs import Cut, own_ink
from ocr.page.segments import stroke_width
from ocr.view.overlay import confidence_color, label_font
from ocr.view.strips import line_strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.document.tree import Line
    from ocr.layout import Layout
    from ocr.page.glyphs import Glyph
    from ocr.transcription import Recognition
    from ocr.view.strips import Strip

    Float32 = NDArray[np.float32]

# Drawn twice as large and then shrunk: smooth slanting lines.
_FINE = 2
_LETTER_PX, _WIDEST_PX, _SIGN_PX = 64 * _FINE, 1600 * _FINE, 34
# The last number of a colour is how much it covers.
_OFFERED, _LIKELY, _SPACE = (0, 114, 178, 70), (213, 94, 0), (0, 158, 115, 70)
# A cut likelier than the second is drawn bold, than the first plain.
_MAYBE, _PROBABLE = 0.1, 0.5


class Offered(NamedTuple):
    """A cut that was offered to the network of joints.

    Attributes
    ----------
    piece : Glyph
        The ink that it goes through.
    cut : Cut
        In pixels of the page.
    probability : float
        That it parts two letters, by the network alone.
    around : (24, 28) float32 array
        The ink around it as the network sees it, 1 = pen.
    """

    piece: Glyph
    cut: Cut
    probability: float
    around: Float32


def offered_cuts(layout: Layout, recognition: Recognition) -> list[Offered]:
    """Find the cuts that were offered in one line again, left to right by piece."""
    stroke_px = stroke_width(layout.components.labels > 0)
    found = []
    for glyph in _pieces(layout, recognition):
        ink = own_ink(layout.components, glyph)
        cuts = offer_cuts(ink, letter_px=layout.letter_px, stroke_px=stroke_px)
        if not cuts.cols.size:
            continue
        log_odds = shipped_joints().log_odds(cuts.inputs)
        middle = glyph.box.top + (glyph.box.height - 1) / 2
        for col, slope, row, odds in zip(cuts.cols, cuts.slopes, cuts.inputs, log_odds, strict=True):
            cut = Cut(glyph.box.left + float(col) - float(slope) * middle, float(slope))
            around = row[: AROUND_ROWS * AROUND_COLS].reshape(AROUND_ROWS, AROUND_COLS)
            found.append(Offered(glyph, cut, _probability(float(odds)), around))
    return found


def _pieces(layout: Layout, recognition: Recognition) -> Sequence[Glyph]:
    """Whole pieces of ink of a line; each component is in one of them only."""
    first = recognition.line.segments[0].members
    return next(glyphs for glyphs in layout.glyphs if glyphs[0].members == first)


def _probability(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def draw_offered(layout: Layout, recognition: Recognition, offered: Sequence[Offered]) -> Image.Image:
    """Draw a line of a page with all cuts that were offered."""
    strip, picture, draw = _canvas(layout, recognition)
    for one in offered:
        _draw_cut(draw, strip, one.cut, one.piece, color=_OFFERED, width=1)
    return _shrunk(picture)


def draw_likely(layout: Layout, recognition: Recognition) -> Image.Image:
    """Draw a line of a page with the cuts that were kept, the likelier the bolder."""
    strip, picture, draw = _canvas(layout, recognition)
    for place, probability in kept_cuts(recognition):
        piece = recognition.line.segments[place + 1]
        if piece.left is None:
            continue
        width = 1 + (probability > _MAYBE) + 2 * (probability > _PROBABLE)
        _draw_cut(draw, strip, piece.left, piece, color=_LIKELY, width=width)
    return _shrunk(picture)


def kept_cuts(recognition: Recognition) -> list[tuple[int, float]]:
    """Places between segments where ink may be cut, and how probable it is that two letters meet there."""
    line = recognition.line
    places = enumerate(zip(line.is_cut, line.join_logits, strict=True))
    return [(place, _probability(-logit)) for place, (is_cut, logit) in places if is_cut]


def draw_made(layout: Layout, recognition: Recognition, line: Line) -> Image.Image:
    """Draw a line of a page with the cuts and spaces of the path chosen, and the signs below."""
    strip, picture, draw = _canvas(layout, recognition, below_px=_SIGN_PX)
    boxes, candidates = strip.picture.size, recognition.line.candidates
    font = label_font(24 * _FINE)
    characters = [character for word in line.words for character in word.characters]
    for step, character in zip(recognition.steps, characters, strict=True):
        candidate = candidates[step.candidate]
        start, glyph = candidate.start, candidate.glyph
        if step.space_before and start:
            before = recognition.line.segments[start - 1].box.right
            left, right = (strip.at(0, col)[0] for col in (before, glyph.box.left))
            draw.rectangle((left, 0, max(left, right), boxes[1]), fill=_SPACE)
        elif start and recognition.line.is_cut[start - 1] and glyph.left is not None:
            _draw_cut(draw, strip, glyph.left, glyph, color=_LIKELY, width=3)
        middle = strip.at(0, (glyph.box.left + glyph.box.right) / 2)[0]
        place = (middle, boxes[1] + 4 * _FINE)
        color = confidence_color(character.probability)
        draw.text(place, character.text, fill=color, font=font, anchor="ma")
    return _shrunk(picture)


def _canvas(
    layout: Layout, recognition: Recognition, *, below_px: int = 0
) -> tuple[Strip, Image.Image, ImageDraw.ImageDraw]:
    """Lay the line on white paper, with room below it; what is drawn may be translucent."""
    strip = line_strip(layout, recognition.line.segments, letter_px=_LETTER_PX, widest_px=_WIDEST_PX)
    size = (strip.picture.width, strip.picture.height + below_px * _FINE)
    picture = Image.new("RGB", size, (255, 255, 255))
    picture.paste(strip.picture, (0, 0))
    return strip, picture, ImageDraw.Draw(picture, "RGBA")


def _draw_cut(
    draw: ImageDraw.ImageDraw, strip: Strip, cut: Cut, piece: Glyph, *, color: tuple[int, ...], width: int
) -> None:
    """Draw a cut from a little above its piece to a little below."""
    over = 0.08 * piece.box.height + 2
    ends = [
        strip.at(row, cut.offset + cut.slope * row) for row in (piece.box.top - over, piece.box.bottom + over)
    ]
    draw.line(ends, fill=color, width=width * _FINE)


def _shrunk(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // _FINE, picture.height // _FINE), Image.Resampling.BOX)
