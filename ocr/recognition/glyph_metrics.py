"""Where characters stand on a line: top, bottom and width, in heights of a capital.

The crop makes a c as large as a C and a comma as large as a 1; only their place on the line tells them apart.
The shipped statistics are means and spreads over handwriting fonts and the built-in strokes
(``python -m ocr.training.build_glyph_metrics``); people are less even than fonts, so their own spread is
added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import log_softmax, logsumexp

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, Mask


# Spread of people's top, bottom and width around a font's, in heights of a capital.
_HAND_SPREAD = np.array([0.13, 0.12, 0.18])
# What is no character may stand anywhere.
_ANYWHERE = (np.array([0.6, 0.1, 0.6]), np.array([0.5, 0.4, 0.5]))
# Heights of a capital that a line is tried with, as multiples of the page's letter height. On a page of small
# letters the letter height is that of an x.
_SCALES = np.geomspace(0.65, 1.9, 16)
# Where the baseline is tried, in heights of a capital below the line through the letters' feet.
_SHIFTS = np.linspace(-0.25, 0.3, 12)
# A page is mostly written at one size: a line's scale is drawn towards the page's.
_SCALE_SPREAD = 0.35
# So many glyphs at once: their scores under all frames stay in the processor's cache.
_BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class GlyphMetrics:
    """Mean and spread (K, 3) of top and bottom above the baseline, and width, of each class."""

    mean: Float64
    spread: Float64

    def log_likelihood(self, places: Float64) -> Float32:
        """Logarithm of the density (..., K) of places (..., 3) under each class."""
        inverse = np.square(1 / self.spread)
        square, linear = -0.5 * inverse, self.mean * inverse
        constant = -0.5 * (np.square(self.mean) * inverse).sum(axis=1) - np.log(self.spread).sum(axis=1)
        powers = np.concatenate([np.square(places), places], axis=-1).astype(np.float32)
        result = powers.reshape(-1, 6) @ np.concatenate([square, linear], axis=1).T.astype(np.float32)
        result += constant.astype(np.float32)
        return np.asarray(result.reshape(*places.shape[:-1], len(self.mean)))


@dataclass(frozen=True, slots=True)
class Frame:
    """Baseline ``row = offset + slope * col`` and height of a capital of a line, in pixels."""

    offset: float
    slope: float
    capital_px: float

    def places(self, boxes: Float64) -> Float64:
        """Top, bottom and width (N, 3) of boxes (N, 4: top, left, bottom, right) relative to this frame."""
        baseline = self.offset + self.slope * (boxes[:, 1] + boxes[:, 3]) / 2
        return np.column_stack(
            [
                (baseline - boxes[:, 0]) / self.capital_px,
                (baseline - boxes[:, 2]) / self.capital_px,
                (boxes[:, 3] - boxes[:, 1]) / self.capital_px,
            ]
        )


def make_glyph_metrics(mean: Float64, spread: Float64, *, anywhere: Mask) -> GlyphMetrics:
    """Widen the spread of fonts (K, 3) by that of people; classes marked ``anywhere`` (K,) have no place."""
    wide = np.hypot(spread, _HAND_SPREAD)
    mean, wide = mean.copy(), wide.copy()
    mean[anywhere], wide[anywhere] = _ANYWHERE
    return GlyphMetrics(mean, wide)


@cache
def shipped_glyph_metrics(classes: tuple[str, ...]) -> GlyphMetrics:
    """Where each class stands on a line; classes without statistics, such as non-characters, anywhere."""
    with np.load(Path(__file__).parent / "data" / "glyph_metrics.npz", allow_pickle=False) as file:
        characters, mean, spread = (file[name] for name in ("signs", "mean", "spread"))
    index = {str(character): row for row, character in enumerate(characters)}
    known = np.array([character in index for character in classes])
    rows = [index.get(character, 0) for character in classes]
    return make_glyph_metrics(mean[rows], spread[rows], anywhere=~known)


@dataclass(frozen=True, slots=True, eq=False)
class LineMetricsSearch:
    """How well each frame of a line fits its letters: ``scores`` (S, H) by height of a capital and baseline.

    Attributes
    ----------
    capitals_px : (S,) array
        Heights of a capital.
    offsets : (S, H) array
        Where the baseline meets column 0, for each of them.
    slope : float
    scores : (S, H) array
        Log-likelihood of the places of the letters.
    """

    capitals_px: Float64
    offsets: Float64
    slope: float
    scores: Float64

    def best(self, capital_px: float | None = None) -> Frame:
        """Return the best frame, drawn towards the height of a capital on most of the page if known."""
        scores = self.scores
        if capital_px is not None:
            away = np.log(self.capitals_px / capital_px) / _SCALE_SPREAD
            scores = scores - 2 * np.square(away)[:, None]
        scale, shift = np.unravel_index(scores.argmax(), scores.shape)
        return Frame(float(self.offsets[scale, shift]), self.slope, float(self.capitals_px[scale]))


def search_line_metrics(
    boxes: Float64, probabilities: Float64, *, slope: float, text_height_px: float, placement: GlyphMetrics
) -> LineMetricsSearch:
    """Say of baselines and heights of a capital how likely they make what the letters probably are.

    The log-density of a place is a polynomial of second degree in it, so all places under all frames, for all
    classes, are one matrix product.

    Parameters
    ----------
    boxes : (N, 4) array
        Top, left, bottom, right of the glyphs of a line, in pixels; N at least 1.
    probabilities : (N, K) array
        Of each class, from the shape alone.
    slope : float
        Of the line, rows per column.
    text_height_px : float
        Letter height of the page.
    placement : GlyphMetrics

    Returns
    -------
    LineMetricsSearch
    """
    capitals_px = _SCALES * text_height_px
    feet = float(np.median(boxes[:, 2] - slope * (boxes[:, 1] + boxes[:, 3]) / 2))
    # Places under the frames whose baseline goes through the feet; the others lie so many capitals higher.
    level = np.stack([Frame(feet, slope, capital).places(boxes) for capital in capitals_px], axis=1)
    weights = np.log(np.maximum(probabilities, 1e-4)).astype(np.float32)
    fit = np.zeros((len(_SCALES), len(_SHIFTS)))
    for start in range(0, len(boxes), _BATCH):
        some = slice(start, start + _BATCH)
        places = np.repeat(level[some, :, None], len(_SHIFTS), axis=2)
        places[..., :2] += _SHIFTS[:, None]
        scores = placement.log_likelihood(places) + weights[some, None, None]
        fit += logsumexp(scores).sum(axis=0, dtype=np.float64)
    # The density is per pixel, not per capital: a large scale must not gain by squeezing all places.
    fit -= 3 * len(boxes) * np.log(capitals_px)[:, None]
    return LineMetricsSearch(capitals_px, feet + _SHIFTS * capitals_px[:, None], slope, fit)


def with_glyph_metrics(
    log_probabilities: Float64, places: Float64, placement: GlyphMetrics, *, weight: float
) -> Float64:
    """Update log-probabilities (N, K) of shapes by their places (N, 3), and normalise again.

    Shape and place are taken to be independent given the character; ``weight`` below 1 allows for their not
    being so.
    """
    scores = log_probabilities + weight * placement.log_likelihood(places)
    return log_softmax(scores)
