"""A written line as a page finds it, and whose its ink is: what joints and pieces are learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.page.components import find_components
from ocr.page.cuts import offer_cuts
from ocr.page.glyphs import join_glyphs, own_ink
from ocr.page.lines import TextLine
from ocr.page.scale import weighted_median_height
from ocr.page.segments import stroke_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.page.components import Components
    from ocr.page.cuts import OfferedCuts
    from ocr.page.glyphs import Glyph
    from ocr.synthesis.touching import WrittenLine

    Float = NDArray[np.float64]
    Int = NDArray[np.int64]
    Mask = NDArray[np.bool_]

CLEAN = 0.1
"""A cut leaves at most this share of each character on the wrong side, or it is a wrong cut."""

PRESENT = 0.25
"""A character of which less than this share lies in a piece of ink is not a part of it."""


class Scene:
    """A written line, its ink found as on a page; ``letter_px`` is None where there is none.

    Parameters
    ----------
    line : WrittenLine
    mask : (H, W) bool array
        Its ink.
    """

    def __init__(self, line: WrittenLine, mask: Mask) -> None:
        self.line = line
        self.components: Components = find_components(mask, bridge_px=2)
        self.letter_px = weighted_median_height(self.components, mask.shape)
        self.stroke_px = stroke_width(mask)
        self._owners = np.where(self.components.labels > 0, line.owners, 0)
        self._sizes = np.bincount(self._owners.ravel(), minlength=len(line.text) + 1)[1:]

    def glyphs(self, letter_px: float) -> tuple[Glyph, ...]:
        """Pieces of ink, left to right, joined as for letters of a height."""
        members = TextLine(tuple(range(len(self.components))), 0.0, self._owners.shape[0] / 2)
        return join_glyphs(self.components, members, letter_px=letter_px)

    def offered(self, glyph: Glyph, letter_px: float) -> OfferedCuts:
        """Cuts that a page would offer in a piece."""
        return offer_cuts(own_ink(self.components, glyph), letter_px=letter_px, stroke_px=self.stroke_px)

    def counts(self, glyph: Glyph) -> Int:
        """Pixels (C,) of each character in a piece."""
        owners = self._owners[glyph.box.slices][own_ink(self.components, glyph)]
        return np.bincount(owners, minlength=len(self._sizes) + 1)[1:]

    def shares(self, glyph: Glyph) -> Float:
        """Share (C,) of each character's ink that is in a piece."""
        return np.asarray(self.counts(glyph) / np.maximum(self._sizes, 1))

    def shares_left(self, glyph: Glyph, cuts: OfferedCuts) -> Float:
        """Share (n, C) of the ink of each character present in a piece that lies left of each of n cuts."""
        present = np.flatnonzero(self.shares(glyph) > PRESENT) + 1
        owners = np.where(own_ink(self.components, glyph), self._owners[glyph.box.slices], 0)
        return shares_left(owners, present, cuts)


def shares_left(owners: NDArray[np.int32], present: NDArray[np.int64], cuts: OfferedCuts) -> Float:
    """Share (n, C) of the ink of each character that lies left of each of n cuts.

    Parameters
    ----------
    owners : (h, w) int array
        Of the ink of a piece, 0 where there is none.
    present : (C,) int array
        Which owners to look at.
    cuts : OfferedCuts
        Of that piece.
    """
    shares = np.empty((len(cuts.cols), present.size))
    for place, owner in enumerate(present):
        rows, cols = np.nonzero(owners == owner)
        for slope in np.unique(cuts.slopes):
            chosen = cuts.slopes == slope
            # Where cuts of this slope through each pixel meet the middle row.
            middle = np.sort(cols - slope * (rows - (owners.shape[0] - 1) / 2))
            shares[chosen, place] = np.searchsorted(middle, cuts.cols[chosen] - 0.5) / rows.size
    return shares


def parts_cleanly(shares: Float) -> Mask:
    """Tell of cuts (n, C) which leave each character on one side, and not all on the same."""
    left = (shares > 0.5).sum(axis=1)
    worst = np.minimum(shares, 1 - shares).max(axis=1, initial=0)
    return np.asarray((worst < CLEAN) & (left > 0) & (left < shares.shape[1]))
