"""Non-linearities of the hidden layers, each with its derivative written in terms of its own output."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import AnyFloat


class Activation(NamedTuple):
    """``function(z)`` works in place and returns z; ``derivative(f(z), error)`` multiplies error by f'(z)."""

    function: Callable[[AnyFloat], AnyFloat]
    derivative: Callable[[AnyFloat, AnyFloat], None]


def relu(summed: AnyFloat) -> AnyFloat:
    """Compute the rectifier, max(z, 0), in place."""
    return np.maximum(summed, 0, out=summed)


def relu_derivative(output: AnyFloat, error: AnyFloat) -> None:
    """Multiply ``error`` by 1 where the output is positive, else by 0."""
    np.multiply(error, output > 0, out=error)


def tanh(summed: AnyFloat) -> AnyFloat:
    """Compute the hyperbolic tangent in place."""
    return np.tanh(summed, out=summed)


def tanh_derivative(output: AnyFloat, error: AnyFloat) -> None:
    """Multiply ``error`` by 1 - a²."""
    error *= 1 - output * output


def sigmoid(summed: AnyFloat) -> AnyFloat:
    """Compute 1 / (1 + exp(-z)) in place, as (1 + tanh(z / 2)) / 2, which cannot overflow."""
    summed *= 0.5
    np.tanh(summed, out=summed)
    summed += 1
    summed *= 0.5
    return summed


def sigmoid_derivative(output: AnyFloat, error: AnyFloat) -> None:
    """Multiply ``error`` by a (1 - a)."""
    error *= output * (1 - output)


def identity(summed: AnyFloat) -> AnyFloat:
    """Return z itself: layers without a non-linearity make one linear map together."""
    return summed


def identity_derivative(_output: AnyFloat, _error: AnyFloat) -> None:
    """Leave ``error`` as it is: the slope is 1."""


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(relu, relu_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "identity": Activation(identity, identity_derivative),
}


def activation_named(name: str) -> Activation:
    """Return the activation of that name.

    Raises
    ------
    SettingError
        If there is none.
    """
    if name not in ACTIVATIONS:
        message = f"unknown activation {name!r}: choose from {', '.join(ACTIVATIONS)}"
        raise SettingError(message)
    return ACTIVATIONS[name]
