"""Follow printed lines through the ink and erase them, but not the strokes of the pen that cross them.

Where a line is thin it is alone. Where it is thicker a stroke runs across or along it: a line fainter than
the pen is then told from the stroke by its darkness; of one as dark as the pen only what is thin is taken.

Make the flanks of a crease as bright as the paper beside it: a fold is a rule with a shadow along it.

The thin line of a crease is found as a rule. The paper beside it leans away from the light, too narrowly for
the estimate of the paper: the shadow is as dark all along the crease, so it shows in the median of the
darkness at each distance from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from ocr.geometry import Box
from ocr.page.binarization import Ink, binarize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Int64, Mask


FAINT_PRINT = 0.15
"""Strength from which on ink may be part of a printed line: most are fainter than the pen beside them."""
_THICKEST_LETTERS = 0.14
# A line wavers by at most this about its straight course.
_REACH_LETTERS = 0.12
# A line is taken for fainter than the pen below this share of the pen's darkness ...
_FAINTER = 0.7
# ... and then everything on its track up to this many times its usual darkness is the line's.
_SPREAD = 1.5
# A line is there along at least this share of its length, and nothing touches it along this share of it.
_INKED, _THIN = 0.5, 0.15
# Lines of one print are about equally dark: none is so many times as dark as the usual one.
_UNLIKE = 1.5
# Share of the pixels of a remnant that lie near a line.
_ALL_OVER = 0.9
# What is left of a crossing is at most this many times as long as the lines are thick.
_CROSSING = 2.5
# ... and what is left along a line is hardly thicker than it was.
_DASH = 1.3


class PrintedLine(NamedTuple):
    """``offset + slope * along`` in pixels across the rows (upright: columns), for along in start .. stop."""

    upright: bool
    offset: float
    slope: float
    start: int
    stop: int

    @property
    def box(self) -> Box:
        """Box around the middle of the line, a pixel thick where it is level."""
        ends = sorted(round(self.offset + self.slope * along) for along in (self.start, self.stop - 1))
        if self.upright:
            return Box(self.start, ends[0], self.stop, ends[1] + 1)
        return Box(ends[0], self.start, ends[1] + 1, self.stop)


def take_out(
    darkness: Float32,
    ink: Ink,
    lines: Sequence[PrintedLine],
    *,
    text_height_px: float,
    thickest_letters: float = _THICKEST_LETTERS,
) -> tuple[Float32, Ink, tuple[PrintedLine, ...]]:
    """Take printed lines out of the picture and look for the ink again.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.binarization.denoised`.
    ink : Ink
        What :func:`ocr.page.binarization.binarize` found there, lines included.
    lines : sequence of PrintedLine
    text_height_px : float
        Letter height.
    thickest_letters : float
        Where a line is thicker than this a stroke crosses it.

    Returns
    -------
    darkness : (H, W) float32 array
        0 where the lines were.
    ink : Ink
        Without the lines.
    taken : tuple of PrintedLine
        Those that are about as dark as the others.
    """
    if not lines:
        return darkness, ink, ()
    faint = ink.strength > FAINT_PRINT
    tracks = _of_one_print(
        [_track(darkness, faint, line, text_height_px, thickest_letters) for line in lines]
    )
    if not tracks:
        return darkness, ink, ()
    pen = _pen_darkness(darkness, faint, tracks)
    erased = darkness.copy()
    for track in tracks:
        track.erase_from(erased.T if track.line.upright else erased, pen=pen)
    strength, mask = binarize(erased, text_height_px=text_height_px)
    remnants = _remnants(mask, darkness, tracks, pen=pen, margin=round(_REACH_LETTERS * text_height_px))
    erased[remnants] = 0
    ink = Ink(np.where(remnants, np.float32(0), strength), mask & ~remnants)
    return erased, ink, tuple(track.line for track in tracks)


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """The ink along a line: first and one-past-last row (L,) in each column, where it is thin, how dark."""

    line: PrintedLine
    top: Int64
    bottom: Int64
    thin: Mask
    thickness: int
    darkness: float

    @property
    def cols(self) -> Int64:
        """Columns (L,) that the line crosses."""
        return np.arange(self.line.start, self.line.stop)

    def rows(self, margin: int) -> Int64:
        """Rows (n, L) of the line's own band: about its middle where it is thin, in between elsewhere."""
        middle = (self.top + self.bottom) / 2
        if self.thin.any():
            middle = np.interp(self.cols, self.cols[self.thin], middle[self.thin])
        half = self.thickness / 2 + margin
        first = np.floor(middle - half).astype(np.int64)
        return np.asarray(first + np.arange(round(2 * half) + 1)[:, None])

    def erase_from(self, darkness: Float32, *, pen: float) -> None:
        """Make the line paper, in place."""
        rows = self.rows(1)
        cols = np.broadcast_to(self.cols, rows.shape)
        inside = (rows >= 0) & (rows < darkness.shape[0])
        rows = np.where(inside, rows, 0)
        found = darkness[rows, cols]
        if self.darkness < _FAINTER * pen:
            mine = found < _SPREAD * self.darkness
        else:
            mine = np.broadcast_to(self.thin, found.shape)
        mine = mine & inside
        darkness[rows[mine], cols[mine]] = 0


def _track(darkness: Float32, ink: Mask, line: PrintedLine, text_height_px: float, thickest: float) -> _Track:
    """Follow one line through the ink."""
    darkness, ink = (darkness.T, ink.T) if line.upright else (darkness, ink)
    height = ink.shape[0]
    cols = np.arange(line.start, line.stop)
    reach = max(2, round(_REACH_LETTERS * text_height_px))
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64)
    around = np.clip(rows + np.arange(-reach, reach + 1)[:, None], 0, height - 1)
    # The line is where the ink along two letters' width is; strokes that cross pull it aside for a moment.
    along = ndimage.uniform_filter1d(
        ink[around, cols].astype(np.float32), size=max(3, round(2 * text_height_px)), axis=1
    )
    centre = np.clip(rows + along.argmax(axis=0) - reach, 0, height - 1)
    thickest_px = max(3, round(thickest * text_height_px))
    top, bottom = _run_through(ink, centre, cols, thickest_px + 2)
    thick = bottom - top
    thin = (thick <= thickest_px) & (thick > 0)
    middle = np.clip((top + bottom) // 2, 0, height - 1)
    usual = float(np.median(darkness[middle[thin], cols[thin]])) if thin.any() else 0.0
    thickness = int(np.median(thick[thin])) if thin.any() else 1
    return _Track(line, top, bottom, thin, thickness, usual)


def _of_one_print(tracks: list[_Track]) -> list[_Track]:
    """Leave out what looks like a line from afar: rows of dots, strokes of the pen, the edge of a sheet."""
    likely = [
        track
        for track in tracks
        if np.mean(track.bottom > track.top) >= _INKED and track.thin.mean() >= _THIN
    ]
    usual = float(np.median([track.darkness for track in likely])) if likely else 0.0
    return [track for track in likely if track.darkness <= _UNLIKE * usual]


def _run_through(ink: Mask, centre: Int64, cols: Int64, most: int) -> tuple[Int64, Int64]:
    """First and one-past-last row (L,) of the ink that runs through each column's ``centre``."""
    height = ink.shape[0]
    top, bottom = centre.copy(), centre.copy()
    up = down = np.ones(len(cols), dtype=bool)
    for _ in range(most):
        up = up & (top > 0) & ink[np.clip(top - 1, 0, height - 1), cols]
        top = top - up
        down = down & (bottom < height) & ink[np.clip(bottom, 0, height - 1), cols]
        bottom = bottom + down
    return top, bottom


def _on_tracks(shape: tuple[int, ...], tracks: list[_Track], margin: int) -> Mask:
    """Mask (H, W) of the bands of all lines, wider by ``margin`` on both sides."""
    mask = np.zeros(shape, dtype=bool)
    for track in tracks:
        view = mask.T if track.line.upright else mask
        view[np.clip(track.rows(margin), 0, view.shape[0] - 1), track.cols] = True
    return mask


def _pen_darkness(darkness: Float32, ink: Mask, tracks: list[_Track]) -> float:
    """Median darkness of the ink that is on no line; 0 if there is none."""
    strokes = ink & ~_on_tracks(ink.shape, tracks, 2)
    return float(np.median(darkness[strokes])) if strokes.any() else 0.0


def _remnants(mask: Mask, darkness: Float32, tracks: list[_Track], *, pen: float, margin: int) -> Mask:
    """Pieces of lines that were left: near a line all over, and fainter than the pen or no stroke of it.

    A line as dark as the pen is not thin where another one crosses it or runs close by. What is left there is
    a dot or a dash, thinner than those of a pen.
    """
    labels, count = ndimage.label(mask, structure=np.ones((3, 3), dtype=bool))
    ids = np.arange(count + 1)
    near = ndimage.mean(_on_tracks(mask.shape, tracks, margin), labels, ids) > _ALL_OVER
    left = near & (ndimage.mean(darkness, labels, ids) < _FAINTER * pen)
    spans = ndimage.find_objects(labels)
    sides = np.array([[cut.stop - cut.start for cut in span] for span in spans]).reshape(-1, 2)
    thickness = max(track.thickness for track in tracks)
    if {track.line.upright for track in tracks} == {True, False}:
        left[1:] |= near[1:] & (sides.max(axis=1) <= _CROSSING * thickness)
    if any(track.darkness >= _FAINTER * pen for track in tracks):
        left[1:] |= near[1:] & (sides.min(axis=1) <= _DASH * thickness)
    left[0] = False
    return np.asarray(left[labels])


@dataclass(frozen=True, slots=True)
class CreaseSettings:
    """What is taken for the flank of a crease.

    Attributes
    ----------
    reach_letters : float
        How far from the line it is looked for.
    narrowest_letters : float
        A shadow narrower than this is another rule beside the line.
    darkest, faintest : float
        It reaches at least the fainter one of these, but not the other. Somewhere beyond it is fainter than
        both: beside the edge of a sheet the table goes on.
    share : float
        So much of its length is at least as dark; writing along the line covers less.
    """

    reach_letters: float = 1.7
    narrowest_letters: float = 0.2
    faintest: float = 0.03
    darkest: float = 0.4
    share: float = 0.6


# Every so many letters along the line are enough to tell.
_STEP_LETTERS = 1 / 4
# A shadow is seen at one of these distances: most lines have none.
_BESIDE_LETTERS = (-0.6, -0.4, -0.25, 0.25, 0.4, 0.6)
# Where a table would be seen, in reaches: the shadow of a second crease is narrower.
_BEYOND_REACH = (1.0, 1.3, 1.6, 1.9)
# On paper ruled more closely than this there is no telling a flank from what is written between the rules.
_MOST_LINES = 12


def without_flanks(
    darkness: Float32,
    lines: Sequence[PrintedLine],
    *,
    text_height_px: float,
    settings: CreaseSettings | None = None,
) -> Float32 | None:
    """Take the shadows beside creases off.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.binarization.denoised`.
    lines : sequence of PrintedLine
        Rules that were found there; some may be creases.
    text_height_px : float
        Letter height.
    settings : CreaseSettings, optional

    Returns
    -------
    (H, W) float32 array or None
        None where there is no shadow along any line.
    """
    settings = settings or CreaseSettings()
    levelled = None
    for line in lines if len(lines) <= _MOST_LINES else ():
        ground = darkness if levelled is None else levelled
        profile = _profile(ground.T if line.upright else ground, line, text_height_px, settings)
        if profile.max() < settings.faintest:
            continue
        levelled = darkness.copy() if levelled is None else levelled
        _take_off(levelled.T if line.upright else levelled, line, profile)
    return levelled


def _profile(
    darkness: Float32, line: PrintedLine, text_height_px: float, settings: CreaseSettings
) -> Float32:
    """Shadow (n,) at each distance from a line, from one side to the other."""
    reach = max(2, round(settings.reach_letters * text_height_px))
    beside = np.rint(np.multiply(_BESIDE_LETTERS, text_height_px)).astype(np.int64)
    none = np.zeros(2 * reach + 1, np.float32)
    if _along(darkness, line, beside, text_height_px, settings).max() < settings.faintest:
        return none
    shadow = _along(darkness, line, np.arange(-reach, reach + 1), text_height_px, settings)
    # The line itself, and others beside it, are narrow.
    narrow = 2 * max(1, round(settings.narrowest_letters * text_height_px / 2)) + 1
    shadow = ndimage.grey_opening(shadow, narrow, mode="nearest")
    far = np.rint(np.multiply(_BEYOND_REACH, reach)).astype(np.int64)
    beyond = [_along(darkness, line, side * far, text_height_px, settings) for side in (-1, 1)]
    if shadow.max() > settings.darkest or max(side.min() for side in beyond) > settings.faintest:
        return none
    return np.asarray(np.maximum(shadow, np.float32(0)))


def _along(
    darkness: Float32,
    line: PrintedLine,
    distances: Int64,
    text_height_px: float,
    settings: CreaseSettings,
) -> Float32:
    """Darkness (n,) that is reached along most of a line, so many pixels aside of it."""
    cols = np.arange(line.start, line.stop, max(1, round(_STEP_LETTERS * text_height_px)))
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64) + distances[:, None]
    found = darkness[np.clip(rows, 0, len(darkness) - 1), cols]
    return np.asarray(np.quantile(found, 1 - settings.share, axis=1), np.float32)


def _take_off(darkness: Float32, line: PrintedLine, profile: Float32) -> None:
    """Take a shadow off, in place."""
    reach = len(profile) // 2
    cols = np.arange(line.start, line.stop)
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64) + np.arange(-reach, reach + 1)[:, None]
    inside = (rows >= 0) & (rows < len(darkness))
    cols = np.broadcast_to(cols, rows.shape)
    amount = np.broadcast_to(profile[:, None], rows.shape)
    darkness[rows[inside], cols[inside]] -= amount[inside]
