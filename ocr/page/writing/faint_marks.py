"""Find marks that are too faint to be writing of this page, by the darkness of the pen around them.

The writing of a sheet's other side, which shines through, is pale, and paper has blurred it: the edges of its
strokes are flat where those of the pen around it are steep. Writing that is pale because light falls on it,
or because it is in pencil, is as sharp as the rest.

Creases and the edges of shadows are pale, and the pixel networks take them for ground.

Marks of a table at the ends of a line, and a bar alone on its line, are far fainter than the pen beside them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.numeric import median, quantile
from ocr.page.ink.components import FULL_STOP_HEIGHTS, means_in, pen_darkness
from ocr.page.writing.lines import TextLines

if TYPE_CHECKING:
    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.page.ink.components import Components


# Ink of the other side is at most so dark, as a share of the pen: on our own pages on which a fifth or a
# third shines through 0.16 to 0.3; writing in a glare from 0.3 on.
_PALE_FRAC = 0.45
# Its edges are at most so steep, as a share of the pen's: on the same pages 0.45 to 0.65; in a glare 0.95 and
# more.
_BLUNT_FRAC = 0.75
# The pen is judged by what is written this close by, as well as on all of the page.
_AROUND_HEIGHTS = 6.0
# Larger marks are shadows and edges.
_LARGEST_HEIGHTS = 3.0
# At least so many letters shine through; fewer are something else, such as marks of a table.
_FEWEST = 4
# No ink of the other side is so many times as dark as nearly all of it, nor half as dark as the pen.
_DARKEST_QUANTILE, _DARKER, _PEN_FRAC = 0.95, 1.15, 0.5
# The sharpness of the pen is the median of so many strokes; a mark that is not that large has no edge of its
# own.
_SAMPLES, _SMALL_HEIGHTS = 40, 0.3
# The edge of a component reaches so far beyond its box; its steepness is this quantile of all pixels.
_EDGE_PX, _STEEP_QUANTILE = 2, 0.97

# Shadows, creases and edges are at most so dark, as a share of the pen, and so likely ground by the pixel
# networks. From 0.95 on, ink that fades in a strong glare stays (3.8 instead of 7.9 % errors on drawn pages),
# but creases, remnants of boxes and texture of real pages stay as well, and cost more.
_GROUND_PEN_FRAC, _LIKELY_GROUND = 0.5, 0.6

# A stroke that is alone on its line, so many times as long as thick and fainter than this share of what else
# is written, is the edge of a sheet or the rest of a rule, not 1, I, l or a dash.
_BAR_ASPECT, _BAR_FRAC = 4.0, 0.75

# Marks at an end of a line are fainter than this share of the darker ink of the line. Of wood beside writing
# in ink it is a third; a full stop, which its blur makes paler, stays above a half.
_FAINT_END_FRAC = 0.42
# The character beside them is so many times as dark as the darkest of them: in a glare ink fades gradually.
_STEP = 1.6
# They are this far from it, which is more than most spaces; half of it if they are no larger than a full
# stop, which stands close to its word.
_APART_HEIGHTS, _DOT_APART_HEIGHTS = 1.1, 0.5
# So many in a row at most: more are a word, such as a label that is printed in gray.
_MOST_FAINT = 3


def are_pale_ground(components: Components, darkness: Float32, likely: Float64) -> Mask:
    """Return whether each component (n,) is paper in shadow, a crease or the edge of a sheet.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    likely : (n,) float64 array
        How likely each is ground by the pixel networks.
    """
    if not len(components):
        return np.zeros(0, dtype=np.bool_)
    dark = means_in(components, darkness)
    is_pale = dark < _GROUND_PEN_FRAC * pen_darkness(dark, components.areas)
    return np.asarray(is_pale & (likely > _LIKELY_GROUND))


def are_of_other_side(components: Components, darkness: Float32, *, text_height_px: float) -> Mask:
    """Return whether each component (n,) is writing of the other side that shines through.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    text_height_px : float
        0 for a page without text.
    """
    found = np.zeros(len(components), dtype=np.bool_)
    if not len(components) or not text_height_px:
        return found
    dark, areas = means_in(components, darkness), components.areas
    is_dark = dark >= _PALE_FRAC * pen_darkness(dark, areas)
    sides = np.maximum(components.heights, components.widths)
    large = sides > _SMALL_HEIGHTS * text_height_px
    pale = np.flatnonzero(~is_dark & (sides < _LARGEST_HEIGHTS * text_height_px))
    written = np.flatnonzero(is_dark & large)
    # Most pages have hardly anything as pale.
    if large[pale].sum() < _FEWEST or not written.size:
        return found
    sample = written[:: max(1, len(written) // _SAMPLES)]
    steepness = median([_steepness(components, darkness, int(index)) for index in sample])
    middles = (components.boxes[:, :2] + components.boxes[:, 2:]) / 2
    for index in pale:
        near = np.abs(middles - middles[index]).max(axis=1) < _AROUND_HEIGHTS * text_height_px
        if dark[index] < _PALE_FRAC * pen_darkness(dark[near], areas[near]):
            found[index] = _steepness(components, darkness, int(index)) < _BLUNT_FRAC * steepness
    return found if (found & large).sum() >= _FEWEST else np.zeros_like(found)


def _steepness(components: Components, darkness: Float32, index: int) -> float:
    """Return how much darkness rises in a pixel where a component's edges are steep, per its own darkness."""
    box = components.box(index)
    top, left = max(box.top - _EDGE_PX, 0), max(box.left - _EDGE_PX, 0)
    around = darkness[top : box.bottom + _EDGE_PX, left : box.right + _EDGE_PX]
    rise = np.hypot(*np.gradient(around)) if min(around.shape) > 1 else np.zeros(1)
    height = float(quantile(darkness[box.slices][components.ink(index)], 0.9))
    return float(quantile(rise, _STEEP_QUANTILE)) / max(height, 1e-3)


def this_side(components: Components, darkness: Float32, is_behind: Mask) -> Mask:
    """Return the pixels (H, W) that may be ink of this side: darker than the other side, or of a pale stroke.

    Where the two sides touch one another they are one component.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    is_behind : (n,) bool array
        The components of the other side, at least one.
    """
    behind = components.mask(is_behind)
    dark = means_in(components, darkness)
    pen = pen_darkness(dark, components.areas)
    darkest = _DARKER * float(quantile(darkness[behind], _DARKEST_QUANTILE))
    may_be = darkness >= min(darkest, _PEN_FRAC * pen)
    for index in np.flatnonzero((dark < darkest) & ~is_behind):
        may_be[components.box(int(index)).slices] = True
    return np.asarray(may_be)


def reject_faint_bars(components: Components, found: TextLines, darkness: Float32) -> TextLines:
    """Reject lines that are one faint bar: its shape is that of a letter, its darkness is not.

    Parameters
    ----------
    components : Components
        Writing.
    found : TextLines
    darkness : (H, W) float32 array
        0 on paper.
    """
    alone = [line.members[0] for line in found.lines if len(line.members) == 1]
    if not alone or len(alone) == len(found.lines):
        return found
    dark = means_in(components, darkness)
    in_lines = [index for line in found.lines if len(line.members) > 1 for index in line.members]
    usual = median(dark[in_lines])
    longer = np.maximum(components.heights, components.widths)
    is_bar = longer.astype(np.float64) ** 2 / components.areas >= _BAR_ASPECT
    is_faint = dark < _BAR_FRAC * usual
    rejected = {index for index in alone if is_faint[index] and is_bar[index]}
    lines = tuple(line for line in found.lines if line.members[0] not in rejected)
    return TextLines(lines, (*found.rejected, *sorted(rejected)))


def reject_faint_ends(
    components: Components, found: TextLines, darkness: Float32, *, text_height_px: float
) -> TextLines:
    """Reject the marks at the ends of lines that are too faint to be characters.

    Parameters
    ----------
    components : Components
        Writing.
    found : TextLines
        Members left to right.
    darkness : (H, W) float32 array
        0 on paper.
    text_height_px : float
    """
    if not found.lines:
        return found
    dark = means_in(components, darkness)
    lines, rejected = [], []
    for line in found.lines:
        members = np.array(line.members)
        boxes, areas, own = components.boxes[members], components.areas[members], dark[members]
        gaps = (boxes[1:, 1] - np.maximum.accumulate(boxes[:, 3])[:-1]) / text_height_px
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) / text_height_px
        needed = np.where(sides < FULL_STOP_HEIGHTS, _DOT_APART_HEIGHTS, _APART_HEIGHTS)
        start = _faint_run(own, areas, gaps, needed)
        stop = len(members) - _faint_run(own[::-1], areas[::-1], gaps[::-1], needed[::-1])
        rejected += [*members[:start].tolist(), *members[stop:].tolist()]
        lines.append(replace(line, members=tuple(members[start:stop].tolist())))
    return TextLines(tuple(lines), (*found.rejected, *sorted(rejected)))


def _faint_run(dark: Float64, areas: Int64, gaps: Float64, needed: Float64) -> int:
    """Count the marks (n,), from the first on, that are too faint beside the next.

    ``gaps`` (n - 1,) are between them, ``needed`` (n,) is how far each must be from a character.
    """
    run = int((dark >= _FAINT_END_FRAC * pen_darkness(dark, areas)).argmax())
    if not 0 < run <= _MOST_FAINT or gaps[run - 1] < needed[:run].max():
        return 0
    return run if dark[run] >= _STEP * dark[:run].max() else 0
