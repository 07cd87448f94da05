"""Draw papers that were written on, small and in colour, for scenes of a sheet on a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from ocr.array_types import Float32

Colour: TypeAlias = tuple[float, float, float]
"""Red, green and blue, 0 .. 1."""

_RULINGS = ("none", "none", "none", "lines", "squares", "margin", "table")
# Shares of dark boards, of papers with a band of another colour, and with a frame.
_DARK_FRAC, _BAND_FRAC, _FRAME_FRAC = 0.12, 0.07, 0.08
# Share of papers with a word or a character that is nearly as high as they are.
_WORD_FRAC = 0.2
# Brown paper.
_KRAFT = np.array((0.75, 0.6, 0.43))


def random_colour(rng: np.random.Generator, least: float, most: float, saturation: float) -> Colour:
    """Choose a colour of some lightness, 0 .. 1."""
    level = rng.uniform(least, most)
    red, green, blue = np.clip(level * (1 + rng.uniform(-saturation, saturation, 3)), 0, 1)
    return (float(red), float(green), float(blue))


def smooth_noise(shape: tuple[int, ...], cells: tuple[float, ...], rng: np.random.Generator) -> Float32:
    """Draw noise (H, W) that changes over so many rows and columns."""
    coarse = [max(2, int(side / cell) + 2) for side, cell in zip(shape, cells, strict=True)]
    image = Image.fromarray(rng.normal(0, 1, coarse).astype(np.float32))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def draw_paper(shape: tuple[int, int], rng: np.random.Generator) -> Float32:
    """Draw a paper or a board with writing on it, (H, W, 3)."""
    is_dark = rng.random() < _DARK_FRAC
    base = _paper_colour(rng, is_dark=is_dark)
    fine, coarse = (
        smooth_noise(shape, (size, size), rng) for size in (rng.uniform(1, 6), rng.uniform(20, 90))
    )
    paper = np.ones((*shape, 3), np.float32) * base
    paper += (rng.uniform(0, 0.02) * fine + rng.uniform(0, 0.025) * coarse)[..., None]
    _rule(paper, base, rng)
    if rng.random() < _BAND_FRAC:
        top, high = rng.uniform(0, 0.8), rng.uniform(0.05, 0.3)
        paper[int(top * shape[0]) : int((top + high) * shape[0])] = random_colour(rng, 0.1, 0.9, 0.5)
    if rng.random() < _FRAME_FRAC:
        width, colour = int(rng.integers(1, 9)), random_colour(rng, 0.05, 0.8, 0.3)
        paper[:width] = paper[-width:] = paper[:, :width] = paper[:, -width:] = colour
    pen = random_colour(rng, 0.8, 1, 0.1) if is_dark else random_colour(rng, 0.02, 0.45, 0.8)
    ink = rng.uniform(0.4, 1) * draw_writing(shape, rng)[..., None]
    return np.asarray(np.clip(paper * (1 - ink) + np.array(pen, np.float32) * ink, 0, 1), np.float32)


def _paper_colour(rng: np.random.Generator, *, is_dark: bool) -> Float32:
    """Choose the colour of a board, of white, coloured or brown paper."""
    if is_dark:
        return np.array(random_colour(rng, 0.05, 0.35, 0.35), np.float32)
    kind = rng.random()
    if kind < 0.6:
        return np.array(random_colour(rng, 0.85, 1, 0.04), np.float32)
    if kind < 0.9:
        return np.array(random_colour(rng, 0.6, 0.97, 0.35), np.float32)
    return np.asarray(_KRAFT * rng.uniform(0.7, 1.1), np.float32)


def _rule(paper: Float32, base: Float32, rng: np.random.Generator) -> None:
    """Draw rules, squares, a margin or a table on a paper."""
    kind, spacing = str(rng.choice(_RULINGS)), rng.uniform(4, 28)
    colour = base + (np.array(random_colour(rng, 0.2, 0.8, 0.5)) - base) * rng.uniform(0.1, 0.8)
    height, width = paper.shape[:2]
    if kind != "none":
        paper[
            np.arange(rng.uniform(0, 3 * spacing), height, spacing * (1 + (kind == "table"))).astype(int)
        ] = colour
    if kind in {"squares", "table"}:
        apart = spacing * (rng.uniform(2, 8) if kind == "table" else 1)
        paper[:, np.arange(rng.uniform(0, spacing), width, apart).astype(int)] = colour
    elif kind == "margin":
        paper[:, int(rng.uniform(0.05, 0.2) * width)] = colour * (1, 0.6, 0.6)


def draw_writing(shape: tuple[int, int], rng: np.random.Generator) -> Float32:
    """Draw lines of strokes that look like writing from afar, (H, W), 0 none .. 1."""
    image = Image.new("L", (shape[1], shape[0]))
    brush = ImageDraw.Draw(image)
    is_word = rng.random() < _WORD_FRAC
    least, most = (0.35 * shape[0], 0.95 * shape[0]) if is_word else (4, max(6, 0.45 * shape[0]))
    letter = float(np.exp(rng.uniform(np.log(least), np.log(most))))
    pen = max(1, round(letter * rng.uniform(0.07, 0.28)))
    margin, leading = letter * rng.uniform(0.2, 2), letter * rng.uniform(1.2, 3)
    first = rng.uniform(-0.05, 1) * (shape[0] - letter) if is_word else letter * rng.uniform(0.3, 2)
    tops = np.arange(first, shape[0] - 0.7 * letter, leading)
    for top in tops[: 1 if is_word else int(rng.integers(1, 25))]:
        left = margin + (rng.uniform(0, 0.5) * shape[1] if rng.random() < 0.2 else 0)
        right = shape[1] - margin - (rng.uniform(0, 0.7) * shape[1] if rng.random() < 0.5 else 0)
        while left < right:
            for _ in range(int(rng.integers(1, 9))):
                _draw_letter(brush, (left, float(top)), letter, pen, rng)
                left += letter * rng.uniform(0.45, 0.8)
            left += letter * rng.uniform(0.4, 1.2)
    if rng.random() < 0.15:
        _draw_figure(brush, shape, pen, rng)
    return np.asarray(np.asarray(image) / 255, np.float32)


def _draw_letter(
    brush: ImageDraw.ImageDraw, corner: tuple[float, float], size: float, pen: int, rng: np.random.Generator
) -> None:
    left, top = corner
    if rng.random() < 0.3:
        box = (left, top + size * rng.uniform(0, 0.5), left + 0.6 * size, top + size)
        brush.arc(box, 0, rng.uniform(180, 360), fill=255, width=pen)
        return
    points = rng.uniform(0, 1, (int(rng.integers(2, 5)), 2)) * (
        0.6 * size,
        size * (0.6 if rng.random() < 0.6 else 1),
    )
    brush.line([(left + float(x), top + float(y)) for x, y in points], fill=255, width=pen)


def _draw_figure(
    brush: ImageDraw.ImageDraw, shape: tuple[int, int], pen: int, rng: np.random.Generator
) -> None:
    """Draw boxes and circles, as on a whiteboard."""
    for _ in range(int(rng.integers(1, 5))):
        left, top = rng.uniform(0, 1, 2) * shape[::-1]
        width, height = rng.uniform(0.1, 0.5, 2) * shape[::-1]
        draw = brush.rectangle if rng.random() < 0.5 else brush.ellipse
        draw((left, top, left + width, top + height), outline=255, width=pen)
