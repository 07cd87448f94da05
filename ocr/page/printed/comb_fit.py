"""Fit boxes of equal width to the sides between the level lines of a comb.

Strokes of letters look like sides, too. The boxes that are the most probable explain all that must be there:
each of their sides is seen, or it is missed, which is rare; a stroke stands where a side is only by chance.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.numeric import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.array_types import Float64, Int64, Mask

FEWEST_BOXES = 4
"""A comb has so many boxes at least."""
# Boxes are so wide, in heights of the box, and so many of their sides are seen.
_NARROWEST, _WIDEST, _SEEN_FRAC = 0.45, 1.5, 0.87
# A photo that was taken from the side makes boxes wider by this share at the right end than in the middle.
_WIDENINGS = (0.0, -0.05, 0.05, -0.1, 0.1, -0.15, 0.15)
# A side is at most so many times as wide as usual, and a pixel; a wider one is a letter and a side.
_WIDER = 1.4
# A side stands within this share of a box of where it must be.
_AWAY_FRAC = 0.1
# Boxes may be so far apart, in steps from one to the next. Then their sides must be closer to their places.
_GAPS, _AWAY_APART_FRAC = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35), 0.05
# Of the sides of a comb this share is not seen. Somewhere else a side is seen by chance, at most this often.
_MISSED, _MOST_BY_CHANCE = 0.04, 0.95


def equally_distant(is_side: Mask, high: float) -> Float64 | None:
    """Return the columns of the sides of a comb, or None where the sides are not equally far apart.

    Parameters
    ----------
    is_side : (L,) bool array
        The columns that are inked from one level line to the other: sides, and strokes of letters.
    high : float
        Of the boxes, in pixels.

    Returns
    -------
    (n,) float64 array or None
        In increasing order; two for each box if the boxes do not touch.
    """
    edges = np.diff(np.r_[False, is_side, False].astype(np.int8))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    if len(first) <= FEWEST_BOXES:
        return None
    fits = (fit for gap in _GAPS for fit in _fitted_boxes(first, last, high, gap=gap))
    best = max(fits, key=lambda fit: fit.evidence, default=None)
    return None if best is None else best.places


class _FittedBoxes(NamedTuple):
    """Boxes of equal width in a row: the columns of their sides, and how much speaks for them, in nats."""

    places: Float64
    evidence: float


def _fitted_boxes(first: Int64, last: Int64, high: float, *, gap: float) -> Iterator[_FittedBoxes]:
    """Fit boxes to the first and last columns (n,) of sides, ``gap`` steps apart, and yield all that fit."""
    middles, widths = (first + last) / 2, last - first + 1
    is_narrow = widths <= _WIDER * np.median(widths) + 1
    left, right = float(middles[0]), float(middles[-1])
    most, fewest = int((right - left) / (_NARROWEST * high)), (right - left) / (_WIDEST * high)
    # More boxes have more sides than are seen.
    most = min(most, int(len(first) / _SEEN_FRAC) // (2 if gap else 1))
    for count in range(most, max(FEWEST_BOXES, int(np.ceil(fewest))) - 1, -1):
        length = count - gap
        step = (right - left) / length
        away_px = step * (_AWAY_APART_FRAC if gap else _AWAY_FRAC)
        by_chance = min(_MOST_BY_CHANCE, float((widths + 2 * away_px).sum() / (right - left)))
        number = np.arange(count + 1.0) if not gap else np.r_[np.arange(count), np.arange(1, count + 1) - gap]
        for widening in _WIDENINGS:
            wanted = left + step * (number + widening * number * (number / length - 1))
            near = np.abs(wanted[:, None] - np.clip(wanted[:, None], first, last)).argmin(axis=1)
            is_seen = np.abs(np.clip(wanted, first[near], last[near]) - wanted) <= away_px
            seen = len(distinct(near[is_seen]))
            if seen >= _SEEN_FRAC * len(wanted):
                places = np.where(is_seen & is_narrow[near], middles[near], wanted)
                yield _FittedBoxes(np.sort(places), _evidence(seen, len(wanted) - seen, by_chance))


def _evidence(seen: int, missed: int, by_chance: float) -> float:
    """Return the log-likelihood ratio of boxes with so many sides seen and missed, and of strokes."""
    return seen * log((1 - _MISSED) / by_chance) + missed * log(_MISSED / (1 - by_chance))
