"""Cross words out, as writers do: with a line, with two, with a zigzag or with a scribble."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ocr.errors import SettingError
from ocr.geometry import Box
from ocr.synthesis.degradations import text_height_of
from ocr.synthesis.writers import SUPERSAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float32, Float64
    from ocr.synthesis.written_page import WrittenCharacter, WrittenPage

    # Tracks of the pen (N, 2) of (col, row), in cap heights; the top of a capital is row 0.
    Tracks = list[Float64]

# A line goes through the middle of small letters, in cap heights from the top of a capital.
_MIDDLE = 0.64


def _one_line(width: float, rng: np.random.Generator) -> Tracks:
    """Return a nearly straight line."""
    cols = np.linspace(-0.15, width + 0.15, 9)
    rows = _MIDDLE + rng.normal(0, 0.05) + rng.normal(0, 0.04) * (cols / width - 0.5)
    return [np.stack([cols, rows + 0.01 * rng.standard_normal(cols.size)], axis=1)]


def _two_lines(width: float, rng: np.random.Generator) -> Tracks:
    """Return two lines, one above the other."""
    (first,), (second,) = _one_line(width, rng), _one_line(width, rng)
    apart = np.array([0, 0.12])
    return [first - apart, second + apart]


def _zigzag(width: float, rng: np.random.Generator) -> Tracks:
    """Return a zigzag as high as a capital."""
    count = max(6, round(4.5 * width))
    cols = np.linspace(-0.1, width + 0.1, count) + 0.03 * rng.standard_normal(count)
    rows = np.where(np.arange(count) % 2, 0.12, 0.95) + 0.04 * rng.standard_normal(count)
    return [np.stack([cols, rows], axis=1)]


def _scribble(width: float, rng: np.random.Generator) -> Tracks:
    """Return loops that go to and fro over the whole word."""
    turns = max(7.0, 6 * width)
    angle = np.linspace(0, 2 * np.pi * turns, round(16 * turns))
    along = np.linspace(0, 1, angle.size) * width
    cols = along + 0.25 * np.cos(angle) + 0.03 * rng.standard_normal()
    rows = 0.5 + (0.42 + 0.05 * np.sin(3.3 * along)) * np.sin(angle)
    return [np.stack([cols, rows], axis=1)]


STYLES: dict[str, Callable[[float, np.random.Generator], Tracks]] = {
    "line": _one_line,
    "two lines": _two_lines,
    "zigzag": _zigzag,
    "scribble": _scribble,
}
"""Ways to cross a word out, by name; each takes the width in cap heights."""


def crossed_out_words(page: WrittenPage, *, share: float) -> tuple[tuple[int, int], ...]:
    """Choose the words to cross out: spread over the page, of three characters or more.

    Parameters
    ----------
    page : WrittenPage
    share : float
        Of these words, 0 .. 1, rounded up to whole words.

    Returns
    -------
    tuple of (int, int)
        Line and word of each.

    Raises
    ------
    SettingError
        If ``share`` lies outside its range.
    """
    if not 0 <= share <= 1:
        message = f"share of words crossed out: found {share}, expected 0 .. 1"
        raise SettingError(message)
    words = [key for key, characters in _words(page).items() if len(characters) >= 3]
    chosen = math.ceil(share * len(words))
    return tuple(words[int((place + 0.5) * len(words) / chosen)] for place in range(chosen))


def text_left(page: WrittenPage, *, share: float) -> str:
    """Return the text of a page without the words that :func:`crossed_out_words` chooses."""
    gone = set(crossed_out_words(page, share=share))
    lines = [
        " ".join(word for place, word in enumerate(line.split()) if (number, place) not in gone)
        for number, line in enumerate(page.lines)
    ]
    return "\n".join(line for line in lines if line)


def cross_out(
    gray: Float32, *, boxes: list[Box], style: str, darkness: float, pen_px: float, rng: np.random.Generator
) -> Float32:
    """Cross out the words in boxes, each as high as a capital.

    Parameters
    ----------
    gray : numpy.ndarray
        Shape (H, W), float32, 0 black .. 1 paper.
    boxes : list of Box
        One around each word.
    style : str
        A key of `STYLES`.
    darkness : float
        Of the pen, 0 .. 1.
    pen_px : float
        Its width.
    rng : numpy.random.Generator
        Moves the pen.

    Returns
    -------
    numpy.ndarray
        Same shape, float32.

    Raises
    ------
    SettingError
        If there is no such style.
    """
    if style not in STYLES:
        message = f"style: found {style!r}, expected one of {', '.join(STYLES)}"
        raise SettingError(message)
    crossed = gray.copy()
    for box in boxes:
        tracks = [track * box.height for track in STYLES[style](box.width / box.height, rng)]
        _draw(crossed, tracks, box, darkness, pen_px)
    return crossed


def _draw(gray: Float32, tracks: Tracks, box: Box, darkness: float, pen_px: float) -> None:
    """Draw tracks into a picture; their origin is the top left corner of a box."""
    aside = round(0.3 * box.height + pen_px) + 1
    around = Box(box.top - aside, box.left - aside, box.bottom + aside, box.right + aside)
    canvas = Image.new("L", (around.width * SUPERSAMPLE, around.height * SUPERSAMPLE))
    pen = max(1, round(pen_px * SUPERSAMPLE))
    for track in tracks:
        points = [(float(col), float(row)) for col, row in (track + aside) * SUPERSAMPLE]
        ImageDraw.Draw(canvas).line(points, fill=255, width=pen, joint="curve")
    cover = np.asarray(canvas.reduce(SUPERSAMPLE), np.float32) / 255
    inside = around.clipped(*gray.shape)
    rows, cols = (
        slice(inside.top - around.top, inside.bottom - around.top),
        slice(inside.left - around.left, inside.right - around.left),
    )
    gray[inside.slices] *= 1 - np.float32(darkness) * cover[rows, cols]


def boxes_of(page: WrittenPage, words: tuple[tuple[int, int], ...]) -> list[Box]:
    """Return the boxes of words (line, word), each from the baseline up to the height of a capital."""
    letter, found = text_height_of(page), _words(page)
    boxes = []
    for word in words:
        around = Box.around(character.box for character in found[word])
        # More letters end on the baseline than below it.
        bottom = statistics.median_low(character.box.bottom for character in found[word])
        boxes.append(Box(max(0, round(bottom - letter)), around.left, bottom, around.right))
    return boxes


def _words(page: WrittenPage) -> dict[tuple[int, int], list[WrittenCharacter]]:
    """Return the characters of each word by line and word."""
    words: dict[tuple[int, int], list[WrittenCharacter]] = {}
    for character in page.characters:
        words.setdefault((character.line, character.word), []).append(character)
    return words
