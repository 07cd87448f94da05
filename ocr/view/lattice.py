"""How a line was cut and read: every candidate glyph as an edge between two cuts, the path chosen in blue.

Above is the line with its cuts, below one row of edges after the other, the shortest first. Each edge shows
its ink, the sign that shape and place make most probable, and how probable that is in percent. Pillow only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr.page.glyphs import glyph_ink
from ocr.view.overlay import label_font
from ocr.view.stages import titled
from ocr.view.strips import line_strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.document.tree import Line
    from ocr.layout import Layout
    from ocr.page.segments import Candidate
    from ocr.transcription import Recognition

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

    sign: str
    probability: float
    color: tuple[int, int, int]


def draw_lattice(
    layout: Layout, line: Line, recognition: Recognition, classes: Sequence[str], *, number: int = 1
) -> Image.Image:
    """Draw the lattice of a line.

    Parameters
    ----------
    layout : Layout
        Of its page.
    line : Line
        What was read.
    recognition : Recognition
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
    layout: Layout, line: Line, recognition: Recognition, classes: Sequence[str]
) -> tuple[Image.Image, str]:
    """Draw the lattice of a line, see :func:`draw_lattice`, and say in a sentence what is seen there."""
    candidates, count = recognition.line.candidates, len(recognition.line.segments)
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
        candidate, best = candidates[edge], int(recognition.log_probabilities[edge].argmax())
        probability = float(np.exp(recognition.log_probabilities[edge, best]))
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
        "blue: the path chosen; orange: cuts through ink, and what is no sign; green: spaces"
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


def _strip(layout: Layout, recognition: Recognition, shown: int) -> tuple[Image.Image, list[float]]:
    """Picture of the segments shown, and the columns in it that part them, from before the first on."""
    segments = recognition.line.segments[:shown]
    strip = line_strip(layout, segments, letter_px=_LETTER_PX, widest_px=_WIDEST_PX)
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


def _draw_cuts(sheet: _Sheet, cuts: Sequence[float], recognition: Recognition, strip_px: int) -> None:
    """Draw each cut through the picture and on to its node; those that became spaces are green."""
    starts = {
        recognition.line.candidates[step.candidate].start for step in recognition.steps if step.space_before
    }
    through_ink = (False, *recognition.line.is_cut, False)
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
    """Draw an edge with its ink above it, and beside that a sign and how probable it is."""
    left, right = sheet.nodes[candidate.start], sheet.nodes[candidate.stop]
    if label.color != _CHOSEN:
        sheet.draw.line([(left + 6 * _FINE, row_px), (right - 6 * _FINE, row_px)], fill=_FAINT, width=_FINE)
    ink = glyph_ink(layout.ink.strength, layout.components, candidate.glyph)
    drawn = Image.fromarray(np.rint((1 - np.clip(ink, 0, 1)) * 255).astype(np.uint8))
    scale = min(_INK_PX / max(drawn.size), 0.8 * _INK_PX / layout.letter_px)
    drawn = drawn.resize((max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale))))
    middle, base = (left + right) / 2, row_px - 5 * _FINE
    sheet.picture.paste(drawn, (round(middle - 2 * _FINE - drawn.width), base - drawn.height))
    col, big, small = middle + 4 * _FINE, label_font(20 * _FINE), label_font(11 * _FINE)
    sheet.draw.text((col, base - 11 * _FINE), label.sign, fill=label.color, font=big, anchor="ls")
    percent = f"{100 * label.probability:.0f} %"
    sheet.draw.text((col, base), percent, fill=label.color, font=small, anchor="ls")
