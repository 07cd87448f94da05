"""Find words that were crossed out, and drawings, by the course of their strokes.

A line that crosses a word out is straight and runs from one end of a component to the other. Unlike the bar
of a t or joined letters, many strokes leave it upwards as well as downwards, and it is bare between them: a
bar crosses one stem or two, and joined letters touch at the baseline with hardly anything below. A zigzag or
a scribble over a word leaves many small holes in the ink; two joined letters have three or four.

A drawing is what no letter is: a ring with something in it, an arrow, a large figure. What a ring holds is
read if it looks like letters, for words are ringed to stress them and numbers to count; eyes and a mouth are
part of the drawing.

Runs and holes are counted by our own few lines: importing ``skimage.measure`` takes longer than counting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.numeric import fit_line, overlap, quantile
from ocr.page.ink.components import are_within
from ocr.page.ink.filters import block_max

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Int64, Mask
    from ocr.geometry import Box
    from ocr.page.ink.components import Components


# A crossed out word is at least this wide, since a crossed out letter looks like t or f, and this high: lower
# are dashes, higher are drawings.
_NARROWEST_HEIGHTS, _LOWEST_HEIGHTS, _HIGHEST_HEIGHTS = 2.0, 0.6, 2.2
# The line inks this share of the columns of the word.
_COVERAGE_FRAC = 0.995
# So many strokes leave the line, both sides together, and it is bare in so many places.
_FEWEST_STROKES, _FEWEST_BARE = 7, 6
# Lines are searched on a grid of so many cells per text height, up to this slope, in so many steps to both
# sides or more.
_LINE_CELLS_PER_HEIGHT = 24
_STEEPEST_STRIKE, _SLOPE_STEPS = 0.2, 8
# Strokes that leave the line are counted this far from it: once and, for two lines, once more.
_LEAVING_HEIGHTS = (0.2, 0.36)
# Where there is no ink within this distance of the line, on both sides, it is bare.
_BARE_HEIGHTS = 0.15
# Holes smaller than this across are the grain of the paper.
_HOLE_HEIGHTS = 0.04
# Tangled ink has so many holes, and so many for each text height that it is wide: of a zigzag, of two lines,
# and of a scribble alone. Words whose letters all touch have up to 1.7.
_FEWEST_HOLES, _ZIGZAG_HOLES, _TWO_LINES_HOLES, _SCRIBBLE_HOLES = 6, 1.4, 1.75, 4.0
# A zigzag has so many strokes for each text height along most rows.
_ZIGZAG_STROKES = 2.7
# So near to a printed line it is a part of that.
_ON_RULE_HEIGHTS = 0.15
# On one side of a line there are at least so many strokes as on the other, as a share: an underline has a few
# descenders below it. Above a line through low letters there are only ascenders. Two lines have holes between
# them, and fewer strokes leave them.
_ONE_SIDED_FRAC, _LOW_FRAC, _TWO_LINES_FRAC = 0.35, 0.2, 0.15
# What is in the box of a crossed out word with this share of its own box is part of it, and so are dots and
# bars smaller than this that are this far above or below it.
_WITHIN_FRAC, _SMALL_HEIGHTS, _ASIDE_HEIGHTS = 0.7, 0.45, 0.5

# Ink takes no more than this share of the box of a drawing.
_THIN_FRAC = 0.35
# Thin connected strokes higher than this are a drawing.
_LARGE_HEIGHTS = 3.5
# A ring is at least this high and wide, may be open by this much, and encloses this share of its box.
_RING_HEIGHTS, _RING_GAP_HEIGHTS, _ENCLOSED_FRAC = 1.2, 0.5, 0.3
# Rings are searched on a grid of so many cells per text height.
_RING_CELLS_PER_HEIGHT = 12
# What is in a ring is read if marks like letters take this share of its height. They are at least so high,
# and at most so many times as wide as high.
_FILLED_FRAC, _LETTER_HEIGHTS, _LETTER_ASPECT = 0.3, 0.45, 1.5
# ... or if so many high ones, or such wide ones, stand side by side, no further apart, and share so much of
# their height.
_FEWEST_LETTERS, _WORD_HEIGHTS, _LETTER_GAP_HEIGHTS, _BESIDE_FRAC = 3, 1.5, 0.6, 0.5
# ... or if one that is so wide is a joined word: so many strokes cross a third of its rows. A mouth has two
# ends.
_JOINED_HEIGHTS, _WORD_STROKES = 1.0, 3
# A level arrow is at least this long, an upright one this long, since some letters are like small ones. Any
# is so many times as long as its head is wide.
_ARROW_HEIGHTS, _UPRIGHT_ARROW_HEIGHTS, _ARROW_ASPECT = 1.5, 2.2, 1.3
# Its shaft is thinner than this and takes at least this share of its length.
_SHAFT_HEIGHTS, _SHAFT_FRAC = 0.2, 0.5
# The shaft stays within this of a straight line, on average, and is no steeper than this: joined letters that
# slope are like arrows.
_STRAIGHT_HEIGHTS, _STEEPEST_SHAFT = 0.06, 0.35
# The head takes this share of the length, and holds nearly all of what is beside the shaft; the barb on one
# side reaches so far from the shaft as that on the other, as a share.
_HEAD_FRAC, _ALL_FRAC, _BARB_FRAC = 0.45, 0.95, 0.45
# In so many text heights of the length there are barbs on both sides.
_BOTH_BARBS_HEIGHTS = 0.15


class _Line(NamedTuple):
    """The straight line with most ink on it.

    Attributes
    ----------
    cells : (h, w) bool array
        Ink on a coarser grid, sheared so that the line lies along a row.
    at : int
        That row.
    coverage : float
        Share of the columns in which the line has ink.
    cell_px : int
    margin : int
        Rows of cells without ink above it and below.
    """

    cells: Mask
    at: int
    coverage: float
    cell_px: int
    margin: int

    @property
    def middle_px(self) -> float:
        """Row of its middle, in pixels below the top of the ink."""
        return (self.at + 1 - self.margin) * self.cell_px

    def row(self, below: int) -> Mask:
        """Return the ink along the line moved down by so many cells; none outside."""
        at = self.at + below
        is_inside = 0 <= at < len(self.cells)
        return np.asarray(self.cells[at] if is_inside else np.zeros(self.cells.shape[1], bool))


def are_crossed_out(components: Components, *, text_height_px: float, lines: Sequence[Box] = ()) -> Mask:
    """Return whether each component (n,) is a word that was crossed out, or part of one.

    Parameters
    ----------
    components : Components
    text_height_px : float
    lines : sequence of Box
        Around each printed line. What is left of a rule between letters crosses no word out.
    """
    heights, widths = components.heights / text_height_px, components.widths / text_height_px
    found = (widths >= _NARROWEST_HEIGHTS) & (heights >= _LOWEST_HEIGHTS) & (heights <= _HIGHEST_HEIGHTS)
    for index in np.flatnonzero(found):
        box = components.box(int(index))
        rules = [
            (line.top - box.top, line.bottom - box.top)
            for line in lines
            if line.left < box.left and line.right > box.right
        ]
        found[index] = _is_crossed_out(components.ink(int(index)), text_height_px, rules)
    for index in np.flatnonzero(found):
        found |= _belong(components, int(index), text_height_px)
    return np.asarray(found)


def _is_crossed_out(ink: Mask, text_height_px: float, rules: Sequence[tuple[int, int]]) -> bool:
    """Return whether ink is a word that was crossed out, and not by a rule between two rows."""
    width = ink.shape[1] / text_height_px
    holes = _hole_count(ink, text_height_px)
    is_tangled = holes >= max(_FEWEST_HOLES, _ZIGZAG_HOLES * width)
    if is_tangled and holes >= _SCRIBBLE_HOLES * width:
        return True
    if is_tangled and quantile(_run_counts(ink), 0.7) / width >= _ZIGZAG_STROKES:
        return True
    line = _straightest_line(ink, text_height_px)
    near = _ON_RULE_HEIGHTS * text_height_px
    if any(first - near < line.middle_px < last + near for first, last in rules):
        return False
    has_holes = holes >= max(_FEWEST_HOLES, _TWO_LINES_HOLES * width)
    return line.coverage >= _COVERAGE_FRAC and _is_strike(line, text_height_px, has_holes=has_holes)


def _hole_count(ink: Mask, text_height_px: float) -> int:
    """Count the holes in ink."""
    paper, count = ndimage.label(np.pad(~ink, 1, constant_values=True))
    sizes = np.bincount(paper.ravel(), minlength=count + 1)[1:]
    # One of them is what is around the ink.
    return int(np.sum(sizes >= (_HOLE_HEIGHTS * text_height_px) ** 2)) - 1


def _run_counts(ink: Mask) -> Int64:
    """Count the runs of ink in each row."""
    starts = np.diff(np.pad(ink, ((0, 0), (1, 0))).astype(np.int8)) == 1
    return np.asarray(np.count_nonzero(starts, axis=1))


def _straightest_line(ink: Mask, text_height_px: float) -> _Line:
    """Find the nearly level line with most ink on it."""
    cell = max(1, round(text_height_px / _LINE_CELLS_PER_HEIGHT))
    cells: Mask = block_max(ink, cell, partly=True)
    width = cells.shape[1]
    margin = round(_STEEPEST_STRIKE * width / 2) + 1
    tall = np.pad(cells, ((margin, margin), (0, 0)))
    cols = np.arange(width)
    best = _Line(cells, 0, 0.0, cell, 0)
    # At the ends of a long line the next slope is two cells away.
    steps = max(_SLOPE_STEPS, round(_STEEPEST_STRIKE * width / 4))
    for slope in np.linspace(-_STEEPEST_STRIKE, _STEEPEST_STRIKE, 2 * steps + 1):
        shift = np.rint(slope * (cols - width / 2)).astype(np.int64)
        sheared = tall[np.clip(np.arange(len(tall))[:, None] + shift, 0, len(tall) - 1), cols]
        # Nobody draws along a ruler: the line may be one cell off.
        coverage = (sheared[:-1] | sheared[1:]).mean(axis=1)
        at = int(coverage.argmax())
        if coverage[at] > best.coverage:
            best = _Line(sheared, at, float(coverage[at]), cell, margin)
    return best


def _is_strike(line: _Line, text_height_px: float, *, has_holes: bool) -> bool:
    """Return whether a line crosses a word out; the bar of a t and an underline do not."""
    height = text_height_px / line.cell_px
    above, below = (
        max(_strokes_at(line, round(side * away * height)) for away in _LEAVING_HEIGHTS) for side in (-1, 1)
    )
    fewer, more = sorted((above, below))
    if has_holes and fewer >= _TWO_LINES_FRAC * more > 0:
        return True
    aside = round(_BARE_HEIGHTS * height)
    bare = _run_counts((~line.row(-aside) & ~line.row(aside))[None])[0]
    least = _ONE_SIDED_FRAC if above > below else _LOW_FRAC
    return bool(fewer + more >= _FEWEST_STROKES and fewer >= least * more and bare >= _FEWEST_BARE)


def _strokes_at(line: _Line, below: int) -> int:
    """Count the strokes so many cells below a line."""
    return int(_run_counts(line.row(below)[None])[0])


def _belong(components: Components, index: int, text_height_px: float) -> Mask:
    """Find what is within a crossed out word, and the dots and bars above and below it."""
    top, left, bottom, right = components.boxes[index]
    tops, lefts, bottoms, rights = components.boxes.T
    aside = _ASIDE_HEIGHTS * text_height_px
    middle_row, middle_col = (tops + bottoms) / 2, (lefts + rights) / 2
    small = components.heights < _SMALL_HEIGHTS * text_height_px
    small &= components.widths < 2 * _SMALL_HEIGHTS * text_height_px
    near = (middle_row > top - aside) & (middle_row < bottom + aside)
    near &= (middle_col > left) & (middle_col < right)
    shared_rows = overlap(tops, bottoms, top, bottom)
    shared_cols = overlap(lefts, rights, left, right)
    shared = np.maximum(shared_rows, 0) * np.maximum(shared_cols, 0)
    within = shared >= _WITHIN_FRAC * components.heights * components.widths
    return np.asarray(within | (small & near))


def are_drawings(components: Components, *, text_height_px: float) -> Mask:
    """Return whether each component (n,) is a drawing, or part of one."""
    heights, widths = components.heights / text_height_px, components.widths / text_height_px
    thin = components.areas <= _THIN_FRAC * components.heights * components.widths
    drawn = thin & (heights > _LARGE_HEIGHTS)
    for index in np.flatnonzero(thin & (np.minimum(heights, widths) >= _RING_HEIGHTS)):
        within = are_within(components.boxes, components.boxes[index])
        if within.any() and _is_ring(components.ink(int(index)), text_height_px):
            drawn[index] = True
            if not _has_letters(components, int(index), within, text_height_px):
                drawn |= within
    long = np.where(widths > heights, widths / _ARROW_HEIGHTS, heights / _UPRIGHT_ARROW_HEIGHTS) >= 1
    long &= np.maximum(heights, widths) >= _ARROW_ASPECT * np.minimum(heights, widths)
    for index in np.flatnonzero(thin & long & ~drawn):
        ink = components.ink(int(index))
        drawn[index] = _is_arrow(ink if widths[index] > heights[index] else ink.T, text_height_px)
    return np.asarray(drawn)


def _is_ring(ink: Mask, text_height_px: float) -> bool:
    """Return whether ink encloses most of its box, with a small gap or none."""
    cell = max(1, round(text_height_px / _RING_CELLS_PER_HEIGHT))
    cells = block_max(ink, cell, partly=True)
    reach = round(_RING_GAP_HEIGHTS / 2 * text_height_px / cell)
    wide = ndimage.maximum_filter(np.pad(cells, reach + 1), size=2 * reach + 1)
    enclosed = ndimage.binary_fill_holes(wide) & ~wide
    # The wide stroke covers a part of the inside.
    inside = ndimage.maximum_filter(enclosed, size=2 * reach + 1)
    return bool(inside.sum() >= _ENCLOSED_FRAC * cells.size)


def _has_letters(components: Components, ring: int, within: Mask, text_height_px: float) -> bool:
    """Return whether a ring is around writing; eyes take little of its height."""
    boxes = components.boxes[within]
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    high = heights >= _LETTER_HEIGHTS * text_height_px
    if _stand_together(boxes[high], text_height_px):
        return True
    wide = np.flatnonzero(within)[high & (widths >= _JOINED_HEIGHTS * text_height_px)]
    if any(quantile(_run_counts(components.ink(int(one))), 0.7) >= _WORD_STROKES for one in wide):
        return True
    letters = boxes[high & (widths <= _LETTER_ASPECT * heights)]
    return bool(len(letters) and np.ptp(letters[:, [0, 2]]) >= _FILLED_FRAC * components.heights[ring])


def _stand_together(boxes: Int64, text_height_px: float) -> bool:
    """Return whether some of these marks (n, 4) are next to one another like the letters of a word.

    Joined letters are few marks, but wide ones.
    """
    if len(boxes) < 2:
        return False
    tops, lefts, bottoms, rights = boxes[boxes[:, 1].argsort()].T
    shared = overlap(tops[:-1], bottoms[:-1], tops[1:], bottoms[1:])
    near = lefts[1:] - rights[:-1] < _LETTER_GAP_HEIGHTS * text_height_px
    near &= shared > _BESIDE_FRAC * np.minimum(bottoms[:-1] - tops[:-1], bottoms[1:] - tops[1:])
    is_beside = np.r_[near, False] | np.r_[False, near]
    is_wide = (rights - lefts)[is_beside].sum() >= _WORD_HEIGHTS * text_height_px
    return bool(is_wide or near.sum() + 1 >= _FEWEST_LETTERS)


def _is_arrow(ink: Mask, text_height_px: float) -> bool:
    """Return whether ink is a straight level shaft with barbs on both sides at one end or both."""
    counts, thickness = _run_counts(ink.T), ink.sum(axis=0)
    shaft = (counts == 1) & (thickness < _SHAFT_HEIGHTS * text_height_px)
    if shaft.mean() < _SHAFT_FRAC or (counts >= 3).sum() < _BOTH_BARBS_HEIGHTS * text_height_px:
        return False
    cols = np.flatnonzero(shaft)
    rows = np.arange(len(ink)) @ ink[:, cols] / thickness[cols]
    line = fit_line(cols, rows)
    if abs(line.slope) > _STEEPEST_SHAFT or line.mean_deviation > _STRAIGHT_HEIGHTS * text_height_px:
        return False
    barbs = np.flatnonzero(counts >= 2)
    # Seen from its tip, an arrow has barbs at one end and none along the shaft.
    at_end = max(
        np.mean(barbs < _HEAD_FRAC * ink.shape[1]), np.mean(barbs >= (1 - _HEAD_FRAC) * ink.shape[1])
    )
    middle = line.slope * barbs + line.offset
    tops, bottoms = ink[:, barbs].argmax(axis=0), len(ink) - ink[::-1, barbs].argmax(axis=0)
    sides = sorted(((middle - tops).max(), (bottoms - middle).max()))
    return bool(at_end > _ALL_FRAC and sides[0] > _BARB_FRAC * sides[1])
