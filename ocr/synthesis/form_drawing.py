"""Draw forms and tables with a pen on them: boxes, combs, check boxes and cells, in pixels of the page."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocr.array_types import Float32, Int64
    from ocr.synthesis.writers import Writer

# A space, and the white between characters, in capital heights.
_SPACE_LETTERS, _GAP_LETTERS = 0.6, 0.12
# The white at the left of what is written into a box.
_INDENT_LETTERS = 0.5
# Strokes of the marks in a check box, from its upper left corner (0, 0) to its lower right one (1, 1).
CHECK_MARKS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "cross": (((0.15, 0.12), (0.86, 0.9)), ((0.84, 0.14), (0.14, 0.88))),
    "tick": (((0.18, 0.5), (0.42, 0.85), (0.85, 0.15)),),
    "wide tick": (((0.1, 0.45), (0.4, 0.95), (1.3, -0.35)),),
    "wide cross": (((-0.15, -0.1), (1.15, 1.12)), ((1.14, -0.14), (-0.1, 1.1))),
    "bar": (((0.15, 0.85), (0.85, 0.2)),),
}
"""Marks by name; the wide ones reach out of the box."""


class FormDrawing:
    """A page while it is drawn: what is printed on it and what is written on it are apart.

    Parameters
    ----------
    height, width : int
        In px.
    letter_px : float
        Height of a capital.
    line_px : int
        Width of printed lines.
    rng : numpy.random.Generator
    writer : Writer, optional
        Who writes; the built-in hand if left out.
    """

    def __init__(
        self,
        height: int,
        width: int,
        *,
        letter_px: float,
        line_px: int = 2,
        rng: np.random.Generator,
        writer: Writer | None = None,
    ) -> None:
        self.letter_px, self.line_px, self.rng = letter_px, line_px, rng
        self.writer: Writer = StrokeWriter(slant_deg=3) if writer is None else writer
        self.printed, self.pen = np.zeros((2, height, width), np.float32)

    def write(
        self,
        text: str,
        left: float,
        baseline: float,
        *,
        letter_px: float | None = None,
        pitch_px: float | None = None,
        gap_letters: float = _GAP_LETTERS,
        printer: Writer | None = None,
    ) -> None:
        """Write a text, each character at the pen, or in the middle of its cell; or print it."""
        layer, writer = (self.pen, self.writer) if printer is None else (self.printed, printer)
        letter = letter_px or self.letter_px
        col = left
        for number, character in enumerate(text):
            if character == " ":
                col += _SPACE_LETTERS * letter
                continue
            drawn = writer.draw(character, letter_height_px=letter, rng=self.rng)
            if pitch_px is not None:
                col = left + (number + 0.5) * pitch_px - drawn.advance / SUPERSAMPLE / 2
            top = round(baseline - drawn.baseline_row / SUPERSAMPLE)
            _put(layer, drawn.coverage, top, round(col - drawn.origin_col / SUPERSAMPLE))
            col += drawn.advance / SUPERSAMPLE + gap_letters * letter

    def box(self, box: Box, *, cells: int = 1, line_px: int | None = None) -> None:
        """Print the frame of a box, and the sides between its cells."""
        brush, canvas = self._brush()
        width = line_px or self.line_px
        brush.rectangle((box.left, box.top, box.right, box.bottom), outline=255, width=width)
        for cell in range(1, cells):
            col = box.left + round(cell * box.width / cells)
            brush.line((col, box.top, col, box.bottom), fill=255, width=width)
        self._print(canvas)

    def comb(self, box: Box, text: str, *, cells: int) -> None:
        """Print a comb, and write a character into each cell."""
        self.box(box, cells=cells)
        self.write(text, box.left, self._baseline_in(box), pitch_px=box.width / cells)

    def field(self, box: Box, text: str) -> None:
        """Print a box, and write a text into it."""
        self.box(box)
        self.write(text, box.left + _INDENT_LETTERS * self.letter_px, self._baseline_in(box))

    def check_box(self, box: Box, mark: str | None = None) -> None:
        """Print a check box, and make a mark of :data:`CHECK_MARKS` in it."""
        self.box(box)
        canvas = Image.new("L", (self.pen.shape[1], self.pen.shape[0]))
        brush = ImageDraw.Draw(canvas)
        for stroke in CHECK_MARKS[mark] if mark else ():
            track = [(box.left + x * box.width, box.top + y * box.height) for x, y in stroke]
            brush.line(track, fill=255, width=max(2, round(0.09 * self.letter_px)), joint="curve")
        np.maximum(self.pen, np.asarray(canvas, np.float32) / 255, out=self.pen)

    def table(
        self,
        top: int,
        left: int,
        heights: Sequence[int],
        widths: Sequence[int],
        texts: Sequence[Sequence[str]],
        *,
        joined: Mapping[tuple[int, int], tuple[int, int]] | None = None,
    ) -> None:
        """Print a table, and write into its cells.

        Parameters
        ----------
        top, left : int
        heights, widths : sequence of int
            Of its rows and columns, in px.
        texts : sequence of sequences of str
            Of each row.
        joined : mapping of (row, column) to (rows, columns), optional
            Cells that span several rows or columns; those below them have no text.
        """
        rows = list(accumulate(heights, initial=top))
        cols = list(accumulate(widths, initial=left))
        covered: set[tuple[int, int]] = set()
        for row, line in enumerate(texts):
            for col, text in enumerate(line):
                if (row, col) in covered:
                    continue
                down, across = (joined or {}).get((row, col), (1, 1))
                covered |= {(row + i, col + j) for i in range(down) for j in range(across)}
                cell = Box(rows[row], cols[col], rows[row + down], cols[col + across])
                self.field(cell, text)

    def gray(self, *, ink: int = 45, print_gray: int = 110, paper: int = 248) -> Float32:
        """Return the page (H, W), 0 black .. 1 white."""
        found = self._mixed(np.array([[[paper]]]), np.array([print_gray]), np.array([ink]))
        return np.asarray(found[..., 0], np.float32)

    def color(
        self,
        *,
        ink: tuple[int, int, int],
        print_color: tuple[int, int, int],
        paper: tuple[int, int, int] = (248, 248, 248),
    ) -> Float32:
        """Return the page (H, W, 3) in red, green and blue, 0 .. 1."""
        return self._mixed(np.array([[paper]]), np.array(print_color), np.array(ink))

    def _mixed(self, paper: Int64, printed: Int64, ink: Int64) -> Float32:
        """Lay print over paper and ink over both; each color in 0 .. 255."""
        cover, pen = self.printed[..., None], self.pen[..., None]
        page = paper * (1 - cover) + printed * cover
        return np.asarray((page * (1 - pen) + ink * pen) / 255, np.float32)

    def _baseline_in(self, box: Box) -> float:
        """Return where letters stand that are in the middle of a box."""
        return box.center[0] + self.letter_px / 2

    def _brush(self) -> tuple[ImageDraw.ImageDraw, Image.Image]:
        canvas = Image.new("L", (self.printed.shape[1], self.printed.shape[0]))
        return ImageDraw.Draw(canvas), canvas

    def _print(self, canvas: Image.Image) -> None:
        np.maximum(self.printed, np.asarray(canvas, np.float32) / 255, out=self.printed)


def _put(layer: Float32, coverage: object, top: int, left: int) -> None:
    """Draw a character on the fine grid into a layer, in place; what lies outside is cut off."""
    small = Image.fromarray(np.asarray(coverage, np.uint8))
    size = [max(1, round(side / SUPERSAMPLE)) for side in small.size]
    patch = np.asarray(small.resize((size[0], size[1]), Image.Resampling.BOX), np.float32) / 255
    part = layer[top : top + size[1], left : left + size[0]]
    np.maximum(part, patch[: part.shape[0], : part.shape[1]], out=part)
