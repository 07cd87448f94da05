"""Write words whose letters touch, and remember which character each pixel of ink belongs to.

Pictures of single characters are set on a line at the height at which their characters stand, and pushed
together until they touch or overlap a little; a stroke may join two of them. Fonts and the built-in strokes
write with little white between letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from ocr.numeric import ink_bounds
from ocr.synthesis.fonts import is_block
from ocr.synthesis.ink_texture import bend_character, to_page_grid
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE, FontWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ocr.array_types import Float32, GrayBytes, Int32, Mask
    from ocr.synthesis.fonts import FontFile
    from ocr.synthesis.writers import Writer

    # Top and bottom above the baseline, in heights of a capital.
    Extent: TypeAlias = tuple[float, float]

# Capitals are written this high, in pixels: the height at which pages are worked on.
LETTER_PX = 48
# Coverage, in bytes, from which ink belongs to a character, and from which two of them touch.
_INK, _TOUCHES = 60, 110
# Shares of lines written with pictures, and of the others with the built-in strokes.
_BY_PICTURES, _BY_STROKES = 0.6, 0.1
# Pens of the built-in strokes, and the most that a font's strokes grow by, in cap heights.
_PENS, _WIDEST_GROWTH = (0.05, 0.14), 0.06
# Room around a line, in pixels, for tails and for letters that stand off it.
_MARGIN_PX = 30


@dataclass(frozen=True, slots=True, eq=False)
class WrittenLine:
    """A line of writing.

    Attributes
    ----------
    coverage : (H, W) uint8 array
        Ink, 0 none .. 255 full.
    owners : (H, W) int32 array
        1 + index of the character that the ink belongs to; 0 for paper and strokes between characters.
    text : str
        The characters, in the order of their indices, without spaces.
    """

    coverage: GrayBytes
    owners: Int32
    text: str

    def soft(self, rng: np.random.Generator) -> Float32:
        """Return the strength of the ink (H, W), 0 .. 1, with round corners and soft edges, as in a photo."""
        strength = self.coverage.astype(np.float32) / np.float32(255)
        return np.asarray(gaussian_filter(strength, rng.uniform(0.6, 1.6)))

    def mask(self, rng: np.random.Generator) -> Mask:
        """Return the ink (H, W) as the threshold of a page would find it: thinner or thicker."""
        return np.asarray(self.soft(rng) > rng.uniform(0.3, 0.6))


class _Line:
    """A line while it is written; rows are counted from the baseline."""

    def __init__(self, width: int) -> None:
        self.baseline = 2 * LETTER_PX + _MARGIN_PX
        self.coverage = np.zeros((self.baseline + LETTER_PX + _MARGIN_PX, width), np.uint8)
        self.owners = np.zeros(self.coverage.shape, np.int32)
        self.text = ""
        self.end = 0

    def put(self, character: str, ink: GrayBytes, row: int, col: int) -> None:
        """Draw the ink (h, w) of a character; what is beyond the edge is cut off."""
        self.text += character
        row, col = max(self.baseline + row, 0), max(col, 0)
        part = (slice(row, row + ink.shape[0]), slice(col, col + ink.shape[1]))
        under, owners = self.coverage[part], self.owners[part]
        ink = ink[: under.shape[0], : under.shape[1]]
        owners[(ink > under) & (ink > _INK)] = len(self.text)
        np.maximum(under, ink, out=under)
        self.end = max(self.end, col + ink.shape[1])

    def written(self) -> WrittenLine:
        """Return the line up to its last ink and a margin."""
        kept = slice(0, self.end + _MARGIN_PX)
        return WrittenLine(self.coverage[:, kept], self.owners[:, kept], self.text)


@dataclass(frozen=True, slots=True, eq=False)
class Writers:
    """Writers of lines of touching letters.

    Attributes
    ----------
    images : mapping of str to (N, h, w) uint8 array
        Pictures of each character, ink bright.
    extents : mapping of str to (float, float)
        Top and bottom of each of these characters above the baseline, in heights of a capital.
    fonts : sequence of FontFile
        May be empty.
    """

    images: Mapping[str, GrayBytes]
    extents: Mapping[str, Extent]
    fonts: Sequence[FontFile]

    def write(self, words: Sequence[str], *, rng: np.random.Generator) -> WrittenLine:
        """Write words: six lines in ten with pictures, the others in a font, or with the built-in strokes."""
        if rng.random() < _BY_PICTURES:
            return write_with_characters(
                words,
                picture_of=lambda character: self._picture(character, rng),
                extents=self.extents,
                rng=rng,
            )
        text = " ".join(words)
        if not self.fonts or rng.random() < _BY_STROKES:
            return write_closely(text, writer=StrokeWriter(pen_letters=float(rng.uniform(*_PENS))), rng=rng)
        font = self.fonts[int(rng.integers(len(self.fonts)))]
        writer = FontWriter(font, pen_letters=float(rng.uniform(0, _WIDEST_GROWTH)))
        # A font of capitals draws small letters as capitals.
        return write_closely(text.upper() if is_block(font) else text, writer=writer, rng=rng)

    def _picture(self, character: str, rng: np.random.Generator) -> GrayBytes:
        """Choose a picture of a character."""
        images = self.images[character]
        return np.asarray(images[int(rng.integers(len(images)))])


def write_with_characters(
    words: Sequence[str],
    *,
    picture_of: Callable[[str], GrayBytes],
    extents: Mapping[str, Extent],
    rng: np.random.Generator,
) -> WrittenLine:
    """Write words with pictures of single characters, each letter by another writer.

    Parameters
    ----------
    words : sequence of str
    picture_of : callable
        Returns a picture (h, w) of a character, uint8, ink bright.
    extents : mapping of str to (float, float)
        Top and bottom of each character above the baseline, in heights of a capital.
    rng : numpy.random.Generator

    Returns
    -------
    WrittenLine
    """
    line = _Line(2 * _MARGIN_PX + sum(2 * LETTER_PX * (len(word) + 1) for word in words))
    size, breadth = np.exp(rng.normal(0, 0.08)), np.exp(rng.normal(0, 0.1))
    spacing = str(rng.choice(("close", "touching", "mixed"), p=(0.25, 0.4, 0.35)))
    joins = rng.random() < 0.35
    col = _MARGIN_PX
    for word in words:
        before: tuple[GrayBytes, int, int] | None = None
        for character in word:
            ink, top = _sized(picture_of(character), extents[character], size, breadth, rng)
            if before is not None:
                shift = max(_touching_shift(before[0], ink, before[1], top), round(0.35 * before[0].shape[1]))
                col = before[2] + shift + round(_white(spacing, rng) * LETTER_PX)
            line.put(character, ink, -top, col)
            if before is not None and joins and rng.random() < 0.6:
                _join(line, rng)
            before = ink, top, col
        col = line.end + round(rng.uniform(0.4, 0.9) * LETTER_PX)
    return line.written()


def _white(spacing: str, rng: np.random.Generator) -> float:
    """Return the white between two letters, in cap heights, beyond touching; negative overlaps."""
    close, pushed = rng.normal(0.045, 0.05), -abs(rng.normal(0.03, 0.045))
    if spacing == "mixed":
        return float(rng.choice((close, pushed)))
    return float(close if spacing == "close" else pushed)


def _sized(
    picture: GrayBytes, extent: Extent, size: float, breadth: float, rng: np.random.Generator
) -> tuple[GrayBytes, int]:
    """Cut a picture to its ink and scale it for a line; return it and its top in pixels."""
    bounds = ink_bounds(picture > _INK)
    if bounds is not None:
        picture = picture[bounds]
    top, bottom = extent[0] + rng.normal(0, 0.06), extent[1] + rng.normal(0, 0.05)
    height = max(0.15, (top - bottom) * np.exp(rng.normal(0, 0.05))) * LETTER_PX * size
    width = np.clip(height * picture.shape[1] / picture.shape[0] * breadth, 3, 1.1 * LETTER_PX)
    scaled = Image.fromarray(picture).resize((round(width), max(1, round(height))), Image.Resampling.BICUBIC)
    return np.asarray(scaled), round(top * LETTER_PX * size)


def _touching_shift(left: GrayBytes, right: GrayBytes, left_top: int, right_top: int) -> int:
    """Return the columns from the left edge of one character to that of the next where they just touch."""
    top = max(left_top, right_top)
    height = max(top - left_top + len(left), top - right_top + len(right)) + 2
    ends, starts = np.full(height, -np.inf), np.full(height, np.inf)
    dark, other = left > _TOUCHES, right > _TOUCHES
    rows = np.flatnonzero(dark.any(axis=1))
    ends[rows + top - left_top + 1] = dark.shape[1] - dark[rows, ::-1].argmax(axis=1)
    rows = np.flatnonzero(other.any(axis=1))
    starts[rows + top - right_top + 1] = other[rows].argmax(axis=1)
    near = np.pad(ends, 1, constant_values=-np.inf)
    shift = (np.maximum(np.maximum(near[:-2], near[1:-1]), near[2:]) - starts).max()
    return int(shift) if np.isfinite(shift) else left.shape[1]


def _join(line: _Line, rng: np.random.Generator) -> None:
    """Draw the stroke of a pen from the foot of the last character but one to the last."""
    last = len(line.text)
    first, second = (
        np.argwhere((line.owners == owner) & (line.coverage > _TOUCHES)) for owner in (last - 1, last)
    )
    if not len(first) or not len(second):
        return
    low = first[first[:, 0] >= np.quantile(first[:, 0], 0.55)]
    start = low[low[:, 1].argmax()]
    between = np.quantile(second[:, 0], (0.15, 0.8))
    facing = second[(second[:, 0] >= between[0]) & (second[:, 0] <= between[1])]
    goal = facing[facing[:, 1].argmin()] if len(facing) else second[0]
    far = 0.6 * LETTER_PX
    if not -4 <= goal[1] - start[1] < far or abs(goal[0] - start[0]) > far:
        return
    share = np.linspace(0, 1, 12)
    sag = rng.uniform(0, 0.12) * LETTER_PX * 4 * share * (1 - share)
    rows = start[0] + (goal[0] - start[0]) * share + sag
    cols = start[1] + (goal[1] - start[1]) * share
    drawn = Image.new("L", line.coverage.shape[::-1])
    pen = int(rng.integers(3, 7))
    ImageDraw.Draw(drawn).line(
        [(float(x), float(y)) for x, y in zip(cols, rows, strict=True)], fill=230, width=pen
    )
    np.maximum(line.coverage, np.asarray(drawn), out=line.coverage)


def write_closely(text: str, *, writer: Writer, rng: np.random.Generator) -> WrittenLine:
    """Write a text with little white between the letters; characters that the writer lacks are left out."""
    line = _Line(2 * _MARGIN_PX + 2 * LETTER_PX * len(text))
    white = rng.uniform(-0.14, 0.06)
    pen_col = float(_MARGIN_PX)
    for character in text:
        if character == " ":
            pen_col += 0.75 * LETTER_PX
            continue
        if not writer.can_write(character):
            continue
        drawn = writer.draw(character, letter_height_px=LETTER_PX, rng=rng)
        bent = bend_character(
            drawn,
            scale=float(np.exp(rng.normal(0, 0.05))),
            turn_deg=rng.normal(0, 2.0),
            bend_px=0.06 * LETTER_PX,
            rng=rng,
        )
        coverage, top, left = to_page_grid(bent, rng.normal(0, 0.04) * LETTER_PX, pen_col)
        if coverage.size:
            line.put(character, np.rint(coverage * 255).astype(np.uint8), top, left)
        pen_col += bent.advance / SUPERSAMPLE + (white + rng.normal(0, 0.03)) * LETTER_PX
    return line.written()
