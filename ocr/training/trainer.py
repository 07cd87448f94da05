"""Training: mini-batches of freshly distorted crops through the network, best epoch kept.

A second thread distorts crops and computes features while the network learns; NumPy lets go of the
interpreter in both, so neither starves.
"""

from __future__ import annotations

import math
import time
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.crop import CROP_PX
from ocr.errors import DataError, DivergedError
from ocr.training.augmentation import AugmentSettings
from ocr.training.batches import Material, prefetched
from ocr.training.calibration import fit_temperature
from ocr.training.checkpoint import Checkpoint
from ocr.training.learner import Epoch, Learner, Tally, Trained
from ocr.training.schedules import schedule_named
from ocr.training.settings import TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Int64
    from ocr.classifier.model import Model

    OnBlock = Callable[[int, int], None]

__all__ = ["Epoch", "Trained", "TrainingSettings", "train"]


def train(
    crops: NDArray[np.uint8],
    labels: Int64,
    *,
    classes: int,
    settings: TrainingSettings,
    origins: Int64 | None = None,
    distortions: tuple[AugmentSettings, ...] = (AugmentSettings(),),
    teacher: Model | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_block: Callable[[int, int], None] | None = None,
) -> Trained:
    """Train a network on labelled crops.

    Parameters
    ----------
    crops : (N, 28, 28) uint8 array
        As :mod:`ocr.classifier.crop` makes them, ink 255.
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
        How crops of each origin are distorted; the last one holds for all further origins.
    teacher : Model, optional
        A model of the same classes whose probabilities are learnt from beside the labels.
    checkpoint : Path, optional
        A file that keeps the last whole epoch.
    resume : bool
        Go on from that file, if it is there: the outcome is that of a run that was never cut off.
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
        If crops and labels do not fit together, or are too few; if the checkpoint is of another run.
    DivergedError
        If the loss is not finite.
    KeyboardInterrupt
        If interrupted before the first epoch was done.
    """
    _check(crops, labels, classes)
    _check_origins(origins, labels)
    _check_teacher(teacher, classes)
    run = Material.prepared(
        settings,
        crops,
        labels,
        classes=classes,
        origins=origins,
        distortions=distortions,
        teacher=teacher,
    )
    learner = Learner(run.settings, run.sizes)
    kept = None if checkpoint is None else Checkpoint(checkpoint, run)
    best, log = learner.vector.copy(), list[Epoch]()
    if resume and kept is not None and kept.path.exists():
        best, log = kept.restore(learner)
    best, interrupted = _best_of(run, learner, best, log, kept=kept, on_epoch=on_epoch, on_block=on_block)
    network = run.network(best)
    temperature = fit_temperature(run.held_out_logits(network), labels[run.held_out])
    winner = max(log, key=lambda entry: entry.validation_accuracy).number
    return Trained(network, temperature, run.log_priors, tuple(log), winner, interrupted)


def _best_of(
    run: Material,
    learner: Learner,
    best: Float32,
    log: list[Epoch],
    *,
    kept: Checkpoint | None,
    on_epoch: Callable[[Epoch], None] | None,
    on_block: OnBlock | None,
) -> tuple[Float32, bool]:
    """Train on to the end or to Ctrl-C: the parameters of the best epoch, and whether it was Ctrl-C."""
    try:
        for epoch in _epochs(run, learner, on_block, done=len(log)):
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


def _check(crops: NDArray[np.uint8], labels: Int64, classes: int) -> None:
    fits = crops.shape[1:] == (CROP_PX, CROP_PX) and labels.shape == crops.shape[:1]
    if not fits or crops.dtype != np.uint8:
        message = (
            f"training data does not fit together: found {crops.dtype} crops {crops.shape} and labels "
            f"{labels.shape}, expected uint8 (N, {CROP_PX}, {CROP_PX}) and (N,); load both from the same set"
        )
        raise DataError(message)
    if len(crops) < 2:
        message = f"too little training data: {len(crops)} characters, at least 2 are needed"
        raise DataError(message)
    if labels.min() < 0 or labels.max() >= classes:
        message = (
            f"labels {labels.min()} .. {labels.max()} lie outside the {classes} classes 0 .. {classes - 1}"
        )
        raise DataError(message)


def _check_origins(origins: Int64 | None, labels: Int64) -> None:
    if origins is not None and (origins.shape != labels.shape or origins.min() < 0):
        message = (
            f"origins do not fit the labels: found {origins.shape} from {origins.min(initial=0)}, expected "
            f"{labels.shape} from 0; give each character its origin"
        )
        raise DataError(message)


def _check_teacher(teacher: Model | None, classes: int) -> None:
    if teacher is not None and len(teacher.classes) != classes:
        message = (
            f"teacher {teacher.name}: found {len(teacher.classes)} classes, expected the {classes} that are "
            "learnt; choose one with the same"
        )
        raise DataError(message)


def _epochs(run: Material, learner: Learner, on_block: OnBlock | None, *, done: int) -> Iterator[Epoch]:
    """Train, one epoch for each that is asked for, after those that are ``done``."""
    epochs = run.settings.epochs
    began = time.perf_counter()
    for number in range(done + 1, epochs + 1):
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
            seconds_left=(now - began) / (number - done) * (epochs - number),
        )


def _learn_epoch(run: Material, learner: Learner, number: int, on_block: OnBlock | None) -> Tally:
    settings, schedule, tally = run.settings, schedule_named(run.settings.schedule), Tally()
    with closing(prefetched(run.blocks(number))) as blocks:
        for block in blocks:
            for start in range(0, len(block.labels), settings.batch_size):
                rows = slice(start, start + settings.batch_size)
                progress = (number - 1 + tally.done / len(run.rows)) / settings.epochs
                tally.rate = settings.learning_rate * schedule(progress)
                loss, right = learner.step(block, rows, tally.rate)
                _require_finite(loss, number, settings)
                tally.add(len(block.labels[rows]), loss, right)
            if on_block is not None:
                on_block(tally.done, len(run.rows))
    return tally


def _held_out_accuracy(run: Material, learner: Learner, number: int) -> float:
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
