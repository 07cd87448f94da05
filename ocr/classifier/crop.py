"""Make the 28 x 28 crop of a glyph that the network sees, in training and in reading.

EMNIST characters are centred by their box, fill 24 of 28 pixels with their soft edges, and have strokes about
2.9 px wide. Ink from a page, and EMNIST itself, goes through the same two steps: :func:`crop_glyph` brings
the box to that size and position, :func:`even_strokes` brings hairlines and markers near that width. Crops
that do not look like those of training are the largest known loss in this task.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr.array_types import Float32


# Stored in each model: a model trained on crops of one version must not read crops of another.
CROP_VERSION = 2
CROP_PX = 28

# The longer side of the glyph's box in the crop, as EMNIST has it: NIST's pictures were blurred, cut out, and
# scaled to 28 px with a border of two.
_GLYPH_PX = 24
# The 1st and 99th percentile of stroke widths in the same set; strokes between them are left as they are,
# because a small letter, scaled up, has a thicker stroke: that is a hint of its case.
_THINNEST_PX, _WIDEST_PX = 1.7, 5.1
# The box holds all ink above this share of the strongest: EMNIST's boxes were cut at the foot of the blur.
_FOOT = 0.1
# Weaker than this is the foot of a blurred edge.
_TRACE = 0.05


def _extent(profile: Float32) -> tuple[float, float]:
    """Find where a profile of ink first and last crosses a tenth of its peak, between pixels, interpolated.

    A hard edge lies nearly at the pixel's side: ``[0, 1, 1, 0]`` gives (0.6, 3.4).
    """
    # Numbers of Python: an array of a few dozen takes longer for each question.
    values = profile.tolist()
    level = _FOOT * max(values, default=0.0)
    first = next((place for place, value in enumerate(values) if value > level), None)
    if first is None:
        return 0.0, float(len(values))
    last = next(place for place in range(len(values) - 1, -1, -1) if values[place] > level)
    before = values[first - 1] if first > 0 else 0.0
    after = values[last + 1] if last + 1 < len(values) else 0.0
    start = first - 0.5 + (level - before) / (values[first] - before)
    stop = last + 1.5 - (level - after) / (values[last] - after)
    return start, stop


def crop_glyph(ink: Float32) -> Float32:
    """Scale and centre the ink of one glyph, keeping its aspect ratio.

    Parameters
    ----------
    ink : (H, W) float32 array
        Strength of the ink, 1 pen, 0 paper; nothing but this glyph.

    Returns
    -------
    (28, 28) float32 array
        The longer side of the glyph's box is 24 px; the box is centred; the strongest pixel is 1 unless all
        is paper.
    """
    top, bottom = _extent(ink.max(axis=1, initial=0.0))
    left, right = _extent(ink.max(axis=0, initial=0.0))
    height, width = ink.shape
    side = max(bottom - top, right - left) * CROP_PX / _GLYPH_PX
    corner_top, corner_left = (top + bottom - side) / 2, (left + right - side) / 2
    # Pillow samples inside the picture only, so the glyph is laid on paper with room for the crop's border
    # and for the filter, which reaches one crop pixel further. No more: a ruled line is a glyph of 5000 x 1.
    reach = side / CROP_PX + 2
    above, before = (max(0, math.ceil(reach - corner)) for corner in (corner_top, corner_left))
    below = max(0, math.ceil(corner_top + side + reach - height))
    behind = max(0, math.ceil(corner_left + side + reach - width))
    paper = np.zeros((height + above + below, width + before + behind), dtype=np.float32)
    paper[above : above + height, before : before + width] = ink
    corner_top, corner_left = corner_top + above, corner_left + before
    picture = Image.fromarray(paper).resize(
        (CROP_PX, CROP_PX),
        Image.Resampling.HAMMING,
        box=(corner_left, corner_top, corner_left + side, corner_top + side),
    )
    crop = np.maximum(np.asarray(picture, dtype=np.float32), 0)
    return np.minimum(crop / _full_ink(crop), 1)


def _full_ink(crop: Float32) -> np.float32:
    """Return the strength of full ink: that of the darkest tenth of the inked pixels."""
    inked = crop[crop > _TRACE]
    if inked.size == 0:
        return np.float32(1)
    rank = int(0.9 * (inked.size - 1))
    return np.float32(np.partition(inked, rank)[rank])


def stroke_widths(crops: Float32) -> Float32:
    """Compute the mean stroke width of each crop in px: twice the ink's area over its outline.

    The length of the outline is the total variation of the crop, which holds for blurred edges too.

    Parameters
    ----------
    crops : (N, 28, 28) float32 array

    Returns
    -------
    (N,) float32 array
        0 for an empty crop.
    """
    padded = np.pad(crops, ((0, 0), (0, 1), (0, 1)))
    down = padded[:, 1:, :-1] - padded[:, :-1, :-1]
    across = padded[:, :-1, 1:] - padded[:, :-1, :-1]
    outline = np.sqrt(down * down + across * across).sum(axis=(1, 2))
    area = crops.sum(axis=(1, 2))
    return np.asarray(2 * area / np.maximum(outline, np.float32(1e-6)), dtype=np.float32)


def change_strokes(crops: Float32, change_px: Float32) -> Float32:
    """Return crops with grown or shrunk strokes.

    Parameters
    ----------
    crops : (N, 28, 28) float32 array
    change_px : (N,) float32 array
        Growth on each side of a stroke in [-1, 1] px; negative values shrink.

    Returns
    -------
    (N, 28, 28) float32 array
        A blend of each crop with its grey dilation or erosion by one pixel.
    """
    padded = np.pad(crops, ((0, 0), (1, 1), (1, 1)))
    neighbours = padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]
    grown, shrunk = crops.copy(), crops.copy()
    for neighbour in neighbours:
        np.maximum(grown, neighbour, out=grown)
        np.minimum(shrunk, neighbour, out=shrunk)
    target = np.where((change_px > 0)[:, None, None], grown, shrunk)
    target -= crops
    target *= np.abs(change_px)[:, None, None]
    target += crops
    return target


def even_strokes(crops: Float32) -> Float32:
    """Return crops (N, 28, 28) with strokes moved towards 1.7 .. 5.1 px, by at most 1 px on each side."""
    widths = stroke_widths(crops)
    change = (np.clip(widths, _THINNEST_PX, _WIDEST_PX) - widths) / 2
    return change_strokes(crops, np.clip(change, -1, 1))


def make_crops(glyphs: Iterable[Float32]) -> Float32:
    """Return the crops (N, 28, 28) of glyphs, each (H, W) strength of the ink, with even strokes."""
    crops = [crop_glyph(ink) for ink in glyphs]
    if not crops:
        return np.empty((0, CROP_PX, CROP_PX), dtype=np.float32)
    return even_strokes(np.stack(crops))
