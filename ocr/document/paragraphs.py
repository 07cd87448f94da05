"""The arrangement of text on a page: paragraphs between tables, and the height of a word's box."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr.document.words import Line
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.document.printed_parts import Table
    from ocr.document.tree import Page
    from ocr.document.words import Word

# An empty line doubles the distance. On the sample pages, which have none, it stays below 1.3 of the typical.
_WIDEST_PITCH_FRAC = 1.5


def paragraphs(page: Page) -> tuple[tuple[Line, ...], ...]:
    """Return the lines of a page in paragraphs, separated where the distance to the next line is large.

    The distance is that of the lines' middles. The typical one is the lower quartile, since a page may have
    many paragraphs of a line or two; the distance of two lines alone is its own. A line that is not below the
    one before it, as at the top of another column, starts a paragraph too.

    Parameters
    ----------
    page : Page

    Returns
    -------
    tuple of tuples of Line
        All lines in their order; no paragraph is empty.
    """
    middles = [line.box.center[0] for line in page.lines]
    pitches = [after - before for before, after in itertools.pairwise(middles)]
    downward = sorted(pitch for pitch in pitches if pitch > 0)
    widest = _WIDEST_PITCH_FRAC * downward[len(downward) // 4] if downward else 0.0
    found: list[list[Line]] = []
    for line, pitch in zip(page.lines, [0.0, *pitches][: len(middles)], strict=True):
        if 0 < pitch <= widest:
            found[-1].append(line)
        else:
            found.append([line])
    return tuple(tuple(lines) for lines in found)


def blocks(page: Page) -> Iterator[tuple[Line, ...] | Table]:
    """Return the paragraphs and tables of a page, each table in the place of the first line that is in it.

    Words of a line that are in no cell stay in a paragraph. A table without any words is left out.

    Parameters
    ----------
    page : Page

    Yields
    ------
    tuple of Line, or Table
    """
    tables = {
        word: table
        for table in page.tables
        for cell in table.cells
        for line in cell.lines
        for word in line.words
    }
    if not tables:
        yield from paragraphs(page)
        return
    lines: list[Line] = []
    left = list(page.tables)
    for line in page.lines:
        rest = tuple(word for word in line.words if word not in tables)
        lines += [Line(rest)] if rest else []
        for table in {id(tables[word]): tables[word] for word in line.words if word in tables}.values():
            if table in left:
                yield from paragraphs(replace(page, lines=tuple(lines), tables=()))
                yield table
                left.remove(table)
                lines = []
    yield from paragraphs(replace(page, lines=tuple(lines), tables=()))


def paragraph_box(lines: tuple[Line, ...]) -> Box:
    """Return the box around the lines of a paragraph, in pixels of the source picture."""
    return Box.around(line.box for line in lines)


def word_band(word: Word, line: Line, *, letter_height_px: float) -> Box:
    """Return the box of a word, made as high as a letter if it holds nothing but a dash or a full stop.

    It grows to both sides, but not out of the box of its line where that is high enough.
    """
    box = word.box
    height = max(1, round(min(letter_height_px, line.box.height)))
    if box.height >= height:
        return box
    top = box.top - (height - box.height) // 2
    top = min(max(top, line.box.top), max(line.box.bottom - height, line.box.top))
    return Box(top, box.left, top + height, box.right)
