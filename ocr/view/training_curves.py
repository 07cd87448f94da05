"""Training curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr.view.style import BLUE, GREEN, TEXT, VERMILION, new_figure, quiet, saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.training.learner import Epoch


def draw_curves(log: Sequence[Epoch]) -> bytes:
    """Draw loss, accuracies and learning rate over the epochs of a run; returns a PNG file's bytes."""
    numbers = [epoch.number for epoch in log]
    marker = "." if len(log) < 40 else None
    figure = new_figure(10, 3.5)
    loss, accuracy, rate = figure.subplots(1, 3, width_ratios=(1, 1, 0.6))
    loss.plot(numbers, [epoch.loss for epoch in log], marker=marker, color=BLUE)
    quiet(loss, xlabel="epoch", ylabel="nats", title="training loss")
    for name, color in (("train", BLUE), ("validation", VERMILION)):
        values = [100 * getattr(epoch, f"{name}_accuracy") for epoch in log]
        accuracy.plot(numbers, values, marker=marker, color=color, label=name)
    quiet(accuracy, xlabel="epoch", ylabel="%", title="accuracy")
    accuracy.legend(frameon=False, fontsize=9, labelcolor=TEXT, loc="lower right")
    rate.plot(numbers, [epoch.learning_rate for epoch in log], marker=marker, color=GREEN)
    quiet(rate, xlabel="epoch", title="learning rate")
    rate.ticklabel_format(axis="y", style="sci", scilimits=(0, 0))
    rate.yaxis.get_offset_text().set(size=8)
    return saved(figure)
