"""Draw small photos of a sheet on a table, and where the sheet lies; some sheets fill their picture.

Papers of all colours, ruled or not, written on with pens of all widths, lie on wood, cloth, tiles and
clutter, in light and in shadow. No detail is finer than a cell of :mod:`ocr.page.sheet.sheet_candidates`, so
scenes are drawn little larger than it sees them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ocr import ndimage
from ocr.image.colours import COLOURS_PX
from ocr.image.homography import homography_from_points
from ocr.synthesis.sheet_scene_light import lit
from ocr.synthesis.sheet_scene_paper import Colour, draw_paper, random_colour, smooth_noise

if TYPE_CHECKING:
    from ocr.array_types import ColourBytes, Float32, Float64

# Drawn so many times as large as it is seen.
_ZOOM = 1.5
# Share of scenes whose sheet fills the picture, and of sheets that keep inside of it.
_FULL_FRAC, _INSIDE_FRAC = 0.42, 0.8
_GROUNDS = ("plain", "wood", "cloth", "dark", "tiles", "stripes", "light", "clutter")
_SKIN: Colour = (0.88, 0.69, 0.57)


class SheetScene(NamedTuple):
    """A picture (H, W, 3) in red, green and blue, and how much of each pixel (H, W) is the sheet, 0 .. 1."""

    colours: ColourBytes
    sheet: Float32


def draw_sheet_scene(rng: np.random.Generator) -> SheetScene:
    """Draw a scene whose longer side is `COLOURS_PX`."""
    aspect = float(np.exp(rng.uniform(np.log(0.45), np.log(2.2))))
    longer = round(_ZOOM * COLOURS_PX)
    shape = (round(longer / max(aspect, 1)), round(longer * min(aspect, 1)))
    if rng.random() < _FULL_FRAC:
        picture, sheet = draw_paper(shape, rng), np.ones(shape, np.float32)
    else:
        picture, sheet = _on_table(shape, rng)
    seen = lit(picture, rng)
    small = (round(shape[1] / _ZOOM), round(shape[0] / _ZOOM))
    box = Image.Resampling.BOX
    colours = Image.fromarray(np.rint(255 * seen).astype(np.uint8)).resize(small, box)
    return SheetScene(np.asarray(colours), np.asarray(Image.fromarray(sheet).resize(small, box)))


def _on_table(shape: tuple[int, int], rng: np.random.Generator) -> tuple[Float32, Float32]:
    """Draw a sheet on a table: the picture (H, W, 3) and the sheet (H, W)."""
    table, corners = _draw_table(shape, rng), _draw_corners(shape, rng)
    width, height = (
        int(np.clip(np.hypot(*(corners[one] - corners[0])), 12, 3 * max(shape))) for one in (1, 3)
    )
    paper = draw_paper((height, width), rng)
    layers = Image.fromarray(np.rint(255 * np.clip(paper, 0, 1)).astype(np.uint8)).convert("RGBA")
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    matrix = homography_from_points(corners, flat)
    placed = layers.transform(
        (shape[1], shape[0]),
        Image.Transform.PERSPECTIVE,
        tuple((matrix / matrix[2, 2]).ravel()[:8]),
        Image.Resampling.BILINEAR,
    )
    drawn = np.asarray(np.asarray(placed) / 255, np.float32)
    sheet = _worn(drawn[..., 3], rng) if rng.random() < 0.2 else drawn[..., 3]
    if rng.random() < 0.5:
        table *= np.float32(1) - np.float32(rng.uniform(0.1, 0.6)) * _cast_shadow(sheet, rng)[..., None]
    picture = np.asarray(table * (1 - sheet[..., None]) + drawn[..., :3] * sheet[..., None], np.float32)
    sheet = (sheet > 0.5).astype(np.float32)
    return _with_fingers(picture, sheet, corners, rng) if rng.random() < 0.2 else (picture, sheet)


def _draw_table(shape: tuple[int, int], rng: np.random.Generator) -> Float32:
    """Draw what lies around a sheet."""
    kind = str(rng.choice(_GROUNDS))
    base = _base_colour(kind, rng)
    ground = np.ones((*shape, 3), np.float32) * np.array(base, np.float32)
    strength = rng.uniform(0.01, 0.14)
    if kind == "wood":
        cells = (rng.uniform(1, 4), rng.uniform(25, 120))
        ground += (strength * smooth_noise(shape, cells if rng.random() < 0.7 else cells[::-1], rng))[
            ..., None
        ]
    elif kind in {"tiles", "stripes"}:
        ground += _pattern(shape, rng, is_tiled=kind == "tiles")
    else:
        strength *= 0.2 if kind == "plain" else 1
        fine, coarse = (
            smooth_noise(shape, (size, size), rng) for size in (rng.uniform(1, 8), rng.uniform(15, 60))
        )
        ground += (strength * (fine + 0.5 * coarse))[..., None]
    image = Image.fromarray(np.rint(255 * np.clip(ground, 0, 1)).astype(np.uint8))
    count = int(rng.integers(8, 30)) if kind == "clutter" else int(rng.integers(0, 9) * (rng.random() < 0.65))
    for _ in range(count):
        _draw_thing(ImageDraw.Draw(image), shape, rng)
    return np.asarray(np.asarray(image) / 255, np.float32)


def _base_colour(kind: str, rng: np.random.Generator) -> Colour:
    if kind == "wood":
        level = rng.uniform(0.25, 0.8)
        return (1.25 * level, 0.9 * level, 0.6 * level)
    if kind == "dark":
        return random_colour(rng, 0.04, 0.25, 0.2)
    return random_colour(rng, 0.75, 0.98, 0.12) if kind == "light" else random_colour(rng, 0.12, 0.85, 0.45)


def _pattern(shape: tuple[int, int], rng: np.random.Generator, *, is_tiled: bool) -> Float32:
    """Draw tiles or stripes of two colours, as what is added to the ground."""
    size = rng.uniform(6, 60)
    rows, cols = (np.floor(np.arange(side) / size) % 2 for side in shape)
    if is_tiled:
        second = np.add.outer(rows, cols) % 2
    else:
        second = np.add.outer(rows, 0 * cols) if rng.random() < 0.5 else np.add.outer(0 * rows, cols)
    step = rng.uniform(-0.3, 0.3, 3) * rng.uniform(0.2, 1)
    return np.asarray(
        second[..., None] * step + 0.03 * smooth_noise(shape, (3, 3), rng)[..., None], np.float32
    )


def _draw_thing(brush: ImageDraw.ImageDraw, shape: tuple[int, int], rng: np.random.Generator) -> None:
    """Draw another thing on the table: a card, a plate, a cable, or keys in rows."""
    left, top = rng.uniform(-20, shape[1]), rng.uniform(-20, shape[0])
    width, height = np.exp(rng.uniform(np.log(6), np.log(120), 2))
    fill = tuple(int(255 * level) for level in random_colour(rng, 0.02, 1, 0.6))
    kind = rng.random()
    if kind < 0.35:
        sides = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
        corners = sides @ _rotation(rng.uniform(0, np.pi)) + (left, top)
        brush.polygon([(float(x), float(y)) for x, y in corners], fill=fill)
    elif kind < 0.6:
        brush.ellipse((left, top, left + width, top + height), fill=fill)
    elif kind < 0.85:
        points = rng.uniform(0, 1, (int(rng.integers(2, 5)), 2)) * shape[::-1]
        brush.line([(float(x), float(y)) for x, y in points], fill=fill, width=int(rng.integers(1, 8)))
    else:
        size = rng.uniform(4, 14)
        for row, col in np.ndindex(int(rng.integers(2, 6)), int(rng.integers(2, 10))):
            x, y = left + col * size, top + row * size
            brush.rectangle((x, y, x + 0.8 * size, y + 0.8 * size), fill=fill)


def _draw_corners(shape: tuple[int, int], rng: np.random.Generator) -> Float64:
    """Choose the corners (4, 2) of a sheet, clockwise from the upper left, as ``(col, row)``."""
    area, aspect = (float(np.exp(rng.uniform(*np.log(ends)))) for ends in ((0.05, 0.9), (0.28, 3.2)))
    height = float(np.sqrt(area * shape[0] * shape[1] / aspect))
    width = height * aspect
    if rng.random() < _INSIDE_FRAC:
        fit = min(1.0, 0.97 * shape[0] / height, 0.97 * shape[1] / width)
        height, width = fit * height, fit * width
    turn = np.deg2rad(rng.normal(0, 4) if rng.random() < 0.75 else rng.uniform(-30, 30))
    corners = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    corners += rng.uniform(-1, 1, (4, 2)) * min(height, width) * rng.choice([0, 0.05, 0.15])
    corners = corners @ _rotation(turn)
    free = np.maximum(np.array(shape[::-1]) - np.ptp(corners, axis=0), 0)
    return np.asarray(corners + np.array(shape[::-1]) / 2 + rng.uniform(-0.5, 0.5, 2) * free)


def _rotation(angle: float) -> Float64:
    return np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])


def _worn(sheet: Float32, rng: np.random.Generator) -> Float32:
    """Return a sheet with a wavy or torn edge."""
    size = rng.uniform(4, 20)
    edge = ndimage.gaussian_filter(sheet, 2) + 0.12 * rng.uniform(0.2, 1) * smooth_noise(
        sheet.shape, (size, size), rng
    )
    return np.asarray((edge > 0.5) & (sheet > 0.02), np.float32)


def _cast_shadow(sheet: Float32, rng: np.random.Generator) -> Float32:
    """Return the shadow of a sheet (H, W), 0 none .. 1."""
    down, right = (int(shift) for shift in rng.integers(-4, 7, 2))
    return np.roll(ndimage.gaussian_filter(sheet, rng.uniform(1, 8)), (down, right), (0, 1))


def _with_fingers(
    picture: Float32, sheet: Float32, corners: Float64, rng: np.random.Generator
) -> tuple[Float32, Float32]:
    """Lay fingers, clips or cups on the edge of a sheet."""
    image = Image.fromarray(np.rint(255 * np.clip(picture, 0, 1)).astype(np.uint8))
    left = Image.fromarray(np.rint(255 * sheet).astype(np.uint8))
    for _ in range(int(rng.integers(1, 4))):
        first, second = corners[rng.choice(4, 2, replace=False)]
        col, row = first + (second - first) * rng.random() + rng.normal(0, 6, 2)
        wide, high = rng.uniform(6, 40, 2)
        box = (col - wide, row - high, col + wide, row + high)
        level = rng.uniform(0.4, 1.1)
        fill = tuple(int(np.clip(255 * level * one + rng.uniform(-20, 20), 0, 255)) for one in _SKIN)
        ImageDraw.Draw(image).ellipse(box, fill=fill)
        ImageDraw.Draw(left).ellipse(box, fill=0)
    return np.asarray(np.asarray(image) / 255, np.float32), np.asarray(np.asarray(left) > 127, np.float32)
