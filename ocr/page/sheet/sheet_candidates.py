"""Find parts of a picture that may be a sheet of paper: what stands out from its surroundings in some way.

A small picture in colour is enough. In each of its cells a few properties are measured: how bright it is, how
far from the colour along the border, how smooth. A property parts the picture at its thresholds [1]_, and the
large parts are candidates. Which of them is a sheet is for :mod:`ocr.page.sheet.sheet_judge`.

References
----------
.. [1] Liao, Chen, Chung, "A fast algorithm for multilevel thresholding", J. Information Science and
       Engineering 17 (2001).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.image.colours import COLOUR_CELL_PX
from ocr.numeric import otsu, quantile, two_thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import ColourBytes, Float32, Mask

# Spreads in a cell up to this, of 1, are the camera's.
_CAMERA_GRAIN = 0.01
# The brighter pixels of a cell are its paper: of nine the seventh.
_BRIGHT_RANK = -2
# Differences in hue are smaller than those in lightness, and say more.
_HUE_WEIGHT = 2.0
# Shares of the picture that a sheet covers; so many parts are tried for each threshold.
_LEAST_FRAC, _MOST_FRAC, _PARTS = 0.03, 0.97, 2
# What a narrow bridge connects is opened by a square of so many cells.
_BRIDGE_CELLS = 3

# Brighter pixels of a black cell are darker than this. Of a photo and along its edge fewer cells are black.
_BLACK, _BLACK_IN_PHOTO = 0.05, 0.2


class Cells(NamedTuple):
    """Properties of the cells of a picture, (r, c) each; colours are 0 .. 1."""

    lightness: Float32
    bright: Float32
    grain: Float32
    red_green: Float32
    blue_yellow: Float32

    @property
    def colour(self) -> Float32:
        """Brightness and hue (r, c, 3), so that distances are about as large as they look."""
        hues = (_HUE_WEIGHT * self.red_green, _HUE_WEIGHT * self.blue_yellow)
        return np.stack([self.bright, *hues], axis=-1)


class Candidate(NamedTuple):
    """A part of a picture.

    Attributes
    ----------
    channel : int
        Number of the property in which it stands out.
    separation : float
        Share of the variance of the property that is between both sides of the threshold, 0 .. 1.
    region : (r, c) bool array
        Connected, without holes.
    """

    channel: int
    separation: float
    region: Mask


def cells_of(colours: ColourBytes) -> Cells:
    """Measure the cells of a picture (H, W, 3) of red, green and blue."""
    rows, cols = (side // COLOUR_CELL_PX for side in colours.shape[:2])
    pixels = colours[: rows * COLOUR_CELL_PX, : cols * COLOUR_CELL_PX].astype(np.float32) / 255
    cells = (
        pixels.reshape(rows, COLOUR_CELL_PX, cols, COLOUR_CELL_PX, 3)
        .swapaxes(1, 2)
        .reshape(rows, cols, -1, 3)
    )
    light = (cells @ np.array([0.299, 0.587, 0.114])).astype(np.float32)
    red, green, blue = np.moveaxis(cells.mean(axis=2), -1, 0)
    return Cells(
        light.mean(axis=2),
        np.partition(light, _BRIGHT_RANK, axis=2)[:, :, _BRIGHT_RANK],
        np.asarray(np.maximum(light.std(axis=2) - _CAMERA_GRAIN, 0), np.float32),
        red - green,
        blue - (red + green) / 2,
    )


def between_black_bars(cells: Cells) -> tuple[slice, slice]:
    """Return the rows and columns of cells between the black bars that screenshots have beside a photo.

    A bar is black all along, and the photo is not: white strokes on black are no photo.
    """
    is_black = cells.bright < _BLACK
    rows, cols = _lit(is_black), _lit(is_black.T)
    photo = is_black[rows, cols]
    # A margin on all sides is that of a scan.
    has_margin = photo.shape[0] < is_black.shape[0] and photo.shape[1] < is_black.shape[1]
    if has_margin or not photo.size:
        return slice(None), slice(None)
    is_photo = max(photo.mean(), border_of(photo.astype(np.float32)).mean()) < _BLACK_IN_PHOTO
    return (rows, cols) if is_photo else (slice(None), slice(None))


def _lit(is_black: Mask) -> slice:
    """Return the rows of a mask (r, c) between those at both ends that are all black."""
    lit = np.flatnonzero(~is_black.all(axis=1))
    return slice(int(lit[0]), int(lit[-1]) + 1) if lit.size else slice(0, 0)


def channels_of(cells: Cells) -> tuple[Float32, ...]:
    """Return the properties (r, c) of cells that are high on a sheet.

    Bright; dark; unlike the border; like the middle; smooth; blue; red.
    """
    colour = cells.colour
    rows, cols = (slice(side // 3, 2 * side // 3 + 1) for side in colour.shape[:2])
    around = quantile(border_of(colour), 0.5, axis=0)
    middle = quantile(colour[rows, cols].reshape(-1, 3), 0.5, axis=0)
    unlike = np.linalg.norm(colour - around, axis=-1)
    like = -np.linalg.norm(colour - middle, axis=-1)
    return (cells.bright, -cells.bright, unlike, like, -cells.grain, cells.blue_yellow, cells.red_green)


def border_of(cells: Float32) -> Float32:
    """Return the values of an array (r, c, ...) along its border."""
    return np.concatenate([cells[0], cells[-1], cells[:, 0], cells[:, -1]])


def find_candidates(channels: Sequence[Float32]) -> list[Candidate]:
    """Return the parts of a picture that may be a sheet, by its channels."""
    found = []
    for number, each in enumerate(channels):
        # Lonely cells are writing.
        channel = ndimage.median_filter(each, 3)
        if np.ptp(channel) < 1e-6:
            continue
        for threshold in dict.fromkeys((*two_thresholds(channel), otsu(channel))):
            above = channel > threshold
            separation = _separation(channel, above)
            found += [Candidate(number, separation, part) for part in _parts_like_sheets(above)]
    return found


def _separation(channel: Float32, above: Mask) -> float:
    """Return the share of the variance that lies between both sides of a threshold."""
    share = float(above.mean())
    if not 0 < share < 1:
        return 0.0
    distance = float(channel[above].mean() - channel[~above].mean())
    return share * (1 - share) * distance**2 / (float(channel.var()) + 1e-9)


def _parts_like_sheets(above: Mask) -> list[Mask]:
    """Return the largest parts that cover as much of the picture as a sheet may."""
    parts = large_parts(above, most=_PARTS, least_cells=_LEAST_FRAC * above.size / 2)
    return [part for part in parts if _LEAST_FRAC < part.mean() < _MOST_FRAC]


def large_parts(above: Mask, *, most: int, least_cells: float = 0) -> list[Mask]:
    """Return the largest connected parts, without what a narrow bridge connects to them, holes filled.

    Parameters
    ----------
    above : (r, c) bool array
    most : int
        So many at most, the largest first.
    least_cells : float
        Each has more cells than this before its holes are filled.
    """
    labels, count = ndimage.label(ndimage.binary_opening(above, np.ones((_BRIDGE_CELLS,) * 2, bool)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    largest = np.argsort(-sizes, kind="stable")[:most]
    return [
        ndimage.binary_fill_holes(labels == number + 1) for number in largest if sizes[number] > least_cells
    ]
