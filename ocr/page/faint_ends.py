"""Leave marks of the table out of lines: at an end of a line, and far fainter than the pen beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.page.components import means_in, pen_darkness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.page.components import Components
    from ocr.page.lines import TextLine

    Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FaintEndSettings:
    """When marks at an end of a line are none of its signs.

    Attributes
    ----------
    faint_frac : float
        They are fainter than this share of the darker ink of the line. Of wood beside writing in ink it is a
        third; a full stop, which its blur makes paler, stays above a half.
    step : float
        The sign beside them is so many times as dark as the darkest of them: in glare ink fades step by step.
    apart_letters : float
        They keep this distance from it, in letter heights: more than most spaces.
    dots_apart_letters : float
        This is enough where they are no larger than a full stop: that stands close to its word.
    """

    faint_frac: float = 0.42
    step: float = 1.6
    apart_letters: float = 1.1
    dots_apart_letters: float = 0.5


# A full stop is smaller than this both ways.
_DOT_LETTERS = 0.3


def without_faint_ends(
    components: Components,
    lines: Sequence[TextLine],
    darkness: NDArray[np.float32],
    *,
    letter_px: float,
    settings: FaintEndSettings | None = None,
) -> tuple[tuple[TextLine, ...], tuple[int, ...]]:
    """Leave out the marks at the ends of lines that are too faint to be signs.

    Parameters
    ----------
    components : Components
        Writing.
    lines : sequence of TextLine
        Members left to right.
    darkness : (H, W) float32 array
        0 on paper.
    letter_px : float
        Letter height.
    settings : FaintEndSettings, optional

    Returns
    -------
    lines : tuple of TextLine
    left_out : tuple of int
        Components.
    """
    settings = settings or FaintEndSettings()
    if not lines:
        return (), ()
    dark = means_in(components, darkness)
    kept, left_out = [], []
    for line in lines:
        members = np.array(line.members)
        boxes, areas, own = components.boxes[members], components.areas[members], dark[members]
        gaps = (boxes[1:, 1] - np.maximum.accumulate(boxes[:, 3])[:-1]) / letter_px
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) / letter_px
        needed = np.where(sides < _DOT_LETTERS, settings.dots_apart_letters, settings.apart_letters)
        start = _faint_run(own, areas, gaps, needed, settings)
        stop = len(members) - _faint_run(own[::-1], areas[::-1], gaps[::-1], needed[::-1], settings)
        left_out += [*members[:start], *members[stop:]]
        kept.append(replace(line, members=tuple(members[start:stop].tolist())))
    return tuple(kept), tuple(sorted(int(index) for index in left_out))


def _faint_run(
    dark: Float64, areas: NDArray[np.int64], gaps: Float64, needed: Float64, settings: FaintEndSettings
) -> int:
    """How many marks (n,), from the first on, are too faint beside the next.

    ``gaps`` (n - 1,) are between them, ``needed`` (n,) is how far each must be from a sign.
    """
    run = int((dark >= settings.faint_frac * pen_darkness(dark, areas)).argmax())
    if not run or gaps[run - 1] < needed[:run].max():
        return 0
    return run if dark[run] >= settings.step * dark[:run].max() else 0
