"""Erase the lines of combs, and say where their boxes part characters."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ocr.geometry import Box
from ocr.numeric import median
from ocr.page.ink.binarization import Ink, binarize
from ocr.page.ink.components import find_components, means_in
from ocr.page.printed.cells import CellGroup, GroupKind, PrintedCell
from ocr.page.printed.printed_lines import FAINT_PRINT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float32, Int64, Mask
    from ocr.page.ink.pixel_classifier import PixelClasses
    from ocr.page.printed.printed_lines import Frame, PrintedLine

# Lines are at most so thick on both sides of their middle.
_THICKEST_PX = 8
# A line is as thick as at this quantile of its places: letters make it thicker.
_ALONE_QUANTILE = 0.25
# A stroke is so many times as dark as a line.
_SPREAD = 1.4
# A line is drawn if so much of it is inked.
_DRAWN_FRAC = 0.5
# A component with so much of it near the lines is what is left of them.
_REMNANT_FRAC = 0.8
# A comb is written if its level lines are ink, at least so much of them, and the networks find printed lines
# on less of that: on 0.05 in words in capitals of 27 pages (on 0.25 at most, of a print with long serifs), on
# 0.38 or more of drawn combs. Words that stand on a rule or have an underline have a single line that is
# written: the networks find 0.02 of it printed at most, and 0.04 or more of 205 of 206 combs.
_WRITTEN_INK_FRAC, _PRINTED_FRAC, _PRINTED_LINE_FRAC = 0.35, 0.3, 0.04
# Sides closer than this share of the widest box are those of a gap between boxes.
_GAP_FRAC = 0.6


def is_written(comb: Frame, ink: Mask, classes: PixelClasses) -> bool:
    """Return whether the level lines of a comb are strokes of letters, such as the bars of E and B in a row.

    Parameters
    ----------
    comb : Frame
        From :func:`ocr.page.printed.comb_lines.find_combs`.
    ink : (H, W) bool array
    classes : PixelClasses
        What the pixels belong to.
    """
    printed = []
    for side in comb.sides:
        if not side.upright:
            rows, cols = _places(side, ink.shape)
            inked = ink[rows, cols]
            # A line that is no ink is too faint for strokes of the pen.
            if inked.size and inked.mean() >= _WRITTEN_INK_FRAC:
                rows, cols = rows[inked], cols[inked]
                printed.append(classes.line[rows, cols] > classes.writing[rows, cols])
    if not printed:
        return False
    least = min(float(line.mean()) for line in printed)
    return least < _PRINTED_LINE_FRAC or float(np.concatenate(printed).mean()) < _PRINTED_FRAC


def _places(line: PrintedLine, shape: tuple[int, ...]) -> Int64:
    """Return the rows and columns (2, L) of the pixels of a level line on a page."""
    cols = np.arange(max(0, line.start), min(line.stop, shape[1]))
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64)
    return np.stack([rows.clip(0, shape[0] - 1), cols])


def erase_combs(
    darkness: Float32, ink: Ink, combs: Sequence[Frame], *, text_height_px: float
) -> tuple[Float32, Ink]:
    """Return the darkness (H, W) and the ink without the lines of combs.

    A stroke that crosses a level line stays. A side is erased from end to end: it parts two characters.

    Parameters
    ----------
    darkness : (H, W) float32 array
    ink : Ink
        What :func:`ocr.page.ink.binarization.binarize` found there.
    combs : sequence of Frame
        From :func:`ocr.page.printed.comb_lines.find_combs`.
    text_height_px : float
    """
    erased = darkness.copy()
    near = np.zeros(darkness.shape, bool)
    faint = ink.strength > FAINT_PRINT
    for comb in combs:
        for upright in (True, False):
            lines = [side for side in comb.sides if side.upright == upright]
            inked, around = (faint.T, near.T) if upright else (faint, near)
            page = erased.T if upright else erased
            thickness = int(median([_thickness(inked, line) for line in lines]))
            for line in lines:
                # The upper line of a comb that is open above is none.
                if not upright and _inked_frac(inked, line) < _DRAWN_FRAC:
                    continue
                _erase(page, inked, line, thickness, keep_crossings=not upright)
                around[_band(inked, line, thickness + 1)] = True
        # Level lines, the last ones, show how thick sides are: two close together look like a thick one.
        for left, right in _sides_of_gaps(comb):
            erased[_between(darkness.shape, left, right, thickness // 2 + 1)] = 0
            near[_between(darkness.shape, left, right, thickness // 2 + 2)] = True
    rest = binarize(erased, text_height_px=text_height_px)
    parts = find_components(rest.mask)
    is_remnant = means_in(parts, near) > _REMNANT_FRAC
    remnants = parts.mask(is_remnant)
    erased[remnants] = 0
    return erased, Ink(np.where(remnants, np.float32(0), rest.strength), rest.mask & ~remnants)


def sides_of(comb: Frame) -> list[Box]:
    """Return the upright sides of the boxes of a comb; the two sides of a gap between boxes are one."""
    pairs = list(_sides_of_gaps(comb))
    paired = {side for pair in pairs for side in pair}
    single = [(side,) for side in comb.sides if side.upright and side not in paired]
    boxes = [Box.around(side.box for side in sides) for sides in (*single, *pairs)]
    above, below = comb.sides[:2]
    high = round(below.offset - above.offset)
    # The ticks of a comb that is open above are lower than the characters between them.
    return [Box(min(top, bottom - high), left, bottom, right) for top, left, bottom, right in boxes]


def cells_of(comb: Frame) -> CellGroup:
    """Return the boxes of a comb, left to right."""
    cols = sorted((side.left + side.right) // 2 for side in sides_of(comb))
    cells = [Box(comb.box.top, left, comb.box.bottom, right) for left, right in pairwise(cols)]
    return CellGroup(GroupKind.COMB, tuple(PrintedCell(box, 0, number) for number, box in enumerate(cells)))


def _sides_of_gaps(comb: Frame) -> Iterator[tuple[PrintedLine, PrintedLine]]:
    """Yield the sides, left and right, of the narrow gaps between boxes that do not touch."""
    sides = sorted((side for side in comb.sides if side.upright), key=_middle_column)
    apart = np.diff([_middle_column(side) for side in sides])
    for index in np.flatnonzero(apart < _GAP_FRAC * apart.max(initial=0.0)).tolist():
        yield sides[index], sides[index + 1]


def _middle_column(side: PrintedLine) -> float:
    return side.offset + side.slope * (side.start + side.stop) / 2


def _between(
    shape: tuple[int, ...], left: PrintedLine, right: PrintedLine, beyond: int
) -> tuple[Int64, Int64]:
    """Return the rows and columns (m,) from one upright line to another one, and so many columns beyond."""
    rows = np.arange(max(0, left.start), min(shape[0], left.stop))
    first, last = (np.rint(side.offset + side.slope * rows).astype(np.int64) for side in (left, right))
    cols = first[:, None] - beyond + np.arange(int((last - first).max(initial=0)) + 2 * beyond + 1)
    inside = (cols >= 0) & (cols <= last[:, None] + beyond) & (cols < shape[1])
    return np.broadcast_to(rows[:, None], cols.shape)[inside], cols[inside]


def _thickness(ink: Mask, line: PrintedLine) -> int:
    """Return how thick the ink along a line is where it is alone."""
    rows, cols = _band(ink, line, _THICKEST_PX)
    around = ink[rows, cols]
    above, below = (
        np.cumprod(side, axis=0, dtype=np.int64).sum(axis=0)
        for side in (around[_THICKEST_PX::-1], around[_THICKEST_PX:])
    )
    thickness = (above + below - 1)[above > 0]
    return int(np.quantile(thickness, _ALONE_QUANTILE)) if thickness.size else 1


def _inked_frac(ink: Mask, line: PrintedLine) -> float:
    """Return which share of a line is inked."""
    rows, cols = _band(ink, line, 1)
    return float(ink[rows, cols].any(axis=0).mean())


def _band(ink: Mask, line: PrintedLine, half: int) -> tuple[Int64, Int64]:
    """Return the rows and columns (2 half + 1, L) along a line, those off the page moved to its edge."""
    cols = np.clip(np.arange(line.start, line.stop), 0, ink.shape[1] - 1)
    middle = np.rint(line.offset + line.slope * cols).astype(np.int64)
    rows = np.clip(middle + np.arange(-half, half + 1)[:, None], 0, ink.shape[0] - 1)
    return rows, np.broadcast_to(cols, rows.shape)


def _erase(page: Float32, ink: Mask, line: PrintedLine, thickness: int, *, keep_crossings: bool) -> None:
    """Make a line paper, in place."""
    half = thickness // 2
    rows, cols = _band(ink, line, half + 2)
    inked = ink[rows, cols]
    own = np.ones(inked.shape, bool)
    # Edges are blurred; beside a stroke that touches the line they are the stroke's.
    own[1] = ~inked[0]
    own[-2] = ~inked[-1]
    if keep_crossings:
        own[:, inked[0] & inked[-1]] = False
    own[[0, -1]] = False
    # A stroke darker than the line stays.
    alone = ~(inked[0] | inked[-1])
    if alone.any():
        own &= page[rows, cols] <= _SPREAD * median(page[rows, cols][half + 2, alone])
    page[rows[own], cols[own]] = 0
