"""Lesson logistic: two samples, two classes, one softmax layer, and the numbers of each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.errors import DivergedError, SettingError
from ocr.experiments.lessons.lesson_parts import Chart, Formula, Lesson, Section, Series, table
from ocr.numeric import log_softmax, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64

# The first sample is of the first class, the second of the second.
_INPUTS = (1.0, 3.0)
_MOST_STEPS = 10_000


class Iteration(NamedTuple):
    """All numbers of one iteration, float64: rows are samples, columns are classes.

    ``weights`` (1, 2) and ``bias`` (2,) before the step, ``z`` and ``p`` (2, 2), ``dz`` (2, 2) = (p - y) / 2,
    ``dw`` (1, 2), ``db`` (2,), and the mean cross-entropy ``loss`` in nats.
    """

    weights: Float64
    bias: Float64
    z: Float64
    p: Float64
    dz: Float64
    dw: Float64
    db: Float64
    loss: float


def descend(*, rate: float, steps: int, inputs: Sequence[float] = _INPUTS) -> tuple[Iteration, ...]:
    """Compute iterations 0 .. ``steps`` of gradient descent, from weights of zero.

    Raises
    ------
    DivergedError
        If a number is no longer finite.
    """
    x, y = np.array(inputs, dtype=np.float64)[:, None], np.eye(2)
    weights, bias, found = np.zeros((1, 2)), np.zeros(2), list[Iteration]()
    for step in range(steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            z = x @ weights + bias
            p, loss = softmax(z), -float((y * log_softmax(z)).sum() / len(x))
            dz = (p - y) / len(x)
            found.append(Iteration(weights, bias, z, p, dz, x.T @ dz, dz.sum(axis=0), loss))
            weights, bias = weights - rate * found[-1].dw, bias - rate * found[-1].db
        if not np.isfinite(loss) or not np.isfinite(weights).all():
            message = f"rate {rate:g}: the descent diverged in iteration {step}; choose a smaller --rate"
            raise DivergedError(message)
    return tuple(found)


def logistic_lesson(*, rate: float = 1.0, steps: int = 20) -> Lesson:
    """Return the lesson.

    Raises
    ------
    SettingError
        If the rate or the number of steps is out of range.
    DivergedError
        If the descent diverges.
    """
    if not 0 < rate < np.inf or not 1 <= steps <= _MOST_STEPS:
        message = f"rate {rate:g} and steps {steps}: expected a rate above 0 and 1 .. {_MOST_STEPS} steps"
        raise SettingError(message)
    found = descend(rate=rate, steps=steps)
    return Lesson(
        "logistic",
        "Logistic regression: two samples, two classes, by hand",
        (
            _task(rate),
            *(_iteration(found, number, rate) for number in range(min(3, len(found)))),
            _course(found),
        ),
    )


def _task(rate: float) -> Section:
    return Section(
        "The task",
        (
            f"Sample 1 has the input {_INPUTS[0]:g} and belongs to class 1. Sample 2 has the input "
            f"{_INPUTS[1]:g} and belongs to class 2. Weights and biases begin at 0; the rate is {rate:g}.",
            Formula(
                "z = x W + b          p = softmax(z)          E = -mean of ln p of the right class\n"
                "dz = (p - y) / 2     dW = x^T dz             db = sum of dz over the samples\n"
                "W <- W - rate dW     b <- b - rate db"
            ),
        ),
    )


def _iteration(found: Sequence[Iteration], index: int, rate: float) -> Section:
    one = found[index]
    rows = [
        (sample + 1, _INPUTS[sample], *map(float, (*one.z[sample], *one.p[sample], *one.dz[sample])))
        for sample in range(2)
    ]
    parts = [
        ("W", *map(float, one.weights[0])),
        ("b", *map(float, one.bias)),
        ("dW", *map(float, one.dw[0])),
        ("db", *map(float, one.db)),
        ("W - rate dW", *map(float, (one.weights - rate * one.dw)[0])),
        ("b - rate db", *map(float, one.bias - rate * one.db)),
    ]
    return Section(
        f"Iteration {index}: loss {one.loss:.5f}",
        (
            table("sample|x|z, class 1|z, class 2|p, class 1|p, class 2|dz, class 1|dz, class 2", rows),
            table("|class 1|class 2", parts),
        ),
    )


def _course(found: Sequence[Iteration]) -> Section:
    steps = tuple(float(index) for index in range(len(found)))
    shown = [index for index in (0, 1, 2, 3, 5, 10, 20, 50, 100) if index < len(found)]
    rows = [
        (index, *map(float, (found[index].p[0, 0], found[index].p[1, 1], found[index].loss)))
        for index in shown
    ]
    right = (
        Series("sample 1: p of class 1", steps, tuple(float(one.p[0, 0]) for one in found)),
        Series("sample 2: p of class 2", steps, tuple(float(one.p[1, 1]) for one in found)),
        Series("loss (nats)", steps, tuple(one.loss for one in found)),
    )
    return Section(
        "The whole descent",
        (
            "After the first step, sample 1 is read wrongly: its z went from 0 to -0.5 and 0.5, and its dz "
            "grew from 0.25 to 0.36553. Both samples share the weights, and sample 2 pulls three times as "
            "hard, because its input is three times as large. The mean loss falls all the same, and later "
            "the bias separates the two. (The numbers are those of rate 1.)",
            table("iteration|p of the right class, sample 1|sample 2|loss", rows),
            Chart("Probabilities and loss", "iteration", "p, nats", right),
        ),
    )
