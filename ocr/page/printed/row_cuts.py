"""Cut components that are written over several rows: words of two lines, and rows of a table.

Letters of neighbouring rows touch: a descender runs into the letter below it. Together they are as high as
two rows or more, and would be a drawing, or a line across two. Between two words only the descender is left
to cut through, once for each component; in a table the printed lines, though erased, still say where a row
ends.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.ndimage.runs import row_runs
from ocr.numeric import distinct, median
from ocr.page.ink.components import EIGHT_NEIGHBOURS, measured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocr.array_types import Int32, Int64, Mask
    from ocr.page.ink.components import Components
    from ocr.page.printed.printed_lines import PrintedLine

# Printed lines nearer to one another than a row of writing are squared paper, or both edges of a thick line.
_LOWEST_ROW_HEIGHTS, _THICKEST_HEIGHTS = 0.9, 0.3
# A component lies in two rows if it reaches so far into both: a descender reaches less far.
_REACH_HEIGHTS = 0.75
# A table has at least so many upright lines.
_FEWEST_UPRIGHT = 2
# A piece lower than this is the end of a stroke of the row beside it.
_END_HEIGHTS = 0.4


# Two words lie one below the other if both have so many strokes in a row, and so few connect them: their
# ink is at most this share of the row with most ink of either.
_FEWEST_STROKES, _MOST_CONNECTING, _CONNECTING_FRAC = 4, 2, 0.4
# They are wider and higher than this, and both together lower than this; there is ink in this share of the
# columns of each, as the loops of descenders have not. They lie along lines of these slopes.
_NARROWEST_WORD_HEIGHTS, _LOWEST_WORD_HEIGHTS, _HIGHEST_HEIGHTS, _INKED_FRAC = 1.3, 0.5, 4.5, 0.5
# What connects them at places so far apart, as a share of their width, is a ring around words.
_RING_FRAC = 0.7
_SLOPES = (0.0, -0.04, 0.04, -0.08, 0.08)


class Separator(NamedTuple):
    """The line ``row = offset + slope * col`` that a component is cut along."""

    offset: float
    slope: float


def cut_into_rows(
    components: Components, lines: Sequence[PrintedLine], *, text_height_px: float
) -> Components:
    """Cut components that lie in several rows.

    Parameters
    ----------
    components : Components
    lines : sequence of PrintedLine
        Printed on the page. Without upright ones it is no table.
    text_height_px : float

    Returns
    -------
    Components
        The same if nothing is cut.
    """
    if not text_height_px:
        return components
    rules = [line for line in lines if not line.upright]
    # On ruled paper without columns a long descender is no letter of the next row.
    is_table = len(lines) - len(rules) >= _FEWEST_UPRIGHT
    tall = np.flatnonzero(components.heights >= 2 * _REACH_HEIGHTS * text_height_px)

    def separators(index: int) -> list[Separator]:
        crossed = _separators(rules, components.boxes[index], text_height_px) if is_table else []
        if not crossed and components.heights[index] <= _HIGHEST_HEIGHTS * text_height_px:
            crossed = _between_words(components, index, text_height_px)
        return crossed

    cuts = {index: separators(index) for index in tall.tolist()}
    return cut_along(components, cuts, text_height_px=text_height_px)


def cut_along(
    components: Components, cuts: Mapping[int, Sequence[Separator]], *, text_height_px: float
) -> Components:
    """Cut components along lines; the same components if nothing is cut.

    Parameters
    ----------
    components : Components
    cuts : mapping of int to sequence of Separator
        Number of a component -> lines across it, from top to bottom.
    text_height_px : float
    """
    labels = None
    for index, separators in cuts.items():
        if not separators:
            continue
        box = components.box(index)
        pieces = _pieces(components.ink(index), separators, box.top, box.left, text_height_px)
        if pieces.max() > 1:
            labels = components.labels.copy() if labels is None else labels
            view = labels[box.slices]
            view[pieces > 1] = labels.max() + pieces[pieces > 1] - 1
    return components if labels is None else measured(_in_scan_order(labels))


def _between_words(components: Components, index: int, text_height_px: float) -> list[Separator]:
    """Return the line between two words one below the other, if a component is that."""
    ink = components.ink(index)
    top, left = components.boxes[index, :2].tolist()
    if ink.shape[1] < _NARROWEST_WORD_HEIGHTS * text_height_px:
        return []
    least = max(1, round(_LOWEST_WORD_HEIGHTS * text_height_px))
    for slope in _SLOPES:
        level, first = sheared(ink, slope)
        row = _lightest_row(level, least, round(_NARROWEST_WORD_HEIGHTS * text_height_px))
        if row is not None and not _is_ring(level[row]):
            return [Separator(top + first + row - slope * left, slope)]
    return []


def _is_wide(inked: Mask, least_width: int) -> bool:
    """Whether columns (w,) with ink are those of a word: wide, and with ink nearly everywhere."""
    cols = np.flatnonzero(inked)
    width = cols[-1] - cols[0] + 1
    return bool(width >= least_width and cols.size >= _INKED_FRAC * width)


def _is_ring(row: Mask) -> bool:
    """Whether ink along a row (w,) reaches nearly from one end to the other."""
    cols = np.flatnonzero(row)
    return bool(cols.size and np.ptp(cols) >= _RING_FRAC * len(row))


def sheared(ink: Mask, slope: float) -> tuple[Mask, int]:
    """Return ink (h, w) with lines of a slope made level, and the row where it begins."""
    height, width = ink.shape
    moved = np.rint(slope * np.arange(width)).astype(np.int64)
    first, last = -int(moved.max()), height - int(moved.min())
    rows = np.arange(first, last)[:, None] + moved
    inside = (rows >= 0) & (rows < height)
    level = ink[rows.clip(0, height - 1), np.arange(width)] & inside
    inked = np.flatnonzero(level.any(axis=1))
    return level[inked[0] : inked[-1] + 1], first + int(inked[0])


def _lightest_row(ink: Mask, least_height: int, least_width: int) -> int | None:
    """Return the row between two words one below the other with the least ink; None if there is none."""
    height = len(ink)
    if height < 2 * least_height:
        return None
    sums = ink.sum(axis=1)
    inner = sums[least_height : height - least_height + 1]
    lightest = np.flatnonzero(inner == inner.min())
    row = least_height + int(lightest[len(lightest) // 2])
    strokes = np.bincount(row_runs(ink).rows, minlength=height)
    parts = slice(0, row), slice(row, height)
    if strokes[row] > _MOST_CONNECTING or any(
        strokes[part].max() < _FEWEST_STROKES
        or sums[row] > _CONNECTING_FRAC * sums[part].max()
        or not _is_wide(np.asarray(ink[part].any(axis=0)), least_width)
        for part in parts
    ):
        return None
    return row


def _separators(rules: Sequence[PrintedLine], box: Int64, text_height_px: float) -> list[Separator]:
    """Return the lines between the rows that a box lies in, from top to bottom."""
    top, left, bottom, right = box.tolist()
    middle = (left + right) / 2
    near = sorted(
        (rule.offset + rule.slope * middle, rule.offset, rule.slope)
        for rule in rules
        if rule.start <= middle < rule.stop
    )
    rows = [near[0]] if near else []
    for place in near[1:]:
        if place[0] - rows[-1][0] > _THICKEST_HEIGHTS * text_height_px:
            rows.append(place)
    steps = [second[0] - first[0] for first, second in pairwise(rows)]
    if not steps or median(steps) < _LOWEST_ROW_HEIGHTS * text_height_px:
        return []
    reach = _REACH_HEIGHTS * text_height_px
    return [Separator(offset, slope) for row, offset, slope in rows if top + reach <= row <= bottom - reach]


def _pieces(ink: Mask, separators: Sequence[Separator], top: int, left: int, text_height_px: float) -> Int64:
    """Return the numbers (h, w), from 1 on, of the pieces of ink between separators; 0 for paper.

    Ends of strokes stay with their stroke.
    """
    rows, cols = np.indices(ink.shape)
    section = sum(
        (rows + top > offset + slope * (cols + left)).astype(np.int64) for offset, slope in separators
    )
    pieces, count = np.zeros(ink.shape, np.int64), 0
    for number in range(len(separators) + 1):
        found, found_count = ndimage.label(ink & (section == number), structure=EIGHT_NEIGHBOURS)
        pieces[found > 0] = found[found > 0] + count
        count += found_count
    _give_ends_to_neighbours(pieces, _END_HEIGHTS * text_height_px)
    left_over = np.r_[0, distinct(pieces[ink])]
    return np.asarray(np.searchsorted(left_over, pieces), np.int64)


def _give_ends_to_neighbours(pieces: Int64, height_px: float) -> None:
    """Give each low piece the number of the largest piece that touches it, in place."""
    sizes = np.bincount(pieces.ravel())
    heights = {
        number: place[0].stop - place[0].start
        for number, place in enumerate(ndimage.find_objects(pieces), start=1)
        if place is not None
    }
    for number in sorted(heights, key=lambda one: int(sizes[one])):
        if heights[number] >= height_px:
            continue
        around = ndimage.binary_dilation(pieces == number, EIGHT_NEIGHBOURS) & (pieces != number)
        touching = distinct(pieces[around & (pieces > 0)])
        if touching.size:
            pieces[pieces == number] = touching[np.argmax(sizes[touching])]


def _in_scan_order(labels: Int32) -> Int32:
    """Return labels numbered in the order in which a top-down scan meets them."""
    numbers, first = np.unique(labels, return_index=True)
    is_ink = numbers > 0
    renumbered = np.zeros(int(numbers.max()) + 1, np.int32)
    renumbered[numbers[is_ink][np.argsort(first[is_ink])]] = np.arange(1, np.count_nonzero(is_ink) + 1)
    return renumbered[labels]
