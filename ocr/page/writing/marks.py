"""Decide for each component of ink whether it is writing or another kind of mark.

This module judges by size, by simple shapes, by the paper around a mark, and finds the dots of dotted paper.
:mod:`ocr.page.writing.stroke_marks` finds words that were crossed out and drawings, and
:mod:`ocr.page.writing.faint_marks` finds marks that are too faint.

Measures are arrays over all components. ``skimage.measure.regionprops`` has most of them, but builds an
object for each component, which takes seconds for the specks of a noisy page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr import ndimage
from ocr.document.mark_kind import MarkKind
from ocr.numeric import fit_line, median, quantile
from ocr.page.ink.binarization import PAPER_QUANTILE, grain_floor
from ocr.page.ink.components import Components, find_components, means_in, pen_width_px
from ocr.page.writing.erased_strokes import are_left_of_lines, are_struck_through
from ocr.page.writing.faint_marks import are_pale_ground
from ocr.page.writing.stroke_marks import are_crossed_out, are_drawings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32, Float64, Int32, Int64, Mask
    from ocr.geometry import Box


# Marks smaller than this both ways, or of fewer pixels, are dirt: a full stop of a fine pen is about 0.08
# text heights.
_SPECK_HEIGHTS, _FEWEST_PIXELS = 0.07, 4
# Larger marks are drawings, page edges and shadows. A word of joined letters may be a dozen heights wide, and
# more where the text height is that of smaller labels.
_TALLEST_HEIGHTS, _WIDEST_HEIGHTS = 3.5, 20.0

# Thin level strokes longer than this are rules and underlines, not dashes, if their ink stays so near to a
# straight line: that of rules on photos of notes is within 0.04, that of words in one thin stroke is not.
_RULE_HEIGHTS, _STRAIGHT_HEIGHTS = 2.2, 0.06
# Underlines drawn by hand bend this much, but their columns have one run of ink: those of joined words of low
# letters, which are as near to a line, have 1.08 runs and more.
_BENT_HEIGHTS, _MOST_RUNS = 0.12, 1.05
# They are thinner than this, and lower than this share of their length.
_RULE_THICKNESS_HEIGHTS, _RULE_ASPECT = 0.2, 0.3
# A margin line or the edge of a second sheet is upright, longer than this and narrower than this share of it.
_UPRIGHT_RULE_HEIGHTS, _UPRIGHT_RULE_ASPECT = 2.0, 0.1

# A filled round mark thicker than this is a hole of the paper or a blot, not a full stop.
_HOLE_HEIGHTS = 0.35
# ... but the dot of a thick pen is up to so many times as thick as its strokes.
_DOT_PENS = 2.0
# In perspective a hole is an ellipse, up to so many times as long as it is wide; up to this share of it is
# torn out or added.
_HOLE_ASPECT, _HOLE_ROUGHNESS = 1.5, 0.12
# It is solid: of the ellipse half as large at least this share is ink. A thick e has small openings there.
_CORE_SIZE, _SOLID_FRAC = 0.5, 0.98

# Paper is searched this far around a mark, and is bare if it is this wide.
_AROUND_HEIGHTS, _BARE_HEIGHTS = 0.25, 0.12
# Share of what is around a mark, other ink aside, that is bare paper. Between marks of wood, cloth or stone
# there is hardly any.
_BARE_FRAC = 0.6
# A mark in a texture is writing on grainy paper if the networks find ground less likely than this.
_UNLIKELY_GROUND = 0.1
# Paper may somewhere be so many times as dark as the page's smoothest ground is at most.
_UNEVEN = 1.6
# Half the resolution is enough to see what is around a mark, unless text is lower than this.
_COARSE_HEIGHT_PX = 30.0

# Dots of dotted paper are smaller than this both ways.
_DOT_HEIGHTS = 0.2
# Fewer small marks than this are no pattern of the paper.
_FEWEST_DOTS = 24
# Of a page's small marks at least this share have one such mark beside and one above or below them, a step of
# the lattice away; of full stops and dots of i hardly any do.
_REGULAR_FRAC = 0.5
# A dot may be this far off its place, in steps of the lattice: in perspective, steps differ.
_OFF_LATTICE = 0.2
# Ink of a dot is at most so many times that of the usual dot, and at least the same part of it.
_DOT_LIKENESS = 3.0
# A dot has at least this many others one step away, or one or two steps away from it those that have.
_NEIGHBOURS = 2
# Dots of a dotted line may be so large; they are about as wide as high, and filled. It has at least so many
# dots, and climbs by at most this much.
_LEADER_HEIGHTS, _DOT_ASPECT, _DOT_FRAC, _FEWEST_OF_LINE, _LEVEL_FRAC = 0.35, 2.0, 0.55, 6, 0.3
# Dashes of a dashed line are so low, up to so long, and so many times as long as high.
_DASH_HEIGHTS, _DASH_WIDTHS, _DASH_ASPECT = 0.3, 1.0, 6.0
# A dot takes at most this share of a step, and is as large as those around it, within this share or a pixel.
_MOST_OF_STEP, _UNLIKE_FRAC, _UNLIKE_PX = 0.7, 0.25, 1
# Distances between more pairs are left to a tree.
_MOST_PAIRS = 600_000
# The step is the usual one among so many dots around: full stops among them do not matter then.
_NEAREST = 25


class ComponentSplit(NamedTuple):
    """Components that are writing, and the (H, W) int32 labels of the others, 0 elsewhere."""

    writing: Components
    rejected: Int32


def split_components(components: Components, is_writing: Mask) -> ComponentSplit:
    """Separate writing from other marks, and number it anew."""
    others = components.runs.only(~is_writing[components.owners])
    rejected = np.zeros(components.labels.shape, np.int32)
    pixels = others.pixels()
    rejected.ravel()[pixels] = components.labels.ravel()[pixels]
    return ComponentSplit(components.only(is_writing), rejected)


def mark_kinds(
    components: Components,
    darkness: Float32,
    *,
    text_height_px: float,
    ground: Float32 | None = None,
    erased: Mask | None = None,
    lines: Sequence[Box] = (),
    keep_rules: bool = False,
) -> tuple[MarkKind | None, ...]:
    """Return the kind of each component that is no writing; None for those that may be writing.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    text_height_px : float
        0 for a page without text: then nothing is writing.
    ground : (H, W) float32 array, optional
        Probability that a pixel is paper in shadow, a crease or the table.
    erased : (H, W) bool array, optional
        Ink that was erased as printed lines.
    lines : sequence of Box
        Around each of these lines.
    keep_rules : bool
        Dots of the paper may be writing.
    """
    if not text_height_px:
        return (MarkKind.NOT_WRITING,) * len(components)
    # A mark of several kinds is of the last one.
    masks = [
        (MarkKind.CROSSED_OUT, are_crossed_out(components, text_height_px=text_height_px, lines=lines)),
        (MarkKind.NOT_WRITING, _have_wrong_size(components, text_height_px)),
        (MarkKind.HOLE, _are_holes(components, text_height_px)),
        (MarkKind.RULE, _are_rules(components, text_height_px)),
        (MarkKind.DRAWING, are_drawings(components, text_height_px=text_height_px)),
        (MarkKind.NOT_WRITING, _are_ground(components, darkness, ground, text_height_px)),
    ]
    if erased is not None:
        struck = are_struck_through(components, erased, lines, text_height_px=text_height_px)
        masks.append((MarkKind.CROSSED_OUT, struck))
        left = are_left_of_lines(components, erased, text_height_px=text_height_px)
        masks.append((MarkKind.RULE, left))
    if not keep_rules:
        gone = None if erased is None else find_components(erased)
        dots = are_dots_of_paper(components, text_height_px=text_height_px, erased=gone)
        masks.append((MarkKind.DOT, dots))
    kinds: list[MarkKind | None] = [None] * len(components)
    for kind, mask in masks:
        for index in np.flatnonzero(mask):
            kinds[index] = kind
    return tuple(kinds)


def _have_wrong_size(components: Components, text_height_px: float) -> Mask:
    """Find specks, and marks larger than words."""
    heights, widths = components.heights, components.widths
    is_speck = np.maximum(heights, widths) < _SPECK_HEIGHTS * text_height_px
    is_large = (heights > _TALLEST_HEIGHTS * text_height_px) | (widths > _WIDEST_HEIGHTS * text_height_px)
    return np.asarray(is_speck | is_large | (components.areas < _FEWEST_PIXELS))


def _are_ground(
    components: Components, darkness: Float32, ground: Float32 | None, text_height_px: float
) -> Mask:
    """Find marks of paper and table: in a texture, or pale and likely ground by the pixel networks."""
    is_texture = ~are_on_paper(components, darkness, text_height_px=text_height_px)
    if ground is None or not ground.any():
        return np.asarray(is_texture)
    likely = means_in(components, ground)
    return np.asarray(
        (is_texture & (likely > _UNLIKELY_GROUND)) | are_pale_ground(components, darkness, likely)
    )


def _are_rules(components: Components, text_height_px: float) -> Mask:
    """Find long, thin and straight marks, level or upright."""
    heights, widths = components.heights, components.widths
    thickness = components.areas / np.maximum(widths, 1)
    rules = (
        (widths > _RULE_HEIGHTS * text_height_px)
        & (thickness < _RULE_THICKNESS_HEIGHTS * text_height_px)
        & (heights < _RULE_ASPECT * widths)
    )
    for index in np.flatnonzero(rules):
        ink = components.ink(int(index))
        rows, cols = np.nonzero(ink)
        most = _BENT_HEIGHTS if _runs_of_columns(ink) < _MOST_RUNS else _STRAIGHT_HEIGHTS
        rules[index] = fit_line(cols, rows).mean_deviation < most * text_height_px
    is_upright = heights > _UPRIGHT_RULE_HEIGHTS * text_height_px
    return np.asarray(rules | (is_upright & (widths < _UPRIGHT_RULE_ASPECT * heights)))


def _runs_of_columns(ink: Mask) -> float:
    """Return how many runs of ink (h, w) a column that has any has on average."""
    starts = ink & ~np.pad(ink, ((1, 0), (0, 0)))[:-1]
    return float(starts.sum() / max(1, int(ink.any(axis=0).sum())))


def _are_holes(components: Components, text_height_px: float) -> Mask:
    """Find filled round marks larger than the full stop of a marker: punched holes, and bullets of a list."""
    shorter = np.minimum(components.heights, components.widths)
    longer = np.maximum(components.heights, components.widths)
    ellipse_px = np.pi / 4 * shorter * longer
    dot_px = _DOT_PENS * pen_width_px(components.labels > 0)
    holes = (
        (shorter > max(_HOLE_HEIGHTS * text_height_px, dot_px))
        & (longer < _HOLE_ASPECT * shorter)
        & (abs(components.areas - ellipse_px) < _HOLE_ROUGHNESS * ellipse_px)
    )
    for index in np.flatnonzero(holes):
        holes[index] = _is_ellipse(components.ink(int(index)))
    return np.asarray(holes)


def _is_ellipse(ink: Mask) -> bool:
    """Return whether ink fills the ellipse in its box, with no opening within, and little else."""
    height, width = ink.shape
    rows, cols = np.mgrid[:height, :width]
    from_middle = np.hypot((rows + 0.5) / height - 0.5, (cols + 0.5) / width - 0.5)
    is_alike = np.mean(ink == (from_middle < 0.5)) > 1 - _HOLE_ROUGHNESS
    return bool(is_alike and np.mean(ink[from_middle < _CORE_SIZE / 2]) > _SOLID_FRAC)


def are_on_paper(components: Components, darkness: Float32, *, text_height_px: float) -> Mask:
    """Return whether there is bare paper around each component (n,), and not the texture of a table.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    text_height_px : float
    """
    step = 2 if text_height_px >= _COARSE_HEIGHT_PX else 1
    labels, dark = components.labels[::step, ::step], darkness[::step, ::step]
    floor = grain_floor(darkness, text_height_px=text_height_px, shape=dark.shape)
    # A crease or a shadow lifts the ground a little; the grain of a table lifts it more.
    paper = np.minimum(floor, _UNEVEN * quantile(floor[::4, ::4], PAPER_QUANTILE))
    width = _odd(_BARE_HEIGHTS * text_height_px / step)
    bare = ndimage.maximum_filter(ndimage.minimum_filter(dark < paper, width), width + 2)
    owners = ndimage.maximum_filter(labels, _odd(2 * _AROUND_HEIGHTS * text_height_px / step))
    around = (owners > 0) & (labels == 0)
    count = len(components) + 1
    size = np.bincount(owners[around], minlength=count)[1:]
    on_paper = np.bincount(owners[around & bare], minlength=count)[1:]
    return np.asarray(on_paper >= _BARE_FRAC * size)


def _odd(length: float) -> int:
    """Round a length to an odd number, 3 or more."""
    return 2 * max(1, round(length / 2)) + 1


def are_dots_of_paper(
    components: Components, *, text_height_px: float, erased: Components | None = None
) -> Mask:
    """Return whether each component (n,) is a dot of the paper: on a lattice, or in a dotted or dashed line.

    Parameters
    ----------
    components : Components
    text_height_px : float
    erased : Components, optional
        What was erased from the page as printed lines: most dots of a dotted line, perhaps.
    """
    all_marks = (components,) if erased is None else (components, erased)
    boxes = np.concatenate([one.boxes for one in all_marks])
    areas = np.concatenate([one.areas for one in all_marks])
    heights, widths = (boxes[:, 2:] - boxes[:, :2]).T
    shorter, longer = np.minimum(heights, widths), np.maximum(heights, widths)
    is_full = areas >= _DOT_FRAC * shorter * longer
    is_dot = is_full & (longer <= _DOT_ASPECT * shorter) & (longer < _LEADER_HEIGHTS * text_height_px)
    is_dash = is_full & (widths > heights) & (widths <= _DASH_ASPECT * heights)
    is_dash &= (heights < _DASH_HEIGHTS * text_height_px) & (widths < _DASH_WIDTHS * text_height_px)
    dots = np.zeros(len(boxes), dtype=bool)
    for find, is_small, fewest in (
        (_are_on_lattice, longer < _DOT_HEIGHTS * text_height_px, _FEWEST_DOTS),
        (_are_in_dotted_lines, is_dot, _FEWEST_OF_LINE),
        (_are_in_dotted_lines, is_dash, _FEWEST_OF_LINE),
    ):
        small = np.flatnonzero(is_small)
        if len(small) < fewest:
            continue
        regular = find((boxes[small, :2] + boxes[small, 2:]) / 2, longer[small])
        if regular.any():
            relative = areas[small] / median(areas[small[regular]])
            dots[small] |= regular & (relative <= _DOT_LIKENESS) & (relative >= 1 / _DOT_LIKENESS)
    return dots[: len(components)]


def _are_in_dotted_lines(places: Float64, sizes: Int64) -> Mask:
    """Return which of the places (m, 2) are in a level row with equal steps, and alike in size (m,).

    Letters of small print are further apart than dots only in comparison with their size.
    """
    nearest = _nearest(places, places, _FEWEST_OF_LINE)[1]
    steps = places[nearest[:, 1]] - places
    steps *= np.where(steps[:, 1:] < 0, -1, 1)
    # The usual step around a place: where a dot is hidden its neighbours know better.
    steps = np.sort(steps[nearest], axis=1)[:, _FEWEST_OF_LINE // 2]
    numbers = np.arange(1 - _FEWEST_OF_LINE, _FEWEST_OF_LINE)
    expected = places[:, None] + numbers[numbers != 0, None] * steps[:, None]
    away = _nearest(expected.reshape(-1, 2), places)[0].reshape(len(places), -1)
    lengths = np.hypot(*steps.T)
    usual = np.sort(sizes[nearest], axis=1)[:, _FEWEST_OF_LINE // 2]
    is_alike = np.abs(sizes - usual) <= np.maximum(_UNLIKE_PX, _UNLIKE_FRAC * usual)
    is_level = is_alike & (sizes <= _MOST_OF_STEP * lengths) & (np.abs(steps[:, 0]) < _LEVEL_FRAC * lengths)
    others = np.count_nonzero(away < _OFF_LATTICE * lengths[:, None], axis=1)
    certain = is_level & (others + 1 >= _FEWEST_OF_LINE)
    if not certain.any():
        return np.asarray(certain, bool)
    # At the ends of a line, where some dots touch letters, others are left alone.
    owners = _nearest(places, places[certain])[1][:, 0]
    rows, cols = (places - places[certain][owners]).T
    lengths, slopes = lengths[certain][owners], (steps[certain, 0] / np.maximum(steps[certain, 1], 1))[owners]
    is_near = np.abs(cols) < _FEWEST_OF_LINE * lengths
    return np.asarray(certain | (is_near & (np.abs(rows - slopes * cols) < _OFF_LATTICE * lengths)), bool)


def _are_on_lattice(places: Float64, _: Int64) -> Mask:
    """Return which of the places (m, 2) are on a lattice, whatever their size; none if there is no lattice.

    The distance from a dot to the next is the step of the lattice, and its direction, but for quarter turns,
    that of the lattice.
    """
    distances, nearest = _nearest(places, places, min(_NEAREST, len(places)))
    steps = np.median(distances[nearest, 1], axis=1)
    rows, cols = (places[nearest[:, 1]] - places).T
    turn = np.angle(np.exp(4j * np.arctan2(rows, cols)).mean()) / 4
    beside = _are_occupied(places, places, _lattice_offsets(turn, [(0, 1), (0, -1)]), steps)
    above = _are_occupied(places, places, _lattice_offsets(turn, [(1, 0), (-1, 0)]), steps)
    if min(beside.any(axis=1).mean(), above.any(axis=1).mean()) < _REGULAR_FRAC:
        return np.zeros(len(places), dtype=bool)
    certain = beside.sum(axis=1) + above.sum(axis=1) >= _NEIGHBOURS
    # Among the letters dots are alone: others are two steps away, or across a corner.
    wide = [(row, col) for row in range(-2, 3) for col in range(-2, 3) if (row, col) != (0, 0)]
    near_certain = _are_occupied(places, places[certain], _lattice_offsets(turn, wide), steps)
    return np.asarray(certain | (near_certain.sum(axis=1) >= _NEIGHBOURS))


def _lattice_offsets(turn: float, steps: list[tuple[int, int]]) -> Float64:
    """Return rows and columns (k, 2) of so many steps down and right, in a lattice turned by ``turn``."""
    right, down = (np.sin(turn), np.cos(turn)), (np.cos(turn), -np.sin(turn))
    return np.asarray(np.array(steps, dtype=np.float64) @ np.array([down, right]))


def _are_occupied(places: Float64, others: Float64, offsets: Float64, steps: Float64) -> Mask:
    """Return whether (m, k) one of the others is at each offset, counted in steps, from each place."""
    if not len(others):
        return np.zeros((len(places), len(offsets)), dtype=bool)
    expected = places[:, None] + steps[:, None, None] * offsets
    distances, _ = _nearest(expected.reshape(-1, 2), others)
    return np.asarray(distances.reshape(expected.shape[:2]) < _OFF_LATTICE * steps[:, None])


def _nearest(places: Float64, others: Float64, count: int = 1) -> tuple[Float64, Int64]:
    """Return the distances (m, count) to the nearest of the others (n, 2), and their numbers."""
    if len(places) * len(others) > _MOST_PAIRS:
        # Late: few pages have that many small marks.
        from scipy.spatial import KDTree

        distances, numbers = KDTree(others).query(places, k=range(1, count + 1))
        return distances, numbers
    apart = np.hypot(*(places[:, None] - others).transpose(2, 0, 1))
    numbers = (
        np.argsort(apart, axis=1, kind="stable")[:, :count] if count > 1 else apart.argmin(axis=1)[:, None]
    )
    return np.take_along_axis(apart, numbers, axis=1), numbers
