"""Calibrate probabilities by one temperature for all logits, fitted on held-out characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import log_softmax

if TYPE_CHECKING:
    from ocr.array_types import AnyFloat, Int64


# Range of temperatures to search.
_COOLEST, _HOTTEST = 0.2, 5.0


def negative_log_likelihood(logits: AnyFloat, labels: Int64, temperature: float) -> float:
    """Compute the mean of -log softmax(logits / temperature) at the labels; (N, K) and (N,)."""
    return -float(log_softmax(logits / temperature)[np.arange(len(labels)), labels].mean())


def fit_temperature(logits: AnyFloat, labels: Int64) -> float:
    """Find the temperature T that makes softmax(logits / T) most likely on held-out characters [1]_.

    Parameters
    ----------
    logits : (N, K) float array
        Of characters that the network was not trained on.
    labels : (N,) int64 array
        Their right classes.

    Returns
    -------
    float
        In 0.2 .. 5, found by golden-section search on a logarithmic scale.

    References
    ----------
    .. [1] Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017.
    """
    golden = (np.sqrt(5) - 1) / 2
    low, high = np.log(_COOLEST), np.log(_HOTTEST)
    for _ in range(40):
        span = golden * (high - low)
        left, right = high - span, low + span
        left_loss = negative_log_likelihood(logits, labels, float(np.exp(left)))
        right_loss = negative_log_likelihood(logits, labels, float(np.exp(right)))
        low, high = (low, right) if left_loss < right_loss else (left, high)
    return float(np.exp((low + high) / 2))
