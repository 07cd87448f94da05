"""Find the rules of ruled and squared paper and take them out of the ink, leaving the strokes that cross them.

A rule is straight, as long as the page, and thin: turned by its slope, a row of the page that lies on it is inked
nearly all along while the rows just above and below are not [1]_. It is then followed column by column, and erased
where the ink is no thicker than the rule itself; where a stroke crosses, the ink is thicker and stays.

References
----------
.. [1] Lopresti, Kavallieratou, "Ruling line removal in handwritten page images", ICPR 2010.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float32 = NDArray[np.float32]
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
        Slopes that are tried, up to this in both directions.
    """

    coverage_frac: float = 0.5
    above_neighbours_frac: float = 0.25
    beside_letters: float = 0.16
    thickest_letters: float = 0.14
    steepest_deg: float = 4.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a page: ``offset + slope * along`` across the rows (upright: columns), in pixels."""

    upright: bool
    offset: float
    slope: float


# Ink this strong may be part of a rule: rules are often fainter than the pen.
_FAINT = 0.25
# The search for slopes works on a grid this much coarser than a letter.
_CELL_LETTERS = 1 / 12
_SLOPES = 33


def find_rules(strength: Float32, *, letter_px: float, settings: RuleSettings | None = None) -> tuple[Rule, ...]:
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
    tuple of Rule
    """
    settings = settings or RuleSettings()
    faint = strength > _FAINT
    lying = _rules_in(faint, letter_px, settings)
    standing = _rules_in(faint.T, letter_px, settings)
    return tuple(Rule(upright, *place) for upright, places in ((False, lying), (True, standing)) for place in places)


def _rules_in(faint: Mask, letter_px: float, settings: RuleSettings) -> list[tuple[float, float]]:
    """Offsets and slopes of the rules that lie along the rows of a mask."""
    cell = max(1, round(letter_px * _CELL_LETTERS))
    height, width = (side // cell for side in faint.shape)
    if height < 8 or width < 8:
        return []
    cells = faint[: height * cell, : width * cell].reshape(height, cell, width, cell).any(axis=(1, 3))
    beside = max(1, round(settings.beside_letters * letter_px / cell))
    limit = np.tan(np.deg2rad(settings.steepest_deg))
    slopes = np.linspace(-limit, limit, _SLOPES)
    profiles = np.stack([_coverage(cells, slope) for slope in slopes])
    peaks = profiles - np.maximum(np.roll(profiles, beside, axis=1), np.roll(profiles, -beside, axis=1))
    found = (profiles >= settings.coverage_frac) & (peaks >= settings.above_neighbours_frac)
    if not found.any():
        return []
    # All rules of a sheet are parallel: the slope under which they stand out most holds for all.
    best = int(np.where(found, peaks, 0).sum(axis=1).argmax())
    rows = np.flatnonzero(found[best])
    groups = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    middles = [int(group[profiles[best, group].argmax()]) for group in groups]
    return [(float((row + 0.5) * cell), float(slopes[best])) for row in middles]


def _coverage(cells: Mask, slope: float) -> NDArray[np.float64]:
    """Share (H,) of inked cells along each row when rows climb by ``slope``; rows are named where they start."""
    height, width = cells.shape
    shift = np.rint(slope * np.arange(width)).astype(np.int64)
    rows = np.arange(height)[:, None] + shift
    inside = (rows >= 0) & (rows < height)
    taken = cells[np.clip(rows, 0, height - 1), np.arange(width)] & inside
    return taken.sum(axis=1) / np.maximum(inside.sum(axis=1), width // 2)


def erase_rules(
    strength: Float32, rules: tuple[Rule, ...], *, letter_px: float, settings: RuleSettings | None = None
) -> Float32:
    """Take rules out of the ink.

    Parameters
    ----------
    strength : (H, W) float32 array
    rules : tuple of Rule
        As :func:`find_rules` found them.
    letter_px : float
    settings : RuleSettings, optional

    Returns
    -------
    (H, W) float32 array
        A copy without them; the same array if there are none.
    """
    if not rules:
        return strength
    settings = settings or RuleSettings()
    result = strength.copy()
    for rule in rules:
        view = result.T if rule.upright else result
        _erase(view, rule, letter_px, settings)
    return result


def _erase(strength: Float32, rule: Rule, letter_px: float, settings: RuleSettings) -> None:
    """Follow one lying rule through ``strength`` and erase it in place."""
    height, width = strength.shape
    cols = np.arange(width)
    reach = max(2, round(0.12 * letter_px))
    rows = np.rint(rule.offset + rule.slope * cols).astype(np.int64)
    window = np.arange(-reach, reach + 1)[:, None]
    around = np.clip(rows + window, 0, height - 1)
    ink = strength[around, cols]
    # The rule is where the ink along a letter's width is; strokes that cross pull it aside only for a moment.
    along = ndimage.uniform_filter1d(np.minimum(ink, 0.5), size=max(3, round(2 * letter_px)), axis=1)
    centre = rows + along.argmax(axis=0) - reach
    thickest = max(2, round(settings.thickest_letters * letter_px))
    top, bottom = _run_through(strength, centre, thickest + 2)
    thin = (bottom - top <= thickest) & (bottom > top)
    for offset in range(-1, thickest + 2):
        row = top + offset
        hit = thin & (row <= bottom) & (row >= 0) & (row < height)
        strength[row[hit], cols[hit]] = 0


def _run_through(
    strength: Float32, centre: NDArray[np.int64], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and one-past-last row (W,) of the faint ink that runs through each column's ``centre``."""
    height, width = strength.shape
    cols = np.arange(width)
    top, bottom = centre.copy(), centre.copy()
    up = down = np.ones(width, dtype=bool)
    for _ in range(most):
        up = up & (top > 0) & (strength[np.clip(top - 1, 0, height - 1), cols] > _FAINT)
        top = top - up
        down = down & (bottom < height) & (strength[np.clip(bottom, 0, height - 1), cols] > _FAINT)
        bottom = bottom + down
    return top, bottom
