"""Write words on a canvas: in fonts, in the built-in stroke font, or as real hands moved the pen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.synthesis.stroke_font import STROKES, strokes_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr.array_types import Float32, Float64

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_PUNCTUATION = ".,-+=/()!?:'"
# Characters of straight strokes, level and upright: the ones most like printed lines.
_STRAIGHT = "TTTEEFHIILLZ1147-=+til"
# Words with bars that join, or lie in a row.
_STRAIGHT_WORDS = (
    "THE THIS IS IT TEST TEXT TITLE LETTER LITTLE HILL FILL ALL TILT FEET MEET TEETH TITTLE LATTER FIFTH "
    "EIGHT ETTIE FLEET STREET LET FIT TILL ILL HEIFER BETTER TTT EEE HHH FFF III 111 1471 4171 7747 414"
)
_FREQUENT = "eeeeeeetttttaaaaoooiiinnnsssrrrhhlldducmfwygpbvkxjqz"


class WordSource(Protocol):
    """Somebody who writes words."""

    def draw(
        self,
        canvas: Image.Image,
        place: tuple[float, float],
        *,
        letter_px: float,
        pen_px: float,
        shade: int,
        single: bool,
        rng: np.random.Generator,
    ) -> float:
        """Write a word, or a single character, from (left, baseline) on; return its width in pixels."""
        ...


def random_text(rng: np.random.Generator, *, single: bool) -> str:
    """Return a random word, number or code; a single character if asked for."""
    kind = rng.random()
    if single:
        letters = (
            _LETTERS
            if kind < 0.3
            else _STRAIGHT
            if kind < 0.45
            else _DIGITS
            if kind < 0.85
            else _FREQUENT
            if kind < 0.95
            else _PUNCTUATION
        )
        return str(rng.choice(list(letters)))
    length = int(rng.integers(1, 10))
    if kind < 0.2:
        word = "".join(rng.choice(list(_DIGITS), min(length, 6)))
        return word if kind < 0.12 else word[:2] + str(rng.choice(list(".,-+=/"))) + word[2:]
    if kind > 0.9:
        return str(rng.choice(_STRAIGHT_WORDS.split()))
    letters = _FREQUENT if kind < 0.45 else _FREQUENT.upper() if kind < 0.75 else _STRAIGHT
    word = "".join(rng.choice(list(letters), length))
    word = word.capitalize() if kind < 0.26 else word
    return word + str(rng.choice(list(_PUNCTUATION))) if rng.random() < 0.15 else word


class FontWords:
    """Words in a font, of handwriting or of print."""

    def __init__(self, path: Path) -> None:
        self.path = path
        box = ImageFont.truetype(path, 100).getbbox("H", anchor="ls")
        self.size = 100 / max(1.0, float(-box[1]))

    def draw(
        self,
        canvas: Image.Image,
        place: tuple[float, float],
        *,
        letter_px: float,
        pen_px: float,
        shade: int,
        single: bool,
        rng: np.random.Generator,
    ) -> float:
        """Write one word; see :class:`WordSource`."""
        font = ImageFont.truetype(self.path, max(6, round(self.size * letter_px)))
        text = random_text(rng, single=single)
        brush, (left, baseline) = ImageDraw.Draw(canvas), place
        bold = int(rng.integers(0, 2 + round(0.3 * pen_px))) if rng.random() < 0.5 else 0
        start = left
        if rng.random() < 0.4:
            brush.text(place, text, fill=shade, font=font, anchor="ls", stroke_width=bold)
            return float(font.getlength(text))
        spread = rng.uniform(-0.06, 0.12) * letter_px
        for character in text:
            up = rng.normal(0, 0.03) * letter_px
            brush.text(
                (left, baseline + up), character, fill=shade, font=font, anchor="ls", stroke_width=bold
            )
            left += float(font.getlength(character)) + spread
        return left - start


def _pull(brush: ImageDraw.ImageDraw, points: Float32 | Float64, pen_px: float, shade: int) -> None:
    """Draw one stroke with round ends."""
    track = [(float(x), float(y)) for x, y in points]
    half = pen_px / 2
    if len(track) > 1:
        brush.line(track, fill=shade, width=max(1, round(pen_px)), joint="curve")
    for x, y in (track[0], track[-1]):
        brush.ellipse((x - half, y - half, x + half, y + half), fill=shade)


class StrokeWords:
    """Words in the built-in stroke font, each character bent a little."""

    def draw(
        self,
        canvas: Image.Image,
        place: tuple[float, float],
        *,
        letter_px: float,
        pen_px: float,
        shade: int,
        single: bool,
        rng: np.random.Generator,
    ) -> float:
        """Write one word; see :class:`WordSource`."""
        brush = ImageDraw.Draw(canvas)
        left, baseline = place
        text = "".join(c for c in random_text(rng, single=single) if c in STROKES)
        slant, careful, gap = rng.normal(0.05, 0.15), rng.random() < 0.55, rng.uniform(0, 0.3)
        if careful:
            slant = 0.0
        for character in text:
            shape = np.eye(2) + rng.normal(0, 0.01 if careful else 0.08, (2, 2)) + [[0, slant], [0, 0]]
            width = 0.0
            for smooth, stroke in strokes_of(character):
                points = np.asarray(stroke, np.float64)
                points = _smoothed(points) if smooth and len(points) > 2 else points
                points = points @ shape.T
                width = max(width, float(points[:, 0].max()))
                _pull(brush, points * (letter_px, -letter_px) + (left, baseline), pen_px, shade)
            left += (width + gap + rng.uniform(0, 0.1)) * letter_px
        return left - place[0]


def _smoothed(points: Float64) -> Float64:
    """Round the corners of a polyline twice by cutting them."""
    for _ in range(2):
        ahead = points[1:]
        behind = points[:-1]
        cut = np.stack([0.75 * behind + 0.25 * ahead, 0.25 * behind + 0.75 * ahead], 1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


class PenTraces:
    """Words of real hands as the pen moved.

    Parameters
    ----------
    words : sequence of sequences of (n, 2) float arrays
        Strokes of each word in cap heights, y down from the baseline.
    singles : sequence of int
        Which of them are single characters.
    """

    def __init__(self, words: Sequence[Sequence[Float32]], singles: Sequence[int]) -> None:
        self.words, self.singles = words, singles

    def draw(
        self,
        canvas: Image.Image,
        place: tuple[float, float],
        *,
        letter_px: float,
        pen_px: float,
        shade: int,
        single: bool,
        rng: np.random.Generator,
    ) -> float:
        """Write one word; see :class:`WordSource`."""
        brush = ImageDraw.Draw(canvas)
        if single and len(self.singles):
            index = self.singles[int(rng.integers(len(self.singles)))]
        else:
            index = int(rng.integers(len(self.words)))
        strokes = self.words[index]
        left = min(float(stroke[:, 0].min()) for stroke in strokes)
        for stroke in strokes:
            _pull(brush, (stroke - (left, 0)) * letter_px + place, pen_px, shade)
        return (max(float(stroke[:, 0].max()) for stroke in strokes) - left) * letter_px
