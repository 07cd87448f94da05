"""Sharpen what is out of focus: measure how wide the edges of strokes are, and take off some of their blur.

The darkness across a blurred edge rises most by ``height / (deviation · sqrt(2 π))`` a pixel; strokes closer
together than their edges are wide run into one another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.page.ink import Ink

    Float32 = NDArray[np.float32]

# Edges are looked at along every so many rows; the sharper part of them counts: a row may cross slantwise.
_ROW_STEP, _SHARP_QUANTILE = 8, 0.75
# Below this many edges nothing is known.
_FEWEST = 40
# Edges wider than this share of a letter are out of focus: the gap between two strokes is about a quarter.
_WIDE_LETTERS = 0.055
# How much of the difference from its blur is added to the picture.
_AMOUNT = 3.0
_ROOT = float(np.sqrt(2 * np.pi))


def edge_width(darkness: Float32, ink: Ink) -> float:
    """Measure the blur of the strokes' edges: its standard deviation in pixels, 0 where there are too few.

    That of the sharper direction: a shaken picture is wide in one only, and no sharper for an unsharp mask.

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
    steepest = float(np.quantile(rise / np.maximum(height, np.float32(1e-3)), _SHARP_QUANTILE))
    return 1 / (max(steepest, 1e-3) * _ROOT)


def sharpened(darkness: Float32, ink: Ink, *, letter_px: float) -> Float32 | None:
    """Sharpen a picture that is out of focus, or return None for one that is not."""
    width = edge_width(darkness, ink)
    if width < _WIDE_LETTERS * letter_px:
        return None
    blurred = ndimage.gaussian_filter(darkness, 1.5 * width)
    sharp = darkness + np.float32(_AMOUNT) * (darkness - blurred)
    return np.asarray(np.maximum(sharp, np.float32(0)))
