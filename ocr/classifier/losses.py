r"""Softmax and cross-entropy, fused so that no logit is too large.

With :math:`p = \mathrm{softmax}(z)` and a target distribution :math:`y`, the loss is
:math:`E = -\sum_k y_k \log p_k`, and because the Jacobian of the softmax is
:math:`\partial p_i / \partial z_j = p_i (\delta_{ij} - p_j)`, its derivative is simply :math:`p - y`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import log_softmax

if TYPE_CHECKING:
    from ocr.array_types import AnyFloat, AnyInt


def cross_entropy(
    logits: AnyFloat, labels: AnyInt, *, label_smoothing: float = 0.0
) -> tuple[float, AnyFloat]:
    """Compute the mean cross-entropy of a batch and its derivative by the logits.

    Parameters
    ----------
    logits : (N, K) float array
        Any finite values.
    labels : (N,) int array
        Right classes, 0 .. K-1.
    label_smoothing : float in [0, 1)
        Share ε of the target spread evenly over all classes [1]_: y = (1 - ε) onehot + ε / K.

    Returns
    -------
    loss : float
        Mean over the batch, in nats.
    error : (N, K) array
        (p - y) / N.

    References
    ----------
    .. [1] Szegedy et al., "Rethinking the Inception architecture", CVPR 2016.
    """
    count, classes = logits.shape
    rows = np.arange(count)
    log_probabilities = log_softmax(logits)
    right = float(log_probabilities[rows, labels].mean())
    spread = float(log_probabilities.mean()) if label_smoothing else 0.0
    error = np.exp(log_probabilities)
    error -= label_smoothing / classes
    error[rows, labels] -= 1 - label_smoothing
    error /= count
    return -(1 - label_smoothing) * right - label_smoothing * spread, error


def soft_cross_entropy(logits: AnyFloat, targets: AnyFloat) -> tuple[float, AnyFloat]:
    """Compute the mean cross-entropy to target distributions, and its derivative by the logits.

    Parameters
    ----------
    logits, targets : (N, K) float arrays
        Each row of ``targets`` sums to 1, such as the probabilities of a teacher [1]_.

    Returns
    -------
    loss : float
        Mean over the batch, in nats.
    error : (N, K) array
        (p - y) / N.

    References
    ----------
    .. [1] Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", arXiv 1503.02531 (2015).
    """
    log_probabilities = log_softmax(logits)
    loss = -float((targets * log_probabilities).sum(axis=1).mean())
    error: AnyFloat = np.exp(log_probabilities)
    error -= targets
    error /= len(logits)
    return loss, error
