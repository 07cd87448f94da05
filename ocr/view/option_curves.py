"""Curves of a comparison: one row for each option, its values side by side, bands over the seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.view.style import QUIET, SERIES, TEXT, new_figure, quiet, saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ocr.array_types import Float64
    from ocr.experiments.comparison import Outcome

_AXES = {"epochs": "epoch", "steps": "step", "seconds": "seconds"}


def draw_comparison(
    options: Sequence[Sequence[Outcome]],
    *,
    title: str,
    axis: str = "epochs",
    format: str = "png",  # noqa: A002 - as savefig calls it
) -> bytes:
    """Draw training loss, and training and validation accuracy, over epochs, steps or seconds.

    Parameters
    ----------
    options : sequence of sequences of Outcome
        One for each option, each with the outcomes of its values.
    title : str
        What was trained, for the heading.
    axis : {"epochs", "steps", "seconds"}
    format : {"png", "svg"}

    Returns
    -------
    bytes
        The file.
    """
    figure = new_figure(10, 3.7 * len(options) + 0.5)
    grid = figure.subplots(len(options), 2, squeeze=False)
    for row, outcomes in zip(grid, options, strict=True):
        _draw_losses(row[0], outcomes, axis)
        _draw_accuracies(row[1], outcomes, axis)
    figure.suptitle(title, color=TEXT, size=12)
    return saved(figure, format=format)


def _draw_losses(axes: Axes, outcomes: Sequence[Outcome], axis: str) -> None:
    from matplotlib.ticker import LogLocator, NullLocator

    for color, outcome in zip(_colors(len(outcomes)), outcomes, strict=True):
        places = outcome.axis(axis)
        _draw_band(axes, places, outcome.curves("loss"), color=color, label=_label(outcome))
    quiet(axes, xlabel=_AXES[axis], ylabel="training loss (nats, logarithmic)", title=outcomes[0].option)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    low, high = axes.get_ylim()
    # Over many powers of ten there is no room for a tick at every 2 and 5.
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 300 * low else (1,)))
    axes.yaxis.set_minor_locator(NullLocator())
    _mark_whole_numbers(axes, axis)
    axes.legend(frameon=False, fontsize=9, labelcolor=TEXT)


def _mark_whole_numbers(axes: Axes, axis: str) -> None:
    """Set ticks at whole epochs and steps only."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=axis != "seconds"))


def _draw_accuracies(axes: Axes, outcomes: Sequence[Outcome], axis: str) -> None:
    for color, outcome in zip(_colors(len(outcomes)), outcomes, strict=True):
        places = outcome.axis(axis)
        _draw_band(axes, places, 100 * outcome.curves("validation_accuracy"), color=color)
        _draw_band(axes, places, 100 * outcome.curves("train_accuracy"), color=color, dashed=True)
    axes.plot([], [], color=QUIET, label="validation")
    axes.plot([], [], color=QUIET, linestyle=(0, (2, 2)), label="training")
    quiet(axes, xlabel=_AXES[axis], ylabel="accuracy (%)")
    _mark_whole_numbers(axes, axis)
    axes.legend(
        frameon=False, fontsize=9, labelcolor=TEXT, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1)
    )


def _colors(count: int) -> list[str]:
    return [SERIES[index % len(SERIES)] for index in range(count)]


def _label(outcome: Outcome) -> str:
    if not outcome.diverged:
        return outcome.value
    return f"{outcome.value} (diverged in {outcome.diverged} of {len(outcome.runs)})"


def _draw_band(
    axes: Axes,
    epochs: Float64,
    curves: Float64,
    *,
    color: str,
    label: str | None = None,
    dashed: bool = False,
) -> None:
    """Draw the median of (seeds, epochs) as a line and the range of all seeds as a band."""
    alive = ~np.isnan(curves).any(axis=0)
    curves, epochs = curves[:, alive], epochs[alive]
    style = (0, (2, 2)) if dashed else "-"
    # A run that diverged at once has no point to draw, but still its place in the legend.
    middle = np.median(curves, axis=0) if epochs.size else epochs
    marker = "." if epochs.size < 12 else None
    axes.plot(epochs, middle, color=color, linestyle=style, marker=marker, label=label, linewidth=1.6)
    if len(curves) > 1 and epochs.size and not dashed:
        axes.fill_between(
            epochs, curves.min(axis=0), curves.max(axis=0), color=color, alpha=0.18, linewidth=0
        )
