"""Find combs that are open above: a level line with a short tick between each two characters.

Feet of letters that stand on a rule look like ticks. Those of a comb are equally far apart from one end of
its line to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import median
from ocr.page.printed.comb_fit import equally_distant
from ocr.page.printed.printed_lines import Frame, PrintedLine

if TYPE_CHECKING:
    from ocr.array_types import Float64, Int64, Mask

# So much of the line is inked, and at most so much just above it: a printed word has more stems than feet.
_DRAWN_FRAC, _FULL_FRAC = 0.75, 0.45
# Ticks are so high at least; the higher of two heights shows better where letters stand on the line.
_TICK_HEIGHTS = (0.15, 0.3)
# ... and a column is one if so much of that is inked. Above and below such a share would be a side of a box.
_INKED_FRAC = 0.85
# A square box is about so high, in text heights; characters and ticks are at most so high.
_BOX_HEIGHTS, _CHARACTER_HEIGHTS, _HIGHEST_HEIGHTS = 1.9, 1.4, 1.0
# Ink is followed so far from the line, and the first and last tick are within this of its ends.
_LONGEST_HEIGHTS, _WIDEST_HEIGHTS = 2.0, 1.0
# The line ends at the first and last tick, within this share of a box; below it ticks hardly go on.
_END_FRAC, _BELOW_FRAC = 0.15, 0.3
# So many of the ticks are equally high, within this share and a pixel: feet of letters are not.
_ALIKE_FRAC, _UNEQUAL, _UNEQUAL_PX = 0.7, 0.05, 1.0
# There are so many ticks at least.
_FEWEST = 7


def comb_on_line(inked: Mask, line: PrintedLine, *, text_height_px: float) -> Frame | None:
    """Find the comb that stands on a level line; None if there is none.

    Parameters
    ----------
    inked : (H, W) bool array
    line : PrintedLine
    text_height_px : float

    Returns
    -------
    Frame or None
        Its first line is not inked: it bounds the characters above.
    """
    cols = np.arange(line.start, line.stop)
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64)
    if inked[np.clip(rows, 0, len(inked) - 1), cols].mean() < _DRAWN_FRAC:
        return None
    # What is longer is no tick, and no line.
    longest = round(_LONGEST_HEIGHTS * text_height_px)
    thick = sum(_run_length(inked, rows, cols, step * np.arange(longest)) for step in (1, -1))
    first = int(np.quantile(thick, 0.25)) // 2 + 2
    widest = first + round(_WIDEST_HEIGHTS * text_height_px)
    for part in _TICK_HEIGHTS:
        last = first + max(3, round(part * text_height_px))
        above = _share(inked, rows, cols, -last, -first)
        if above.mean() > _FULL_FRAC:
            continue
        is_tick = above >= _INKED_FRAC
        # A rule goes on beyond the letters on it: most lines need no fit.
        if not (is_tick[:widest].any() and is_tick[-widest:].any()):
            continue
        places = equally_distant(is_tick, _BOX_HEIGHTS * text_height_px)
        if places is None or len(places) < _FEWEST:
            continue
        if max(places[0], len(cols) - 1 - places[-1]) > _END_FRAC * np.diff(places).max() + first:
            continue
        at = np.clip(np.rint(places).astype(np.int64), 0, len(cols) - 1)
        ticks = _tick_heights(inked, rows[at] - first, cols[at], longest)
        tick = median(ticks)
        are_alike = np.mean(np.abs(ticks - tick) <= _UNEQUAL_PX + _UNEQUAL * tick) >= _ALIKE_FRAC
        below = _share(inked, rows[at], cols[at], first, last).mean()
        if are_alike and tick <= _HIGHEST_HEIGHTS * text_height_px and below <= _BELOW_FRAC:
            high = round(_CHARACTER_HEIGHTS * text_height_px)
            return _frame(line, places, rows[at], round(tick) + first, high)
    return None


def _share(inked: Mask, rows: Int64, cols: Int64, first: int, last: int) -> Float64:
    """Return the share (L,) that is inked from some rows beside a line to others."""
    beside = np.clip(rows + np.arange(first, last + 1)[:, None], 0, len(inked) - 1)
    return np.asarray(inked[beside, cols].mean(axis=0))


def _run_length(inked: Mask, rows: Int64, cols: Int64, away: Int64) -> Int64:
    """Return for how many rows, ``away`` from places (L,) on a line, there is ink without a break."""
    beside = rows + away[:, None]
    ink = inked[np.clip(beside, 0, len(inked) - 1), cols] & (beside >= 0) & (beside < len(inked))
    return np.asarray(np.where(ink.all(axis=0), len(away), ink.argmin(axis=0)))


def _tick_heights(inked: Mask, rows: Int64, cols: Int64, longest: int) -> Int64:
    """Return how far (n,) ink reaches up from places just above a line, or from a column beside them."""
    beside = [np.clip(cols + away, 0, inked.shape[1] - 1) for away in (-1, 0, 1)]
    up = -np.arange(longest)
    return np.asarray(np.max([_run_length(inked, rows, one, up) for one in beside], axis=0))


def _frame(line: PrintedLine, places: Float64, rows: Int64, tick: int, high: int) -> Frame:
    """Return the lines of a comb that is open above."""
    above = line._replace(offset=line.offset - high)
    ticks = tuple(
        PrintedLine(
            upright=True, offset=line.start + place, slope=0.0, start=int(row) - tick, stop=int(row) + 1
        )
        for place, row in zip(places, rows, strict=True)
    )
    sides = (above, line, *ticks)
    return Frame.of(sides)
