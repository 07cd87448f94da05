"""Find the white between columns of text, and tell it from the white in a table, a form or a line.

A gutter is white from line to line: with the page turned straight, no ink comes near one column of it. The
one that parts most rows of ink is looked at first, as in a recursive cut [1]_. That is not enough to part
the text there: the cells of a table have white between them too, and so have wide spaces. What parts text is

- that the lines on both sides do not stand at the same height: nobody can have written them across; or
- that they do, but both sides are running text: several words to a line, most lines as wide as the column,
  and those on the right begin below one another.

References
----------
.. [1] Nagy, Seth, Viswanathan, "A prototype document image analysis system for technical journals",
       Computer 25 (1992).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Float64 = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ColumnSettings:
    """What parts columns; lengths in letter heights, of the letters beside the gutter where they are larger.

    Attributes
    ----------
    gutter_letters, gutter_spaces : float
        A gutter is at least this wide, and so many times as wide as a typical space between words.
    fewest_letters : int
        What has fewer letters is not counted as a line: a number in front of it, a mark.
    fewest_lines, most_lines : int
        One side of it has at least so many lines, the other at least so many.
    level_letters : float
        Lines stand at the same height if their baselines differ by no more than this.
    level_frac : float
        Sides are written across if more than this share of the lines of one have one of the other at their
        height.
    other_size : float
        ... unless the letters of one are larger than those of the other by this factor.
    close_letters : float
        Letters that follow one another in a word are closer than this: sides of single signs are no columns.
    fewest_words : float
        Words in a typical line of running text.
    narrowest_letters, filled_frac : float
        A column of running text is at least this wide, and a typical line of it fills this share.
    edge_letters : float
        Most lines of a column begin this close to each other.
    """

    gutter_letters: float = 1.2
    gutter_spaces: float = 1.5
    fewest_letters: int = 3
    fewest_lines: int = 2
    most_lines: int = 3
    level_letters: float = 0.5
    level_frac: float = 0.5
    other_size: float = 1.35
    close_letters: float = 0.6
    fewest_words: float = 2.5
    narrowest_letters: float = 6.0
    filled_frac: float = 0.7
    edge_letters: float = 0.8


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
    lines: NDArray[np.int64]
    is_letter: Mask
    sizes: Float64

    def only(self, chosen: Mask | NDArray[np.int64]) -> Pieces:
        """Return some of them."""
        return Pieces(*(values[chosen] for values in self))


class Gutter(NamedTuple):
    """White between columns: its first and last row, and its middle column, in letter heights."""

    top: float
    bottom: float
    col: float


# Gutters are looked for on a grid this much finer than a letter.
_CELLS_PER_LETTER = 4
# Ink of both sides within this distance counts as beside one another.
_BESIDE_LETTERS = 1.0
# What parts less ink than this, in rows, has not two lines on both sides.
_SHORTEST_LETTERS = 3.0
# So many gutters of a region are looked at; a table may have dozens.
_MOST_TRIED = 4
# Two letters of a line further apart than this have a space between them.
_SPACE_LETTERS = 0.45
# The slope that the page was turned by is known to within about this.
_TILT = 0.02
# Of the heights of letters this quantile is that of their size: more or less a capital.
_SIZE_QUANTILE = 0.85
# Of the lines of a column so many begin at its edge: others are indented.
_AT_EDGE_FRAC = 0.65


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
    for gutter in _gutters(pieces, settings):
        rows = (pieces.tops + pieces.bottoms) / 2
        beside = pieces.only((rows >= gutter.top) & (rows <= gutter.bottom))
        is_left = beside.lefts + beside.rights < 2 * gutter.col
        if _are_columns(beside.only(is_left), beside.only(~is_left), settings):
            return gutter
    return None


def _gutters(pieces: Pieces, settings: ColumnSettings) -> Iterator[Gutter]:
    """White between columns of ink, that which parts most rows of ink first."""
    aside = settings.gutter_letters / 2 * np.maximum(pieces.sizes, 1)
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


class _Side(NamedTuple):
    """What the lines of one side of a gutter look like, in letter heights; (m,) arrays, a value for a line."""

    baselines: Float64
    lefts: Float64
    rights: Float64
    words: Float64
    gaps: Float64
    size: float


def _are_columns(left: Pieces, right: Pieces, settings: ColumnSettings) -> bool:
    """Tell whether what is left and right of a gutter is to be read one after the other."""
    sides = _side(left, settings), _side(right, settings)
    counts = sorted(len(side.baselines) for side in sides)
    if counts[0] < settings.fewest_lines or counts[1] < settings.most_lines:
        return False
    if any(np.median(side.gaps) > settings.close_letters for side in sides):
        return False
    gaps = np.concatenate([side.gaps for side in sides])
    spaces = gaps[gaps > _SPACE_LETTERS]
    white = right.lefts.min() - left.rights.max()
    if spaces.size and white < settings.gutter_spaces * np.median(spaces):
        return False
    return not _are_level(*sides, settings) or _are_running_text(*sides, settings)


def _side(pieces: Pieces, settings: ColumnSettings) -> _Side:
    letters = pieces.only(pieces.is_letter)
    baselines, lefts, rights, words, gaps = [], [], [], [], []
    for line in np.unique(letters.lines):
        own = letters.only(letters.lines == line)
        if len(own.lines) < settings.fewest_letters:
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
        *(np.array(values, dtype=np.float64) for values in (baselines, lefts, rights, words)),
        gaps=np.array(gaps, dtype=np.float64),
        size=float(np.quantile(heights, _SIZE_QUANTILE)) if heights.size else 0.0,
    )


def _are_level(left: _Side, right: _Side, settings: ColumnSettings) -> bool:
    """Tell whether the lines of both sides stand at the same heights, in letters of the same size."""
    if max(left.size, right.size) > settings.other_size * min(left.size, right.size):
        return False
    apart = left.baselines[:, None] - right.baselines
    # Of the side with fewer lines: some rows of a table may lack a cell.
    fewer = 0 if len(left.baselines) >= len(right.baselines) else 1
    run = (np.median(right.lefts + right.rights) - np.median(left.lefts + left.rights)) / 2
    shares = [
        np.mean(np.abs(apart + tilt * run).min(axis=fewer) <= settings.level_letters)
        for tilt in (-_TILT, 0, _TILT)
    ]
    return bool(max(shares) > settings.level_frac)


def _are_running_text(left: _Side, right: _Side, settings: ColumnSettings) -> bool:
    """Tell whether lines at the same heights are nevertheless text in two columns."""
    for side in (left, right):
        if len(side.baselines) < settings.most_lines:
            return False
        widths = side.rights - side.lefts
        column = side.rights.max() - side.lefts.min()
        filled = np.median(widths) >= settings.filled_frac * column
        if not filled or column < settings.narrowest_letters or np.median(side.words) < settings.fewest_words:
            return False
    at_edge = np.abs(right.lefts - np.median(right.lefts)) <= settings.edge_letters
    return bool(np.mean(at_edge) >= _AT_EDGE_FRAC)
