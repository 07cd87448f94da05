"""Settings of a training run: the recipe of a model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr.classifier.activations import ACTIVATIONS
from ocr.classifier.network import INITIALISATIONS
from ocr.errors import SettingError
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
        Widths of the hidden layers. Wider learns more and costs in proportion.
    activation, initialisation, optimizer, schedule : str
        Names from the tables of their modules.
    learning_rate : float
        Largest step size. Ten times more diverges or stalls, ten times less learns slowly.
    batch_size : int
        Characters per step. Larger batches are faster per character and take fewer, smoother steps.
    epochs : int
        Passes over the data.
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
    activation: str = "relu"
    initialisation: str = "he"
    optimizer: str = "adamw"
    schedule: str = "cosine"
    learning_rate: float = 1e-3
    batch_size: int = 512
    epochs: int = 26
    weight_decay: float = 0.02
    dropout: float = 0.25
    label_smoothing: float = 0.05
    distillation_weight: float = 0.6
    augment: bool = True
    validation: float = 0.05
    seed: int = 1

    def __post_init__(self) -> None:
        for name, (fits, expected) in (self._names() | self._ranges()).items():
            if not fits:
                message = f"setting {name}: found {getattr(self, name)!r}, expected {expected}; change it"
                raise SettingError(message)

    def _names(self) -> dict[str, tuple[bool, str]]:
        """Return for each setting that is a name whether it is known, and the names."""
        tables: dict[str, Iterable[str]] = {
            "activation": ACTIVATIONS,
            "initialisation": INITIALISATIONS,
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
            "batch_size": (self.batch_size >= 1, "1 or more"),
            "epochs": (self.epochs >= 1, "1 or more"),
            "weight_decay": (0 <= self.weight_decay < math.inf, "a finite number of 0 or more"),
            "dropout": (0 <= self.dropout <= 0.9, "0 .. 0.9"),
            "distillation_weight": (0 <= self.distillation_weight <= 1, "0 .. 1"),
            "label_smoothing": (0 <= self.label_smoothing < 1, "0 .. 1, 1 excluded"),
            "validation": (0 < self.validation <= 0.5, "above 0 and at most 0.5"),
            "seed": (self.seed >= 0, "0 or more"),
        }
