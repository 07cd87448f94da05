"""Sharpen a picture that is out of focus: measure how wide the edges of strokes are, and undo such a blur.

The darkness across a blurred edge rises most by ``height / (deviation · sqrt(2 π))`` a pixel; strokes closer
together than their edges are wide merge. The Wiener filter of scikit-image removes the blur as far as the
grain of the paper allows [1]_. Its ``unsupervised_wiener`` would estimate the noise too, in hundreds of
iterations; the grain of the bare paper shows it at once.

References
----------
.. [1] Gonzalez, Woods, "Digital image processing", 2018, section 5.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.image.resize import at_size
from ocr.numeric import median, quantile
from ocr.page.ink.filters import block_max

if TYPE_CHECKING:
    from ocr.array_types import Float32
    from ocr.page.ink.binarization import Ink


# Edges are measured along every so many rows; the sharper part of them counts: a row may cross one obliquely.
_ROW_STEP, _SHARP_QUANTILE = 8, 0.75
# Fewer edges are not enough to measure.
_FEWEST = 40
# Edges wider than this are out of focus: the gap between two strokes is about a quarter of a text height.
_WIDE_HEIGHTS = 0.055
# Those of small letters that were enlarged are wide because pixels are: up to 0.057 on pages at 72 dpi. From
# 0.07 on more drawn pages of small blurred letters are read better than worse; from 0.1 on none is worse.
_WIDE_SMALL_HEIGHTS = 0.1
# Wider than this, as a share of the text height, nothing is left of a stroke: what was measured are shadows.
_WIDEST_HEIGHTS = 0.5
# Frequencies weaker than so many times the grain of bare paper are lost. The noise is limited to the range of
# our own blurred pages in good light and at dusk, and with the artefacts of JPEG.
_LOST, _LEAST_NOISE, _MOST_NOISE = 3.0, 0.0005, 0.05
# Where strength is below this the paper is bare. Its grain is the change over so many pixels: light and the
# outer edges of strokes change less. Half of the differences of Gaussian grain are below so many deviations.
_BARE, _APART_PX, _HALF_DEVIATIONS = 0.15, 3, 0.6745 * 2**0.5
_ROOT = float(np.sqrt(2 * np.pi))


def edge_width(darkness: Float32, ink: Ink) -> float:
    """Measure the blur of the strokes' edges: its standard deviation in pixels, 0 if there are too few.

    The sharper direction counts: a shaken picture is blurred in one direction only, and this filter would not
    sharpen it.

    Parameters
    ----------
    darkness : (H, W) float32 array
        0 on paper.
    ink : Ink
        What was found there.
    """
    along = _width_along(darkness[::_ROW_STEP], ink.strength[::_ROW_STEP])
    across = _width_along(darkness[:, ::_ROW_STEP].T, ink.strength[:, ::_ROW_STEP].T)
    return min(along, across)


def _width_along(dark: Float32, strength: Float32) -> float:
    """Measure the edges that rows (N, W) cross."""
    inside = strength > 0.5
    edges = inside[:, 1:] != inside[:, :-1]
    if edges.sum() < _FEWEST:
        return 0.0
    rise = np.abs(dark[:, 1:] - dark[:, :-1])[edges]
    # Strength is darkness over the height of the edge; at the edge it is a half.
    middle = (strength[:, 1:] + strength[:, :-1])[edges] / 2
    height = ((dark[:, 1:] + dark[:, :-1])[edges] / 2) / np.maximum(middle, np.float32(0.1))
    steepest = float(quantile(rise / np.maximum(height, np.float32(1e-3)), _SHARP_QUANTILE))
    return 1 / (max(steepest, 1e-3) * _ROOT)


def deblurred(
    darkness: Float32, ink: Ink, *, text_height_px: float, is_enlarged: bool = False
) -> Float32 | None:
    """Sharpen the darkness (H, W) of a picture that is out of focus; return None for one in focus."""
    width = edge_width(darkness, ink)
    least = _WIDE_SMALL_HEIGHTS if is_enlarged else _WIDE_HEIGHTS
    if not least <= width / text_height_px <= _WIDEST_HEIGHTS:
        return None
    return _wiener(darkness, width, _noise(darkness, ink, text_height_px))


def _noise(darkness: Float32, ink: Ink, text_height_px: float) -> float:
    """Return the power of the paper's grain relative to that of the ink, clipped to the filter's range."""
    dark, strength = darkness[::_ROW_STEP], ink.strength[::_ROW_STEP]
    pen = dark[strength > 0.5]
    # In a shadow grain is stronger, and beside the sheet there is none: that among the writing counts.
    near = at_size(block_max(ink.mask, max(1, round(text_height_px)), partly=True), darkness.shape)
    bare = near[::_ROW_STEP] & (strength < _BARE)
    changes = np.abs(dark[:, _APART_PX:] - dark[:, :-_APART_PX])
    changes = changes[bare[:, _APART_PX:] & bare[:, :-_APART_PX]]
    if not changes.size or not pen.size:
        return _MOST_NOISE
    grain = median(changes) / _HALF_DEVIATIONS / max(median(pen), 1e-3)
    return float(np.clip((_LOST * grain) ** 2, _LEAST_NOISE, _MOST_NOISE))


def _wiener(darkness: Float32, deviation_px: float, noise: float) -> Float32:
    """Undo a Gaussian blur: multiply each frequency by ``G / (G² + noise)``."""
    # Late: most pictures are in focus.
    from skimage import restoration

    height, width = darkness.shape
    margin = round(3 * deviation_px)
    # A picture that repeats at its edge would ring there.
    padded = np.pad(darkness, margin, mode="reflect")
    away = np.arange(-round(4 * deviation_px), round(4 * deviation_px) + 1)
    profile = np.exp(-0.5 * (away / deviation_px) ** 2)
    blur = np.outer(profile, profile / profile.sum() ** 2).astype(np.float32)
    found = restoration.wiener(padded, blur, noise, reg=np.ones((1, 1), np.float32), clip=False)
    sharp = found[margin : margin + height, margin : margin + width]
    return np.asarray(sharp, np.float32)
