"""Settings of a training run: the recipe of a model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr.classifier.activations import ACTIVATIONS
from ocr.classifier.features import INPUTS
from ocr.classifier.losses import LOSSES
from ocr.classifier.network import parse_initialisation
from ocr.errors import SettingError, require_ranges
from ocr.training.optimizers import OPTIMIZERS
from ocr.training.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Settings that decide a training run, besides its data.

    The defaults are the recipe of the shipped model; they were chosen on held-out training characters.

    Attributes
    ----------
    hidden : tuple of int
        Widths of the hidden layers. Wider learns more and costs in proportion. Empty: a softmax layer alone.
    input, activation, loss, optimizer, schedule : str
        Names from the tables of their modules.
    initialisation : str
        As :func:`ocr.classifier.network.initialise` takes it.
    learning_rate : float
        Largest step size. Ten times more diverges or stalls, ten times less learns slowly.
    batch_size : int
        Characters per step; 0 for all of them. Larger batches are faster per character and take fewer,
        smoother steps.
    epochs : int
        Passes over the data.
    steps : int
        End after so many steps, whatever ``epochs`` is; 0 to count epochs.
    decay_at : tuple of int
        Epochs after which the learning rate is multiplied by ``decay``, beside the schedule.
    decay : float
        That factor.
    frozen : int
        The first so many layers keep the weights that they begin with.
    weight_decay : float
        Pull of the weights towards zero.
    dropout : float
        Share of hidden outputs dropped in training.
    label_smoothing : float
        Share of the target spread over all classes; keeps probabilities modest, as a decoder needs them.
    distillation_weight : float
        Share of the probabilities of a teacher in the target, if there is one; the label is the rest. A
        teacher's probabilities show how ambiguous a shape is, which a label cannot.
    augment : bool
        Distort each crop anew in each epoch.
    validation : float
        Share of the training characters held out to choose the best epoch and to calibrate.
    seed : int
        Source of all randomness.

    Raises
    ------
    SettingError
        If a setting lies outside its range; the message names it.
    """

    hidden: tuple[int, ...] = (2560, 1024)
    input: str = "features"
    activation: str = "relu"
    initialisation: str = "he"
    loss: str = "cross-entropy"
    optimizer: str = "adamw"
    schedule: str = "cosine"
    learning_rate: float = 1e-3
    batch_size: int = 512
    epochs: int = 26
    steps: int = 0
    decay_at: tuple[int, ...] = ()
    decay: float = 0.5
    frozen: int = 0
    weight_decay: float = 0.02
    dropout: float = 0.25
    label_smoothing: float = 0.05
    distillation_weight: float = 0.6
    augment: bool = True
    validation: float = 0.05
    seed: int = 1

    def __post_init__(self) -> None:
        require_ranges(self, self._names() | self._ranges())
        parse_initialisation(self.initialisation)

    def _names(self) -> dict[str, tuple[bool, str]]:
        """Return for each setting that is a name whether it is known, and the names."""
        tables: dict[str, Iterable[str]] = {
            "input": INPUTS,
            "activation": ACTIVATIONS,
            "loss": LOSSES,
            "optimizer": OPTIMIZERS,
            "schedule": SCHEDULES,
        }
        return {
            name: (getattr(self, name) in table, f"one of {', '.join(table)}")
            for name, table in tables.items()
        }

    def _ranges(self) -> dict[str, tuple[bool, str]]:
        """Return for each other setting whether it lies in its range, and the range."""
        return {
            "hidden": (all(width >= 1 for width in self.hidden), "widths of 1 or more"),
            "learning_rate": (0 < self.learning_rate < math.inf, "a finite number above 0"),
            "batch_size": (self.batch_size >= 0, "1 or more, or 0 for all characters"),
            "epochs": (self.epochs >= 1, "1 or more"),
            "steps": (self.steps >= 0, "1 or more, or 0 to count epochs"),
            "decay_at": (all(epoch >= 1 for epoch in self.decay_at), "numbers of epochs, 1 or more"),
            "decay": (0 < self.decay <= 1, "above 0 and at most 1"),
            "frozen": (0 <= self.frozen <= len(self.hidden), "0 .. the number of hidden layers"),
            "weight_decay": (0 <= self.weight_decay < math.inf, "a finite number of 0 or more"),
            "dropout": (0 <= self.dropout <= 0.9, "0 .. 0.9"),
            "distillation_weight": (0 <= self.distillation_weight <= 1, "0 .. 1"),
            "label_smoothing": (0 <= self.label_smoothing < 1, "0 .. 1, 1 excluded"),
            "validation": (0 < self.validation <= 0.5, "above 0 and at most 0.5"),
            "seed": (self.seed >= 0, "0 or more"),
        }


_DEFAULTS = TrainingSettings()
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")
_EXPECTED = {
    "hidden": "widths such as 200,100, or none for a softmax layer alone",
    "decay_at": "numbers of epochs such as 20,40",
    "batch_size": "1 or more, or full",
    "augment": "yes or no",
}


def parse_setting(name: str, text: str) -> Any:
    """Parse the value of a setting as a user writes it.

    >>> parse_setting("hidden", "200,100"), parse_setting("hidden", ""), parse_setting("batch_size", "full")
    ((200, 100), (), 0)

    Parameters
    ----------
    name : str
        A field of :class:`TrainingSettings`.
    text : str

    Raises
    ------
    SettingError
        If it is of another type.
    """
    example = getattr(_DEFAULTS, name)
    try:
        if isinstance(example, bool):
            return {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}[text.lower()]
        if isinstance(example, tuple):
            return tuple(int(part) for part in text.split(",")) if text.strip() not in {"", "none"} else ()
        if name == "batch_size" and text.strip() == "full":
            return 0
        value = type(example)(text)
        if name == "batch_size" and value < 1:
            raise ValueError
        return value
    except (ValueError, KeyError):
        usual = "a whole number" if isinstance(example, int) else "a number"
        message = f"--{name.replace('_', '-')}: found {text!r}, expected {_EXPECTED.get(name, usual)}"
        raise SettingError(message) from None
