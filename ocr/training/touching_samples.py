"""Characters as a page's cuts leave them, and what cuts in the wrong places leave.

Letters of hand print touch, and a cut never parts them quite: some ink of one stays with the other. A network
that has seen single letters only takes such pieces for other letters, or for none.

A written line as a page finds it, and whose its ink is: what joints and pieces are learnt from.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.crop import make_crops
from ocr.page.components import find_components, weighted_median_height
from ocr.page.glyphs import glyph_ink, join_glyphs, own_ink
from ocr.page.lines import TextLine
from ocr.recognition.cuts import keep_cuts, offer_cuts
from ocr.recognition.segments import segment_line, stroke_width
from ocr.synthesis.fonts import is_block
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.touching_lines import Writers
from ocr.synthesis.writers import FontWriter
from ocr.training.build_glyph_metrics import measure_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.datasets.emnist import LabelledImages
    from ocr.page.components import Components
    from ocr.page.glyphs import Glyph
    from ocr.recognition.cuts import OfferedCuts, ScoredCut
    from ocr.synthesis.fonts import FontFile
    from ocr.synthesis.touching_lines import WrittenLine
    from ocr.synthesis.writers import Writer


# A piece is a character if it has most of its ink and little of anybody else's ...
_MOST, _LITTLE = 0.88, 0.18
# ... and none if it has much of two, or nothing that is nearly whole.
_MUCH = 0.6
# Halves of letters are often letters: few are shown as none.
_PARTS_SHOWN = 0.2
# Share of the wrong cuts that are made as well; right cuts come first, and most wrong ones never.
_WRONG_SHARE = 0.12
_RIGHT, _WRONG, _NEVER = 1.0, 0.0, -9.0
# There are more ways to cut wrongly than rightly: of the pieces that are none, so many are shown.
_NONE_SHOWN = 0.25
# A part of a letter narrower than this, in letter heights, is a stroke, and may be an l or a 1.
_STROKE_LETTERS = 0.25
# Shares of words in small letters, capitals, digits and all of these at once.
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.ascii_letters + string.digits)
_SHARES = (0.5, 0.27, 0.13, 0.1)


class Piece(NamedTuple):
    """A piece of ink: its tile (28, 28), and the character that it is; "" for none."""

    crop: Float32
    character: str


def writers_with(images: LabelledImages, fonts: Sequence[FontFile]) -> Writers:
    """Return writers that have the characters of EMNIST and these fonts, with the heights of the fonts."""
    characters = np.array(images.classes)[images.labels]
    writers: list[tuple[Writer, bool]] = [(FontWriter(font), is_block(font)) for font in fonts]
    places, _ = measure_places(
        [*writers, (StrokeWriter(), False)], images.classes, rng=np.random.default_rng(0)
    )
    return Writers(
        {character: images.images[characters == character] for character in images.classes},
        {
            character: (float(top), float(bottom))
            for character, (top, bottom, _) in zip(images.classes, places, strict=True)
        },
        fonts,
    )


def draw_pieces(writers: Writers, count: int, *, rng: np.random.Generator) -> Iterator[Piece]:
    """Write lines of random characters and cut them until there are ``count`` pieces.

    Yields
    ------
    Piece
        What is no character is about a quarter of all.
    """
    while count > 0:
        for piece in pieces_of(writers.write(_random_words(rng), rng=rng), rng=rng):
            if count > 0 and (piece.character or rng.random() < _NONE_SHOWN):
                count -= 1
                yield piece


def _random_words(rng: np.random.Generator) -> list[str]:
    """Two to four words of two to six characters."""
    return [
        "".join(rng.choice(list(_KINDS[int(rng.choice(len(_KINDS), p=_SHARES))]), int(rng.integers(2, 7))))
        for _ in range(int(rng.integers(2, 5)))
    ]


def pieces_of(line: WrittenLine, *, rng: np.random.Generator) -> Iterator[Piece]:
    """Cut a line where letters touch, and in some wrong places, and tell what each piece is.

    Yields
    ------
    Piece
        Of ink in which characters touch only: others are known from everywhere.
    """
    strength = line.soft(rng)
    scene = Scene(line, strength > rng.uniform(0.3, 0.6))
    if scene.text_height_px is None:
        return
    touching = [
        glyph for glyph in scene.glyphs(scene.text_height_px) if (scene.shares(glyph) > PRESENT).sum() > 1
    ]
    cuts = [_cuts_of(scene, glyph, scene.text_height_px, rng) for glyph in touching]
    found = segment_line(scene.components, touching, cuts, text_height_px=scene.text_height_px)
    shown = [
        (candidate.glyph, character)
        for candidate in found.candidates
        if (character := _sign_of(scene, candidate.glyph)) is not None
        and (character != _PART or _shows_part(candidate.glyph, scene.text_height_px, rng))
    ]
    crops = make_crops(glyph_ink(strength, scene.components, glyph) for glyph, _ in shown)
    for crop, (_, character) in zip(crops, shown, strict=True):
        yield Piece(crop, "" if character == _PART else character)


_PART = "part of a letter"


def _cuts_of(scene: Scene, glyph: Glyph, text_height_px: float, rng: np.random.Generator) -> list[ScoredCut]:
    """Keep cuts that part characters, whichever come first, and some that do not."""
    offered = scene.offered(glyph, text_height_px)
    right = parts_cleanly(scene.shares_left(glyph, offered))
    odds = np.where(rng.random(right.size) < _WRONG_SHARE, _WRONG, _NEVER)
    # At random among equals.
    odds = np.where(right, _RIGHT, odds) + rng.random(right.size) / 2
    return keep_cuts(offered, odds.astype(np.float32), height=glyph.box.height, text_height_px=text_height_px)


def _sign_of(scene: Scene, glyph: Glyph) -> str | None:
    """Character of a piece; "" for more than one, ``_PART`` for none whole, None where it is unclear."""
    counts, shares = scene.counts(glyph), scene.shares(glyph)
    if not counts.any():
        return None
    first = int(shares.argmax())
    foreign = counts.sum() - counts[first]
    if (shares >= _MUCH).sum() > 1:
        return ""
    if shares[first] >= _MOST and foreign <= _LITTLE * counts.sum() and (shares > 0.3).sum() == 1:
        return scene.line.text[first]
    return _PART if shares[first] < _MUCH else None


def _shows_part(glyph: Glyph, text_height_px: float, rng: np.random.Generator) -> bool:
    """Choose few parts of letters, and none that are a stroke only."""
    return glyph.box.width >= _STROKE_LETTERS * text_height_px and rng.random() < _PARTS_SHOWN


CLEAN = 0.1
"""A cut leaves at most this share of each character on the wrong side, or it is a wrong cut."""

PRESENT = 0.25
"""A character of which less than this share lies in a piece of ink is not a part of it."""


class Scene:
    """A written line, its ink found as on a page; ``text_height_px`` is None where there is none.

    Parameters
    ----------
    line : WrittenLine
    mask : (H, W) bool array
        Its ink.
    """

    def __init__(self, line: WrittenLine, mask: Mask) -> None:
        self.line = line
        self.components: Components = find_components(mask, bridge_px=2)
        self.text_height_px = weighted_median_height(self.components, mask.shape)
        self.stroke_px = stroke_width(mask)
        self._owners = np.where(self.components.labels > 0, line.owners, 0)
        self._sizes = np.bincount(self._owners.ravel(), minlength=len(line.text) + 1)[1:]

    def glyphs(self, text_height_px: float) -> tuple[Glyph, ...]:
        """Pieces of ink, left to right, joined as for letters of a height."""
        members = TextLine(tuple(range(len(self.components))), 0.0, self._owners.shape[0] / 2)
        return join_glyphs(self.components, members, text_height_px=text_height_px)

    def offered(self, glyph: Glyph, text_height_px: float) -> OfferedCuts:
        """Cuts that a page would offer in a piece."""
        return offer_cuts(
            own_ink(self.components, glyph), text_height_px=text_height_px, stroke_px=self.stroke_px
        )

    def counts(self, glyph: Glyph) -> Int64:
        """Pixels (C,) of each character in a piece."""
        owners = self._owners[glyph.box.slices][own_ink(self.components, glyph)]
        return np.bincount(owners, minlength=len(self._sizes) + 1)[1:]

    def shares(self, glyph: Glyph) -> Float64:
        """Share (C,) of each character's ink that is in a piece."""
        return np.asarray(self.counts(glyph) / np.maximum(self._sizes, 1))

    def shares_left(self, glyph: Glyph, cuts: OfferedCuts) -> Float64:
        """Share (n, C) of the ink of each character present in a piece that lies left of each of n cuts."""
        present = np.flatnonzero(self.shares(glyph) > PRESENT) + 1
        owners = np.where(own_ink(self.components, glyph), self._owners[glyph.box.slices], 0)
        return shares_left(owners, present, cuts)


def shares_left(owners: NDArray[np.int32], present: Int64, cuts: OfferedCuts) -> Float64:
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


def parts_cleanly(shares: Float64) -> Mask:
    """Tell of cuts (n, C) which leave each character on one side, and not all on the same."""
    left = (shares > 0.5).sum(axis=1)
    worst = np.minimum(shares, 1 - shares).max(axis=1, initial=0)
    return np.asarray((worst < CLEAN) & (left > 0) & (left < shares.shape[1]))
