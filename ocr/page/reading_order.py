"""Put the lines of a page in the order in which they are read.

Lines are read top to bottom, each from its left end to its right. Where columns stand side by side, they are
read one after the other, the left one first; so are columns within a column. A title across them is read
before them, what is written below across them after them. A column much narrower and lower than the text
beside it is a note in the margin: it is read after that text, on whichever side it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.page.columns import ColumnSettings, find_gutter
from ocr.page.gutters import Pieces
from ocr.page.lines import find_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.page.components import Components
    from ocr.page.lines import TextLine

    Indices = NDArray[np.int64]

# A column narrower and lower than these shares of what is beside it is a note in the margin.
_NOTE_WIDTH, _NOTE_HEIGHT = 0.45, 0.75
# Lower than this are dots, bars and commas; the small letters of a note are higher.
_LOWEST_LETTERS = 0.3
# Of the heights of a line's letters this quantile is that of its size: more or less a capital.
_SIZE_QUANTILE = 0.75


def lines_in_order(
    components: Components,
    *,
    letter_px: float,
    settings: ColumnSettings | None = None,
) -> tuple[tuple[TextLine, ...], tuple[int, ...]]:
    """Gather components into lines, column by column.

    Parameters
    ----------
    components : Components
        Writing only: no specks, no rules.
    letter_px : float
        Letter height.
    settings : ColumnSettings, optional

    Returns
    -------
    lines : tuple of TextLine
        In reading order; members left to right.
    strays : tuple of int
        Small marks that belong to no line.
    """
    lines, strays = find_lines(components, letter_px=letter_px)
    blocks = find_blocks(components, lines, letter_px=letter_px, settings=settings)
    if len(blocks) < 2:
        return lines, strays
    found = [find_lines(components, letter_px=letter_px, only=block) for block in blocks]
    lines = tuple(line for own, _ in found for line in own)
    return lines, tuple(sorted((*strays, *(index for _, own in found for index in own))))


def find_blocks(
    components: Components,
    lines: Sequence[TextLine],
    *,
    letter_px: float,
    settings: ColumnSettings | None = None,
) -> tuple[tuple[int, ...], ...]:
    """Part the components of lines into columns, notes in the margin, and what is above and below them.

    Parameters
    ----------
    components : Components
    lines : sequence of TextLine
        As found across the page, over the white between columns.
    letter_px : float
        Letter height.
    settings : ColumnSettings, optional

    Returns
    -------
    tuple of tuples of int
        Components of each block, in reading order; one block if there are no columns. Each member of a line
        is in one block.
    """
    indices = np.array([index for line in lines for index in line.members], dtype=np.int64)
    if not indices.size:
        return ()
    pieces = _straightened(components, lines, indices, letter_px)
    parts = _parted(pieces, np.arange(len(indices)), settings or ColumnSettings())
    return tuple(tuple(sorted(indices[part].tolist())) for part in parts)


def _straightened(
    components: Components, lines: Sequence[TextLine], indices: Indices, letter_px: float
) -> Pieces:
    """Turn the page so that its lines lie level, and measure it in letter heights."""
    boxes = components.boxes[indices] / letter_px
    counts = np.array([len(line.members) for line in lines])
    number = np.repeat(np.arange(len(lines)), counts)
    slope = float(np.median(np.repeat([line.slope for line in lines], counts)))
    rows, cols = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    level_rows, level_cols = rows - slope * cols, cols + slope * rows
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    is_letter = heights >= _LOWEST_LETTERS
    sizes = [np.quantile(heights[number == line], _SIZE_QUANTILE) for line in range(len(lines))]
    return Pieces(
        level_rows - heights / 2,
        level_cols - widths / 2,
        level_rows + heights / 2,
        level_cols + widths / 2,
        number,
        is_letter,
        np.array(sizes)[number],
    )


def _parted(pieces: Pieces, chosen: Indices, settings: ColumnSettings) -> list[Indices]:
    """Part some of the pieces at a gutter, and the parts again; in reading order."""
    region = pieces.only(chosen)
    gutter = find_gutter(region, settings=settings)
    if gutter is None:
        return [chosen]
    middle = np.array([_middle_row(region, line) for line in region.lines])
    above, below = middle < gutter.top, middle > gutter.bottom
    is_left = region.lefts + region.rights < 2 * gutter.col
    left, right = ~above & ~below & is_left, ~above & ~below & ~is_left
    columns = [right, left] if _is_note(region.only(left), region.only(right)) else [left, right]
    parts = [chosen[part] for part in (above, *columns, below) if part.any()]
    return [smaller for part in parts for smaller in _parted(pieces, part, settings)]


def _middle_row(pieces: Pieces, line: int) -> float:
    own = pieces.only(pieces.lines == line)
    return float(np.median((own.tops + own.bottoms) / 2))


def _is_note(pieces: Pieces, beside: Pieces) -> bool:
    """Tell whether a column is a note in the margin of the one beside it."""
    (height, width), (full_height, full_width) = (
        (np.ptp([*own.tops, *own.bottoms]), np.ptp([*own.lefts, *own.rights])) for own in (pieces, beside)
    )
    return bool(width < _NOTE_WIDTH * full_width and height < _NOTE_HEIGHT * full_height)
