"""Reliability of confidences: how sure a reader was, and how often it was right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ocr.array_types import AnyFloat, Mask


# Fifteen bins are what the literature uses, so that numbers can be compared.
_BINS = 15


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Characters of similar confidence: how many, their mean ``confidence`` and the share read right."""

    count: int
    confidence: float
    accuracy: float


def reliability(confidences: AnyFloat, right: Mask, *, bins: int = _BINS) -> tuple[ReliabilityBin, ...]:
    """Count characters in equally wide bins of confidence.

    Parameters
    ----------
    confidences : (N,) float array
        Probability of each answer, in [0, 1].
    right : (N,) bool array
        Whether it was right.
    bins : int
        Number of bins over [0, 1].

    Returns
    -------
    tuple of ReliabilityBin
        Least sure first; empty bins are left out.
    """
    bin_of = np.clip((confidences * bins).astype(np.int64), 0, bins - 1)
    found = []
    for index in range(bins):
        chosen = bin_of == index
        if chosen.any():
            found.append(
                ReliabilityBin(
                    int(chosen.sum()), float(confidences[chosen].mean()), float(right[chosen].mean())
                )
            )
    return tuple(found)


def expected_calibration_error(confidences: AnyFloat, right: Mask, *, bins: int = _BINS) -> float:
    """Compute the mean distance of confidence and accuracy over the bins, weighted by counts [1]_.

    Returns
    -------
    float
        In [0, 1]; 0 if answers with 80 % confidence are right 80 % of the time, and so on.

    References
    ----------
    .. [1] Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017.
    """
    found = reliability(confidences, right, bins=bins)
    total = sum(part.count for part in found)
    return sum(part.count * abs(part.confidence - part.accuracy) for part in found) / max(total, 1)


def errors_among_least_sure(confidences: AnyFloat, right: Mask, *, share: float = 0.1) -> float:
    """Compute the share of all errors that lie among the least sure ``share`` of the answers.

    It shows how much proof-reading can save: with 0.5, half of the errors are found by looking at one
    character in ten.

    Returns
    -------
    float
        In [0, 1]; 0 if there are no errors.
    """
    errors = ~right
    if not errors.any():
        return 0.0
    least_sure = np.argsort(confidences, kind="stable")[: round(share * len(confidences))]
    return float(errors[least_sure].sum() / errors.sum())
