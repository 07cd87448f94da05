"""Write lines of text on a page, and remember the box of every character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError, require_range
from ocr.geometry import Box
from ocr.synthesis.ink_texture import bend_character, ink_grain, to_page_grid
from ocr.synthesis.writers import SUPERSAMPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32
    from ocr.synthesis.writers import Writer

# Range of each setting; the four margins are checked apart.
_RANGES: dict[str, tuple[float, float]] = {
    "letter_height_px": (6, 600),
    "line_spacing_letters": (0.5, 20),
    "letter_spacing_letters": (-0.5, 5),
    "word_spacing_letters": (0.1, 10),
    "spacing_jitter_letters": (0, 0.5),
    "left_jitter_letters": (0, 5),
    "baseline_wander_letters": (0, 0.5),
    "slope_deg": (-15, 15),
    "slope_jitter_deg": (0, 5),
    "size_jitter_frac": (0, 0.3),
    "rotation_jitter_deg": (0, 20),
    "shape_jitter_letters": (0, 0.1),
    "ink_darkness": (0.05, 1),
    "ink_grain": (0, 1),
}


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Settings of a written page; lengths in letters are multiples of the height of a capital.

    Parameters
    ----------
    letter_height_px : float
        Height of a capital, 6 .. 600 px.
    line_spacing_letters : float
        From baseline to baseline.
    letter_spacing_letters, word_spacing_letters : float
        White added between characters, and the width of a space.
    spacing_jitter_letters, left_jitter_letters : float
        Standard deviation of the white between characters, and of the start of a line.
    baseline_wander_letters : float
        Standard deviation of the slow up and down of the letters on their line.
    slope_deg, slope_jitter_deg : float
        Slope of the lines, positive climbs to the right, and its standard deviation between lines.
    size_jitter_frac, rotation_jitter_deg : float
        Standard deviation of the size and of the turn of each letter.
    shape_jitter_letters : float
        Standard deviation of a smooth bend of each letter; makes two copies of one font's letter differ.
    ink_darkness : float
        1 is black, 0.05 hardly seen.
    ink_grain : float
        Share of the ink that the tooth of the paper keeps off: 0 ink pen, 0.5 pencil, 0.7 chalk.
    margin_letters : tuple of float
        White around the text: top, right, bottom, left.

    Raises
    ------
    SettingError
        If a setting lies outside its range.
    """

    # The defaults are those of a careful writer with a ball pen.
    letter_height_px: float = 48.0
    line_spacing_letters: float = 2.2
    letter_spacing_letters: float = 0.05
    word_spacing_letters: float = 0.75
    spacing_jitter_letters: float = 0.03
    left_jitter_letters: float = 0.1
    baseline_wander_letters: float = 0.04
    slope_deg: float = 0.0
    slope_jitter_deg: float = 0.3
    size_jitter_frac: float = 0.03
    rotation_jitter_deg: float = 1.5
    shape_jitter_letters: float = 0.012
    ink_darkness: float = 0.85
    ink_grain: float = 0.1
    margin_letters: tuple[float, float, float, float] = (2.0, 2.0, 2.0, 2.0)

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            require_range(name, getattr(self, name), low, high)
        if len(self.margin_letters) != 4 or not all(0 <= margin <= 100 for margin in self.margin_letters):
            message = (
                f"margin_letters: found {self.margin_letters}, expected top, right, bottom, left in 0 .. 100"
            )
            raise SettingError(message)


@dataclass(frozen=True, slots=True)
class WrittenCharacter:
    """A character on the page.

    Attributes
    ----------
    text : str
        One character, never a space.
    box : Box
        Smallest box around its ink, in px of the page.
    line, word : int
        Index of its line on the page, and of its word on the line.
    """

    text: str
    box: Box
    line: int
    word: int


@dataclass(frozen=True, slots=True, eq=False)
class WrittenPage:
    """A page, and what is written where.

    Attributes
    ----------
    gray : numpy.ndarray
        Shape (H, W), dtype float32, 0 black .. 1 paper.
    characters : tuple of WrittenCharacter
        In the order of writing.
    lines : tuple of str
        The text, without spaces at the ends.
    baselines : tuple of float
        Row of each line's baseline at the left margin, in px.
    """

    gray: Float32
    characters: tuple[WrittenCharacter, ...]
    lines: tuple[str, ...]
    baselines: tuple[float, ...]

    @property
    def text(self) -> str:
        """All lines, joined by line feeds."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """A character's coverage (h, w) float32 on the page grid, and the row and column of its first pixel."""

    text: str
    coverage: Float32
    top: int
    left: int
    line: int
    word: int


def write_page(
    lines: Sequence[str], *, writer: Writer, settings: PageSettings | None = None, rng: np.random.Generator
) -> WrittenPage:
    """Write lines of text on a page that is just large enough for them and their margins.

    Parameters
    ----------
    lines : sequence of str
        One text per line; spaces in front indent it, an empty text is an empty line.
    writer : Writer
        Who writes.
    settings : PageSettings, optional
        How it is written.
    rng : numpy.random.Generator
        Source of all jitter: the same state gives the same page.

    Returns
    -------
    WrittenPage
        The page with the box of each character.

    Raises
    ------
    SettingError
        If there is nothing to write, or the writer has no shape for a character.
    """
    settings = settings or PageSettings()
    _check(lines, writer)
    letter = settings.letter_height_px
    pitch = settings.line_spacing_letters * letter
    patches = [
        patch
        for index, line in enumerate(lines)
        for patch in _write_line(line, index, index * pitch, writer=writer, settings=settings, rng=rng)
    ]
    top, right, bottom, left = (round(margin * letter) for margin in settings.margin_letters)
    row_shift = top - min(patch.top for patch in patches)
    col_shift = left - min(patch.left for patch in patches)
    height = row_shift + bottom + max(patch.top + patch.coverage.shape[0] for patch in patches)
    width = col_shift + right + max(patch.left + patch.coverage.shape[1] for patch in patches)
    paper = np.ones((height, width), np.float32)  # what shows through the ink, multiplied for each patch
    characters = tuple(_put(paper, patch, row_shift, col_shift) for patch in patches)
    ink = (1 - paper) * settings.ink_darkness * ink_grain(paper.shape, strength=settings.ink_grain, rng=rng)
    baselines = tuple(row_shift + index * pitch for index in range(len(lines)))
    gray = (1 - ink).astype(np.float32)
    return WrittenPage(gray, characters, tuple(line.strip() for line in lines), baselines)


def _check(lines: Sequence[str], writer: Writer) -> None:
    """Raise SettingError if there is nothing to write, or the writer lacks a character."""
    wanted = set("".join(lines)) - {" "}
    if not wanted:
        message = "lines: found no characters, expected at least one; give a text to write"
        raise SettingError(message)
    missing = "".join(sorted(character for character in wanted if not writer.can_write(character)))
    if missing:
        message = (
            f"writer {writer.name}: found no shape for {missing!r}; leave them out or choose another writer"
        )
        raise SettingError(message)


def _write_line(
    line: str,
    index: int,
    baseline: float,
    *,
    writer: Writer,
    settings: PageSettings,
    rng: np.random.Generator,
) -> list[_Patch]:
    """Write one line whose baseline starts at row ``baseline``, column 0."""
    letter = settings.letter_height_px
    climb = np.tan(np.deg2rad(rng.normal(settings.slope_deg, settings.slope_jitter_deg)))
    pen_col = letter * rng.normal(0, settings.left_jitter_letters)
    wander, word = 0.0, 0
    patches: list[_Patch] = []
    for place, character in enumerate(line.rstrip()):
        if character == " ":
            pen_col += letter * settings.word_spacing_letters
            word += bool(patches) and line[place - 1] != " "
            continue
        # A random walk that forgets: neighbours stand at similar heights, the line never drifts away.
        wander = 0.8 * wander + 0.6 * rng.normal(0, settings.baseline_wander_letters)
        scale = float(np.exp(rng.normal(0, settings.size_jitter_frac)))
        drawn = writer.draw(character, letter_height_px=letter, rng=rng)
        bent = bend_character(
            drawn,
            scale=scale,
            turn_deg=rng.normal(0, settings.rotation_jitter_deg),
            bend_px=settings.shape_jitter_letters * letter * SUPERSAMPLE,
            rng=rng,
        )
        row = baseline - climb * pen_col + wander * letter
        coverage, top, left = to_page_grid(bent, row, pen_col)
        patches.append(_Patch(character, coverage, top, left, index, word))
        white = settings.letter_spacing_letters + rng.normal(0, settings.spacing_jitter_letters)
        pen_col += bent.advance / SUPERSAMPLE + white * letter
    return patches


def _put(paper: Float32, patch: _Patch, row_shift: int, col_shift: int) -> WrittenCharacter:
    """Draw the ink of a patch on ``paper``, in place, and return its character."""
    top, left = patch.top + row_shift, patch.left + col_shift
    box = Box(top, left, top + patch.coverage.shape[0], left + patch.coverage.shape[1])
    paper[box.slices] *= 1 - patch.coverage
    return WrittenCharacter(patch.text, box, patch.line, patch.word)
