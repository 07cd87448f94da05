"""Characters as a page's cuts leave them, and what cuts in the wrong places leave.

Letters of hand print touch, and a cut never parts them quite: some ink of one stays with the other. A network
that has seen single letters only takes such pieces for other letters, or for none.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.tile import make_tiles
from ocr.page.cuts import keep_cuts
from ocr.page.glyphs import glyph_ink
from ocr.page.segments import segment_line
from ocr.placing import measure_places
from ocr.scene import PRESENT, Scene, parts_cleanly
from ocr.synthesis.fonts import is_block
from ocr.synthesis.hand import FontHand
from ocr.synthesis.strokes import StrokeHand
from ocr.synthesis.touching import Writers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ocr.classifier.emnist import LabelledImages
    from ocr.page.cuts import ScoredCut
    from ocr.page.glyphs import Glyph
    from ocr.synthesis.fonts import FontFile
    from ocr.synthesis.hand import Hand
    from ocr.synthesis.touching import WrittenLine

    Float32 = NDArray[np.float32]

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
    scene = Scene(line, strength > rng.uniform(0.3, 0.6))
    if scene.letter_px is None:
        return
    touching = [glyph for glyph in scene.glyphs(scene.letter_px) if (scene.shares(glyph) > PRESENT).sum() > 1]
    cuts = [_cuts_of(scene, glyph, scene.letter_px, rng) for glyph in touching]
    found = segment_line(scene.components, touching, cuts, letter_px=scene.letter_px)
    shown = [
        (candidate.glyph, sign)
        for candidate in found.candidates
        if (sign := _sign_of(scene, candidate.glyph)) is not None
        and (sign != _PART or _shows_part(candidate.glyph, scene.letter_px, rng))
    ]
    tiles = make_tiles(glyph_ink(strength, scene.components, glyph) for glyph, _ in shown)
    for tile, (_, sign) in zip(tiles, shown, strict=True):
        yield Piece(tile, "" if sign == _PART else sign)


_PART = "part of a letter"


def _cuts_of(scene: Scene, glyph: Glyph, letter_px: float, rng: np.random.Generator) -> list[ScoredCut]:
    """Keep cuts that part characters, whichever come first, and some that do not."""
    offered = scene.offered(glyph, letter_px)
    right = parts_cleanly(scene.shares_left(glyph, offered))
    odds = np.where(rng.random(right.size) < _WRONG_SHARE, _WRONG, _NEVER)
    # At random among equals.
    odds = np.where(right, _RIGHT, odds) + rng.random(right.size) / 2
    return keep_cuts(offered, odds.astype(np.float32), height=glyph.box.height, letter_px=letter_px)


def _sign_of(scene: Scene, glyph: Glyph) -> str | None:
    """Sign of a piece; "" for more than one, ``_PART`` for none whole, None where it is unclear."""
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


def _shows_part(glyph: Glyph, letter_px: float, rng: np.random.Generator) -> bool:
    """Choose few parts of letters, and none that are a stroke only."""
    return glyph.box.width >= _STROKE_LETTERS * letter_px and rng.random() < _PARTS_SHOWN
