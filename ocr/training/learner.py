"""The part of a training run that changes: parameters, gradient, optimiser, running metrics and log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.losses import LOSSES, cross_entropy, one_hot, soft_cross_entropy
from ocr.classifier.network import backward, count_weights, forward, initialise, view_as_network
from ocr.training.optimizers import Optimizer, optimizer_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.array_types import Float32, Int64
    from ocr.classifier.network import Network
    from ocr.training.batches import Block
    from ocr.training.settings import TrainingSettings


class Learner:
    """A network in training.

    Parameters
    ----------
    settings : TrainingSettings
    sizes : tuple of int
        Widths of the network from inputs to classes.
    start : callable, optional
        Called with the fresh parameter vector (P,), into which it may write other weights to begin with.
    """

    def __init__(
        self,
        settings: TrainingSettings,
        sizes: tuple[int, ...],
        *,
        start: Callable[[Float32], None] | None = None,
    ) -> None:
        self.settings = settings
        self.vector: Float32 = initialise(
            sizes, scheme=settings.initialisation, rng=np.random.default_rng([settings.seed, 1])
        )
        if start is not None:
            start(self.vector)
        self.network = view_as_network(self.vector, sizes)
        self.slope = np.zeros_like(self.vector)
        self.gradients = view_as_network(self.slope, sizes)
        # Weights come first in the vector, so those of frozen layers are left out; the few biases stay in.
        fixed = count_weights(sizes[: settings.frozen + 1])
        self._moving = slice(fixed, None)
        self.optimizer: Optimizer = optimizer_named(
            settings.optimizer,
            self.vector[self._moving],
            weight_count=count_weights(sizes) - fixed,
            weight_decay=settings.weight_decay,
        )
        self.rng = np.random.default_rng([settings.seed, 4])
        self._frozen = [(layer.bias, layer.bias.copy()) for layer in self.network[: settings.frozen]]

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return self.optimizer.state[0]

    def step(self, block: Block, rows: slice, rate: float) -> tuple[float, int]:
        """Take one step on a batch of a block; return its loss and how many were read right before."""
        settings, labels = self.settings, block.labels[rows]
        state = forward(
            self.network,
            block.inputs[rows],
            activation=settings.activation,
            dropout=settings.dropout,
            rng=self.rng,
        )
        logits = state.logits + block.shifts[rows]
        loss, error = self._loss(
            logits, labels, None if block.teacher_probabilities is None else block.teacher_probabilities[rows]
        )
        backward(
            self.network,
            state,
            error,
            gradients=self.gradients,
            activation=settings.activation,
            frozen=settings.frozen,
        )
        self.optimizer.update(self.slope[self._moving], rate)
        # A gradient of 0 is overwritten in the update, so the next one would move them.
        for bias, first in self._frozen:
            bias[...] = first
        return loss, int((logits.argmax(axis=1) == labels).sum())

    def _loss(
        self, logits: Float32, labels: Int64, teacher_probabilities: Float32 | None
    ) -> tuple[float, Float32]:
        """Return loss and error for smoothed labels, or for labels mixed with a teacher's probabilities."""
        settings = self.settings
        loss = LOSSES[settings.loss]
        if teacher_probabilities is None:
            if loss is soft_cross_entropy:
                return cross_entropy(logits, labels, label_smoothing=settings.label_smoothing)
            return loss(logits, one_hot(labels, logits.shape[1], label_smoothing=settings.label_smoothing))
        weight = settings.distillation_weight
        targets = teacher_probabilities * np.float32(weight)
        targets[np.arange(len(labels)), labels] += np.float32(1 - weight)
        return loss(logits, targets)


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the training log; accuracies in [0, 1], loss in nats.

    ``steps`` and ``seconds`` count from the beginning of the run.
    """

    number: int
    epochs: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    learning_rate: float
    characters_per_second: float
    seconds_left: float
    # Logs of older versions lack these.
    steps: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Trained:
    """Result of a training run.

    Attributes
    ----------
    network : Network
        Of the best epoch, for plain features.
    log : tuple of Epoch
    best : int
        Number of the best epoch.
    interrupted : bool
        Whether Ctrl-C ended the run.
    """

    network: Network
    log: tuple[Epoch, ...]
    best: int
    interrupted: bool


@dataclass(slots=True)
class RunningMetrics:
    """Sums over the characters of an epoch so far; ``rate`` is the last learning rate."""

    done: int = 0
    right: int = 0
    loss: float = 0.0
    rate: float = 0.0

    def add(self, count: int, loss: float, right: int) -> None:
        """Add a batch: its size, its mean loss, and how many were read right."""
        self.done += count
        self.loss += loss * count
        self.right += right
