r"""Losses with their derivatives by the logits: softmax and cross-entropy fused, and sigmoid outputs.

With :math:`p = \mathrm{softmax}(z)` and a target distribution :math:`y`, the loss is
:math:`E = -\sum_k y_k \log p_k`, and because the Jacobian of the softmax is
:math:`\partial p_i / \partial z_j = p_i (\delta_{ij} - p_j)`, its derivative is simply :math:`p - y`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.activations import sigmoid
from ocr.numeric import log_softmax

if TYPE_CHECKING:
    from collections.abc import Callable

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


def binary_cross_entropy(logits: AnyFloat, targets: AnyFloat) -> tuple[float, AnyFloat]:
    r"""Compute the cross-entropy of K sigmoid outputs, each a yes or no, and its derivative by the logits.

    With :math:`a = \sigma(z)` the loss of a character is
    :math:`-\sum_k [y_k \ln a_k + (1 - y_k) \ln(1 - a_k)]`, and its derivative is again :math:`a - y`.

    Parameters
    ----------
    logits, targets : (N, K) float arrays
        Targets in [0, 1].

    Returns
    -------
    loss : float
        Sum over the classes, mean over the batch, in nats.
    error : (N, K) array
        (a - y) / N.
    """
    # ln(1 + e^z) - y z is the same sum, and no exponential can overflow in it.
    loss = float((np.logaddexp(0, logits) - targets * logits).sum(axis=1, dtype=np.float64).mean())
    error: AnyFloat = (sigmoid(logits.copy()) - targets) / logits.dtype.type(len(logits))
    return loss, error


def squared_error(logits: AnyFloat, targets: AnyFloat) -> tuple[float, AnyFloat]:
    r"""Compute half the squared error of K sigmoid outputs, and its derivative by the logits.

    The derivative is :math:`(a - y) \, a (1 - a)`: a unit that is wrong and sure, where a is near 0 or 1,
    hardly learns.

    Parameters
    ----------
    logits, targets : (N, K) float arrays

    Returns
    -------
    loss : float
        Half the sum over the classes, mean over the batch.
    error : (N, K) array
    """
    outputs = sigmoid(logits.copy())
    difference = outputs - targets
    loss = float(0.5 * np.square(difference).sum(axis=1, dtype=np.float64).mean())
    error: AnyFloat = difference * outputs * (1 - outputs) / logits.dtype.type(len(logits))
    return loss, error


LOSSES: dict[str, Callable[[AnyFloat, AnyFloat], tuple[float, AnyFloat]]] = {
    "cross-entropy": soft_cross_entropy,
    "log-likelihood": soft_cross_entropy,
    "binary-cross-entropy": binary_cross_entropy,
    "squared": squared_error,
}
"""Losses by name. Of the outputs of a softmax, the cross-entropy to one right class is the negative
log-likelihood, so these two are one; the last two are of sigmoid outputs."""


def one_hot(labels: AnyInt, classes: int, *, label_smoothing: float = 0.0) -> AnyFloat:
    """Return target distributions (N, K) of labels (N,): 1 - ε for the right class, and ε / K for each."""
    targets = np.full((len(labels), classes), label_smoothing / classes, dtype=np.float32)
    targets[np.arange(len(labels)), labels] += np.float32(1 - label_smoothing)
    return targets
