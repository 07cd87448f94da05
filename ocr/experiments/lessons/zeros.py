"""Lesson zeros: hidden units that begin alike stay alike; random weights break the symmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.losses import cross_entropy
from ocr.classifier.network import backward, forward, initialise, predict_logits, view_as_network
from ocr.experiments.lessons.drawn_samples import drawn_digits
from ocr.experiments.lessons.lesson_parts import Chart, Formula, Lesson, Section, Series, table

if TYPE_CHECKING:
    from ocr.array_types import Float64, Int64

_HIDDEN, _STEPS, _BATCH, _RATE = 8, 300, 50, 0.5


class Course(NamedTuple):
    """What became of a net: ``losses`` (steps,), first-layer ``weights`` (784, 8), accuracy in [0, 1]."""

    losses: Float64
    weights: Float64
    accuracy: float


def learn(inputs: Float64, labels: Int64, *, activation: str, scheme: str, seed: int, steps: int) -> Course:
    """Train a net of 784-8-10 by plain gradient descent on mini-batches of 50.

    Parameters
    ----------
    inputs : (N, 784) float64 array
    labels : (N,) int64 array
    activation, scheme : str
        As in :mod:`ocr.classifier.network`.
    seed, steps : int
    """
    sizes = (inputs.shape[1], _HIDDEN, 10)
    rng = np.random.default_rng(seed)
    vector = initialise(sizes, scheme=scheme, rng=rng, dtype=np.float64)
    slope = np.zeros_like(vector)
    network, gradients = view_as_network(vector, sizes), view_as_network(slope, sizes)
    losses = np.empty(steps)
    for step in range(steps):
        rows = rng.integers(0, len(inputs), _BATCH)
        state = forward(network, inputs[rows], activation=activation)
        losses[step], error = cross_entropy(state.logits, labels[rows])
        backward(network, state, error, gradients=gradients, activation=activation)
        vector -= _RATE * slope
    guesses = predict_logits(network, inputs, activation=activation).argmax(axis=1)
    weights = np.asarray(network[0].weights, dtype=np.float64)
    return Course(losses, weights, float((guesses == labels).mean()))


def distinct_units(weights: Float64) -> int:
    """Count hidden units (columns) that differ from each other."""
    return len(np.unique(weights, axis=1).T)


def zeros_lesson(*, seed: int = 1, steps: int = _STEPS) -> Lesson:
    """Return the lesson, on drawn digits."""
    inputs, labels = drawn_digits("train")
    nets = [(activation, scheme) for activation in ("sigmoid", "relu") for scheme in ("zeros", "glorot")]
    courses = [
        learn(inputs, labels, activation=activation, scheme=scheme, seed=seed, steps=steps)
        for activation, scheme in nets
    ]
    rows = [
        (f"{activation}, {scheme}", distinct_units(one.weights), float(np.ptp(one.weights, axis=1).max()),
         float(one.losses[-20:].mean()), f"{100 * one.accuracy:.1f} %")
        for (activation, scheme), one in zip(nets, courses, strict=True)
    ]  # fmt: skip
    curves = tuple(
        Series(f"{activation}, {scheme}", *_thinned(one.losses))
        for (activation, scheme), one in zip(nets, courses, strict=True)
    )
    result = Section(
        f"Nets of 784-{_HIDDEN}-10 after {steps} steps on drawn digits",
        (
            table("net|different hidden units|largest difference of two units|loss|accuracy", rows),
            Chart("Loss over the steps (mean of 10)", "step", "nats", curves),
        ),
    )
    return Lesson("zeros", "Why weights do not begin at zero", (_reason(), result, _words()))


def _thinned(values: Float64) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return steps and means of 10 values each."""
    means = values[: len(values) // 10 * 10].reshape(-1, 10).mean(axis=1)
    return tuple(float(10 * index + 5) for index in range(len(means))), tuple(map(float, means))


def _reason() -> Section:
    return Section(
        "The reason",
        (
            Formula("dE/dW1[i, h] = x_i f'(z_h) sum_k W2[h, k] dE/dz_k"),
            "If all hidden units h begin with the same weights, they have the same z, the same outputs "
            "and the "
            "same gradient, and so they take the same step. However long they learn, the layer is as good as "
            "one unit. With ReLU it is worse: the output of each unit is 0, so the second layer has no "
            "gradient either, and only the biases of the outputs learn.",
        ),
    )


def _words() -> Section:
    return Section(
        "What this means",
        (
            "Random weights make each unit different from the first step on. Biases may begin at 0: the "
            "weights have broken the symmetry already. Try other schemes with --init of ocr train and ocr "
            "compare: zeros, normal:0.01, glorot, he, or glorot:10 for ten times as large.",
        ),
    )
