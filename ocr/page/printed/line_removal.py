"""Erase printed lines, but not the strokes of the pen that cross them, and the shadows beside creases.

Where a line is thin it is alone. Where it is thicker a stroke crosses it or runs along it. A line fainter
than the pen then differs from the stroke by its darkness; of one as dark as the pen only the thin parts are
erased.

A crease of the paper is found as a rule. The paper beside it slopes away from the light, too narrowly for the
estimate of the paper's brightness: this shadow is equally dark all along the crease, so it is the median of
the darkness at each distance from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.numeric import median, quantile
from ocr.page.ink.binarization import Ink, binarize
from ocr.page.ink.components import find_components, means_in
from ocr.page.printed.printed_lines import FAINT_PRINT, Frame, PrintedLine, find_frames, find_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Int64, Mask
    from ocr.page.ink.pixel_classifier import PixelClasses


# Where a line is thicker than this a stroke crosses it. A thicker line is alone along at least this share of
# its length; edges are blurred, so it is up to so many times as thick elsewhere.
_USUAL_HEIGHTS, _THICKEST_HEIGHTS = 0.14, 0.17
_ALONE_FRAC, _WAVERING = 0.25, 1.25
# A line wavers by at most this about its straight course.
_REACH_HEIGHTS = 0.12
# A line counts as fainter than the pen below this share of the pen's darkness, and then everything on its
# track up to this many times its usual darkness belongs to it.
_FAINTER, _SPREAD = 0.7, 1.5
# A line has ink along at least this share of its length, and touches nothing along this share of it.
_INKED_FRAC, _THIN_FRAC = 0.5, 0.15
# No stem of a letter is so long.
_SHORTEST_HEIGHTS = 8.0
# One as dark as the pen has no gaps: stems of letters in a column, one below the other, have.
_WHOLE_FRAC = 0.8
# Lines of one print are about equally dark: none is so many times as dark as the usual one.
_UNLIKE = 1.5
# A line consists of strokes of letters if so much of it is writing. On squared paper turned by 10 degrees up
# to 0.44 of a rule is taken for writing; of bars of T in a row, 0.43 to 0.57.
_WRITTEN_FRAC = 0.45
# Pixels that are so likely writing stay where a line is erased.
_SURELY_WRITING = 0.95
# Sides of frames differ by less than this from the usual slope of a page; perspective spreads them by half.
_CROOKED = 0.07
# Share of the pixels of a remnant that are near a line.
_NEAR_FRAC = 0.9
# What is left of a crossing is at most this many times as long as the lines are thick, and what is left along
# a line is hardly thicker than it was.
_CROSSING, _DASH = 2.5, 1.3

# The shadow beside a crease reaches so far from it.
_SHADOW_REACH_HEIGHTS = 1.7
# A shadow narrower than this is another rule beside the line.
_NARROWEST_SHADOW_HEIGHTS = 0.2
# A shadow is at least so dark somewhere, and nowhere darker than this. Somewhere beyond its reach the paper
# is brighter than the first: beside the edge of a sheet the table continues.
_FAINTEST_SHADOW, _DARKEST_SHADOW = 0.03, 0.4
# So much of its length is at least as dark; writing along the line covers less.
_SHADOW_FRAC = 0.6
# The darkness is sampled at this distance along the line.
_STEP_HEIGHTS = 1 / 4
# A shadow shows at one of these distances: most lines have none.
_BESIDE_HEIGHTS = (-0.6, -0.4, -0.25, 0.25, 0.4, 0.6)
# Where a table would show, in reaches: the shadow of a second crease is narrower.
_BEYOND_REACH = (1.0, 1.3, 1.6, 1.9)
# On paper ruled more closely than this a shadow looks like what is written between the rules.
_MOST_LINES = 12


class LinesRemoved(NamedTuple):
    """A page without some printed lines.

    Attributes
    ----------
    darkness : (H, W) float32 array
        0 where the lines were.
    ink : Ink
        Without the lines.
    lines : tuple of PrintedLine
        Those that were removed.
    """

    darkness: Float32
    ink: Ink
    lines: tuple[PrintedLine, ...]


class PrintRemoved(NamedTuple):
    """A page without what is printed on its paper.

    Attributes
    ----------
    darkness : (H, W) float32 array
        Without the shadows of creases, if there are any; as it was otherwise.
    ink : Ink
        Without frames and rules.
    frames : tuple of Frame
    rules : tuple of PrintedLine
    erased : (H, W) float32 array
        Darkness, 0 where frames and rules were.
    """

    darkness: Float32
    ink: Ink
    frames: tuple[Frame, ...]
    rules: tuple[PrintedLine, ...]
    erased: Float32


def remove_print(
    darkness: Float32, ink: Ink, *, text_height_px: float, classes: PixelClasses | None = None
) -> PrintRemoved:
    """Remove the frames of forms from the ink, then rules and creases; see :func:`remove_lines`."""
    frames = find_frames(ink.strength, text_height_px=text_height_px)
    sides = _parallel([side for frame in frames for side in frame.sides])
    unframed = remove_lines(darkness, ink, sides, text_height_px=text_height_px)
    found = remove_rules(unframed.darkness, unframed.ink, text_height_px=text_height_px, classes=classes)
    level = remove_crease_shadows(unframed.darkness, found.lines, text_height_px=text_height_px)
    if level is not None:
        darkness = level
        ink = binarize(level, text_height_px=text_height_px)
        found = remove_rules(level, ink, text_height_px=text_height_px, classes=classes)
    return PrintRemoved(darkness, found.ink, frames, found.lines, found.darkness)


def _parallel(sides: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return the sides that are parallel to most others: a slanted 1 that touches its box is none of them."""
    if not sides:
        return []
    upright, slopes = np.array([[side.upright, side.slope] for side in sides]).T
    usual = [median(slopes[upright == kind]) if (upright == kind).any() else 0.0 for kind in (0, 1)]
    away = np.abs(slopes - np.where(upright, usual[1], usual[0]))
    return [side for side, far in zip(sides, away, strict=True) if far < _CROOKED]


def remove_rules(
    darkness: Float32, ink: Ink, *, text_height_px: float, classes: PixelClasses | None = None
) -> LinesRemoved:
    """Find the rules and remove them; see :func:`remove_lines`."""
    rules = find_rules(ink.strength, text_height_px=text_height_px)
    return remove_lines(darkness, ink, rules, text_height_px=text_height_px, classes=classes)


def remove_lines(
    darkness: Float32,
    ink: Ink,
    lines: Sequence[PrintedLine],
    *,
    text_height_px: float,
    classes: PixelClasses | None = None,
) -> LinesRemoved:
    """Remove printed lines from a page and find its ink again.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.ink.binarization.denoised`.
    ink : Ink
        What :func:`ocr.page.ink.binarization.binarize` found there, lines included.
    lines : sequence of PrintedLine
        Those much darker than the others are not removed.
    text_height_px : float
    classes : PixelClasses, optional
        What the pixels belong to: a line that consists of writing is not removed.

    Returns
    -------
    LinesRemoved
    """
    faint = ink.strength > FAINT_PRINT
    tracks = [_track(darkness, faint, line, text_height_px, crop=classes is None) for line in lines]
    tracks = _of_one_print([track for track in tracks if classes is None or not track.is_writing(classes)])
    if not tracks:
        return LinesRemoved(darkness, ink, ())
    pen = _pen_darkness(darkness, faint, tracks)
    tracks = [track for track in tracks if track.darkness < _FAINTER * pen or track.inked_frac >= _WHOLE_FRAC]
    if not tracks:
        return LinesRemoved(darkness, ink, ())
    erased = darkness.copy()
    for track in tracks:
        track.erase_from(erased.T if track.line.upright else erased, pen=pen)
    if classes is not None:
        written = classes.writing > _SURELY_WRITING
        erased[written] = darkness[written]
    strength, mask = binarize(erased, text_height_px=text_height_px)
    remnants = _remnants(mask, darkness, tracks, pen=pen, margin=round(_REACH_HEIGHTS * text_height_px))
    erased[remnants] = 0
    ink = Ink(np.where(remnants, np.float32(0), strength), mask & ~remnants)
    return LinesRemoved(erased, ink, tuple(track.line for track in tracks))


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
    def inked_frac(self) -> float:
        """Share of the length with ink."""
        return float(np.mean(self.bottom > self.top))

    @property
    def cols(self) -> Int64:
        """Columns (L,) that the line crosses."""
        return np.arange(self.line.start, self.line.stop)

    def rows(self, margin: int) -> Int64:
        """Return the rows (n, L) of the line's own band: about its middle where thin, between elsewhere."""
        middle = (self.top + self.bottom) / 2
        if self.thin.any():
            middle = np.interp(self.cols, self.cols[self.thin], middle[self.thin])
        half = self.thickness / 2 + margin
        first = np.floor(middle - half).astype(np.int64)
        return np.asarray(first + np.arange(round(2 * half) + 1)[:, None])

    def is_writing(self, classes: PixelClasses) -> bool:
        """Whether the line, where nothing crosses it, is strokes of letters, such as bars of T in a row."""
        maps = [one.T if self.line.upright else one for one in (classes.writing, classes.line)]
        rows = np.clip(self.rows(0)[:, self.thin], 0, len(maps[0]) - 1)
        writing, line = (float(one[rows, self.cols[self.thin]].sum()) for one in maps)
        return writing > _WRITTEN_FRAC * (writing + line)

    def erase_from(self, darkness: Float32, *, pen: float) -> None:
        """Make the line paper, in place."""
        rows = self.rows(1)
        cols = np.broadcast_to(self.cols, rows.shape)
        inside = (rows >= 0) & (rows < darkness.shape[0])
        rows = np.where(inside, rows, 0)
        found = darkness[rows, cols]
        if self.darkness < _FAINTER * pen:
            own = found < _SPREAD * self.darkness
        else:
            own = np.broadcast_to(self.thin, found.shape)
        own = own & inside
        darkness[rows[own], cols[own]] = 0


def _track(darkness: Float32, ink: Mask, line: PrintedLine, text_height_px: float, *, crop: bool) -> _Track:
    """Follow one line through the ink."""
    darkness, ink = (darkness.T, ink.T) if line.upright else (darkness, ink)
    height = ink.shape[0]
    cols = np.arange(line.start, line.stop)
    reach = max(2, round(_REACH_HEIGHTS * text_height_px))
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64)
    around = np.clip(rows + np.arange(-reach, reach + 1)[:, None], 0, height - 1)
    # The line is where most ink is along two text heights; strokes that cross pull it aside for a moment.
    along = ndimage.uniform_filter1d(
        ink[around, cols].astype(np.float32), size=max(3, round(2 * text_height_px)), axis=1
    )
    center = np.clip(rows + along.argmax(axis=0) - reach, 0, height - 1)
    if crop:
        inked = _long_enough(along.max(axis=0) > _INKED_FRAC, text_height_px)
        line = line._replace(start=line.start + inked.start, stop=line.start + inked.stop)
        cols, center = cols[inked], center[inked]
    most_px = max(3, round(_THICKEST_HEIGHTS * text_height_px))
    top, bottom = _run_through(ink, center, cols, most_px + 2)
    thick = bottom - top
    thickest_px = _thickest_px(thick, text_height_px, most_px)
    thin = (thick <= thickest_px) & (thick > 0)
    middle = np.clip((top + bottom) // 2, 0, height - 1)
    usual = median(darkness[middle[thin], cols[thin]]) if thin.any() else 0.0
    thickness = int(median(thick[thin])) if thin.any() else 1
    return _Track(line, top, bottom, thin, thickness, usual)


def _long_enough(inked: Mask, text_height_px: float) -> slice:
    """Return where a line has ink, from end to end (L,); all of it where that may be a stem."""
    found = np.flatnonzero(inked)
    if found.size and found[-1] - found[0] > _SHORTEST_HEIGHTS * text_height_px:
        return slice(int(found[0]), int(found[-1]) + 1)
    return slice(0, len(inked))


def _thickest_px(thick: Int64, text_height_px: float, most_px: int) -> int:
    """Return up to which thickness a line is alone, at most ``most_px``, from its thickness (L,) along it."""
    usual = max(3, round(_USUAL_HEIGHTS * text_height_px))
    found = thick[thick > 0]
    if not found.size:
        return usual
    own = round(_WAVERING * float(quantile(found, _ALONE_FRAC)))
    return min(max(usual, own), most_px)


def _of_one_print(tracks: list[_Track]) -> list[_Track]:
    """Drop what only resembles a line: rows of dots, strokes of the pen, the edge of a sheet."""
    likely = [
        track for track in tracks if track.inked_frac >= _INKED_FRAC and track.thin.mean() >= _THIN_FRAC
    ]
    usual = median([track.darkness for track in likely]) if likely else 0.0
    return [track for track in likely if track.darkness <= _UNLIKE * usual]


def _run_through(ink: Mask, center: Int64, cols: Int64, most: int) -> tuple[Int64, Int64]:
    """Return the first and one-past-last row (L,) of the ink through each column's ``center``."""
    height = ink.shape[0]
    top, bottom = center.copy(), center.copy()
    up = down = np.ones(len(cols), dtype=bool)
    for _ in range(most):
        up = up & (top > 0) & ink[np.clip(top - 1, 0, height - 1), cols]
        top = top - up
        down = down & (bottom < height) & ink[np.clip(bottom, 0, height - 1), cols]
        bottom = bottom + down
    return top, bottom


def _on_tracks(shape: tuple[int, ...], tracks: list[_Track], margin: int) -> Mask:
    """Return the mask (H, W) of the bands of all lines, wider by ``margin`` on both sides."""
    mask = np.zeros(shape, dtype=bool)
    for track in tracks:
        view = mask.T if track.line.upright else mask
        view[np.clip(track.rows(margin), 0, view.shape[0] - 1), track.cols] = True
    return mask


def _pen_darkness(darkness: Float32, ink: Mask, tracks: list[_Track]) -> float:
    """Return the median darkness of the ink that is on no line; 0 if there is none."""
    strokes = ink & ~_on_tracks(ink.shape, tracks, 2)
    return median(darkness[strokes]) if strokes.any() else 0.0


def _remnants(mask: Mask, darkness: Float32, tracks: list[_Track], *, pen: float, margin: int) -> Mask:
    """Find the parts of lines that are left: near a line everywhere, and fainter or smaller than a stroke.

    A line as dark as the pen is not thin where another one crosses it or runs close by. What is left there is
    a dot or a dash, thinner than those of a pen.
    """
    parts = find_components(mask)
    near = means_in(parts, _on_tracks(mask.shape, tracks, margin)) > _NEAR_FRAC
    left = near & (means_in(parts, darkness) < _FAINTER * pen)
    thickness = max(track.thickness for track in tracks)
    if {track.line.upright for track in tracks} == {True, False}:
        left |= near & (np.maximum(parts.heights, parts.widths) <= _CROSSING * thickness)
    if any(track.darkness >= _FAINTER * pen for track in tracks):
        left |= near & (np.minimum(parts.heights, parts.widths) <= _DASH * thickness)
    return parts.mask(left)


def remove_crease_shadows(
    darkness: Float32, lines: Sequence[PrintedLine], *, text_height_px: float
) -> Float32 | None:
    """Remove the shadows beside creases.

    Parameters
    ----------
    darkness : (H, W) float32 array
        From :func:`ocr.page.ink.binarization.denoised`.
    lines : sequence of PrintedLine
        Rules that were found there; some may be creases.
    text_height_px : float

    Returns
    -------
    (H, W) float32 array or None
        None where there is no shadow along any line.
    """
    level = None
    for line in lines if len(lines) <= _MOST_LINES else ():
        ground = darkness if level is None else level
        shadow = _shadow(ground.T if line.upright else ground, line, text_height_px)
        if shadow.max() < _FAINTEST_SHADOW:
            continue
        level = darkness.copy() if level is None else level
        _subtract(level.T if line.upright else level, line, shadow)
    return level


def _shadow(darkness: Float32, line: PrintedLine, text_height_px: float) -> Float32:
    """Return the darkness (n,) of the shadow at each distance from a line, from one side to the other."""
    reach = max(2, round(_SHADOW_REACH_HEIGHTS * text_height_px))
    beside = np.rint(np.multiply(_BESIDE_HEIGHTS, text_height_px)).astype(np.int64)
    none = np.zeros(2 * reach + 1, np.float32)
    if _along(darkness, line, beside, text_height_px).max() < _FAINTEST_SHADOW:
        return none
    shadow = _along(darkness, line, np.arange(-reach, reach + 1), text_height_px)
    # The line itself, and others beside it, are narrow.
    narrow = 2 * max(1, round(_NARROWEST_SHADOW_HEIGHTS * text_height_px / 2)) + 1
    shadow = ndimage.grey_opening(shadow, narrow, mode="nearest")
    far = np.rint(np.multiply(_BEYOND_REACH, reach)).astype(np.int64)
    beyond = [_along(darkness, line, side * far, text_height_px) for side in (-1, 1)]
    if shadow.max() > _DARKEST_SHADOW or max(side.min() for side in beyond) > _FAINTEST_SHADOW:
        return none
    return np.asarray(np.maximum(shadow, np.float32(0)))


def _along(darkness: Float32, line: PrintedLine, distances: Int64, text_height_px: float) -> Float32:
    """Return the darkness (n,) that is reached along most of a line, so many pixels aside of it."""
    cols = np.arange(line.start, line.stop, max(1, round(_STEP_HEIGHTS * text_height_px)))
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64) + distances[:, None]
    found = darkness[np.clip(rows, 0, len(darkness) - 1), cols]
    return np.asarray(quantile(found, 1 - _SHADOW_FRAC, axis=1), np.float32)


def _subtract(darkness: Float32, line: PrintedLine, shadow: Float32) -> None:
    """Subtract a shadow, in place."""
    reach = len(shadow) // 2
    cols = np.arange(line.start, line.stop)
    rows = np.rint(line.offset + line.slope * cols).astype(np.int64) + np.arange(-reach, reach + 1)[:, None]
    inside = (rows >= 0) & (rows < len(darkness))
    cols = np.broadcast_to(cols, rows.shape)
    amount = np.broadcast_to(shadow[:, None], rows.shape)
    darkness[rows[inside], cols[inside]] -= amount[inside]
