"""One style for all plots and pages: colors that color-blind eyes distinguish, plain axes, files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ocr.document.bands import DOUBTFUL_COLOR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from PIL import Image

# Okabe and Ito's palette, without its yellow, which vanishes on white.
BLUE, GREEN, AMBER, PURPLE, SKY = "#0072b2", "#009e73", "#e69f00", "#cc79a7", "#56b4e9"
VERMILION = DOUBTFUL_COLOR
SERIES = (BLUE, VERMILION, GREEN, AMBER, PURPLE, SKY)
TEXT, QUIET, GRID, EMPTY = "#24292f", "#6e7781", "#d8dee4", "#f3f5f7"


def heat_map() -> Colormap:
    """Return colors for counts, from paper over amber and vermilion to dark."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("heat", ["#fff4df", "#f7c873", AMBER, VERMILION, "#7a2100"])


def signed_map() -> Colormap:
    """Return colors from blue (negative) over white to vermilion (positive)."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", ["#003f63", BLUE, "#ffffff", VERMILION, "#6b2d00"])


def depth_map() -> Colormap:
    """Return colors from vermilion (first layer) over amber and green to blue (last layer)."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("depth", [VERMILION, AMBER, GREEN, BLUE])


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of that size in inches, without any window."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def quiet(axes: Axes, **labels: Any) -> None:
    """Draw a light grid and no box, and set titles and labels."""
    axes.set(**labels)
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=QUIET, labelsize=9, length=0)
    for text in (axes.xaxis.label, axes.yaxis.label):
        text.set(color=QUIET, size=9)
    axes.title.set(color=TEXT, size=11)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def quiet_scale(bar: Colorbar, *, labelsize: int, **ticks: Any) -> None:
    """Draw a color scale without an outline and tick marks; ``ticks`` are as `tick_params` takes them."""
    bar.ax.tick_params(length=0, labelsize=labelsize, colors=QUIET, **ticks)
    bar.outline.set_visible(False)


def saved(figure: Figure, *, format: str = "png", dpi: int = 110) -> bytes:  # noqa: A002 - as savefig calls it
    """Return the bytes of a PNG or SVG file, without the date, so that equal pictures are equal files."""
    stream = io.BytesIO()
    metadata: dict[str, Any] = {"Software": None} if format == "png" else {"Date": None}
    figure.savefig(stream, format=format, dpi=dpi, metadata=metadata)
    content = stream.getvalue()
    return _fewer_colors(content) if format == "png" else content


def few_colors(drawing: Image.Image, *, count: int = 256) -> bytes:
    """Return a PNG with at most so many colors: a third of the size, without a visible difference."""
    from PIL import Image

    stream = io.BytesIO()
    # Two rounds of k-means: without them, pale grays take on the tint of their neighbours.
    few = drawing.convert("RGB").quantize(
        count, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
    )
    few.save(stream, "png", optimize=True)
    return stream.getvalue()


def _fewer_colors(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        return few_colors(picture)
