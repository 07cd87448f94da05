"""Lesson deep-linear: layers without a non-linearity collapse into one matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.network import Layer, initialise, predict_logits, view_as_network
from ocr.experiments.lessons.lesson_parts import Formula, Lesson, Section, table

if TYPE_CHECKING:
    from ocr.array_types import Float64
    from ocr.classifier.network import Network

_SIZES = (4, 6, 5, 6, 3)
_SAMPLES = 100


def deep_network(seed: int) -> Network:
    """Return a network of four layers with random float64 weights and biases."""
    rng = np.random.default_rng(seed)
    vector = initialise(_SIZES, scheme="glorot", rng=rng, dtype=np.float64)
    layers = view_as_network(vector, _SIZES)
    for layer in layers:
        layer.bias[...] = rng.normal(0, 0.5, layer.bias.shape)
    return layers


def collapsed(network: Network) -> Layer:
    """Return the one layer that equals a network without non-linearities.

    Its weights are the product of all weights, and its bias is carried through the layers after each one.
    """
    weights, bias = network[0]
    for layer in network[1:]:
        weights, bias = weights @ layer.weights, bias @ layer.weights + layer.bias
    return Layer(weights, bias)


def deep_linear_lesson(*, seed: int = 1) -> Lesson:
    """Return the lesson for a network drawn from a seed."""
    network = deep_network(seed)
    one = collapsed(network)
    x = np.random.default_rng([seed, 1]).normal(size=(_SAMPLES, _SIZES[0]))
    return Lesson(
        "deep-linear",
        "Deep linear networks: four layers that are one",
        (_product(network, one), _outputs(network, one, x), _bent(network, one, x)),
    )


def _product(network: Network, one: Layer) -> Section:
    shapes = " times ".join(f"{layer.weights.shape[0]} x {layer.weights.shape[1]}" for layer in network)
    rows = [(index + 1, *map(float, row)) for index, row in enumerate(one.weights)]
    return Section(
        "The product of the matrices",
        (
            Formula(
                "((x W1 + b1) W2 + b2) W3 + ... = x (W1 W2 W3 W4) + (b1 W2 W3 W4 + b2 W3 W4 + b3 W4 + b4)"
            ),
            f"Layers of {shapes} make one matrix of {_SIZES[0]} x {_SIZES[-1]}, and one bias.",
            table("input|output 1|output 2|output 3", [*rows, ("bias", *map(float, one.bias))]),
        ),
    )


def _outputs(network: Network, one: Layer, x: Float64) -> Section:
    deep = predict_logits(network, x, activation="identity")
    flat = x @ one.weights + one.bias
    rows = [(row + 1, *map(float, deep[row]), float(np.abs(deep[row] - flat[row]).max())) for row in range(5)]
    return Section(
        "The network and the matrix give the same outputs",
        (
            f"The largest difference over {_SAMPLES} inputs is {np.abs(deep - flat).max():.1e}: rounding.",
            table("sample|output 1|output 2|output 3|largest difference to x W + b", rows, digits=10),
            "So depth adds nothing that one softmax layer could not do. Try it on characters: "
            'ocr compare --data drawn --input pixels --activation identity --vary "hidden=none;50,50".',
        ),
    )


def _bent(network: Network, one: Layer, x: Float64) -> Section:
    flat = x @ one.weights + one.bias
    rows = []
    for activation in ("identity", "relu", "tanh", "sigmoid"):
        deep = predict_logits(network, x, activation=activation)
        # What the best single layer leaves over, as a share of the variance of the outputs.
        inputs = np.column_stack([x, np.ones(len(x))])
        left = deep - inputs @ np.linalg.lstsq(inputs, deep, rcond=None)[0]
        share = float(np.square(left).sum() / np.square(deep - deep.mean(axis=0)).sum())
        rows.append((activation, float(np.abs(deep - flat).max()), share))
    return Section(
        "A non-linearity between the layers changes that",
        (
            "The last column is the share of the variance of the outputs that no single linear layer can "
            "explain.",
            table("activation|largest difference to x W + b|not linear", rows),
        ),
    )
