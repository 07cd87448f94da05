"""First-layer weights: roses of directions, or pictures of 28 x 28 pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.crop import CROP_PX
from ocr.classifier.features import feature_maps
from ocr.view.style import EMPTY, QUIET, TEXT, new_figure, quiet_scale, saved, signed_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ocr.array_types import Float32, Float64
    from ocr.experiments.units import Unit

# Where the map of each direction, E SE S SW W NW N NE, lies in a rose: (row, col) of nine fields.
_FIELDS = ((1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0), (0, 1), (0, 2))
_ARROWS = "→↘↓↙←↖↑↗"
_MOMENTS = {"before": "at\ninitialisation", "after": "after\ntraining", "learnt": "what training\nadded"}
_SPACES = {"wspace": 0.09, "hspace": 0.09}
# Direction maps have 8 cells a side and pixels 14: both fill a field of 56 exactly.
_FIELD, _GAP = 56, 6
# Pictures of more units have no room for what excites each.
_MOST_LABELLED = 16


def draw_weights(units: Sequence[Unit], *, title: str, format: str = "png") -> bytes:  # noqa: A002 - as savefig calls it
    """Draw units that see features: a column each, rows at initialisation, after training, the difference.

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


def draw_pixel_weights(units: Sequence[Unit], *, title: str, format: str = "png") -> bytes:  # noqa: A002 - as savefig calls it
    """Draw units that see pixels: three panels of pictures, before and after training, and the difference.

    Parameters
    ----------
    units : sequence of Unit
        With 784 weights each.
    title : str
        Heading.
    format : {"png", "svg"}

    Returns
    -------
    bytes
        The file.
    """
    from matplotlib.ticker import MaxNLocator

    cols = int(np.ceil(np.sqrt(len(units))))
    rows = -(-len(units) // cols)
    figure = new_figure(12, 4 * rows / cols + 1.3)
    for (moment, words), axes in zip(_MOMENTS.items(), figure.subplots(1, len(_MOMENTS)), strict=True):
        tiles = [getattr(unit, moment).reshape(CROP_PX, CROP_PX) for unit in units]
        top = float(np.quantile(np.abs(tiles), 0.998)) or 1.0
        colors = signed_map().with_extremes(bad="white")
        image = axes.imshow(_montage(tiles, cols), cmap=colors, vmin=-top, vmax=top, interpolation="nearest")
        axes.set_title(words.replace("\n", " "), color=TEXT, size=11)
        axes.set_axis_off()
        bar = figure.colorbar(image, ax=axes, orientation="horizontal", shrink=0.6, pad=0.02)
        bar.locator = MaxNLocator(4)
        bar.update_ticks()
        quiet_scale(bar, labelsize=8)
        if len(units) <= _MOST_LABELLED:
            for index, unit in enumerate(units):
                row, col = divmod(index, cols)
                place = (col * (CROP_PX + _GAP) + 1, row * (CROP_PX + _GAP) + 1)
                axes.text(*place, unit.characters, size=9, color=TEXT, va="top", family="monospace")
    figure.suptitle(title, color=TEXT, size=12)
    return saved(figure, format=format, dpi=120)


def _montage(tiles: Sequence[Float32], cols: int) -> Float64:
    """Return tiles (28, 28) side by side in rows of ``cols``, NaN between them."""
    rows, step = -(-len(tiles) // cols), CROP_PX + _GAP
    sheet = np.full((rows * step - _GAP, cols * step - _GAP), np.nan)
    for index, tile in enumerate(tiles):
        row, col = divmod(index, cols)
        sheet[row * step : row * step + CROP_PX, col * step : col * step + CROP_PX] = tile
    return sheet


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
