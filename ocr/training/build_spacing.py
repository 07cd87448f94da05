"""Learn how people set letters and words apart.

Usage: ``python -m ocr.training.build_spacing LINES -o ocr/recognition/data/spacing.npz``.
LINES is a file of pen strokes of lines with their text, see :mod:`ocr.datasets.pen_strokes`. Lines of each
writer are drawn and walked through the page stages, as a photo would be. The text tells how many spaces a
line has, and these are its widest gaps. Means and spreads over the writers give the prior of styles; styles
in which letters have cells of their own, as in forms, and lists of characters that stand alone are added,
because running text has neither. :mod:`ocr.recognition.spacing` uses the result.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np

from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS, load_pen_strokes
from ocr.errors import DataError
from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.recognition.segments import segment_lines
from ocr.recognition.spacing import log_widths
from ocr.synthesis.pen_drawing import draw_strokes
from ocr.training.command import ToolCommand, npz_output

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64
    from ocr.datasets.pen_strokes import PenStrokes

# Lines are drawn at this width of a character, with a pen of this share of it.
_CHARACTER_PX, _PEN_SHARE, _MARGIN_PX = 28.0, 0.13, 20
# Shorter and longer texts say little, or are several lines in one sample; so are samples this many characters
# high.
_SHORTEST, _LONGEST, _HIGHEST = 10, 70, 6.0
# Grid of mean letter gaps and of spaces over letter gaps, as logarithms; spreads and shares of spaces with
# their weights. Gaps have 0.25 text heights added.
_LETTERS, _RATIOS = np.log(np.geomspace(0.27, 2.2, 12)), np.log(np.geomspace(1.5, 6.0, 6))
_LETTER_SPREADS, _SPREAD_WEIGHTS = np.array([0.16, 0.3]), np.array([0.5, 0.5])
_SHARES, _SHARE_WEIGHTS = np.array([0.02, 0.17, 0.6]), np.array([0.3, 0.66, 0.04])
_SPACE_SPREAD = 0.25
# Cells of forms: letters 0.2 to 1.2 heights apart; how many fields, and lists, there are among all lines.
_CELLS, _CELLS_SPREAD, _CELLS_SHARE = np.log(0.95), 0.36, 0.3
_LISTS, _LIST_MEAN, _LIST_SPREAD, _LIST_SHARE = np.log(np.geomspace(0.65, 4.0, 10)), np.log(1.25), 0.4, 0.03
_LIST_SPREADS = np.array([0.14, 0.25])
# Spaces between the characters of a list are this much wider than a letter gap would be, and nearly all gaps.
_LIST_RATIO, _LIST_SPACES, _LIST_LETTER_SPREAD = np.log(3.0), 0.99, 0.3


class LineSpacing(NamedTuple):
    """Mean letter gap of a line and how much wider its spaces are, as logarithms."""

    letter: float
    ratio: float


def measure_lines(strokes: PenStrokes, count: int, rng: np.random.Generator) -> list[LineSpacing]:
    """Draw lines of many writers, one writer after the other, and measure their gaps.

    Parameters
    ----------
    strokes : PenStrokes
    count : int
        Lines drawn; some are left out because more or less than one line is found on them.
    rng : numpy.random.Generator
    """
    lines_of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, label in enumerate(strokes.labels):
        fits = " " in label and _SHORTEST < len(label) < _LONGEST
        if fits and strokes.providers[index] not in HELD_OUT_PROVIDERS:
            lines_of[strokes.providers[index], strokes.writers[index]].append(index)
    writers = [lines_of[key] for key in sorted(lines_of)]
    if not writers:
        message = "strokes: found no lines of several words by providers that are not held out"
        raise DataError(message)
    order = rng.permutation(len(writers))
    found = (
        _measured(strokes.strokes(chosen), str(strokes.labels[chosen]))
        for number in range(count)
        for chosen in [int(rng.choice(writers[order[number % len(writers)]]))]
    )
    return [one for one in found if one is not None]


def _measured(strokes: list[Float32], text: str) -> LineSpacing | None:
    """Return the spacing of one line; None if it is not found as one line."""
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    character = float(width) / len(text)
    if character <= 0 or height > _HIGHEST * character:
        return None
    drawn = draw_strokes(
        [stroke * np.float32(_CHARACTER_PX / character) for stroke in strokes],
        pen_px=_PEN_SHARE * _CHARACTER_PX,
        margin_px=_MARGIN_PX,
    )
    layout = find_layout(Picture(drawn))
    if len(layout.lines) != 1:
        return None
    (lattice,) = segment_lines(layout)
    widths = np.sort(log_widths(lattice.gaps_px[~lattice.is_cut] / layout.text_height_px))
    spaces = text.count(" ")
    if widths.size < spaces + 3:
        return None
    letter = float(widths[:-spaces].mean())
    return LineSpacing(letter, float(widths[-spaces:].mean()) - letter)


def make_styles(measured: list[LineSpacing]) -> dict[str, Float64]:
    """Return the members of the file of styles; see :class:`ocr.recognition.spacing.SpacingStyles`."""
    letters, ratios = np.array(measured).T
    running = _normal(_LETTERS, *_middle_and_spread(letters))
    cells = _normal(_LETTERS, _CELLS, _CELLS_SPREAD)
    letter_weights = (1 - _CELLS_SHARE) * running + _CELLS_SHARE * cells
    ratio_weights = _normal(_RATIOS, *_middle_and_spread(ratios))
    letter, ratio, spread, share = np.meshgrid(_LETTERS, _RATIOS, _LETTER_SPREADS, _SHARES, indexing="ij")
    weights = np.prod(
        np.meshgrid(letter_weights, ratio_weights, _SPREAD_WEIGHTS, _SHARE_WEIGHTS, indexing="ij"), axis=0
    )
    lists, list_spread = (one.ravel() for one in np.meshgrid(_LISTS, _LIST_SPREADS, indexing="ij"))
    list_weights = (
        np.repeat(_normal(_LISTS, _LIST_MEAN, _LIST_SPREAD), _LIST_SPREADS.size) / _LIST_SPREADS.size
    )
    both = np.concatenate([(1 - _LIST_SHARE) * weights.ravel(), _LIST_SHARE * list_weights])
    return {
        "letter": np.concatenate([letter.ravel(), lists - _LIST_RATIO]),
        "space": np.concatenate([(letter + ratio).ravel(), lists]),
        "letter_spread": np.concatenate([spread.ravel(), np.full(lists.size, _LIST_LETTER_SPREAD)]),
        "space_spread": np.concatenate([np.full(letter.size, _SPACE_SPREAD), list_spread]),
        "share": np.concatenate([share.ravel(), np.full(lists.size, _LIST_SPACES)]),
        "log_prior": np.log(np.maximum(both, 1e-300)),
    }


def _middle_and_spread(values: Float64) -> tuple[float, float]:
    """Return the median, and the spread of a normal density of these quartiles: some lines are misread."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float(middle), float(high - low) / 1.349


def _normal(values: Float64, mean: float, spread: float) -> Float64:
    """Return weights of values that sum to 1, by a normal density."""
    density = np.exp(-0.5 * np.square((values - mean) / spread))
    return np.asarray(density / density.sum())


@click.command(cls=ToolCommand)
@click.argument("lines", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--count", default=500, show_default=True, help="Lines to draw and measure.")
@click.option("--seed", default=0, show_default=True)
@npz_output
def main(lines: Path, count: int, seed: int, output: Path) -> None:
    """Learn how people set letters and words apart, from pen strokes of lines."""
    measured = measure_lines(load_pen_strokes(lines), count, np.random.default_rng(seed))
    if len(measured) < 2:
        message = f"strokes {lines}: found {len(measured)} lines that can be measured, expected 2 or more"
        raise DataError(message)
    (letter, letter_spread), (ratio, ratio_spread) = map(_middle_and_spread, np.array(measured).T)
    styles = {name: values.astype(np.float32) for name, values in make_styles(measured).items()}
    shape = np.array([_LETTERS.size, _RATIOS.size, _LETTER_SPREADS.size, _SHARES.size])
    np.savez_compressed(output, shape=shape, **styles)  # type: ignore[arg-type]
    click.echo(
        f"{len(measured)} lines: letter gaps {letter:.2f} ± {letter_spread:.2f}, "
        f"spaces over letter gaps {ratio:.2f} ± {ratio_spread:.2f} (logarithms)",
        err=True,
    )


if __name__ == "__main__":
    main()
