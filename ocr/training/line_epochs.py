"""Train a line network epoch by epoch, with some lines held out; the best epoch is kept."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import DataError, DivergedError, require_ranges
from ocr.evaluation.edit_distance import edit_distance
from ocr.line_network.frames import FRAME_PX, FRAME_SIZE
from ocr.line_network.line_model import CLASSES, STAGES
from ocr.line_network.sliding_network import view_as_sliding_network
from ocr.training.learner import Epoch
from ocr.training.line_trainer import LineTrainer, as_vector, fresh_parameters, greedy_texts, learn_lines
from ocr.training.schedules import cosine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ocr.array_types import Float32, Int64
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.training.line_samples import LineSample

    OnEpoch = Callable[[Epoch], None]
    OnLines = Callable[[int, int], None]

FEWEST_LINES = 5
"""Fewer lines are too few to learn from some and to test on others."""

# The usual rates: of fresh weights as the shipped network was trained, of trained ones as for a hand.
_FRESH_RATE, _STARTED_RATE = 1e-3, 3e-4


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a line network is trained.

    Attributes
    ----------
    epochs : int
        Passes over the lines.
    learning_rate : float or None
        The highest one; it falls like a cosine. None is 0.001 for fresh weights and 0.0003 for trained ones.
    validation : float
        Share of the lines held out, at least one.
    augment : bool
        Distort each line anew in each epoch.
    seed : int
        Of the first weights, of the lines held out, of the order and the distortions.
    """

    epochs: int = 26
    learning_rate: float | None = None
    validation: float = 0.1
    augment: bool = True
    seed: int = 1

    def __post_init__(self) -> None:
        rate = self.learning_rate
        ranges = {
            "epochs": (self.epochs >= 1, "1 or more"),
            "learning_rate": (rate is None or 0 < rate < math.inf, "a finite number above 0"),
            "validation": (0 < self.validation <= 0.5, "above 0 and at most 0.5"),
            "seed": (self.seed >= 0, "0 or more"),
        }
        require_ranges(self, ranges)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedLines:
    """Result of training a line network.

    Attributes
    ----------
    network : SlidingNetwork
        Of the best epoch.
    log : tuple of Epoch
        The accuracies are shares of characters that the network alone reads right, without a language.
    best : int
        Number of the best epoch.
    interrupted : bool
        Whether Ctrl-C ended the run.
    learnt, held_out : int
        Number of lines of each kind.
    accuracy_before : float or None
        Of the network to begin with on the lines held out; None for fresh weights.
    """

    network: SlidingNetwork
    log: tuple[Epoch, ...]
    best: int
    interrupted: bool
    learnt: int
    held_out: int
    accuracy_before: float | None

    @property
    def accuracy(self) -> float:
        """Share of the characters of the lines held out that the best epoch reads right."""
        return self.log[self.best - 1].validation_accuracy


def has_path(line: LineSample) -> bool:
    """Return whether a network can say the text of a line: known characters, and frames for all of them."""
    text = line.text
    repeats = sum(one == other for one, other in pairwise(text))
    return (
        bool(text)
        and set(text) <= CLASSES.keys()
        and (line.pixels.shape[1] // FRAME_PX >= len(text) + repeats)
    )


def train_on_lines(
    lines: Sequence[LineSample],
    settings: LineSettings,
    *,
    start: SlidingNetwork | None = None,
    on_epoch: OnEpoch | None = None,
    on_lines: OnLines | None = None,
) -> TrainedLines:
    """Train a line network on lines with their texts.

    Parameters
    ----------
    lines : sequence of LineSample
        Those that no network can say are left out, see :func:`has_path`.
    settings : LineSettings
    start : SlidingNetwork, optional
        To begin with; fresh weights if left out.
    on_epoch : callable, optional
        Called with each finished epoch.
    on_lines : callable, optional
        Called with (lines done, lines in all) of the running epoch.

    Returns
    -------
    TrainedLines
        The epoch that reads most characters of the lines held out. Ctrl-C ends the run early with the best
        epoch so far.

    Raises
    ------
    DataError
        If there are fewer than `FEWEST_LINES` lines.
    DivergedError
        If the loss is not finite.
    KeyboardInterrupt
        If interrupted before the first epoch was done.
    """
    known = [line for line in lines if has_path(line)]
    if len(known) < FEWEST_LINES:
        message = (
            f"lines: found {len(known)} whose text fits their ink, expected at least {FEWEST_LINES} "
            "of printable ASCII; add pictures with their texts"
        )
        raise DataError(message)
    rng = np.random.default_rng(settings.seed)
    order = rng.permutation(len(known))
    count = max(1, round(settings.validation * len(known)))
    held_out, rows = [known[row] for row in order[:count]], np.sort(order[count:])
    usual = _FRESH_RATE if start is None else _STARTED_RATE
    run = _Run(
        LineTrainer(fresh_parameters(rng) if start is None else as_vector(start)),
        known,
        rows,
        held_out,
        settings,
        settings.learning_rate or usual,
        rng,
    )
    before = None if start is None else run.accuracy(held_out)
    best, log, interrupted = run.network_copy(), list[Epoch](), False
    try:
        for epoch in run.epochs(on_lines):
            if not log or epoch.validation_accuracy > max(entry.validation_accuracy for entry in log):
                best = run.network_copy()
            log.append(epoch)
            if on_epoch is not None:
                on_epoch(epoch)
    except KeyboardInterrupt:
        if not log:
            raise
        interrupted = True
    winner = max(log, key=lambda epoch: epoch.validation_accuracy).number
    return TrainedLines(best, tuple(log), winner, interrupted, len(rows), count, before)


@dataclass(slots=True, eq=False)
class _Run:
    """A training run: the network, and the lines to learn and held out; ``rows`` are those to learn."""

    trainer: LineTrainer
    lines: Sequence[LineSample]
    rows: Int64
    held_out: Sequence[LineSample]
    settings: LineSettings
    highest_rate: float
    rng: np.random.Generator
    rate: float = field(default=0.0, init=False)

    def network_copy(self) -> SlidingNetwork:
        """Return the network as it is now."""
        return view_as_sliding_network(self.trainer.vector.copy(), STAGES, FRAME_SIZE)

    def accuracy(self, lines: Sequence[LineSample]) -> float:
        """Return the share of characters that the network alone reads right."""
        read = greedy_texts(self.trainer.network, [line.strength for line in lines])
        edits = sum(edit_distance(line.text, text) for line, text in zip(lines, read, strict=True))
        return max(0.0, 1 - edits / sum(len(line.text) for line in lines))

    def epochs(self, on_lines: OnLines | None) -> Iterator[Epoch]:
        """Train all epochs, and yield each."""
        # As many of the lines to learn as are held out: more would only take longer.
        learnt = [self.lines[row] for row in self.rows[: max(len(self.held_out), FEWEST_LINES)]]
        began = time.perf_counter()
        for number in range(1, self.settings.epochs + 1):
            started = time.perf_counter()
            loss, characters = self._learn(number, on_lines)
            seconds = time.perf_counter() - started
            train, validation = self.accuracy(learnt), self.accuracy(self.held_out)
            spent = time.perf_counter() - began
            yield Epoch(
                number=number,
                epochs=self.settings.epochs,
                loss=loss,
                train_accuracy=train,
                validation_accuracy=validation,
                learning_rate=self.rate,
                characters_per_second=characters / max(seconds, 1e-9),
                seconds_left=spent / number * (self.settings.epochs - number),
                seconds=spent,
            )

    def _learn(self, number: int, on_lines: OnLines | None) -> tuple[float, int]:
        """Train one epoch; return the mean loss per character, and how many characters were learnt."""
        total, characters, done = 0.0, 0, 0
        passed = learn_lines(
            self.trainer,
            self.lines,
            self.rows,
            rate=lambda seen: self._rate_after(number - 1 + seen / len(self.rows)),
            rng=self.rng,
            augment=self.settings.augment,
        )
        for learnt in passed:
            counts = np.array([len(self.lines[row].text) for row in learnt.rows])
            _require_finite(learnt.losses, number, self.highest_rate)
            total += float(learnt.losses @ counts)
            characters += int(counts.sum())
            done += len(counts)
            if on_lines is not None:
                on_lines(done, len(self.rows))
        return total / characters, characters

    def _rate_after(self, epochs_done: float) -> float:
        self.rate = self.highest_rate * cosine(min(1.0, epochs_done / self.settings.epochs))
        return self.rate


def _require_finite(losses: Float32, epoch: int, rate: float) -> None:
    """Refuse to go on with a loss that is not finite.

    Raises
    ------
    DivergedError
        With what to try.
    """
    if not np.isfinite(losses).all():
        message = (
            f"training diverged in epoch {epoch}: found a loss that is not finite, expected a finite one; "
            f"try --learning-rate {rate / 10:g}"
        )
        raise DivergedError(message)
