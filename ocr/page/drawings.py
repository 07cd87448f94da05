"""Tell drawings from writing by what no letter is: a ring with something in it, an arrow, a large figure.

What a ring holds is read where it looks like letters, for words are ringed to stress them and numbers to
count; eyes and a mouth are part of the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ocr.numeric import fit_line
from ocr.page.filters import block_max

if TYPE_CHECKING:
    from ocr.array_types import Mask
    from ocr.page.components import Components


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """What counts as drawn; lengths in letter heights.

    Attributes
    ----------
    ring_letters : float
        A ring is at least this high and wide.
    gap_letters : float
        It may be open by this much.
    filled_frac : float
        What is in a ring is read if things like letters take this share of its height.
    arrow_letters : float
        An arrow that lies is at least this long.
    large_letters : float
        Thin strokes that hang together are a drawing if they are higher than this.
    """

    ring_letters: float = 1.2
    gap_letters: float = 0.5
    filled_frac: float = 0.3
    arrow_letters: float = 1.5
    large_letters: float = 3.5


# Ink takes no more than this share of the box of a drawing.
_THIN_FRAC = 0.35
# What a ring encloses takes at least this share of its box.
_INSIDE_FRAC = 0.4
# What is at least this high, and at most so many times as wide as high, is like a letter.
_LETTER_LETTERS, _LETTER_ASPECT = 0.45, 1.5
# An arrow that stands is at least this long: some letters are like small ones. Any is so many times as long
# as its head is wide.
_UPRIGHT_LETTERS, _ARROW_ASPECT = 2.2, 1.3
# Its shaft is thinner than this and takes at least this share of its length.
_SHAFT_LETTERS, _SHAFT_FRAC = 0.2, 0.5
# Rings are looked at on a grid this much finer than a letter.
_CELLS_PER_LETTER = 12
# The shaft of an arrow keeps within this of a straight line, on average, in letters, and leans no more than
# this: joined letters that lean are like arrows.
_STRAIGHT_LETTERS, _STEEPEST = 0.06, 0.35
# Its head takes this share of its length, and holds nearly all of what is beside the shaft; the barb on one
# side reaches so far from the shaft as that on the other, as a share.
_HEAD_FRAC, _ALL_FRAC, _BARB_FRAC = 0.45, 0.95, 0.45
# In so many letters of its length there are barbs on both sides.
_BOTH_LETTERS = 0.15


def are_drawings(
    components: Components, *, text_height_px: float, settings: DrawingSettings | None = None
) -> Mask:
    """Decide for each component whether it is a drawing, or part of one.

    Parameters
    ----------
    components : Components
    text_height_px : float
        Letter height.
    settings : DrawingSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or DrawingSettings()
    heights, widths = components.heights / text_height_px, components.widths / text_height_px
    thin = components.areas <= _THIN_FRAC * components.heights * components.widths
    drawn = thin & (heights > settings.large_letters)
    for index in np.flatnonzero(thin & (np.minimum(heights, widths) >= settings.ring_letters)):
        within = _within(components, int(index))
        if within.any() and _is_ring(components.ink(int(index)), text_height_px, settings):
            drawn[index] = True
            if not _has_letters(components, int(index), within, text_height_px, settings):
                drawn |= within
    long = np.where(widths > heights, widths / settings.arrow_letters, heights / _UPRIGHT_LETTERS) >= 1
    long &= np.maximum(heights, widths) >= _ARROW_ASPECT * np.minimum(heights, widths)
    for index in np.flatnonzero(thin & long & ~drawn):
        ink = components.ink(int(index))
        drawn[index] = _is_arrow(ink if widths[index] > heights[index] else ink.T, text_height_px)
    return np.asarray(drawn)


def _within(components: Components, index: int) -> Mask:
    """Find the components whose boxes lie within that of one."""
    top, left, bottom, right = components.boxes[index]
    tops, lefts, bottoms, rights = components.boxes.T
    within = (tops > top) & (lefts > left) & (bottoms < bottom) & (rights < right)
    return np.asarray(within)


def _is_ring(ink: Mask, text_height_px: float, settings: DrawingSettings) -> bool:
    """Tell whether ink encloses most of its box, with a small gap or none."""
    cell = max(1, round(text_height_px / _CELLS_PER_LETTER))
    cells = block_max(ink, cell, partly=True)
    reach = round(settings.gap_letters / 2 * text_height_px / cell)
    wide = ndimage.maximum_filter(np.pad(cells, reach + 1), size=2 * reach + 1)
    enclosed = ndimage.binary_fill_holes(wide) & ~wide
    # What the wide stroke took of the inside is given back.
    inside = ndimage.maximum_filter(enclosed, size=2 * reach + 1)
    return bool(inside.sum() >= _INSIDE_FRAC * cells.size)


def _has_letters(
    components: Components, ring: int, within: Mask, text_height_px: float, settings: DrawingSettings
) -> bool:
    """Tell a ring around writing from one around eyes, which take little of its height."""
    boxes = components.boxes[within]
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    high = heights >= _LETTER_LETTERS * text_height_px
    letters = boxes[high & (widths <= _LETTER_ASPECT * heights)]
    if not len(letters):
        return False
    return bool(np.ptp(letters[:, [0, 2]]) >= settings.filled_frac * components.heights[ring])


def _is_arrow(ink: Mask, text_height_px: float) -> bool:
    """Tell whether ink is a straight shaft, lying, with barbs on both sides at one end or both."""
    runs = np.diff(np.pad(ink, ((1, 0), (0, 0))).astype(np.int8), axis=0) == 1
    counts, thickness = runs.sum(axis=0), ink.sum(axis=0)
    shaft = (counts == 1) & (thickness < _SHAFT_LETTERS * text_height_px)
    if shaft.mean() < _SHAFT_FRAC or (counts >= 3).sum() < _BOTH_LETTERS * text_height_px:
        return False
    cols = np.flatnonzero(shaft)
    rows = np.arange(len(ink)) @ ink[:, cols] / thickness[cols]
    line = fit_line(cols, rows)
    if abs(line.slope) > _STEEPEST or line.mean_deviation > _STRAIGHT_LETTERS * text_height_px:
        return False
    barbs = np.flatnonzero(counts >= 2)
    # From the tip on the barbs are at one end, none along the shaft.
    at_end = max(
        np.mean(barbs < _HEAD_FRAC * ink.shape[1]), np.mean(barbs >= (1 - _HEAD_FRAC) * ink.shape[1])
    )
    middle = line.slope * barbs + line.offset
    tops, bottoms = ink[:, barbs].argmax(axis=0), len(ink) - ink[::-1, barbs].argmax(axis=0)
    sides = sorted(((middle - tops).max(), (bottoms - middle).max()))
    return bool(at_end > _ALL_FRAC and sides[0] > _BARB_FRAC * sides[1])
