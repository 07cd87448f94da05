"""Lesson softmax: the exponentials step by step, the shift, the Jacobian, and the temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import SettingError
from ocr.experiments.lessons.lesson_parts import Chart, Formula, Lesson, Section, Series, SoftmaxSlider, table
from ocr.numeric import softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float64

# Factors of the logits in the table, up to where only the largest is left.
_FACTORS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0)
_STEP = 1e-6


def jacobian(logits: Float64) -> Float64:
    """Compute the derivatives (K, K) of the probabilities by the logits (K,): p_i (δ_ij - p_j)."""
    p = softmax(logits[None])[0]
    return np.diag(p) - np.outer(p, p)


def central_differences(function: Callable[[Float64], Float64], at: Float64) -> Float64:
    """Compute the derivatives (M, K) of a function with M results at (K,), from two values on either side."""
    columns = []
    for index in range(len(at)):
        step = np.zeros_like(at)
        step[index] = _STEP
        columns.append((function(at + step) - function(at - step)) / (2 * _STEP))
    return np.stack(columns, axis=1)


def softmax_lesson(*, logits: Sequence[float] = (1.0, 2.0, 3.0)) -> Lesson:
    """Return the lesson for logits.

    Raises
    ------
    SettingError
        If there are fewer than two logits or more than ten, or one is not finite or beyond 500.
    """
    z = np.array(logits, dtype=np.float64)
    if not 2 <= len(z) <= 10 or not np.isfinite(z).all() or np.abs(z).max() > 500:
        message = f"logits {', '.join(f'{one:g}' for one in logits)}: expected 2 to 10 numbers in -500 .. 500"
        raise SettingError(message)
    return Lesson(
        "softmax",
        "Softmax: from logits to probabilities",
        (_steps(z), _shift(z), _equal(len(z)), _jacobian(z), _temperature(z)),
    )


def _steps(z: Float64) -> Section:
    powers = np.exp(z)
    rows = [
        (f"{index}", float(one), float(power), float(power / powers.sum()))
        for index, (one, power) in enumerate(zip(z, powers, strict=True), 1)
    ]
    return Section(
        "Step by step",
        (
            Formula("p_i = exp(z_i) / sum_j exp(z_j)"),
            "Each logit becomes a positive number, and each of these is divided by their sum. So the "
            "probabilities are positive and their sum is 1.",
            table("i|z|exp(z)|p", [*rows, ("sum", "", float(powers.sum()), 1.0)]),
        ),
    )


def _naive(z: Float64) -> Float64:
    """Compute the softmax without a shift; NaN where the exponentials overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(z)
        return np.asarray(powers / powers.sum())


def _shift(z: Float64) -> Section:
    far = z + 1000
    rows = [
        (index, float(a), float(b), float(c), float(d))
        for index, (a, b, c, d) in enumerate(
            zip(softmax(z[None])[0], _naive(z + 10), _naive(far), softmax(far[None])[0], strict=True), 1
        )
    ]
    return Section(
        "A shift changes nothing, and prevents overflow",
        (
            Formula("exp(z_i + s) / sum_j exp(z_j + s) = exp(s) exp(z_i) / (exp(s) sum_j exp(z_j)) = p_i"),
            "The factor exp(s) cancels. With logits near 1000 the exponentials overflow and the quotient is "
            "not a number (nan). After the largest logit is subtracted, no exponential is above 1.",
            table("i|p of z|p of z + 10|p of z + 1000, as it stands|p of z + 1000, max subtracted", rows),
        ),
    )


def _equal(count: int) -> Section:
    p = softmax(np.full((1, count), 7.0))[0]
    return Section(
        f"Equal logits: 1/{count} each",
        (
            "Only differences count. Where there is none, every class is equally probable.",
            table("i|z|p", [(index, 7.0, float(one)) for index, one in enumerate(p, 1)]),
        ),
    )


def _jacobian(z: Float64) -> Section:
    exact = jacobian(z)
    numeric = central_differences(lambda at: softmax(at[None])[0], z)
    rows = [
        (i + 1, j + 1, float(exact[i, j]), float(numeric[i, j]), float(abs(exact[i, j] - numeric[i, j])))
        for i in range(len(z))
        for j in range(len(z))
    ]
    return Section(
        "The Jacobian",
        (
            Formula("dp_i / dz_j = p_i (delta_ij - p_j)          delta_ij is 1 if i = j, else 0"),
            f"Beside each derivative is the central difference (p(z + h) - p(z - h)) / 2h with h = "
            f"{_STEP:g}. "
            f"The largest difference between the two is {np.abs(exact - numeric).max():.1e}.",
            table("i|j|p_i (delta_ij - p_j)|central difference|difference", rows, digits=8),
        ),
    )


def _temperature(z: Float64) -> Section:
    rows = [(f"{c:g}", *map(float, softmax(c * z[None])[0])) for c in _FACTORS]
    winners = z == z.max()
    rows.append(("infinity", *map(float, winners / winners.sum())))
    factors = np.geomspace(0.1, 100, 61)
    curves = softmax(factors[:, None] * z)
    series = tuple(
        Series(f"p_{index + 1} (z = {z[index]:g})", tuple(np.log10(factors)), tuple(curves[:, index]))
        for index in range(len(z))
    )
    return Section(
        "Temperature: from uniform to argmax",
        (
            Formula("p = softmax(c z)          c = 1 / temperature"),
            "A small c makes all classes alike; a large one leaves only the largest logit: the softmax is a "
            "soft form of argmax.",
            table("c|" + "|".join(f"p_{index}" for index in range(1, len(z) + 1)), rows),
            SoftmaxSlider(tuple(map(float, z))),
            Chart("Probabilities by c", "log10 of c", "p", series),
        ),
    )
