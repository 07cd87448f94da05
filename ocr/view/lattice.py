"""How a line was cut and read: every candidate glyph as an edge between two cuts, the path chosen in blue.

Above is the line with its cuts, below one row of edges after the other, the shortest first. Each edge shows
its ink, the character that shape and place make most probable, and how probable that is in percent. Pillow
only.

A line of a page cut out, to draw on.

The cuts of a line: those offered, those that are likely, and those that were made. Pillow only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.page.glyphs import Cut, glyph_ink, own_ink
from ocr.recognition.cut_classifier import shipped_cut_classifier
from ocr.recognition.cuts import AROUND_COLS, AROUND_ROWS, offer_cuts
from ocr.recognition.segments import stroke_width
from ocr.view.overlay import confidence_color, label_font
from ocr.view.stages import titled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32
    from ocr.document.tree import Line
    from ocr.page.glyphs import Glyph
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.segments import Candidate


MOST_SEGMENTS = 25
"""More would not fit; the rest of a longer line is left out."""

# Everything is drawn twice as large and then shrunk: smooth slanting lines.
_FINE = 2
_CELL_PX, _ROW_PX, _INK_PX = 74 * _FINE, 52 * _FINE, 34 * _FINE
_FAN_PX, _LETTER_PX, _WIDEST_PX, _EDGE_PX = 44 * _FINE, 96 * _FINE, 1850 * _FINE, 8 * _FINE
_PAPER, _GUIDE, _FAINT, _TEXT = (255, 255, 255), (226, 229, 235), (160, 166, 176), (90, 96, 108)
_CHOSEN, _CUT, _SPACE = (0, 114, 178), (213, 94, 0), (0, 158, 115)
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The drawing, the columns of its nodes, and where the nodes and the line's picture stand."""

    picture: Image.Image
    draw: ImageDraw.ImageDraw
    nodes: tuple[float, ...]
    nodes_row: int
    strip_left: int

    def edge_row(self, row: int) -> int:
        """Pixel row of the edges in a row of edges."""
        return self.nodes_row + (row + 1) * _ROW_PX


class _Label(NamedTuple):
    """What stands beside an edge."""

    character: str
    probability: float
    color: tuple[int, int, int]


def draw_lattice(
    layout: Layout, line: Line, recognition: RecognizedLine, classes: Sequence[str], *, number: int = 1
) -> Image.Image:
    """Draw the lattice of a line.

    Parameters
    ----------
    layout : Layout
        Of its page.
    line : Line
        What was read.
    recognition : RecognizedLine
        How.
    classes : sequence of str
        Of the model.
    number : int
        Of the line, for the title.

    Returns
    -------
    PIL.Image.Image
        RGB, about 2000 px wide at most; of a long line, the first 25 segments or less.
    """
    picture, subtitle = draw_untitled_lattice(layout, line, recognition, classes)
    text = line.text if len(line.text) <= _LONGEST_TITLE else line.text[:_LONGEST_TITLE] + " ..."
    return titled(picture, f"Line {number}   {text}", subtitle)


def draw_untitled_lattice(
    layout: Layout, line: Line, recognition: RecognizedLine, classes: Sequence[str]
) -> tuple[Image.Image, str]:
    """Draw the lattice of a line, see :func:`draw_lattice`, and say in a sentence what is seen there."""
    candidates, count = recognition.lattice.candidates, len(recognition.lattice.segments)
    stops = [candidates[step.candidate].stop for step in recognition.steps]
    shown = max(stop for stop in stops if stop <= MOST_SEGMENTS or stop == stops[0])
    edges = [edge for edge, candidate in enumerate(candidates) if candidate.stop <= shown]
    rows = dict(zip(edges, _packed([candidates[edge] for edge in edges]), strict=True))
    strip, cuts = _strip(layout, recognition, shown)
    sheet = _sheet(strip, shown, row_count=1 + max(rows.values()))
    _draw_cuts(sheet, cuts, recognition, strip.height)
    characters = [character for word in line.words for character in word.characters]
    chosen = {
        step.candidate: character
        for step, character in zip(recognition.steps, characters, strict=True)
        if step.candidate in rows
    }
    _draw_path(sheet, [candidates[edge] for edge in chosen], [rows[edge] for edge in chosen])
    for edge, row in rows.items():
        candidate, best = candidates[edge], int(recognition.lattice.log_probabilities[edge].argmax())
        probability = float(np.exp(recognition.lattice.log_probabilities[edge, best]))
        if edge in chosen:
            label = _Label(chosen[edge].text, chosen[edge].probability, _CHOSEN)
        else:
            is_sign = len(classes[best]) == 1
            label = _Label(classes[best] if is_sign else "no", probability, _TEXT if is_sign else _CUT)
        _draw_edge(sheet, layout, candidate, sheet.edge_row(row), label)
    size = (sheet.picture.width // _FINE, sheet.picture.height // _FINE)
    part = f", the first {shown} of {count} segments" if shown < count else ""
    subtitle = (
        f"{len(edges)} candidates and what each looks like, in percent{part}; "
        "blue: the path chosen; orange: cuts through ink, and what is no character; green: spaces"
    )
    return sheet.picture.resize(size, Image.Resampling.BOX), subtitle


def _packed(candidates: Sequence[Candidate]) -> list[int]:
    """Give each edge the first row in which it has room, the shortest edges first."""
    rows = [0] * len(candidates)
    taken: list[set[int]] = []
    for index in sorted(range(len(candidates)), key=lambda index: _length(candidates[index])):
        places = set(range(candidates[index].start, candidates[index].stop))
        free = (row for row, others in enumerate(taken) if not others & places)
        rows[index] = next(free, len(taken))
        if rows[index] == len(taken):
            taken.append(set())
        taken[rows[index]] |= places
    return rows


def _length(candidate: Candidate) -> tuple[int, int]:
    return candidate.stop - candidate.start, candidate.start


def _strip(layout: Layout, recognition: RecognizedLine, shown: int) -> tuple[Image.Image, list[float]]:
    """Picture of the segments shown, and the columns in it that part them, from before the first on."""
    segments = recognition.lattice.segments[:shown]
    strip = line_strip(layout, segments, text_height_px=_LETTER_PX, widest_px=_WIDEST_PX)
    boxes = [segment.box for segment in segments]
    middles = [(first.right + second.left) / 2 for first, second in pairwise(boxes)]
    return strip.picture, [strip.at(0, col)[0] for col in (boxes[0].left, *middles, boxes[-1].right)]


def _sheet(strip: Image.Image, shown: int, *, row_count: int) -> _Sheet:
    """Paper with the line's picture on it, and nodes evenly below."""
    cell = min(max(_CELL_PX, strip.width / shown), 1.5 * _CELL_PX)
    width = round(max(strip.width, cell * shown)) + 2 * _EDGE_PX
    nodes_row = strip.height + _FAN_PX
    picture = Image.new("RGB", (width, nodes_row + row_count * _ROW_PX + _EDGE_PX), _PAPER)
    strip_left = (width - strip.width) // 2
    picture.paste(strip, (strip_left, 0))
    first = (width - cell * shown) / 2
    nodes = tuple(first + place * cell for place in range(shown + 1))
    return _Sheet(picture, ImageDraw.Draw(picture), nodes, nodes_row, strip_left)


def _draw_cuts(sheet: _Sheet, cuts: Sequence[float], recognition: RecognizedLine, strip_px: int) -> None:
    """Draw each cut through the picture and on to its node; those that became spaces are green."""
    starts = {
        recognition.lattice.candidates[step.candidate].start
        for step in recognition.steps
        if step.space_before
    }
    through_ink = (False, *recognition.lattice.is_cut, False)
    for place, (cut, node) in enumerate(zip(cuts, sheet.nodes, strict=True)):
        color = _SPACE if place in starts else _CUT if through_ink[place] else _FAINT
        col = sheet.strip_left + cut
        width = (2 if place in starts else 1) * _FINE
        path = [(col, 0), (col, strip_px), (node, sheet.nodes_row)]
        sheet.draw.line(path, fill=color, width=width, joint="curve")
        sheet.draw.line([(node, sheet.nodes_row), (node, sheet.picture.height)], fill=_GUIDE, width=_FINE)
        _draw_dot(sheet, node, sheet.nodes_row, color)


def _draw_dot(sheet: _Sheet, col: float, row: float, color: tuple[int, int, int]) -> None:
    radius = 4 * _FINE
    sheet.draw.ellipse((col - radius, row - radius, col + radius, row + radius), fill=color)


def _draw_path(sheet: _Sheet, path: Sequence[Candidate], rows: Sequence[int]) -> None:
    """Draw the path from the first node to the last, up and down between its rows of edges."""
    corners = [(sheet.nodes[0], sheet.nodes_row)]
    for candidate, row in zip(path, rows, strict=True):
        corners += [(sheet.nodes[place], sheet.edge_row(row)) for place in (candidate.start, candidate.stop)]
    sheet.draw.line(corners, fill=_CHOSEN, width=4 * _FINE, joint="curve")
    _draw_dot(sheet, *corners[0], _CHOSEN)
    _draw_dot(sheet, *corners[-1], _CHOSEN)


def _draw_edge(sheet: _Sheet, layout: Layout, candidate: Candidate, row_px: int, label: _Label) -> None:
    """Draw an edge with its ink above it, and beside that a character and how probable it is."""
    left, right = sheet.nodes[candidate.start], sheet.nodes[candidate.stop]
    if label.color != _CHOSEN:
        sheet.draw.line([(left + 6 * _FINE, row_px), (right - 6 * _FINE, row_px)], fill=_FAINT, width=_FINE)
    ink = glyph_ink(layout.ink.strength, layout.components, candidate.glyph)
    drawn = Image.fromarray(np.rint((1 - np.clip(ink, 0, 1)) * 255).astype(np.uint8))
    scale = min(_INK_PX / max(drawn.size), 0.8 * _INK_PX / layout.text_height_px)
    drawn = drawn.resize((max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale))))
    middle, base = (left + right) / 2, row_px - 5 * _FINE
    sheet.picture.paste(drawn, (round(middle - 2 * _FINE - drawn.width), base - drawn.height))
    col, big, small = middle + 4 * _FINE, label_font(20 * _FINE), label_font(11 * _FINE)
    sheet.draw.text((col, base - 11 * _FINE), label.character, fill=label.color, font=big, anchor="ls")
    percent = f"{100 * label.probability:.0f} %"
    sheet.draw.text((col, base), percent, fill=label.color, font=small, anchor="ls")


# Paper around the line, in letter heights.
_MARGIN_LETTERS = 0.3


class Strip(NamedTuple):
    """Part of a page in even light: its ``picture`` (mode L), its ``box``, and how much it was enlarged."""

    picture: Image.Image
    box: Box
    scale: float

    def at(self, row: float, col: float) -> tuple[float, float]:
        """Where a place of the page lies in the picture, as (x, y)."""
        return (col - self.box.left) * self.scale, (row - self.box.top) * self.scale


def line_strip(
    layout: Layout, segments: Sequence[Glyph], *, text_height_px: float, widest_px: float
) -> Strip:
    """Cut out the segments of a line.

    Parameters
    ----------
    layout : Layout
    segments : sequence of Glyph
        One at least.
    text_height_px, widest_px : float
        Height of letters in the picture, unless it would be wider than ``widest_px``.
    """
    around, margin = Box.around(one.box for one in segments), round(_MARGIN_LETTERS * layout.text_height_px)
    box = Box(around.top - margin, around.left - margin, around.bottom + margin, around.right + margin)
    box = box.clipped(*layout.flat.shape)
    scale = min(text_height_px / layout.text_height_px, widest_px / box.width)
    picture = Image.fromarray(np.rint(np.clip(layout.flat[box.slices], 0, 1) * 255).astype(np.uint8))
    size = (max(1, round(box.width * scale)), max(1, round(box.height * scale)))
    return Strip(picture.resize(size), box, scale)


# Drawn twice as large and then shrunk: smooth slanting lines.
_FINE_of_cut_drawings = 2
_LETTER_PX_of_cut_drawings, _WIDEST_PX_of_cut_drawings, _SIGN_PX = (
    64 * _FINE_of_cut_drawings,
    1600 * _FINE_of_cut_drawings,
    34,
)
# The last number of a colour is how much it covers.
_OFFERED, _LIKELY, _SPACE_of_cut_drawings = (0, 114, 178, 70), (213, 94, 0), (0, 158, 115, 70)
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


def offered_cuts(layout: Layout, recognition: RecognizedLine) -> list[Offered]:
    """Find the cuts that were offered in one line again, left to right by piece."""
    stroke_px = stroke_width(layout.components.labels > 0)
    found = []
    for glyph in _pieces(layout, recognition):
        ink = own_ink(layout.components, glyph)
        cuts = offer_cuts(ink, text_height_px=layout.text_height_px, stroke_px=stroke_px)
        if not cuts.cols.size:
            continue
        log_odds = shipped_cut_classifier().log_odds(cuts.inputs)
        middle = glyph.box.top + (glyph.box.height - 1) / 2
        for col, slope, row, odds in zip(cuts.cols, cuts.slopes, cuts.inputs, log_odds, strict=True):
            cut = Cut(glyph.box.left + float(col) - float(slope) * middle, float(slope))
            around = row[: AROUND_ROWS * AROUND_COLS].reshape(AROUND_ROWS, AROUND_COLS)
            found.append(Offered(glyph, cut, _probability(float(odds)), around))
    return found


def _pieces(layout: Layout, recognition: RecognizedLine) -> Sequence[Glyph]:
    """Whole pieces of ink of a line; each component is in one of them only."""
    first = recognition.lattice.segments[0].members
    return next(glyphs for glyphs in layout.glyphs if glyphs[0].members == first)


def _probability(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def draw_offered(layout: Layout, recognition: RecognizedLine, offered: Sequence[Offered]) -> Image.Image:
    """Draw a line of a page with all cuts that were offered."""
    strip, picture, draw = _canvas(layout, recognition)
    for one in offered:
        _draw_cut(draw, strip, one.cut, one.piece, color=_OFFERED, width=1)
    return _shrunk(picture)


def draw_likely(layout: Layout, recognition: RecognizedLine) -> Image.Image:
    """Draw a line of a page with the cuts that were kept, the likelier the bolder."""
    strip, picture, draw = _canvas(layout, recognition)
    for place, probability in kept_cuts(recognition):
        piece = recognition.lattice.segments[place + 1]
        if piece.left is None:
            continue
        width = 1 + (probability > _MAYBE) + 2 * (probability > _PROBABLE)
        _draw_cut(draw, strip, piece.left, piece, color=_LIKELY, width=width)
    return _shrunk(picture)


def kept_cuts(recognition: RecognizedLine) -> list[tuple[int, float]]:
    """Places between segments where ink may be cut, and how probable it is that two letters meet there."""
    line = recognition.lattice
    places = enumerate(zip(line.is_cut, line.join_logits, strict=True))
    return [(place, _probability(-logit)) for place, (is_cut, logit) in places if is_cut]


def draw_made(layout: Layout, recognition: RecognizedLine, line: Line) -> Image.Image:
    """Draw a line of a page with the cuts and spaces of the path chosen, and the characters below."""
    strip, picture, draw = _canvas(layout, recognition, below_px=_SIGN_PX)
    boxes, candidates = strip.picture.size, recognition.lattice.candidates
    font = label_font(24 * _FINE_of_cut_drawings)
    characters = [character for word in line.words for character in word.characters]
    for step, character in zip(recognition.steps, characters, strict=True):
        candidate = candidates[step.candidate]
        start, glyph = candidate.start, candidate.glyph
        if step.space_before and start:
            before = recognition.lattice.segments[start - 1].box.right
            left, right = (strip.at(0, col)[0] for col in (before, glyph.box.left))
            draw.rectangle((left, 0, max(left, right), boxes[1]), fill=_SPACE_of_cut_drawings)
        elif start and recognition.lattice.is_cut[start - 1] and glyph.left is not None:
            _draw_cut(draw, strip, glyph.left, glyph, color=_LIKELY, width=3)
        middle = strip.at(0, (glyph.box.left + glyph.box.right) / 2)[0]
        place = (middle, boxes[1] + 4 * _FINE_of_cut_drawings)
        color = confidence_color(character.probability)
        draw.text(place, character.text, fill=color, font=font, anchor="ma")
    return _shrunk(picture)


def _canvas(
    layout: Layout, recognition: RecognizedLine, *, below_px: int = 0
) -> tuple[Strip, Image.Image, ImageDraw.ImageDraw]:
    """Lay the line on white paper, with room below it; what is drawn may be translucent."""
    strip = line_strip(
        layout,
        recognition.lattice.segments,
        text_height_px=_LETTER_PX_of_cut_drawings,
        widest_px=_WIDEST_PX_of_cut_drawings,
    )
    size = (strip.picture.width, strip.picture.height + below_px * _FINE_of_cut_drawings)
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
    draw.line(ends, fill=color, width=width * _FINE_of_cut_drawings)


def _shrunk(picture: Image.Image) -> Image.Image:
    return picture.resize(
        (picture.width // _FINE_of_cut_drawings, picture.height // _FINE_of_cut_drawings),
        Image.Resampling.BOX,
    )
