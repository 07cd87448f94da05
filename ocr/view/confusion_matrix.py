"""The confusion matrix as a picture: rows are the truth, columns the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.view.style import (
    BLUE,
    EMPTY,
    QUIET,
    TEXT,
    VERMILION,
    heat_map,
    new_figure,
    quiet,
    quiet_scale,
    saved,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.image import AxesImage

    from ocr.array_types import Float64, Int64
    from ocr.evaluation.characters import Evaluation


# Up to this many groups there is room to write the counts into the cells.
_MOST_NUMBERED = 16


def draw_confusion(result: Evaluation, *, title: str, format: str = "png") -> bytes:  # noqa: A002 - as savefig calls it
    """Draw the mistakes in logarithmic colors, the right answers pale, and the totals at the margins.

    Parameters
    ----------
    result : Evaluation
    title : str
        What was evaluated, for the heading.
    format : {"png", "svg"}

    Returns
    -------
    bytes
        The file.
    """
    side = float(np.clip(0.165 * len(result.names), 4.4, 10.4))
    figure = new_figure(side + 1.9, side + 2.1)
    cells = figure.subplots()
    # Insets keep the totals beside their rows and columns, whatever the size of the picture.
    depth = 0.8 / side
    heat = _draw_cells(cells, result.matrix, result.names)
    key = cells.inset_axes((1.01, 1.012, depth, 0.014))
    _draw_key(figure.colorbar(heat, cax=key, orientation="horizontal"), top=int(heat.get_clim()[1] or 2))
    _draw_totals(cells.inset_axes((1.01, 0, depth, 1)), result.matrix, upright=False)
    _draw_totals(cells.inset_axes((0, -0.01 - depth, 1, depth)), result.matrix, upright=True)
    low, high = result.interval
    figure.suptitle(
        f"{title}\n{100 * result.accuracy:.2f} % right ({100 * low:.2f} – {100 * high:.2f}) "
        f"of {result.count:,} characters",
        color=TEXT,
        size=12,
    )
    return saved(figure, format=format)


def _draw_cells(axes: Axes, matrix: Int64, names: tuple[str, ...]) -> AxesImage:
    from matplotlib.colors import LogNorm

    mistakes = np.ma.masked_less(matrix - np.diag(np.diag(matrix)), 1)
    backdrop = np.ones((*matrix.shape, 3))
    backdrop[...] = _rgb(EMPTY)
    # The diagonal is faded: that most answers are right is known, where the rest goes is the question.
    share = np.diag(matrix) / np.maximum(matrix.sum(axis=1), 1)
    for index in range(len(names)):
        backdrop[index, index] = 1 - 0.42 * share[index] * (1 - _rgb(BLUE))
    axes.imshow(backdrop, interpolation="nearest")
    top = max(int(mistakes.max()) if mistakes.count() else 1, 2)
    heat = axes.imshow(mistakes, cmap=heat_map(), norm=LogNorm(1, top), interpolation="nearest")
    if len(names) <= _MOST_NUMBERED:
        _write_counts(axes, matrix, top)
    size = float(np.clip(440 / len(names), 7.5, 14))
    places = np.arange(len(names))
    axes.set_xticks(places, names, fontsize=size, family="monospace", color=TEXT)
    axes.set_yticks(places, names, fontsize=size, family="monospace", color=TEXT)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False, pad=2)
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("read as", color=QUIET)
    axes.set_ylabel("is", color=QUIET)
    axes.set_xticks(places[:-1] + 0.5, minor=True)
    axes.set_yticks(places[:-1] + 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=0.7)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)
    return heat


def _draw_key(bar: Colorbar, *, top: int) -> None:
    """Draw what the palest and the darkest color mean, in the free corner at the top right."""
    bar.set_ticks([1, top], labels=["1", f"{top:,}"])
    bar.ax.xaxis.set_ticks_position("top")
    bar.ax.minorticks_off()
    quiet_scale(bar, labelsize=8, pad=2)


def _rgb(color: str) -> Float64:
    from matplotlib.colors import to_rgb

    return np.array(to_rgb(color))


def _write_counts(axes: Axes, matrix: Int64, top: int) -> None:
    size = float(np.clip(110 / len(matrix), 6.5, 12))
    for (row, col), count in np.ndenumerate(matrix):
        if count:
            dark = row != col and np.log(count) > 0.6 * np.log(top)
            axes.text(
                col, row, f"{count:,}", ha="center", va="center", size=size, color="white" if dark else TEXT
            )


def _draw_totals(axes: Axes, matrix: Int64, *, upright: bool) -> None:
    """Draw how many characters each row or column holds, the wrong ones in vermilion."""
    totals, right = matrix.sum(axis=0 if upright else 1), np.diag(matrix)
    places = np.arange(len(matrix))
    if upright:
        axes.bar(places, right, 0.72, color=BLUE, alpha=0.42)
        axes.bar(places, totals - right, 0.72, bottom=right, color=VERMILION)
        quiet(axes, xlim=(-0.5, len(matrix) - 0.5), ylabel="answers")
        axes.set_xticks([])
        axes.invert_yaxis()
    else:
        axes.barh(places, right, 0.72, color=BLUE, alpha=0.42)
        axes.barh(places, totals - right, 0.72, left=right, color=VERMILION)
        quiet(axes, ylim=(len(matrix) - 0.5, -0.5), xlabel="characters\n(red: misread)")
        axes.set_yticks([])
    axes.locator_params(axis="y" if upright else "x", nbins=2)
    axes.tick_params(labelsize=7)
