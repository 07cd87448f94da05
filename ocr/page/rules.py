"""Find the rules of ruled and squared paper and take them out of the ink, but not the strokes across.

A rule is straight, as long as the page, and thin: turned by its slope, a row of the page that lies on it is
inked nearly all along while the rows just above and below are not [1]_. First the slope is looked for that
makes the rows differ most from those beside them, then the rules are looked for along it.

References
----------
.. [1] Lopresti, Kavallieratou, "Ruling line removal in handwritten page images", ICPR 2010.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.page.cells import largest_in_cells
from ocr.page.line_sums import line_sums
from ocr.page.tracks import FAINT_PRINT, PrintedLine, take_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.page.ink import Ink

    Float32 = NDArray[np.float32]
    Float64 = NDArray[np.float64]
    Int64 = NDArray[np.int64]
    Mask = NDArray[np.bool_]


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
    strength: Float32, *, letter_px: float, settings: RuleSettings | None = None
) -> tuple[PrintedLine, ...]:
    """Find the rules in both directions.

    Parameters
    ----------
    strength : (H, W) float32 array
        Strength of the ink.
    letter_px : float
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
        places = _rules_in(along, letter_px, settings)
        found += [_across_page(*place, along.shape, upright=upright) for place in places]
    return tuple(found)


def take_out_rules(
    darkness: Float32, ink: Ink, *, letter_px: float, settings: RuleSettings | None = None
) -> tuple[Ink, tuple[PrintedLine, ...]]:
    """Find the rules, take them out of the picture and look for the ink again.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.ink.denoised`.
    ink : Ink
        What :func:`ocr.page.ink.ink_in` found there, rules included.
    letter_px : float
        Letter height.
    settings : RuleSettings, optional

    Returns
    -------
    ink : Ink
        Without rules.
    rules : tuple of PrintedLine
    """
    settings = settings or RuleSettings()
    rules = find_rules(ink.strength, letter_px=letter_px, settings=settings)
    _, ink, taken = take_out(
        darkness, ink, rules, letter_px=letter_px, thickest_letters=settings.thickest_letters
    )
    return ink, taken


def _rules_in(faint: Mask, letter_px: float, settings: RuleSettings) -> list[tuple[float, float]]:
    """Offsets and slopes of the rules that lie along the rows of a mask."""
    cell = max(1, round(letter_px * _CELL_LETTERS))
    height, width = (side // cell for side in faint.shape)
    if height < 8 or width * cell < settings.shortest_letters * letter_px:
        return []
    cells: Mask = largest_in_cells(faint, cell)
    beside = max(1, round(settings.beside_letters * letter_px / cell))
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
    slopes, sums = line_sums(cells, steepest=float(np.tan(np.deg2rad(settings.steepest_deg))))
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
