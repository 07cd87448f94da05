"""Find check boxes, small squares of straight lines, and tell from the ink in them if they are ticked.

Letters as high and as wide have round corners, as an O and a D, or lack a side, as an H. All sides of a check
box are straight from corner to corner, whatever is in it, and it stands apart: the boxes of a comb and the
cells of a table share their sides with others.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.ndimage.runs import boxes_and_areas, connected_runs, long_runs, row_runs
from ocr.numeric import overlap
from ocr.page.ink.filters import block_max
from ocr.page.printed.cells import GroupKind, find_cells
from ocr.page.printed.printed_lines import FAINT_PRINT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.page.ink.binarization import Ink
    from ocr.page.ink.components import Components
    from ocr.page.printed.cells import CellGroup

# Sides are searched on a grid of so many cells per text height.
_CELLS_PER_HEIGHT = 16
# A check box is at least and at most so large, and so many times as long one way as the other.
_SMALLEST_HEIGHTS, _LARGEST_HEIGHTS, _LONGEST = 0.7, 2.3, 1.3
_REACHING = 1.35
# A smaller one is not told from an o.
_SMALLEST_PX = 16
# A side is straight over at least this length, with gaps up to this one.
_RUN_HEIGHTS, _GAP_HEIGHTS = 0.4, 0.1
# Seen from outside, this share of a side is within this share of the box from its edge.
_SIDE_FRAC, _DEPTH_FRAC, _DEPTH_PX = 0.92, 0.1, 2
# A row is part of a side if so much of it is ink; inside of it so many pixels, or this share of the box, are
# its blurred edge.
_COVERED_FRAC, _EDGE_PX, _EDGE_FRAC = 0.6, 1, 0.03
# A side is at most so thick: the rows of a tick are as full in a small box.
_THICKEST_FRAC = 0.2
# What is filled with ink is a blot.
_FULLEST_FRAC = 0.85
# There is no ink so far to its left and right, but for a blurred edge: letters of a word are closer.
_APART_HEIGHTS, _BLUR_PX = 0.2, 2
# A cell that is alone is a check box if it is at most so large: a box for a letter is larger.
_LARGEST_CELL_HEIGHTS = 1.5
# Boxes closer than this share of their size are cells of one column.
_ADJOINING_FRAC = 0.1
# ... and the ink in a larger one may be a word.
_LARGEST_MARK_BOX_HEIGHTS = 1.3
# A component with this share of its ink in the box is its side, or the mark in it.
_OWN_FRAC = 0.5
# The mark in such a box is a tick if it has so much of its width: a letter is narrower. Sides reach over so
# much of the box, and specks have less than this share of the mark's ink.
_TICK_WIDTH_FRAC, _SIDE_TO_SIDE_FRAC, _SPECK_FRAC = 0.45, 0.9, 0.1
# A label has a letter of about the height of the text, up to so many boxes away.
_LETTER_HEIGHT, _LABEL_WIDTHS = 0.7, 2.0
# A tick covers 6 to 25 % of a box, specks and noise less than 0.5 %. Between them the decision is doubtful:
# the log-odds are 0 at this share, and rise by this much for each factor of e.
_TICKED_SHARE, _STEEPNESS = 0.018, 2.5
_LEAST_SHARE = 1e-4


class Tick(NamedTuple):
    """Whether a box is ticked, and how probable that is."""

    is_ticked: bool
    probability: float


class CheckBox(NamedTuple):
    """A check box in pixels, and whether it is ticked."""

    box: Box
    tick: Tick


class PageBoxes(NamedTuple):
    """Cells and check boxes of a page."""

    cells: tuple[CellGroup, ...] = ()
    check_boxes: tuple[CheckBox, ...] = ()

    def with_combs(self, combs: Iterable[CellGroup]) -> PageBoxes:
        """Return them with combs that are known, and without what was taken for the boxes of these."""
        areas = [comb.box for comb in combs]

        def is_known(box: Box) -> bool:
            return any(area.holds_center(box) for area in areas)

        check_boxes = tuple(one for one in self.check_boxes if not is_known(one.box))
        others = [
            group for group in self.cells if np.mean([is_known(cell.box) for cell in group.cells]) < _OWN_FRAC
        ]
        cells = sorted((*others, *combs), key=lambda group: (group.box.top, group.box.left))
        return PageBoxes(tuple(cells), check_boxes)


def find_boxes(ink: Ink | None, printed: Mask | None, *, text_height_px: float) -> PageBoxes:
    """Find cells and check boxes in what is printed on a page.

    Parameters
    ----------
    ink : Ink or None
        All ink, with printed lines.
    printed : (H, W) bool array or None
        Its printed lines; None where none were searched.
    text_height_px : float
    """
    if ink is None or printed is None:
        return PageBoxes()
    inked = ink.mask | printed
    found = find_check_boxes(inked, ink.strength > FAINT_PRINT, text_height_px=text_height_px)
    cells = find_cells(printed, inked, text_height_px=text_height_px) if printed.any() else ()
    found += check_boxes_among(cells, found, ink.mask, text_height_px=text_height_px)
    return PageBoxes(cells, tuple(sorted(found)))


def read_tick(ink: Mask) -> Tick:
    """Tell from the ink (h, w) inside its frame whether a box is ticked."""
    share = float(ink.mean()) if ink.size else 0.0
    log_odds = _STEEPNESS * math.log(max(share, _LEAST_SHARE) / _TICKED_SHARE)
    ticked = 1 / (1 + math.exp(-log_odds))
    return Tick(ticked >= 0.5, max(ticked, 1 - ticked))


def find_check_boxes(inked: Mask, faint: Mask, *, text_height_px: float) -> tuple[CheckBox, ...]:
    """Find the check boxes of a page.

    Parameters
    ----------
    inked : (H, W) bool array
        All ink, with printed lines.
    faint : (H, W) bool array
        The same with fainter ink: sides may be pale.
    text_height_px : float

    Returns
    -------
    tuple of CheckBox
        Top to bottom.
    """
    step = max(1, round(text_height_px / _CELLS_PER_HEIGHT))
    height = text_height_px / step
    ink = block_max(inked, step, partly=True)
    run, gap = _RUN_HEIGHTS * height, _GAP_HEIGHTS * height
    sides = row_runs(long_runs(ink, shortest=run, gap=gap) | long_runs(ink.T, shortest=run, gap=gap).T)
    boxes, _ = boxes_and_areas(sides, connected_runs(sides))
    found = []
    apart = max(_BLUR_PX + 1, round(_APART_HEIGHTS * text_height_px))
    for around in (Box(*map(int, box)) for box in boxes):
        # Strokes that reach out of the box may belong to its sides on this grid.
        if not _has_size(around, height, larger=_REACHING):
            continue
        box = _between_sides(inked, around.scaled(step).clipped(*inked.shape))
        if box is None or min(box.height, box.width) < _SMALLEST_PX or not _has_size(box, text_height_px):
            continue
        if _is_box(faint[box.slices]) and _stands_apart(inked, box, apart):
            found.append(CheckBox(box, read_tick(_inside(inked[box.slices]))))
    return tuple(sorted(found))


def _has_size(box: Box, height: float, *, larger: float = 1.0) -> bool:
    """Whether sides may be those of a check box."""
    shorter, longer = sorted((box.height, box.width))
    longest = larger * min(_LARGEST_HEIGHTS * height, _LONGEST * shorter)
    return _SMALLEST_HEIGHTS * height <= shorter and longer <= longest


def line_cover(ink: Mask) -> Float64:
    """Return the share of ink (h,) along each row of a mask (h, w), of lines that tilt a little."""
    thick = ink.copy()
    thick[1:] |= ink[:-1]
    thick[:-1] |= ink[1:]
    return np.asarray(thick.mean(axis=1) * ink.any(axis=1))


def _between_sides(inked: Mask, around: Box) -> Box | None:
    """Return the box from side to side; strokes of a tick may reach out of it."""
    ink = inked[around.slices]
    rows, cols = (np.flatnonzero(line_cover(one) >= _COVERED_FRAC) for one in (ink, ink.T))
    if not rows.size or not cols.size:
        return None
    top, left = around.top + int(rows[0]), around.left + int(cols[0])
    return Box(top, left, around.top + int(rows[-1]) + 1, around.left + int(cols[-1]) + 1)


def _is_box(ink: Mask) -> bool:
    """Whether all sides of ink (h, w) are straight, from corner to corner."""
    views = ink, ink[::-1], ink.T, ink.T[::-1]
    return float(ink.mean()) < _FULLEST_FRAC and all(map(_is_straight, views))


def _is_straight(ink: Mask) -> bool:
    """Whether the upper side of ink (h, w) is near the upper edge nearly everywhere."""
    depth = max(_DEPTH_PX, round(_DEPTH_FRAC * len(ink)))
    return float(ink[:depth].any(axis=0).mean()) >= _SIDE_FRAC


def _stands_apart(inked: Mask, box: Box, apart_px: int) -> bool:
    """Whether there is no ink beside the middle of a box."""
    top, bottom = box.top + box.height // 4, box.bottom - box.height // 4
    left = inked[top:bottom, max(0, box.left - apart_px) : max(0, box.left - _BLUR_PX)]
    right = inked[top:bottom, box.right + _BLUR_PX : box.right + apart_px]
    return not (left.any() or right.any())


def _inside(ink: Mask) -> Mask:
    """Return what is inside of the sides of a box (h, w)."""
    rows, cols = (_thickness(one) for one in (ink, ink.T))
    return ink[rows[0] : len(ink) - rows[1], cols[0] : ink.shape[1] - cols[1]]


def _thickness(ink: Mask) -> tuple[int, int]:
    """Return how many rows at both ends belong to the upper and to the lower side, with their edge."""
    is_side = line_cover(ink) >= _COVERED_FRAC
    most = max(1, round(_THICKEST_FRAC * len(ink)))
    edge = max(_EDGE_PX, round(_EDGE_FRAC * len(ink)))
    first, last = (int(np.r_[one[:most], False].argmin()) + edge for one in (is_side, is_side[::-1]))
    return first, last


def check_boxes_among(
    groups: Iterable[CellGroup], known: Sequence[CheckBox], inked: Mask, *, text_height_px: float
) -> tuple[CheckBox, ...]:
    """Return the check boxes that were found as cells only, for their sides are pale or broken.

    Parameters
    ----------
    groups : iterable of CellGroup
    known : sequence of CheckBox
        Not returned again.
    inked : (H, W) bool array
        All ink, with printed lines.
    text_height_px : float
    """
    boxes = [group.box for group in groups if group.kind is GroupKind.BOX]
    return tuple(
        CheckBox(group.box, read_tick(_inside(inked[group.box.slices])))
        for group in groups
        if group.kind is GroupKind.BOX
        and not any(_adjoin(group.box, other) for other in boxes)
        and max(group.box.height, group.box.width) <= _LARGEST_CELL_HEIGHTS * text_height_px
        and max(group.box.height, group.box.width) <= _LONGEST * min(group.box.height, group.box.width)
        and not any(are_alike(group.box, one.box) for one in known)
    )


def _adjoin(box: Box, other: Box) -> bool:
    """Whether another box shares a side with a box, as cells of one column do."""
    rows = overlap(box.top, box.bottom, other.top, other.bottom)
    cols = overlap(box.left, box.right, other.left, other.right)
    return bool(box != other and min(rows, cols) >= -_ADJOINING_FRAC * min(box.height, box.width))


def are_alike(box: Box, other: Box) -> bool:
    """Return whether the middle of each of two boxes lies in the other one."""
    return box.holds_center(other) and other.holds_center(box)


def are_in_check_boxes(components: Components, boxes: Sequence[CheckBox], *, text_height_px: float) -> Mask:
    """Return whether each component (n,) is a side of a check box, or the mark in it.

    In a box that is clearly higher than the text, a letter or a short word may be framed, unless a label is
    beside the box. Then its sides are meant, with what touches them, and a mark that looks like a tick.

    Parameters
    ----------
    components : Components
    boxes : sequence of CheckBox
    text_height_px : float
    """
    inked = [_ink_inside(components, one.box) for one in boxes]
    total = np.zeros(len(components), np.int64)
    large = []
    for (box, tick), inside in zip(boxes, inked, strict=True):
        if tick.is_ticked and max(box.height, box.width) > _LARGEST_MARK_BOX_HEIGHTS * text_height_px:
            large.append((box, _is_own(inside, components)))
        else:
            total += inside
    found = _is_own(total, components)
    if large:
        boxed = np.any([_is_own(inside, components) for inside in inked], axis=0)
        labels = components.boxes[~boxed & _may_be_label(components, text_height_px=text_height_px)]
        for box, own in large:
            if _stands_beside(labels, box):
                found |= own if _holds_tick(components, own, box) else own & _covers(components, box)
    return found


def _ink_inside(components: Components, box: Box) -> Int64:
    """Return how many pixels of each component (n,) are in a box."""
    return np.bincount(components.labels[box.slices].ravel(), minlength=len(components) + 1)[1:]


def _is_own(inside: Int64, components: Components) -> Mask:
    """Return whether so many pixels of each component (n,) are most of its ink."""
    return np.asarray(inside >= np.maximum(1, _OWN_FRAC * components.areas))


def _covers(components: Components, box: Box) -> Mask:
    """Return whether each component (n,) reaches from side to side of a box, as its sides do."""
    share = _SIDE_TO_SIDE_FRAC
    return (components.heights >= share * box.height) & (components.widths >= share * box.width)


def _holds_tick(components: Components, own: Mask, box: Box) -> bool:
    """Whether what is in a box (n,) besides its sides is a single mark that looks like a tick.

    It is as wide as a tick or a cross, and encloses nothing, as many letters do.
    """
    least = _SPECK_FRAC * components.areas[own].max(initial=0)
    marks = np.flatnonzero(own & ~_covers(components, box) & (components.areas >= least))
    if len(marks) != 1:
        return False
    area = components.box(int(marks[0]))
    ink = np.pad(components.labels[area.slices] == marks[0] + 1, 1)
    paper = connected_runs(row_runs(~ink), corners=False)
    return bool(paper.max() == 0 and area.width >= _TICK_WIDTH_FRAC * box.width)


def _may_be_label(components: Components, *, text_height_px: float) -> Mask:
    """Return whether each component (n,) is about as high as a letter."""
    return np.asarray(np.abs(np.log(np.maximum(components.heights, 1) / text_height_px)) < _LETTER_HEIGHT)


def _stands_beside(label: Int64, box: Box) -> bool:
    """Whether one of the boxes (n, 4) of what may be a label is at the left or right of a check box."""
    top, left, bottom, right = label.T
    is_level = np.abs((top + bottom) / 2 - box.center[0]) < box.height / 2
    gap = np.maximum(left - box.right, box.left - right)
    return bool((is_level & (gap > 0) & (gap < _LABEL_WIDTHS * box.width)).any())
