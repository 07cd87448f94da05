"""Tell the writing of a sheet's other side, which shines through, from the writing on this side.

What shines through is pale, and paper has blurred it: the edges of its strokes are blunt where those of the
pen around it are sharp. Writing that is pale because light falls on it, or because it is in pencil, is as
sharp as the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.page.components import means_in, pen_darkness

if TYPE_CHECKING:
    from ocr.array_types import Float32, Mask
    from ocr.page.components import Components


@dataclass(frozen=True, slots=True)
class ShowThroughSettings:
    """What is taken for the other side of a sheet.

    Attributes
    ----------
    pale_frac : float
        It is at most so dark as a share of the pen: on own pages on which a fifth or a third shines through
        0.16 to 0.3, writing in a glare from 0.3 on.
    blunt_frac : float
        Its edges rise at most so steeply as a share of the pen's: of the same pages 0.45 to 0.65, in a glare
        0.95 and more.
    around_letters : float
        The pen is judged by what is written this close by, as well as on all of the page.
    largest_letters : float
        Larger things are shadows and edges.
    fewest : int
        So many letters shine through, or it was something else, such as the marks of a table.
    """

    pale_frac: float = 0.45
    blunt_frac: float = 0.75
    around_letters: float = 6.0
    largest_letters: float = 3.0
    fewest: int = 4


# Nothing of the other side is so many times as dark as nearly all of it, nor half as dark as the pen.
_DARKEST_QUANTILE, _DARKER, _PEN_FRAC = 0.95, 1.15, 0.5
# So many strokes of the pen tell how sharp it is; what is not that large has no edge of its own.
_SAMPLES, _SMALL_LETTERS = 40, 0.3
# The edge of a component reaches so far beyond its box; how steep it is tells a quantile of all pixels.
_EDGE_PX, _STEEP_QUANTILE = 2, 0.97


def shows_through(
    components: Components,
    darkness: Float32,
    *,
    text_height_px: float,
    settings: ShowThroughSettings | None = None,
) -> Mask:
    """Decide for each component whether it is writing of the other side.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    text_height_px : float
        Letter height.
    settings : ShowThroughSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or ShowThroughSettings()
    found = np.zeros(len(components), dtype=np.bool_)
    if not len(components) or not text_height_px:
        return found
    dark, areas = means_in(components, darkness), components.areas
    pen = pen_darkness(dark, areas)
    sides = np.maximum(components.heights, components.widths)
    large = sides > _SMALL_LETTERS * text_height_px
    pale = np.flatnonzero(
        (dark < settings.pale_frac * pen) & (sides < settings.largest_letters * text_height_px)
    )
    # Most pages have hardly anything as pale.
    if large[pale].sum() < settings.fewest:
        return found
    written = np.flatnonzero((dark >= settings.pale_frac * pen) & large)
    if not written.size:
        return found
    sample = written[:: max(1, len(written) // _SAMPLES)]
    sharp = float(np.median([_steepness(components, darkness, int(index)) for index in sample]))
    middles = (components.boxes[:, :2] + components.boxes[:, 2:]) / 2
    for index in pale:
        near = np.abs(middles - middles[index]).max(axis=1) < settings.around_letters * text_height_px
        if dark[index] < settings.pale_frac * pen_darkness(dark[near], areas[near]):
            found[index] = _steepness(components, darkness, int(index)) < settings.blunt_frac * sharp
    return found if (found & large).sum() >= settings.fewest else np.zeros_like(found)


def this_side(components: Components, darkness: Float32, behind: Mask) -> Mask:
    """Say which pixels (H, W) may be ink of this side: darker than the other side, or of a stroke as pale.

    Where the two sides touch one another they are one component.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    behind : (n,) bool array
        The components that shine through, at least one.
    """
    owners = np.concatenate([[False], behind])[components.labels]
    dark = means_in(components, darkness)
    pen = pen_darkness(dark, components.areas)
    darkest = _DARKER * float(np.quantile(darkness[owners], _DARKEST_QUANTILE))
    may_be = darkness >= min(darkest, _PEN_FRAC * pen)
    for index in np.flatnonzero((dark < darkest) & ~behind):
        may_be[components.box(int(index)).slices] = True
    return np.asarray(may_be)


def _steepness(components: Components, darkness: Float32, index: int) -> float:
    """How much of the height of its edges a component rises in a pixel, where they are steep."""
    box = components.box(index)
    inside = components.labels[box.slices] == index + 1
    top, left = max(box.top - _EDGE_PX, 0), max(box.left - _EDGE_PX, 0)
    around = darkness[top : box.bottom + _EDGE_PX, left : box.right + _EDGE_PX]
    rise = np.hypot(*np.gradient(around)) if min(around.shape) > 1 else np.zeros(1)
    height = float(np.quantile(darkness[box.slices][inside], 0.9))
    return float(np.quantile(rise, _STEEP_QUANTILE)) / max(height, 1e-3)
