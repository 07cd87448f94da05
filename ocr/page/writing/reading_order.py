"""Put the lines of a page in reading order: top to bottom, and column by column.

Columns side by side are read one after the other, the left one first; so are columns within a column. A
title across them is read before them, what is written below across them after them. A column much narrower
and lower than the text beside it is a note in the margin: it is read after that text, on whichever side it
is.

Columns are separated by a gutter: whitespace that no ink comes near, from row to row, once the page is turned
level, as in a recursive cut [1]_. The cells of a table have whitespace between them too, and so have wide
spaces. A gutter separates columns only if

- the lines on both sides do not stand at the same height: nobody can have written them across; or
- they do, but both sides are running text: several words to a line, most lines as wide as the column, and
  those on the right begin below one another.

References
----------
.. [1] Nagy, Seth, Viswanathan, "A prototype document image analysis system for technical journals",
       Computer 25 (1992).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.numeric import distinct, median, quantile
from ocr.page.writing.lines import TextLines, find_lines, join_rows
from ocr.page.writing.whitespace import Gutter, LevelBoxes, find_whitespace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.geometry import Box
    from ocr.page.ink.components import Components
    from ocr.page.printed.printed_lines import Frame
    from ocr.page.writing.chains import TextLine


# A column narrower and lower than these shares of what is beside it is a note in the margin.
_NOTE_WIDTH_FRAC, _NOTE_HEIGHT_FRAC = 0.45, 0.75
# Lower than this are dots, bars and commas; the small letters of a note are higher.
_LOWEST_HEIGHTS = 0.3
# Of the heights of letters these quantiles are their size, about a capital: of a line, and of a column.
_LINE_SIZE_QUANTILE, _COLUMN_SIZE_QUANTILE = 0.75, 0.85

# One side of a gutter has at least so many lines, the other at least so many.
_FEWEST_LINES, _FEWEST_LINES_OF_LONGER = 2, 3
# A gutter is so many times as wide as a typical space between words; two letters of a line further apart than
# this have a space between them.
_GUTTER_SPACES, _SPACE_HEIGHTS = 1.5, 0.45
# What has fewer letters is not counted as a line: a number in front of it, a mark. Letters that follow one
# another in a word are closer than this: sides of single characters are no columns.
_FEWEST_LETTERS, _CLOSE_HEIGHTS = 3, 0.6
# Lines stand at the same height if their baselines differ by no more than this. Both sides are written across
# if more than this share of the lines of one have one of the other at their height.
_LEVEL_HEIGHTS, _LEVEL_FRAC = 0.5, 0.5
# Two sides are cells of a table if more than this share of both is in a table.
_TABLED_FRAC = 0.5
# A note may be at the height of lines: its letters are smaller by this factor.
_OTHER_SIZE = 1.35
# Another gutter is at least this far away and shares this much of the height: nearer are the ends of lines.
_COLUMN_HEIGHTS, _AS_HIGH_FRAC = 4.0, 0.7
# The slope of the page is known to within about this.
_SLOPE_ERROR = 0.02
# A column of running text is at least this wide; a typical line of it takes this share of the width and has
# so many words.
_NARROWEST_HEIGHTS, _FILLED_FRAC, _FEWEST_WORDS = 6.0, 0.7, 2.5
# So many of its lines begin this close to its edge: others are indented.
_AT_EDGE_FRAC, _EDGE_HEIGHTS = 0.65, 0.8


def lines_in_order(
    components: Components,
    *,
    text_height_px: float,
    combs: Sequence[Frame] = (),
    tables: Sequence[Box] = (),
) -> TextLines:
    """Group components into lines, column by column.

    Parameters
    ----------
    components : Components
        Writing only: no specks, no rules.
    text_height_px : float
    combs : sequence of Frame
        Rows of boxes for a character each: what stands beside them is their label, and no column.
    tables : sequence of Box
        Printed tables: they are read row by row.

    Returns
    -------
    TextLines
        In reading order; members left to right. Small marks that are in no line are rejected.
    """
    across = find_lines(components, text_height_px=text_height_px, combs=combs)
    blocks = find_blocks(components, across.lines, text_height_px=text_height_px, combs=combs, tables=tables)
    columns = [across]
    if len(blocks) > 1:
        columns = [
            find_lines(components, text_height_px=text_height_px, only=block, combs=combs) for block in blocks
        ]
    found = [join_rows(components, column, text_height_px=text_height_px) for column in columns]
    rejected = sorted({index for one in (across, *found) for index in one.rejected})
    return TextLines(tuple(line for block in found for line in block.lines), tuple(rejected))


def find_blocks(
    components: Components,
    lines: Sequence[TextLine],
    *,
    text_height_px: float,
    combs: Sequence[Frame] = (),
    tables: Sequence[Box] = (),
) -> tuple[tuple[int, ...], ...]:
    """Split the components of lines into columns, notes in the margin, and what is above and below them.

    Parameters
    ----------
    components : Components
    lines : sequence of TextLine
        As found across the page, over the whitespace between columns.
    text_height_px : float
    combs : sequence of Frame
    tables : sequence of Box

    Returns
    -------
    tuple of tuples of int
        Components of each block, in reading order; one block if there are no columns. Each member of a line
        is in one block.
    """
    indices = np.array([index for line in lines for index in line.members], dtype=np.int64)
    if not indices.size:
        return ()
    boxes = _level_boxes(components, lines, indices, text_height_px)
    own = [components.box(index) for index in indices.tolist()] if combs or tables else []
    if combs:
        boxes = boxes._replace(is_boxed=_are_in([comb.box for comb in combs], own))
    if tables:
        boxes = boxes._replace(is_tabled=_are_in(tables, own))
    return tuple(tuple(sorted(indices[part].tolist())) for part in _split(boxes, np.arange(len(indices))))


def _are_in(areas: Sequence[Box], boxes: Sequence[Box]) -> Mask:
    """Return whether the middle of each box (n,) is in one of some areas."""
    return np.array([any(area.holds_center(box) for area in areas) for box in boxes])


def _level_boxes(
    components: Components, lines: Sequence[TextLine], indices: Int64, text_height_px: float
) -> LevelBoxes:
    """Turn the page so that its lines are level, and measure it in text heights."""
    boxes = components.boxes[indices] / text_height_px
    counts = np.array([len(line.members) for line in lines])
    number = np.repeat(np.arange(len(lines)), counts)
    slope = median(np.repeat([line.slope for line in lines], counts))
    rows, cols = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    level_rows, level_cols = rows - slope * cols, cols + slope * rows
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    sizes = [quantile(heights[number == line], _LINE_SIZE_QUANTILE) for line in range(len(lines))]
    return LevelBoxes(
        tops=level_rows - heights / 2,
        lefts=level_cols - widths / 2,
        bottoms=level_rows + heights / 2,
        rights=level_cols + widths / 2,
        lines=number,
        is_letter=heights >= _LOWEST_HEIGHTS,
        sizes=np.array(sizes)[number],
        is_boxed=np.zeros(len(indices), bool),
        is_tabled=np.zeros(len(indices), bool),
    )


def _split(boxes: LevelBoxes, chosen: Int64) -> list[Int64]:
    """Split some of the boxes at a gutter, and the parts again; in reading order."""
    region = boxes.only(chosen)
    gutter = find_gutter(region)
    if gutter is None:
        return [chosen]
    lines = distinct(region.lines)
    middle = np.array([_middle_row(region, line) for line in lines])[np.searchsorted(lines, region.lines)]
    above, below = middle < gutter.top, middle > gutter.bottom
    is_left = region.lefts + region.rights < 2 * gutter.col
    left, right = ~above & ~below & is_left, ~above & ~below & ~is_left
    columns = [right, left] if _is_note(region.only(left), region.only(right)) else [left, right]
    parts = [chosen[part] for part in (above, *columns, below) if part.any()]
    return [smaller for part in parts for smaller in _split(boxes, part)]


def _middle_row(boxes: LevelBoxes, line: int) -> float:
    """Return the median of the middle rows of a line's boxes."""
    own = boxes.only(boxes.lines == line)
    return median((own.tops + own.bottoms) / 2)


def _is_note(boxes: LevelBoxes, beside: LevelBoxes) -> bool:
    """Return whether a column is a note in the margin of the one beside it."""
    (height, width), (full_height, full_width) = (
        (np.ptp([*own.tops, *own.bottoms]), np.ptp([*own.lefts, *own.rights])) for own in (boxes, beside)
    )
    return bool(width < _NOTE_WIDTH_FRAC * full_width and height < _NOTE_HEIGHT_FRAC * full_height)


def find_gutter(boxes: LevelBoxes) -> Gutter | None:
    """Find the gutter that separates most of the text of a part of a page.

    Returns
    -------
    Gutter or None
        None if the text is to be read across.
    """
    if len(boxes.lines) < 2 * _FEWEST_LINES:
        return None
    gutters = tuple(find_whitespace(boxes))
    refused: list[float] = []
    # Beside lines that end early there is whitespace too, but not as high as that between the columns: what
    # holds for the highest holds for those near it.
    for gutter in sorted(gutters, key=lambda one: one.top - one.bottom):
        if any(abs(gutter.col - col) < _COLUMN_HEIGHTS for col in refused):
            continue
        if _are_columns(*_columns_beside(boxes, gutter, gutters)):
            return gutter
        refused.append(gutter.col)
    return None


def _columns_beside(
    boxes: LevelBoxes, gutter: Gutter, gutters: tuple[Gutter, ...]
) -> tuple[LevelBoxes, LevelBoxes]:
    """Return what is left and right of a gutter, up to the next gutter that is about as high."""
    rows, cols = (boxes.tops + boxes.bottoms) / 2, (boxes.lefts + boxes.rights) / 2
    beside = (rows >= gutter.top) & (rows <= gutter.bottom)
    shared = [(other.col, min(gutter.bottom, other.bottom) - max(gutter.top, other.top)) for other in gutters]
    ends = [col for col, height in shared if height > _AS_HIGH_FRAC * (gutter.bottom - gutter.top)]
    first = max((col for col in ends if col < gutter.col - _COLUMN_HEIGHTS), default=-np.inf)
    last = min((col for col in ends if col > gutter.col + _COLUMN_HEIGHTS), default=np.inf)
    is_left, is_right = (cols > first) & (cols < gutter.col), (cols >= gutter.col) & (cols < last)
    return boxes.only(beside & is_left), boxes.only(beside & is_right)


class _Side(NamedTuple):
    """The lines of one side of a gutter, in text heights.

    Attributes
    ----------
    baselines, lefts, rights, words : (m,) float arrays
        Of lines with several letters.
    rows : (r,) float array
        Baselines of all lines.
    gaps : (k,) float array
        Between letters.
    size : float
        Of letters.
    """

    baselines: Float64
    lefts: Float64
    rights: Float64
    words: Float64
    rows: Float64
    gaps: Float64
    size: float


def _are_columns(left: LevelBoxes, right: LevelBoxes) -> bool:
    """Return whether what is left and right of a gutter is to be read one after the other."""
    # A form is read row by row.
    if left.is_boxed.any() or right.is_boxed.any():
        return False
    sides = _side(left), _side(right)
    counts = sorted(len(side.baselines) for side in sides)
    if counts[0] < _FEWEST_LINES or counts[1] < _FEWEST_LINES_OF_LONGER:
        return False
    if any(median(side.gaps) > _CLOSE_HEIGHTS for side in sides):
        return False
    gaps = np.concatenate([side.gaps for side in sides])
    spaces = gaps[gaps > _SPACE_HEIGHTS]
    width = right.lefts.min() - left.rights.max()
    if spaces.size and width < _GUTTER_SPACES * median(spaces):
        return False
    is_table = left.is_tabled.mean() > _TABLED_FRAC and right.is_tabled.mean() > _TABLED_FRAC
    return not (is_table or _are_level(*sides)) or _are_running_text(*sides)


def _side(boxes: LevelBoxes) -> _Side:
    """Measure the lines of one side of a gutter."""
    letters = boxes.only(boxes.is_letter)
    lines: list[tuple[float, float, float, float]] = []
    rows: list[float] = []
    gaps: list[float] = []
    for line in distinct(letters.lines):
        own = letters.only(letters.lines == line)
        rows.append(median(own.bottoms))
        if len(own.lines) < _FEWEST_LETTERS:
            continue
        own = own.only(np.argsort(own.lefts))
        between = own.lefts[1:] - np.maximum.accumulate(own.rights)[:-1]
        words = 1.0 + float(np.sum(between > _SPACE_HEIGHTS))
        lines.append((rows[-1], float(own.lefts[0]), float(own.rights.max()), words))
        gaps += between.tolist()
    heights = letters.bottoms - letters.tops
    size = float(quantile(heights, _COLUMN_SIZE_QUANTILE)) if heights.size else 0.0
    baselines, lefts, rights, word_counts = np.array(lines, np.float64).reshape(-1, 4).T
    return _Side(baselines, lefts, rights, word_counts, np.array(rows), np.array(gaps, np.float64), size)


def _are_level(left: _Side, right: _Side) -> bool:
    """Return whether the lines of both sides stand at the same heights, in letters of the same size."""
    note, text = sorted((left, right), key=lambda side: len(side.baselines))
    if note.size * _OTHER_SIZE < text.size:
        return False
    run = (median(right.lefts + right.rights) - median(left.lefts + left.rights)) / 2
    # Of the side with fewer lines: some rows of a table may lack a cell. Others have only a number.
    apart = note.baselines[:, None] - text.rows
    shares = [
        np.mean(np.abs(apart + slope * run).min(axis=1) <= _LEVEL_HEIGHTS)
        for slope in (-_SLOPE_ERROR, 0, _SLOPE_ERROR)
    ]
    return bool(max(shares) > _LEVEL_FRAC)


def _are_running_text(left: _Side, right: _Side) -> bool:
    """Return whether lines at the same heights are nevertheless text in two columns."""
    for side in (left, right):
        if len(side.baselines) < _FEWEST_LINES_OF_LONGER:
            return False
        column_width = side.rights.max() - side.lefts.min()
        is_filled = median(side.rights - side.lefts) >= _FILLED_FRAC * column_width
        if not is_filled or column_width < _NARROWEST_HEIGHTS or median(side.words) < _FEWEST_WORDS:
            return False
    at_edge = np.abs(right.lefts - median(right.lefts)) <= _EDGE_HEIGHTS
    return bool(np.mean(at_edge) >= _AT_EDGE_FRAC)
