"""Fit the coefficients that choose between the lines of a picture and all of it as one line.

Usage: ``python -m ocr.training.fit_one_line --words WORDS --segments SEGMENTS --data EMNIST --fonts FONTS``,
with the files that :mod:`ocr.training.build_line_network` takes. Pictures are drawn that hold a line, a
character, or two or three lines, with little paper around them, and read both ways. The reading with fewer
errors is the right one, and the picture counts as much as the difference. The coefficients are printed, for
:data:`ocr.recognition.one_line_choice.COEFFICIENTS`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from scipy import ndimage

from ocr.datasets import emnist
from ocr.datasets.pen_strokes import load_pen_strokes
from ocr.evaluation.page_scores import score_page
from ocr.image.picture import Picture
from ocr.recognition.one_line_choice import Evidence, may_be_one_line, read_as_one_line
from ocr.recognition.recognize import reread
from ocr.synthesis.fonts import find_fonts
from ocr.training.command import ToolCommand
from ocr.training.known_pages import PageReader, fit_choice, text_of
from ocr.training.line_samples import LineSources, draw_strength
from ocr.training.touching_samples import writers_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float32, Float64, GrayBytes

# Shares of pictures that hold one line and one character; the others hold two or three lines.
_ONE_LINE, _ONE_CHARACTER = 0.76, 0.06
# So many have the edge of the paper in them.
_SHADOWED = 0.12
# Margins in pixels: some words are cut out closely, others have paper around them.
_MARGINS_PX = (0, 4, 15, 30)
# A line that is cut out has ink as strong as this at its edge.
_INK = 0.25
_LARGEST_PX, _LONGEST_TEXT = 2400, 24
_MOST_DIFFERENCE = 6
_PENALTY = 0.3


class JudgedPicture(NamedTuple):
    """What speaks for one line, whether that has fewer errors, and by how many."""

    evidence: Evidence
    is_better: bool
    difference: float


def draw_picture(sources: LineSources, rng: np.random.Generator) -> tuple[GrayBytes, str] | None:
    """Draw a picture with its text; None if what was chosen cannot be drawn."""
    kind = rng.random()
    if kind < _ONE_LINE:
        drawn = [draw_strength(sources, rng)]
    elif kind < _ONE_LINE + _ONE_CHARACTER:
        character = str(rng.choice(sorted(sources.characters.images)))
        line = sources.characters.write([character], rng=rng)
        drawn = [(line.coverage.astype(np.float32) / np.float32(255), line.text)]
    else:
        drawn = [draw_strength(sources, rng) for _ in range(rng.integers(2, 4))]
    lines = [one for one in drawn if one is not None]
    if len(lines) < len(drawn) or max(len(text) for _, text in lines) > _LONGEST_TEXT:
        return None
    strength = cut_out(_stacked([strength for strength, _ in lines], rng), rng)
    if strength is None or max(strength.shape) > _LARGEST_PX:
        return None
    if rng.random() < _SHADOWED:
        _darken_an_edge(strength, rng)
    return photographed(strength, rng), "\n".join(text for _, text in lines)


def _stacked(lines: Sequence[Float32], rng: np.random.Generator) -> Float32:
    """Return lines one below the other."""
    width = max(line.shape[1] for line in lines)
    gap = int(rng.integers(0, 14))
    return np.concatenate([np.pad(line, ((0, gap), (0, width - line.shape[1]))) for line in lines])


def cut_out(strength: Float32, rng: np.random.Generator) -> Float32 | None:
    """Return the ink with a margin of its own on each side, which may cut a little off."""
    rows, cols = np.nonzero(strength > _INK)
    if not rows.size:
        return None
    margin = float(rng.choice(_MARGINS_PX))
    most = 2 * max(_MARGINS_PX)
    top, bottom, left, right = (
        min(most, round(margin * rng.uniform(0.3, 1.5)) + int(rng.integers(-1, 5))) for _ in range(4)
    )
    padded = np.pad(strength, most)
    cut = padded[
        rows.min() + most - top : rows.max() + most + 1 + bottom,
        cols.min() + most - left : cols.max() + most + 1 + right,
    ]
    return cut if cut.size else None


def _darken_an_edge(strength: Float32, rng: np.random.Generator) -> None:
    """Lay the shadow of an edge, or the table beside the paper, on one side of the ink, in place."""
    height, width = strength.shape
    first, last = rng.uniform(0, 0.12, 2) * min(height, 3 * width)
    side = np.rot90(strength, int(rng.integers(4)))
    edge = np.linspace(first, last, side.shape[1])
    side[np.arange(side.shape[0])[:, None] < edge] = rng.uniform(0.5, 1)


def photographed(strength: Float32, rng: np.random.Generator) -> GrayBytes:
    """Return ink on paper, pale or dark, a little blurred, in uneven light and with grain."""
    gray = 250 - strength * (250 - rng.uniform(0, 110))
    gray = ndimage.gaussian_filter(gray, rng.uniform(0.2, 0.9))
    gray = (
        gray + rng.normal(0, rng.uniform(0, 5), gray.shape) + np.linspace(0, rng.normal(0, 15), gray.shape[1])
    )
    return np.asarray(np.clip(gray, 0, 255), np.uint8)


def judged_pictures(sources: LineSources, count: int, rng: np.random.Generator) -> Iterator[JudgedPicture]:
    """Draw pictures, read them both ways, and yield those on which one reading is better."""
    reader = PageReader.shipped()
    model, language = reader.model, reader.language
    for _ in range(count):
        drawn = None
        while drawn is None:
            drawn = draw_picture(sources, rng)
        gray, right = drawn
        attempt = reader.read(gray)
        page = reread(attempt.layout, attempt.recognized, model, language)
        if not may_be_one_line(attempt.layout, page):
            continue
        found = read_as_one_line(Picture(gray), attempt.layout, page, model, language)
        if found is None:
            continue
        texts = "\n".join(line.text for line in page.lines), text_of(found.reading.words, reader.labels)
        errors = [score_page(right, text).edits_caseless for text in texts]
        if errors[0] != errors[1]:
            difference = min(_MOST_DIFFERENCE, abs(errors[0] - errors[1]))
            yield JudgedPicture(found.evidence, errors[1] < errors[0], difference)


def fit(pictures: Sequence[JudgedPicture]) -> Float64:
    """Fit a weighted logistic regression; return the coefficients (6,).

    Raises
    ------
    DataError
        If not both readings are better somewhere.
    """
    inputs = np.array([picture.evidence for picture in pictures])
    better = np.array([picture.is_better for picture in pictures])
    weights = np.array([picture.difference for picture in pictures])
    return fit_choice(inputs, better, weights, penalty=_PENALTY, noun="pictures")


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(cls=ToolCommand)
@click.option("--words", required=True, type=_FILE, help="Pen strokes of words.")
@click.option("--segments", required=True, type=_FILE, help="Pen strokes of lines.")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), help="EMNIST.")
@click.option("--fonts", type=click.Path(path_type=Path, exists=True), help="Fonts of handwriting.")
@click.option("--pictures", "count", type=click.IntRange(min=10), default=1500, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(
    *, words: Path, segments: Path, data: Path | None, fonts: Path | None, count: int, seed: int
) -> None:
    """Fit the choice between the lines of a picture and all of it as one line."""
    found = find_fonts(fonts) if fonts is not None else ()
    writers = writers_with(emnist.load("byclass", "train", data=data), found)
    sources = LineSources.of(load_pen_strokes(words), load_pen_strokes(segments), found, writers)
    pictures = list(judged_pictures(sources, count, np.random.default_rng(seed)))
    for name, value in zip(Evidence._fields, fit(pictures), strict=True):
        click.echo(f"{name}={value:.3f},")
    better = sum(one.is_better for one in pictures)
    click.echo(f"{len(pictures)} pictures on which one reading is better, {better} as one line", err=True)


if __name__ == "__main__":
    main()
