r"""Measure the gradient of each layer while networks with different activations learn the same characters.

On its way down, back-propagation multiplies the error by f'(z) once per layer. The slope of the sigmoid is at
most 1/4, so after six layers hardly anything is left [1]_; that of ReLU is 0 or 1, and nothing shrinks.

References
----------
.. [1] Hochreiter, "The vanishing gradient problem during learning recurrent neural nets and problem
   solutions", International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 6 (1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.activations import activation_named
from ocr.classifier.features import INPUTS
from ocr.classifier.losses import cross_entropy
from ocr.classifier.network import backward, forward, initialise, view_as_network
from ocr.errors import DataError, DivergedError, require_ranges
from ocr.training.optimizers import optimizer_named

if TYPE_CHECKING:
    from ocr.array_types import AnyFloat, Float32, Float64, Int64
    from ocr.classifier.network import Network


# Each activation with the initialisation that was made for it, so that neither is at a disadvantage.
_SCHEMES = {"sigmoid": "glorot", "tanh": "glorot", "relu": "he", "identity": "glorot"}


@dataclass(frozen=True, slots=True)
class GradientSettings:
    """The networks that are watched.

    Attributes
    ----------
    hidden : tuple of int
        Widths of the hidden layers; the more layers, the less reaches the first. Empty: one layer alone.
    steps : int
        Mini-batches to learn from.
    batch_size : int
        Characters per step.
    learning_rate : float
        Of plain gradient descent: its steps are as large as the gradients.
    input : str
        What the networks see, a key of `ocr.classifier.features.INPUTS`.
    initialisation : str
        As :func:`ocr.classifier.network.initialise` takes it; "" for what was made for each activation.
    seed : int
        Source of all randomness.
    """

    hidden: tuple[int, ...] = (64, 64, 64, 64, 64, 64)
    steps: int = 300
    batch_size: int = 64
    learning_rate: float = 0.05
    input: str = "features"
    initialisation: str = ""
    seed: int = 1

    def __post_init__(self) -> None:
        ranges = {
            "hidden": (all(width >= 1 for width in self.hidden), "widths of 1 or more"),
            "input": (self.input in INPUTS, f"one of {', '.join(INPUTS)}"),
            "steps": (self.steps >= 1, "1 or more"),
            "batch_size": (self.batch_size >= 1, "1 or more"),
            "learning_rate": (0 < self.learning_rate <= 1, "above 0 and at most 1"),
            "seed": (self.seed >= 0, "0 or more"),
        }
        require_ranges(self, ranges)


@dataclass(frozen=True, slots=True, eq=False)
class GradientHistory:
    """Gradients and losses of one network.

    Attributes
    ----------
    activation : str
    sizes : (steps, layers) float64 array
        Root mean square of the gradient by the weights of each layer, first layer first.
    losses : (steps,) float64 array
        Cross-entropy of each batch, in nats.
    """

    activation: str
    sizes: Float64
    losses: Float64


def watch_gradients(
    crops: Float32, labels: Int64, *, classes: int, activation: str, settings: GradientSettings
) -> GradientHistory:
    """Train a deep net by plain gradient descent and measure every layer's gradient at every step.

    In float64: in float32, a gradient below 1e-38 would count as 0 soon.

    Parameters
    ----------
    crops : (N, 28, 28) float32 array
    labels : (N,) int64 array
    classes : int
        Number of classes K.
    activation : {"sigmoid", "tanh", "relu", "identity"}
    settings : GradientSettings

    Returns
    -------
    GradientHistory

    Raises
    ------
    DataError
        If there are no characters.
    SettingError
        If the activation or the initialisation is unknown.
    DivergedError
        If the loss is not finite.
    """
    if len(crops) == 0:
        message = "gradients: found no characters, expected some; choose a larger limit or another split"
        raise DataError(message)
    activation_named(activation)
    inputs = _standardised(INPUTS[settings.input].function(crops))
    sizes = (inputs.shape[1], *settings.hidden, classes)
    rng = np.random.default_rng(settings.seed)
    scheme = settings.initialisation or _SCHEMES[activation]
    vector = initialise(sizes, scheme=scheme, rng=rng, dtype=np.float64)
    network, slope = view_as_network(vector, sizes), np.zeros_like(vector)
    gradients = view_as_network(slope, sizes)
    optimizer = optimizer_named("sgd", vector, weight_count=0)
    history, losses = np.empty((settings.steps, len(network))), np.empty(settings.steps)
    for step in range(settings.steps):
        rows = rng.integers(0, len(inputs), settings.batch_size)
        # What overflows is noticed in the loss.
        with np.errstate(all="ignore"):
            state = forward(network, inputs[rows], activation=activation)
        losses[step], error = cross_entropy(state.logits, labels[rows])
        _require_finite(losses[step], step, activation)
        backward(network, state, error, gradients=gradients, activation=activation)
        history[step] = root_mean_squares(gradients)
        optimizer.update(slope, settings.learning_rate)
    return GradientHistory(activation, history, losses)


def _require_finite(loss: float, step: int, activation: str) -> None:
    """Raise DivergedError if a loss is not finite."""
    if not np.isfinite(loss):
        message = (
            f"gradients of the {activation} net: found a loss of {loss} at step {step + 1}, expected a "
            "finite one; try a smaller learning rate"
        )
        raise DivergedError(message)


def root_mean_squares(gradients: Network) -> Float64:
    """Compute the root mean square of the gradient by the weights of each layer."""
    return np.array([np.sqrt(np.mean(np.square(layer.weights, dtype=np.float64))) for layer in gradients])


def _standardised(inputs: AnyFloat) -> Float64:
    """Return inputs shifted and stretched to mean 0 and spread near 1, as in training."""
    return np.asarray((inputs - inputs.mean(axis=0)) / (inputs.std(axis=0) + 0.05), dtype=np.float64)
