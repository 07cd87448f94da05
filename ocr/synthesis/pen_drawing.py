"""Draw the strokes of a pen on clean paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, GrayBytes

# Drawn this many times larger, then averaged.
_SUPERSAMPLE = 3


def draw_strokes(strokes: Sequence[Float32], *, pen_px: float, margin_px: int) -> GrayBytes:
    """Draw strokes with a round pen.

    Parameters
    ----------
    strokes : sequence of (n, 2) arrays
        x and y of their points in pixels, y downwards; at least one point in all.
    pen_px : float
        Width of the pen.
    margin_px : int
        Paper around the ink.

    Returns
    -------
    (H, W) uint8 array
        Ink 0, paper 255.
    """
    points = np.concatenate(strokes)
    origin = points.min(axis=0) - margin_px
    width, height = np.ceil(points.max(axis=0) + margin_px - origin).astype(int)
    sheet = Image.new("L", (int(width) * _SUPERSAMPLE, int(height) * _SUPERSAMPLE), 255)
    drawing = ImageDraw.Draw(sheet)
    radius = pen_px * _SUPERSAMPLE / 2
    for stroke in strokes:
        track = [(float(x), float(y)) for x, y in (stroke - origin) * _SUPERSAMPLE]
        if len(track) > 1:
            drawing.line(track, fill=0, width=max(1, round(2 * radius)), joint="curve")
        for x, y in (track[0], track[-1]):
            drawing.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return np.asarray(sheet.resize((int(width), int(height)), Image.Resampling.LANCZOS))
