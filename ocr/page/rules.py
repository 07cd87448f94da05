"""Find the rules of ruled and squared paper and take them out of the ink, but not the strokes across.

A rule is straight, as long as the page, and thin: turned by its slope, a row of the page that lies on it is
inked nearly all along while the rows just above and below are not [1]_. It is then followed column by column
and erased, but for the strokes that cross it or run along it.

References
----------
.. [1] Lopresti, Kavallieratou, "Ruling line removal in handwritten page images", ICPR 2010.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ocr.page.ink import Ink, ink_in

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
    shortest_letters : float
        On a page no longer than this nothing can be told from the stem or the bar of a letter.
    """

    coverage_frac: float = 0.5
    above_neighbours_frac: float = 0.25
    beside_letters: float = 0.16
    thickest_letters: float = 0.14
    steepest_deg: float = 4.0
    shortest_letters: float = 8.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a page: ``offset + slope * along`` across the rows (upright: columns), in pixels."""

    upright: bool
    offset: float
    slope: float


# Ink this strong may be part of a rule: rules are often fainter than the pen.
_FAINT = 0.25
# A rule wavers by at most this about its straight line.
_REACH_LETTERS = 0.12
# The search for slopes works on a grid this much coarser than a letter.
_CELL_LETTERS = 1 / 12
_SLOPES = 33


def find_rules(
    strength: Float32, *, letter_px: float, settings: RuleSettings | None = None
) -> tuple[Rule, ...]:
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
    return tuple(
        Rule(upright, *place) for upright, places in ((False, lying), (True, standing)) for place in places
    )


def _rules_in(faint: Mask, letter_px: float, settings: RuleSettings) -> list[tuple[float, float]]:
    """Offsets and slopes of the rules that lie along the rows of a mask."""
    cell = max(1, round(letter_px * _CELL_LETTERS))
    height, width = (side // cell for side in faint.shape)
    if height < 8 or width * cell < settings.shortest_letters * letter_px:
        return []
    blocks = faint[: height * cell, : width * cell].reshape(height, cell, width, cell)
    cells: Mask = np.asarray(blocks.any(axis=(1, 3)))
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
    """Share (H,) of inked cells along each row when rows climb by ``slope``, by where the row starts."""
    height, width = cells.shape
    shift = np.rint(slope * np.arange(width)).astype(np.int64)
    rows = np.arange(height)[:, None] + shift
    inside = (rows >= 0) & (rows < height)
    taken = cells[np.clip(rows, 0, height - 1), np.arange(width)] & inside
    return np.asarray(taken.sum(axis=1) / np.maximum(inside.sum(axis=1), width // 2))


def take_out_rules(
    darkness: Float32, ink: Ink, *, letter_px: float, settings: RuleSettings | None = None
) -> tuple[Ink, tuple[Rule, ...]]:
    """Find the rules, take them out of the picture and look for the ink again.

    A rule fainter than the pen is told from strokes by its darkness, even where both run together; of a rule
    as dark as the pen only what is thin is taken.

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
    rules : tuple of Rule
    """
    settings = settings or RuleSettings()
    rules = find_rules(ink.strength, letter_px=letter_px, settings=settings)
    if not rules:
        return ink, ()
    faint = ink.strength > _FAINT
    tracks = [_track(darkness, faint, rule, letter_px, settings) for rule in rules]
    pen = _pen_darkness(darkness, faint, tracks)
    erased = darkness.copy()
    for track in tracks:
        track.erase_from(erased.T if track.upright else erased, pen=pen)
    strength, mask = ink_in(erased, letter_px=letter_px)
    remnants = _remnants(mask, darkness, tracks, pen=pen, margin=round(_REACH_LETTERS * letter_px))
    return Ink(np.where(remnants, np.float32(0), strength), mask & ~remnants), rules


# A rule is taken for fainter than the pen below this share of the pen's darkness ...
_FAINTER = 0.7
# ... and then everything on its track up to this many times its usual darkness is the rule's.
_RULE_SPREAD = 1.5


# Share of the pixels of a remnant that lie near a rule.
_ALL_OVER = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """The ink along a rule: first and one-past-last row (W,) in each column, where it is thin, how dark."""

    upright: bool
    top: NDArray[np.int64]
    bottom: NDArray[np.int64]
    thin: Mask
    thickness: int
    darkness: float

    def rows(self, margin: int) -> NDArray[np.int64]:
        """Rows (n, W) of the rule's own band: about its middle where it is thin, in between elsewhere."""
        cols = np.arange(len(self.top))
        middle = (self.top + self.bottom) / 2
        if self.thin.any():
            middle = np.interp(cols, cols[self.thin], middle[self.thin])
        half = self.thickness / 2 + margin
        first = np.floor(middle - half).astype(np.int64)
        return first + np.arange(round(2 * half) + 1)[:, None]

    def erase_from(self, darkness: Float32, *, pen: float) -> None:
        """Make the rule paper, in place."""
        rows, cols = self.rows(1), np.broadcast_to(np.arange(len(self.top)), self.rows(1).shape)
        inside = (rows >= 0) & (rows < darkness.shape[0])
        rows = np.where(inside, rows, 0)
        found = darkness[rows, cols]
        if self.darkness < _FAINTER * pen:
            mine = found < _RULE_SPREAD * self.darkness
        else:
            mine = np.broadcast_to(self.thin, found.shape)
        mine = mine & inside
        darkness[rows[mine], cols[mine]] = 0


def _track(darkness: Float32, ink: Mask, rule: Rule, letter_px: float, settings: RuleSettings) -> _Track:
    """Follow one rule through the ink."""
    darkness, ink = (darkness.T, ink.T) if rule.upright else (darkness, ink)
    height, width = ink.shape
    cols = np.arange(width)
    reach = max(2, round(_REACH_LETTERS * letter_px))
    rows = np.rint(rule.offset + rule.slope * cols).astype(np.int64)
    around = np.clip(rows + np.arange(-reach, reach + 1)[:, None], 0, height - 1)
    # The rule is where the ink along two letters' width is; strokes that cross pull it aside for a moment.
    along = ndimage.uniform_filter1d(
        ink[around, cols].astype(np.float32), size=max(3, round(2 * letter_px)), axis=1
    )
    centre = np.clip(rows + along.argmax(axis=0) - reach, 0, height - 1)
    thickest = max(2, round(settings.thickest_letters * letter_px))
    top, bottom = _run_through(ink, centre, thickest + 2)
    thick = bottom - top
    thin = (thick <= thickest) & (thick > 0)
    middle = np.clip((top + bottom) // 2, 0, height - 1)
    usual = float(np.median(darkness[middle[thin], cols[thin]])) if thin.any() else 0.0
    thickness = int(np.median(thick[thin])) if thin.any() else 1
    return _Track(rule.upright, top, bottom, thin, thickness, usual)


def _on_tracks(shape: tuple[int, ...], tracks: list[_Track], margin: int) -> Mask:
    """Mask (H, W) of the bands of all rules, wider by ``margin`` on both sides."""
    mask = np.zeros(shape, dtype=bool)
    for track in tracks:
        view = mask.T if track.upright else mask
        rows = np.clip(track.rows(margin), 0, view.shape[0] - 1)
        view[rows, np.arange(view.shape[1])] = True
    return mask


def _pen_darkness(darkness: Float32, ink: Mask, tracks: list[_Track]) -> float:
    """Median darkness of the ink that is on no rule; 0 if there is none."""
    strokes = ink & ~_on_tracks(ink.shape, tracks, 2)
    return float(np.median(darkness[strokes])) if strokes.any() else 0.0


def _remnants(mask: Mask, darkness: Float32, tracks: list[_Track], *, pen: float, margin: int) -> Mask:
    """Pieces of rules that were left: near a rule all over, and fainter than the pen."""
    labels, count = ndimage.label(mask, structure=np.ones((3, 3), dtype=bool))
    ids = np.arange(count + 1)
    near = ndimage.mean(_on_tracks(mask.shape, tracks, margin), labels, ids)
    dark = ndimage.mean(darkness, labels, ids)
    left = (near > _ALL_OVER) & (dark < _FAINTER * pen)
    left[0] = False
    return np.asarray(left[labels])


def _run_through(
    ink: Mask, centre: NDArray[np.int64], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and one-past-last row (W,) of the ink that runs through each column's ``centre``."""
    height, width = ink.shape
    cols = np.arange(width)
    top, bottom = centre.copy(), centre.copy()
    up = down = np.ones(width, dtype=bool)
    for _ in range(most):
        up = up & (top > 0) & ink[np.clip(top - 1, 0, height - 1), cols]
        top = top - up
        down = down & (bottom < height) & ink[np.clip(bottom, 0, height - 1), cols]
        bottom = bottom + down
    return top, bottom
