"""Sharpen what is out of focus: measure how wide the edges of strokes are, and undo a blur of that width.

The darkness across a blurred edge rises most by ``height / (deviation · sqrt(2 π))`` a pixel; strokes closer
together than their edges are wide run into one another. A Wiener filter takes the blur off as far as the
grain of the paper allows [1]_.

References
----------
.. [1] Gonzalez, Woods, "Digital image processing", 2018, section 5.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ocr.array_types import Float32
    from ocr.page.binarization import Ink


# Edges are looked at along every so many rows; the sharper part of them counts: a row may cross slantwise.
_ROW_STEP, _SHARP_QUANTILE = 8, 0.75
# Below this many edges nothing is known.
_FEWEST = 40
# Edges wider than this share of a letter are out of focus: the gap between two strokes is about a quarter.
_WIDE_LETTERS = 0.055
# What is so many times as weak as the grain of bare paper is lost, and limits to it: on own blurred pages
# with the noise of good light and of dusk, and with JPEG's.
_LOST, _LEAST_NOISE, _MOST_NOISE = 3.0, 0.0005, 0.05
# What is weaker than this is bare paper. Its grain is what changes over so many pixels: light and the skirts
# of strokes change less; half of the differences of Gaussian grain are below so many deviations.
_BARE, _APART_PX, _HALF_DEVIATIONS = 0.15, 3, 0.6745 * 2**0.5
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


def deblurred(darkness: Float32, ink: Ink, *, text_height_px: float) -> Float32 | None:
    """Sharpen a picture that is out of focus, or return None for one that is not."""
    width = edge_width(darkness, ink)
    if width < _WIDE_LETTERS * text_height_px:
        return None
    return _deblurred(darkness, width, _noise(darkness, ink))


def _noise(darkness: Float32, ink: Ink) -> float:
    """Power of the paper's grain beside that of the ink, as far as it limits what can be undone."""
    dark, strength = darkness[::_ROW_STEP], ink.strength[::_ROW_STEP]
    bare = strength[:, _APART_PX:] < _BARE
    pen = dark[strength > 0.5]
    if not bare.any() or not pen.size:
        return _MOST_NOISE
    changes = np.abs(dark[:, _APART_PX:] - dark[:, :-_APART_PX])[bare]
    grain = float(np.median(changes)) / _HALF_DEVIATIONS / max(float(np.median(pen)), 1e-3)
    return float(np.clip((_LOST * grain) ** 2, _LEAST_NOISE, _MOST_NOISE))


def _deblurred(darkness: Float32, deviation_px: float, noise: float) -> Float32:
    """Undo a Gaussian blur with a Wiener filter, ``G / (G² + noise)`` for each frequency."""
    # Late: most pictures are in focus.
    from scipy import fft

    height, width = darkness.shape
    margin = round(3 * deviation_px)
    # A picture that begins anew at its edge would ring there.
    padded = np.pad(darkness, margin, mode="reflect")
    shape = [fft.next_fast_len(side, real=True) for side in padded.shape]
    rows, cols = fft.fftfreq(shape[0])[:, None], fft.rfftfreq(shape[1])
    blur = np.exp(-2 * (np.pi * deviation_px) ** 2 * (rows**2 + cols**2)).astype(np.float32)
    spectrum = fft.rfft2(padded, shape) * (blur / (blur**2 + np.float32(noise)))
    found = fft.irfft2(spectrum, shape)[margin : margin + height, margin : margin + width]
    return np.asarray(np.maximum(found, np.float32(0)), np.float32)
