"""Tell writing from specks, rules, edges, holes and blots, by size and shape alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.page.around import largest_around, smallest_around
from ocr.page.components import Components, means_in
from ocr.page.ink import PAPER_QUANTILE, grain_floor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.page.lines import TextLine


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
    components: Components, *, letter_px: float, settings: WritingSettings | None = None
) -> NDArray[np.str_]:
    """Say of each component why it is no writing, as far as its size and shape tell.

    Parameters
    ----------
    components : Components
    letter_px : float
        Letter height.
    settings : WritingSettings, optional

    Returns
    -------
    (n,) str array
        ``"rule"``, ``"hole"`` or ``"not writing"``; empty where it may be writing.
    """
    settings = settings or WritingSettings()
    heights, widths = components.heights, components.widths
    speck = np.maximum(heights, widths) < settings.speck_letters * letter_px
    large = (heights > settings.tallest_letters * letter_px) | (widths > settings.widest_letters * letter_px)
    reasons = np.full(len(components), "", dtype="<U12")
    reasons[speck | large | (components.areas < 4)] = "not writing"
    reasons[_are_holes(components, letter_px, settings)] = "hole"
    reasons[_are_rules(components, letter_px, settings)] = "rule"
    return reasons


def _are_rules(components: Components, letter_px: float, settings: WritingSettings) -> NDArray[np.bool_]:
    """Long, thin and straight, lying or standing."""
    heights, widths = components.heights, components.widths
    thickness = components.areas / np.maximum(widths, 1)
    rules = (
        (widths > settings.rule_letters * letter_px)
        & (thickness < 0.2 * letter_px)
        & (heights < 0.3 * widths)
    )
    for index in np.flatnonzero(rules):
        rules[index] = _unevenness(components, int(index)) < settings.straight_letters * letter_px
    # A margin line or the edge of a second sheet stands upright and is thin.
    return np.asarray(rules | ((heights > 2 * letter_px) & (widths < 0.1 * heights)))


def _are_holes(components: Components, letter_px: float, settings: WritingSettings) -> NDArray[np.bool_]:
    """Find filled rounds, larger than the full stop of a marker: holes of a punch, and bullets of a list."""
    shorter = np.minimum(components.heights, components.widths)
    longer = np.maximum(components.heights, components.widths)
    disc_px = np.pi / 4 * shorter * longer
    holes = (
        (shorter > settings.hole_letters * letter_px)
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
    slope, offset = np.polyfit(cols, rows, 1)
    return float(np.abs(rows - slope * cols - offset).mean())


def stands_on_paper(
    components: Components,
    darkness: NDArray[np.float32],
    *,
    letter_px: float,
    settings: WritingSettings | None = None,
) -> NDArray[np.bool_]:
    """Decide for each component whether there is bare paper around it, and not the texture of a table.

    Parameters
    ----------
    components : Components
    darkness : (H, W) float32 array
        0 on paper.
    letter_px : float
        Letter height.
    settings : WritingSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or WritingSettings()
    # Half the resolution is enough to see what is around a mark, unless letters are small.
    step = 2 if letter_px >= _COARSE_LETTER_PX else 1
    labels, dark = components.labels[::step, ::step], darkness[::step, ::step]
    floor = grain_floor(darkness, letter_px=letter_px, shape=dark.shape)
    # A crease or a shadow lifts the ground a little; the grain of a table lifts it more.
    paper = np.minimum(floor, settings.uneven * np.quantile(floor[::4, ::4], PAPER_QUANTILE))
    width = _odd(settings.bare_letters * letter_px / step)
    bare = largest_around(smallest_around(dark < paper, width), width + 2)
    around = largest_around(labels, _odd(2 * settings.ring_letters * letter_px / step))
    ring = (around > 0) & (labels == 0)
    count = len(components) + 1
    size = np.bincount(around[ring], minlength=count)[1:]
    on_paper = np.bincount(around[ring & bare], minlength=count)[1:]
    return np.asarray(on_paper >= settings.bare_frac * size)


def _odd(length: float) -> int:
    return 2 * max(1, round(length / 2)) + 1


def kept(components: Components, chosen: NDArray[np.bool_]) -> tuple[Components, NDArray[np.int32]]:
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
    darkness: NDArray[np.float32],
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
