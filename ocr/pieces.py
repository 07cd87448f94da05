"""Characters as a page's cuts leave them, and what cuts in the wrong places leave.

Letters of hand print touch, and a cut never parts them quite: some ink of one stays with the other. A network
that has seen single letters only takes such pieces for other letters, or for none.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.tile import make_tiles
from ocr.page.components import find_components
from ocr.page.cuts import keep_cuts, offer_cuts
from ocr.page.glyphs import glyph_ink, join_glyphs, own_ink
from ocr.page.lines import TextLine
from ocr.page.scale import weighted_median_height
from ocr.page.segments import segment_line, stroke_width
from ocr.placing import measure_places
from ocr.synthesis.fonts import is_block
from ocr.synthesis.hand import FontHand
from ocr.synthesis.strokes import StrokeHand
from ocr.synthesis.touching import Writers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ocr.classifier.emnist import LabelledImages
    from ocr.page.components import Components
    from ocr.page.cuts import OfferedCuts, ScoredCut
    from ocr.page.glyphs import Glyph
    from ocr.synthesis.fonts import FontFile
    from ocr.synthesis.hand import Hand
    from ocr.synthesis.touching import WrittenLine

    Float = NDArray[np.float64]
    Float32 = NDArray[np.float32]
    Mask = NDArray[np.bool_]

# A piece is a character if it has most of its ink and little of anybody else's ...
_MOST, _LITTLE = 0.88, 0.18
# ... and none if it has much of two, or nothing that is nearly whole.
_MUCH = 0.6
# Halves of letters are often letters: few are shown as none.
_PARTS_SHOWN = 0.2
CLEAN = 0.1
"""A cut leaves at most this share of each character on the wrong side, or it is a wrong cut."""

# Share of the wrong cuts that are made as well; right cuts come first, and most wrong ones never.
_WRONG_SHARE = 0.12
_RIGHT, _WRONG, _NEVER = 1.0, 0.0, -9.0
PRESENT = 0.25
"""A character of which less than this share lies in a piece of ink is not a part of it."""

# There are more ways to cut wrongly than rightly: of the pieces that are none, so many are shown.
_NONE_SHOWN = 0.25
# A part of a letter narrower than this, in letter heights, is a stroke, and may be an l or a 1.
_STROKE_LETTERS = 0.25
# Shares of words in small letters, capitals, digits and all of these at once.
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.ascii_letters + string.digits)
_SHARES = (0.5, 0.27, 0.13, 0.1)


class Piece(NamedTuple):
    """A piece of ink: its tile (28, 28), and the sign that it is; "" for none."""

    tile: Float32
    sign: str


def writers_with(images: LabelledImages, fonts: Sequence[FontFile]) -> Writers:
    """Writers who have the characters of EMNIST and these fonts, and set signs as high as the fonts do."""
    signs = np.array(images.classes)[images.labels]
    hands: list[tuple[Hand, bool]] = [(FontHand(font), is_block(font)) for font in fonts]
    places, _ = measure_places([*hands, (StrokeHand(), False)], images.classes, rng=np.random.default_rng(0))
    return Writers(
        {sign: images.images[signs == sign] for sign in images.classes},
        {
            sign: (float(top), float(bottom))
            for sign, (top, bottom, _) in zip(images.classes, places, strict=True)
        },
        fonts,
    )


def draw_pieces(writers: Writers, count: int, *, rng: np.random.Generator) -> Iterator[Piece]:
    """Write lines of random signs and cut them until there are ``count`` pieces.

    Yields
    ------
    Piece
        What is no character is about a quarter of all.
    """
    while count > 0:
        for piece in pieces_of(writers.write(_random_words(rng), rng=rng), rng=rng):
            if count > 0 and (piece.sign or rng.random() < _NONE_SHOWN):
                count -= 1
                yield piece


def _random_words(rng: np.random.Generator) -> list[str]:
    """Two to four words of two to six signs."""
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
    mask = strength > rng.uniform(0.3, 0.6)
    components = find_components(mask, bridge_px=2)
    letter_px = weighted_median_height(components, mask.shape)
    if letter_px is None:
        return
    scene = _Scene(line, components, letter_px, stroke_width(mask))
    found = segment_line(
        components,
        touching := scene.touching(),
        [scene.cuts_of(glyph, rng) for glyph in touching],
        letter_px=letter_px,
    )
    shown = [
        (candidate.glyph, sign)
        for candidate in found.candidates
        if (sign := scene.sign_of(candidate.glyph)) is not None
        and (sign != _PART or scene.shows_part(candidate.glyph, rng))
    ]
    tiles = make_tiles(glyph_ink(strength, components, glyph) for glyph, _ in shown)
    for tile, (_, sign) in zip(tiles, shown, strict=True):
        yield Piece(tile, "" if sign == _PART else sign)


_PART = "part of a letter"


class _Scene:
    """A written line as a page finds it, and whose its ink is."""

    def __init__(self, line: WrittenLine, components: Components, letter_px: float, stroke_px: float) -> None:
        self.line, self.components = line, components
        self.letter_px, self.stroke_px = letter_px, stroke_px
        owners = np.where(components.labels > 0, line.owners, 0)
        self.sizes = np.bincount(owners.ravel(), minlength=len(line.text) + 1)[1:]

    def touching(self) -> list[Glyph]:
        """Pieces of ink that more than one character has a fair share of."""
        members = TextLine(tuple(range(len(self.components))), 0.0, self.line.owners.shape[0] / 2)
        glyphs = join_glyphs(self.components, members, letter_px=self.letter_px)
        return [glyph for glyph in glyphs if (self.shares(self.counts(glyph)) > PRESENT).sum() > 1]

    def counts(self, glyph: Glyph) -> NDArray[np.int64]:
        """Pixels (C,) of each character in a glyph."""
        ink = own_ink(self.components, glyph)
        owners = self.line.owners[glyph.box.slices][ink]
        return np.bincount(owners, minlength=len(self.sizes) + 1)[1:]

    def shares(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Share (C,) of each character's ink that so many pixels are."""
        return np.asarray(counts / np.maximum(self.sizes, 1))

    def cuts_of(self, glyph: Glyph, rng: np.random.Generator) -> list[ScoredCut]:
        """Keep cuts that part characters, whichever come first, and some that do not."""
        ink = own_ink(self.components, glyph)
        offered = offer_cuts(ink, letter_px=self.letter_px, stroke_px=self.stroke_px)
        present = np.flatnonzero(self.shares(self.counts(glyph)) > PRESENT) + 1
        right = parts_cleanly(shares_left(ink * self.line.owners[glyph.box.slices], present, offered))
        odds = np.where(rng.random(right.size) < _WRONG_SHARE, _WRONG, _NEVER)
        # At random among equals.
        odds = np.where(right, _RIGHT, odds) + rng.random(right.size) / 2
        return keep_cuts(offered, odds.astype(np.float32), height=ink.shape[0], letter_px=self.letter_px)

    def sign_of(self, glyph: Glyph) -> str | None:
        """Sign of a piece; "" for more than one, ``_PART`` for none whole, None where it is unclear."""
        counts = self.counts(glyph)
        if not counts.any():
            return None
        shares = self.shares(counts)
        first = int(shares.argmax())
        foreign = counts.sum() - counts[first]
        if (shares >= _MUCH).sum() > 1:
            return ""
        if shares[first] >= _MOST and foreign <= _LITTLE * counts.sum() and (shares > 0.3).sum() == 1:
            return self.line.text[first]
        return _PART if shares[first] < _MUCH else None

    def shows_part(self, glyph: Glyph, rng: np.random.Generator) -> bool:
        """Choose few parts of letters, and none that are a stroke only."""
        return glyph.box.width >= _STROKE_LETTERS * self.letter_px and rng.random() < _PARTS_SHOWN


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
