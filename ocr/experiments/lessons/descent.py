"""Lesson descent: logistic regression at several rates; full batch, mini-batches and single samples."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.losses import cross_entropy
from ocr.errors import DivergedError, SettingError
from ocr.experiments.lessons.drawn_samples import drawn_letter_or_digit
from ocr.experiments.lessons.lesson_parts import Chart, Formula, Lesson, Section, Series, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64

_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)
_COUNT, _TESTED, _ITERATIONS, _EPOCHS = 500, 1500, 100, 10
_BATCHES = {"full batch": 0, "mini-batch of 32": 32, "stochastic, 1": 1}
_SHARED_RATE = 0.05
# Nats; the loss of guessing is 0.7.
_DIVERGED = 1e4


class Descent(NamedTuple):
    """Losses over all samples after each epoch, the first before any step; seconds so far; the weights."""

    losses: Float64
    seconds: Float64
    weights: Float64
    bias: Float64


def descend_epochs(
    inputs: Float64, labels: Int64, *, rate: float, batch: int, epochs: int, seed: int = 1
) -> Descent:
    """Learn a softmax layer of two classes by gradient descent from weights of 0, at a constant rate.

    Parameters
    ----------
    inputs : (N, D) float64 array
    labels : (N,) int64 array
        0 or 1.
    rate : float
    batch : int
        Samples per step; 0 for all.
    epochs, seed : int

    Raises
    ------
    DivergedError
        If the loss is beyond all bounds.
    """
    weights, bias = np.zeros((inputs.shape[1], 2)), np.zeros(2)
    rng, size = np.random.default_rng(seed), batch or len(inputs)
    losses, seconds, spent = [cross_entropy(inputs @ weights + bias, labels)[0]], [0.0], 0.0
    for _ in range(epochs):
        began = time.perf_counter()
        order = rng.permutation(len(inputs)) if batch else np.arange(len(inputs))
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(order), size):
                rows = order[start : start + size]
                _, error = cross_entropy(inputs[rows] @ weights + bias, labels[rows])
                weights -= rate * (inputs[rows].T @ error)
                bias -= rate * error.sum(axis=0)
            spent += time.perf_counter() - began
            losses.append(cross_entropy(inputs @ weights + bias, labels)[0])
        seconds.append(spent)
        # The loss itself is stable, so it grows with the weights instead of overflowing.
        if not losses[-1] < _DIVERGED:
            message = f"rate {rate:g}: the descent diverged; choose smaller --rates"
            raise DivergedError(message)
    return Descent(np.array(losses), np.array(seconds), weights, bias)


def descent_lesson(*, rates: Sequence[float] = _RATES, seed: int = 1) -> Lesson:
    """Return the lesson for some learning rates, on drawn characters.

    Raises
    ------
    SettingError
        If a rate is not above 0, or there are more than 8.
    DivergedError
        If a descent diverges.
    """
    if not 1 <= len(rates) <= 8 or not all(0 < rate < np.inf for rate in rates):
        message = f"rates {', '.join(f'{one:g}' for one in rates)}: expected 1 to 8 numbers above 0"
        raise SettingError(message)
    return Lesson(
        "descent",
        "Gradient descent: learning rates and batches",
        (_task(), _by_rate(rates), *_by_batch(seed)),
    )


def _task() -> Section:
    return Section(
        "The task",
        (
            f"Logistic regression, a softmax layer of two classes, learns whether a drawn character is a "
            "digit "
            f"or a letter: {_COUNT} characters of 784 pixels, weights of 0 to begin with. Another "
            f"{_TESTED:,} "
            "characters of other writers are the test. Five characters in six are letters.",
            Formula("W <- W - rate dE/dW          with E the mean cross-entropy over the batch"),
        ),
    )


def _by_rate(rates: Sequence[float]) -> Section:
    inputs, labels = drawn_letter_or_digit("train", count=_COUNT)
    test = drawn_letter_or_digit("test", count=_TESTED)
    found = {rate: descend_epochs(inputs, labels, rate=rate, batch=0, epochs=_ITERATIONS) for rate in rates}
    right = {rate: _accuracy(one, *test) for rate, one in found.items()}
    best = max(right, key=lambda rate: right[rate])
    rows = [
        (f"{rate:g}", int((np.diff(one.losses) > 0).sum()), float(one.losses.max()), float(one.losses[-1]),
         f"{100 * right[rate]:.1f} %", "best" if rate == best else "")
        for rate, one in found.items()
    ]  # fmt: skip
    steps = tuple(map(float, range(_ITERATIONS + 1)))
    series = tuple(
        Series(f"rate {rate:g}", steps, tuple(map(float, one.losses))) for rate, one in found.items()
    )
    return Section(
        f"Learning rates: {_ITERATIONS} iterations of the full batch",
        (
            "Too large a rate jumps over the minimum: the loss rises and falls. Too small a rate crawls. The "
            "second column counts the iterations after which the loss was higher than before.",
            table("rate|loss rose|highest loss|last loss|test accuracy|", rows),
            Chart("Loss over the iterations", "iteration", "nats", series),
        ),
    )


def _accuracy(one: Descent, inputs: Float64, labels: Int64) -> float:
    """Return the share of samples read right."""
    return float(((inputs @ one.weights + one.bias).argmax(axis=1) == labels).mean())


def _by_batch(seed: int) -> tuple[Section, ...]:
    inputs, labels = drawn_letter_or_digit("train", count=_COUNT)
    test = drawn_letter_or_digit("test", count=_TESTED)
    found = {}
    for name, batch in _BATCHES.items():
        rate = _SHARED_RATE / 5 if batch == 1 else _SHARED_RATE
        found[name] = descend_epochs(inputs, labels, rate=rate, batch=batch, epochs=_EPOCHS, seed=seed)
    rows = [
        (name, _EPOCHS * -(-_COUNT // (_BATCHES[name] or _COUNT)), float(one.losses[-1]),
         f"{100 * _accuracy(one, *test):.1f} %", f"{one.seconds[-1]:.2f}")
        for name, one in found.items()
    ]  # fmt: skip
    by_epoch = tuple(
        Series(name, tuple(map(float, range(_EPOCHS + 1))), tuple(map(float, one.losses)))
        for name, one in found.items()
    )
    by_second = tuple(
        Series(name, tuple(map(float, one.seconds)), tuple(map(float, one.losses)))
        for name, one in found.items()
    )
    return (
        Section(
            f"Batch, mini-batch, stochastic: {_EPOCHS} epochs",
            (
                f"The rate is {_SHARED_RATE:g}, and {_SHARED_RATE / 5:g} for single samples, whose "
                "gradients are "
                "noisy. An epoch of the full batch is one step; an epoch of single samples is 500.",
                table("batch|steps|last loss|test accuracy|seconds", rows),
                Chart("Loss over the epochs", "epoch", "nats", by_epoch),
                Chart("Loss over the seconds", "seconds", "nats", by_second),
                "In epochs, the smaller batch is far ahead, because it takes more steps. In seconds it "
                "is not: a "
                "step on one sample costs nearly as much as one on 32. This is why mini-batches are usual.",
            ),
        ),
    )
