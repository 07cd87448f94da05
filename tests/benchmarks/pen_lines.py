"""Errors on lines of writers that nothing was learnt from: UNIPEN strokes of the held-out providers.

Usage: ``python tests/benchmarks/pen_lines.py WORDS SEGMENTS [--count 300] [--seed 7]``. WORDS and SEGMENTS
are files of pen strokes, see :mod:`ocr.datasets.pen_strokes`. Composed lines are four to seven words of one
writer side by side; segments are whole lines as they were written. Both are drawn on paper and read as
pictures. About one character in ten of the labels disagrees with the ink.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from ocr import Reader
from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS, load_pen_strokes
from ocr.evaluation.page_scores import pooled, score_page
from ocr.synthesis.pen_drawing import draw_strokes
from ocr.synthesis.pen_lines import PenWord, place_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float32, GrayBytes
    from ocr.datasets.pen_strokes import PenStrokes

# Small letters are this high, and pens so wide in x-heights.
_X_HEIGHT_PX, _PENS, _MARGIN_PX = 24, (0.09, 0.17), 14
# Words of a composed line, and how many a writer must have; characters of a segment.
_WORDS, _FEWEST, _CHARACTERS = (4, 8), 20, (10, 70)
# A segment that is higher than this many widths of a character has several lines.
_HIGHEST, _CHARACTER_WIDTH = 6.0, 0.95


def usable(strokes: PenStrokes) -> list[int]:
    """Return the samples of held-out providers with printable labels of two characters at least."""
    return [
        index
        for index, label in enumerate(strokes.labels)
        if strokes.providers[index] in HELD_OUT_PROVIDERS
        and len(label) > 1
        and str(label).isascii()
        and str(label).isprintable()
    ]


def composed(strokes: PenStrokes, count: int, rng: np.random.Generator) -> Iterator[tuple[GrayBytes, str]]:
    """Yield pictures and texts of lines composed of one writer's words."""
    writers: dict[str, list[int]] = {}
    for index in usable(strokes):
        writers.setdefault(f"{strokes.providers[index]} {strokes.writers[index]}", []).append(index)
    known = [own for own in writers.values() if len(own) >= _FEWEST]
    for _ in range(count):
        chosen = rng.choice(known[int(rng.integers(len(known)))], int(rng.integers(*_WORDS)))
        words = [PenWord(str(strokes.labels[index]), strokes.strokes(index)) for index in chosen]
        yield drawn(place_words(words, rng), rng), " ".join(word.text for word in words)


def segments(strokes: PenStrokes, count: int, rng: np.random.Generator) -> Iterator[tuple[GrayBytes, str]]:
    """Yield pictures and texts of whole lines, of all providers alike."""
    by_provider: dict[str, list[int]] = {}
    for index in usable(strokes):
        text, points = str(strokes.labels[index]), np.concatenate(strokes.strokes(index))
        width, height = np.ptp(points, axis=0)
        is_line = height <= _HIGHEST * width / len(text) / _CHARACTER_WIDTH
        if " " in text and _CHARACTERS[0] < len(text) < _CHARACTERS[1] and is_line:
            by_provider.setdefault(str(strokes.providers[index]), []).append(index)
    providers = sorted(by_provider)
    for number in range(count):
        index = int(rng.choice(by_provider[providers[number % len(providers)]]))
        text, lines = str(strokes.labels[index]), strokes.strokes(index)
        x_height = np.ptp(np.concatenate(lines)[:, 0]) / len(text) / _CHARACTER_WIDTH
        yield drawn([points / x_height for points in lines], rng), text


def drawn(strokes: Sequence[Float32], rng: np.random.Generator) -> GrayBytes:
    """Draw strokes, given in x-heights, on paper."""
    pen_px = _X_HEIGHT_PX * float(rng.uniform(*_PENS))
    scaled = [np.asarray(points * _X_HEIGHT_PX, np.float32) for points in strokes]
    return draw_strokes(scaled, pen_px=pen_px, margin_px=_MARGIN_PX)


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("words", type=_FILE)
@click.argument("lines", metavar="SEGMENTS", type=_FILE)
@click.option("--count", default=300, show_default=True, help="Lines of each kind.")
@click.option("--seed", default=7, show_default=True)
def main(words: Path, lines: Path, count: int, seed: int) -> None:
    """Measure character errors on lines of held-out writers."""
    reader, rng = Reader(), np.random.default_rng(seed)
    for name, samples in (
        ("composed", composed(load_pen_strokes(words), count, rng)),
        ("segments", segments(load_pen_strokes(lines), count, rng)),
    ):
        score = pooled(score_page(text, reader.read(picture).text) for picture, text in samples)
        click.echo(f"{name}: {count} lines, {100 * score.cer_caseless:.1f} % character errors, case ignored")


if __name__ == "__main__":
    main()
