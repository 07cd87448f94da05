"""Functions of arrays that several packages need: sums of exponentials and the softmax, without overflow."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from ocr.array_types import AnyFloat

Scores = TypeVar("Scores", bound=AnyFloat)


def logsumexp(scores: Scores) -> Scores:
    """Return log Σ exp(z) over the last axis, computed as max z + log Σ exp(z - max z).

    Values may be minus infinity, but not all of a row.
    """
    peak = scores.max(axis=-1, keepdims=True)
    result: Scores = peak[..., 0] + np.log(np.exp(scores - peak).sum(axis=-1))
    return result


def log_softmax(scores: Scores) -> Scores:
    """Return the logarithm of the softmax over the last axis, z - max z - log Σ exp(z - max z).

    Values may be minus infinity, but not all of a row.
    """
    shifted: Scores = scores - scores.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def softmax(scores: Scores) -> Scores:
    """Return the probabilities exp(z) / Σ exp(z) over the last axis, of the shape and dtype of the scores."""
    powers: Scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers
