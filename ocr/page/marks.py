"""Tell writing from specks, rules, edges, holes and blots, by size and shape alone.

Tell the dots of dotted paper from full stops and the dots of i: they lie on a lattice.

Leave marks of the table out of lines: at an end of a line, and far fainter than the pen beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.document.mark_kind import MarkKind
from ocr.numeric import fit_line
from ocr.page.binarization import PAPER_QUANTILE, grain_floor
from ocr.page.components import Components, means_in, pen_darkness
from ocr.page.filters import maximum_filter, minimum_filter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Int64, Mask
    from ocr.page.lines import TextLine


# An array of kinds holds strings as long as the longest; a shorter type would cut them off.
_LONGEST_KIND = f"<U{max(map(len, MarkKind))}"
# Ground between letters lower than this is looked at pixel by pixel.
_COARSE_LETTER_PX = 30.0
# A hole seen aslant is an ellipse, up to so many times as long as it is wide ...
_MOST_ASLANT = 1.5
# ... and up to this share of it is torn out or added.
_ROUGHNESS = 0.12


@dataclass(frozen=True, slots=True)
class WritingSettings:
    """Limits of what is kept, in letter heights.

    Attributes
    ----------
    speck_letters : float
        Marks smaller than this both ways are dirt: a full stop of a fine pen is about 0.08 letter heights.
    tallest_letters, widest_letters : float
        Larger things are drawings, page edges and shadows. A word of joined letters may be a dozen heights
        wide.
    rule_letters : float
        Thin strokes lying down and longer than this are rules and underlines, not dashes ...
    straight_letters : float
        ... where their ink keeps within about this of a straight line: a word in one thin stroke does not.
    hole_letters : float
        A filled round thicker than this is a hole of the paper or a blot, not a full stop.
    ring_letters, bare_letters : float
        How far around a mark one looks for paper, and how wide paper must be to count as bare.
    bare_frac : float
        Share of what is around a mark, other ink aside, that is bare paper. Between marks of wood, cloth or
        stone there is hardly any.
    uneven : float
        Paper may somewhere be so many times as dark as the page's smoothest ground is at most.
    lone_bar_aspect, lone_bar_darkness_frac : float
        A stroke that stands alone on its line, so many times as long as thick and fainter than this share of
        what else is written, is the edge of a sheet or the rest of a rule, not 1, I, l or a dash.
    """

    speck_letters: float = 0.07
    tallest_letters: float = 3.5
    widest_letters: float = 14.0
    rule_letters: float = 2.2
    straight_letters: float = 0.12
    hole_letters: float = 0.35
    ring_letters: float = 0.25
    bare_letters: float = 0.12
    bare_frac: float = 0.6
    uneven: float = 1.6
    lone_bar_aspect: float = 4.0
    lone_bar_darkness_frac: float = 0.75


def reasons_of_shape(
    components: Components, *, text_height_px: float, settings: WritingSettings | None = None
) -> NDArray[np.str_]:
    """Say of each component why it is no writing, as far as its size and shape tell.

    Parameters
    ----------
    components : Components
    text_height_px : float
        Letter height.
    settings : WritingSettings, optional

    Returns
    -------
    (n,) str array
        ``"rule"``, ``"hole"`` or ``"not writing"``; empty where it may be writing.
    """
    settings = settings or WritingSettings()
    heights, widths = components.heights, components.widths
    speck = np.maximum(heights, widths) < settings.speck_letters * text_height_px
    large = (heights > settings.tallest_letters * text_height_px) | (
        widths > settings.widest_letters * text_height_px
    )
    reasons = np.full(len(components), "", dtype=_LONGEST_KIND)
    reasons[speck | large | (components.areas < 4)] = MarkKind.NOT_WRITING
    reasons[_are_holes(components, text_height_px, settings)] = MarkKind.HOLE
    reasons[_are_rules(components, text_height_px, settings)] = MarkKind.RULE
    return reasons


def _are_rules(components: Components, text_height_px: float, settings: WritingSettings) -> Mask:
    """Long, thin and straight, lying or standing."""
    heights, widths = components.heights, components.widths
    thickness = components.areas / np.maximum(widths, 1)
    rules = (
        (widths > settings.rule_letters * text_height_px)
        & (thickness < 0.2 * text_height_px)
        & (heights < 0.3 * widths)
    )
    for index in np.flatnonzero(rules):
        rules[index] = _unevenness(components, int(index)) < settings.straight_letters * text_height_px
    # A margin line or the edge of a second sheet stands upright and is thin.
    return np.asarray(rules | ((heights > 2 * text_height_px) & (widths < 0.1 * heights)))


def _are_holes(components: Components, text_height_px: float, settings: WritingSettings) -> Mask:
    """Find filled rounds, larger than the full stop of a marker: holes of a punch, and bullets of a list."""
    shorter = np.minimum(components.heights, components.widths)
    longer = np.maximum(components.heights, components.widths)
    disc_px = np.pi / 4 * shorter * longer
    holes = (
        (shorter > settings.hole_letters * text_height_px)
        & (longer < _MOST_ASLANT * shorter)
        & (abs(components.areas - disc_px) < _ROUGHNESS * disc_px)
    )
    for index in np.flatnonzero(holes):
        holes[index] = _is_round(components, int(index))
    return np.asarray(holes)


def _is_round(components: Components, index: int) -> bool:
    """Say whether a component is an ellipse: most of the one in its box is ink, and little else."""
    box = components.box(index)
    ink = components.ink(index)
    rows, cols = np.mgrid[: box.height, : box.width]
    rows, cols = (rows + 0.5) / box.height - 0.5, (cols + 0.5) / box.width - 0.5
    return bool(np.mean(ink == (rows**2 + cols**2 < 0.25)) > 1 - _ROUGHNESS)


def _unevenness(components: Components, index: int) -> float:
    """How far the ink of a component is from a straight line through it, on average, in pixels."""
    rows, cols = np.nonzero(components.ink(index))
    return fit_line(cols, rows).mean_deviation


def stands_on_paper(
    components: Components,
    darkness: Float32,
    *,
    text_height_px: float,
    settings: WritingSettings | None = None,
) -> Mask:
    """Decide for each component whether there is bare paper around it, and not the texture of a table.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    text_height_px : float
        Letter height.
    settings : WritingSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or WritingSettings()
    # Half the resolution is enough to see what is around a mark, unless letters are small.
    step = 2 if text_height_px >= _COARSE_LETTER_PX else 1
    labels, dark = components.labels[::step, ::step], darkness[::step, ::step]
    floor = grain_floor(darkness, text_height_px=text_height_px, shape=dark.shape)
    # A crease or a shadow lifts the ground a little; the grain of a table lifts it more.
    paper = np.minimum(floor, settings.uneven * np.quantile(floor[::4, ::4], PAPER_QUANTILE))
    width = _odd(settings.bare_letters * text_height_px / step)
    bare = maximum_filter(minimum_filter(dark < paper, width), width + 2)
    around = maximum_filter(labels, _odd(2 * settings.ring_letters * text_height_px / step))
    ring = (around > 0) & (labels == 0)
    count = len(components) + 1
    size = np.bincount(around[ring], minlength=count)[1:]
    on_paper = np.bincount(around[ring & bare], minlength=count)[1:]
    return np.asarray(on_paper >= settings.bare_frac * size)


def _odd(length: float) -> int:
    return 2 * max(1, round(length / 2)) + 1


def kept(components: Components, chosen: Mask) -> tuple[Components, NDArray[np.int32]]:
    """Keep the chosen components and number them anew.

    Returns
    -------
    components : Components
        Labels of the others are 0.
    dropped : (H, W) int32 array
        Labels of the others, 0 elsewhere.
    """
    renumber = np.zeros(len(components) + 1, dtype=np.int32)
    renumber[1:][chosen] = np.arange(1, int(chosen.sum()) + 1)
    labels = renumber.take(components.labels)
    dropped = np.where(labels == 0, components.labels, np.int32(0))
    return Components(labels, components.boxes[chosen], components.areas[chosen]), dropped


def without_faint_bars(
    components: Components,
    lines: Sequence[TextLine],
    darkness: Float32,
    *,
    settings: WritingSettings | None = None,
) -> tuple[tuple[TextLine, ...], tuple[int, ...]]:
    """Leave out lines that are one faint bar: shape alone cannot tell them from a letter, the pen can.

    Parameters
    ----------
    components : Components
        Writing.
    lines : sequence of TextLine
    darkness : (H, W) float32 array
        0 on paper.
    settings : WritingSettings, optional

    Returns
    -------
    lines : tuple of TextLine
    left_out : tuple of int
        Their components.
    """
    settings = settings or WritingSettings()
    alone = [line for line in lines if len(line.members) == 1]
    if not alone or len(alone) == len(lines):
        return tuple(lines), ()
    dark = means_in(components, darkness)
    usual = np.median([dark[index] for line in lines if len(line.members) > 1 for index in line.members])
    faint = dark < settings.lone_bar_darkness_frac * usual
    left_out = {
        line.members[0]
        for line in alone
        if faint[line.members[0]] and _aspect(components, line.members[0]) >= settings.lone_bar_aspect
    }
    return tuple(line for line in lines if line.members[0] not in left_out), tuple(sorted(left_out))


def _aspect(components: Components, index: int) -> float:
    """How many times as long as thick a component is."""
    longer = max(components.heights[index], components.widths[index])
    return float(longer**2 / components.areas[index])


@dataclass(frozen=True, slots=True)
class DotSettings:
    """What is taken for dotted paper.

    Attributes
    ----------
    largest_letters : float
        Dots are smaller than this both ways, in letter heights.
    fewest : int
        Fewer small marks than this are no pattern of the paper.
    regular_frac : float
        Of a page's small marks at least this share have one such mark beside and one above or below them, a
        step of the lattice away; of full stops and i dots hardly any do.
    tolerance_frac : float
        How far off its place a dot may lie, in steps of the lattice: seen aslant, steps differ.
    likeness : float
        Ink of a dot is at most so many times that of the usual dot, and at least the same part of it.
    """

    largest_letters: float = 0.2
    fewest: int = 24
    regular_frac: float = 0.5
    tolerance_frac: float = 0.2
    likeness: float = 3.0


# A dot has at least this many others one step away, or one or two steps away from it those that have.
_NEIGHBOURS = 2
# The step is the usual one among so many dots around: full stops among them do not matter then.
_NEAREST = 25


def are_on_lattice(
    components: Components, *, text_height_px: float, settings: DotSettings | None = None
) -> Mask:
    """Decide for each component whether it is a dot of dotted paper.

    The distance from a dot to the next is the step of the lattice, and its direction, but for quarter turns,
    that of the lattice.

    Parameters
    ----------
    components : Components
    text_height_px : float
        Letter height.
    settings : DotSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or DotSettings()
    longer = np.maximum(components.heights, components.widths)
    small = np.flatnonzero(longer < settings.largest_letters * text_height_px)
    dots = np.zeros(len(components), dtype=bool)
    if len(small) < settings.fewest:
        return dots
    places = (components.boxes[small, :2] + components.boxes[small, 2:]) / 2
    regular = _regular(places, settings)
    if regular.any():
        alike = components.areas[small] / np.median(components.areas[small[regular]])
        dots[small] = regular & (alike <= settings.likeness) & (alike >= 1 / settings.likeness)
    return dots


def _regular(places: Float64, settings: DotSettings) -> Mask:
    """Which of the places (m, 2) lie on a lattice; none if there is no lattice."""
    # Late: few pages have that many small marks.
    from scipy.spatial import KDTree

    distances, nearest = KDTree(places).query(places, k=min(_NEAREST, len(places)))
    steps = np.median(distances[nearest, 1], axis=1)
    rows, cols = (places[nearest[:, 1]] - places).T
    turn = np.angle(np.exp(4j * np.arctan2(rows, cols)).mean()) / 4
    beside = _occupied(places, places, _offsets(turn, [(0, 1), (0, -1)]), steps, settings)
    above = _occupied(places, places, _offsets(turn, [(1, 0), (-1, 0)]), steps, settings)
    if min(beside.any(axis=1).mean(), above.any(axis=1).mean()) < settings.regular_frac:
        return np.zeros(len(places), dtype=bool)
    sure = beside.sum(axis=1) + above.sum(axis=1) >= _NEIGHBOURS
    # Among the letters dots lie alone: others are two steps away, or across a corner.
    wide = [(row, col) for row in range(-2, 3) for col in range(-2, 3) if (row, col) != (0, 0)]
    near_sure = _occupied(places, places[sure], _offsets(turn, wide), steps, settings)
    return np.asarray(sure | (near_sure.sum(axis=1) >= _NEIGHBOURS))


def _offsets(turn: float, steps: list[tuple[int, int]]) -> Float64:
    """Rows and columns (k, 2) of so many steps down and to the right, in a lattice turned by ``turn``."""
    right, down = (np.sin(turn), np.cos(turn)), (np.cos(turn), -np.sin(turn))
    return np.asarray(np.array(steps, dtype=np.float64) @ np.array([down, right]))


def _occupied(
    places: Float64, others: Float64, offsets: Float64, steps: Float64, settings: DotSettings
) -> Mask:
    """Whether (m, k) there is one of the others at each offset, counted in steps, from each place."""
    from scipy.spatial import KDTree

    if not len(others):
        return np.zeros((len(places), len(offsets)), dtype=bool)
    expected = places[:, None] + steps[:, None, None] * offsets
    distances, _ = KDTree(others).query(expected.reshape(-1, 2))
    return np.asarray(distances.reshape(expected.shape[:2]) < settings.tolerance_frac * steps[:, None])


@dataclass(frozen=True, slots=True)
class FaintEndSettings:
    """When marks at an end of a line are none of its characters.

    Attributes
    ----------
    faint_frac : float
        They are fainter than this share of the darker ink of the line. Of wood beside writing in ink it is a
        third; a full stop, which its blur makes paler, stays above a half.
    step : float
        The character beside them is so many times as dark as the darkest of them: in glare ink fades step by
        step.
    apart_letters : float
        They keep this distance from it, in letter heights: more than most spaces.
    dots_apart_letters : float
        This is enough where they are no larger than a full stop: that stands close to its word.
    """

    faint_frac: float = 0.42
    step: float = 1.6
    apart_letters: float = 1.1
    dots_apart_letters: float = 0.5


# A full stop is smaller than this both ways.
_DOT_LETTERS = 0.3


def without_faint_ends(
    components: Components,
    lines: Sequence[TextLine],
    darkness: Float32,
    *,
    text_height_px: float,
    settings: FaintEndSettings | None = None,
) -> tuple[tuple[TextLine, ...], tuple[int, ...]]:
    """Leave out the marks at the ends of lines that are too faint to be characters.

    Parameters
    ----------
    components : Components
        Writing.
    lines : sequence of TextLine
        Members left to right.
    darkness : (H, W) float32 array
        0 on paper.
    text_height_px : float
        Letter height.
    settings : FaintEndSettings, optional

    Returns
    -------
    lines : tuple of TextLine
    left_out : tuple of int
        Components.
    """
    settings = settings or FaintEndSettings()
    if not lines:
        return (), ()
    dark = means_in(components, darkness)
    kept, left_out = [], []
    for line in lines:
        members = np.array(line.members)
        boxes, areas, own = components.boxes[members], components.areas[members], dark[members]
        gaps = (boxes[1:, 1] - np.maximum.accumulate(boxes[:, 3])[:-1]) / text_height_px
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) / text_height_px
        needed = np.where(sides < _DOT_LETTERS, settings.dots_apart_letters, settings.apart_letters)
        start = _faint_run(own, areas, gaps, needed, settings)
        stop = len(members) - _faint_run(own[::-1], areas[::-1], gaps[::-1], needed[::-1], settings)
        left_out += [*members[:start], *members[stop:]]
        kept.append(replace(line, members=tuple(members[start:stop].tolist())))
    return tuple(kept), tuple(sorted(int(index) for index in left_out))


def _faint_run(
    dark: Float64, areas: Int64, gaps: Float64, needed: Float64, settings: FaintEndSettings
) -> int:
    """How many marks (n,), from the first on, are too faint beside the next.

    ``gaps`` (n - 1,) are between them, ``needed`` (n,) is how far each must be from a character.
    """
    run = int((dark >= settings.faint_frac * pen_darkness(dark, areas)).argmax())
    if not run or gaps[run - 1] < needed[:run].max():
        return 0
    return run if dark[run] >= settings.step * dark[:run].max() else 0
