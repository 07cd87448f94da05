"""Lesson backprop: a net of 2 inputs, 2 hidden and 2 output units, with every derivative as a number.

The net is that of a widespread worked example [1]_, with the cross-entropy instead of the squared error.

References
----------
.. [1] M. Mazur, "A step by step backpropagation example", 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.errors import DivergedError, SettingError
from ocr.experiments.lessons.cross_entropy import sigmoid
from ocr.experiments.lessons.lesson_parts import Formula, Lesson, Section, table
from ocr.experiments.lessons.softmax import central_differences

if TYPE_CHECKING:
    from ocr.array_types import Float64

_INPUTS, _TARGETS = np.array([0.05, 0.10]), np.array([0.01, 0.99])
# Weights of the hidden units w1 w2 (unit 1) and w3 w4 (unit 2), of the outputs w5 w6 and w7 w8, then the
# biases of the four units. Each unit has a bias of its own.
PARAMETERS = np.array([0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55, 0.35, 0.35, 0.60, 0.60])
NAMES = (*(f"w{index}" for index in range(1, 9)), "b of h1", "b of h2", "b of o1", "b of o2")
_DIGITS = 9


class Pass(NamedTuple):
    """Sums and outputs (2,) of the hidden and of the output units, and the loss in nats."""

    hidden_net: Float64
    hidden_out: Float64
    net: Float64
    out: Float64
    loss: float


def forward_pass(parameters: Float64) -> Pass:
    """Compute the net with parameters (12,); each row of a weight matrix belongs to one unit."""
    first, second = parameters[:4].reshape(2, 2), parameters[4:8].reshape(2, 2)
    hidden_net = first @ _INPUTS + parameters[8:10]
    hidden_out = sigmoid(hidden_net)
    net = second @ hidden_out + parameters[10:]
    out = sigmoid(net)
    loss = -float((_TARGETS * np.log(out) + (1 - _TARGETS) * np.log(1 - out)).sum())
    return Pass(hidden_net, hidden_out, net, out, loss)


def gradient(parameters: Float64) -> Float64:
    """Compute the derivatives (12,) of the loss by back-propagation, in the order of `PARAMETERS`."""
    found = forward_pass(parameters)
    error = found.out - _TARGETS
    hidden_error = (error @ parameters[4:8].reshape(2, 2)) * found.hidden_out * (1 - found.hidden_out)
    return np.concatenate(
        [
            np.outer(hidden_error, _INPUTS).ravel(),
            np.outer(error, found.hidden_out).ravel(),
            hidden_error,
            error,
        ]
    )


def backprop_lesson(*, rate: float = 0.5) -> Lesson:
    """Return the lesson.

    Raises
    ------
    SettingError
        If the rate is not above 0.
    DivergedError
        If the step leaves the finite numbers.
    """
    if not 0 < rate < np.inf:
        message = f"rate {rate:g}: expected a number above 0"
        raise SettingError(message)
    return Lesson(
        "backprop",
        "Back-propagation: every derivative of a small net",
        (_net(), _forward(), _backward(), _gradients(), _step(rate), _slips()),
    )


def _net() -> Section:
    rows = [(name, float(value)) for name, value in zip(NAMES, PARAMETERS, strict=True)]
    return Section(
        "The net",
        (
            "Two inputs 0.05 and 0.10, two hidden units h1 and h2, two outputs o1 and o2 with the "
            "targets 0.01 "
            "and 0.99. All four units are sigmoid units.",
            Formula(
                "net h1 = w1 i1 + w2 i2 + b1        net o1 = w5 h1 + w6 h2 + b2\n"
                "net h2 = w3 i1 + w4 i2 + b1        net o2 = w7 h1 + w8 h2 + b2\n"
                "out = sigma(net) = 1 / (1 + exp(-net))"
            ),
            table("parameter|value", rows, digits=2),
        ),
    )


def _forward() -> Section:
    found = forward_pass(PARAMETERS)
    nets, outs = np.concatenate([found.hidden_net, found.net]), np.concatenate([found.hidden_out, found.out])
    rows = [
        (name, float(a), float(b)) for name, a, b in zip(("h1", "h2", "o1", "o2"), nets, outs, strict=True)
    ]
    terms = -(_TARGETS * np.log(found.out) + (1 - _TARGETS) * np.log(1 - found.out))
    return Section(
        "Forward",
        (
            table("unit|net|out", rows, digits=_DIGITS),
            Formula(
                "E = -sum_k [t_k ln o_k + (1 - t_k) ln(1 - o_k)]\n"
                f"  = {terms[0]:.9f} + {terms[1]:.9f} = {found.loss:.9f}"
            ),
        ),
    )


def _backward() -> Section:
    found = forward_pass(PARAMETERS)
    out, hidden = found.out, found.hidden_out
    by_out = (out - _TARGETS) / (out * (1 - out))
    error = out - _TARGETS
    by_hidden = error @ PARAMETERS[4:8].reshape(2, 2)
    slopes = hidden * (1 - hidden)
    outputs = [
        (f"o{k + 1}", float(by_out[k]), float(out[k] * (1 - out[k])), float(error[k])) for k in range(2)
    ]
    hiddens = [
        (f"h{k + 1}", float(by_hidden[k]), float(slopes[k]), float(by_hidden[k] * slopes[k]))
        for k in range(2)
    ]
    return Section(
        "Backward",
        (
            Formula(
                "outputs: dE/dout = (out - t) / (out (1 - out))     dout/dnet = out (1 - out)\n"
                "         dE/dnet = out - t                         the slope of the sigmoid cancels\n"
                "hidden:  dE/dout h1 = dE/dnet o1 w5 + dE/dnet o2 w7"
            ),
            table("unit|dE/dout|dout/dnet|dE/dnet", [*outputs, *hiddens], digits=_DIGITS),
            "The derivative by a weight is dE/dnet of its unit times what comes in; by a bias it is dE/dnet "
            "itself.",
        ),
    )


def _gradients() -> Section:
    exact = gradient(PARAMETERS)
    numeric = central_differences(lambda at: np.array([forward_pass(at).loss]), PARAMETERS)[0]
    rows = [
        (name, float(a), float(b), float(abs(a - b)))
        for name, a, b in zip(NAMES, exact, numeric, strict=True)
    ]
    return Section(
        "All twelve gradients, and a check",
        (
            "A gradient check moves one parameter a little to either side and computes the loss anew. It "
            "finds most mistakes in a derivation. The largest difference here is "
            f"{np.abs(exact - numeric).max():.1e}.",
            table("parameter|back-propagation|central difference|difference", rows, digits=_DIGITS),
        ),
    )


def _step(rate: float) -> Section:
    slope = gradient(PARAMETERS)
    after = PARAMETERS - rate * slope
    with np.errstate(all="ignore"):
        before, now = forward_pass(PARAMETERS), forward_pass(after)
    if not np.isfinite(now.loss):
        message = f"rate {rate:g}: one step leads to a loss of {now.loss}; choose a smaller --rate"
        raise DivergedError(message)
    rows = [
        (name, float(a), float(b), float(c))
        for name, a, b, c in zip(NAMES, PARAMETERS, slope, after, strict=True)
    ]
    return Section(
        f"One step with rate {rate:g}",
        (
            table("parameter|before|gradient|after", rows, digits=_DIGITS),
            Formula(
                f"outputs: {before.out[0]:.9f}, {before.out[1]:.9f}  ->  {now.out[0]:.9f}, {now.out[1]:.9f}\n"
                f"loss:    {before.loss:.9f}  ->  {now.loss:.9f}"
            ),
        ),
    )


def _slips() -> Section:
    right = float(forward_pass(PARAMETERS).hidden_net[1])
    slip = float(np.array([0.20, 0.30]) @ _INPUTS + 0.35)
    wrong, sure = 1 / (1 - float(np.exp(-right))), float(sigmoid(np.array(right)))
    return Section(
        "Two slips that are often copied",
        (
            f"The sigmoid is 1 / (1 + exp(-x)). With a minus, as some texts print it, 1 / (1 - exp(-x)) is "
            f"{wrong:.5f} at x = {right:.4f}: above 1, negative for negative x, and infinite at 0. A "
            f"probability has to lie between 0 and 1: sigma({right:.4f}) = {sure:.5f}.",
            f"The second hidden unit has the weights w3 = 0.25 and w4 = 0.30: net h2 = 0.25 x 0.05 + "
            f"0.30 x 0.10 + 0.35 = {right:.4f}. With 0.20 and 0.30 (w2 and w4) it would be {slip:.4f}: w2 "
            "belongs to h1.",
            "to h1.",
        ),
    )
