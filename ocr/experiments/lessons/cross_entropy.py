"""Lesson cross-entropy: why its derivative is p - y, and how it compares with other losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.losses import binary_cross_entropy, soft_cross_entropy, squared_error
from ocr.experiments.lessons.lesson_parts import Chart, Formula, Lesson, Section, Series, number, table
from ocr.experiments.lessons.softmax import central_differences, jacobian
from ocr.numeric import softmax

if TYPE_CHECKING:
    from ocr.array_types import Float64

_LOGITS, _TARGET = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 0.0])
# One unit with one input of 1, far on the wrong side, as in Nielsen, "Neural networks and deep learning",
# chapter 3.
_WEIGHT, _BIAS, _RATE, _STEPS = 2.0, 2.0, 0.15, 300


def sigmoid(z: Float64) -> Float64:
    """Compute 1 / (1 + exp(-z))."""
    return np.asarray(1 / (1 + np.exp(-z)))


def cross_entropy_lesson() -> Lesson:
    """Return the lesson."""
    return Lesson(
        "cross-entropy",
        "Cross-entropy: how wrong a probability is",
        (_derivative(), _likelihood(), _saturated(), _descent(), _minimum()),
    )


def _derivative() -> Section:
    p = softmax(_LOGITS[None])[0]
    by_p = -_TARGET / p
    chained = by_p @ jacobian(_LOGITS)
    numeric = central_differences(
        lambda at: np.array([soft_cross_entropy(at[None], _TARGET[None])[0]]), _LOGITS
    )[0]
    rows = [
        tuple(map(float, row))
        for row in zip(_LOGITS, p, _TARGET, by_p, chained, p - _TARGET, numeric, strict=True)
    ]
    return Section(
        "Its derivative is p - y",
        (
            Formula(
                "E = -sum_i y_i ln p_i,   p = softmax(z)\n"
                "dE/dz_j = sum_i dE/dp_i dp_i/dz_j = sum_i (-y_i / p_i) p_i (delta_ij - p_j)\n"
                "        = -y_j + p_j sum_i y_i = p_j - y_j"
            ),
            f"With z = 1, 2, 3 and the first class right, E = -ln {p[0]:.5f} = "
            f"{number(-float(np.log(p[0])))}.",
            table("z|p|y|dE/dp|dE/dp times Jacobian|p - y|central difference", rows),
        ),
    )


def _likelihood() -> Section:
    p, a = softmax(_LOGITS[None])[0], sigmoid(_LOGITS)
    rows = [
        tuple(map(float, row)) for row in zip(_LOGITS, _TARGET, p, a, p - _TARGET, a - _TARGET, strict=True)
    ]
    likelihood = soft_cross_entropy(_LOGITS[None], _TARGET[None])[0]
    binary = binary_cross_entropy(_LOGITS[None], _TARGET[None])[0]
    return Section(
        "Cross-entropy and log-likelihood",
        (
            "With softmax outputs and one right class, only one term of the cross-entropy is left: the "
            "negative log-likelihood -ln p of the right class. The two are the same number.",
            "With sigmoid outputs, each output is a yes or no of its own. The cross-entropy then also counts "
            "each wrong class that is not denied: -sum_k [y_k ln a_k + (1 - y_k) ln(1 - a_k)].",
            Formula(
                f"softmax:  E = -ln {p[0]:.5f} = {likelihood:.5f}\n"
                f"sigmoid:  E = -ln {a[0]:.5f} - ln(1 - {a[1]:.5f}) - ln(1 - {a[2]:.5f}) = {binary:.5f}"
            ),
            table("z|y|softmax p|sigmoid a|dE/dz = p - y|dE/dz = a - y", rows),
            "In both, the derivative is output minus target. --loss of ocr train has both: cross-entropy (or "
            "log-likelihood) and binary-cross-entropy.",
        ),
    )


def _saturated() -> Section:
    z = np.array([0.0, -2.0, -4.0, -6.0, -8.0])
    one = np.ones((1, 1))
    rows = []
    for at in z:
        a = float(sigmoid(np.array(at)))
        cross, cross_slope = binary_cross_entropy(np.array([[at]]), one)
        square, square_slope = squared_error(np.array([[at]]), one)
        rows.append((float(at), a, cross, float(cross_slope[0, 0]), square, float(square_slope[0, 0])))
    return Section(
        "A saturated unit",
        (
            "The right answer is 1. The further z is on the wrong side, the flatter the sigmoid: the squared "
            "error hardly sees the mistake, because its derivative has the factor a (1 - a). In the "
            "derivative of the cross-entropy, this factor cancels.",
            Formula("squared error: dE/dz = (a - y) a (1 - a)          cross-entropy: dE/dz = a - y"),
            table("z|a|cross-entropy|dE/dz|squared error|dE/dz", rows),
        ),
    )


def unit_descent(loss: str, *, steps: int = _STEPS) -> Float64:
    """Return the outputs (steps + 1,) of one unit with input 1 and target 0 during gradient descent.

    Parameters
    ----------
    loss : {"cross-entropy", "squared"}
    steps : int
    """
    function = binary_cross_entropy if loss == "cross-entropy" else squared_error
    z, outputs = np.array([[_WEIGHT + _BIAS]]), []
    for _ in range(steps + 1):
        outputs.append(float(sigmoid(z)[0, 0]))
        _, slope = function(z, np.zeros((1, 1)))
        # Weight and bias both take the step, and the input is 1.
        z = z - 2 * _RATE * slope
    return np.array(outputs)


def _descent() -> Section:
    steps = tuple(map(float, range(_STEPS + 1)))
    curves = {name: unit_descent(name) for name in ("cross-entropy", "squared")}
    rows = [(step, *(float(curve[step]) for curve in curves.values())) for step in (0, 50, 100, 200, 300)]
    return Section(
        "One unit learns",
        (
            f"Input 1, weight {_WEIGHT:g}, bias {_BIAS:g}, target 0, rate {_RATE:g}. The output should fall "
            "from 0.98 to 0. With the squared error it waits on the plateau first.",
            table("step|output, cross-entropy|output, squared error", rows),
            Chart(
                "Output of the unit",
                "step",
                "a",
                tuple(Series(name, steps, tuple(map(float, curve))) for name, curve in curves.items()),
            ),
        ),
    )


def _minimum() -> Section:
    y = 0.3
    grid = np.linspace(-4, 4, 8001)
    losses = y * np.logaddexp(0, -grid) + (1 - y) * np.logaddexp(0, grid)
    best = float(grid[losses.argmin()])
    exact = float(np.log(y / (1 - y)))
    entropy = float(-(y * np.log(y) + (1 - y) * np.log(1 - y)))
    thin = slice(None, None, 100)
    return Section(
        "The minimum lies at sigma(z) = y",
        (
            Formula("dE/dz = sigma(z) - y = 0   at   z = ln(y / (1 - y))"),
            f"For y = {y}: z = {exact:.5f}. A search over z from -4 to 4 in steps of 0.001 finds z = "
            f"{best:.3f}. "
            f"There the loss is {losses.min():.5f}, the entropy of y: {entropy:.5f}. It is not 0, because y "
            "itself is not certain.",
            Chart(
                f"Cross-entropy for y = {y}",
                "z",
                "E (nats)",
                (Series("E", tuple(map(float, grid[thin])), tuple(map(float, losses[thin]))),),
            ),
        ),
    )
