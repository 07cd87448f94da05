"""Train the small networks that judge pixels, cuts and sheets: mini-batches, AdamW and a cosine schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ocr.classifier.network import backward, count_weights, forward, initialise, view_as_network
from ocr.training.optimizers import optimizer_named
from ocr.training.schedules import cosine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ocr.array_types import AnyFloat, Float32, Int64, Mask
    from ocr.classifier.network import Network

# So many rows are enough to measure the mean and spread of the inputs.
_SAMPLE = 50_000
# Added to the spread: inputs that hardly ever vary are not blown up.
_LEAST_SPREAD = np.float32(0.05)


class Recipe(NamedTuple):
    """Rows of a batch, the highest learning rate, weight decay, and share of hidden units left out."""

    batch: int
    rate: float
    decay: float = 0.01
    dropout: float = 0.0


def train_small_network(
    inputs: NDArray[np.floating[Any]],
    error_of: Callable[[Float32, Int64], AnyFloat],
    sizes: Sequence[int],
    recipe: Recipe,
    *,
    epochs: int,
    rng: np.random.Generator,
    progress: Callable[[], None],
) -> Network:
    """Train a network on rows of inputs.

    Parameters
    ----------
    inputs : (N, D) float array
    error_of : callable
        Takes the logits (n, K) of some rows and their numbers (n,); returns the derivative of the loss of
        each row by its logits (n, K).
    sizes : sequence of int
        Widths from D to K.
    recipe : Recipe
    epochs : int
    rng : numpy.random.Generator
    progress : callable
        Called after each epoch.

    Returns
    -------
    Network
        It takes the inputs as they are.
    """
    sample = inputs[:: max(1, len(inputs) // _SAMPLE)].astype(np.float32)
    mean, spread = sample.mean(axis=0), sample.std(axis=0) + _LEAST_SPREAD
    vector = initialise(sizes, scheme="he", rng=rng)
    network, slope = view_as_network(vector, sizes), np.zeros_like(vector)
    gradients = view_as_network(slope, sizes)
    optimizer = optimizer_named("adamw", vector, weight_count=count_weights(sizes), weight_decay=recipe.decay)
    steps = max(1, len(inputs) // recipe.batch)
    for epoch in range(epochs):
        order = rng.permutation(len(inputs))
        for step in range(steps):
            rows = np.sort(order[step * recipe.batch : (step + 1) * recipe.batch])
            scaled = (inputs[rows].astype(np.float32) - mean) / spread
            state = forward(network, scaled, dropout=recipe.dropout, rng=rng)
            error = error_of(state.logits, rows) / np.float32(len(rows))
            backward(network, state, error.astype(np.float32), gradients=gradients)
            optimizer.update(slope, recipe.rate * cosine((epoch + step / steps) / epochs))
        progress()
    # The first layer takes the inputs as they are: (x - mean) / spread W + b = x (W / spread) + b'.
    network[0].weights[...] /= spread[:, None]
    network[0].bias[...] -= mean @ network[0].weights
    return network


def log_odds_error(logits: Float32, targets: AnyFloat | Mask) -> AnyFloat:
    """Return the derivative of the cross-entropy of two outcomes by log-odds (n, 1): probability - target."""
    return np.asarray(1 / (1 + np.exp(-logits)) - targets[:, None])
