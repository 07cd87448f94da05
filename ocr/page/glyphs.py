"""Join the components of a line into glyphs: i and its dot, both bars of =, the parts of a broken letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.geometry import Box, overlap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.page.components import Components
    from ocr.page.lines import TextLine

    Float32 = NDArray[np.float32]


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
    components: Components, line: TextLine, *, letter_px: float, settings: GlyphSettings | None = None
) -> tuple[Glyph, ...]:
    """Group the components of a line into glyphs, left to right.

    Each component ends in exactly one glyph.

    Parameters
    ----------
    components : Components
    line : TextLine
    letter_px : float
        Letter height.
    settings : GlyphSettings, optional

    Returns
    -------
    tuple of Glyph
    """
    settings = settings or GlyphSettings()
    groups = [(components.box(index), [index]) for index in line.members]
    while (pair := _best_pair([box for box, _ in groups], letter_px, settings)) is not None:
        first, second = pair
        box, members = groups[first]
        other_box, other_members = groups.pop(second)
        groups[first] = (Box.around((box, other_box)), members + other_members)
    groups.sort(key=lambda group: group[0].left + group[0].right)
    return tuple(Glyph(tuple(sorted(members)), box) for box, members in groups)


def _best_pair(boxes: list[Box], letter_px: float, settings: GlyphSettings) -> tuple[int, int] | None:
    """Find the two pieces that most clearly belong together, or return None."""
    best, best_share = None, 0.0
    for first, box in enumerate(boxes):
        for second in range(first + 1, len(boxes)):
            other = boxes[second]
            share = overlap(box.left, box.right, other.left, other.right) / max(
                1, min(box.width, other.width)
            )
            if share > best_share and _belong(box, other, share, letter_px, settings):
                best, best_share = (first, second), share
    return best


def _belong(box: Box, other: Box, share: float, letter_px: float, settings: GlyphSettings) -> bool:
    both = Box.around((box, other))
    if min(box.height, other.height) < settings.small_letters * letter_px:
        gap = -overlap(box.top, box.bottom, other.top, other.bottom)
        near = gap <= settings.dot_gap_letters * letter_px
        return share >= settings.small_overlap_frac and near and both.height <= 2 * letter_px
    narrow = both.width <= max(settings.widest_letters * letter_px, box.width, other.width)
    return share >= settings.letter_overlap_frac and narrow and both.height <= 2 * letter_px


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


def own_ink(components: Components, glyph: Glyph, box: Box | None = None) -> NDArray[np.bool_]:
    """Mask (h, w) of the glyph's ink within a box, its own if none is given."""
    box = box or glyph.box
    labels = components.labels[box.slices]
    own: NDArray[np.bool_] = labels == glyph.members[0] + 1
    for member in glyph.members[1:]:
        own |= labels == member + 1
    if glyph.left is not None:
        own &= _is_right_of(glyph.left, box)
    if glyph.right is not None:
        own &= ~_is_right_of(glyph.right, box)
    return own


def _is_right_of(cut: Cut, box: Box) -> NDArray[np.bool_]:
    """Pixels (h, w) of a box that are at a cut or right of it."""
    first = np.rint(cut.offset + cut.slope * np.arange(box.top, box.bottom))
    return np.asarray(np.arange(box.left, box.right) >= first[:, None])


def _beside(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels that touch a True one on a side or corner."""
    height, width = mask.shape
    rows = np.zeros((height, width + 2), dtype=bool)
    rows[:, 1:-1] = mask
    rows[1:, 1:-1] |= mask[:-1]
    rows[:-1, 1:-1] |= mask[1:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:])
