"""Draw lines of writing with their text, to train the line network: real pens, fonts and single characters.

Four kinds of lines are drawn, so that no kind of writing is unknown to the network:

words
    words of one UNIPEN writer, set side by side as he would have written a line
segments
    whole UNIPEN lines, with the writer's own spaces
fonts
    text in fonts that look like handwriting, joined ones among them
characters
    words of single characters of many writers, as hand print and codes

All are bent, leaned, widened, drawn with thin and thick pens, blurred and worn like ink on a photo, and then
normalized as on a page.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS
from ocr.line_network.line_image import normalize_line
from ocr.synthesis.fonts import is_block
from ocr.synthesis.pen_drawing import draw_strokes
from ocr.synthesis.pen_lines import PenWord, place_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, GrayBytes
    from ocr.datasets.pen_strokes import PenStrokes
    from ocr.synthesis.fonts import FontFile
    from ocr.synthesis.touching_lines import Writers

# Shares of the kinds of lines.
_SHARES = {"words": 0.46, "segments": 0.22, "fonts": 0.14, "characters": 0.18}
# Providers most of whose labels disagree with the ink, and those whose lines are boxes of several lines.
UNRELIABLE, _SEVERAL_LINES = frozenset(("abm", "apd")), frozenset(("apb", "apc", "ape"))
# Words of a line: one or two in a field, up to nine on a page of notes.
_MOST_WORDS = 9
# A segment that is higher than this, in widths of a character, has several lines.
_HIGHEST, _CHARACTER_WIDTH = 5.0, 0.95
# A line that is longer than this has a wrong label.
_LONGEST_PX = 2600.0
_X_HEIGHT_PX = (7.0, 26.0)
_FONT_PX = 48


class LineSample(NamedTuple):
    """A normalized line, (36, W) uint8, ink bright, and its text."""

    pixels: GrayBytes
    text: str

    @property
    def strength(self) -> Float32:
        """Strength of the ink (36, W), 0 .. 1."""
        return np.asarray(self.pixels / np.float32(255), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LineSources:
    """What lines are drawn from.

    Attributes
    ----------
    words, segments : PenStrokes
    writers : list of list of int
        Indices of the words of each writer.
    lines : list of int
        Indices of the segments that are one line.
    fonts : sequence of FontFile
    characters : Writers
        Single characters of many writers.
    """

    words: PenStrokes
    segments: PenStrokes
    writers: list[list[int]]
    lines: list[int]
    fonts: Sequence[FontFile]
    characters: Writers

    @classmethod
    def of(
        cls, words: PenStrokes, segments: PenStrokes, fonts: Sequence[FontFile], characters: Writers
    ) -> LineSources:
        """Leave out the held-out providers and what is labelled badly."""
        by_writer: dict[tuple[str, str], list[int]] = {}
        for index in _usable(words):
            by_writer.setdefault((str(words.providers[index]), str(words.writers[index])), []).append(index)
        lines = [
            index
            for index in _usable(segments)
            if segments.providers[index] not in _SEVERAL_LINES and len(str(segments.labels[index])) <= 90
        ]
        return cls(words, segments, list(by_writer.values()), lines, fonts, characters)


def _usable(strokes: PenStrokes) -> list[int]:
    return [
        index
        for index in range(len(strokes))
        if strokes.providers[index] not in HELD_OUT_PROVIDERS | UNRELIABLE
        and str(strokes.labels[index]).strip()
        and str(strokes.labels[index]).isascii()
        and str(strokes.labels[index]).isprintable()
        and any(one.isalnum() for one in str(strokes.labels[index]))
    ]


def draw_line_sample(sources: LineSources, rng: np.random.Generator) -> LineSample | None:
    """Draw one line; None if what was chosen cannot be one line."""
    drawn = draw_strength(sources, rng)
    if drawn is None:
        return None
    strength, text = drawn
    line = normalize_line(_worn(strength, rng))
    # Two frames for each character, or CTC has no path.
    if line.pixels.shape[1] < 6 * len(text) or not line.pixels.any():
        return None
    return LineSample(np.rint(np.clip(line.pixels, 0, 1) * 255).astype(np.uint8), text)


def draw_strength(sources: LineSources, rng: np.random.Generator) -> tuple[Float32, str] | None:
    """Draw the strength (h, w) of the ink of one line, 0 .. 1, with its text; None as above."""
    kind = str(rng.choice(list(_SHARES), p=list(_SHARES.values())))
    return _DRAW[kind](sources, rng)


def _draw_words(sources: LineSources, rng: np.random.Generator) -> tuple[Float32, str] | None:
    own = sources.writers[int(rng.integers(len(sources.writers)))]
    # Writers with many words are drawn more often, but not as often as they have words.
    while rng.random() > (len(own) / 400) ** 0.5:
        own = sources.writers[int(rng.integers(len(sources.writers)))]
    count = int(rng.integers(1, _MOST_WORDS + 1)) if rng.random() < 0.8 else 1
    chosen = rng.choice(own, count)
    words = [PenWord(str(sources.words.labels[index]), sources.words.strokes(index)) for index in chosen]
    placed = place_words(words, rng)
    return _with_pen(placed, rng), " ".join(word.text for word in words)


def _draw_segment(sources: LineSources, rng: np.random.Generator) -> tuple[Float32, str] | None:
    index = int(rng.choice(sources.lines))
    text, strokes = " ".join(str(sources.segments.labels[index]).split()), sources.segments.strokes(index)
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    x_height = max(width, 1) / max(1, len(text)) / _CHARACTER_WIDTH
    if height > _HIGHEST * x_height and len(text) > 2:
        return None
    return _with_pen([points / x_height for points in strokes], rng), text


def _with_pen(strokes: Sequence[Float32], rng: np.random.Generator) -> Float32:
    """Draw strokes in units of x-heights with a random pen, size, slant, width and bend."""
    size = float(np.exp(rng.uniform(*np.log(_X_HEIGHT_PX))))
    points = np.concatenate(strokes)
    length = np.ptp(points[:, 0])
    slant, stretch = rng.normal(0, 0.15), np.exp(rng.normal(0, 0.12))
    slope, bow, phase = rng.normal(0, 0.02), rng.normal(0, 0.12), rng.uniform(0, 6.3)
    wave = rng.uniform(8, 30)
    bent = []
    for stroke in strokes:
        x, y = stroke[:, 0], stroke[:, 1]
        shift = slope * x + bow * np.sin(x / wave + phase)
        bent.append(np.column_stack([x * stretch - slant * y, y + shift]).astype(np.float32) * size)
    if length * stretch * size > _LONGEST_PX:
        bent = [one * (_LONGEST_PX / (length * stretch * size)) for one in bent]
    pen = max(0.9, size * float(np.exp(rng.uniform(np.log(0.07), np.log(0.26)))))
    drawn = draw_strokes(bent, pen_px=pen, margin_px=4)
    return np.asarray(1 - drawn / np.float32(255), np.float32)


def _draw_font(sources: LineSources, rng: np.random.Generator) -> tuple[Float32, str] | None:
    if not sources.fonts:
        return None
    font = sources.fonts[int(rng.integers(len(sources.fonts)))]
    text = _text(sources, rng)
    if is_block(font) or rng.random() < 0.12:
        text = text.upper()
    face = ImageFont.truetype(str(font.path), _FONT_PX, layout_engine=ImageFont.Layout.BASIC)
    pen = int(rng.integers(0, 3))
    left, top, right, bottom = face.getbbox(text, stroke_width=pen)
    if right - left < 8 or right - left > 4000:
        return None
    canvas = Image.new("L", (int(right - left) + 16, int(bottom - top) + 16))
    ImageDraw.Draw(canvas).text((8 - left, 8 - top), text, fill=255, font=face, stroke_width=pen)
    return _bent(np.asarray(canvas, np.float32) / np.float32(255), rng), text


def _draw_characters(sources: LineSources, rng: np.random.Generator) -> tuple[Float32, str] | None:
    words = _text(sources, rng).split()[:5]
    if rng.random() < 0.45:
        words = [_code(rng) if rng.random() < 0.6 else word.upper() for word in words]
    images = sources.characters.images
    words = ["".join(one for one in word if one in images) for word in words]
    words = [word for word in words if word]
    if not words:
        return None
    line = sources.characters.write(words, rng=rng)
    if not line.text:
        return None
    text, rest = "", line.text
    # Fonts of capitals write another text than asked for.
    for word in words:
        text += " " + rest[: len(word)]
        rest = rest[len(word) :]
    if rest or text.replace(" ", "").lower() != "".join(words).lower():
        return None
    return _bent(line.coverage.astype(np.float32) / np.float32(255), rng), text.strip()


_DRAW = {"words": _draw_words, "segments": _draw_segment, "fonts": _draw_font, "characters": _draw_characters}


def _text(sources: LineSources, rng: np.random.Generator) -> str:
    """Return some words of running text, with a number or a code now and then."""
    label = str(sources.segments.labels[int(rng.choice(sources.lines))])
    words = label.split()
    start = int(rng.integers(len(words)))
    chosen = words[start : start + int(rng.integers(1, 7))]
    chosen = [_code(rng) if rng.random() < 0.08 else word for word in chosen]
    if len(chosen) < 3 and rng.random() < 0.5:
        chosen.append(str(sources.words.labels[int(rng.integers(len(sources.words)))]))
    return " ".join(word for word in chosen if word.isascii())


def _code(rng: np.random.Generator) -> str:
    """Return a number, an amount, a date, a time or a code."""
    digits = "".join(rng.choice(list(string.digits), int(rng.integers(1, 8))))
    kind = rng.random()
    if kind < 0.45:
        return digits
    if kind < 0.6 and len(digits) > 2:
        return f"{digits[:-2]}{rng.choice(list('.,:'))}{digits[-2:]}"
    if kind < 0.7:
        mark = rng.choice(list("/-."))
        return f"{rng.integers(1, 32)}{mark}{rng.integers(1, 13)}{mark}{rng.integers(1950, 2030)}"
    if kind < 0.8:
        return f"{rng.choice(list('$#+-('))}{digits}"
    characters = string.ascii_uppercase + string.digits
    return "".join(rng.choice(list(characters), int(rng.integers(2, 8))))


def _bent(strength: Float32, rng: np.random.Generator) -> Float32:
    """Bend, lean, widen and shrink a drawn line."""
    height, width = strength.shape
    factor = float(np.exp(rng.uniform(np.log(0.3), np.log(1.1))))
    stretch, slant = float(np.exp(rng.normal(0, 0.12))), rng.normal(0, 0.15)
    if factor < 0.8:
        strength = ndimage.gaussian_filter(strength, 0.35 / factor)
    rows, cols = round(height * factor) + 8, round(width * factor * stretch) + 8
    amplitude = rng.normal(0, 0.03) * height
    grid_cols = np.arange(cols)[None, :] / (factor * stretch) - 4
    grid_rows = np.arange(rows)[:, None] / factor - 4
    shift = amplitude * np.sin(grid_cols / (rng.uniform(4, 20) * height) * 6.3 + rng.uniform(0, 6.3))
    shift = shift + rng.normal(0, 0.012) * (grid_cols - width / 2)
    lean = slant * (grid_rows - height / 2)
    return np.asarray(
        ndimage.map_coordinates(strength, (grid_rows + shift, grid_cols + lean), order=1), np.float32
    )


def _worn(strength: Float32, rng: np.random.Generator) -> Float32:
    """Blur and wear ink as a camera and the page stages leave it: soft or hard edges, gaps, specks."""
    height = strength.shape[0]
    blurred = ndimage.gaussian_filter(strength, rng.uniform(0.2, 1.3) * min(1.0, height / 40))
    if rng.random() < 0.3:
        texture = ndimage.gaussian_filter(rng.normal(0, 1, strength.shape).astype(np.float32), 1.2)
        blurred = blurred * (1 + rng.uniform(0, 1.2) * texture)
    low, high = rng.uniform(0.02, 0.35), rng.uniform(0.5, 0.9)
    worn = np.clip((blurred - low) / (high - low), 0, 1)
    if rng.random() < 0.07:
        # A rule of the paper was erased here.
        row, thick = int(rng.integers(height // 3, height)), max(1, round(rng.uniform(0.02, 0.05) * height))
        worn[row : row + thick] = 0
    if rng.random() < 0.06:
        # ... or was left.
        row, thick = int(rng.integers(height // 3, height)), max(1, round(rng.uniform(0.01, 0.03) * height))
        left = int(rng.integers(worn.shape[1]))
        worn[row : row + thick, left : left + int(rng.integers(8, worn.shape[1]))] = rng.uniform(0.4, 1)
    for _ in range(int(rng.poisson(0.3))):
        row, col = int(rng.integers(height)), int(rng.integers(worn.shape[1]))
        worn[row : row + 2, col : col + 2] = 1
    return np.asarray(worn, np.float32)
