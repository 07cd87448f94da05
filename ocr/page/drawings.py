"""Tell drawings from writing by what no letter is: a ring with something in it, an arrow, a large figure.

What a ring holds is read where it looks like letters, for words are ringed to stress them and numbers to
count; eyes and a mouth are part of the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.page.components import Components

    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """What counts as drawn; lengths in letter heights.

    Attributes
    ----------
    ring_letters : float
        A ring is at least this high and wide.
    thin_frac : float
        Ink takes no more than this share of the box of a drawing.
    inside_frac : float
        What a ring encloses takes at least this share of its box.
    gap_letters : float
        A ring may be open by this much.
    letter_letters, letter_aspect, filled_frac : float
        What is in a ring is read if things at least this high, and at most so many times as wide as high, take
        so much of its height.
    arrow_letters, upright_letters, arrow_aspect : float
        An arrow is at least this long, one that stands this long, and so many times as long as its head is
        wide: some letters are like small arrows that stand.
    shaft_letters, shaft_frac : float
        Its shaft is thinner than this, straight, and takes at least this share of its length.
    large_letters : float
        Thin strokes that hang together are a drawing if they are higher than this.
    """

    ring_letters: float = 1.2
    thin_frac: float = 0.35
    inside_frac: float = 0.4
    gap_letters: float = 0.5
    letter_letters: float = 0.45
    letter_aspect: float = 1.5
    filled_frac: float = 0.3
    arrow_letters: float = 1.5
    upright_letters: float = 2.2
    arrow_aspect: float = 1.3
    shaft_letters: float = 0.2
    shaft_frac: float = 0.5
    large_letters: float = 3.5


# Rings are looked at on a grid this much finer than a letter.
_CELLS_PER_LETTER = 12
# The shaft of an arrow keeps within this of a straight line, on average, in letters.
_STRAIGHT_LETTERS = 0.06
# Its head takes this share of its length, and holds nearly all of what is beside the shaft; the barb on one
# side reaches so far from the shaft as that on the other, as a share.
_HEAD_FRAC, _ALL_FRAC, _BARB_FRAC = 0.45, 0.95, 0.45
# In so many letters of its length there are barbs on both sides.
_BOTH_LETTERS = 0.15


def are_drawings(
    components: Components, *, letter_px: float, settings: DrawingSettings | None = None
) -> NDArray[np.bool_]:
    """Decide for each component whether it is a drawing, or part of one.

    Parameters
    ----------
    components : Components
    letter_px : float
        Letter height.
    settings : DrawingSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or DrawingSettings()
    heights, widths = components.heights / letter_px, components.widths / letter_px
    thin = components.areas <= settings.thin_frac * components.heights * components.widths
    drawn = thin & (heights > settings.large_letters)
    for index in np.flatnonzero(thin & (np.minimum(heights, widths) >= settings.ring_letters)):
        within = _within(components, int(index))
        if within.any() and _is_ring(_ink(components, int(index)), letter_px, settings):
            drawn[index] = True
            if not _has_letters(components, int(index), within, letter_px, settings):
                drawn |= within
    long = (
        np.where(widths > heights, widths / settings.arrow_letters, heights / settings.upright_letters) >= 1
    )
    long &= np.maximum(heights, widths) >= settings.arrow_aspect * np.minimum(heights, widths)
    for index in np.flatnonzero(thin & long & ~drawn):
        ink = _ink(components, int(index))
        drawn[index] = _is_arrow(ink if widths[index] > heights[index] else ink.T, letter_px, settings)
    return np.asarray(drawn)


def _ink(components: Components, index: int) -> Mask:
    return np.asarray(components.labels[components.box(index).slices] == index + 1)


def _within(components: Components, index: int) -> Mask:
    """Find the components whose boxes lie within that of one."""
    top, left, bottom, right = components.boxes[index]
    tops, lefts, bottoms, rights = components.boxes.T
    within = (tops > top) & (lefts > left) & (bottoms < bottom) & (rights < right)
    return np.asarray(within)


def _is_ring(ink: Mask, letter_px: float, settings: DrawingSettings) -> bool:
    """Tell whether ink encloses most of its box, with a small gap or none."""
    cell = max(1, round(letter_px / _CELLS_PER_LETTER))
    padded = np.pad(ink, [(0, -side % cell) for side in ink.shape])
    height, width = (side // cell for side in padded.shape)
    cells = padded.reshape(height, cell, width, cell).any(axis=(1, 3))
    reach = round(settings.gap_letters / 2 * letter_px / cell)
    wide = ndimage.maximum_filter(np.pad(cells, reach + 1), size=2 * reach + 1)
    enclosed = ndimage.binary_fill_holes(wide) & ~wide
    # What the wide stroke took of the inside is given back.
    inside = ndimage.maximum_filter(enclosed, size=2 * reach + 1)
    return bool(inside.sum() >= settings.inside_frac * cells.size)


def _has_letters(
    components: Components, ring: int, within: Mask, letter_px: float, settings: DrawingSettings
) -> bool:
    """Tell a ring around writing from one around eyes, which take little of its height."""
    boxes = components.boxes[within]
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    high = heights >= settings.letter_letters * letter_px
    letters = boxes[high & (widths <= settings.letter_aspect * heights)]
    if not len(letters):
        return False
    return bool(np.ptp(letters[:, [0, 2]]) >= settings.filled_frac * components.heights[ring])


def _is_arrow(ink: Mask, letter_px: float, settings: DrawingSettings) -> bool:
    """Tell whether ink is a straight shaft, lying, with barbs on both sides at one end or both."""
    runs = np.diff(np.pad(ink, ((1, 0), (0, 0))).astype(np.int8), axis=0) == 1
    counts, thickness = runs.sum(axis=0), ink.sum(axis=0)
    shaft = (counts == 1) & (thickness < settings.shaft_letters * letter_px)
    if shaft.mean() < settings.shaft_frac or (counts >= 3).sum() < _BOTH_LETTERS * letter_px:
        return False
    cols = np.flatnonzero(shaft)
    rows = np.arange(len(ink)) @ ink[:, cols] / thickness[cols]
    slope, offset = np.polyfit(cols, rows, 1)
    if np.abs(rows - slope * cols - offset).mean() > _STRAIGHT_LETTERS * letter_px:
        return False
    barbs = np.flatnonzero(counts >= 2)
    # From the tip on the barbs are at one end, none along the shaft.
    at_end = max(
        np.mean(barbs < _HEAD_FRAC * ink.shape[1]), np.mean(barbs >= (1 - _HEAD_FRAC) * ink.shape[1])
    )
    middle = slope * barbs + offset
    tops, bottoms = ink[:, barbs].argmax(axis=0), len(ink) - ink[::-1, barbs].argmax(axis=0)
    sides = sorted(((middle - tops).max(), (bottoms - middle).max()))
    return bool(at_end > _ALL_FRAC and sides[0] > _BARB_FRAC * sides[1])
