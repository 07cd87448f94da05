"""Compose lines of text from words that one writer wrote with a recorded pen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32

_ASCENDERS = frozenset("bdfhkltABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?()/$%&#\"'")
_DESCENDERS = frozenset("gjpqyf,;()/$")
# How far they reach above and below the small letters, in x-heights.
_ABOVE, _BELOW = 0.75, 0.6
# The words of a writer differ in size by no more than this on a line; their gaps, in x-heights, and how far
# they stray from the baseline.
_ODD_SIZE, _GAPS, _STRAYING = 1.25, (0.6, 1.6), 0.05


class PenWord(NamedTuple):
    """A word and its strokes, each (n, 2): x and y, y downwards."""

    text: str
    strokes: Sequence[Float32]


class _Extent(NamedTuple):
    """x-height, baseline, left and right of a word, in units of its strokes."""

    x_height: float
    baseline: float
    left: float
    right: float


def place_words(words: Sequence[PenWord], rng: np.random.Generator) -> list[Float32]:
    """Set words of one writer side by side on a line.

    Parameters
    ----------
    words : sequence of PenWord
        At least one.
    rng : numpy.random.Generator
        Chooses the gaps between words, and how far each strays from the baseline.

    Returns
    -------
    list of (n, 2) float32 arrays
        The strokes of the line in units of x-heights; the baseline is about at 0, y downwards.
    """
    extents = [_extent(word) for word in words]
    usual = float(np.median([one.x_height for one in extents]))
    gap = rng.uniform(*_GAPS)
    right, placed = 0.0, []
    for word, extent in zip(words, extents, strict=True):
        # Most of the writer's own variation in size stays.
        scale = np.clip(extent.x_height / usual, 1 / _ODD_SIZE, _ODD_SIZE) / extent.x_height
        origin = np.array([extent.left, extent.baseline + rng.normal(0, _STRAYING) * extent.x_height])
        placed += [((points - origin) * scale + (right, 0)).astype(np.float32) for points in word.strokes]
        right += (extent.right - extent.left) * scale + gap * rng.uniform(0.75, 1.3)
    return placed


def _extent(word: PenWord) -> _Extent:
    """Measure a word; its letters tell how much of its height is above and below the small letters."""
    points, letters = np.concatenate(word.strokes), set(word.text)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    above, below = _ABOVE * bool(_ASCENDERS & letters), _BELOW * bool(_DESCENDERS & letters)
    x_height = max(1.0, float(bottom - top)) / (1 + above + below)
    return _Extent(x_height, float(bottom) - below * x_height, float(left), float(right))
