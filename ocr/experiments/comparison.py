"""Several values of one option, each trained with several seeds on the same characters.

One run says little: another seed alone moves the accuracy of a small run by a percent. So each value is
trained several times, and what is reported is the mean and the spread.

A small sample of EMNIST for quick experiments.
"""

from __future__ import annotations

import dataclasses
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.classifier.crop import make_crops
from ocr.datasets import emnist
from ocr.errors import DivergedError, SettingError
from ocr.training.trainer import Epoch, TrainingSettings, train

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float64, Int64


# Seeds are what a comparison averages over, so they are no option to vary.
OPTIONS: tuple[str, ...] = tuple(
    field.name.replace("_", "-") for field in dataclasses.fields(TrainingSettings) if field.name != "seed"
)
"""Options that can be varied, as the command line spells them."""

_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True, slots=True)
class Variation:
    """One option and the recipes that differ in it only: ``values`` as the user wrote them."""

    option: str
    values: tuple[str, ...]
    settings: tuple[TrainingSettings, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One training run: its finished epochs, how long it took, and whether it ran away to infinity."""

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
        """(seeds, epochs) of one field of the log, such as ``"loss"``; NaN after a run diverged."""
        table = np.full((len(self.runs), max((len(run.log) for run in self.runs), default=0)), np.nan)
        for row, run in zip(table, self.runs, strict=True):
            row[: len(run.log)] = [getattr(epoch, field) for epoch in run.log]
        return table


def parse_variation(text: str, base: TrainingSettings) -> Variation:
    """Understand ``option=value,value``, and try each value.

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
    """Read a value of the same type as ``example``."""
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
    crops: NDArray[np.uint8],
    labels: Int64,
    *,
    classes: int,
    seeds: Sequence[int],
    on_run: Callable[[str, Run], None] | None = None,
) -> tuple[Outcome, ...]:
    """Train every value of an option with every seed.

    Parameters
    ----------
    variation : Variation
    crops : (N, 28, 28) uint8 array
    labels : (N,) int64 array
    classes : int
        Number of classes K.
    seeds : sequence of int
    on_run : callable, optional
        Told the value and the run after each run.

    Returns
    -------
    tuple of Outcome
        In the order of the values.

    Raises
    ------
    DataError
        If crops and labels do not fit together, or are too few.
    KeyboardInterrupt
        If interrupted: half a comparison compares nothing.
    """
    outcomes = []
    for value, settings in zip(variation.values, variation.settings, strict=True):
        runs = []
        for seed in seeds:
            run = _run(crops, labels, classes=classes, settings=dataclasses.replace(settings, seed=seed))
            runs.append(run)
            if on_run is not None:
                on_run(value, run)
        outcomes.append(Outcome(variation.option, value, tuple(runs)))
    return tuple(outcomes)


def _run(crops: NDArray[np.uint8], labels: Int64, *, classes: int, settings: TrainingSettings) -> Run:
    log: list[Epoch] = []
    started = time.perf_counter()
    diverged = False
    try:
        # A run that leaves the finite numbers is a result here, and needs no warnings on its way.
        with np.errstate(all="ignore"):
            trained = train(crops, labels, classes=classes, settings=settings, on_epoch=log.append)
    except DivergedError:
        diverged = True
    else:
        if trained.interrupted:
            raise KeyboardInterrupt
    return Run(settings.seed, tuple(log), time.perf_counter() - started, diverged)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Characters to learn from.

    Attributes
    ----------
    crops : (N, 28, 28) uint8 array
        As the network sees them, ink 255.
    labels : (N,) int64 array
        Index into ``classes``.
    classes : tuple of str
    """

    crops: NDArray[np.uint8]
    labels: Int64
    classes: tuple[str, ...]


def load_sample(split: str, *, limit: int, data: str | os.PathLike[str] | None = None) -> Sample:
    """Load the first ``limit`` training characters of an EMNIST split, whose files are shuffled already.

    Raises
    ------
    SettingError, DataError
        As :func:`ocr.datasets.emnist.load` does.
    """
    found = emnist.load(split, "train", data=data)
    crops = make_crops(image.astype(np.float32) / 255 for image in found.images[:limit])
    return Sample(np.rint(crops * 255).astype(np.uint8), found.labels[:limit], found.classes)
