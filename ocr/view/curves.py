"""Training curves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.classifier.training import Epoch


def draw_curves(log: Sequence[Epoch]) -> bytes:
    """Draw loss and accuracies over the epochs of a run; returns a PNG file's bytes."""
    from matplotlib.figure import Figure

    numbers = [epoch.number for epoch in log]
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    loss_axes, accuracy_axes = figure.subplots(1, 2)
    loss_axes.plot(numbers, [epoch.loss for epoch in log], marker=".", color="tab:blue")
    loss_axes.set(xlabel="epoch", ylabel="training loss (nats)", title="Loss")
    for name, color in (("train", "tab:blue"), ("validation", "tab:orange")):
        values = [100 * getattr(epoch, f"{name}_accuracy") for epoch in log]
        accuracy_axes.plot(numbers, values, marker=".", color=color, label=name)
    accuracy_axes.set(
        xlabel="epoch", ylabel="accuracy (%)", title="Accuracy (training with distortion and dropout)"
    )
    accuracy_axes.legend()
    for axes in (loss_axes, accuracy_axes):
        axes.grid(alpha=0.3)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110)
    return stream.getvalue()
