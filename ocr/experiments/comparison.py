"""Compare values of one option, each trained with several seeds on the same characters.

One run means little: another seed alone moves the accuracy of a small run by a percent. So each value is
trained several times; the results are the mean and the spread.
"""

from __future__ import annotations

import dataclasses
import re
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import DivergedError, SettingError
from ocr.training.batches import TrainingBatches
from ocr.training.optimizers import USUAL_RATES
from ocr.training.settings import TrainingSettings, parse_setting
from ocr.training.trainer import train

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float64
    from ocr.training.dataset import TrainingData
    from ocr.training.learner import Epoch


# A comparison averages over seeds, so the seed cannot be varied.
_FIELDS = {
    {"initialisation": "init"}.get(field.name, field.name).replace("_", "-"): field.name
    for field in dataclasses.fields(TrainingSettings)
    if field.name not in {"seed", "frozen", "distillation_weight"}
}
OPTIONS: tuple[str, ...] = tuple(_FIELDS)
"""Options that can be varied, as spelled on the command line."""
# Values that have commas themselves are separated by semicolons.
_LISTS = {"hidden", "decay-at"}


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

    def axis(self, name: str) -> Float64:
        """Return (epochs,) where the points of curves lie, in ``"epochs"``, ``"steps"`` or ``"seconds"``.

        Seconds are the mean over the runs that came so far.
        """
        if name == "epochs":
            return np.arange(1.0, self.curves("loss").shape[1] + 1)
        table = self.curves(name)
        return np.array([np.mean(column[~np.isnan(column)]) for column in table.T])

    def curves(self, field: str) -> Float64:
        """Return one field of the log, such as ``"loss"``, (seeds, epochs); NaN after a run diverged."""
        table = np.full((len(self.runs), max((len(run.log) for run in self.runs), default=0)), np.nan)
        for row, run in zip(table, self.runs, strict=True):
            row[: len(run.log)] = [getattr(epoch, field) for epoch in run.log]
        return table


def parse_variation(text: str, base: TrainingSettings, *, usual_rates: bool = False) -> Variation:
    """Parse ``option=value,value`` and check each value.

    Values with commas are separated by semicolons: ``hidden=64;128,64;none``.

    Parameters
    ----------
    text : str
        Such as ``"learning-rate=0.0001,0.001"``.
    base : TrainingSettings
        The recipe in everything else.
    usual_rates : bool
        Give each optimizer its usual learning rate instead of that of ``base``.

    Raises
    ------
    SettingError
        If the option is unknown, or a value is missing, twice, unreadable or out of range.
    """
    option, equals, listed = text.partition("=")
    option = {"initialisation": "init"}.get(option.strip(), option.strip())
    if option not in OPTIONS:
        message = f"vary {text!r}: found option {option!r}, expected one of {', '.join(OPTIONS)}"
        raise SettingError(message)
    values = _values(option, listed) if equals else ()
    if not values or len(set(values)) < len(values):
        separator = ";" if option in _LISTS else ","
        message = (
            f"vary {text!r}: expected {option}=VALUE{separator}VALUE with one or more different values; "
            "list these"
        )
        raise SettingError(message)
    name = _FIELDS[option]
    settings = []
    for value in values:
        changed = {name: parse_setting(name, value)}
        if usual_rates and option == "optimizer" and value in USUAL_RATES:
            changed["learning_rate"] = USUAL_RATES[value]
        settings.append(dataclasses.replace(base, **changed))
    return Variation(option, values, tuple(settings))


def _values(option: str, listed: str) -> tuple[str, ...]:
    """Split values; an empty one stands for no hidden layer, and is called none."""
    if option in _LISTS:
        return tuple(part.strip() or "none" for part in listed.split(";"))
    return tuple(part.strip() for part in re.split("[,;]", listed) if part.strip())


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
