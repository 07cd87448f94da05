"""Group components into lines of text.

Letters are chained, see :mod:`ocr.page.writing.chains`. Then dots, bars and other small marks go to the line
in which they lie, small letters are lines of their own, and lines that stand at one height become rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.numeric import median, overlap, weighted_median
from ocr.page.writing.chains import (
    Extent,
    TextLine,
    centers_of,
    extents_of,
    find_chains,
    fitted_line,
    left_to_right,
    take_turns,
    typical_slope,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Int64
    from ocr.page.ink.components import Components
    from ocr.page.printed.printed_lines import Frame

# Components at least this high start and continue lines; lower ones are dots, bars and commas. An x-height is
# about 0.6 text heights.
_LETTER_HEIGHTS = 0.45
# A small mark belongs to the nearest line if the centre of the line is this close.
_BAND_HEIGHTS = 1.0
# ... and if the mark lies no further than this beyond an end of the line.
_BEYOND_END_HEIGHTS = 2.0
# Lines of a row differ in height by at most this; further apart by the error of the page's slope more, up to
# the second value.
_ROW_HEIGHTS, _SLOPE_ERROR, _MOST_ROW_HEIGHTS = 0.35, 0.02, 0.6
# Lines closer than this stand in a row if they differ in height by at most this share of the distance from
# line to line: words go up and down in a hurry, the more, the further apart lines are.
_CLOSE_HEIGHTS, _ROW_PITCH_FRAC = 2.0, 0.35
# The last letters of one and the first ones of the other may lie so far above each other, if they take turns.
_INTO_HEIGHTS = 1.2
# Lines wider than this tell how far it is from line to line, if they share so much of their width. Further
# than the third is a gap between blocks.
_WIDE_HEIGHTS, _ABOVE_FRAC, _MOST_PITCH_HEIGHTS = 3.0, 0.5, 3.0
# A piece of so many letters belongs to a line that it lies in, if it is no further from its middle than this
# share of the distance from line to line, and shares so much of its height.
_MOST_LETTERS_OF_PIECE, _PIECE_PITCH_FRAC, _PIECE_FRAC = 2, 0.4, 0.2
# Letters smaller than those of the page are at least so high and so many; their lines are so many times as
# wide as high.
_SMALL_LETTER_HEIGHTS, _FEWEST_SMALL, _WIDE = 0.33, 6, 1.5


class TextLines(NamedTuple):
    """Lines of a page in reading order, and the components that belong to none."""

    lines: tuple[TextLine, ...]
    rejected: tuple[int, ...]


def find_lines(
    components: Components,
    *,
    text_height_px: float,
    only: Sequence[int] | None = None,
    combs: Sequence[Frame] = (),
) -> TextLines:
    """Group components into lines.

    Parameters
    ----------
    components : Components
        Writing only: no specks, no rules.
    text_height_px : float
    only : sequence of int, optional
        The components to group, in rising order, such as those of a column; all if left out.
    combs : sequence of Frame
        Rows of boxes for a character each, the level lines first: what stands in one and beside it is a line.

    Returns
    -------
    TextLines
        Top to bottom; members left to right. Small marks that are in no line are rejected.
    """
    chosen = np.arange(len(components)) if only is None else np.array(only, dtype=np.int64)
    letters = chosen[components.heights[chosen] >= _LETTER_HEIGHTS * text_height_px]
    chains = find_chains(components, letters, text_height_px=text_height_px, combs=combs)
    slope = typical_slope(components, chains)
    lines = [fitted_line(components, chain, slope) for chain in chains]
    members, rejected = _with_small_marks(components, chosen, lines, text_height_px)
    filled = [
        TextLine(left_to_right(components, group), line.slope, line.offset)
        for group, line in zip(members, lines, strict=True)
    ]
    small, rejected = _lines_of_small_letters(components, rejected, text_height_px)
    return TextLines(_top_to_bottom(components, [*filled, *small]), rejected)


def _lines_of_small_letters(
    components: Components, rejected: Sequence[int], text_height_px: float
) -> tuple[tuple[TextLine, ...], tuple[int, ...]]:
    """Find lines among what is too low for a letter of the page, and return what is in none of them.

    Printed labels may be much smaller than what is written beside them. They are several letters of one
    height, and specks are not.
    """
    letters = [
        index for index in rejected if components.heights[index] >= _SMALL_LETTER_HEIGHTS * text_height_px
    ]
    if len(letters) < _FEWEST_SMALL:
        return (), tuple(rejected)
    height_px = weighted_median(components.heights[letters], components.heights[letters])
    found = find_lines(components, text_height_px=height_px, only=rejected)
    lines = tuple(line for line in found.lines if _is_wide(components.boxes[list(line.members)]))
    used = {index for line in lines for index in line.members}
    return lines, tuple(index for index in rejected if index not in used)


def _is_wide(boxes: Int64) -> bool:
    """Return whether boxes (n, 4) together are wider than a letter."""
    return bool(np.ptp(boxes[:, [1, 3]]) >= _WIDE * np.ptp(boxes[:, [0, 2]]))


def join_rows(components: Components, found: TextLines, *, text_height_px: float) -> TextLines:
    """Join lines that stand beside one another at one height: cells of a table without lines.

    Parameters
    ----------
    components : Components
    found : TextLines
        Of one column of the page.
    text_height_px : float

    Returns
    -------
    TextLines
        Top to bottom. Two lines are joined if each is the nearest in height to the other, and pieces of a
        letter or two are joined with the line that they lie in.
    """
    lines = list(found.lines)
    if len(lines) < 2:
        return found
    slope = typical_slope(components, [list(line.members) for line in lines])
    pitch_px = _line_pitch_px(components, lines, slope, text_height_px)
    # All pairs at once: noise leaves hundreds of lines.
    while pairs := _nearest_in_height(components, lines, slope, text_height_px, pitch_px):
        lines = _joined_pairs(components, lines, pairs, slope, text_height_px)
    if pieces := _pieces_of_lines(components, lines, pitch_px):
        lines = _joined_pairs(components, lines, pieces, slope, text_height_px)
    return TextLines(_top_to_bottom(components, lines), found.rejected)


def _joined_pairs(
    components: Components,
    lines: Sequence[TextLine],
    pairs: Sequence[tuple[int, int]],
    slope: float,
    text_height_px: float,
) -> list[TextLine]:
    """Join the second line of each pair with the first one."""
    joined = list(lines)
    for first, second in pairs:
        both = left_to_right(components, (*joined[first].members, *joined[second].members))
        letters = [one for one in both if components.heights[one] >= _LETTER_HEIGHTS * text_height_px]
        joined[first] = replace(fitted_line(components, letters or both, slope), members=both)
    gone = {second for _, second in pairs}
    return [line for number, line in enumerate(joined) if number not in gone]


def _line_pitch_px(
    components: Components, lines: Sequence[TextLine], slope: float, text_height_px: float
) -> float:
    """Return the usual distance from a wide line to the next one below it; 0 if there is none."""
    extents = extents_of(components, lines)
    is_wide = extents.rights - extents.lefts >= _WIDE_HEIGHTS * text_height_px
    extents = Extent(*(values[is_wide] for values in extents))
    lefts, rights = extents.lefts, extents.rights
    level = extents.offsets + (extents.slopes - slope) * (lefts + rights) / 2
    below = level - level[:, None]
    shared = overlap(lefts, rights, lefts[:, None], rights[:, None])
    narrower = np.minimum(rights - lefts, (rights - lefts)[:, None])
    is_below = (below > 0) & (shared >= _ABOVE_FRAC * narrower)
    below = np.where(is_below, below, np.inf).min(axis=1, initial=np.inf)
    below = below[np.isfinite(below)]
    return min(median(below), _MOST_PITCH_HEIGHTS * text_height_px) if below.size else 0.0


def _pieces_of_lines(
    components: Components, lines: Sequence[TextLine], pitch_px: float
) -> list[tuple[int, int]]:
    """Return the numbers of lines, each with that of a piece of a letter or two that lies in it."""
    lefts, rights, slopes, offsets, counts = extents_of(components, lines)[:5]
    is_piece = counts <= _MOST_LETTERS_OF_PIECE
    whole = np.flatnonzero(~is_piece)
    if not whole.size:
        return []
    # Of the usual letters of each line.
    boxes = [components.boxes[list(line.members)] for line in lines]
    tops, bottoms = np.array([np.median(own[:, [0, 2]], axis=0) for own in boxes]).T
    found = []
    for piece in np.flatnonzero(is_piece).tolist():
        row, col = (tops[piece] + bottoms[piece]) / 2, (lefts[piece] + rights[piece]) / 2
        apart = np.abs(offsets[whole] + slopes[whole] * col - row)
        shared = overlap(tops[whole], bottoms[whole], tops[piece], bottoms[piece])
        is_in = (lefts[whole] < col) & (col < rights[whole]) & (apart <= _PIECE_PITCH_FRAC * pitch_px)
        is_in &= shared >= _PIECE_FRAC * (bottoms[piece] - tops[piece])
        if is_in.any():
            found.append((int(whole[np.where(is_in, apart, np.inf).argmin()]), piece))
    return found


def _nearest_in_height(
    components: Components,
    lines: Sequence[TextLine],
    slope: float,
    text_height_px: float,
    pitch_px: float,
) -> list[tuple[int, int]]:
    """Return the numbers of lines side by side at one height, two and two, each nearest to the other."""
    extents = extents_of(components, lines)
    lefts, rights = extents.lefts, extents.rights
    middles = (lefts + rights) / 2
    level = extents.offsets + (extents.slopes - slope) * middles
    apart = np.abs(level[:, None] - level)
    between = (np.maximum(lefts[:, None], lefts) + np.minimum(rights[:, None], rights)) / 2
    rows = extents.offsets[:, None] + extents.slopes[:, None] * between
    gaps = np.maximum(lefts[:, None] - rights, lefts - rights[:, None])
    least = np.minimum(
        _ROW_HEIGHTS * text_height_px + _SLOPE_ERROR * gaps, _MOST_ROW_HEIGHTS * text_height_px
    )
    is_close = gaps < _CLOSE_HEIGHTS * text_height_px
    apart = np.where(is_close, np.minimum(apart, np.abs(rows - rows.T)), apart)
    least = np.where(is_close, np.maximum(least, _ROW_PITCH_FRAC * pitch_px), least)
    # Two single marks are no row.
    is_alone = extents.counts == 1
    may_join = (gaps > -_INTO_HEIGHTS * text_height_px) & (apart <= least) & ~(is_alone[:, None] & is_alone)
    for first, second in np.argwhere(np.triu(may_join & (gaps <= 0), 1)).tolist():
        turns = take_turns(components, lines[first].members, lines[second].members)
        may_join[first, second] = may_join[second, first] = turns
    np.fill_diagonal(may_join, val=False)
    apart = np.where(may_join, apart, np.inf)
    nearest = apart.argmin(axis=1)
    is_pair = np.isfinite(apart.min(axis=1)) & (nearest[nearest] == np.arange(len(lines)))
    firsts = np.flatnonzero(is_pair & (nearest > np.arange(len(lines))))
    return list(zip(firsts.tolist(), nearest[firsts].tolist(), strict=True))


def _top_to_bottom(components: Components, lines: Sequence[TextLine]) -> tuple[TextLine, ...]:
    return tuple(sorted(lines, key=lambda line: _middle_row(components, line)))


def _middle_row(components: Components, line: TextLine) -> float:
    """Return the row of a line's centre halfway between its ends."""
    boxes = components.boxes[list(line.members)]
    return line.row_at(float(boxes[:, 1].min() + boxes[:, 3].max()) / 2)


def _with_small_marks(
    components: Components, chosen: Int64, lines: list[TextLine], text_height_px: float
) -> tuple[list[list[int]], tuple[int, ...]]:
    """Add the small marks to the members of the lines they lie in; return also those that lie in none."""
    members = [list(line.members) for line in lines]
    in_lines = [index for group in members for index in group]
    small = np.sort(chosen[~np.isin(chosen, in_lines)])
    if not lines:
        return members, tuple(small.tolist())
    slopes, offsets = np.array([(line.slope, line.offset) for line in lines]).T
    beyond = _BEYOND_END_HEIGHTS * text_height_px
    lefts = np.array([components.boxes[group, 1].min() for group in members]) - beyond
    rights = np.array([components.boxes[group, 3].max() for group in members]) + beyond
    rejected = []
    for index, row, col in zip(small.tolist(), *centers_of(components, small), strict=True):
        distances = np.where((lefts <= col) & (col <= rights), np.abs(offsets + slopes * col - row), np.inf)
        nearest = int(distances.argmin())
        if distances[nearest] <= _BAND_HEIGHTS * text_height_px:
            members[nearest].append(index)
        else:
            rejected.append(index)
    return members, tuple(rejected)
