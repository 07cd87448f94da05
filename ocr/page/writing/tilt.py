"""Level a tilted page by its printed lines: words in cells of a table are too short to show its tilt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import weighted_median
from ocr.page.writing.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.page.ink.components import Components
    from ocr.page.printed.printed_lines import PrintedLine

# So many printed lines show the tilt, each at least so long, if this share of their length is about as steep.
_FEWEST, _SHORTEST_HEIGHTS, _AGREEING_FRAC, _AGREEING_SLOPE = 4, 5.0, 0.8, 0.02
# Lines that climb less are level: across a page of thirty text heights letters stay beside one another.
_LEAST_SLOPE = 0.03


def printed_slope(lines: Sequence[PrintedLine], *, text_height_px: float) -> float:
    """Return the slope that the level printed lines of a page share; 0 without any, or if they are level."""
    level = [line for line in lines if not line.upright]
    lengths = np.array([line.stop - line.start for line in level])
    is_long = lengths >= _SHORTEST_HEIGHTS * text_height_px
    if is_long.sum() < _FEWEST:
        return 0.0
    slopes, lengths = np.array([line.slope for line in level])[is_long], lengths[is_long]
    slope = weighted_median(slopes, lengths)
    agreeing = float(lengths[np.abs(slopes - slope) < _AGREEING_SLOPE].sum() / lengths.sum())
    return slope if agreeing >= _AGREEING_FRAC and abs(slope) >= _LEAST_SLOPE else 0.0


def levelled(components: Components, slope: float) -> Components:
    """Return components moved up or down so that lines of this slope are level; their ink stays."""
    cols = (components.boxes[:, 1] + components.boxes[:, 3]) / 2
    down = np.rint(slope * cols).astype(components.boxes.dtype)
    return replace(components, boxes=components.boxes - down[:, None] * np.array([1, 0, 1, 0]))


def tilted_back(text: TextLines, slope: float) -> TextLines:
    """Return the lines of levelled components as they are on the page."""
    lines = tuple(replace(line, slope=line.slope + slope) for line in text.lines)
    return TextLines(lines, text.rejected)
