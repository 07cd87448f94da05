"""Measure how high characters stand on a line.

Usage: ``python -m ocr.training.build_glyph_metrics FONTS -o ocr/recognition/data/glyph_metrics.npz``.
FONTS is a folder with handwriting fonts, such as the model is trained on; the built-in strokes write as well.
:mod:`ocr.recognition.glyph_metrics` uses the measurements.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from ocr.classifier.alphabet import NOT_A_CHARACTER, PRINT
from ocr.numeric import ink_bounds
from ocr.synthesis.fonts import find_fonts, is_block
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE, FontWriter
from ocr.training.command import ToolCommand, npz_output

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float64
    from ocr.synthesis.writers import DrawnCharacter, Writer


# Characters are drawn at this height of a capital.
_LETTER_PX = 16.0
# The built-in strokes vary from draw to draw as fonts do from font to font; they count as this many writers.
_STROKE_WRITERS = 3
# Spread of a character that only one writer can write, in heights of a capital.
_UNKNOWN_SPREAD = 0.15


def measure_glyph_metrics(
    writers: Sequence[tuple[Writer, bool]], characters: Sequence[str], *, rng: np.random.Generator
) -> tuple[Float64, Float64]:
    """Draw characters and measure their top and bottom above the baseline, and their width.

    Parameters
    ----------
    writers : sequence of (Writer, bool)
        Each with whether its small letters are drawn as capitals; these are left out.
    characters : sequence of str
    rng : numpy.random.Generator

    Returns
    -------
    median, spread : (K, 3) float arrays
        Over the writers, in heights of a capital; 0 and the usual spread for a character that no writer has.
    """
    extents = np.full((len(writers), len(characters), 3), np.nan)
    for row, (writer, block) in enumerate(writers):
        for col, character in _writable(writer, characters, block=block):
            extent = _extent(writer.draw(character, letter_height_px=_LETTER_PX, rng=rng))
            if extent is not None:
                extents[row, col] = extent
    known = np.isfinite(extents[:, :, 0])
    median, spread = np.zeros((len(characters), 3)), np.full((len(characters), 3), _UNKNOWN_SPREAD)
    for index in np.flatnonzero(known.any(axis=0)):
        found = extents[known[:, index], index]
        median[index] = np.median(found, axis=0)
        spread[index] = found.std(axis=0) if len(found) > 1 else _UNKNOWN_SPREAD
    return median, spread


def _writable(writer: Writer, characters: Sequence[str], *, block: bool) -> Iterator[tuple[int, str]]:
    """Yield the characters that a writer has, with their index."""
    for col, character in enumerate(characters):
        if writer.can_write(character) and not (block and character.islower()):
            yield col, character


def _extent(drawn: DrawnCharacter) -> tuple[float, float, float] | None:
    """Return top and bottom above the baseline, and width, in heights of a capital; None without ink."""
    bounds = ink_bounds(drawn.coverage > 127)
    if bounds is None:
        return None
    rows, cols = bounds
    top, bottom = drawn.baseline_row - rows.start, drawn.baseline_row - rows.stop
    capital = _LETTER_PX * SUPERSAMPLE
    return float(top / capital), float(bottom / capital), float((cols.stop - cols.start) / capital)


@click.command(cls=ToolCommand)
@click.argument("fonts", type=click.Path(path_type=Path, exists=True, file_okay=False))
@npz_output
def main(fonts: Path, output: Path) -> None:
    """Measure how high characters stand on a line, in handwriting fonts and the built-in strokes."""
    characters = [character for character in PRINT if character != NOT_A_CHARACTER]
    writers: list[tuple[Writer, bool]] = [(FontWriter(font), is_block(font)) for font in find_fonts(fonts)]
    writers += [(StrokeWriter(), False)] * _STROKE_WRITERS
    median, spread = measure_glyph_metrics(writers, characters, rng=np.random.default_rng(0))
    np.savez_compressed(output, signs=np.array(characters), mean=median.round(4), spread=spread.round(4))


if __name__ == "__main__":
    main()
