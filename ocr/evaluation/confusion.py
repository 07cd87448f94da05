"""Confusion matrices, accuracy and its confidence interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ocr.array_types import AnyInt, Int64


@dataclass(frozen=True, slots=True)
class Confusion:
    """One kind of mistake: ``count`` characters ``truth`` read as ``guess``, a ``share`` of all ``truth``."""

    truth: str
    guess: str
    count: int
    share: float


def confusion_matrix(truth: AnyInt, guesses: AnyInt, *, classes: int) -> Int64:
    """Count pairs: entry (t, g) is how often class t was read as class g.

    Parameters
    ----------
    truth, guesses : (N,) int arrays
        0 .. classes - 1.
    classes : int
        K.

    Returns
    -------
    (K, K) int64 array

    Raises
    ------
    ValueError
        If a class lies outside its range: it would be counted in the cell of another pair.
    """
    if truth.size and (min(truth.min(), guesses.min()) < 0 or max(truth.max(), guesses.max()) >= classes):
        message = f"classes to compare lie outside 0 .. {classes - 1}"
        raise ValueError(message)
    pairs = truth.astype(np.int64) * classes + guesses
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def accuracy(matrix: Int64) -> float:
    """Return the share of characters on the diagonal; 0 for an empty matrix."""
    return float(np.trace(matrix)) / max(int(matrix.sum()), 1)


def ranked_confusions(matrix: Int64, names: tuple[str, ...]) -> tuple[Confusion, ...]:
    """Return the mistakes of a (K, K) matrix, most frequent first, ties in the order of ``names`` (K,)."""
    mistakes = matrix - np.diag(np.diag(matrix))
    rows, cols = np.nonzero(mistakes)
    totals = np.maximum(matrix.sum(axis=1), 1)
    found = [
        Confusion(names[row], names[col], int(mistakes[row, col]), float(mistakes[row, col] / totals[row]))
        for row, col in zip(rows, cols, strict=True)
    ]
    return tuple(sorted(found, key=lambda mistake: -mistake.count))


def wilson_interval(right: int, count: int) -> tuple[float, float]:
    """Compute the 95 % confidence interval of a share ``right / count`` [1]_.

    References
    ----------
    .. [1] Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if count == 0:
        return 0.0, 1.0
    z = 1.959964
    share = right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2))
    # Rounding must not leave 0 or 1 itself outside.
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))
