"""Find the lines of combs: rows of boxes for a character each, between two level lines.

The letters of a comb are about as high as its boxes, and stand so close to the sides that a side looks like a
stroke. The whole row tells them apart: its sides are equally far from one another, from first to last.
"""

from __future__ import annotations

from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.ndimage.runs import long_runs
from ocr.numeric import fit_line, median, overlap
from ocr.page.ink.components import find_components
from ocr.page.printed.comb_fit import FEWEST_BOXES, equally_distant
from ocr.page.printed.comb_rows import rows_like
from ocr.page.printed.comb_ticks import comb_on_line
from ocr.page.printed.printed_lines import FAINT_PRINT, Frame, PrintedLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.geometry import Box
    from ocr.page.printed.comb_rows import LikeRow

# Lines are searched among faint ink, and among dark ink: two blurred lines close together are one faint one.
_STRENGTHS = (FAINT_PRINT, 0.45)
# A comb that is open above counts less, for each of its lines, than one whose sides are seen.
_TICK_SCORE = 0.05
# A level line of a comb is inked without a break for so long at least. Breaks up to this length are closed:
# first short ones, then those between boxes that do not touch.
_RUN_HEIGHTS, _BREAK_HEIGHTS = 1.6, (0.12, 0.25, 0.5)
# A box is at least so wide where nothing crosses its side.
_SIDE_HEIGHTS = 0.5
# Two combs are one if they share so much of their height.
_SHARED_FRAC = 0.3
# Sides of a table go on above or below a row: within this share of its height so much of them is inked.
_BEYOND_FRAC, _BEYOND_PARTS, _GO_ON_FRAC = 0.25, 3, 0.45
# No level line is inked as much inside of a comb, beyond this share of its height.
_CROSSED_FRAC, _INSIDE_FRAC = 0.8, 0.2
# The line below is one of so many next ones. Combs compete by what is inked of their sides, above this share:
# a comb and the narrow gap below it have as many sides as the comb.
_MOST_BELOW, _SCORED_FROM = 3, 0.8
# Boxes that do not touch have so much in all, and for each side: feet and arches of joined letters are level
# lines with breaks, too, but their stems are inked less well than sides.
_SURE, _SURE_SIDE = 0.9, 0.15
# Leans are alike if their sides are inked this well in comparison.
_ALIKE_FRAC = 0.95
# It is so long in all, and so thick at most. It stays within this of a straight line, on average.
_SHORTEST_HEIGHTS, _THICKEST_HEIGHTS, _BENT_HEIGHTS = 2.4, 0.3, 0.08
# Two lines that are close together lie so far from their middle, in thicknesses of both.
_TWO_LINES = 0.35
# A line with breaks goes on as far as its neighbour if so much of that is inked.
_ALONG_FRAC = 0.7
# The lines above and below are so far apart, and lie above one another along so much of the shorter one.
_LOWEST_HEIGHTS, _HIGHEST_HEIGHTS, _OVERLAP_FRAC = 0.7, 3.2, 0.7
# Sides lean by at most this, and by so much more at the right end than at the left one if the photo was taken
# from the side; leans are tried this far apart. Between the lines so many places are looked at.
_LEANS, _FANS = np.arange(-0.14, 0.141, 0.02), (-0.16, -0.08, 0.08, 0.16)
_PLACES = 16
# A column is a side if so much of it is inked from line to line.
_INKED_FRAC = 0.85


class _Strip(NamedTuple):
    """Part of a page: its first column, its first and last row at each column (L,).

    Columns lean about their places in the middle row.
    """

    start: int
    top: Float64
    bottom: Float64
    middle: Float64


def find_combs(strength: Float32, *, text_height_px: float) -> tuple[Frame, ...]:
    """Find combs and return their lines, with the level ones first.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    text_height_px : float
        About: boxes may have been taken for letters.
    """
    masks = [strength > least for least in _STRENGTHS]
    found = [one for inked in masks for one in _combs_in(inked, text_height_px)]
    # Some rows show only beside those that are plain to see.
    found += [
        (_sureness_of(like), like.comb)
        for comb in _apart(found)
        for inked in masks
        for like in rows_like(comb, inked)
    ]
    return tuple(_apart(found))


def _apart(found: Iterable[tuple[float, Frame]]) -> list[Frame]:
    """Return the surest of combs that share a place, by how sure each is."""
    combs: list[Frame] = []
    for _, comb in sorted(found, key=lambda one: -one[0]):
        if not any(_overlap(comb.box, other.box) for other in combs):
            combs.append(comb)
    return combs


def _sureness_of(like: LikeRow) -> float:
    return (like.inked_frac - _SCORED_FROM) * (len(like.comb.sides) - 2)


def _combs_in(inked: Mask, text_height_px: float) -> list[tuple[float, Frame]]:
    """Find combs whose lines are inked (H, W), and how sure they are."""
    side, shortest_gap = (round(length * text_height_px) for length in (_SIDE_HEIGHTS, _BREAK_HEIGHTS[0]))
    # Strokes of letters are shorter than the sides of boxes.
    level = long_runs(inked, shortest=max(2, side), gap=shortest_gap)
    by_gap = {gap: _level_lines(level, gap, text_height_px) for gap in _BREAK_HEIGHTS}
    found = []
    for gap, lines in by_gap.items():
        fitted = (_comb_between(inked, *pair) for pair in _pairs(lines, text_height_px))
        has_breaks = gap > _BREAK_HEIGHTS[0]
        found += [one for one in fitted if one is not None and (_is_sure(*one) or not has_breaks)]
    # A line without breaks is the same for each gap.
    for line in dict.fromkeys(line for lines in by_gap.values() for line in lines):
        comb = comb_on_line(inked, line, text_height_px=text_height_px)
        if comb is not None:
            found.append((_TICK_SCORE * len(comb.sides), comb))
    return found


def _is_sure(score: float, comb: Frame) -> bool:
    """Whether the sides of a comb are inked so well that they are no stems of joined letters."""
    return score >= _SURE and score >= _SURE_SIDE * sum(side.upright for side in comb.sides)


def _overlap(box: Box, other: Box) -> bool:
    """Whether two combs share more than a corner or a line."""
    rows = overlap(box.top, box.bottom, other.top, other.bottom)
    cols = overlap(box.left, box.right, other.left, other.right)
    return bool(cols > 0 and rows > _SHARED_FRAC * min(box.height, other.height))


def scaled_combs(combs: Iterable[Frame], factor: float) -> tuple[Frame, ...]:
    """Return combs as they are on a page that is so many times as large."""
    found = []
    for comb in combs:
        sides = tuple(
            side._replace(
                offset=side.offset * factor,
                start=round(side.start * factor),
                stop=round(side.stop * factor),
            )
            for side in comb.sides
        )
        found.append(Frame.of(sides))
    return tuple(found)


def sides_again(strength: Float32, combs: Iterable[Frame]) -> tuple[Frame, ...]:
    """Find the upright sides of combs on a page (H, W) of another scale, where gaps between boxes may show.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    combs : iterable of Frame
        From :func:`scaled_combs`. One whose sides are not found stays as it is.
    """
    masks = [strength > least for least in _STRENGTHS]
    found = []
    for comb in combs:
        again = [one for inked in masks if (one := _comb_between(inked, *comb.sides[:2])) is not None]
        found.append(max(again, key=itemgetter(0))[1] if again else comb)
    return tuple(found)


def _level_lines(level: Mask, gap_heights: float, text_height_px: float) -> list[PrintedLine]:
    """Find long level lines among level runs (H, W), top to bottom."""
    gap, run = (max(2, round(length * text_height_px)) for length in (gap_heights, _RUN_HEIGHTS))
    inked = long_runs(level, shortest=run, gap=gap)
    if not inked.any():
        return []
    parts = find_components(inked)
    lines = []
    for index in np.flatnonzero(parts.widths >= _SHORTEST_HEIGHTS * text_height_px):
        box = parts.box(int(index))
        rows, cols = np.nonzero(parts.ink(int(index)))
        # Where it is thick, letters lie on it.
        thickness = np.bincount(cols)
        usual = median(thickness)
        alone = thickness[cols] <= usual + 1
        line = fit_line(cols[alone] + box.left, rows[alone] + box.top)
        if (
            usual > 2 * _THICKEST_HEIGHTS * text_height_px
            or line.mean_deviation > _BENT_HEIGHTS * text_height_px
        ):
            continue
        # A thick one may be two: of a row of boxes and of the next one, close together.
        apart = usual * _TWO_LINES if usual > _THICKEST_HEIGHTS * text_height_px else 0.0
        lines += [
            PrintedLine(upright=False, offset=offset, slope=line.slope, start=box.left, stop=box.right)
            for offset in sorted({line.offset - apart, line.offset, line.offset + apart})
        ]
    return sorted(lines, key=lambda line: line.box.top)


def _pairs(lines: Sequence[PrintedLine], text_height_px: float) -> Iterator[tuple[PrintedLine, PrintedLine]]:
    """Yield two lines each that lie as the level sides of a comb do, the upper one first."""
    starts, stops = (np.array([getattr(line, end) for line in lines]) for end in ("start", "stop"))
    offsets, slopes = (np.array([getattr(line, name) for line in lines]) for name in ("offset", "slope"))
    for index, above in enumerate(lines):
        first, last = np.maximum(above.start, starts[index + 1 :]), np.minimum(above.stop, stops[index + 1 :])
        shorter = np.minimum(above.stop - above.start, (stops - starts)[index + 1 :])
        middle = (first + last) / 2
        rows = offsets[index + 1 :] + slopes[index + 1 :] * middle
        apart = (rows - (above.offset + above.slope * middle)) / text_height_px
        are_pairs = (last - first >= _OVERLAP_FRAC * shorter) & (apart >= _LOWEST_HEIGHTS)
        below = np.flatnonzero(are_pairs & (apart <= _HIGHEST_HEIGHTS))[:_MOST_BELOW]
        yield from ((above, lines[index + 1 + place]) for place in below.tolist())


def _comb_between(inked: Mask, above: PrintedLine, below: PrintedLine) -> tuple[float, Frame] | None:
    """Find the equally distant sides between two level lines; return how sure that is as well."""
    above, below = _as_long(inked, above, below), _as_long(inked, below, above)
    start, stop = max(above.start, below.start), min(above.stop, below.stop)
    cols = np.arange(start, stop, dtype=np.float64)
    top, bottom = (line.offset + line.slope * cols for line in (above, below))
    strip = _Strip(start, top, bottom, (top + bottom) / 2)
    high = median(strip.bottom - strip.top)
    # Most pairs of lines have no sides at any lean.
    if max(_count(one >= _INKED_FRAC) for one in _columns(inked, strip, _LEANS[1::3])) < FEWEST_BOXES / 2:
        return None
    lean, shares = _best_lean(inked, strip)
    places = equally_distant(shares >= _INKED_FRAC, high)
    if places is None:
        return None
    indices = np.clip(np.rint(places).astype(np.int64), 0, len(cols) - 1)
    # The lean that was found may be that of strokes which cross the sides.
    level = np.full(len(cols), -(above.slope + below.slope) / 2)
    if _is_crossed(inked, strip) or any(_go_on(inked, strip, indices, one) for one in (lean, level)):
        return None
    uprights = []
    for place, index in zip(places, indices, strict=True):
        top, bottom = strip.top[index], strip.bottom[index]
        uprights.append(
            PrintedLine(
                upright=True,
                offset=start + place - lean[index] * (top + bottom) / 2,
                slope=float(lean[index]),
                start=round(top),
                stop=round(bottom) + 1,
            )
        )
    sides = (above, below, *uprights)
    return float((shares[indices] - _SCORED_FROM).sum()), Frame.of(sides)


def _as_long(inked: Mask, line: PrintedLine, other: PrintedLine) -> PrintedLine:
    """Return a level line as long as another one, parallel to it, if most of that is inked; else as it is."""
    if line.stop - line.start >= other.stop - other.start:
        return line
    middle = (line.start + line.stop) / 2
    offset = line.offset + (line.slope - other.slope) * middle
    start, stop = min(line.start, other.start), max(line.stop, other.stop)
    longer = PrintedLine(upright=False, offset=offset, slope=other.slope, start=start, stop=stop)
    cols = np.arange(start, stop)
    rows = np.rint(offset + other.slope * cols).astype(np.int64) + np.array([[-1], [0], [1]])
    along = inked[np.clip(rows, 0, len(inked) - 1), cols].any(axis=0)
    return longer if along.mean() >= _ALONG_FRAC else line


def _best_lean(inked: Mask, strip: _Strip) -> tuple[Float64, Float64]:
    """Return the lean at each column (L,) with which sides are inked best, and the inked shares (L,).

    Strokes of letters make more columns that are nearly inked at a wrong lean than there are sides.
    """
    found = _columns(inked, strip, _LEANS)
    sure = np.array([_sureness(shares) for shares in found])
    # Low boxes look alike at several leans.
    best = int(median(np.flatnonzero(sure >= _ALIKE_FRAC * sure.max())))
    length = len(strip.top)
    leans = [np.full(length, _LEANS[best])]
    across = np.linspace(-0.5, 0.5, length)
    # Where sides lean more and more, each lean fits a part of them.
    leans += [one + fan * across for one in _LEANS[max(0, best - 4) : best + 5 : 2] for fan in _FANS]
    shares = [found[best], *_columns(inked, strip, leans[1:])]
    sure = np.array([_sureness(one) for one in shares])
    chosen = int(sure.argmax()) if sure[0] < _ALIKE_FRAC * sure.max() else 0
    return leans[chosen], shares[chosen]


def _sureness(shares: Float64) -> float:
    """Return how well sides are inked, by the shares of all columns (L,)."""
    return float(np.maximum(shares - _SCORED_FROM, 0).sum())


def _go_on(inked: Mask, strip: _Strip, sides: Int64, lean: Float64) -> bool:
    """Whether sides go on beyond the level lines, as those of a table do."""
    edges = np.linspace(0, _BEYOND_FRAC, _BEYOND_PARTS + 1)[:, None] * (strip.bottom - strip.top)
    above = [strip._replace(top=strip.top - far, bottom=strip.top - near) for near, far in pairwise(edges)]
    below = [
        strip._replace(top=strip.bottom + near, bottom=strip.bottom + far) for near, far in pairwise(edges)
    ]
    # Those of the next row of boxes begin after a gap.
    least = [
        min(np.mean(_columns(inked, part, [lean])[0][sides]) for part in parts) for parts in (above, below)
    ]
    return bool(max(least) > _GO_ON_FRAC)


def _is_crossed(inked: Mask, strip: _Strip) -> bool:
    """Whether a level line lies between those of a comb, as between two rows of boxes."""
    high = int(np.min(strip.bottom - strip.top))
    away = np.arange(round(_INSIDE_FRAC * high), round((1 - _INSIDE_FRAC) * high))[:, None]
    rows = np.clip(np.rint(strip.top).astype(np.int64) + away, 0, len(inked) - 1)
    cols = strip.start + np.arange(len(strip.top))
    return bool(inked[rows, cols].mean(axis=1).max(initial=0) > _CROSSED_FRAC)


def _count(is_side: Mask) -> int:
    """Return how many separate sides there are."""
    return int(np.count_nonzero(np.diff(is_side.astype(np.int8)) == 1))


def _columns(inked: Mask, strip: _Strip, leans: Sequence[float | Float64] | Float64) -> list[Float64]:
    """Return the inked shares (L,) of the columns between two lines, for each lean, which may change (L,)."""
    height, width = inked.shape
    parts = (np.arange(_PLACES) + 1)[:, None] / (_PLACES + 1)
    rows = np.rint(strip.top + parts * (strip.bottom - strip.top))
    away, upright = rows - strip.middle, strip.start + np.arange(len(strip.top))
    first = np.clip(rows, 0, height - 1).astype(np.int64) * width
    pixels = inked.ravel()
    found = []
    for lean in leans:
        cols = np.rint(upright + lean * away).astype(np.int64)
        found.append(np.asarray(pixels[first + np.clip(cols, 0, width - 1)].mean(axis=0)))
    return found
