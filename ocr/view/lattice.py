"""How a line was read: every candidate glyph as an edge between two cuts, the path chosen in blue.

Above is the line with its cuts, below one row of edges after the other, the shortest first. Each edge shows
its ink, the character that shape and height make most probable, and how probable that is in percent. Pillow
only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.page.writing.glyphs import glyph_ink
from ocr.view.cut_drawings import FINE, line_strip
from ocr.view.drawing import BLUE, GREEN, VERMILION, WHITE, Drawing, ink_bytes, label_font, titled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.document.tree import Character, Line
    from ocr.page.layout import Layout
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.segments import Candidate
    from ocr.view.drawing import Color

MOST_SEGMENTS = 25
"""More would not fit; of a longer line, the beginning is drawn."""

_CELL_PX, _ROW_PX, _INK_PX = 74 * FINE, 52 * FINE, 34 * FINE
_FAN_PX, _TEXT_HEIGHT_PX, _WIDEST_PX, _EDGE_PX = 44 * FINE, 96 * FINE, 1850 * FINE, 8 * FINE
_GUIDE, _FAINT, _TEXT = (226, 229, 235), (160, 166, 176), (90, 96, 108)
_CHOSEN, _CUT, _SPACE = BLUE, VERMILION, GREEN
_LONGEST_TITLE = 60


class _Label(NamedTuple):
    """What stands beside an edge."""

    text: str
    probability: float
    color: Color


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The drawing, the columns of its nodes, and where the nodes and the line's picture stand."""

    picture: Image.Image
    draw: ImageDraw.ImageDraw
    nodes: tuple[float, ...]
    nodes_row: int
    strip_left: int

    def edge_row(self, row: int) -> int:
        """Return the pixel row of the edges in a row of edges."""
        return self.nodes_row + (row + 1) * _ROW_PX


def draw_titled_lattice(
    layout: Layout, line: Line, recognition: RecognizedLine, classes: Sequence[str], *, number: int = 1
) -> Image.Image:
    """Draw the lattice of a line below its number and text, see :func:`draw_lattice`.

    Returns
    -------
    PIL.Image.Image
        RGB, about 2000 px wide at most.
    """
    text = line.text if len(line.text) <= _LONGEST_TITLE else line.text[:_LONGEST_TITLE] + " ..."
    return titled(draw_lattice(layout, line, recognition, classes), f"Line {number}   {text}")


def draw_lattice(layout: Layout, line: Line, recognition: RecognizedLine, classes: Sequence[str]) -> Drawing:
    """Draw the lattice of a line; of a long one, the first 25 segments or less.

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
    """
    candidates, shown = recognition.lattice.candidates, _shown_segments(recognition)
    edges = [edge for edge, candidate in enumerate(candidates) if candidate.stop <= shown]
    rows = dict(zip(edges, _rows_of([candidates[edge] for edge in edges]), strict=True))
    sheet = _new_sheet(layout, recognition, shown, row_count=1 + max(rows.values()))
    characters = [character for word in line.words for character in word.characters]
    steps = zip(recognition.steps, characters, strict=True)
    chosen = {step.candidate: character for step, character in steps if step.candidate in rows}
    _draw_path(sheet, [candidates[edge] for edge in chosen], [rows[edge] for edge in chosen])
    for edge, row in rows.items():
        label = _label(recognition, edge, classes, chosen.get(edge))
        _draw_edge(sheet, layout, candidates[edge], sheet.edge_row(row), label)
    size = (sheet.picture.width // FINE, sheet.picture.height // FINE)
    return Drawing(sheet.picture.resize(size, Image.Resampling.BOX), _caption(recognition, shown, len(edges)))


def _shown_segments(recognition: RecognizedLine) -> int:
    """Return after how many segments the drawing ends: at the end of a step, the first one at least."""
    stops = [recognition.lattice.candidates[step.candidate].stop for step in recognition.steps]
    return max(stop for stop in stops if stop <= MOST_SEGMENTS or stop == stops[0])


def _caption(recognition: RecognizedLine, shown: int, edge_count: int) -> str:
    count = len(recognition.lattice.segments)
    part = f", the first {shown} of {count} segments" if shown < count else ""
    return (
        f"{edge_count} candidates and what each looks like, in percent{part}. Blue: the path chosen; "
        "orange: cuts through ink, and what is no character; green: spaces."
    )


def _label(
    recognition: RecognizedLine, edge: int, classes: Sequence[str], chosen: Character | None
) -> _Label:
    if chosen is not None:
        return _Label(chosen.text, chosen.probability, _CHOSEN)
    log_probabilities = recognition.lattice.log_probabilities[edge]
    best = int(log_probabilities.argmax())
    # What is no character has a longer name.
    is_character = len(classes[best]) == 1
    text, color = (classes[best], _TEXT) if is_character else ("no", _CUT)
    return _Label(text, float(np.exp(log_probabilities[best])), color)


def _rows_of(candidates: Sequence[Candidate]) -> list[int]:
    """Return for each edge the first row in which it has room, the shortest edges first."""
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


def _new_sheet(layout: Layout, recognition: RecognizedLine, shown: int, *, row_count: int) -> _Sheet:
    """Return paper with the line's picture on it, nodes evenly below, and the cuts from one to the other."""
    segments = recognition.lattice.segments[:shown]
    strip = line_strip(layout, segments, text_height_px=_TEXT_HEIGHT_PX, widest_px=_WIDEST_PX)
    strip_width, strip_height = strip.picture.size
    cell = min(max(_CELL_PX, strip_width / shown), 1.5 * _CELL_PX)
    width = round(max(strip_width, cell * shown)) + 2 * _EDGE_PX
    nodes_row = strip_height + _FAN_PX
    picture = Image.new("RGB", (width, nodes_row + row_count * _ROW_PX + _EDGE_PX), WHITE)
    strip_left = (width - strip_width) // 2
    picture.paste(strip.picture, (strip_left, 0))
    first = (width - cell * shown) / 2
    nodes = tuple(first + place * cell for place in range(shown + 1))
    sheet = _Sheet(picture, ImageDraw.Draw(picture), nodes, nodes_row, strip_left)
    boxes = [segment.box for segment in segments]
    middles = [(before.right + after.left) / 2 for before, after in pairwise(boxes)]
    cuts = [strip.at(0, col)[0] for col in (boxes[0].left, *middles, boxes[-1].right)]
    _draw_cuts(sheet, cuts, recognition, strip_height)
    return sheet


def _draw_cuts(sheet: _Sheet, cuts: Sequence[float], recognition: RecognizedLine, strip_px: int) -> None:
    """Draw each cut through the picture and on to its node; those that became spaces are green."""
    lattice = recognition.lattice
    starts = {lattice.candidates[step.candidate].start for step in recognition.steps if step.space_before}
    through_ink = (False, *lattice.is_cut, False)
    for place, (cut, node) in enumerate(zip(cuts, sheet.nodes, strict=True)):
        color = _SPACE if place in starts else _CUT if through_ink[place] else _FAINT
        col = sheet.strip_left + cut
        width = (2 if place in starts else 1) * FINE
        path = [(col, 0), (col, strip_px), (node, sheet.nodes_row)]
        sheet.draw.line(path, fill=color, width=width, joint="curve")
        sheet.draw.line([(node, sheet.nodes_row), (node, sheet.picture.height)], fill=_GUIDE, width=FINE)
        _draw_dot(sheet, node, sheet.nodes_row, color)


def _draw_dot(sheet: _Sheet, col: float, row: float, color: Color) -> None:
    radius = 4 * FINE
    sheet.draw.ellipse((col - radius, row - radius, col + radius, row + radius), fill=color)


def _draw_path(sheet: _Sheet, path: Sequence[Candidate], rows: Sequence[int]) -> None:
    """Draw the path from the first node to the last, up and down between its rows of edges."""
    corners = [(sheet.nodes[0], sheet.nodes_row)]
    for candidate, row in zip(path, rows, strict=True):
        corners += [(sheet.nodes[place], sheet.edge_row(row)) for place in (candidate.start, candidate.stop)]
    sheet.draw.line(corners, fill=_CHOSEN, width=4 * FINE, joint="curve")
    _draw_dot(sheet, *corners[0], _CHOSEN)
    _draw_dot(sheet, *corners[-1], _CHOSEN)


def _draw_edge(sheet: _Sheet, layout: Layout, candidate: Candidate, row_px: int, label: _Label) -> None:
    """Draw an edge with its ink above it, and beside that a character and how probable it is."""
    left, right = sheet.nodes[candidate.start], sheet.nodes[candidate.stop]
    if label.color != _CHOSEN:
        sheet.draw.line([(left + 6 * FINE, row_px), (right - 6 * FINE, row_px)], fill=_FAINT, width=FINE)
    ink = Image.fromarray(ink_bytes(glyph_ink(layout.ink.strength, layout.components, candidate.glyph)))
    scale = min(_INK_PX / max(ink.size), 0.8 * _INK_PX / layout.text_height_px)
    ink = ink.resize((max(1, round(ink.width * scale)), max(1, round(ink.height * scale))))
    middle, base = (left + right) / 2, row_px - 5 * FINE
    sheet.picture.paste(ink, (round(middle - 2 * FINE - ink.width), base - ink.height))
    col, big, small = middle + 4 * FINE, label_font(20 * FINE), label_font(11 * FINE)
    sheet.draw.text((col, base - 11 * FINE), label.text, fill=label.color, font=big, anchor="ls")
    percent = f"{100 * label.probability:.0f} %"
    sheet.draw.text((col, base), percent, fill=label.color, font=small, anchor="ls")
