"""Cut the glyphs of corrected lines, and wrong cuts, out of the lattice by forced alignment.

All candidates of a line that are not glyphs of its right text are wrong cuts; those that look like a
character to the present network teach it most [1]_. They are labelled as no character.

References
----------
.. [1] LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE
       86(11), 1998, sec. VI: discriminative training on the lattice.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.alphabet import NOT_A_CHARACTER
from ocr.classifier.crop import CROP_PX
from ocr.learning.forced_alignment import Alignment, align
from ocr.recognition.spacing import log_widths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.learning.corrected_pages import CorrectedPage
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.segments import LineLattice

# Lines with a lower mean log-probability are not what the text says; glyphs below the second are left out.
_LEAST_LINE_LOG, _LEAST_GLYPH_LOG = -6.0, -7.0
# The text of a line is another one if fewer of its characters than this share have a glyph of their own.
_LEAST_ALIGNED = 0.4
# Wrong cuts that the network does not yet refuse with this probability are hard. So many of them and of the
# others are kept for each glyph.
_REFUSED, _HARD, _EASY = 0.75, 2.0, 0.5


class AlignedGlyphs(NamedTuple):
    """Glyphs and wrong cuts of corrected lines, and the gaps between the glyphs.

    Attributes
    ----------
    crops : (n, 28, 28) float32 array
    labels : (n,) int64 array
        Class of each.
    extents : (n, 3) float64 array
        Top, bottom and width in cap heights; not a number for wrong cuts.
    gap_widths : (g,) float64 array
        Logarithms, see :func:`ocr.recognition.spacing.log_widths`.
    is_space : (g,) bool array
    """

    crops: Float32
    labels: Int64
    extents: Float64
    gap_widths: Float64
    is_space: Mask

    @property
    def is_character(self) -> Mask:
        """Which are characters (n,), not wrong cuts."""
        return np.isfinite(self.extents[:, 0])

    @classmethod
    def joined(cls, parts: Iterable[AlignedGlyphs]) -> AlignedGlyphs:
        """Return the glyphs of several lines or pages."""
        each = [_nothing(), *parts]
        return cls(*(np.concatenate(arrays) for arrays in zip(*each, strict=True)))


def aligned_glyphs(
    page: CorrectedPage, lattices: Sequence[LineLattice], labels: LabelGroups, *, rng: np.random.Generator
) -> dict[int, AlignedGlyphs]:
    """Align the corrected lines of a page with their right text, and return their glyphs and wrong cuts.

    Parameters
    ----------
    page : CorrectedPage
    lattices : sequence of LineLattice
        Of all lines of the page, from :meth:`CorrectedPage.placed`.
    labels : LabelGroups
        With the class "<none>" there are wrong cuts as well.
    rng : numpy.random.Generator
        Chooses among the wrong cuts.

    Returns
    -------
    dict of int to AlignedGlyphs
        Number of each line of the layout that has a right text -> its glyphs.
    """
    return {
        number: _of_line(
            lattices[number],
            page.crops[number],
            text,
            labels=labels,
            text_height_px=page.layout.text_height_px,
            rng=rng,
        )
        for number, text in sorted(page.texts.items())
    }


def _nothing() -> AlignedGlyphs:
    return AlignedGlyphs(
        np.empty((0, CROP_PX, CROP_PX), np.float32),
        np.empty(0, np.int64),
        np.empty((0, 3), np.float64),
        np.empty(0, np.float64),
        np.empty(0, np.bool_),
    )


def _of_line(
    lattice: LineLattice,
    crops: Float32,
    text: str,
    *,
    labels: LabelGroups,
    text_height_px: float,
    rng: np.random.Generator,
) -> AlignedGlyphs:
    """Return the glyphs and wrong cuts of one line; of a line that is no writing, wrong cuts only."""
    index = {character: number for number, character in enumerate(labels.classes)}
    characters = "".join(text.split())
    columns = np.array([index.get(character, -1) for character in characters], np.int64)
    reject = labels.reject_probabilities(lattice.shape_log_probabilities)
    alignment = align(lattice, columns, reject) if characters else Alignment((), 0.0)
    if alignment is None or alignment.score < _LEAST_LINE_LOG:
        return _nothing()
    right = [
        (one.candidate, int(columns[one.first]))
        for one in alignment.glyphs
        if one.last == one.first + 1
        and columns[one.first] >= 0
        and lattice.log_probabilities[one.candidate, columns[one.first]] > _LEAST_GLYPH_LOG
    ]
    if len(right) < _LEAST_ALIGNED * len(characters):
        return _nothing()
    none = index.get(NOT_A_CHARACTER)
    wrong = [] if none is None else _wrong_cuts(lattice, alignment, reject, max(1, len(right)), rng)
    numbers = np.array([*(number for number, _ in right), *wrong], np.int64)
    classes = np.array([*(label for _, label in right), *[none] * len(wrong)], np.int64)
    extents = lattice.line_metrics.extents(lattice.boxes[numbers])
    extents[len(right) :] = np.nan
    return AlignedGlyphs(crops[numbers], classes, extents, *_gaps(lattice, alignment, text, text_height_px))


def _gaps(
    lattice: LineLattice, alignment: Alignment, text: str, text_height_px: float
) -> tuple[Float64, Mask]:
    """Return the widths of the gaps between glyphs that are not cut apart, and which are spaces."""
    first_of_word = set(np.cumsum([len(word) for word in text.split()]).tolist())
    gaps, is_space = [], []
    for one, other in pairwise(alignment.glyphs):
        before, after = lattice.candidates[one.candidate], lattice.candidates[other.candidate]
        if not lattice.is_cut[after.start - 1]:
            gaps.append((after.glyph.box.left - before.glyph.box.right) / text_height_px)
            is_space.append(other.first in first_of_word)
    return log_widths(np.array(gaps, np.float64)), np.array(is_space, np.bool_)


def _wrong_cuts(
    lattice: LineLattice,
    alignment: Alignment,
    reject: Float64,
    count: int,
    rng: np.random.Generator,
) -> Sequence[int]:
    """Choose candidates that are no glyph of the text, most of them hard ones, for ``count`` that are."""
    right = {one.candidate for one in alignment.glyphs}
    wrong = [number for number in range(len(lattice.candidates)) if number not in right]
    order = rng.permutation(np.array(wrong, np.int64))
    is_hard = reject[order] < _REFUSED
    chosen = [*order[is_hard][: int(_HARD * count)], *order[~is_hard][: int(_EASY * count)]]
    return [int(number) for number in chosen]
