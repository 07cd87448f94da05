"""Find words that were crossed out: a line goes through all of their letters, or a tangle covers them.

A line that crosses a word out is straight and runs from one end of a piece of ink to the other. What tells
it from the bar of a t or from joined letters is that strokes leave it upwards as well as downwards, many of
them, and that it is bare between them: a bar crosses one stem or two, the joints of writing lie on the
baseline with hardly anything below. A zigzag or a scribble over a word leaves many small holes in the ink;
two joined letters have three or four.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from ocr.geometry import overlap
from ocr.page.filters import block_max

if TYPE_CHECKING:
    from ocr.array_types import Int64, Mask
    from ocr.page.components import Components


@dataclass(frozen=True, slots=True)
class CrossedOutSettings:
    """What counts as crossed out; lengths in letter heights.

    Attributes
    ----------
    narrowest_letters : float
        A word crossed out is at least this wide: a letter alone cannot be told from t or f.
    coverage_frac : float
        The line inks this share of the columns of the word.
    fewest_strokes : int
        So many strokes leave the line on both sides together.
    fewest_holes : int
        Ink that is tangled has so many holes.
    zigzag_strokes : float
        A zigzag has so many strokes for each letter height along most rows.
    """

    narrowest_letters: float = 2.0
    coverage_frac: float = 0.995
    fewest_strokes: int = 7
    fewest_holes: int = 5
    zigzag_strokes: float = 2.7


# A word crossed out is so high: lower are dashes, higher are drawings.
_LOWEST_LETTERS, _HIGHEST_LETTERS = 0.6, 2.2
# Lines are looked for on a grid this much finer than a letter, up to this slope, in so many steps to both
# sides.
_CELLS_PER_LETTER = 24
_STEEPEST, _SLOPES = 0.2, 8
# Strokes that leave the line are counted this far from it: once and, for two lines, once more.
_LEAVING_LETTERS = (0.2, 0.36)
# Where there is no ink within this distance of the line, on both sides, it is bare.
_BARE_LETTERS = 0.15
# Holes smaller than this across are the grain of the paper.
_HOLE_LETTERS = 0.04
# Tangled ink has so many holes for each letter height that it is wide: that of a zigzag, of two lines, and of
# a scribble alone. Words whose letters all touch have up to 1.7.
_ZIGZAG_HOLES, _TWO_LINES_HOLES, _SCRIBBLE_HOLES = 1.4, 1.75, 4.0
# On one side of a line there are at least so many strokes as on the other, as a share: an underline has a few
# descenders below it. Two lines have holes between them, and fewer strokes leave them.
_ONE_SIDED_FRAC, _TWO_LINES_FRAC = 0.35, 0.15
# In so many places nothing leaves a line.
_FEWEST_BARE = 4
# What lies within the box of a word crossed out with this share of its own is part of it.
_WITHIN_FRAC = 0.7
# So are dots and bars this far above or below it.
_SMALL_LETTERS, _ASIDE_LETTERS = 0.45, 0.5


def are_crossed_out(
    components: Components, *, text_height_px: float, settings: CrossedOutSettings | None = None
) -> Mask:
    """Decide for each component whether it is a word that was crossed out, or part of one.

    Parameters
    ----------
    components : Components
    text_height_px : float
        Letter height.
    settings : CrossedOutSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or CrossedOutSettings()
    heights, widths = components.heights / text_height_px, components.widths / text_height_px
    found = (
        (widths >= settings.narrowest_letters) & (heights >= _LOWEST_LETTERS) & (heights <= _HIGHEST_LETTERS)
    )
    for index in np.flatnonzero(found):
        found[index] = _is_crossed_out(components.ink(int(index)), text_height_px, settings)
    for index in np.flatnonzero(found):
        found |= _belong(components, int(index), text_height_px)
    return np.asarray(found)


def _is_crossed_out(ink: Mask, text_height_px: float, settings: CrossedOutSettings) -> bool:
    """Tell a word that was crossed out from other ink."""
    width = ink.shape[1] / text_height_px
    holes = _hole_count(ink, text_height_px)
    is_tangled = holes >= max(settings.fewest_holes, _ZIGZAG_HOLES * width)
    if is_tangled and holes >= _SCRIBBLE_HOLES * width:
        return True
    strokes = np.quantile(_stroke_counts(ink), 0.7) / width
    if is_tangled and strokes >= settings.zigzag_strokes:
        return True
    line = _straightest_line(ink, text_height_px)
    has_holes = holes >= max(settings.fewest_holes, _TWO_LINES_HOLES * width)
    return line.coverage >= settings.coverage_frac and _is_strike(
        line, text_height_px, settings, has_holes=has_holes
    )


def _hole_count(ink: Mask, text_height_px: float) -> int:
    paper, count = ndimage.label(np.pad(~ink, 1, constant_values=True))
    sizes = np.bincount(paper.ravel(), minlength=count + 1)[1:]
    # One of them is what is around the ink.
    return int(np.sum(sizes >= (_HOLE_LETTERS * text_height_px) ** 2)) - 1


def _is_strike(line: _Line, text_height_px: float, settings: CrossedOutSettings, *, has_holes: bool) -> bool:
    """Tell a line through a word from the bar of a t and from an underline."""
    cells = text_height_px / line.cell_px
    fewer, more = sorted(
        max(_strokes_at(line, round(side * away * cells)) for away in _LEAVING_LETTERS) for side in (-1, 1)
    )
    if has_holes and fewer >= _TWO_LINES_FRAC * more > 0:
        return True
    aside = round(_BARE_LETTERS * cells)
    bare = _stroke_counts((~line.row(-aside) & ~line.row(aside))[None])[0]
    return bool(
        fewer + more >= settings.fewest_strokes and fewer >= _ONE_SIDED_FRAC * more and bare >= _FEWEST_BARE
    )


class _Line(NamedTuple):
    """The straight line with most ink on it.

    Attributes
    ----------
    cells : (h, w) bool array
        Ink on a coarser grid, turned so that the line lies along a row.
    at : int
        That row.
    coverage : float
        Share of the columns in which the line has ink.
    cell_px : int
    """

    cells: Mask
    at: int
    coverage: float
    cell_px: int

    def row(self, below: int) -> Mask:
        """Ink along the line, moved down by so many cells; none outside."""
        place = self.at + below
        inside = 0 <= place < len(self.cells)
        return np.asarray(self.cells[place] if inside else np.zeros(self.cells.shape[1], bool))


def _straightest_line(ink: Mask, text_height_px: float) -> _Line:
    cell = max(1, round(text_height_px / _CELLS_PER_LETTER))
    cells: Mask = block_max(ink, cell, partly=True)
    width = cells.shape[1]
    margin = round(_STEEPEST * width / 2) + 1
    tall = np.pad(cells, ((margin, margin), (0, 0)))
    cols = np.arange(width)
    best = _Line(cells, 0, 0.0, cell)
    for slope in np.linspace(-_STEEPEST, _STEEPEST, 2 * _SLOPES + 1):
        shift = np.rint(slope * (cols - width / 2)).astype(np.int64)
        turned = tall[np.clip(np.arange(len(tall))[:, None] + shift, 0, len(tall) - 1), cols]
        # A hand does not draw along a ruler: the line may be one cell off.
        coverage = (turned[:-1] | turned[1:]).mean(axis=1)
        at = int(coverage.argmax())
        if coverage[at] > best.coverage:
            best = _Line(turned, at, float(coverage[at]), cell)
    return best


def _strokes_at(line: _Line, below: int) -> int:
    return int(_stroke_counts(line.row(below)[None])[0])


def _stroke_counts(ink: Mask) -> Int64:
    """Count the runs of ink in each row."""
    return np.asarray(np.count_nonzero(np.diff(np.pad(ink, ((0, 0), (1, 0))).astype(np.int8)) == 1, axis=1))


def _belong(components: Components, index: int, text_height_px: float) -> Mask:
    """Find what lies within a word crossed out, and the dots and bars above and below it."""
    top, left, bottom, right = components.boxes[index]
    tops, lefts, bottoms, rights = components.boxes.T
    aside = _ASIDE_LETTERS * text_height_px
    middle_row, middle_col = (tops + bottoms) / 2, (lefts + rights) / 2
    small = components.heights < _SMALL_LETTERS * text_height_px
    small &= components.widths < 2 * _SMALL_LETTERS * text_height_px
    near = (middle_row > top - aside) & (middle_row < bottom + aside)
    near &= (middle_col > left) & (middle_col < right)
    shared_rows = overlap(tops, bottoms, top, bottom)
    shared_cols = overlap(lefts, rights, left, right)
    shared = np.maximum(shared_rows, 0) * np.maximum(shared_cols, 0)
    within = shared >= _WITHIN_FRAC * components.heights * components.widths
    return np.asarray(within | (small & near))
