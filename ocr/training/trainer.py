"""Training: mini-batches of freshly distorted crops through the network; the best epoch is kept.

A second thread distorts crops and computes features while the network learns; NumPy lets go of the
interpreter in both, so neither starves.
"""

from __future__ import annotations

import math
import time
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import DivergedError
from ocr.training.batches import prefetched
from ocr.training.checkpoint import Checkpoint
from ocr.training.learner import Epoch, Learner, RunningMetrics, Trained
from ocr.training.schedules import decay_after, schedule_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ocr.array_types import Float32
    from ocr.training.batches import TrainingBatches
    from ocr.training.settings import TrainingSettings

    OnEpoch = Callable[[Epoch], None]
    OnBlock = Callable[[int, int], None]


def train(
    batches: TrainingBatches,
    *,
    checkpoint: Path | None = None,
    resume: bool = False,
    on_epoch: OnEpoch | None = None,
    on_block: OnBlock | None = None,
) -> Trained:
    """Train a network.

    Parameters
    ----------
    batches : TrainingBatches
    checkpoint : Path, optional
        A file that keeps the last whole epoch.
    resume : bool
        Go on from that file, if it is there: the outcome is that of a run that was never cut off.
    on_epoch : callable, optional
        Called with each finished epoch.
    on_block : callable, optional
        Called with (characters done, characters in all) of the running epoch.

    Returns
    -------
    Trained
        The best epoch. Ctrl-C ends the run early with the best epoch so far.

    Raises
    ------
    DataError
        If the checkpoint is of another run.
    DivergedError
        If the loss is not finite.
    KeyboardInterrupt
        If interrupted before the first epoch was done.
    """
    learner = Learner(batches.settings, batches.sizes, start=batches.write_start)
    kept = None if checkpoint is None else Checkpoint(checkpoint, batches)
    best, log = learner.vector.copy(), list[Epoch]()
    if resume and kept is not None and kept.path.exists():
        best, log = kept.restore(learner)
    best, interrupted = _best_of(batches, learner, best, log, kept=kept, on_epoch=on_epoch, on_block=on_block)
    winner = max(log, key=lambda epoch: epoch.validation_accuracy).number
    return Trained(batches.network(best), tuple(log), winner, interrupted)


def _best_of(
    batches: TrainingBatches,
    learner: Learner,
    best: Float32,
    log: list[Epoch],
    *,
    kept: Checkpoint | None,
    on_epoch: OnEpoch | None,
    on_block: OnBlock | None,
) -> tuple[Float32, bool]:
    """Train to the end or to Ctrl-C; return the best parameters, and whether it was Ctrl-C."""
    try:
        for epoch in _epochs(batches, learner, on_block, log):
            if not log or epoch.validation_accuracy > max(entry.validation_accuracy for entry in log):
                best = learner.vector.copy()
            log.append(epoch)
            if kept is not None:
                kept.store(learner, best, log)
            if on_epoch is not None:
                on_epoch(epoch)
    except KeyboardInterrupt:
        if not log:
            raise
        return best, True
    return best, False


def _epochs(
    batches: TrainingBatches, learner: Learner, on_block: OnBlock | None, log: Sequence[Epoch]
) -> Iterator[Epoch]:
    """Train the epochs that are left after those of the log, and yield each."""
    epochs, done = batches.epochs, len(log)
    before = log[-1].seconds if log else 0.0
    began = time.perf_counter()
    for number in range(done + 1, epochs + 1):
        started = time.perf_counter()
        # What overflows is found by the checks for finite numbers; NumPy's warnings would only come before.
        with np.errstate(over="ignore", invalid="ignore"):
            metrics = _learn_epoch(batches, learner, number, on_block)
            accuracy = _held_out_accuracy(batches, learner, number)
        now = time.perf_counter()
        yield Epoch(
            number=number,
            epochs=epochs,
            loss=metrics.loss / metrics.done,
            train_accuracy=metrics.right / metrics.done,
            validation_accuracy=accuracy,
            learning_rate=metrics.rate,
            characters_per_second=metrics.done / (now - started),
            seconds_left=(now - began) / (number - done) * (epochs - number),
            steps=learner.steps,
            seconds=before + now - began,
        )


def _learn_epoch(
    batches: TrainingBatches, learner: Learner, number: int, on_block: OnBlock | None
) -> RunningMetrics:
    """Train one epoch."""
    settings, size, metrics = batches.settings, batches.batch_size, RunningMetrics()
    largest = settings.learning_rate * decay_after(number - 1, settings.decay_at, settings.decay)
    schedule = schedule_named(settings.schedule)
    with closing(prefetched(batches.blocks(number))) as blocks:
        for block in blocks:
            for start in range(0, len(block.labels), size):
                if settings.steps and learner.steps >= settings.steps:
                    return metrics
                rows = slice(start, start + size)
                metrics.rate = largest * schedule(_progress(batches, learner, number, metrics))
                loss, right = learner.step(block, rows, metrics.rate)
                _require_finite(loss, number, settings)
                metrics.add(len(block.labels[rows]), loss, right)
            if on_block is not None:
                on_block(metrics.done, len(batches.rows))
    return metrics


def _progress(batches: TrainingBatches, learner: Learner, number: int, metrics: RunningMetrics) -> float:
    """Return how much of the run is done, in [0, 1)."""
    if batches.settings.steps:
        return learner.steps / batches.settings.steps
    return (number - 1 + metrics.done / len(batches.rows)) / batches.settings.epochs


def _held_out_accuracy(batches: TrainingBatches, learner: Learner, number: int) -> float:
    """Compute the share of the characters held out that is read right."""
    logits = batches.held_out_logits(batches.network(learner.vector))
    # The loss of each batch is taken before its step: only this sees where the last one led.
    _require_finite(float(logits.sum()), number, batches.settings)
    return float((logits.argmax(axis=1) == batches.held_out_labels).mean())


def _require_finite(number: float, epoch: int, settings: TrainingSettings) -> None:
    """Refuse to go on with a loss that is not finite.

    Raises
    ------
    DivergedError
        With what to try.
    """
    if not math.isfinite(number):
        message = (
            f"training diverged in epoch {epoch}: found {number}, expected a finite loss; "
            f"try a learning rate of {settings.learning_rate / 10:g} or the optimiser adamw"
        )
        raise DivergedError(message)
