"""Find the rules of ruled and squared paper and take them out of the ink, but not the strokes across.

A rule is straight, as long as the page, and thin: turned by its slope, a row of the page that lies on it is
inked nearly all along while the rows just above and below are not [1]_. First the slope is looked for that
makes the rows differ most from those beside them, then the rules are looked for along it.

References
----------
.. [1] Lopresti, Kavallieratou, "Ruling line removal in handwritten page images", ICPR 2010.

Find printed frames, such as the boxes of a form and the cells of a table, and take them out of the ink.

The sides of a frame are straight, thin, and meet at their ends. That tells them from the strokes of H, E and
U, which meet others at one end only, and from those of O and D, which are bent where they meet; and frames
are higher than the letters in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from ocr.geometry import Box
from ocr.numeric import fit_line
from ocr.page.filters import block_max, discrete_radon_transform
from ocr.page.line_removal import FAINT_PRINT, PrintedLine, take_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.page.binarization import Ink


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What is taken for a rule; lengths in letter heights.

    Attributes
    ----------
    coverage_frac : float
        A rule inks at least this share of its length across the page.
    above_neighbours_frac : float
        ... and so much more than the rows beside it: a line of text is as dark, but not thin.
    beside_letters : float
        How far away these rows are.
    thickest_letters : float
        A rule is at most this thick.
    steepest_deg : float
        Slopes that are tried, up to this in both directions: a photo out of the hand is seldom turned more.
    spread_deg : float
        Rules differ from their common slope by up to this: seen aslant, they run together.
    shortest_letters : float
        On a page no longer than this nothing can be told from the stem or the bar of a letter.
    """

    coverage_frac: float = 0.5
    above_neighbours_frac: float = 0.25
    beside_letters: float = 0.16
    thickest_letters: float = 0.14
    steepest_deg: float = 12.0
    spread_deg: float = 1.5
    shortest_letters: float = 8.0


# The search for slopes works on a grid this much coarser than a letter.
_CELL_LETTERS = 1 / 12
# Slopes about the common one are tried this far apart: a cell or two at the ends of a usual page.
_STEP_DEG = 0.25
# A step away from the common slope must be worth this share of a rule's length.
_PER_STEP = 0.01
# Neighbouring slopes do equally well: the middle one of them is taken.
_ALIKE = np.array([1.0, 2.0, 3.0, 2.0, 1.0])


def find_rules(
    strength: Float32, *, text_height_px: float, settings: RuleSettings | None = None
) -> tuple[PrintedLine, ...]:
    """Find the rules in both directions.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    text_height_px : float
        Letter height.
    settings : RuleSettings, optional

    Returns
    -------
    tuple of PrintedLine
        Those that lie, top to bottom, then those that stand, left to right.
    """
    settings = settings or RuleSettings()
    faint = strength > FAINT_PRINT
    found = []
    for upright, along in ((False, faint), (True, faint.T)):
        places = _rules_in(along, text_height_px, settings)
        found += [_across_page(*place, along.shape, upright=upright) for place in places]
    return tuple(found)


def remove_rules(
    darkness: Float32, ink: Ink, *, text_height_px: float, settings: RuleSettings | None = None
) -> tuple[Ink, tuple[PrintedLine, ...]]:
    """Find the rules, take them out of the picture and look for the ink again.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.binarization.denoised`.
    ink : Ink
        What :func:`ocr.page.binarization.binarize` found there, rules included.
    text_height_px : float
        Letter height.
    settings : RuleSettings, optional

    Returns
    -------
    ink : Ink
        Without rules.
    rules : tuple of PrintedLine
    """
    settings = settings or RuleSettings()
    rules = find_rules(ink.strength, text_height_px=text_height_px, settings=settings)
    _, ink, taken = take_out(
        darkness, ink, rules, text_height_px=text_height_px, thickest_letters=settings.thickest_letters
    )
    return ink, taken


def _rules_in(faint: Mask, text_height_px: float, settings: RuleSettings) -> list[tuple[float, float]]:
    """Offsets and slopes of the rules that lie along the rows of a mask."""
    cell = max(1, round(text_height_px * _CELL_LETTERS))
    height, width = (side // cell for side in faint.shape)
    if height < 8 or width * cell < settings.shortest_letters * text_height_px:
        return []
    cells: Mask = block_max(faint, cell)
    beside = max(1, round(settings.beside_letters * text_height_px / cell))
    common = _common_slope(cells, beside, settings)
    steps = round(settings.spread_deg / _STEP_DEG)
    angles = np.rad2deg(np.arctan(common)) + _STEP_DEG * np.arange(-steps, steps + 1)
    slopes = np.tan(np.deg2rad(angles))
    margin = int(np.ceil(np.abs(slopes).max() * width / 2))
    sums = np.pad(np.cumsum(cells, axis=1, dtype=np.int64), ((0, 0), (1, 0)))
    coverage = np.stack([_coverage(sums, slope, margin) for slope in slopes])
    stands_out = coverage - _beside(coverage, beside)
    found = (coverage >= settings.coverage_frac) & (stands_out >= settings.above_neighbours_frac)
    rows = np.flatnonzero(found.any(axis=0))
    groups = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1) if rows.size else []
    # Of slopes that do as well the common one is taken.
    liked = coverage - _PER_STEP * np.abs(np.arange(-steps, steps + 1))[:, None]
    places = []
    for group in groups:
        best, row = np.unravel_index(liked[:, group].argmax(), (len(slopes), len(group)))
        slope = float(slopes[best])
        offset = (group[row] - margin + 0.5 - slope * width / 2) * cell
        places.append((float(offset), slope))
    return places


def _across_page(offset: float, slope: float, shape: tuple[int, ...], *, upright: bool) -> PrintedLine:
    """Return the part of a rule that lies on the page."""
    height, width = shape
    rows = offset + slope * np.arange(width)
    on_page = np.flatnonzero((rows >= 0) & (rows <= height - 1))
    start, stop = (int(on_page[0]), int(on_page[-1]) + 1) if on_page.size else (0, 1)
    return PrintedLine(upright, offset, slope, start, stop)


def _common_slope(cells: Mask, beside: int, settings: RuleSettings) -> float:
    """Slope under which rows stand out most from those beside them."""
    slopes, sums = discrete_radon_transform(cells, steepest=float(np.tan(np.deg2rad(settings.steepest_deg))))
    profiles = sums.astype(np.float32)
    stands_out = np.maximum(profiles - _beside(profiles, beside), 0)
    scores = np.convolve(np.pad((stands_out**2).sum(axis=1), len(_ALIKE) // 2), _ALIKE, mode="valid")
    return float(slopes[scores.argmax()])


def _beside(profiles: NDArray[np.floating], beside: int) -> NDArray[np.floating]:
    """Larger one of the two values (S, R) so many rows before and after each."""
    padded = np.pad(profiles, ((0, 0), (beside, beside)))
    return np.maximum(padded[:, : -2 * beside], padded[:, 2 * beside :])


def _coverage(sums: Int64, slope: float, margin: int) -> Float64:
    """Share (H + 2 margin,) of inked cells along each row that climbs by ``slope``.

    Cells come as running sums (H, 1 + W) along their rows. Rows go by where they cross the middle column,
    from ``-margin`` on. One that is on the page for less than half of its width counts as if it were there
    for half.
    """
    height, width = sums.shape[0], sums.shape[1] - 1
    shift = np.rint(slope * (np.arange(width) - width / 2)).astype(np.int64)
    # Columns of equal shift are added as one block.
    edges = np.concatenate([[0], np.flatnonzero(np.diff(shift)) + 1, [width]])
    blocks = np.diff(sums[:, edges], axis=1)
    inked, inside = np.zeros((2, height + 2 * margin), np.int64)
    for block, start, stop in zip(blocks.T, edges[:-1], edges[1:], strict=True):
        first = margin - shift[start]
        inked[first : first + height] += block
        inside[first : first + height] += stop - start
    return np.asarray(inked / np.maximum(inside, max(1, width // 2)))


@dataclass(frozen=True, slots=True)
class FrameSettings:
    """What is taken for a frame, in letter heights.

    Attributes
    ----------
    lowest_letters, narrowest_letters : float
        A frame is at least this high and this wide: a letter must fit into it.
    thickest_letters : float
        A side is at most this thick, with the cells of the search that it touches, ...
    thin_frac : float
        ... along so much of it. Elsewhere letters touch it.
    bent_letters : float
        A side keeps within this of a straight line, on average.
    apart_letters : float
        Sides meet where their ends are at most this far apart: corners are often rounded.
    steepest_deg : float
        Sides are level or upright within this.
    """

    lowest_letters: float = 1.35
    narrowest_letters: float = 0.6
    thickest_letters: float = 0.25
    thin_frac: float = 0.5
    bent_letters: float = 0.08
    apart_letters: float = 0.25
    steepest_deg: float = 12.0


class Frame(NamedTuple):
    """Sides that hang together: ``box`` (pixels) is around them."""

    sides: tuple[PrintedLine, ...]
    box: Box


# The search works on a grid this much coarser than a letter.
_CELL_LETTERS_of_printed_frames = 1 / 16
# A stroke of a letter interrupts a side for at most about this long.
_STROKE_LETTERS = 0.35
# Breaks in a side are at most this long, in cells: frames of neighbouring words lie close together.
_BREAK_CELLS = 1


def find_frames(
    strength: Float32, *, text_height_px: float, settings: FrameSettings | None = None
) -> tuple[Frame, ...]:
    """Find the frames.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    text_height_px : float
        Letter height.
    settings : FrameSettings, optional

    Returns
    -------
    tuple of Frame
    """
    settings = settings or FrameSettings()
    cell = max(1, round(text_height_px * _CELL_LETTERS_of_printed_frames))
    cells: Mask = block_max(strength > FAINT_PRINT, cell)
    if not cells.size:
        return ()
    letter = text_height_px / cell
    # Few strokes of letters are as high as the side of a frame: most pages are done with these.
    standing = _sides(cells.T, letter, settings, upright=True)
    if len(standing) < 2:
        return ()
    lying = _sides(cells, letter, settings, upright=False)
    sides = _closed(lying, standing, settings.apart_letters * letter)
    frames = []
    for group in _hanging_together(sides, settings.apart_letters * letter):
        lines = tuple(_in_pixels(side, cell, strength.shape) for side in group)
        frames.append(Frame(lines, Box.around(line.box for line in lines)))
    return tuple(frames)


def remove_frames(
    darkness: Float32, ink: Ink, *, text_height_px: float, settings: FrameSettings | None = None
) -> tuple[Float32, Ink, tuple[Frame, ...]]:
    """Find the frames, take them out of the picture and look for the ink again.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.binarization.denoised`.
    ink : Ink
        What :func:`ocr.page.binarization.binarize` found there, frames included.
    text_height_px : float
        Letter height.
    settings : FrameSettings, optional

    Returns
    -------
    darkness : (H, W) float32 array
        0 where the frames were.
    ink : Ink
        Without frames.
    frames : tuple of Frame
    """
    frames = find_frames(ink.strength, text_height_px=text_height_px, settings=settings)
    sides = [side for frame in frames for side in frame.sides]
    darkness, ink, _ = take_out(darkness, ink, sides, text_height_px=text_height_px)
    return darkness, ink, frames


def _sides(cells: Mask, letter: float, settings: FrameSettings, *, upright: bool) -> list[PrintedLine]:
    """Straight thin strokes along the rows of a mask, in cells, each followed as far as there is ink."""
    shortest = letter * (settings.lowest_letters if upright else settings.narrowest_letters)
    thin = cells & ~_opened(cells, 1 + max(1, round(settings.thickest_letters * letter)))
    # Strokes that cross a side do not end it; a gap does.
    bridged = ndimage.maximum_filter1d(thin, max(1, round(_STROKE_LETTERS * letter)), axis=1, mode="constant")
    labels, _ = ndimage.label(bridged & cells, structure=np.ones((3, 3), dtype=bool))
    steepest = np.tan(np.deg2rad(settings.steepest_deg))
    found = []
    for label, (rows, cols) in enumerate(ndimage.find_objects(labels), 1):
        if cols.stop - cols.start < shortest:
            continue
        up, along = np.nonzero((labels[rows, cols] == label) & thin[rows, cols])
        up, along = up + rows.start, along + cols.start
        if not np.ptp(along):
            continue
        line = fit_line(along, up)
        if abs(line.slope) > steepest or line.mean_deviation > settings.bent_letters * letter:
            continue
        side = PrintedLine(upright, line.offset, line.slope, int(along.min()), int(along.max()) + 1)
        side, thin_frac = _followed(cells, thin, side)
        if side.stop - side.start >= shortest and thin_frac >= settings.thin_frac:
            found.append(side)
    return found


def _opened(cells: Mask, length: int) -> Mask:
    """Keep runs of at least so many cells down the columns of a mask."""
    eroded = ndimage.minimum_filter1d(cells.view(np.uint8), length, axis=0, mode="constant")
    shift = -1 if length % 2 == 0 else 0
    opened = ndimage.maximum_filter1d(eroded, length, axis=0, mode="constant", origin=shift)
    return np.asarray(opened, dtype=bool)


def _followed(cells: Mask, thin: Mask, side: PrintedLine) -> tuple[PrintedLine, float]:
    """Follow a side in both directions as far as there is ink; along how much of it all is thin."""
    height, width = cells.shape
    cols = np.arange(width)
    middle = np.rint(side.offset + side.slope * cols).astype(np.int64)
    rows = np.clip(middle + np.arange(-1, 2)[:, None], 0, height - 1)
    inked = cells[rows, cols].any(axis=0) | ((cols >= side.start) & (cols < side.stop))
    places = np.flatnonzero(inked)
    run = np.cumsum(np.diff(places, prepend=places[0]) > _BREAK_CELLS + 1)
    mine = places[run == run[np.searchsorted(places, side.start)]]
    thin_frac = thin[rows[:, mine], mine].any(axis=0).mean()
    return side._replace(start=int(mine[0]), stop=int(mine[-1]) + 1), float(thin_frac)


def _closed(lying: Sequence[PrintedLine], standing: Sequence[PrintedLine], apart: float) -> list[PrintedLine]:
    """Keep those sides that meet one of the other direction at both ends, that does so too."""
    by_standing, by_lying = _meetings(standing, lying, apart), _meetings(lying, standing, apart)
    lie, stand = np.ones(len(lying), dtype=bool), np.ones(len(standing), dtype=bool)
    count = -1
    while count != (count := int(lie.sum() + stand.sum())):
        lie &= (by_standing & stand[:, None]).any(axis=1).all(axis=0)
        stand &= (by_lying & lie[:, None]).any(axis=1).all(axis=0)
    return [*compress(lying, lie), *compress(standing, stand)]


def _meetings(others: Sequence[PrintedLine], sides: Sequence[PrintedLine], apart: float) -> Mask:
    """Tell (2, m, n) whether others, of the other direction, pass the start and the stop of sides."""
    _, offset, slope, start, stop = np.array(others, dtype=np.float64).reshape(-1, 5).T[:, :, None]
    _, side_offset, side_slope, *ends = np.array(sides, dtype=np.float64).reshape(-1, 5).T
    along = np.stack(ends)[:, None]
    across = side_offset + side_slope * along
    passes = (start - apart <= across) & (across <= stop + apart)
    return np.asarray(passes & (np.abs(offset + slope * across - along) <= apart + 1))


def _hanging_together(sides: Sequence[PrintedLine], apart: float) -> list[list[PrintedLine]]:
    """Group sides that meet, also by way of others."""
    if not sides:
        return []
    meets = _meetings(sides, sides, apart).any(axis=0)
    upright = np.array([side.upright for side in sides])
    touch = (meets | meets.T) & (upright[:, None] != upright)
    groups: list[list[PrintedLine]] = []
    left = np.ones(len(sides), dtype=bool)
    while left.any():
        group = np.arange(len(sides)) == left.argmax()
        count = 0
        while count != (count := int(group.sum())):
            group |= touch[group].any(axis=0)
        left &= ~group
        groups.append(list(compress(sides, group)))
    return groups


def _in_pixels(side: PrintedLine, cell: int, shape: tuple[int, ...]) -> PrintedLine:
    """Scale a side from cells to pixels, a cell longer at both ends."""
    upright, offset, slope, start, stop = side
    longest = shape[0] if upright else shape[1]
    offset_px = (offset + 0.5 - 0.5 * slope) * cell
    return PrintedLine(upright, offset_px, slope, max(0, (start - 1) * cell), min(longest, (stop + 1) * cell))
