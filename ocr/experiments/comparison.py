"""Compare values of one option, each trained with several seeds on the same characters.

One run means little: another seed alone moves the accuracy of a small run by a percent. So each value is
trained several times; the results are the mean and the spread.
"""

from __future__ import annotations

import dataclasses
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.errors import DivergedError, SettingError
from ocr.training.batches import TrainingBatches
from ocr.training.settings import TrainingSettings
from ocr.training.trainer import train

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float64
    from ocr.training.dataset import TrainingData
    from ocr.training.learner import Epoch


# A comparison averages over seeds, so the seed cannot be varied.
OPTIONS: tuple[str, ...] = tuple(
    field.name.replace("_", "-") for field in dataclasses.fields(TrainingSettings) if field.name != "seed"
)
"""Options that can be varied, as spelled on the command line."""

_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True, slots=True)
class Variation:
    """One option and the recipes that differ in it only; ``values`` as the user wrote them."""

    option: str
    values: tuple[str, ...]
    settings: tuple[TrainingSettings, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One training run: its finished epochs, its duration, and whether it diverged."""

    seed: int
    log: tuple[Epoch, ...]
    seconds: float
    diverged: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """All runs of one value of an option."""

    option: str
    value: str
    runs: tuple[Run, ...]

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Best validation accuracy of each run that came to its end."""
        return tuple(
            max(epoch.validation_accuracy for epoch in run.log) for run in self.runs if not run.diverged
        )

    @property
    def mean(self) -> float | None:
        """Mean of `accuracies`; None if every run diverged."""
        return statistics.fmean(self.accuracies) if self.accuracies else None

    @property
    def spread(self) -> float | None:
        """Standard deviation of `accuracies` over the seeds; None if there are fewer than two."""
        return statistics.stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def loss(self) -> float | None:
        """Mean training loss of the last epoch; None if every run diverged."""
        losses = [run.log[-1].loss for run in self.runs if not run.diverged]
        return statistics.fmean(losses) if losses else None

    @property
    def seconds(self) -> float:
        """Mean duration of a run."""
        return statistics.fmean(run.seconds for run in self.runs)

    @property
    def diverged(self) -> int:
        """How many runs diverged."""
        return sum(run.diverged for run in self.runs)

    def curves(self, field: str) -> Float64:
        """Return one field of the log, such as ``"loss"``, (seeds, epochs); NaN after a run diverged."""
        table = np.full((len(self.runs), max((len(run.log) for run in self.runs), default=0)), np.nan)
        for row, run in zip(table, self.runs, strict=True):
            row[: len(run.log)] = [getattr(epoch, field) for epoch in run.log]
        return table


def parse_variation(text: str, base: TrainingSettings) -> Variation:
    """Parse ``option=value,value`` and check each value.

    Widths of several hidden layers are joined by an x: ``hidden=64,128x64``.

    Parameters
    ----------
    text : str
        Such as ``"learning-rate=0.0001,0.001"``.
    base : TrainingSettings
        The recipe in everything else.

    Raises
    ------
    SettingError
        If the option is unknown, or a value is missing, twice, unreadable or out of range.
    """
    option, _, listed = text.partition("=")
    option, values = option.strip(), tuple(part.strip() for part in listed.split(",") if part.strip())
    if option not in OPTIONS:
        message = f"vary {text!r}: found option {option!r}, expected one of {', '.join(OPTIONS)}"
        raise SettingError(message)
    if not values or len(set(values)) < len(values):
        message = (
            f"vary {text!r}: expected {option}=VALUE,VALUE with one or more different values; list these"
        )
        raise SettingError(message)
    name = option.replace("-", "_")
    settings = tuple(
        dataclasses.replace(base, **{name: _read_value(option, value, getattr(base, name))})
        for value in values
    )
    return Variation(option, values, settings)


def _read_value(option: str, text: str, example: Any) -> Any:
    """Parse a value of the type of ``example``.

    Raises
    ------
    SettingError
        If it is of another type.
    """
    try:
        if isinstance(example, bool):
            return {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}[text.lower()]
        if isinstance(example, tuple):
            return tuple(int(width) for width in text.split("x"))
        return type(example)(text)
    except (ValueError, KeyError):
        expected = {bool: "yes or no", tuple: "widths such as 128x64", int: "a whole number"}
        message = f"vary {option}: found {text!r}, expected {expected.get(type(example), 'a number')}"
        raise SettingError(message) from None


def compare(
    variation: Variation,
    data: TrainingData,
    *,
    seeds: Sequence[int],
    on_run: Callable[[str, Run], None] | None = None,
) -> tuple[Outcome, ...]:
    """Train every value of an option with every seed.

    Parameters
    ----------
    variation : Variation
    data : TrainingData
        Characters to learn from.
    seeds : sequence of int
    on_run : callable, optional
        Called with the value and the run after each run.

    Returns
    -------
    tuple of Outcome
        In the order of the values.

    Raises
    ------
    DataError
        If the data does not fit together, or is too little.
    KeyboardInterrupt
        If interrupted: half a comparison compares nothing.
    """
    outcomes = []
    for value, settings in zip(variation.values, variation.settings, strict=True):
        runs = []
        for seed in seeds:
            run = _run(data, dataclasses.replace(settings, seed=seed))
            runs.append(run)
            if on_run is not None:
                on_run(value, run)
        outcomes.append(Outcome(variation.option, value, tuple(runs)))
    return tuple(outcomes)


def _run(data: TrainingData, settings: TrainingSettings) -> Run:
    """Train once; a run that diverges is a result too.

    Raises
    ------
    KeyboardInterrupt
        If interrupted.
    """
    log: list[Epoch] = []
    started = time.perf_counter()
    diverged = False
    try:
        # A run that leaves the finite numbers is a result here, and needs no warnings on its way.
        with np.errstate(all="ignore"):
            trained = train(TrainingBatches.prepare(data, settings), on_epoch=log.append)
    except DivergedError:
        diverged = True
    else:
        if trained.interrupted:
            raise KeyboardInterrupt
    return Run(settings.seed, tuple(log), time.perf_counter() - started, diverged)
