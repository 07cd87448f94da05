"""Lay a picture on a larger sheet of the paper, or board, that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr import ndimage
from ocr.numeric import median

if TYPE_CHECKING:
    from ocr.array_types import Float64, GrayBytes, Int64


# The brightness of the border is a running median of about so many samples.
_SAMPLES = 512
# A window of the median is so many times as long as the shorter side: of a square, all of the border. Ink
# that is cut off by the edge of the picture covers less than half of it.
_WINDOW_SIDES = 4
# Most of a picture is paper: its brightness is the median of every third pixel, and the contrast of the
# picture lies between these quantiles.
_PAPER_STEP, _DARK = 3, 0.02
# Standard deviation of Gaussian grain, in medians of its distance from the mean.
_DEVIATIONS = 1.4826


def with_paper_around(gray: GrayBytes, margin_px: int) -> GrayBytes:
    """Return a picture with a margin that goes on with the brightness of its border.

    The brightness is a median along the border, so that ink which touches it is not drawn out, and follows
    the light on the paper. The margin has the grain of the border, lest the picture looks like ink on it.

    Parameters
    ----------
    gray : (H, W) uint8 array
    margin_px : int
        1 or more.

    Returns
    -------
    (H + 2 margin_px, W + 2 margin_px) uint8 array
    """
    height, width = gray.shape
    rows, cols = _border_places(height, width)
    smooth = _smooth(gray[rows, cols], window=_WINDOW_SIDES * min(gray.shape))
    # A printed line along the edge is longer than any window. It is no paper: too unlike most of the picture.
    sample = gray[::_PAPER_STEP, ::_PAPER_STEP]
    darkest, paper, brightest = np.quantile(sample, (_DARK, 0.5, 1 - _DARK))
    smooth = np.where(np.abs(smooth - paper) > (brightest - darkest) / 2, paper, smooth)
    ground = np.zeros(gray.shape, np.float32)
    ground[rows, cols] = smooth
    padded = np.pad(ground, margin_px, mode="edge")
    grain = _DEVIATIONS * median(np.abs(gray[rows, cols] - smooth))
    if grain:
        padded += np.random.default_rng(0).normal(0, grain, padded.shape).astype(np.float32)
    wide = np.rint(padded).clip(0, 255).astype(np.uint8)
    wide[margin_px:-margin_px, margin_px:-margin_px] = gray
    return wide


def _border_places(height: int, width: int) -> tuple[Int64, Int64]:
    """Return rows and columns (n,) of the border, clockwise from the upper left corner."""
    across, down = np.arange(width), np.arange(height)
    rows = [np.zeros_like(across), down[1:], np.full_like(across, height - 1)[1:], down[1:-1][::-1]]
    cols = [across, np.full_like(down, width - 1)[1:], across[:-1][::-1], np.zeros_like(down)[1:-1]]
    return np.concatenate(rows), np.concatenate(cols)


def _smooth(around: GrayBytes, *, window: int) -> Float64:
    """Return the running median of values (n,) on a closed path, with a window of so many of them."""
    count = len(around)
    step = -(-count // _SAMPLES)
    at = np.arange(0, count, step)
    size = min(len(at), max(1, round(window / step)))
    medians = ndimage.median_filter(around[at].astype(np.float64), size=size, mode="wrap")
    return np.asarray(np.interp(np.arange(count), at, medians, period=count))
