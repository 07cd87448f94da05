"""The gradient of each layer over the steps: a color for each depth, however many layers there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.view.style import QUIET, TEXT, depth_map, new_figure, quiet, quiet_scale, saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ocr.array_types import Float64
    from ocr.experiments.gradients import GradientHistory

# Steps whose geometric mean is drawn, so that lines can be distinguished.
_SMOOTHED = 9


def draw_gradients(histories: Sequence[GradientHistory], *, title: str, format: str = "png") -> bytes:  # noqa: A002 - as savefig calls it
    """Draw the gradient of every layer over the steps, one panel for each net, with the losses.

    A gradient of exactly 0 has no place on a logarithmic scale: it is drawn as a cross on the lowest line,
    which is labelled 0, and the heading of the panel counts the layers that have none at the end.

    Parameters
    ----------
    histories : sequence of GradientHistory
    title : str
        Heading.
    format : {"png", "svg"}

    Returns
    -------
    bytes
        The file.
    """
    figure = new_figure(5 * len(histories) + 0.8, 4.6)
    panels = figure.subplots(1, len(histories), sharey=True, squeeze=False)[0]
    positive = [history.sizes[history.sizes > 0] for history in histories]
    lowest = min((float(sizes.min()) for sizes in positive if sizes.size), default=1.0)
    has_zeros = any((history.sizes == 0).any() for history in histories)
    floor = lowest / 100 if has_zeros else None
    for axes, history in zip(panels, histories, strict=True):
        _draw_net(axes, history, floor=floor)
    quiet(panels[0], ylabel="gradient (root mean square, logarithmic)")
    if floor is not None:
        for axes in panels:
            axes.axhline(floor, color=QUIET, linewidth=0.8)
            axes.annotate(
                "0", (0, floor), xycoords=("axes fraction", "data"), color=TEXT, size=9, va="bottom"
            )
    _draw_depth_scale(figure, panels, layers=max(history.sizes.shape[1] for history in histories))
    figure.suptitle(title, color=TEXT, size=12)
    return saved(figure, format=format)


def _draw_net(axes: Axes, history: GradientHistory, *, floor: float | None) -> None:
    """Draw the lines of one net, the deepest layer first."""
    from matplotlib.ticker import MaxNLocator, NullLocator

    layers = history.sizes.shape[1]
    colors = depth_map()(np.linspace(0, 1, layers))
    steps = np.arange(1, len(history.sizes) + 1)
    for layer in range(layers):
        values = history.sizes[:, layer]
        axes.plot(steps, _smooth(values), color=colors[layer], linewidth=1.6 if layers <= 16 else 0.8)
        dead = steps[values == 0]
        if floor is not None and dead.size:
            axes.plot(dead, np.full(dead.size, floor), "x", color=colors[layer], markersize=4)
    axes.set_yscale("log")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    loss = f"loss {history.losses[:10].mean():.2f} → {history.losses[-10:].mean():.2f}"
    dead_layers = int((history.sizes[-1] == 0).sum())
    dead_words = f"\nno gradient in {dead_layers} of {layers} layers: dead" if dead_layers else ""
    quiet(axes, xlabel="step", title=f"{history.activation}: {loss}{dead_words}")


def _smooth(values: Float64) -> Float64:
    """Compute the geometric mean over some steps, of values above 0 only; NaN where there is none."""
    kernel = np.ones(min(_SMOOTHED, len(values)))
    alive = values > 0
    logs = np.log(np.where(alive, values, 1.0))
    count = np.convolve(alive.astype(float), kernel, "same")
    mean = np.convolve(logs, kernel, "same") / np.maximum(count, 1)
    return np.where(count > 0, np.exp(mean), np.nan)


def _draw_depth_scale(figure: Figure, panels: Sequence[Axes], *, layers: int) -> None:
    """Draw which color stands for which depth, beside the panels."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    scale = ScalarMappable(Normalize(1, max(layers, 2)), depth_map())
    bar = figure.colorbar(scale, ax=list(panels), pad=0.02, aspect=30)
    ticks = np.unique(np.linspace(1, layers, min(layers, 6)).round().astype(int))
    bar.set_ticks(list(ticks), labels=[_layer_name(int(tick), layers) for tick in ticks])
    quiet_scale(bar, labelsize=9)


def _layer_name(number: int, layers: int) -> str:
    if number in (1, layers):
        return f"{'first' if number == 1 else 'last'} layer"
    return f"layer {number}"
