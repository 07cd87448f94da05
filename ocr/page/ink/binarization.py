"""Separate ink from paper on gray with a normalized background: the strength of the ink, and its pixels.

The thresholds of ``skimage.filters`` have one level for all pens of a page; here it follows the pen, and
hysteresis follows strokes across corners, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.ndimage.runs import connected_runs, row_runs
from ocr.numeric import median, quantile
from ocr.page.ink.components import pen_width_px
from ocr.page.ink.filters import block_max, resized_bilinear

if TYPE_CHECKING:
    from ocr.array_types import Float32, Int64, Mask


# Ink is at least this much darker than paper: fainter marks are grain, show-through and JPEG noise.
_FAINTEST = 0.055
# ... and this many standard deviations of the ground's grain.
_GRAIN_DEVIATIONS = 5.0
# Standard deviation of the blur that removes grain: a tenth to a third of a stroke.
_BLUR_HEIGHTS = 0.02
# Grain lifts the estimate of the paper by at most this much, as seen on about so many pixels.
_MOST_BIAS, _BIAS_SAMPLES = 0.1, 30_000
# The ground is judged in blocks of this size, on about this many samples a side.
_BLOCK_HEIGHTS, _BLOCK_SAMPLES = 2.0, 16
PAPER_QUANTILE = 0.1
"""At least this share of a picture of writing is paper, smoother than the table that it lies on."""

# How bright the brighter half of the ground is: a quantile and what it is for Gaussian grain, in deviations.
_BRIGHT_QUANTILE, _BRIGHT_DEVIATIONS = 0.2, 0.842
# A pen fainter than this share of the page's usual ink is another page that shows through.
_SHOW_THROUGH = 0.3
# A stroke is followed down to the lower level where it somewhere reaches the upper.
_FAINT_PART, _STRONG_PART = 0.38, 0.5
# In its middle it is followed further, as the bar of a small H may need: down to this share of the pen, but
# not below so many times the darkest grain of the paper.
_FAINTEST_PART, _FAINT_FLOORS = 0.24, 4.0
# In the middle of a stroke both sides this far away are weaker by this factor; between two strokes that
# nearly touch there is stronger ink, by this factor, on both sides.
_BESIDE_HEIGHTS, _WEAKER, _STRONGER = 0.1, 0.75, 1.8
# A pen thicker than the first is thinned to the second.
_THICK_PEN_HEIGHTS, _USUAL_PEN_HEIGHTS = 0.21, 0.15
# What is wider is no pen but a dark margin or table: 1.9 text heights and more on the sample pages. Eroding
# it would take ten times as long as everything else, and erase the writing beside it.
_WIDEST_PEN_HEIGHTS = 0.5


class Ink(NamedTuple):
    """``strength`` (H, W) float32 in [0, 1], 1 in the core of a stroke; ``mask`` (H, W) bool, True = pen."""

    strength: Float32
    mask: Mask


def denoised(flat: Float32, *, text_height_px: float) -> Float32:
    """Blur normalized gray (H, W) by a fraction of a stroke; return the darkness of the ink, 0 on paper.

    A paper estimate that follows the brightest grains is above the mean of the paper; the median of the page,
    which is mostly paper, shows by how much.
    """
    darkness = np.asarray(ndimage.gaussian_filter(1 - flat, _BLUR_HEIGHTS * text_height_px), dtype=np.float32)
    step = max(1, round((darkness.size / _BIAS_SAMPLES) ** 0.5))
    bias = median(darkness[::step, ::step])
    darkness -= np.float32(min(max(bias, 0.0), _MOST_BIAS))
    return darkness


def grain_floor(darkness: Float32, *, text_height_px: float, shape: tuple[int, ...] | None = None) -> Float32:
    """Return the darkness (H, W), or on a grid of another shape, above which a pixel is no bare ground.

    The ground is judged in blocks of two text heights: it is their median, since writing leaves more than
    half of the ground bare, and its grain is the spread of the brighter half, since ink only darkens. On
    paper both are nearly 0; wood, cloth and stone have a grain that is as strong as faint writing.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`denoised`.
    text_height_px : float
    shape : (int, int), optional
        Of the grid; that of the picture if left out.
    """
    step = max(1, round(_BLOCK_HEIGHTS * text_height_px) // _BLOCK_SAMPLES)
    sample = darkness[::step, ::step]
    rows, cols = (max(1, round(side / _BLOCK_SAMPLES)) for side in sample.shape)
    blocks = _blocks(sample, rows, cols)
    bright, middle = (quantile(blocks, share, axis=-1) for share in (_BRIGHT_QUANTILE, 0.5))
    level = ndimage.median_filter(middle, 3)
    grain = ndimage.median_filter((middle - bright) / _BRIGHT_DEVIATIONS, 3)
    floor = np.maximum(level + _GRAIN_DEVIATIONS * grain, _FAINTEST).astype(np.float32)
    return resized_bilinear(floor, shape or darkness.shape)


def _blocks(sample: Float32, rows: int, cols: int) -> Float32:
    """Split samples into rows x cols blocks (rows, cols, n), without the remainder."""
    high, wide = sample.shape[0] // rows, sample.shape[1] // cols
    cut = sample[: rows * high, : cols * wide].reshape(rows, high, cols, wide)
    return cut.swapaxes(1, 2).reshape(rows, cols, high * wide)


def _local_peak(darkness: Float32, text_height_px: float) -> Float32:
    """Return how dark the pen is around each pixel: the darkest cells within about a letter, smoothed."""
    cell = max(2, round(text_height_px / 6))
    peaks = block_max(darkness, cell, partly=True)
    around = ndimage.maximum_filter(peaks, size=9, mode="nearest")
    smooth = ndimage.uniform_filter(around, size=9, mode="nearest")
    return resized_bilinear(smooth, darkness.shape)


def find_ink(flat: Float32, *, text_height_px: float) -> Ink:
    """Find the ink on normalized gray (H, W), paper 1; see :func:`binarize`."""
    return binarize(denoised(flat, text_height_px=text_height_px), text_height_px=text_height_px)


def binarize(darkness: Float32, *, text_height_px: float, follow_faint: bool = True) -> Ink:
    """Find the ink: pixels at least about half as dark as the pen is around them.

    The edge of a blurred stroke is at half of the local peak, whatever the pen [1]_; the threshold has two
    levels, so that a stroke is followed where the pen was pressed less.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`denoised`.
    text_height_px : float
    follow_faint : bool
        Follow strokes where they are hardly darker than the grain of the paper, such as the bar of a small H.

    Returns
    -------
    Ink

    References
    ----------
    .. [1] Su, Lu, Tan, "Binarization of historical document images using the local maximum and minimum",
           DAS 2010.
    """
    floor = grain_floor(darkness, text_height_px=text_height_px)
    peak = _local_peak(darkness, text_height_px)
    inked = peak[darkness > floor]
    usual = np.float32(median(inked) if inked.size else 0.0)
    # In place: on a large page each of these arrays is a tenth of the memory that reading takes.
    np.maximum(peak, np.float32(_SHOW_THROUGH) * usual, out=peak)
    np.maximum(peak, floor / np.float32(_STRONG_PART), out=peak)
    strength: Float32 = darkness / peak
    np.clip(strength, np.float32(0), np.float32(1), out=strength)
    faint = strength > _FAINT_PART
    if follow_faint:
        weak = np.flatnonzero((strength > _FAINTEST_PART) & ~faint)
        lowest = np.float32(_FAINT_FLOORS) * floor.ravel()[weak] / peak.ravel()[weak]
        weak = weak[strength.ravel()[weak] > lowest]
        reach = max(1, round(_BESIDE_HEIGHTS * text_height_px))
        faint.ravel()[weak[_are_ridges(strength, weak, reach)]] = True
    return Ink(strength, _connected_to_strong(faint, strength))


def thinned(darkness: Float32, ink: Ink, *, text_height_px: float) -> Float32 | None:
    """Return darkness (H, W) with thinner strokes if the pen is very thick; None otherwise.

    Letters of a thick pen touch, and their openings close. Strokes lose the same width on all sides.
    """
    width_px = pen_width_px(ink.mask)
    if not _THICK_PEN_HEIGHTS <= width_px / text_height_px <= _WIDEST_PEN_HEIGHTS:
        return None
    radius = (width_px - _USUAL_PEN_HEIGHTS * text_height_px) / 2
    reach = int(radius)
    rows, cols = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(ndimage.grey_erosion(darkness, footprint=np.hypot(rows, cols) <= radius))


def _connected_to_strong(faint: Mask, strength: Float32) -> Mask:
    """Keep the ink that is connected to ink above half strength: also the faint end of a stroke."""
    runs = row_runs(faint)
    owners = connected_runs(runs)
    is_strong = np.zeros(len(owners), bool)
    is_strong[np.repeat(owners, runs.lengths)[strength.ravel()[runs.pixels()] > _STRONG_PART]] = True
    return runs.only(is_strong[owners]).mask()


def _are_ridges(strength: Float32, places: Int64, reach: int) -> Mask:
    """Return whether pixels (n,), by flat index, lie in the middle of a stroke, not at its edge or between.

    Across a stroke both sides are weaker; where two strokes nearly touch both sides along it are strong.
    """
    height, width = strength.shape
    rows, cols = np.divmod(places, width)
    own = strength.ravel()[places]

    def beside(down: int, right: int) -> Float32:
        there = np.clip(rows + reach * down, 0, height - 1), np.clip(cols + reach * right, 0, width - 1)
        return np.asarray(strength[there])

    found = np.zeros(places.size, dtype=bool)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        is_weaker = np.maximum(beside(down, right), beside(-down, -right)) < _WEAKER * own
        is_between = np.minimum(beside(right, -down), beside(-right, down)) > _STRONGER * own
        found |= is_weaker & ~is_between
    return found
