"""Join the components of a line into glyphs: i and its dot, both bars of =, the parts of a broken letter.

The ink of a glyph is cut out of the page for the classifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box
from ocr.numeric import overlap
from ocr.page.ink.components import FULL_STOP_HEIGHTS

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.page.ink.components import Components
    from ocr.page.writing.chains import TextLine


# Components lower than this are dots and bars, which belong to the letter above or below them.
_SMALL_HEIGHTS = 0.45
# A dot is at most this far above or below its letter.
_DOT_GAP_HEIGHTS = 0.7
# Share of the narrower component's columns that lies within the other's, for dots and bars and for parts of
# letters.
_SMALL_OVERLAP_FRAC, _PART_OVERLAP_FRAC = 0.45, 0.6
# A full stop may lie under the tail of a 2 or the bar of a 7, at the foot; the dot of an exclamation mark
# begins below that.
_FOOT_HEIGHTS = 0.2
# Parts of letters are joined only if the result is no wider than this, and nothing if it is higher.
_WIDEST_HEIGHTS, _TALLEST_HEIGHTS = 1.3, 2.0
# So many components of a line are compared with all others at once: noise may be lines of thousands.
_BATCH = 256


class Cut(NamedTuple):
    """A straight line through ink, ``col = offset + slope * row``, in pixels of the page."""

    offset: float
    slope: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """The ink of one character: its components, the box around them, and where they are cut on both sides."""

    members: tuple[int, ...]
    box: Box
    left: Cut | None = None
    right: Cut | None = None


def join_glyphs(components: Components, line: TextLine, *, text_height_px: float) -> tuple[Glyph, ...]:
    """Join the components of a line into glyphs, left to right.

    The pair that overlaps most is joined first, until no pair belongs together. Each component ends in
    exactly one glyph.

    Parameters
    ----------
    components : Components
    line : TextLine
    text_height_px : float

    Returns
    -------
    tuple of Glyph
    """
    boxes = components.boxes[list(line.members)]
    places = np.arange(len(boxes))
    members: list[tuple[int, ...]] = [(index,) for index in line.members]
    left = np.ones(len(boxes), dtype=bool)
    # For each glyph the later one that it overlaps most, and by how much; kept up to date after each join.
    partners, shares = np.zeros(len(boxes), dtype=np.int64), np.zeros(len(boxes))
    stale = places
    while stale.size or shares.max(initial=0) > 0:
        for some in (stale[start : start + _BATCH] for start in range(0, stale.size, _BATCH)):
            own = _join_shares(boxes[some, None], boxes, text_height_px)
            own *= left & (places > some[:, None])
            partners[some], shares[some] = own.argmax(axis=1), own.max(axis=1)
        if shares.max() <= 0:
            break
        first = int(shares.argmax())
        second = int(partners[first])
        boxes[first, :2] = np.minimum(boxes[first, :2], boxes[second, :2])
        boxes[first, 2:] = np.maximum(boxes[first, 2:], boxes[second, 2:])
        members[first] += members[second]
        left[second], shares[second] = False, 0
        joined = _join_shares(boxes[first], boxes, text_height_px)
        is_better = (places < first) & (joined > 0) & (joined >= shares)
        stale = np.flatnonzero(left & (is_better | (partners == first) | (partners == second)))
    glyphs = [Glyph(tuple(sorted(members[at])), Box(*boxes[at].tolist())) for at in np.flatnonzero(left)]
    return tuple(sorted(glyphs, key=lambda glyph: glyph.box.left + glyph.box.right))


def _join_shares(boxes: Int64, others: Int64, text_height_px: float) -> Float64:
    """Return the share of the narrower box's columns within the other's; 0 where they must not be joined.

    Boxes (..., 4) and others (..., 4) are broadcast.
    """
    tops, lefts, bottoms, rights = np.moveaxis(boxes, -1, 0)
    other_tops, other_lefts, other_bottoms, other_rights = np.moveaxis(others, -1, 0)
    width, other_width = rights - lefts, other_rights - other_lefts
    shared = overlap(lefts, rights, other_lefts, other_rights)
    share = shared / np.maximum(1, np.minimum(width, other_width))
    gap = -overlap(tops, bottoms, other_tops, other_bottoms)
    lower = np.minimum(bottoms - tops, other_bottoms - other_tops)
    small = lower < _SMALL_HEIGHTS * text_height_px
    near = (share >= _SMALL_OVERLAP_FRAC) & (gap <= _DOT_GAP_HEIGHTS * text_height_px)
    both = np.maximum(rights, other_rights) - np.minimum(lefts, other_lefts)
    widest = np.maximum(_WIDEST_HEIGHTS * text_height_px, np.maximum(width, other_width))
    narrow = (share >= _PART_OVERLAP_FRAC) & (both <= widest)
    height = np.maximum(bottoms, other_bottoms) - np.minimum(tops, other_tops)
    is_high = height > _TALLEST_HEIGHTS * text_height_px
    is_stop = _is_full_stop(boxes, others, text_height_px) | _is_full_stop(others, boxes, text_height_px)
    return np.asarray(np.where(np.where(small, near, narrow) & ~is_high & ~is_stop, share, 0))


def _is_full_stop(boxes: Int64, others: Int64, text_height_px: float) -> Mask:
    """Return whether boxes are full stops at the foot of others, on their right."""
    tops, lefts, bottoms, rights = np.moveaxis(boxes, -1, 0)
    other_tops, other_lefts, other_bottoms, other_rights = np.moveaxis(others, -1, 0)
    is_dot = np.maximum(bottoms - tops, rights - lefts) < FULL_STOP_HEIGHTS * text_height_px
    at_foot = np.abs(bottoms - other_bottoms) < _FOOT_HEIGHTS * text_height_px
    is_within = (2 * tops > other_tops + other_bottoms) & (tops < other_bottoms)
    return np.asarray(is_dot & at_foot & is_within & (lefts + rights > other_lefts + other_rights))


def glyph_ink(strength: Float32, components: Components, glyph: Glyph) -> Float32:
    """Return the ink of one glyph alone, with its soft edge and a margin of one pixel.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink, 0 paper .. 1.
    components : Components
        Of the same page.
    glyph : Glyph

    Returns
    -------
    (h, w) float32 array
        Strength where the glyph or its edge is, 0 on paper and on other glyphs.
    """
    height, width = strength.shape
    top, left, bottom, right = glyph.box
    box = Box(max(0, top - 1), max(0, left - 1), min(height, bottom + 1), min(width, right + 1))
    own = own_ink(components, glyph, box)
    edge = grown(own)
    edge &= components.labels[box.slices] == 0
    edge |= own
    return np.multiply(strength[box.slices], edge)


def own_ink(components: Components, glyph: Glyph, box: Box | None = None) -> Mask:
    """Return the mask (h, w) of a glyph's ink within a box, or within its own box."""
    box = box or glyph.box
    labels = components.labels[box.slices]
    own: Mask = labels == glyph.members[0] + 1
    for member in glyph.members[1:]:
        own |= labels == member + 1
    if glyph.left is not None:
        own &= _is_right_of(glyph.left, box)
    if glyph.right is not None:
        own &= ~_is_right_of(glyph.right, box)
    return own


def _is_right_of(cut: Cut, box: Box) -> Mask:
    """Return the mask (h, w) of the pixels of a box that lie on a cut or right of it."""
    first = np.rint(cut.offset + cut.slope * np.arange(box.top, box.bottom))
    return np.asarray(np.arange(box.left, box.right) >= first[:, None])


def grown(mask: Mask) -> Mask:
    """Grow a mask by the pixels that touch it on a side or corner."""
    height, width = mask.shape
    rows = np.zeros((height, width + 2), dtype=bool)
    rows[:, 1:-1] = mask
    rows[1:, 1:-1] |= mask[:-1]
    rows[:-1, 1:-1] |= mask[1:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:])
