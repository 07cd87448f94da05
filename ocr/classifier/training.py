"""Training: mini-batches of freshly distorted tiles through the network, best epoch kept.

A second thread distorts tiles and computes features while the network learns; NumPy lets go of the
interpreter in both, so neither starves. What is drawn depends on the seed and the place in the run, never on
the timing.

Characters of different origin (EMNIST, fonts, ...) have different classes and shares of them. With several
origins the logits are shifted by the logarithm of each class's share in the origin of the character before
the loss is taken [1]_: the network learns what shapes say, and how frequent a class is stays outside, to be
added when reading.

References
----------
.. [1] Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.
"""

from __future__ import annotations

import math
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.augment import AugmentSettings, distort
from ocr.classifier.calibration import fit_temperature
from ocr.classifier.features import FEATURE_COUNT, features
from ocr.classifier.losses import cross_entropy
from ocr.classifier.network import (
    Layer,
    Network,
    backward,
    count_weights,
    forward,
    initialise,
    predict_logits,
    view_as_network,
)
from ocr.classifier.optimizers import Optimizer, optimizer_named
from ocr.classifier.prefetch import prefetched
from ocr.classifier.recipe import TrainingSettings
from ocr.classifier.schedules import schedule_named
from ocr.classifier.tile import TILE_PX
from ocr.errors import DataError, DivergedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Float32 = NDArray[np.float32]
    Block = tuple[Float32, NDArray[np.int64], NDArray[np.int64]]
    OnBlock = Callable[[int, int], None]

__all__ = ["Epoch", "Trained", "TrainingSettings", "as_float", "train"]


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the training log; accuracies in [0, 1], loss in nats, rate in characters a second."""

    number: int
    epochs: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    learning_rate: float
    characters_per_second: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run ends with: the best epoch's network on plain features, its temperature, and the log.

    ``log_priors`` (S, K) are the shifts of the logits for each origin; all 0 if there was one origin only.
    """

    network: Network
    temperature: float
    log_priors: Float32
    log: tuple[Epoch, ...]
    best: int
    interrupted: bool


@dataclass(slots=True)
class _Scaling:
    """Shift and stretch of each feature to mean 0 and spread 1, folded into the first layer at the end."""

    mean: Float32
    inverse_spread: Float32

    @classmethod
    def measured_on(cls, inputs: Float32) -> _Scaling:
        # The floor keeps features that hardly ever vary, such as corners, from being blown up.
        return cls(inputs.mean(axis=0), 1 / (inputs.std(axis=0) + np.float32(0.05)))

    def __call__(self, inputs: Float32) -> Float32:
        inputs -= self.mean
        inputs *= self.inverse_spread
        return inputs

    def folded_into(self, network: Network) -> Network:
        first = network[0]
        weights = first.weights * self.inverse_spread[:, None]
        return (Layer(weights, first.bias - self.mean @ weights), *network[1:])


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same throughout a training run; ``rows`` are learnt from, ``held_out`` are not."""

    settings: TrainingSettings
    tiles: NDArray[np.uint8]
    labels: NDArray[np.int64]
    origins: NDArray[np.int64]
    log_priors: Float32
    distortions: tuple[AugmentSettings, ...]
    sizes: tuple[int, ...]
    rows: NDArray[np.int64]
    held_out: NDArray[np.int64]
    scaling: _Scaling

    @classmethod
    def prepared(
        cls,
        settings: TrainingSettings,
        tiles: NDArray[np.uint8],
        labels: NDArray[np.int64],
        *,
        classes: int,
        origins: NDArray[np.int64] | None,
        distortions: tuple[AugmentSettings, ...],
    ) -> _Run:
        log_priors = _log_priors(labels, origins, classes=classes)
        origins = np.zeros(len(labels), dtype=np.int64) if origins is None else origins
        order = np.random.default_rng([settings.seed, 0]).permutation(len(tiles))
        held = max(1, round(len(order) * settings.validation))
        rows = order[held:]
        scaling = _Scaling.measured_on(features(as_float(tiles[rows[:_BLOCK]])))
        sizes = (FEATURE_COUNT, *settings.hidden, classes)
        return cls(
            settings, tiles, labels, origins, log_priors, distortions, sizes, rows, order[:held], scaling
        )

    def network(self, vector: Float32) -> Network:
        """Make the network of a parameter vector, on features as they are, without scaling."""
        return self.scaling.folded_into(view_as_network(vector, self.sizes))

    def held_out_logits(self, network: Network) -> Float32:
        tiles = self.tiles[self.held_out]
        parts = [
            predict_logits(
                network,
                features(as_float(tiles[start : start + _BLOCK])),
                activation=self.settings.activation,
            )
            for start in range(0, len(tiles), _BLOCK)
        ]
        return np.concatenate(parts) + self.log_priors[self.origins[self.held_out]]


# Share of an origin's prior that is spread evenly, so that no class is impossible anywhere.
_EVEN_SHARE = 0.05


def _log_priors(labels: NDArray[np.int64], origins: NDArray[np.int64] | None, *, classes: int) -> Float32:
    """Logarithm of each class's share (S, K) in each origin, slightly evened out; 0 without origins."""
    if origins is None:
        return np.zeros((1, classes), dtype=np.float32)
    shares = np.stack(
        [
            np.bincount(labels[origins == origin], minlength=classes)
            for origin in range(int(origins.max()) + 1)
        ]
    ).astype(np.float64)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return np.log((1 - _EVEN_SHARE) * shares + _EVEN_SHARE / classes).astype(np.float32)


class _Learner:
    """The parts of a training run that change: parameters, their gradient, the optimiser and its memory."""

    def __init__(self, run: _Run) -> None:
        settings = run.settings
        self.settings = settings
        self.vector = initialise(
            run.sizes, scheme=settings.initialisation, rng=np.random.default_rng([settings.seed, 1])
        )
        self.network = view_as_network(self.vector, run.sizes)
        self.slope = np.zeros_like(self.vector)
        self.gradients = view_as_network(self.slope, run.sizes)
        self.optimizer: Optimizer = optimizer_named(
            settings.optimizer,
            self.vector,
            weight_count=count_weights(run.sizes),
            weight_decay=settings.weight_decay,
        )
        self.rng = np.random.default_rng([settings.seed, 4])

    def step(
        self, inputs: Float32, labels: NDArray[np.int64], shifts: Float32, rate: float
    ) -> tuple[float, int]:
        """Learn from one batch; return its loss and how many of it were read right before."""
        settings = self.settings
        state = forward(
            self.network, inputs, activation=settings.activation, dropout=settings.dropout, rng=self.rng
        )
        logits = state.logits + shifts
        loss, error = cross_entropy(logits, labels, label_smoothing=settings.label_smoothing)
        backward(self.network, state, error, gradients=self.gradients, activation=settings.activation)
        self.optimizer.update(self.slope, rate)
        return loss, int((logits.argmax(axis=1) == labels).sum())


@dataclass(slots=True)
class _Tally:
    """What an epoch has come to so far."""

    done: int = 0
    right: int = 0
    loss: float = 0.0
    rate: float = 0.0

    def add(self, count: int, loss: float, right: int) -> None:
        self.done += count
        self.loss += loss * count
        self.right += right


# Characters prepared at once by the second thread.
_BLOCK = 4096


def as_float(tiles: NDArray[np.uint8]) -> Float32:
    """Turn stored tiles, 0 .. 255, into what :mod:`features` takes, 0 .. 1."""
    return np.multiply(tiles, np.float32(1 / 255), dtype=np.float32)


def train(
    tiles: NDArray[np.uint8],
    labels: NDArray[np.int64],
    *,
    classes: int,
    settings: TrainingSettings,
    origins: NDArray[np.int64] | None = None,
    distortions: tuple[AugmentSettings, ...] = (AugmentSettings(),),
    on_epoch: Callable[[Epoch], None] | None = None,
    on_block: Callable[[int, int], None] | None = None,
) -> Trained:
    """Train a network on labelled tiles.

    Parameters
    ----------
    tiles : (N, 28, 28) uint8 array
        As :mod:`ocr.classifier.tile` makes them, ink 255.
    labels : (N,) int64 array
        0 .. classes - 1.
    classes : int
        Number of classes K.
    settings : TrainingSettings
        The recipe.
    origins : (N,) int64 array, optional
        0 .. S - 1, where each character comes from; see the top of this module. All one origin, without any
        shift of the logits, if left out.
    distortions : tuple of AugmentSettings
        How tiles of each origin are distorted; the last one holds for all further origins.
    on_epoch : callable, optional
        Told of each finished epoch.
    on_block : callable, optional
        Told (characters done, characters in all) of the running epoch.

    Returns
    -------
    Trained
        Ctrl-C ends the run early with the best epoch so far.

    Raises
    ------
    DataError
        If tiles and labels do not fit together, or are too few.
    DivergedError
        If the loss is not finite.
    KeyboardInterrupt
        If interrupted before the first epoch was done.
    """
    _check(tiles, labels, classes)
    _check_origins(origins, labels)
    run = _Run.prepared(settings, tiles, labels, classes=classes, origins=origins, distortions=distortions)
    best, log, interrupted = _best_of(run, on_epoch=on_epoch, on_block=on_block)
    network = run.network(best)
    temperature = fit_temperature(run.held_out_logits(network), labels[run.held_out])
    winner = max(log, key=lambda entry: entry.validation_accuracy).number
    return Trained(network, temperature, run.log_priors, tuple(log), winner, interrupted)


def _best_of(
    run: _Run, *, on_epoch: Callable[[Epoch], None] | None, on_block: OnBlock | None
) -> tuple[Float32, list[Epoch], bool]:
    """Train to the end or to Ctrl-C: the parameters of the best epoch, the log, and whether it was Ctrl-C."""
    learner = _Learner(run)
    best, log = learner.vector.copy(), list[Epoch]()
    try:
        for epoch in _epochs(run, learner, on_block):
            if not log or epoch.validation_accuracy > max(entry.validation_accuracy for entry in log):
                best = learner.vector.copy()
            log.append(epoch)
            if on_epoch is not None:
                on_epoch(epoch)
    except KeyboardInterrupt:
        if not log:
            raise
        return best, log, True
    return best, log, False


def _check(tiles: NDArray[np.uint8], labels: NDArray[np.int64], classes: int) -> None:
    fits = tiles.shape[1:] == (TILE_PX, TILE_PX) and labels.shape == tiles.shape[:1]
    if not fits or tiles.dtype != np.uint8:
        message = (
            f"training data does not fit together: found {tiles.dtype} tiles {tiles.shape} and labels "
            f"{labels.shape}, expected uint8 (N, {TILE_PX}, {TILE_PX}) and (N,); load both from the same set"
        )
        raise DataError(message)
    if len(tiles) < 2:
        message = f"too little training data: {len(tiles)} characters, at least 2 are needed"
        raise DataError(message)
    if labels.min() < 0 or labels.max() >= classes:
        message = (
            f"labels {labels.min()} .. {labels.max()} lie outside the {classes} classes 0 .. {classes - 1}"
        )
        raise DataError(message)


def _check_origins(origins: NDArray[np.int64] | None, labels: NDArray[np.int64]) -> None:
    if origins is not None and (origins.shape != labels.shape or origins.min() < 0):
        message = (
            f"origins do not fit the labels: found {origins.shape} from {origins.min(initial=0)}, expected "
            f"{labels.shape} from 0; give each character its origin"
        )
        raise DataError(message)


def _blocks(run: _Run, epoch: int) -> Iterator[Block]:
    """Give inputs and labels of one epoch in random order, some thousands at a time."""
    settings = run.settings
    order = np.random.default_rng([settings.seed, 2, epoch]).permutation(run.rows)
    block = max(settings.batch_size, _BLOCK // settings.batch_size * settings.batch_size)
    for start in range(0, len(order), block):
        rows = order[start : start + block]
        tiles = as_float(run.tiles[rows])
        if settings.augment:
            rng = np.random.default_rng([settings.seed, 3, epoch, start])
            tiles = _distorted(tiles, run.origins[rows], run.distortions, rng)
        yield run.scaling(features(tiles)), run.labels[rows], run.origins[rows]


def _distorted(
    tiles: Float32,
    origins: NDArray[np.int64],
    distortions: tuple[AugmentSettings, ...],
    rng: np.random.Generator,
) -> Float32:
    """Distort each tile as its origin asks for."""
    for origin in np.unique(origins):
        chosen = origins == origin
        settings = distortions[min(int(origin), len(distortions) - 1)]
        tiles[chosen] = distort(tiles[chosen], settings=settings, rng=rng)
    return tiles


def _epochs(run: _Run, learner: _Learner, on_block: OnBlock | None) -> Iterator[Epoch]:
    """Train, one epoch for each that is asked for."""
    epochs = run.settings.epochs
    began = time.perf_counter()
    for number in range(1, epochs + 1):
        started = time.perf_counter()
        # What overflows is found by the checks for finite numbers; NumPy's warnings would only come before.
        with np.errstate(over="ignore", invalid="ignore"):
            tally = _learn_epoch(run, learner, number, on_block)
            accuracy = _held_out_accuracy(run, learner, number)
        now = time.perf_counter()
        yield Epoch(
            number=number,
            epochs=epochs,
            loss=tally.loss / tally.done,
            train_accuracy=tally.right / tally.done,
            validation_accuracy=accuracy,
            learning_rate=tally.rate,
            characters_per_second=tally.done / (now - started),
            seconds_left=(now - began) / number * (epochs - number),
        )


def _learn_epoch(run: _Run, learner: _Learner, number: int, on_block: OnBlock | None) -> _Tally:
    settings, schedule, tally = run.settings, schedule_named(run.settings.schedule), _Tally()
    with closing(prefetched(_blocks(run, number))) as blocks:
        for inputs, labels, origins in blocks:
            shifts = run.log_priors[origins]
            for start in range(0, len(inputs), settings.batch_size):
                batch = slice(start, start + settings.batch_size)
                progress = (number - 1 + tally.done / len(run.rows)) / settings.epochs
                tally.rate = settings.learning_rate * schedule(progress)
                loss, right = learner.step(inputs[batch], labels[batch], shifts[batch], tally.rate)
                _require_finite(loss, number, settings)
                tally.add(len(inputs[batch]), loss, right)
            if on_block is not None:
                on_block(tally.done, len(run.rows))
    return tally


def _held_out_accuracy(run: _Run, learner: _Learner, number: int) -> float:
    logits = run.held_out_logits(run.network(learner.vector))
    # The loss of each batch is taken before its step: only this sees where the last one led.
    _require_finite(float(logits.sum()), number, run.settings)
    return float((logits.argmax(axis=1) == run.labels[run.held_out]).mean())


def _require_finite(number: float, epoch: int, settings: TrainingSettings) -> None:
    if not math.isfinite(number):
        message = (
            f"training diverged in epoch {epoch}: found {number}, expected a finite loss; "
            f"try a learning rate of {settings.learning_rate / 10:g} or the optimiser adamw"
        )
        raise DivergedError(message)
