"""First-order optimisers: each keeps its memory beside one flat parameter vector and updates it in place.

They go through the vector in chunks that stay in the processor's cache: an optimiser does so little
arithmetic per number that memory traffic is its cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ocr.errors import SettingError

if TYPE_CHECKING:
    from ocr.array_types import AnyFloat


# 16,384 float32 numbers are 64 KiB; five such chunks fit a 512 KiB second-level cache.
_CHUNK = 16_384


class Optimizer:
    """Base of the optimisers: splits the vector into chunks, applies weight decay, counts steps.

    Parameters
    ----------
    vector : (P,) float array
        The parameters; updated in place.
    weight_count : int
        How many of them, from the start, are weights: only these decay.
    weight_decay : float, >= 0
        L2 penalty λ: adds λ w to the gradient, except for AdamW, which shrinks the weights by the share η λ.
    """

    moments: ClassVar[int] = 0
    decoupled_decay: ClassVar[bool] = False

    def __init__(self, vector: AnyFloat, *, weight_count: int, weight_decay: float = 0.0) -> None:
        self._vector = vector
        self._memory = [np.zeros_like(vector) for _ in range(self.moments)]
        self._weight_count = weight_count
        self._weight_decay = weight_decay
        self._steps = 0

    @property
    def state(self) -> tuple[int, list[AnyFloat]]:
        """Steps so far, and the memory: what the next step depends on besides the parameters."""
        return self._steps, self._memory

    @state.setter
    def state(self, state: tuple[int, list[AnyFloat]]) -> None:
        self._steps = state[0]
        self._memory = [memory.astype(self._vector.dtype) for memory in state[1]]

    def update(self, gradient: AnyFloat, learning_rate: float) -> None:
        """Take one step against ``gradient`` (P,), which may be overwritten."""
        self._steps += 1
        for start in range(0, self._vector.size, _CHUNK):
            chunk = slice(start, start + _CHUNK)
            decaying = max(0, min(self._weight_count - start, _CHUNK))
            self._decay(self._vector[chunk][:decaying], gradient[chunk][:decaying], learning_rate)
            self._update_chunk(
                self._vector[chunk],
                gradient[chunk],
                [memory[chunk] for memory in self._memory],
                learning_rate,
            )

    def _decay(self, weights: AnyFloat, gradient: AnyFloat, learning_rate: float) -> None:
        """Apply weight decay, in place."""
        if self._weight_decay == 0.0 or weights.size == 0:
            return
        if self.decoupled_decay:
            weights *= 1 - learning_rate * self._weight_decay
        else:
            gradient += self._weight_decay * weights

    def _update_chunk(
        self, values: AnyFloat, gradient: AnyFloat, memory: list[AnyFloat], learning_rate: float
    ) -> None:
        """Update some parameters, in place."""
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent: w ← w - η g."""

    def _update_chunk(
        self, values: AnyFloat, gradient: AnyFloat, memory: list[AnyFloat], learning_rate: float
    ) -> None:
        del memory
        values -= learning_rate * gradient


class Momentum(Optimizer):
    """Heavy ball [1]_: v ← μ v - η g, w ← w + v, with μ = 0.9.

    References
    ----------
    .. [1] Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """

    moments = 1
    _MU = 0.9

    def _update_chunk(
        self, values: AnyFloat, gradient: AnyFloat, memory: list[AnyFloat], learning_rate: float
    ) -> None:
        (velocity,) = memory
        velocity *= self._MU
        velocity -= learning_rate * gradient
        values += velocity


class Nesterov(Optimizer):
    """Nesterov's momentum in the form of Sutskever et al. [1]_: w ← w + μ v - η g after v ← μ v - η g.

    References
    ----------
    .. [1] Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum", ICML 2013.
    """

    moments = 1
    _MU = 0.9

    def _update_chunk(
        self, values: AnyFloat, gradient: AnyFloat, memory: list[AnyFloat], learning_rate: float
    ) -> None:
        (velocity,) = memory
        step = learning_rate * gradient
        velocity *= self._MU
        velocity -= step
        values += self._MU * velocity
        values -= step


class RMSprop(Optimizer):
    """Divide the gradient by a running root mean square [1]_: s ← ρ s + (1 - ρ) g², w ← w - η g / (√s + ε).

    References
    ----------
    .. [1] Tieleman, Hinton, "Lecture 6.5 - RMSprop", Neural Networks for Machine Learning, 2012.
    """

    moments = 1
    _RHO = 0.99
    _EPSILON = 1e-8

    def _update_chunk(
        self, values: AnyFloat, gradient: AnyFloat, memory: list[AnyFloat], learning_rate: float
    ) -> None:
        (square,) = memory
        square *= self._RHO
        square += (1 - self._RHO) * gradient * gradient
        root = np.sqrt(square)
        root += self._EPSILON
        np.divide(gradient, root, out=root)
        root *= learning_rate
        values -= root


class Adam(Optimizer):
    """Adam [1]_: bias-corrected running means of the gradient and of its square.

    References
    ----------
    .. [1] Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    moments = 2
    _BETA1 = 0.9
    _BETA2 = 0.999
    _EPSILON = 1e-8

    def _update_chunk(
        self, values: AnyFloat, gradient: AnyFloat, memory: list[AnyFloat], learning_rate: float
    ) -> None:
        mean, square = memory
        mean *= self._BETA1
        mean += (1 - self._BETA1) * gradient
        square *= self._BETA2
        np.multiply(gradient, gradient, out=gradient)
        gradient *= 1 - self._BETA2
        square += gradient
        correction2 = 1 - self._BETA2**self._steps
        step = learning_rate / (1 - self._BETA1**self._steps)
        root = np.sqrt(square, out=gradient)
        root *= 1 / np.sqrt(correction2).astype(root.dtype)
        root += self._EPSILON
        np.divide(mean, root, out=root)
        root *= step
        values -= root


class AdamW(Adam):
    """Adam with weight decay taken out of the gradient [1]_: w ← (1 - η λ) w - Adam step.

    References
    ----------
    .. [1] Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """

    decoupled_decay = True


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}


USUAL_RATES = {
    "sgd": 0.1,
    "momentum": 0.01,
    "nesterov": 0.01,
    "rmsprop": 0.001,
    "adam": 0.001,
    "adamw": 0.001,
}
"""Usual learning rate of each optimiser; a momentum of 0.9 makes steps ten times as long."""


def optimizer_named(
    name: str, vector: AnyFloat, *, weight_count: int, weight_decay: float = 0.0
) -> Optimizer:
    """Return the optimiser of that name for a parameter vector (P,).

    Raises
    ------
    SettingError
        If there is none.
    """
    if name not in OPTIMIZERS:
        message = f"unknown optimiser {name!r}: choose from {', '.join(OPTIMIZERS)}"
        raise SettingError(message)
    return OPTIMIZERS[name](vector, weight_count=weight_count, weight_decay=weight_decay)
