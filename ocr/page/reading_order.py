"""Put the lines of a page in the order in which they are read.

Lines are read top to bottom, each from its left end to its right. Where columns stand side by side, they are
read one after the other, the left one first; so are columns within a column. A title across them is read
before them, what is written below across them after them. A column much narrower and lower than the text
beside it is a note in the margin: it is read after that text, on whichever side it is.

Find white that runs between ink from row to row, as between columns of text or the cells of a table.

With the page turned straight, no ink comes near one column of the white, as in a recursive cut [1]_.

References
----------
.. [1] Nagy, Seth, Viswanathan, "A prototype document image analysis system for technical journals",
       Computer 25 (1992).

Tell the white between columns of text from that in a table, a form or a line.

That white runs from line to line is not enough to part the text there: the cells of a table have white
between them too, and so have wide spaces. What parts text is

- that the lines on both sides do not stand at the same height: nobody can have written them across; or
- that they do, but both sides are running text: several words to a line, most lines as wide as the column,
  and those on the right begin below one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from ocr.page.lines import find_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.page.components import Components
    from ocr.page.lines import TextLine


# A column narrower and lower than these shares of what is beside it is a note in the margin.
_NOTE_WIDTH, _NOTE_HEIGHT = 0.45, 0.75
# Lower than this are dots, bars and commas; the small letters of a note are higher.
_LOWEST_LETTERS = 0.3
# Of the heights of a line's letters this quantile is that of its size: more or less a capital.
_SIZE_QUANTILE = 0.75


def lines_in_order(
    components: Components,
    *,
    text_height_px: float,
    settings: ColumnSettings | None = None,
) -> tuple[tuple[TextLine, ...], tuple[int, ...]]:
    """Gather components into lines, column by column.

    Parameters
    ----------
    components : Components
        Writing only: no specks, no rules.
    text_height_px : float
        Letter height.
    settings : ColumnSettings, optional

    Returns
    -------
    lines : tuple of TextLine
        In reading order; members left to right.
    strays : tuple of int
        Small marks that belong to no line.
    """
    lines, strays = find_lines(components, text_height_px=text_height_px)
    blocks = find_blocks(components, lines, text_height_px=text_height_px, settings=settings)
    if len(blocks) < 2:
        return lines, strays
    found = [find_lines(components, text_height_px=text_height_px, only=block) for block in blocks]
    lines = tuple(line for own, _ in found for line in own)
    return lines, tuple(sorted((*strays, *(index for _, own in found for index in own))))


def find_blocks(
    components: Components,
    lines: Sequence[TextLine],
    *,
    text_height_px: float,
    settings: ColumnSettings | None = None,
) -> tuple[tuple[int, ...], ...]:
    """Part the components of lines into columns, notes in the margin, and what is above and below them.

    Parameters
    ----------
    components : Components
    lines : sequence of TextLine
        As found across the page, over the white between columns.
    text_height_px : float
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
    pieces = _straightened(components, lines, indices, text_height_px)
    parts = _parted(pieces, np.arange(len(indices)), settings or ColumnSettings())
    return tuple(tuple(sorted(indices[part].tolist())) for part in parts)


def _straightened(
    components: Components, lines: Sequence[TextLine], indices: Int64, text_height_px: float
) -> Pieces:
    """Turn the page so that its lines lie level, and measure it in letter heights."""
    boxes = components.boxes[indices] / text_height_px
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


def _parted(pieces: Pieces, chosen: Int64, settings: ColumnSettings) -> list[Int64]:
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


class Pieces(NamedTuple):
    """The ink of a page turned straight, piece by piece, in letter heights.

    Attributes
    ----------
    tops, lefts, bottoms, rights : (n,) float arrays
    lines : (n,) int array
        To which line each belongs, as found across the page.
    is_letter : (n,) bool array
        No dot, bar or comma.
    sizes : (n,) float array
        Of the letters of its line, 1 for those of the page.
    """

    tops: Float64
    lefts: Float64
    bottoms: Float64
    rights: Float64
    lines: Int64
    is_letter: Mask
    sizes: Float64

    def only(self, chosen: Mask | Int64) -> Pieces:
        """Return some of them."""
        return Pieces(
            self.tops[chosen],
            self.lefts[chosen],
            self.bottoms[chosen],
            self.rights[chosen],
            self.lines[chosen],
            self.is_letter[chosen],
            self.sizes[chosen],
        )


class Gutter(NamedTuple):
    """White between columns: its first and last row, and its middle column, in letter heights."""

    top: float
    bottom: float
    col: float


# White is looked for on a grid this much finer than a letter.
_CELLS_PER_LETTER = 4
# Ink of both sides within this distance counts as beside one another.
_BESIDE_LETTERS = 1.0
# What parts less ink than this, in rows, has not two lines on both sides.
_SHORTEST_LETTERS = 3.0
# So much of it is offered.
_MOST_TRIED = 4


def find_whitespace(pieces: Pieces, *, gutter_letters: float) -> Iterator[Gutter]:
    """Find white that runs between ink from row to row, that which parts most rows of ink first.

    Parameters
    ----------
    pieces : Pieces
        Of a part of a page; at least one.
    gutter_letters : float
        The white is at least this wide, in heights of the letters beside it where they are larger than usual.

    Yields
    ------
    Gutter
        At most four: a table may have dozens.
    """
    aside = gutter_letters / 2 * np.maximum(pieces.sizes, 1)
    top, left = pieces.tops.min(), (pieces.lefts - aside).min()
    boxes = np.stack([pieces.tops - top, pieces.lefts - left, pieces.bottoms - top, pieces.rights - left])
    # The white beside a piece of ink may part columns only from half a gutter on.
    taken = _cells(boxes + np.stack([0 * aside, -aside, 0 * aside, aside]))
    inked = _cells(boxes, taken.shape)
    reach = 2 * round(_BESIDE_LETTERS * _CELLS_PER_LETTER) + 1
    before = np.logical_or.accumulate(inked, axis=1)
    after = np.logical_or.accumulate(inked[:, ::-1], axis=1)[:, ::-1]
    parted = ndimage.maximum_filter1d(before, reach, axis=0) & ndimage.maximum_filter1d(after, reach, axis=0)
    sums = np.cumsum(parted & ~taken, axis=0)
    # Rows parted since the gutter was last crossed.
    run = np.where(taken, 0, sums - np.maximum.accumulate(np.where(taken, sums, 0), axis=0))
    for _ in range(_MOST_TRIED):
        stop, col = np.unravel_index(run.argmax(), run.shape)
        if run[stop, col] < _SHORTEST_LETTERS * _CELLS_PER_LETTER:
            return
        crossed = np.flatnonzero(taken[:, col])
        first = int(max(crossed[crossed < stop], default=-1)) + 1
        last = int(min(crossed[crossed > stop], default=len(run)))
        white = ~taken[first:last].any(axis=0)
        edges = np.flatnonzero(~white)
        begin, end = max(edges[edges < col], default=-1) + 1, min(edges[edges > col], default=white.size)
        rows = top + np.array([first, last]) / _CELLS_PER_LETTER
        yield Gutter(float(rows[0]), float(rows[1]), float(left + (begin + end) / 2 / _CELLS_PER_LETTER))
        run[first:last, begin:end] = 0


def _cells(boxes: Float64, shape: tuple[int, ...] | None = None) -> Mask:
    """Cells (H, W) of the grid that are within some box; boxes (4, n) in letters, from 0 on."""
    tops, lefts, bottoms, rights = (boxes * _CELLS_PER_LETTER).round().astype(np.int64)
    cells = np.zeros(shape or (int(bottoms.max()) + 1, int(rights.max()) + 1), dtype=bool)
    for box_top, box_left, box_bottom, box_right in zip(tops, lefts, bottoms, rights, strict=True):
        cells[box_top : max(box_bottom, box_top + 1), box_left : max(box_right, box_left + 1)] = True
    return cells


@dataclass(frozen=True, slots=True)
class ColumnSettings:
    """What parts columns; lengths in letter heights, of the letters beside the gutter where they are larger.

    Attributes
    ----------
    gutter_letters : float
        A gutter is at least this wide.
    fewest_lines, most_lines : int
        One side of it has at least so many lines, the other at least so many.
    level_letters : float
        Lines stand at the same height if their baselines differ by no more than this.
    fewest_words : float
        Words in a typical line of running text.
    filled_frac : float
        A typical line of running text takes this share of the width of its column.
    """

    gutter_letters: float = 1.2
    fewest_lines: int = 2
    most_lines: int = 3
    level_letters: float = 0.5
    fewest_words: float = 2.5
    filled_frac: float = 0.7


# A gutter is so many times as wide as a typical space between words; two letters of a line further apart than
# this have a space between them.
_GUTTER_SPACES, _SPACE_LETTERS = 1.5, 0.45
# What has fewer letters is not counted as a line: a number in front of it, a mark. Letters that follow one
# another in a word are closer than this: sides of single characters are no columns.
_FEWEST_LETTERS, _CLOSE_LETTERS = 3, 0.6
# Both sides are written across if more than this share of the lines of one have one of the other at their
# height. A note may be at the height of lines: its letters are smaller by this factor.
_LEVEL_FRAC, _OTHER_SIZE = 0.5, 1.35
# Another gutter is at least this far away and shares this much of the height: nearer are the ends of lines.
_COLUMN_LETTERS, _AS_HIGH_FRAC = 4.0, 0.7
# The slope that the page was turned by is known to within about this.
_TILT = 0.02
# Of the heights of letters this quantile is that of their size: more or less a capital.
_SIZE_QUANTILE_of_columns = 0.85
# A column of running text is at least this wide. So many of its lines begin this close to its edge: others
# are indented.
_NARROWEST_LETTERS, _AT_EDGE_FRAC, _EDGE_LETTERS = 6.0, 0.65, 0.8


def find_gutter(pieces: Pieces, *, settings: ColumnSettings | None = None) -> Gutter | None:
    """Find the gutter that parts most of the text.

    Parameters
    ----------
    pieces : Pieces
        Of a part of a page.
    settings : ColumnSettings, optional

    Returns
    -------
    Gutter or None
        None if the text is to be read across.
    """
    settings = settings or ColumnSettings()
    if len(pieces.lines) < 2 * settings.fewest_lines:
        return None
    whites = tuple(find_whitespace(pieces, gutter_letters=settings.gutter_letters))
    refused: list[float] = []
    # Beside lines that end early there is white too, but not as high as that between the columns: what the
    # highest says holds for what is near.
    for white in sorted(whites, key=lambda one: one.top - one.bottom):
        if any(abs(white.col - col) < _COLUMN_LETTERS for col in refused):
            continue
        if _are_columns(*_columns_beside(pieces, white, whites), settings=settings):
            return white
        refused.append(white.col)
    return None


def _columns_beside(pieces: Pieces, gutter: Gutter, whites: tuple[Gutter, ...]) -> tuple[Pieces, Pieces]:
    """Return what is left and right of a gutter, up to the next gutter that is about as high."""
    rows, cols = (pieces.tops + pieces.bottoms) / 2, (pieces.lefts + pieces.rights) / 2
    beside = (rows >= gutter.top) & (rows <= gutter.bottom)
    shared = [(other.col, min(gutter.bottom, other.bottom) - max(gutter.top, other.top)) for other in whites]
    ends = [col for col, height in shared if height > _AS_HIGH_FRAC * (gutter.bottom - gutter.top)]
    first = max((col for col in ends if col < gutter.col - _COLUMN_LETTERS), default=-np.inf)
    last = min((col for col in ends if col > gutter.col + _COLUMN_LETTERS), default=np.inf)
    is_left, is_right = (cols > first) & (cols < gutter.col), (cols >= gutter.col) & (cols < last)
    return pieces.only(beside & is_left), pieces.only(beside & is_right)


class _Side(NamedTuple):
    """What the lines of one side of a gutter look like, in letter heights; (m,) arrays."""

    baselines: Float64
    lefts: Float64
    rights: Float64
    words: Float64
    gaps: Float64
    size: float


def _are_columns(left: Pieces, right: Pieces, *, settings: ColumnSettings) -> bool:
    """Tell whether what is left and right of a gutter is to be read one after the other."""
    sides = _side(left), _side(right)
    counts = sorted(len(side.baselines) for side in sides)
    if counts[0] < settings.fewest_lines or counts[1] < settings.most_lines:
        return False
    if any(np.median(side.gaps) > _CLOSE_LETTERS for side in sides):
        return False
    gaps = np.concatenate([side.gaps for side in sides])
    spaces = gaps[gaps > _SPACE_LETTERS]
    white = right.lefts.min() - left.rights.max()
    if spaces.size and white < _GUTTER_SPACES * np.median(spaces):
        return False
    return not _are_level(*sides, settings) or _are_running_text(*sides, settings)


def _side(pieces: Pieces) -> _Side:
    letters = pieces.only(pieces.is_letter)
    baselines, lefts, rights, words, gaps = [], [], [], [], []
    for line in np.unique(letters.lines):
        own = letters.only(letters.lines == line)
        if len(own.lines) < _FEWEST_LETTERS:
            continue
        own = own.only(np.argsort(own.lefts))
        between = own.lefts[1:] - np.maximum.accumulate(own.rights)[:-1]
        baselines.append(np.median(own.bottoms))
        lefts.append(own.lefts[0])
        rights.append(own.rights.max())
        words.append(1.0 + float(np.sum(between > _SPACE_LETTERS)))
        gaps += between.tolist()
    heights = letters.bottoms - letters.tops
    return _Side(
        np.array(baselines, dtype=np.float64),
        np.array(lefts, dtype=np.float64),
        np.array(rights, dtype=np.float64),
        np.array(words, dtype=np.float64),
        np.array(gaps, dtype=np.float64),
        float(np.quantile(heights, _SIZE_QUANTILE_of_columns)) if heights.size else 0.0,
    )


def _are_level(left: _Side, right: _Side, settings: ColumnSettings) -> bool:
    """Tell whether the lines of both sides stand at the same heights, in letters of the same size."""
    note, text = sorted((left, right), key=lambda side: len(side.baselines))
    if note.size * _OTHER_SIZE < text.size:
        return False
    apart = left.baselines[:, None] - right.baselines
    # Of the side with fewer lines: some rows of a table may lack a cell.
    fewer = 0 if len(left.baselines) >= len(right.baselines) else 1
    run = (np.median(right.lefts + right.rights) - np.median(left.lefts + left.rights)) / 2
    shares = [
        np.mean(np.abs(apart + tilt * run).min(axis=fewer) <= settings.level_letters)
        for tilt in (-_TILT, 0, _TILT)
    ]
    return bool(max(shares) > _LEVEL_FRAC)


def _are_running_text(left: _Side, right: _Side, settings: ColumnSettings) -> bool:
    """Tell whether lines at the same heights are nevertheless text in two columns."""
    for side in (left, right):
        if len(side.baselines) < settings.most_lines:
            return False
        widths = side.rights - side.lefts
        column = side.rights.max() - side.lefts.min()
        filled = np.median(widths) >= settings.filled_frac * column
        if not filled or column < _NARROWEST_LETTERS or np.median(side.words) < settings.fewest_words:
            return False
    at_edge = np.abs(right.lefts - np.median(right.lefts)) <= _EDGE_LETTERS
    return bool(np.mean(at_edge) >= _AT_EDGE_FRAC)
