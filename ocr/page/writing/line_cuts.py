"""Cut components that lie in two lines of text, by the lines that the letters around them are in.

Where lines are close, a descender runs into a letter of the line below, and words of both are one component.
Letters that lie in one line show where the lines are. A component that has strokes in two of them is cut
where least of it connects both. A long descender is not: it has one stroke where the letters of the next line
are.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ocr.ndimage.runs import row_runs
from ocr.page.printed.row_cuts import Separator, cut_along, sheared
from ocr.page.writing.chains import find_chains, fitted_line, typical_slope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Int64, Mask
    from ocr.page.ink.components import Components
    from ocr.page.writing.chains import TextLine

# Letters of one line are so high. What is higher may lie in two; still higher is a drawing.
_LETTER_HEIGHTS, _TALL_HEIGHTS, _HIGHEST_HEIGHTS = 0.45, 1.5, 6.0
# Chains are lines if their letters are so wide together. They may end so far beside a component in them.
_NARROWEST_HEIGHTS, _BESIDE_HEIGHTS = 2.0, 2.0
# Two lines are at least so far apart, and a component reaches so far above and below the middles of both.
_LOWEST_PITCH_HEIGHTS, _REACH_HEIGHTS = 0.9, 0.2
# It is cut at least so far from both middles, through so many strokes at most.
_ASIDE_HEIGHTS, _MOST_CONNECTING = 0.2, 2
# A part has at least so many strokes in most rows of its letters, which lie so far around the middle.
_FEWEST_STROKES, _AROUND_HEIGHTS = 2, 0.2


def cut_touching_lines(components: Components, *, text_height_px: float) -> Components:
    """Cut components that lie in two lines of text or more.

    Parameters
    ----------
    components : Components
    text_height_px : float

    Returns
    -------
    Components
        The same if nothing is cut.
    """
    heights = components.heights / max(text_height_px, 1.0)
    tall = np.flatnonzero((heights >= _TALL_HEIGHTS) & (heights <= _HIGHEST_HEIGHTS))
    letters = np.flatnonzero((heights >= _LETTER_HEIGHTS) & (heights < _TALL_HEIGHTS))
    if not text_height_px or not tall.size or not letters.size:
        return components
    lines = _lines(components, letters, text_height_px)
    cuts = {index: _cuts(components, index, lines, text_height_px) for index in tall.tolist()}
    return cut_along(components, cuts, text_height_px=text_height_px)


def _lines(components: Components, letters: Int64, text_height_px: float) -> list[TextLine]:
    """Return the lines of the letters that lie in one line."""
    chains = find_chains(components, letters, text_height_px=text_height_px)
    slope = typical_slope(components, chains)
    widths = components.widths
    return [
        fitted_line(components, chain, slope)
        for chain in chains
        if widths[chain].sum() >= _NARROWEST_HEIGHTS * text_height_px
    ]


def _cuts(
    components: Components, index: int, lines: Sequence[TextLine], text_height_px: float
) -> list[Separator]:
    """Return the lines to cut a component along, from top to bottom."""
    top, left, bottom, right = components.boxes[index].tolist()
    middle, reach = (left + right) / 2, _REACH_HEIGHTS * text_height_px
    rows = sorted(
        (line.row_at(middle), line.slope)
        for line in lines
        if _are_beside(components, line, left, right, _BESIDE_HEIGHTS * text_height_px)
    )
    rows = [(row, slope) for row, slope in rows if top + reach <= row <= bottom - reach]
    found = []
    for (above, slope), (below, next_slope) in pairwise(rows):
        if below - above < _LOWEST_PITCH_HEIGHTS * text_height_px:
            continue
        usual = (slope + next_slope) / 2
        # Rows of the ink, made level about its middle.
        level, first = sheared(components.ink(index), usual)
        shift = usual * (middle - left) + top + first
        row = _lightest_row(level, above - shift, below - shift, text_height_px)
        if row is not None:
            found.append(Separator(row + top + first - usual * left, usual))
    return found


def _are_beside(components: Components, line: TextLine, left: int, right: int, reach_px: float) -> bool:
    """Whether a line has letters above, below or near some columns."""
    boxes = components.boxes[list(line.members)]
    return bool(boxes[:, 1].min() - reach_px <= right and boxes[:, 3].max() + reach_px >= left)


def _lightest_row(ink: Mask, above: float, below: float, text_height_px: float) -> int | None:
    """Return the row of ink between the middles of two lines to cut at; None if it is not in both."""
    strokes = np.bincount(row_runs(ink).rows, minlength=len(ink))
    around = _AROUND_HEIGHTS * text_height_px
    for row in (above, below):
        near = strokes[max(0, round(row - around)) : round(row + around) + 1]
        if not near.size or np.median(near) < _FEWEST_STROKES:
            return None
    aside = _ASIDE_HEIGHTS * text_height_px
    start, stop = round(above + aside), round(below - aside)
    sums = ink.sum(axis=1)[start:stop]
    if not sums.size:
        return None
    # The last of several: a descender is more often in the way than a letter of the line below.
    row = stop - 1 - int(sums[::-1].argmin())
    return row if strokes[row] <= _MOST_CONNECTING else None
