r"""Lesson vanishing: the size of the gradient against depth, in a chain of units of width 1.

In a chain :math:`a_l = f(w a_{l-1} + b)`, the derivative of the output by :math:`z_l` is a product of one
factor :math:`w f'(z)` for each layer above. Logarithms of these factors are added up, so no depth is too
large for the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.errors import SettingError
from ocr.experiments.lessons.lesson_parts import Chart, Formula, Lesson, Section, Series, table

if TYPE_CHECKING:
    from ocr.array_types import Float64

_INPUT, _DEPTH, _MOST_DEPTH = 0.5, 153, 10_000
_FACTORS = (0.5, 1.0, 4.0)


class Chain(NamedTuple):
    """A chain of equal units: the ``activation``, the ``weight`` and the ``bias`` of each."""

    activation: str
    weight: float
    bias: float = 0.0

    @property
    def label(self) -> str:
        """What to call it."""
        bias = f", b = {self.bias:g}" if self.bias else ""
        return f"{self.activation}, w = {self.weight:g}{bias}"


def _output_and_slope(activation: str, z: float) -> tuple[float, float]:
    """Return f(z) and f'(z)."""
    if activation == "relu":
        return max(z, 0.0), float(z > 0)
    if activation == "tanh":
        return float(np.tanh(z)), float(1 - np.tanh(z) ** 2)
    # Half a tanh cannot overflow.
    a = 0.5 * (1 + float(np.tanh(z / 2)))
    return a, a * (1 - a)


def gradient_exponents(chain: Chain, depth: int) -> Float64:
    """Compute log10 of the derivative (depth,) of the output of a chain by z of each unit, first unit first.

    Minus infinity where it is exactly 0: the chain is dead.
    """
    slopes, a = np.empty(depth), _INPUT
    for layer in range(depth):
        a, slopes[layer] = _output_and_slope(chain.activation, chain.weight * a + chain.bias)
    with np.errstate(divide="ignore"):
        logs = np.log10(slopes)
        steps = np.log10(abs(chain.weight)) + logs[:-1]
    return np.asarray(np.concatenate([np.cumsum(np.append(steps, logs[-1])[::-1])[::-1]]))


def vanishing_lesson(*, depth: int = _DEPTH) -> Lesson:
    """Return the lesson.

    Raises
    ------
    SettingError
        If the depth is out of range.
    """
    if not 2 <= depth <= _MOST_DEPTH:
        message = f"depth {depth}: expected 2 .. {_MOST_DEPTH} layers"
        raise SettingError(message)
    usual = [Chain(activation, 1.0) for activation in ("sigmoid", "tanh", "relu")]
    varied = [Chain(activation, w) for activation in ("sigmoid", "tanh", "relu") for w in _FACTORS]
    centred = [Chain("sigmoid", w, -w / 2) for w in _FACTORS]
    dead = Chain("relu", -1.0)
    return Lesson(
        "vanishing",
        f"Vanishing gradients: a chain of {depth} units",
        (
            _why(),
            _section("Sigmoid, tanh and ReLU with weights of 1", usual, depth),
            _section("Weights times 0.5, 1 and 4", varied, depth),
            _section("The best case of the sigmoid", centred, depth, before=_CENTRED),
            _section("A dead chain", [dead, Chain("relu", 1.0)], depth, before=_DEAD),
            _numbers(),
        ),
    )


_CENTRED = (
    "With b = -w/2 each unit stays at z = 0, where the sigmoid is steepest: each layer multiplies by "
    "w/4. Only "
    "at w = 4 does the gradient keep its size, and a little more explodes."
)
_DEAD = (
    "A ReLU whose sum is below 0 has output 0 and slope 0. With a negative weight the first unit is off, and "
    "nothing comes back through it: its gradient is exactly 0, not merely small. It is not on the chart, "
    "because 0 has no logarithm."
)


def _why() -> Section:
    return Section(
        "The reason",
        (
            Formula(
                "dE/dz_l = f'(z_l) w dE/dz_(l+1)          so over n layers: a product of n factors w f'(z)"
            ),
            "The slope of the sigmoid is at most 1/4, that of tanh at most 1, that of ReLU 0 or 1. A product "
            "of many factors below 1 vanishes; of many factors above 1 it explodes. All numbers are float64, "
            "added up as logarithms.",
        ),
    )


def _section(title: str, chains: list[Chain], depth: int, *, before: str = "") -> Section:
    exponents = {chain: gradient_exponents(chain, depth) for chain in chains}
    places = tuple(map(float, range(1, depth + 1)))
    rows = [
        (chain.label, _power(logs[0]), _power(logs[depth // 2]), _power(logs[-1]), _verdict(logs))
        for chain, logs in exponents.items()
    ]
    drawn = tuple(
        Series(chain.label, places, tuple(map(float, logs)))
        for chain, logs in exponents.items()
        if np.isfinite(logs).all()
    )
    return Section(
        title,
        (
            *((before,) if before else ()),
            table("chain|first unit|middle|last unit|so it", rows),
            Chart("Gradient by layer (logarithmic)", "layer", "dE/dz", drawn, powers=True),
        ),
    )


def _power(exponent: float) -> str:
    """Write 10 to the power of an exponent, however small.

    >>> _power(-138.3), _power(0.0), _power(float("-inf"))
    ('5.0e-139', '1.0e+00', '0')
    """
    if np.isneginf(exponent):
        return "0"
    whole = int(np.floor(exponent))
    return f"{10 ** (exponent - whole):.1f}e{whole:+03d}"


def _verdict(logs: Float64) -> str:
    """Return what becomes of a gradient on its way from the last unit to the first."""
    if np.isneginf(logs).any():
        return "is dead"
    change = float(logs[0] - logs[-1])
    if abs(change) < 1:
        return "keeps its size"
    return "vanishes" if change < 0 else "explodes"


def _numbers() -> Section:
    smallest, single = np.finfo(np.float64).tiny, np.finfo(np.float32).tiny
    return Section(
        "How small is too small",
        (
            f"The smallest normal float32 is {single:.1e} and the smallest float64 is {smallest:.1e}. "
            "What is "
            "below counts as 0 soon, and a layer with a gradient of 0 does not learn at all. But a layer "
            "learns "
            "too slowly long before: at a rate of 0.1, a gradient of 1e-10 moves a weight by 1e-11 a step.",
            "Real nets: ocr weights --gradients --data drawn --hidden 32,32,32,32,32,32,32,32 shows the "
            "gradient of each layer of wide nets while they learn.",
        ),
    )
