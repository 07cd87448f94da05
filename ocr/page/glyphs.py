"""Join the components of a line into glyphs: i and its dot, both bars of =, the parts of a broken letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box, overlap

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.page.components import Components
    from ocr.page.lines import TextLine


@dataclass(frozen=True, slots=True)
class GlyphSettings:
    """What is joined; lengths in letter heights.

    Attributes
    ----------
    small_letters : float
        Pieces lower than this are dots and bars, which belong to the letter above or below them.
    dot_gap_letters : float
        A dot is at most this far above or below its letter.
    small_overlap_frac, letter_overlap_frac : float
        Share of the narrower piece's width that lies within the other's, for small pieces and for whole ones.
    widest_letters : float
        Pieces of letter height are joined only if the result is no wider than this.
    """

    small_letters: float = 0.45
    dot_gap_letters: float = 0.7
    small_overlap_frac: float = 0.45
    letter_overlap_frac: float = 0.6
    widest_letters: float = 1.3


# So many pieces of a line are compared with all others at once: noise may be lines of thousands.
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


def join_glyphs(
    components: Components, line: TextLine, *, text_height_px: float, settings: GlyphSettings | None = None
) -> tuple[Glyph, ...]:
    """Group the components of a line into glyphs, left to right.

    Each component ends in exactly one glyph.

    Parameters
    ----------
    components : Components
    line : TextLine
    text_height_px : float
        Letter height.
    settings : GlyphSettings, optional

    Returns
    -------
    tuple of Glyph
    """
    settings = settings or GlyphSettings()
    boxes = components.boxes[list(line.members)]
    members: list[tuple[int, ...]] = [(index,) for index in line.members]
    left = np.ones(len(boxes), dtype=bool)
    # Which later piece belongs to each most clearly, and how clearly; kept up to date where two become one.
    partners, shares = np.zeros(len(boxes), dtype=np.int64), np.zeros(len(boxes))
    stale = np.arange(len(boxes))
    while stale.size or shares.max(initial=0) > 0:
        for some in (stale[start : start + _BATCH] for start in range(0, stale.size, _BATCH)):
            own = _belonging(boxes[some, None], boxes, text_height_px, settings)
            own *= left & (np.arange(len(boxes)) > some[:, None])
            partners[some], shares[some] = own.argmax(axis=1), own.max(axis=1)
        stale = np.zeros(0, dtype=np.int64)
        if shares.max() > 0:
            first = int(shares.argmax())
            second = int(partners[first])
            boxes[first, :2] = np.minimum(boxes[first, :2], boxes[second, :2])
            boxes[first, 2:] = np.maximum(boxes[first, 2:], boxes[second, 2:])
            members[first] += members[second]
            left[second], shares[second] = False, 0
            anew = _belonging(boxes[first], boxes, text_height_px, settings)
            above = (np.arange(len(boxes)) < first) & (anew > 0) & (anew >= shares)
            stale = np.flatnonzero(left & (above | (partners == first) | (partners == second)))
    glyphs = [
        Glyph(tuple(sorted(members[place])), Box(*boxes[place].tolist())) for place in np.flatnonzero(left)
    ]
    return tuple(sorted(glyphs, key=lambda glyph: glyph.box.left + glyph.box.right))


def _belonging(boxes: Int64, others: Int64, text_height_px: float, settings: GlyphSettings) -> Float64:
    """How clearly pieces belong together: the share of the narrower within the other's columns; 0 if not.

    Int64 (..., 4) and others (..., 4) are compared as far as they broadcast.
    """
    tops, lefts, bottoms, rights = np.moveaxis(boxes, -1, 0)
    other_tops, other_lefts, other_bottoms, other_rights = np.moveaxis(others, -1, 0)
    width, other_width = rights - lefts, other_rights - other_lefts
    shared = overlap(lefts, rights, other_lefts, other_rights)
    share = shared / np.maximum(1, np.minimum(width, other_width))
    gap = -overlap(tops, bottoms, other_tops, other_bottoms)
    lower = np.minimum(bottoms - tops, other_bottoms - other_tops)
    small = lower < settings.small_letters * text_height_px
    near = (share >= settings.small_overlap_frac) & (gap <= settings.dot_gap_letters * text_height_px)
    both = np.maximum(rights, other_rights) - np.minimum(lefts, other_lefts)
    widest = np.maximum(settings.widest_letters * text_height_px, np.maximum(width, other_width))
    narrow = (share >= settings.letter_overlap_frac) & (both <= widest)
    high = np.maximum(bottoms, other_bottoms) - np.minimum(tops, other_tops) > 2 * text_height_px
    return np.asarray(np.where(np.where(small, near, narrow) & ~high, share, 0))


def glyph_ink(strength: Float32, components: Components, glyph: Glyph) -> Float32:
    """Ink of one glyph alone, with its soft edge and a margin of one pixel.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    components : Components
        Of the same page.
    glyph : Glyph

    Returns
    -------
    (h, w) float32 array
        Strength where the glyph or its edge is, 0 on paper and on other glyphs.
    """
    height, width = strength.shape
    box = Box(glyph.box.top - 1, glyph.box.left - 1, glyph.box.bottom + 1, glyph.box.right + 1)
    box = box.clipped(height, width)
    own = own_ink(components, glyph, box)
    edge = _beside(own)
    edge &= components.labels[box.slices] == 0
    return np.asarray(np.where(own | edge, strength[box.slices], np.float32(0)))


def own_ink(components: Components, glyph: Glyph, box: Box | None = None) -> Mask:
    """Mask (h, w) of the glyph's ink within a box, its own if none is given."""
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
    """Pixels (h, w) of a box that are at a cut or right of it."""
    first = np.rint(cut.offset + cut.slope * np.arange(box.top, box.bottom))
    return np.asarray(np.arange(box.left, box.right) >= first[:, None])


def _beside(mask: Mask) -> Mask:
    """Pixels that touch a True one on a side or corner."""
    height, width = mask.shape
    rows = np.zeros((height, width + 2), dtype=bool)
    rows[:, 1:-1] = mask
    rows[1:, 1:-1] |= mask[:-1]
    rows[:-1, 1:-1] |= mask[1:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:])
