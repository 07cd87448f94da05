"""Draw photographs of written pages and which of their pixels are writing, printed line or ground.

A page has layers: what is written, what is ruled or printed as lines, and the paper. They are put together
as light passes through ink, seen from some angle on some table, and photographed. Both layers of ink are
transformed in the same way, so the class of each pixel of the photograph is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from ocr.image.homography import corners_of, homography_from_points
from ocr.synthesis.sheet_drawing import SheetDrawing, layer
from ocr.synthesis.sheet_kinds import SHEET_KINDS, plain_sheet, ruled_sheet
from ocr.synthesis.tables import MATERIALS, table

if TYPE_CHECKING:
    from ocr.array_types import Float32, GrayBytes
    from ocr.synthesis.canvas_words import WordSource


@dataclass(frozen=True, slots=True, eq=False)
class AnnotatedPage:
    """A photographed page; all arrays (H, W).

    Attributes
    ----------
    gray : uint8 array
        The photograph, dark ink on bright paper.
    writing, lines : float32 array
        How much darker the photograph is for what is written, and for the lines, in [0, 1].
    text_height_px : float
        Height of capitals, in pixels, before the sheet was seen from an angle.
    """

    gray: GrayBytes
    writing: Float32
    lines: Float32
    text_height_px: float


def draw_annotated_page(
    source: WordSource,
    *,
    labels: WordSource | None = None,
    other_side: WordSource | None = None,
    rng: np.random.Generator,
) -> AnnotatedPage:
    """Draw and photograph a random page.

    Parameters
    ----------
    source : WordSource
        Who writes.
    labels : WordSource, optional
        Who prints the labels of forms; the writer if left out.
    other_side : WordSource, optional
        Who wrote on the other side, where it shows through.
    rng : numpy.random.Generator

    Returns
    -------
    AnnotatedPage
    """
    text_height_px = float(rng.uniform(30, 44))
    size = (rng.uniform(8, 24), rng.uniform(3, 15))
    page = SheetDrawing(size, text_height_px, source, labels, rng)
    shares = np.array(list(SHEET_KINDS.values()))
    layout = list(SHEET_KINDS)[int(rng.choice(len(shares), p=shares / shares.sum()))]
    layout(page)
    writing, lines = (layer(image) for image in (page.ink, page.rules))
    writing *= _grain(writing.shape, rng)
    paper = _paper(writing.shape, text_height_px, other_side, rng)
    return _photographed(writing, lines, paper, text_height_px, rng)


def _noise(shape: tuple[int, ...], sigma: float, rng: np.random.Generator) -> Float32:
    """Smooth noise (H, W) of standard deviation 1; what is coarse is drawn coarsely and enlarged."""
    step = max(1, int(sigma))
    small = tuple(side // step + 2 for side in shape)
    noise = ndimage.gaussian_filter(rng.standard_normal(small, np.float32), sigma / step, truncate=3)
    noise /= max(float(noise.std()), 1e-6)
    if step > 1:
        size = small[1] * step, small[0] * step
        noise = np.asarray(Image.fromarray(noise).resize(size, Image.Resampling.BILINEAR))
    return np.asarray(noise[: shape[0], : shape[1]])


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> Float32:
    """Share of the ink that stays on the paper: strokes of pencil and dry pens are uneven."""
    if rng.random() < 0.5:
        return np.ones(shape, np.float32)
    noise = _noise(shape, rng.uniform(0.5, 1.5), rng)
    return np.clip(1 - np.float32(rng.uniform(0, 0.5)) * np.abs(noise), 0.2, 1)


def _paper(
    shape: tuple[int, ...], text_height_px: float, other_side: WordSource | None, rng: np.random.Generator
) -> Float32:
    """Paper (H, W) around 1: grain, creases, and what shows through from the other side."""
    paper = np.ones(shape, np.float32)
    kind = rng.random(4)
    if kind[0] < 0.5:
        paper += np.float32(rng.uniform(0, 0.06)) * _noise(shape, rng.uniform(0.4, 4), rng)
    if other_side is not None and kind[1] < 0.2:
        back = SheetDrawing(
            (shape[1] / text_height_px, shape[0] / text_height_px), text_height_px, other_side, None, rng
        )
        (plain_sheet if rng.random() < 0.7 else ruled_sheet)(back)
        ink = np.maximum(layer(back.ink), layer(back.rules))[:, ::-1]
        ink = ndimage.gaussian_filter(ink, rng.uniform(0.5, 3))
        paper *= 1 - np.float32(rng.uniform(0.03, 0.3)) * _cut(ink, shape)
    if kind[2] < 0.15:
        _crease(paper, text_height_px, rng)
    if kind[3] < 0.1:
        _smudge(paper, text_height_px, rng)
    return paper


def _cut(values: Float32, shape: tuple[int, ...]) -> Float32:
    """Cut or pad an array to a shape."""
    rows, cols = (min(a, b) for a, b in zip(values.shape, shape, strict=True))
    cut = np.zeros(shape, np.float32)
    cut[:rows, :cols] = values[:rows, :cols]
    return cut


def _crease(paper: Float32, text_height_px: float, rng: np.random.Generator) -> None:
    """Fold the paper once or twice, in place: a thin dark or bright line with a shadow beside it."""
    for _ in range(int(rng.integers(1, 3))):
        rows, cols = np.mgrid[: paper.shape[0], : paper.shape[1]].astype(np.float32)
        angle = rng.normal(0, 0.1) + (np.pi / 2 if rng.random() < 0.5 else 0)
        distance = (rows - rng.uniform(0.1, 0.9) * paper.shape[0]) * np.cos(angle)
        distance = distance + (cols - rng.uniform(0.1, 0.9) * paper.shape[1]) * np.sin(angle)
        width = rng.uniform(0.02, 0.06) * text_height_px
        line = np.exp(-0.5 * (distance / width) ** 2) * rng.uniform(-0.1, 0.3)
        flank = np.exp(-np.abs(distance) / (rng.uniform(0.3, 2) * text_height_px)) * (distance > 0)
        paper -= (line + rng.uniform(0, 0.15) * flank).astype(np.float32)


def _smudge(paper: Float32, text_height_px: float, rng: np.random.Generator) -> None:
    """Soil the paper in places, in place."""
    noise = _noise(paper.shape, rng.uniform(0.05, 0.8) * text_height_px, rng)
    paper -= np.float32(rng.uniform(0.05, 0.3)) * np.clip(noise - rng.uniform(1.5, 2.8), 0, 1)


def _photographed(
    writing: Float32, lines: Float32, paper: Float32, text_height_px: float, rng: np.random.Generator
) -> AnnotatedPage:
    """See the layers from some angle, on some table, in some light, through some lens."""
    scanned = rng.random() < 0.35
    border = 0 if scanned or rng.random() < 0.55 else rng.uniform(0.3, 4) * text_height_px
    layers = [writing, lines, paper, np.ones_like(paper)]
    if not scanned or rng.random() < 0.3:
        layers = _seen(layers, border, text_height_px, rng, gentle=scanned)
    writing, lines, paper, sheet = layers
    gray = paper * (1 - lines) * (1 - writing)
    if not scanned and border:
        ground = _ground(gray.shape, text_height_px, rng)
        gray = sheet * gray + (1 - sheet) * ground
    if not scanned and rng.random() < 0.25:
        gray, sheet = _with_objects(gray, sheet, text_height_px, rng)
    gray = rng.uniform(0.65, 1.0) * gray
    shadow = writing * sheet, lines * sheet
    if not scanned:
        gray = gray * _light(gray.shape, text_height_px, rng)
    sigma = float(
        rng.choice([0, rng.uniform(0.3, 1.2), rng.uniform(1, 0.09 * text_height_px)], p=[0.3, 0.5, 0.2])
    )
    gray, written, ruled = (ndimage.gaussian_filter(one, sigma) if sigma else one for one in (gray, *shadow))
    photo = _sensed(gray.astype(np.float32), rng, scanned=scanned)
    return AnnotatedPage(photo, written.astype(np.float32), ruled.astype(np.float32), text_height_px)


def _seen(
    layers: list[Float32], border: float, text_height_px: float, rng: np.random.Generator, *, gentle: bool
) -> list[Float32]:
    """Turn and tilt all layers alike; around the sheet there is room for a table."""
    height, width = layers[0].shape
    shift = min(0.5 if gentle else 2.0, 0.12 * height / text_height_px) * text_height_px
    turn = np.deg2rad(rng.normal(0, 0.5 if gentle else 2.5))
    centre = np.array([width / 2, height / 2])
    corners = corners_of(height, width)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    seen = (corners - centre) @ spin.T + centre + rng.uniform(-shift, shift, (4, 2)) * 0.5 + border
    size = (round(width + 2 * border), round(height + 2 * border))
    coefficients = homography_from_points(seen, corners).ravel()[:8].tolist()
    fills = (0.0, 0.0, 1.0, 0.0 if border else 1.0)
    return [
        np.asarray(
            Image.fromarray(layer).transform(
                size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR, fillcolor=fill
            ),
            np.float32,
        )
        for layer, fill in zip(layers, fills, strict=True)
    ]


def _ground(shape: tuple[int, ...], text_height_px: float, rng: np.random.Generator) -> Float32:
    """Return the table (H, W) that the sheet lies on."""
    return table(
        (shape[0], shape[1]),
        material=str(rng.choice(MATERIALS)),
        level=float(rng.uniform(0.1, 0.85)),
        strength=float(rng.uniform(0.02, 0.25)),
        text_height_px=text_height_px,
        rng=rng,
    )


def _with_objects(
    gray: Float32, sheet: Float32, text_height_px: float, rng: np.random.Generator
) -> tuple[Float32, Float32]:
    """Lay dark things with sharp edges over the margin of a sheet: a hand, a phone, the frame of a board."""
    height, width = gray.shape
    outline = Image.new("L", (width, height))
    brush = ImageDraw.Draw(outline)
    if rng.random() < 0.3:
        inset = rng.uniform(0.05, 0.8, 4) * text_height_px
        brush.rectangle((0, 0, width, height), fill=255)
        brush.rectangle((inset[0], inset[1], width - inset[2], height - inset[3]), fill=0)
    else:
        side = int(rng.integers(4))
        along, deep = np.sort(rng.uniform(-0.1, 1.1, 2)), rng.uniform(0.05, 0.3, 6)
        places = np.linspace(along[0], along[1], 6)
        points = [(t, d) for t, d in zip(places, deep, strict=True)] + [(along[1], -0.1), (along[0], -0.1)]
        track = np.array(points) if side < 2 else np.array(points)[:, ::-1]
        track = 1 - track if side % 2 else track
        brush.polygon([(float(x * width), float(y * height)) for x, y in track], fill=255)
    cover = ndimage.gaussian_filter(np.asarray(outline, np.float32) / 255, 0.7)
    level = rng.uniform(0.05, 0.6) + rng.uniform(0, 0.05) * _noise(gray.shape, rng.uniform(1, 8), rng)
    return gray * (1 - cover) + cover * level, sheet * (cover < 0.5)


def _light(shape: tuple[int, ...], text_height_px: float, rng: np.random.Generator) -> Float32:
    """Return light (H, W) that falls off, with shadows of things held above the sheet."""
    rows, cols = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    slope = rng.normal(0, 0.12, 2)
    light = 1 + slope[0] * rows[:, None] + slope[1] * cols
    for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.4 else 0):
        outline = Image.new("L", (shape[1], shape[0]))
        points = rng.uniform(-0.3, 1.3, (int(rng.integers(3, 7)), 2)) * (shape[1], shape[0])
        ImageDraw.Draw(outline).polygon([tuple(point) for point in points], fill=255)
        sigma = rng.uniform(0.03, 1) * text_height_px
        step = max(1, int(sigma / 2))
        small = ndimage.gaussian_filter(np.asarray(outline.reduce(step), np.float32) / 255, sigma / step)
        edge = np.asarray(Image.fromarray(small).resize(outline.size, Image.Resampling.BILINEAR))
        light = light * (1 - rng.uniform(0.1, 0.55) * edge)
    return np.asarray(np.clip(light, 0.15, 1.3), np.float32)


def _sensed(gray: Float32, rng: np.random.Generator, *, scanned: bool) -> GrayBytes:
    """Lose resolution, add noise, and store the picture as a file does."""
    height, width = gray.shape
    if rng.random() < 0.35:
        factor = rng.uniform(0.3, 0.9)
        small = Image.fromarray(gray).resize(
            (max(8, round(width * factor)), max(8, round(height * factor))), Image.Resampling.BILINEAR
        )
        gray = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))
    if rng.random() < 0.7:
        noise = rng.standard_normal(gray.shape, np.float32)
        if rng.random() < 0.5:
            noise = ndimage.gaussian_filter(noise, rng.uniform(0.4, 1), truncate=2)
        gray = gray + np.float32(rng.uniform(0, 0.05)) * noise
    if scanned and rng.random() < 0.25:
        gray = (gray > rng.uniform(0.45, 0.8) * np.quantile(gray, 0.8)).astype(np.float32)
    stored = np.rint(np.clip(gray, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.5:
        buffer = BytesIO()
        Image.fromarray(stored).save(buffer, "JPEG", quality=int(rng.integers(25, 95)))
        stored = np.asarray(Image.open(buffer))
    return stored
