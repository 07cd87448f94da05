"""The one crop: from the ink of a glyph to the 28 x 28 tile that the network sees, in training and reading.

EMNIST characters are centred by their box, fill 22 of 28 pixels (measured at half the ink's strength, median
over the training set) and have strokes about 2.9 px wide. Ink from a page, and EMNIST itself, goes through
the same two steps: :func:`crop` brings the box to that size and place, :func:`even_strokes` brings hairlines
and markers near that width. A crop that does not match the training look is the largest known loss in this
task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Float32 = NDArray[np.float32]

# Stored in each model: a model trained on tiles of one version must not read tiles of another.
TILE_VERSION = 1
TILE_PX = 28

# The longer side of the glyph's box in the tile: median of EMNIST's by-class training set.
_GLYPH_PX = 22
# The 20th and 90th percentile of stroke widths in the same set; strokes between them are left as they are.
_THINNEST_PX, _WIDEST_PX = 2.4, 4.0
# A stroke is darker than this share of full ink; half is where EMNIST's own blurred edges lie.
_HALF = 0.5
# Weaker than this is the foot of a blurred edge.
_TRACE = 0.05


def _box_of(ink: Float32) -> tuple[int, int, int, int]:
    """Half-open (top, left, bottom, right) of ink above half of its strongest pixel."""
    strong = ink > _HALF * float(ink.max(initial=0.0))
    rows, cols = np.flatnonzero(strong.any(axis=1)), np.flatnonzero(strong.any(axis=0))
    if rows.size == 0:
        return 0, 0, *ink.shape
    return int(rows[0]), int(cols[0]), int(rows[-1]) + 1, int(cols[-1]) + 1


def crop(ink: Float32) -> Float32:
    """Scale and centre the ink of one glyph, keeping its aspect ratio.

    Parameters
    ----------
    ink : (H, W) float32 array
        Strength of the ink, 1 pen, 0 paper; nothing but this glyph.

    Returns
    -------
    (28, 28) float32 array
        The longer side of the glyph's box is 22 px; the box is centred; the strongest pixel is 1 unless all
        is paper.
    """
    top, left, bottom, right = _box_of(ink)
    height, width = bottom - top, right - left
    side = max(height, width) * TILE_PX / _GLYPH_PX
    # Pillow samples inside the picture only, so the glyph is laid on paper with room for the tile's border
    # and for the filter, which reaches one tile pixel further. No more: a ruled line is a glyph of 5000 x 1.
    reach = side / TILE_PX + 2
    margin_rows, margin_cols = int((side - height) / 2 + reach), int((side - width) / 2 + reach)
    paper = np.zeros((height + 2 * margin_rows, width + 2 * margin_cols), dtype=np.float32)
    paper[margin_rows : margin_rows + height, margin_cols : margin_cols + width] = ink[top:bottom, left:right]
    corner_left, corner_top = margin_cols + (width - side) / 2, margin_rows + (height - side) / 2
    picture = Image.fromarray(paper).resize(
        (TILE_PX, TILE_PX),
        Image.Resampling.HAMMING,
        box=(corner_left, corner_top, corner_left + side, corner_top + side),
    )
    tile = np.maximum(np.asarray(picture, dtype=np.float32), 0)
    return np.minimum(tile / _full_ink(tile), 1)


def _full_ink(tile: Float32) -> np.float32:
    """Strength of full ink: that of the darkest tenth of the inked pixels, so that hairlines count."""
    inked = tile[tile > _TRACE]
    if inked.size == 0:
        return np.float32(1)
    rank = int(0.9 * (inked.size - 1))
    return np.float32(np.partition(inked, rank)[rank])


def stroke_widths(tiles: Float32) -> Float32:
    """Mean stroke width of each tile in px: twice the ink's area over the length of its outline.

    The length of the outline is the total variation of the tile, which holds for blurred edges too.

    Parameters
    ----------
    tiles : (N, 28, 28) float32 array

    Returns
    -------
    (N,) float32 array
        0 for an empty tile.
    """
    padded = np.pad(tiles, ((0, 0), (0, 1), (0, 1)))
    down = padded[:, 1:, :-1] - padded[:, :-1, :-1]
    across = padded[:, :-1, 1:] - padded[:, :-1, :-1]
    outline = np.sqrt(down * down + across * across).sum(axis=(1, 2))
    area = tiles.sum(axis=(1, 2))
    return np.asarray(2 * area / np.maximum(outline, np.float32(1e-6)), dtype=np.float32)


def change_strokes(tiles: Float32, change_px: Float32) -> Float32:
    """Grow or shrink the strokes of each tile.

    Parameters
    ----------
    tiles : (N, 28, 28) float32 array
    change_px : (N,) float32 array
        Growth on each side of a stroke in [-1, 1] px; negative values shrink.

    Returns
    -------
    (N, 28, 28) float32 array
        A blend of each tile with its grey dilation or erosion by one pixel.
    """
    padded = np.pad(tiles, ((0, 0), (1, 1), (1, 1)))
    neighbours = padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]
    grown, shrunk = tiles.copy(), tiles.copy()
    for neighbour in neighbours:
        np.maximum(grown, neighbour, out=grown)
        np.minimum(shrunk, neighbour, out=shrunk)
    target = np.where((change_px > 0)[:, None, None], grown, shrunk)
    target -= tiles
    target *= np.abs(change_px)[:, None, None]
    target += tiles
    return target


def even_strokes(tiles: Float32) -> Float32:
    """Bring strokes outside 2.4 .. 4.0 px towards that range, by at most 1 px on each side; (N, 28, 28)."""
    widths = stroke_widths(tiles)
    change = (np.clip(widths, _THINNEST_PX, _WIDEST_PX) - widths) / 2
    return change_strokes(tiles, np.clip(change, -1, 1))


def make_tiles(glyphs: Iterable[Float32]) -> Float32:
    """Crop glyphs (each (H, W) float32, strength of the ink) and even their strokes: (N, 28, 28) float32."""
    crops = [crop(ink) for ink in glyphs]
    if not crops:
        return np.empty((0, TILE_PX, TILE_PX), dtype=np.float32)
    return even_strokes(np.stack(crops))
