"""Training: mini-batches of freshly distorted tiles through the network, best epoch kept.

A second thread distorts tiles and computes features while the network learns; NumPy lets go of the interpreter
in both, so neither starves. What is drawn depends on the seed and the place in the run, never on the timing.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
from ocr.classifier.optimizers import optimizer_named
from ocr.classifier.schedules import schedule_named
from ocr.errors import DataError, DivergedError, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Float32 = NDArray[np.float32]
    IntArray = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Everything that decides a training run, besides its data.

    The defaults are the recipe of the shipped model; they were chosen on 8,000 held-out training characters.

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
        Share of the target spread over all classes; keeps the probabilities modest, which a decoder likes.
    augment : bool
        Distort each tile anew in each epoch.
    validation : float
        Share of the training characters held out to choose the best epoch and to calibrate.
    seed : int
        Source of all randomness.
    """

    hidden: tuple[int, ...] = (1024, 512)
    activation: str = "relu"
    initialisation: str = "he"
    optimizer: str = "adamw"
    schedule: str = "cosine"
    learning_rate: float = 1e-3
    batch_size: int = 512
    epochs: int = 30
    weight_decay: float = 0.02
    dropout: float = 0.25
    label_smoothing: float = 0.05
    augment: bool = True
    validation: float = 0.05
    seed: int = 1

    def __post_init__(self) -> None:
        ranges = {
            "learning_rate": (self.learning_rate > 0, "above 0"),
            "batch_size": (self.batch_size >= 1, "1 or more"),
            "epochs": (self.epochs >= 1, "1 or more"),
            "weight_decay": (self.weight_decay >= 0, "0 or more"),
            "dropout": (0 <= self.dropout <= 0.9, "in 0 .. 0.9"),
            "label_smoothing": (0 <= self.label_smoothing < 1, "in 0 .. 1, 1 excluded"),
            "validation": (0 < self.validation <= 0.5, "above 0 and at most 0.5"),
            "hidden": (all(width >= 1 for width in self.hidden), "widths of 1 or more"),
            "seed": (self.seed >= 0, "0 or more"),
        }
        for name, (fits, expected) in ranges.items():
            if not fits:
                message = f"setting {name} is {getattr(self, name)}: expected {expected}"
                raise SettingError(message)


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
    """What a run ends with: the best epoch's network on plain features, its temperature, and the whole log."""

    network: Network
    temperature: float
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


@dataclass(slots=True)
class _Run:
    """The moving parts of one training run."""

    settings: TrainingSettings
    tiles: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: int
    rows: NDArray[np.int64] = field(init=False)
    held_out: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        order = np.random.default_rng([self.settings.seed, 0]).permutation(len(self.tiles))
        held = max(1, round(len(order) * self.settings.validation))
        self.held_out, self.rows = order[:held], order[held:]


# Characters prepared at once by the second thread, and how many such blocks may wait.
_BLOCK = 4096
_WAITING = 3


def as_float(tiles: NDArray[np.uint8]) -> Float32:
    """Turn stored tiles, 0 .. 255, into what :mod:`features` takes, 0 .. 1."""
    return np.multiply(tiles, np.float32(1 / 255), dtype=np.float32)


def train(
    tiles: NDArray[np.uint8],
    labels: NDArray[np.int64],
    *,
    classes: int,
    settings: TrainingSettings,
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
    run = _Run(settings, tiles, labels, classes)
    sample = run.rows[:_BLOCK]
    scaling = _Scaling.measured_on(features(as_float(tiles[sample])))
    sizes = (FEATURE_COUNT, *settings.hidden, classes)
    vector = initialise(sizes, scheme=settings.initialisation, rng=np.random.default_rng([settings.seed, 1]))
    log: list[Epoch] = []
    best, interrupted = vector.copy(), False
    try:
        for epoch in _epochs(run, vector, sizes, scaling, on_block):
            if not log or epoch.validation_accuracy > max(entry.validation_accuracy for entry in log):
                best = vector.copy()
            log.append(epoch)
            if on_epoch is not None:
                on_epoch(epoch)
    except KeyboardInterrupt:
        if not log:
            raise
        interrupted = True
    network = scaling.folded_into(view_as_network(best, sizes))
    logits = _logits(network, tiles[run.held_out], settings)
    temperature = fit_temperature(logits, labels[run.held_out])
    winner = max(log, key=lambda entry: entry.validation_accuracy).number
    return Trained(network, temperature, tuple(log), winner, interrupted)


def _check(tiles: NDArray[np.uint8], labels: NDArray[np.int64], classes: int) -> None:
    if len(tiles) != len(labels) or tiles.ndim != 3:
        message = f"training data does not fit together: {tiles.shape} tiles but {labels.shape} labels"
        raise DataError(message)
    if len(tiles) < 2:
        message = f"too little training data: {len(tiles)} characters, at least 2 are needed"
        raise DataError(message)
    if labels.min() < 0 or labels.max() >= classes:
        message = f"labels {labels.min()} .. {labels.max()} lie outside the {classes} classes 0 .. {classes - 1}"
        raise DataError(message)


def _logits(network: Network, tiles: NDArray[np.uint8], settings: TrainingSettings) -> Float32:
    parts = [
        predict_logits(network, features(as_float(tiles[start : start + _BLOCK])), activation=settings.activation)
        for start in range(0, len(tiles), _BLOCK)
    ]
    return np.concatenate(parts).astype(np.float32, copy=False)


def _blocks(run: _Run, scaling: _Scaling, epoch: int) -> Iterator[tuple[Float32, NDArray[np.int64]]]:
    """Inputs and labels of one epoch in random order, some thousands at a time."""
    settings = run.settings
    order = np.random.default_rng([settings.seed, 2, epoch]).permutation(run.rows)
    block = max(settings.batch_size, _BLOCK // settings.batch_size * settings.batch_size)
    for start in range(0, len(order), block):
        rows = order[start : start + block]
        tiles = as_float(run.tiles[rows])
        if settings.augment:
            rng = np.random.default_rng([settings.seed, 3, epoch, start])
            tiles = distort(tiles, settings=AugmentSettings(), rng=rng)
        yield scaling(features(tiles)), run.labels[rows]


def _prefetched(
    source: Iterator[tuple[Float32, NDArray[np.int64]]],
) -> Iterator[tuple[Float32, NDArray[np.int64]]]:
    """Run ``source`` in a second thread, a few blocks ahead."""
    waiting: queue.Queue[tuple[Float32, NDArray[np.int64]] | BaseException | None] = queue.Queue(_WAITING)
    stop = threading.Event()

    def put(item: tuple[Float32, NDArray[np.int64]] | BaseException | None) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in source:
                if not put(item):
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits for it
            put(error)

    thread = threading.Thread(target=work, name="distortions", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()


def _epochs(
    run: _Run,
    vector: Float32,
    sizes: tuple[int, ...],
    scaling: _Scaling,
    on_block: Callable[[int, int], None] | None,
) -> Iterator[Epoch]:
    settings = run.settings
    network = view_as_network(vector, sizes)
    slope = np.zeros_like(vector)
    gradients = view_as_network(slope, sizes)
    optimizer = optimizer_named(
        settings.optimizer, vector, weight_count=count_weights(sizes), weight_decay=settings.weight_decay
    )
    schedule = schedule_named(settings.schedule)
    rng = np.random.default_rng([settings.seed, 4])
    began = time.perf_counter()
    for number in range(1, settings.epochs + 1):
        started, done, right, total_loss = time.perf_counter(), 0, 0, 0.0
        rate = settings.learning_rate
        for inputs, labels in _prefetched(_blocks(run, scaling, number)):
            for start in range(0, len(inputs), settings.batch_size):
                batch, targets = (part[start : start + settings.batch_size] for part in (inputs, labels))
                progress = (number - 1 + done / len(run.rows)) / settings.epochs
                rate = settings.learning_rate * schedule(progress)
                state = forward(
                    network, batch, activation=settings.activation, dropout=settings.dropout, rng=rng
                )
                loss, error = cross_entropy(state.logits, targets, label_smoothing=settings.label_smoothing)
                _require_finite(loss, number, settings)
                backward(network, state, error, gradients=gradients, activation=settings.activation)
                optimizer.update(slope, rate)
                done += len(batch)
                total_loss += loss * len(batch)
                right += int((state.logits.argmax(axis=1) == targets).sum())
            if on_block is not None:
                on_block(done, len(run.rows))
        folded = scaling.folded_into(network)
        guesses = _logits(folded, run.tiles[run.held_out], settings).argmax(axis=1)
        now = time.perf_counter()
        yield Epoch(
            number=number,
            epochs=settings.epochs,
            loss=total_loss / done,
            train_accuracy=right / done,
            validation_accuracy=float((guesses == run.labels[run.held_out]).mean()),
            learning_rate=rate,
            characters_per_second=done / (now - started),
            seconds_left=(now - began) / number * (settings.epochs - number),
        )


def _require_finite(loss: float, epoch: int, settings: TrainingSettings) -> None:
    if not np.isfinite(loss):
        message = (
            f"training diverged in epoch {epoch}: the loss is {loss}; "
            f"try a learning rate of {settings.learning_rate / 10:g} or the optimiser adamw"
        )
        raise DivergedError(message)
