"""Samples from lines whose letters touch: which ink belongs to which character, and what cuts make of it.

Letters of hand print touch, and a cut never separates them quite: some ink of one stays with the other. A
network that has seen single letters only takes such ink for other letters, or for none. So lines of touching
characters are written, whose ink is known pixel by pixel (`AnnotatedLine`). The classifier learns from the
glyphs that right and wrong cuts leave (`draw_samples`), the cut classifier from the cuts themselves.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.crop import make_crops
from ocr.page.ink.components import find_components, weighted_median_height
from ocr.page.writing.chains import TextLine
from ocr.page.writing.glyphs import glyph_ink, join_glyphs, own_ink
from ocr.recognition.cuts import keep_cuts, offer_cuts
from ocr.recognition.segments import segment_line, stroke_width
from ocr.synthesis.fonts import is_block
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.touching_lines import Writers
from ocr.synthesis.writers import FontWriter
from ocr.training.build_glyph_metrics import measure_glyph_metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.datasets.emnist import LabelledImages
    from ocr.page.ink.components import Components
    from ocr.page.writing.glyphs import Glyph
    from ocr.recognition.cuts import OfferedCuts, ScoredCut
    from ocr.synthesis.fonts import FontFile
    from ocr.synthesis.touching_lines import WrittenLine
    from ocr.synthesis.writers import Writer


# A character belongs to a glyph if at least this share of its ink lies in it.
_PRESENT = 0.25
# A cut separates characters if it leaves at most this share of each on the wrong side.
_CLEAN = 0.1
# A glyph is a character if it has most of its ink and little of the others' ...
_MOST, _LITTLE = 0.88, 0.18
# ... and none if it has much of two, or much of none.
_MUCH = 0.6
# Parts of letters often look like other letters: few are kept as non-characters.
_PARTS_KEPT = 0.2
# A part of a letter narrower than this, in text heights, is a stroke, and may be an l or a 1.
_STROKE_HEIGHTS = 0.25
# Scores of cuts: right ones come first, this share of the wrong ones is made as well, the others never.
_WRONG_SHARE = 0.12
_RIGHT, _WRONG, _NEVER = 1.0, 0.0, -9.0
# There are more ways to cut wrongly than rightly: this share of the non-characters is kept.
_NONE_KEPT = 0.25
# Shares of words in small letters, capitals, digits and all of these at once.
_WORD_SHARES = {
    string.ascii_lowercase: 0.5,
    string.ascii_uppercase: 0.27,
    string.digits: 0.13,
    string.ascii_letters + string.digits: 0.1,
}


class TouchingSample(NamedTuple):
    """A glyph that was cut out: its crop (28, 28), and the character that it is; "" for none."""

    crop: Float32
    character: str


class AnnotatedLine:
    """A written line with its components as on a page, and the character that each pixel of ink belongs to.

    Parameters
    ----------
    line : WrittenLine
    mask : (H, W) bool array
        Its ink.

    Attributes
    ----------
    components : Components
    text_height_px : float or None
        None for a line without ink.
    stroke_px : float
        Width of the strokes.
    """

    def __init__(self, line: WrittenLine, mask: Mask) -> None:
        self.line = line
        self.components: Components = find_components(mask, bridge_px=2)
        self.text_height_px = weighted_median_height(self.components, mask.shape)
        self.stroke_px = stroke_width(mask)
        self._owners = np.where(self.components.labels > 0, line.owners, 0)
        self._sizes = np.bincount(self._owners.ravel(), minlength=len(line.text) + 1)[1:]

    def glyphs(self, text_height_px: float) -> tuple[Glyph, ...]:
        """Return the glyphs from left to right, joined as for letters of a height."""
        members = TextLine(tuple(range(len(self.components))), 0.0, self._owners.shape[0] / 2)
        return join_glyphs(self.components, members, text_height_px=text_height_px)

    def offered_cuts(self, glyph: Glyph, text_height_px: float) -> OfferedCuts:
        """Return the cuts that would be offered in a glyph on a page."""
        return offer_cuts(
            own_ink(self.components, glyph), text_height_px=text_height_px, stroke_px=self.stroke_px
        )

    def counts(self, glyph: Glyph) -> Int64:
        """Return the number of pixels (C,) of each character in a glyph."""
        owners = self._owners[glyph.box.slices][own_ink(self.components, glyph)]
        return np.bincount(owners, minlength=len(self._sizes) + 1)[1:]

    def shares(self, glyph: Glyph) -> Float64:
        """Return the share (C,) of each character's ink that lies in a glyph."""
        return np.asarray(self.counts(glyph) / np.maximum(self._sizes, 1))

    def present(self, glyph: Glyph) -> Int64:
        """Return the indices of the characters of which much lies in a glyph."""
        return np.flatnonzero(self.shares(glyph) > _PRESENT)

    def shares_left(self, glyph: Glyph, cuts: OfferedCuts) -> Float64:
        """Return the share (n, C) of each character present in a glyph that lies left of each of n cuts."""
        owners = np.where(own_ink(self.components, glyph), self._owners[glyph.box.slices], 0)
        return shares_left(owners, self.present(glyph) + 1, cuts)


def shares_left(owners: NDArray[np.int32], present: Int64, cuts: OfferedCuts) -> Float64:
    """Compute the share (n, C) of the ink of each character that lies left of each of n cuts.

    Parameters
    ----------
    owners : (h, w) int array
        The character that each pixel of a glyph belongs to, 0 for none.
    present : (C,) int array
        Owners to look at.
    cuts : OfferedCuts
        Of that glyph.
    """
    shares = np.empty((len(cuts.cols), present.size))
    for index, owner in enumerate(present):
        rows, cols = np.nonzero(owners == owner)
        for slope in np.unique(cuts.slopes):
            chosen = cuts.slopes == slope
            # Where cuts of this slope through each pixel meet the middle row.
            middle = np.sort(cols - slope * (rows - (owners.shape[0] - 1) / 2))
            shares[chosen, index] = np.searchsorted(middle, cuts.cols[chosen] - 0.5) / rows.size
    return shares


def separates_cleanly(shares: Float64) -> Mask:
    """Return for cuts (n, C) whether each leaves every character on one side, and not all on the same."""
    left = (shares > 0.5).sum(axis=1)
    worst = np.minimum(shares, 1 - shares).max(axis=1, initial=0)
    return np.asarray((worst < _CLEAN) & (left > 0) & (left < shares.shape[1]))


def writers_with(images: LabelledImages, fonts: Sequence[FontFile]) -> Writers:
    """Return writers with the characters of EMNIST and these fonts; heights are those of the fonts."""
    characters = np.array(images.classes)[images.labels]
    writers: list[tuple[Writer, bool]] = [(FontWriter(font), is_block(font)) for font in fonts]
    writers.append((StrokeWriter(), False))
    metrics, _ = measure_glyph_metrics(writers, images.classes, rng=np.random.default_rng(0))
    return Writers(
        {character: images.images[characters == character] for character in images.classes},
        {
            character: (float(top), float(bottom))
            for character, (top, bottom, _) in zip(images.classes, metrics, strict=True)
        },
        fonts,
    )


def draw_samples(writers: Writers, count: int, *, rng: np.random.Generator) -> Iterator[TouchingSample]:
    """Write lines of random characters and cut them until there are ``count`` samples.

    Yields
    ------
    TouchingSample
        About a quarter of all are no character.
    """
    while count > 0:
        for sample in cut_samples(writers.write(_random_words(rng), rng=rng), rng=rng):
            if count > 0 and (sample.character or rng.random() < _NONE_KEPT):
                count -= 1
                yield sample


def _random_words(rng: np.random.Generator) -> list[str]:
    """Return two to four words of two to six characters."""
    alphabets, shares = list(_WORD_SHARES), list(_WORD_SHARES.values())
    return [
        "".join(rng.choice(list(alphabets[int(rng.choice(len(shares), p=shares))]), int(rng.integers(2, 7))))
        for _ in range(int(rng.integers(2, 5)))
    ]


def cut_samples(line: WrittenLine, *, rng: np.random.Generator) -> Iterator[TouchingSample]:
    """Cut a line where letters touch, and in some wrong places.

    Yields
    ------
    TouchingSample
        From glyphs in which characters touch only: characters that stand apart are known from elsewhere.
    """
    strength = line.soft(rng)
    annotated = AnnotatedLine(line, strength > rng.uniform(0.3, 0.6))
    text_height_px = annotated.text_height_px
    if text_height_px is None:
        return
    touching = [glyph for glyph in annotated.glyphs(text_height_px) if annotated.present(glyph).size > 1]
    cuts = [_kept_cuts(annotated, glyph, text_height_px, rng) for glyph in touching]
    found = segment_line(annotated.components, touching, cuts, text_height_px=text_height_px)
    kept = [
        (candidate.glyph, character)
        for candidate in found.candidates
        if (character := _character_of(annotated, candidate.glyph)) is not None
        and (character != _PART or _keeps_part(candidate.glyph, text_height_px, rng))
    ]
    crops = make_crops(glyph_ink(strength, annotated.components, glyph) for glyph, _ in kept)
    for crop, (_, character) in zip(crops, kept, strict=True):
        yield TouchingSample(crop, "" if character == _PART else character)


_PART = "part of a letter"


def _kept_cuts(
    annotated: AnnotatedLine, glyph: Glyph, text_height_px: float, rng: np.random.Generator
) -> list[ScoredCut]:
    """Keep the cuts that separate characters, and some that do not."""
    offered = annotated.offered_cuts(glyph, text_height_px)
    right = separates_cleanly(annotated.shares_left(glyph, offered))
    scores = np.where(rng.random(right.size) < _WRONG_SHARE, _WRONG, _NEVER)
    # In random order among equals.
    scores = np.where(right, _RIGHT, scores) + rng.random(right.size) / 2
    return keep_cuts(
        offered, scores.astype(np.float32), height=glyph.box.height, text_height_px=text_height_px
    )


def _character_of(annotated: AnnotatedLine, glyph: Glyph) -> str | None:
    """Return the character of a glyph; "" for more than one, `_PART` for none whole, None if unclear."""
    counts, shares = annotated.counts(glyph), annotated.shares(glyph)
    if not counts.any():
        return None
    first = int(shares.argmax())
    foreign = counts.sum() - counts[first]
    if (shares >= _MUCH).sum() > 1:
        return ""
    if shares[first] >= _MOST and foreign <= _LITTLE * counts.sum() and (shares > 0.3).sum() == 1:
        return annotated.line.text[first]
    return _PART if shares[first] < _MUCH else None


def _keeps_part(glyph: Glyph, text_height_px: float, rng: np.random.Generator) -> bool:
    """Choose few parts of letters, and no single strokes."""
    return glyph.box.width >= _STROKE_HEIGHTS * text_height_px and rng.random() < _PARTS_KEPT
