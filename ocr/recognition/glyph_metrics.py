"""Glyph metrics: top, bottom and width of each character on its line, in cap heights.

A crop shows a c as large as a C and a comma as large as a 1; only their size and height on the line tell them
apart. The shipped statistics are means and spreads over handwriting fonts and the built-in strokes
(``python -m ocr.training.build_glyph_metrics``). People are less even than fonts, so their own spread is
added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import log_softmax, logsumexp, median

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr.array_types import Float32, Float64, Mask


# Spread of people's top, bottom and width around those of a font, in cap heights.
_WRITER_SPREAD = np.array([0.13, 0.12, 0.18])
# Mean and spread of classes without statistics: what is not a character may stand anywhere.
_ANYWHERE = (np.array([0.6, 0.1, 0.6]), np.array([0.5, 0.4, 0.5]))
# Cap heights that are tried for a line, as multiples of the text height of the page. On a page of lower-case
# letters the text height is the x-height.
_SCALES = np.geomspace(0.65, 1.9, 16)
# Baselines that are tried, in cap heights below the median bottom of the glyphs.
_SHIFTS = np.linspace(-0.25, 0.3, 12)
# A page is mostly written at one size: the scale of a line is drawn towards that of the page.
_SCALE_SPREAD = 0.35
# Glyphs of a writer that the shipped mean of a class is worth, and how much narrower one writer is than all.
_PRIOR_GLYPHS, _NARROWER = 8.0, 0.0
# So many glyphs at once: their scores under all line metrics stay in the cache of the processor.
_BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class GlyphMetrics:
    """Mean and spread (K, 3) of top and bottom above the baseline, and of width, of each class."""

    mean: Float64
    spread: Float64

    def log_likelihood(self, extents: Float64) -> Float32:
        """Return the logarithm of the density (..., K) of extents (..., 3) under each class."""
        inverse = np.square(1 / self.spread)
        square, linear = -0.5 * inverse, self.mean * inverse
        constant = -0.5 * (np.square(self.mean) * inverse).sum(axis=1) - np.log(self.spread).sum(axis=1)
        powers = np.concatenate([np.square(extents), extents], axis=-1).astype(np.float32)
        result = powers.reshape(-1, 6) @ np.concatenate([square, linear], axis=1).T.astype(np.float32)
        result += constant.astype(np.float32)
        return np.asarray(result.reshape(*extents.shape[:-1], len(self.mean)))


def make_glyph_metrics(mean: Float64, spread: Float64, *, anywhere: Mask) -> GlyphMetrics:
    """Widen the spread of fonts (K, 3) by that of people; that of classes ``anywhere`` (K,) is very wide."""
    wide = np.hypot(spread, _WRITER_SPREAD)
    mean, wide = mean.copy(), wide.copy()
    mean[anywhere], wide[anywhere] = _ANYWHERE
    return GlyphMetrics(mean, wide)


@cache
def shipped_glyph_metrics(classes: tuple[str, ...]) -> GlyphMetrics:
    """Load the metrics of classes; those without statistics, such as non-characters, may stand anywhere."""
    with np.load(Path(__file__).parent / "data" / "glyph_metrics.npz", allow_pickle=False) as file:
        characters, mean, spread = (file[name] for name in ("signs", "mean", "spread"))
    index = {str(character): row for row, character in enumerate(characters)}
    known = np.array([character in index for character in classes])
    rows = [index.get(character, 0) for character in classes]
    return make_glyph_metrics(mean[rows], spread[rows], anywhere=~known)


def metrics_of_writer(
    metrics: GlyphMetrics, classes: tuple[str, ...], extents: Mapping[str, tuple[float, float, float, float]]
) -> GlyphMetrics:
    """Move the metrics of classes towards the means of one writer, and narrow their spreads.

    The means of the shipped metrics count as `_PRIOR_GLYPHS` glyphs of the writer.

    Parameters
    ----------
    metrics : GlyphMetrics
    classes : tuple of str
        Of the rows.
    extents : mapping of str to (float, float, float, float)
        Character -> number of its glyphs, and their mean top, bottom and width.
    """
    mean, spread = metrics.mean.copy(), metrics.spread.copy()
    for row, name in enumerate(classes):
        if name in extents:
            count, *own = extents[name]
            share = count / (count + _PRIOR_GLYPHS)
            mean[row] += share * (np.array(own) - mean[row])
            spread[row] *= 1 - _NARROWER * share
    return GlyphMetrics(mean, spread)


@dataclass(frozen=True, slots=True)
class LineMetrics:
    """Baseline ``row = offset + slope * col`` and cap height of a line, in pixels."""

    offset: float
    slope: float
    cap_height_px: float

    def extents(self, boxes: Float64) -> Float64:
        """Return top and bottom above the baseline, and width, in cap heights.

        Parameters
        ----------
        boxes : (N, 4) array
            Top, left, bottom and right, in pixels.

        Returns
        -------
        (N, 3) array
        """
        baseline = self.offset + self.slope * (boxes[:, 1] + boxes[:, 3]) / 2
        return np.column_stack(
            [
                (baseline - boxes[:, 0]) / self.cap_height_px,
                (baseline - boxes[:, 2]) / self.cap_height_px,
                (boxes[:, 3] - boxes[:, 1]) / self.cap_height_px,
            ]
        )


UNKNOWN_LINE_METRICS = LineMetrics(np.nan, np.nan, np.nan)
"""Of a line that is not measured yet; whatever is computed from it is not a number."""


@dataclass(frozen=True, slots=True, eq=False)
class LineMetricsSearch:
    """How well each of S cap heights and H baselines fits the glyphs of a line.

    Attributes
    ----------
    cap_heights_px : (S,) array
    offsets : (S, H) array
        Where each baseline meets column 0.
    slope : float
    scores : (S, H) array
        Log-likelihood of the extents of the glyphs.
    """

    cap_heights_px: Float64
    offsets: Float64
    slope: float
    scores: Float64

    def best(self, cap_height_px: float | None = None) -> LineMetrics:
        """Return the best line metrics, drawn towards the cap height of most of the page if it is known."""
        scores = self.scores
        if cap_height_px is not None:
            away = np.log(self.cap_heights_px / cap_height_px) / _SCALE_SPREAD
            scores = scores - 2 * np.square(away)[:, None]
        scale, shift = np.unravel_index(scores.argmax(), scores.shape)
        return LineMetrics(float(self.offsets[scale, shift]), self.slope, float(self.cap_heights_px[scale]))


def search_line_metrics(
    boxes: Float64, probabilities: Float64, *, slope: float, text_height_px: float, metrics: GlyphMetrics
) -> LineMetricsSearch:
    """Score baselines and cap heights of a line by the likelihood of its glyphs.

    The log-density of an extent is a polynomial of second degree in it, so all extents under all line
    metrics, for all classes, are one matrix product.

    Parameters
    ----------
    boxes : (N, 4) array
        Top, left, bottom, right of the glyphs of a line, in pixels; N at least 1.
    probabilities : (N, K) array
        Of each class, from the shape alone.
    slope : float
        Of the line, rows per column.
    text_height_px : float
        Of the page.
    metrics : GlyphMetrics

    Returns
    -------
    LineMetricsSearch
    """
    cap_heights_px = _SCALES * text_height_px
    feet = median(boxes[:, 2] - slope * (boxes[:, 1] + boxes[:, 3]) / 2)
    # Extents above the baseline through the feet, for each cap height; a lower baseline makes them larger.
    level = np.stack([LineMetrics(feet, slope, height).extents(boxes) for height in cap_heights_px], axis=1)
    weights = np.log(np.maximum(probabilities, 1e-4)).astype(np.float32)
    fit = np.zeros((len(_SCALES), len(_SHIFTS)))
    for start in range(0, len(boxes), _BATCH):
        some = slice(start, start + _BATCH)
        extents = np.repeat(level[some, :, None], len(_SHIFTS), axis=2)
        extents[..., :2] += _SHIFTS[:, None]
        scores = metrics.log_likelihood(extents) + weights[some, None, None]
        fit += logsumexp(scores).sum(axis=0, dtype=np.float64)
    # The density is per pixel, not per cap height: a large scale must not gain by making all extents small.
    fit -= 3 * len(boxes) * np.log(cap_heights_px)[:, None]
    return LineMetricsSearch(cap_heights_px, feet + _SHIFTS * cap_heights_px[:, None], slope, fit)


def with_glyph_metrics(
    log_probabilities: Float64, extents: Float64, metrics: GlyphMetrics, *, weight: float
) -> Float64:
    """Update log-probabilities (N, K) of shapes by the extents (N, 3) of the glyphs, and normalise again.

    Shape and extents are taken to be independent given the character; ``weight`` below 1 allows for their
    dependence.
    """
    return log_softmax(log_probabilities + weight * metrics.log_likelihood(extents))
