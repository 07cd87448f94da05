"""Writers draw single characters: a patch of ink with a baseline and an advance."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.errors import SettingError, require_range

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ocr.synthesis.fonts import FontFile

SUPERSAMPLE = 4
"""Characters are drawn on a grid this many times as fine as the page, so that edges come out smooth."""

# Font size in px at which the cap height is measured: large, so that rounding is below 0.5 %.
_PROBE_SIZE = 400
# Never a character, so every font draws its «missing glyph» box for it.
_UNASSIGNED = "\uffff"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCharacter:
    """One character on the fine grid.

    Attributes
    ----------
    coverage : numpy.ndarray
        Ink, shape (h, w), dtype uint8, 0 none .. 255 full.
    baseline_row, origin_col : float
        Where the pen stood before the character, in fine px from the top left of ``coverage``.
    advance : float
        How far the pen moves to the right, in fine px.
    """

    coverage: NDArray[np.uint8]
    baseline_row: float
    origin_col: float
    advance: float


class Writer(Protocol):
    """What draws single characters."""

    @property
    def name(self) -> str:
        """Name to show."""

    @property
    def licence(self) -> str:
        """SPDX name of the licence of the letter shapes."""

    def can_write(self, character: str) -> bool:
        """Return whether the writer has a shape for this character."""

    def draw(self, character: str, *, letter_height_px: float, rng: np.random.Generator) -> DrawnCharacter:
        """Draw one character whose capitals are ``letter_height_px`` page px high."""


@dataclass(frozen=True, slots=True)
class FontWriter:
    """A writer that writes with a font file.

    Parameters
    ----------
    font : FontFile
        The font, see `ocr.synthesis.fonts.find_font`.
    pen_letters : float
        Added to the width of every stroke, in cap heights, 0 .. 0.2: turns a pencil font into a marker.

    Raises
    ------
    SettingError
        If the file is no font that can be opened, or ``pen_letters`` lies outside its range.
    """

    font: FontFile
    pen_letters: float = 0.0
    _size_per_letter: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        require_range("pen_letters", self.pen_letters, 0, 0.2)
        _, top, _, bottom = _open(self.font.path, _PROBE_SIZE).getbbox("H", anchor="ls")
        # Scaling by the height of H makes fonts of very different design sizes equally large on the page.
        object.__setattr__(self, "_size_per_letter", _PROBE_SIZE / max(bottom - top, 1))

    @property
    def name(self) -> str:
        """Name of the font."""
        return self.font.name

    @property
    def licence(self) -> str:
        """Licence that the font's package states."""
        return self.font.licence

    def can_write(self, character: str) -> bool:
        """Return whether the font has its own glyph for ``character``."""
        return _has_glyph(self.font.path, character)

    def draw(
        self,
        character: str,
        *,
        letter_height_px: float,
        rng: np.random.Generator,  # noqa: ARG002 - a font draws each copy alike; the page bends them apart
    ) -> DrawnCharacter:
        """Draw one character.

        Parameters
        ----------
        character : str
            A single character that `can_write` accepts.
        letter_height_px : float
            Height of a capital on the page, in px.
        rng : numpy.random.Generator
            Not used.

        Returns
        -------
        DrawnCharacter
            The character on the fine grid.
        """
        letter = letter_height_px * SUPERSAMPLE
        font = _open(self.font.path, max(1, round(letter * self._size_per_letter)))
        pen = round(self.pen_letters * letter / 2)
        left, top, right, bottom = (
            int(edge) for edge in font.getbbox(character, anchor="ls", stroke_width=pen)
        )
        pad = 2
        canvas = Image.new("L", (max(right - left, 0) + 2 * pad, max(bottom - top, 0) + 2 * pad))
        origin = (pad - left, pad - top)
        ImageDraw.Draw(canvas).text(origin, character, fill=255, font=font, anchor="ls", stroke_width=pen)
        return DrawnCharacter(np.asarray(canvas), origin[1], origin[0], font.getlength(character) + pen)


@lru_cache(maxsize=64)
def _open(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    """Open a font; the basic layout engine makes pages equal on machines with and without Raqm."""
    try:
        return ImageFont.truetype(str(path), size_px, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        message = f"font {path}: cannot be opened ({error}); choose another .ttf, .otf, .woff or .woff2 file"
        raise SettingError(message) from error


@lru_cache(maxsize=4096)
def _has_glyph(path: Path, character: str) -> bool:
    """Return whether a font draws a character otherwise than a missing one."""
    font = _open(path, 64)
    shape = font.getmask(character)
    missing = font.getmask(_UNASSIGNED)
    return shape.size != missing.size or bytes(shape) != bytes(missing)
