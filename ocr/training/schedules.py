"""Schedules: factors of the learning rate over a training run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def constant(_progress: float) -> float:
    """Return the full rate, 1."""
    return 1.0


def step_halving(progress: float) -> float:
    """Return the rate halved at each fifth of the run: 1, 1/2, 1/4, 1/8, 1/16."""
    return 0.5 ** min(int(progress * 5), 4)


def cosine(progress: float) -> float:
    """Return half a cosine from 1 to 0 [1]_, after a linear warm-up over the first hundredth of the run.

    The warm-up starts at a tenth: at 0 the first step of every run would be lost.

    References
    ----------
    .. [1] Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
    """
    warmup = min(0.1 + 0.9 * progress / 0.01, 1.0)
    return warmup * half_cosine(progress)


def half_cosine(progress: float) -> float:
    """Return half a cosine, from 1 at 0 to 0 at 1."""
    return 0.5 * (1 + math.cos(math.pi * progress))


def decay_after(epochs: int, decay_at: Sequence[int], decay: float) -> float:
    """Return ``decay`` to the power of how many of the epochs ``decay_at`` are over after ``epochs``.

    >>> [decay_after(epochs, (20, 40), 0.5) for epochs in (19, 20, 40)]
    [1.0, 0.5, 0.25]
    """
    return float(decay ** sum(epoch <= epochs for epoch in decay_at))


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "step": step_halving,
    "cosine": cosine,
}


def schedule_named(name: str) -> Callable[[float], float]:
    """Return the schedule of that name: a function from progress in [0, 1) to a factor of the learning rate.

    Raises
    ------
    SettingError
        If there is none.
    """
    if name not in SCHEDULES:
        message = f"unknown schedule {name!r}: choose from {', '.join(SCHEDULES)}"
        raise SettingError(message)
    return SCHEDULES[name]
