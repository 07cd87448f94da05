"""Where signs stand on a line: how high they reach, how low, and how wide they are, in heights of a capital.

The crop makes a c as large as a C and a comma as large as a 1; only their place on the line tells them apart.
The shipped statistics are means and spreads over handwriting fonts and the built-in strokes
(``python -m ocr.placing``); people are less even than fonts, so their own spread is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]

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


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Mean and spread (K, 3) of top and bottom above the baseline, and width, of each class."""

    mean: Float
    spread: Float

    def log_likelihood(self, places: Float) -> Float:
        """Logarithm of the density (N, K) of places (N, 3) under each class."""
        distance = (places[:, None, :] - self.mean) / self.spread
        return np.asarray(-0.5 * np.square(distance).sum(axis=2) - np.log(self.spread).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Frame:
    """Baseline ``row = offset + slope * col`` and height of a capital of a line, in pixels."""

    offset: float
    slope: float
    capital_px: float

    def places(self, boxes: Float) -> Float:
        """Top, bottom and width (N, 3) of boxes (N, 4: top, left, bottom, right) relative to this frame."""
        baseline = self.offset + self.slope * (boxes[:, 1] + boxes[:, 3]) / 2
        return np.column_stack(
            [
                (baseline - boxes[:, 0]) / self.capital_px,
                (baseline - boxes[:, 2]) / self.capital_px,
                (boxes[:, 3] - boxes[:, 1]) / self.capital_px,
            ]
        )


def make_placement(mean: Float, spread: Float, *, anywhere: NDArray[np.bool_]) -> Placement:
    """Widen the spread of fonts (K, 3) by that of people; classes marked ``anywhere`` (K,) have no place."""
    wide = np.hypot(spread, _HAND_SPREAD)
    mean, wide = mean.copy(), wide.copy()
    mean[anywhere], wide[anywhere] = _ANYWHERE
    return Placement(mean, wide)


def fit_frame(
    boxes: Float,
    probabilities: Float,
    *,
    slope: float,
    letter_px: float,
    placement: Placement,
    capital_px: float | None = None,
) -> Frame:
    """Find the baseline and the height of a capital that make what the letters probably are most likely.

    Parameters
    ----------
    boxes : (N, 4) array
        Top, left, bottom, right of the glyphs of a line, in pixels.
    probabilities : (N, K) array
        Of each class, from the shape alone.
    slope : float
        Of the line, rows per column.
    letter_px : float
        Letter height of the page.
    placement : Placement
    capital_px : float, optional
        Height of a capital on most of the page, if known.

    Returns
    -------
    Frame
    """
    feet = float(np.median(boxes[:, 2] - slope * (boxes[:, 1] + boxes[:, 3]) / 2))
    weights = np.log(np.maximum(probabilities, 1e-4))
    best, best_score = Frame(feet, slope, letter_px), -np.inf
    for scale in _SCALES * letter_px:
        pull = 0.0 if capital_px is None else -0.5 * (np.log(scale / capital_px) / _SCALE_SPREAD) ** 2 * 4
        for shift in _SHIFTS:
            frame = Frame(feet + shift * scale, slope, float(scale))
            # The density is per pixel, not per capital: a large scale must not gain by squeezing all places.
            scores = weights + placement.log_likelihood(frame.places(boxes)) - 3 * np.log(scale)
            score = float(_log_sum(scores).sum()) + pull
            if score > best_score:
                best, best_score = frame, score
    return best


def _log_sum(scores: Float) -> Float:
    peak = scores.max(axis=1, keepdims=True)
    return np.asarray(peak[:, 0] + np.log(np.exp(scores - peak).sum(axis=1)))


def with_placement(log_probabilities: Float, places: Float, placement: Placement, *, weight: float) -> Float:
    """Update log-probabilities (N, K) of shapes by their places (N, 3), and normalise again.

    Shape and place are taken to be independent given the sign; ``weight`` below 1 allows for their not being
    so.
    """
    scores = log_probabilities + weight * placement.log_likelihood(places)
    return scores - _log_sum(scores)[:, None]
