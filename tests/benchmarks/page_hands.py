"""Hands that write drawn pages: a handwriting font, or the recorded pen of a real writer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import matplotlib as mpl
import numpy as np
from pen_pages import extent
from PIL import ImageDraw, ImageFont

if TYPE_CHECKING:
    from ocr.datasets.pen_strokes import PenStrokes

_WORDS = (
    "the and for with from milk eggs bread call rent due Friday meeting notes plan water coffee train ticket "
    "paper green house open close total price order name date phone street garden school lesson energy force "
    "mass heat light sound system result check done buy sell apples sugar tea rice book desk lamp chair room "
    "floor north south left right down start stop end begin quick brown fox jumps over lazy dog hello world "
    "test sample write read hand letter seven eight nine ten Tuesday April June budget report draft final "
    "Anna Peter Maria John London Paris Berlin Kitchen Hammer Nails Paint brush"
)
_NUMBERS = "12 7 3.50 24.90 1,250 450 18 99 0.75 2026 15:30 07:45 30% $45 12/05/2024 555-0147 x2"
_PRINTED = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
# Of a recorded word, in sizes of a font: x-height, gap between words, gap between figures, pen.
_X_HEIGHT, _GAP, _BETWEEN_FIGURES = 0.4, 0.4, 0.12
_PENS = (0.035, 0.08)
_FIGURES = "0123456789"
# Signs of a number as strokes, in heights of a figure, downwards from its top.
_SIGNS = {
    ".": [[(0.0, 0.95), (0.03, 1.0)]],
    ",": [[(0.06, 0.92), (0.0, 1.2)]],
    ":": [[(0.0, 0.45), (0.03, 0.5)], [(0.0, 0.95), (0.03, 1.0)]],
    "-": [[(0.0, 0.55), (0.35, 0.5)]],
    "/": [[(0.35, 0.0), (0.0, 1.05)]],
}

Strokes = list[np.ndarray]


class Hand(Protocol):
    """Somebody who writes; ``px`` is the size of the letters as that of a font."""

    def words(self, rng: np.random.Generator, most: int, fewest: int) -> str:
        """Return words to write."""

    def number(self, rng: np.random.Generator) -> str:
        """Return a number to write."""

    def one_of(self, rng: np.random.Generator, texts: list[str]) -> str:
        """Return one of some texts, or another short one where the hand cannot write them."""

    def width(self, text: str, px: float) -> float:
        """Return the width of a text in pixels."""

    def write(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, px: float, ink: Any
    ) -> None:
        """Write a text from a point of its baseline on."""


class FontHand:
    """A handwriting font."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def words(self, rng: np.random.Generator, most: int, fewest: int) -> str:
        count = int(rng.integers(fewest, most + 1))
        text = " ".join(str(one) for one in rng.choice(_WORDS.split(), count))
        return text[0].upper() + text[1:]

    def number(self, rng: np.random.Generator) -> str:
        return str(rng.choice(_NUMBERS.split()))

    def one_of(self, rng: np.random.Generator, texts: list[str]) -> str:
        return str(rng.choice(texts)) if len(texts) > 1 else texts[0]

    def width(self, text: str, px: float) -> float:
        return float(face(self.path, px).getlength(text))

    def write(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, px: float, ink: Any
    ) -> None:
        draw.text(at, text, font=face(self.path, px), fill=ink, anchor="ls")


PRINT_HAND = FontHand(_PRINTED)


@cache
def face(path: Path, px: float) -> Any:
    return ImageFont.truetype(str(path), int(px))


class PenHand:
    """A writer of a file of pen strokes: words as he wrote them, numbers from figures of one writer."""

    def __init__(self, strokes: PenStrokes, words: list[int], rng: np.random.Generator) -> None:
        self._strokes = strokes
        spelt = [index for index in words if str(strokes.labels[index]).replace("'", "").isalpha()]
        self._samples = {str(strokes.labels[index]): index for index in rng.permutation(spelt).tolist()}
        self._figures = _figures_of_a_writer(strokes, rng)
        self._pen = float(rng.uniform(*_PENS))

    def words(self, rng: np.random.Generator, most: int, fewest: int) -> str:
        count = int(rng.integers(fewest, most + 1))
        return " ".join(str(one) for one in rng.choice(list(self._samples), count))

    def number(self, rng: np.random.Generator) -> str:
        return str(rng.choice([one for one in _NUMBERS.split() if set(one) <= {*_FIGURES, *_SIGNS}]))

    def one_of(self, rng: np.random.Generator, texts: list[str]) -> str:
        return self.number(rng) if len(texts) > 1 and rng.random() < 0.3 else self.words(rng, 1, 1)

    def width(self, text: str, px: float) -> float:
        return self._placed(text, px)[1]

    def write(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, px: float, ink: Any
    ) -> None:
        pen = self._pen * px
        for stroke in self._placed(text, px)[0]:
            track = [(float(x), float(y)) for x, y in stroke + at]
            draw.line(track, fill=ink, width=max(1, round(pen)), joint="curve")
            for x, y in (track[0], track[-1]):
                draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=ink)

    def _placed(self, text: str, px: float) -> tuple[Strokes, float]:
        """Return the strokes of a text, from (0, 0) on its baseline, and its width."""
        strokes: Strokes = []
        right = 0.0
        for word in text.split():
            own, width = self._word(word, px) if word in self._samples else self._number(word, px)
            strokes += [_moved(stroke, right, 0) for stroke in own]
            right += width + _GAP * px
        return strokes, right - _GAP * px

    def _word(self, word: str, px: float) -> tuple[Strokes, float]:
        index = self._samples[word]
        x_height, baseline, left, right = extent(self._strokes, index)
        scale = _X_HEIGHT * px / x_height
        moved = [(stroke - (left, baseline)) * scale for stroke in self._strokes.strokes(index)]
        return moved, (right - left) * scale

    def _number(self, number: str, px: float) -> tuple[Strokes, float]:
        """Set figures one beside the other."""
        strokes: Strokes = []
        right, height = 0.0, 1.75 * _X_HEIGHT * px
        for sign in number:
            own = self._figures[sign] if sign in self._figures else [np.array(one) for one in _SIGNS[sign]]
            strokes += [_moved(stroke * height, right, -height) for stroke in own]
            right += max(float(stroke[:, 0].max()) for stroke in own) * height + _BETWEEN_FIGURES * px
        return strokes, right - _BETWEEN_FIGURES * px


def _moved(stroke: np.ndarray, right: float, down: float) -> np.ndarray:
    return np.asarray(stroke + np.array([right, down]))


def _figures_of_a_writer(strokes: PenStrokes, rng: np.random.Generator) -> dict[str, Strokes]:
    """Return the figures 0 to 9 of a writer who wrote all of them, each one high."""
    writers = _writers_of_figures(strokes)
    samples = writers[int(rng.integers(len(writers)))]
    return {figure: _one_high(strokes.strokes(int(rng.choice(samples[figure])))) for figure in _FIGURES}


def _writers_of_figures(strokes: PenStrokes) -> list[dict[str, list[int]]]:
    writers: dict[tuple[str, str], dict[str, list[int]]] = {}
    for index in np.flatnonzero(np.isin(strokes.labels, list(_FIGURES))).tolist():
        own = writers.setdefault((str(strokes.providers[index]), str(strokes.writers[index])), {})
        own.setdefault(str(strokes.labels[index]), []).append(index)
    return [samples for samples in writers.values() if len(samples) == len(_FIGURES)]


def _one_high(strokes: Strokes) -> Strokes:
    points = np.concatenate(strokes)
    corner, height = points.min(axis=0), max(1.0, float(np.ptp(points[:, 1])))
    return [(stroke - corner) / height for stroke in strokes]
