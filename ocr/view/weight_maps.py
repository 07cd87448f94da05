"""First-layer weights as roses, and the gradients of each layer over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.features import feature_maps
from ocr.view.style import EMPTY, QUIET, TEXT, depth_map, new_figure, quiet, saved, signed_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ocr.array_types import Float32, Float64
    from ocr.experiments.gradients import GradientHistory
    from ocr.experiments.units import Unit

# Where the map of each direction, E SE S SW W NW N NE, lies in a rose: (row, col) of nine fields.
_FIELDS = ((1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0), (0, 1), (0, 2))
_ARROWS = "→↘↓↙←↖↑↗"
_MOMENTS = {"before": "at\ninitialisation", "after": "after\ntraining", "learnt": "what training\nadded"}
_SPACES = {"wspace": 0.09, "hspace": 0.09}
# Direction maps have 8 cells a side and pixels 14: both fill a field of 56 exactly.
_FIELD, _GAP = 56, 6


def draw_weights(units: Sequence[Unit], *, title: str, format: str = "png") -> bytes:  # noqa: A002 - as savefig calls it
    """Draw hidden units: a column each, rows at initialisation, after training, and the difference.

    Parameters
    ----------
    units : sequence of Unit
    title : str
        Heading.
    format : {"png", "svg"}

    Returns
    -------
    bytes
        The file.
    """
    figure = new_figure(1.62 * (len(units) + 1.7), 5.5)
    widths = (0.62, *[1] * len(units), 0.95)
    grid = figure.subplots(
        len(_MOMENTS), len(widths), squeeze=False, width_ratios=widths, gridspec_kw=_SPACES
    )
    colors = signed_map().with_extremes(bad="white")
    for (moment, words), row in zip(_MOMENTS.items(), grid, strict=True):
        _write(row[0], words, size=11)
        # The start is faint beside what is learnt later, so each row has its own scale.
        top = float(np.quantile(np.abs([getattr(unit, moment) for unit in units]), 0.998))
        for unit, place in zip(units, row[1:-1], strict=True):
            place.imshow(
                rose(getattr(unit, moment)), cmap=colors, vmin=-top, vmax=top, interpolation="nearest"
            )
            place.set_axis_off()
    for unit, place in zip(units, grid[0, 1:-1], strict=True):
        place.set_title(unit.characters, color=TEXT, size=12, family="monospace")
    _draw_key(grid[0, -1])
    _write(grid[1, -1], "each field: ink that\ngets darker this way;\nmiddle: ink itself", size=8.5)
    _write(
        grid[2, -1],
        "red excites the unit,\nblue inhibits it;\nabove: the characters that\nexcite it most",
        size=8.5,
    )
    figure.suptitle(title, color=TEXT, size=12)
    return saved(figure, format=format, dpi=120)


def rose(weights: Float32) -> Float64:
    """Return the maps of one unit on a square: pixels in the middle, each direction map on its own side.

    Parameters
    ----------
    weights : (D,) float32 array
        One for each feature.

    Returns
    -------
    (180, 180) float64 array
        NaN between the fields.
    """
    directions, pixels = feature_maps(weights)
    side = 3 * _FIELD + 2 * _GAP
    square = np.full((side, side), np.nan)
    fields = [*zip(_FIELDS, directions, strict=True), ((1, 1), pixels)]
    for (row, col), field in fields:
        factor = _FIELD // len(field)
        top, left = row * (_FIELD + _GAP), col * (_FIELD + _GAP)
        square[top : top + _FIELD, left : left + _FIELD] = np.kron(field, np.ones((factor, factor)))
    return square


def _write(axes: Axes, words: str, *, size: float) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, ha="center", va="center", color=TEXT, size=size, transform=axes.transAxes)


def _draw_key(axes: Axes) -> None:
    """Draw what the nine fields of a rose are."""
    side, step = 3 * _FIELD + 2 * _GAP, _FIELD + _GAP
    axes.set_axis_off()
    axes.set(xlim=(-0.5, side - 0.5), ylim=(side - 0.5, -0.5), aspect="equal")
    from matplotlib.patches import Rectangle

    for (row, col), label in [*zip(_FIELDS, _ARROWS, strict=True), ((1, 1), "ink")]:
        axes.add_patch(Rectangle((col * step, row * step), _FIELD, _FIELD, color=EMPTY))
        axes.text(
            col * step + _FIELD / 2,
            row * step + _FIELD / 2,
            label,
            ha="center",
            va="center",
            color=QUIET,
            size=11,
        )


def draw_gradients(histories: Sequence[GradientHistory], *, title: str, format: str = "png") -> bytes:  # noqa: A002 - as savefig calls it
    """Draw the gradient of every layer over the steps, one panel for each net, and the losses.

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
    from matplotlib.ticker import NullLocator

    figure = new_figure(5 * len(histories), 4.4)
    panels = figure.subplots(1, len(histories), sharey=True, squeeze=False)[0]
    for axes, history in zip(panels, histories, strict=True):
        layers = history.sizes.shape[1]
        colors = depth_map()(np.linspace(0, 1, layers))
        steps = np.arange(1, len(history.sizes) + 1)
        for layer in range(layers):
            axes.plot(steps, _smooth(history.sizes[:, layer]), color=colors[layer], linewidth=1.6)
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
        loss = f"loss {history.losses[:10].mean():.2f} → {history.losses[-10:].mean():.2f}"
        quiet(axes, xlabel="step", title=f"{history.activation}: {loss}")
    quiet(panels[0], ylabel="gradient (root mean square, logarithmic)")
    _name_layers(panels[-1], histories[-1])
    figure.suptitle(title, color=TEXT, size=12)
    return saved(figure, format=format)


def _smooth(values: Float64) -> Float64:
    """Compute the geometric mean over 9 steps, so that lines can be distinguished."""
    kernel = np.ones(min(9, len(values)))
    logs = np.log(np.maximum(values, 1e-12))
    mean = np.convolve(logs, kernel, "same") / np.convolve(np.ones_like(logs), kernel, "same")
    return np.asarray(np.exp(mean))


def _name_layers(axes: Axes, history: GradientHistory) -> None:
    """Draw what the colors mean, beside the last panel."""
    from matplotlib.lines import Line2D

    layers = history.sizes.shape[1]
    colors = depth_map()(np.linspace(0, 1, layers))
    names = ["first layer", *(f"layer {index}" for index in range(2, layers)), "last layer"]
    lines = [Line2D([], [], color=color, linewidth=2) for color in colors]
    axes.legend(
        lines[::-1],
        names[::-1],
        frameon=False,
        fontsize=9,
        labelcolor=TEXT,
        loc="center left",
        bbox_to_anchor=(1, 0.5),
    )
