"""Draw single characters with fonts and the built-in writer, as training data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.synthesis.fonts import is_block
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import FontWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float32
    from ocr.synthesis.fonts import FontFile
    from ocr.synthesis.writers import Writer

# Height of a capital (times four: writers draw on a finer grid); crops are made from these drawings.
_LETTER_PX = 16.0
# Most that a font's strokes grow by, in cap heights: a ballpoint at 0, a marker at 0.06.
_WIDEST_GROWTH = 0.06
# Pens of the built-in writer, in cap heights.
_PENS = (0.05, 0.14)


def draw_characters(
    fonts: Sequence[FontFile],
    characters: Sequence[str],
    *,
    per_font: int,
    by_strokes: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Float32, str]]:
    """Draw each character several times with each writer that has it.

    Parameters
    ----------
    fonts : sequence of FontFile
        May be empty: then only the built-in writer draws.
    characters : sequence of str
    per_font, by_strokes : int
        Drawings of each character by each font, and by the built-in writer, each with another pen.
    rng : numpy.random.Generator

    Yields
    ------
    ink : (H, W) float32 array
        Strength of the ink, 0 .. 1.
    character : str
    """
    for font in fonts:
        # A block font draws small letters as capitals: their labels would be wrong.
        writable = [character for character in characters if not (character.islower() and is_block(font))]
        pens = rng.uniform(0, _WIDEST_GROWTH, per_font)
        for pen in pens:
            yield from _drawn(FontWriter(font, pen_letters=float(pen)), writable, rng)
    for _ in range(by_strokes):
        writer = StrokeWriter(
            pen_letters=float(rng.uniform(*_PENS)),
            slant_deg=float(rng.normal(0, 6)),
            jitter_letters=float(rng.uniform(0.01, 0.04)),
        )
        yield from _drawn(writer, characters, rng)


def _drawn(
    writer: Writer, characters: Sequence[str], rng: np.random.Generator
) -> Iterator[tuple[Float32, str]]:
    """Draw the characters that a writer has."""
    for character in characters:
        if not writer.can_write(character):
            continue
        coverage = writer.draw(character, letter_height_px=_LETTER_PX, rng=rng).coverage
        if coverage.any():
            yield coverage.astype(np.float32) / np.float32(255), character
