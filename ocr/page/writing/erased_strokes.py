"""Find what is no writing by the lines that were erased: words they ran through, and what is left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.geometry import Box
from ocr.page.ink.components import EIGHT_NEIGHBOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Int64, Mask
    from ocr.page.ink.components import Components

# A line through words ends so near to their ends. Letters are at least so high; it crosses this share of
# them in this part of their height, around the middle.
_STRIKE_END_HEIGHTS, _LOWEST_STRUCK_HEIGHTS, _STRUCK_FRAC, _MIDDLE_FRAC = 1.0, 0.4, 0.75, 0.6
# The words are together at least so wide.
_NARROWEST_HEIGHTS = 2.0
# Over one letter it reaches over so many rows at most.
_STRIKE_ROWS_HEIGHTS = 0.5
# So many lines that begin and end alike are the rules of the paper.
_FEWEST_RULES = 3
# Pieces of it follow one another within so much, at most so far aside.
_PIECE_GAP_HEIGHTS, _PIECE_ASIDE_HEIGHTS = 3.0, 0.25
# What is left of erased lines is smaller than the first, and of what is around it, so many pixels wide, at
# least the second share was erased. Letters that touch a line have up to 0.21. A foot of a letter below a
# rule has up to 0.34, too, but the rest of the letter is so near. Pieces thinner than the last are slivers of
# the edge of a line, of any length.
_LONGEST_PIECE_HEIGHTS, _LEFT_FRAC, _AROUND_PX = 1.2, 0.25, 2
_FOOT_FRAC, _FOOT_HEIGHTS, _SLIVER_HEIGHTS = 0.35, 0.2, 0.08
# The head of an arrow has a size between these both ways. What was erased is at least this share of what is
# around it, and touches it in the next part of its side, around the middle; the side of a box that it points
# to may touch it elsewhere, so much of it.
_HEAD_HEIGHTS, _HEAD_FRAC, _HEAD_MIDDLE_FRAC, _HEAD_FAR_FRAC = (0.3, 1.6), 0.05, 0.5, 0.35
# The shaft that was erased covers the first share of so long a way to the head. Beyond the head less than the
# second is covered, by the side of a box: what goes on there is a rule with more letters on it.
_SHAFT_HEIGHTS, _SHAFT_FRAC, _BEYOND_FRAC = 0.8, 0.9, 0.35


class _Contact(NamedTuple):
    """How a component touches what was erased; the arrays show so much around its box.

    Attributes
    ----------
    around : (h, w) bool array
        The pixels beside its ink.
    erased : (h, w) bool array
        Erased ink.
    drawn : (h, w) bool array
        This and the ink that stayed.
    margin : int
    """

    around: Mask
    erased: Mask
    drawn: Mask
    margin: int

    @property
    def share(self) -> float:
        """Share of what is around the component that was erased."""
        return float(self.erased[self.around].mean()) if self.around.any() else 0.0

    @property
    def turned(self) -> _Contact:
        """With rows as columns."""
        return _Contact(self.around.T, self.erased.T, self.drawn.T, self.margin)

    @property
    def ends_shaft(self) -> bool:
        """Whether a level line was erased that ends at the component, in the middle of its side."""
        rows = np.nonzero(self.around & self.erased)[0]
        height = len(self.around) - 2 * self.margin
        is_far = np.abs(rows - len(self.around) / 2) > _HEAD_MIDDLE_FRAC / 2 * height
        if not rows.size or is_far.mean() > _HEAD_FAR_FRAC:
            return False
        band = slice(int(rows.min()), int(rows.max()) + 1)
        erased, drawn = (np.asarray(part[band].any(axis=0)) for part in (self.erased, self.drawn))
        left, right = slice(self.margin), slice(-self.margin, None)
        return any(
            erased[side].mean() >= _SHAFT_FRAC and drawn[other].mean() < _BEYOND_FRAC
            for side, other in ((left, right), (right, left))
        )


def are_left_of_lines(components: Components, erased: Mask, *, text_height_px: float) -> Mask:
    """Return whether each component (n,) is a piece of a line that was erased, or the head of an arrow.

    Parameters
    ----------
    components : Components
    erased : (H, W) bool array
        Ink that was erased as printed lines.
    text_height_px : float
    """
    near = ndimage.binary_dilation(erased, EIGHT_NEIGHBOURS, iterations=_AROUND_PX)
    found = np.bincount(components.labels[near], minlength=len(components) + 1)[1:] > 0
    margin = _AROUND_PX + round(_SHAFT_HEIGHTS * text_height_px)
    gone, drawn = (np.pad(mask, margin) for mask in (erased, erased | (components.labels > 0)))
    least, most = (heights * text_height_px for heights in _HEAD_HEIGHTS)
    shorter = np.minimum(components.heights, components.widths)
    longer = np.maximum(components.heights, components.widths)
    shares = np.zeros(len(components))
    for index in np.flatnonzero(found).tolist():
        contact = _contact(components, index, gone, drawn, margin)
        shares[index] = contact.share
        may_be_head = least < shorter[index] and longer[index] < most and contact.share >= _HEAD_FRAC
        found[index] = may_be_head and (contact.ends_shaft or contact.turned.ends_shaft)
    is_sliver = components.areas < _SLIVER_HEIGHTS * text_height_px * longer
    is_short = longer < _LONGEST_PIECE_HEIGHTS * text_height_px
    pieces = (shares >= _LEFT_FRAC) & (is_short | is_sliver)
    reach = round(_FOOT_HEIGHTS * text_height_px)
    for index in np.flatnonzero(pieces & (shares < _FOOT_FRAC)).tolist():
        pieces[index] = not _near_others(components, index, pieces, reach)
    return np.asarray(found | pieces)


def _contact(components: Components, index: int, erased: Mask, drawn: Mask, margin: int) -> _Contact:
    """Return how a component touches what was erased, and all ink, of pictures with a margin."""
    box, ink = components.box(index), np.pad(components.ink(index), margin)
    place = slice(box.top, box.top + ink.shape[0]), slice(box.left, box.left + ink.shape[1])
    around = ndimage.binary_dilation(ink, EIGHT_NEIGHBOURS, iterations=_AROUND_PX) & ~ink
    return _Contact(around, erased[place], drawn[place], margin)


def _near_others(components: Components, index: int, pieces: Mask, reach: int) -> bool:
    """Whether some component that is no piece comes so near to the box of one."""
    box = components.box(index)
    rows = slice(max(0, box.top - reach), box.bottom + reach)
    near = np.unique(components.labels[rows, max(0, box.left - reach) : box.right + reach])
    return not pieces[near[near > 0] - 1].all()


def are_struck_through(
    components: Components, erased: Mask, lines: Sequence[Box], *, text_height_px: float
) -> Mask:
    """Return whether each component (n,) is part of words that an erased line was drawn through.

    The line runs through the middle of most letters where it is and ends where they end. An underline is
    below them, and a rule of the paper is longer.

    Parameters
    ----------
    components : Components
    erased : (H, W) bool array
        Ink that was erased as printed lines.
    lines : sequence of Box
        Around each of these lines.
    text_height_px : float
    """
    found = np.zeros(len(components), dtype=bool)
    tops, lefts, bottoms, rights = components.boxes.T
    is_letter = components.heights >= _LOWEST_STRUCK_HEIGHTS * text_height_px
    level = _joined([line for line in lines if line.width > line.height], text_height_px)
    most = _STRIKE_END_HEIGHTS * text_height_px
    for line in level:
        if sum(_end_alike(line, other.left, other.right, most) for other in level) >= _FEWEST_RULES:
            continue
        beside = is_letter & (lefts < line.right) & (rights > line.left)
        at = np.flatnonzero(beside & (tops < line.bottom) & (bottoms > line.top))
        if _run_through(components, at, erased, line, text_height_px):
            around = Box.around(components.box(int(one)) for one in at)
            inside = (tops >= around.top) & (lefts >= around.left)
            found |= inside & (bottoms <= around.bottom) & (rights <= around.right)
    return found


def _end_alike(line: Box, left: float, right: float, most_px: float) -> bool:
    """Whether a line begins and ends near two columns."""
    return abs(line.left - left) < most_px and abs(line.right - right) < most_px


def _run_through(components: Components, at: Int64, erased: Mask, line: Box, text_height_px: float) -> bool:
    """Whether an erased line runs through some letters, from the first to the last one."""
    if not at.size:
        return False
    tops, lefts, _, rights = components.boxes[at].T
    start, stop = float(lefts.min()), float(rights.max())
    is_wide = stop - start >= _NARROWEST_HEIGHTS * text_height_px
    if not (is_wide and _end_alike(line, start, stop, _STRIKE_END_HEIGHTS * text_height_px)):
        return False
    most = _STRIKE_ROWS_HEIGHTS * text_height_px
    columns = zip(lefts.tolist(), rights.tolist(), strict=True)
    rows = np.array([_row_of(erased, line, left, right, most) for left, right in columns])
    through = np.abs((rows - tops) / components.heights[at] - 0.5) < _MIDDLE_FRAC / 2
    return bool(through.mean() >= _STRUCK_FRAC)


def _joined(lines: Sequence[Box], text_height_px: float) -> list[Box]:
    """Join the pieces of lines that follow one another on one level: letters of the line are between them."""
    most, aside = _PIECE_GAP_HEIGHTS * text_height_px, _PIECE_ASIDE_HEIGHTS * text_height_px
    found: list[Box] = []
    for line in sorted(lines, key=lambda one: one.left):
        for number, other in enumerate(found):
            away = abs(line.top + line.bottom - other.top - other.bottom) / 2
            if line.left - other.right < most and away < aside:
                found[number] = Box.around([other, line])
                break
        else:
            found.append(line)
    return found


def _row_of(erased: Mask, line: Box, left: int, right: int, most_px: float) -> float:
    """Return the mean row of what was erased of a line between two columns.

    NaN if nothing was, or if that reaches over more rows than a line: a box has a side above and one below.
    """
    rows = np.nonzero(erased[line.top : line.bottom, left:right])[0]
    return float(line.top + rows.mean()) if rows.size and np.ptp(rows) <= most_px else np.nan
