"""Tell the white between columns of text from that in a table, a form or a line.

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

from ocr.page.gutters import find_white

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.page.gutters import Gutter, Pieces

    Float64 = NDArray[np.float64]


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
# another in a word are closer than this: sides of single signs are no columns.
_FEWEST_LETTERS, _CLOSE_LETTERS = 3, 0.6
# Both sides are written across if more than this share of the lines of one have one of the other at their
# height. A note may be at the height of lines: its letters are smaller by this factor.
_LEVEL_FRAC, _OTHER_SIZE = 0.5, 1.35
# Another gutter is at least this far away and shares this much of the height: nearer are the ends of lines.
_COLUMN_LETTERS, _AS_HIGH_FRAC = 4.0, 0.7
# The slope that the page was turned by is known to within about this.
_TILT = 0.02
# Of the heights of letters this quantile is that of their size: more or less a capital.
_SIZE_QUANTILE = 0.85
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
    whites = tuple(find_white(pieces, gutter_letters=settings.gutter_letters))
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
        float(np.quantile(heights, _SIZE_QUANTILE)) if heights.size else 0.0,
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
