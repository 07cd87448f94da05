"""Find the sheet of paper on a table: where it lies, and its four corners.

Wood, cloth and stone have marks that look like strokes, so what is outside of the sheet is not read. A small
picture in colour shows the sheet: of the parts that stand out, a network judges which one is it. Most sheets
also have corners: where the straight lines along their border meet.

The polygon is drawn by Pillow, which draws lines of any width, unlike scikit-image.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from ocr import ndimage
from ocr.image.resize import at_size
from ocr.numeric import ink_bounds, median
from ocr.page.ink.filters import resized_bilinear
from ocr.page.sheet.sheet_candidates import (
    Cells,
    between_black_bars,
    cells_of,
    channels_of,
    find_candidates,
    large_parts,
)
from ocr.page.sheet.sheet_corners import find_corners, outermost, snapped
from ocr.page.sheet.sheet_judge import sheet_probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import ColourBytes, Float32, Float64, GrayBytes, Mask

# No sheet is looked for on a picture with fewer cells along its shorter side.
_FEWEST_CELLS = 10
# A part is a sheet if that is at least so likely.
_LIKELY = 0.5
# The border of a sheet is followed on a grid finer by this factor; its edge is left out so many cells wide.
_FINER, _EDGE_CELLS = 2, 2
# ... and where it reaches the border of the picture, so many cells along that.
_ACUTE_CELLS = 8
# What is outside of it is seen in a ring of so many coarse cells.
_RING_CELLS = 3
# A sheet keeps so much of its area when its border is followed.
_KEPT_FRAC = 0.5
# So many parts in the shadow are looked for, that have at least this share of the picture. Colours on both
# sides of an edge are seen so many cells wide.
_SHADOWS, _LEAST_SHADOW_FRAC, _SIDE_CELLS = 3, 0.005, 3
# What is inside and outside of its border nearby is seen so many cells around, if that share of them is.
_NEAR_CELLS, _LEAST_NEAR = 14, 0.01
# Differences in hue are smaller than those in lightness, and say more.
_HUE_WEIGHT = 2.0
# A region that covers so much of the convex region around it is all of that.
_WHOLE_FRAC = 0.8
# The edge of a sheet with corners is left out so many pixels wide, of a picture of a thousand.
_EDGE_PX = 14


class Sheet(NamedTuple):
    """A sheet in a picture.

    Attributes
    ----------
    region : (h, w) bool array
        Where it is without its edge, on a grid of cells.
    corners : (4, 2) float64 array or None
        ``(col, row)`` as shares of the width and height of the picture, clockwise; None where its border is
        not four straight lines.
    """

    region: Mask
    corners: Float64 | None

    def corners_in(self, gray: GrayBytes) -> Float64 | None:
        """Return the corners in pixels of a picture (H, W), if it has any."""
        return None if self.corners is None else snapped(self.corners * gray.shape[::-1], gray)

    def mask(self, shape: tuple[int, int], corners: Float64 | None) -> Mask:
        """Return its mask (H, W): by its corners in pixels, if it has any, for they show its edge best."""
        return at_size(self.region, shape) if corners is None else sheet_mask(corners, shape)


def find_sheet(colours: ColourBytes) -> Sheet | None:
    """Find the sheet in a picture.

    Parameters
    ----------
    colours : (H, W, 3) uint8 array
        See :meth:`ocr.image.picture.Picture.colours`.

    Returns
    -------
    Sheet or None
        None where all may be paper.
    """
    cells = cells_of(colours)
    shape, (rows, cols) = cells.bright.shape, between_black_bars(cells)
    found = _find_sheet(Cells(*(each[rows, cols] for each in cells)))
    return _photo(rows, cols, shape) if found is None else _between(found, rows, cols, shape)


def find_photo(colours: ColourBytes) -> Sheet | None:
    """Find the photo between black bars, which screenshots and slides have beside it.

    Parameters
    ----------
    colours : (H, W, 3) uint8 array
        See :meth:`ocr.image.picture.Picture.colours`.

    Returns
    -------
    Sheet or None
        None where there are no bars.
    """
    cells = cells_of(colours)
    return _photo(*between_black_bars(cells), cells.bright.shape)


def _photo(rows: slice, cols: slice, shape: tuple[int, ...]) -> Sheet | None:
    """Return some rows and columns of a picture of cells (r, c) as a sheet; None if these are all of it."""
    photo = _repeated(np.ones(shape, dtype=bool)[rows, cols])
    if photo.size == _FINER**2 * math.prod(shape):
        return None
    found = _between(Sheet(photo, None), rows, cols, shape)
    # Some of a bar may be in the cells next to it.
    return Sheet(ndimage.binary_erosion(found.region, border_value=1), None)


def _between(sheet: Sheet, rows: slice, cols: slice, shape: tuple[int, ...]) -> Sheet:
    """Return a sheet in some rows and columns as one in all cells of a picture (r, c)."""
    region = np.zeros(tuple(_FINER * side for side in shape), dtype=bool)
    top, left = rows.start or 0, cols.start or 0
    height, width = sheet.region.shape
    region[_FINER * top : _FINER * top + height, _FINER * left : _FINER * left + width] = sheet.region
    if sheet.corners is None:
        return Sheet(region, None)
    corners = sheet.corners * (width / _FINER, height / _FINER) + (left, top)
    return Sheet(region, corners / shape[::-1])


def _find_sheet(cells: Cells) -> Sheet | None:
    """Find the sheet in a picture without bars beside it."""
    if min(cells.bright.shape) < _FEWEST_CELLS:
        return None
    channels = channels_of(cells)
    candidates = find_candidates(channels)
    likely = sheet_probabilities(cells, candidates)
    if not (likely > _LIKELY).any():
        return None
    best = candidates[int(likely.argmax())]
    # Where paper and table share a cell its mean says how much of it is paper.
    exact = (cells.lightness, -cells.lightness, *channels[2:])[best.channel]
    region = _finer(exact, best.region)
    region = _with_shadowed(cells, region, _repeated(best.region))
    if region.mean() < _KEPT_FRAC * best.region.mean():
        # It has no clear border.
        return None
    corners = find_corners(region)
    if corners is None:
        region = _without_acute_parts(_at_local_edge(cells, region))
        hull = _hull(region)
        if region.sum() > _WHOLE_FRAC * hull.sum():
            # What a shadow or a finger hides is part of the sheet.
            region, corners = hull, find_corners(hull)
    inner = ndimage.binary_erosion(region, iterations=_EDGE_CELLS, border_value=1)
    if not inner.any():
        return None
    shares = None if corners is None else corners / (region.shape[1], region.shape[0])
    return Sheet(inner, shares)


def _finer(channel: Float32, region: Mask) -> Mask:
    """Return a region on a finer grid: where its channel is nearer to what it is inside than to outside."""
    grown = ndimage.binary_dilation(region)
    ring = ndimage.binary_dilation(grown, iterations=_RING_CELLS) & ~grown
    threshold = (median(channel[region]) + median(channel[ring])) / 2 if ring.any() else -np.inf
    above = _fine(channel) > threshold
    return next(iter(large_parts(above & _repeated(grown), most=1)), np.zeros_like(above))


def _with_shadowed(cells: Cells, region: Mask, wider: Mask) -> Mask:
    """Add those parts of a wider region to one on the finer grid that are sheet in the shadow, not table.

    The edge of a shadow is soft: at the edge of the sheet colours differ more.
    """
    colours = _colours(cells)
    for part in large_parts(wider & ~region, most=_SHADOWS, least_cells=_LEAST_SHADOW_FRAC * region.size):
        if _step(colours, part, ~wider) > _step(colours, part, region):
            region = region | part
    return next(iter(large_parts(region, most=1)), region)


def _step(colours: Sequence[Float32], first: Mask, second: Mask) -> float:
    """Return how far colours of two regions on the finer grid differ where they are near each other.

    Cells next to the border belong to both.
    """
    sides = []
    for one, other in ((first, second), (second, first)):
        next_to = ndimage.binary_dilation(other)
        sides.append(one & ndimage.binary_dilation(next_to, iterations=_SIDE_CELLS) & ~next_to)
    if not (sides[0].any() and sides[1].any()):
        return 0.0
    return math.hypot(*(float(colour[sides[0]].mean() - colour[sides[1]].mean()) for colour in colours))


def _colours(cells: Cells) -> list[Float32]:
    """Return lightness and hues on the finer grid."""
    return [
        _fine(each)
        for each in (cells.lightness, _HUE_WEIGHT * cells.red_green, _HUE_WEIGHT * cells.blue_yellow)
    ]


def _at_local_edge(cells: Cells, region: Mask) -> Mask:
    """Move the edge of a region on the finer grid to where its colours change nearby.

    One part of a sheet may lie in the shadow, and the table may have several colours.
    """
    inner = ndimage.binary_erosion(region, iterations=_EDGE_CELLS)
    grown = ndimage.binary_dilation(region, iterations=_EDGE_CELLS)
    outer = ~ndimage.binary_dilation(grown, iterations=_EDGE_CELLS)
    sizes = [_near(one.astype(np.float32)) for one in (inner, outer)]
    to_inner, to_outer = (
        _distances(cells, part, size) for part, size in zip((inner, outer), sizes, strict=True)
    )
    is_inside = np.where(np.minimum(*sizes) > _LEAST_NEAR, to_inner < to_outer, region)
    inside = (is_inside & grown) | inner
    return next(iter(large_parts(inside, most=1)), np.zeros_like(inside))


def _distances(cells: Cells, part: Mask, size: Float32) -> Float32:
    """Return how far colours on the finer grid are from the mean of a part, of some size, nearby."""
    shares = np.maximum(size, np.float32(_LEAST_NEAR))
    steps = [colour - np.asarray(_near(colour * part) / shares) for colour in _colours(cells)]
    return np.asarray(np.hypot(np.hypot(*steps[:2]), steps[2]))


def _near(values: Float32) -> Float32:
    """Return the means of values on the finer grid nearby."""
    return ndimage.uniform_filter(values, 2 * _NEAR_CELLS + 1)


def _fine(values: Float32) -> Float32:
    """Return values (r, c) on the finer grid."""
    return resized_bilinear(values, (_FINER * values.shape[0], _FINER * values.shape[1]))


def _repeated(mask: Mask) -> Mask:
    """Return a mask (r, c) on the finer grid."""
    return mask.repeat(_FINER, axis=0).repeat(_FINER, axis=1)


def _without_acute_parts(region: Mask) -> Mask:
    """Return a region without its acute parts along the border of the picture: table shares their cells."""
    blunt = region.copy()
    for each in (blunt, blunt[::-1], blunt.T, blunt.T[::-1]):
        strip = each[:_EDGE_CELLS]
        strip[:] = ndimage.minimum_filter1d(strip, 2 * _ACUTE_CELLS + 1, axis=1, mode="nearest")
    return blunt


def _hull(region: Mask) -> Mask:
    """Return the convex region around a region, by its outermost points in many directions."""
    rows, cols = np.nonzero(region)
    points = outermost(np.column_stack([cols, rows]).astype(np.float64))
    return _polygon(points, region.shape) if len(points) > 2 else region


def without_table(gray: GrayBytes, sheet: Mask) -> GrayBytes:
    """Return the box around a sheet (H, W) in a picture, with even paper where the table is."""
    rows, cols = ink_bounds(sheet) or (slice(None), slice(None))
    return np.where(sheet[rows, cols], gray[rows, cols], np.uint8(median(gray[sheet])))


def sheet_mask(corners: Float64, shape: tuple[int, ...]) -> Mask:
    """Return the mask (H, W) of a sheet with corners (4, 2) in pixels, without its edge and its shadow."""
    return _polygon(corners, shape, edge_px=_EDGE_PX)


def _polygon(corners: Float64, shape: tuple[int, ...], *, edge_px: int = 0) -> Mask:
    """Draw a polygon (N, 2) as a mask (H, W), without so many pixels along its edge."""
    # Late: few pictures show a sheet on a table.
    from PIL import ImageDraw

    picture = Image.new("1", (shape[1], shape[0]))
    points = [(float(col), float(row)) for col, row in corners]
    drawing = ImageDraw.Draw(picture)
    drawing.polygon(points, fill=1)
    if edge_px:
        drawing.line([*points, points[0], points[1]], fill=0, width=2 * edge_px, joint="curve")
    return np.array(picture)
