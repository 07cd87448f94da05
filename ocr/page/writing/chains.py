"""Chain letters to lines, also in sloping and uneven writing.

Letters are chained to their nearest neighbour on the right; chains that continue one another along a straight
line are joined, and so are chains whose letters take turns [1]_.

References
----------
.. [1] Likforman-Sulem, Zahour, Taconet, "Text line segmentation of historical documents: a survey",
       IJDAR 9 (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.numeric import median, overlap, weighted_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.page.ink.components import Components
    from ocr.page.printed.printed_lines import Frame

# Two neighbours in a chain are at most this far apart.
_REACH_HEIGHTS = 6.0
# Share of the lower neighbour's height that both must have in common.
_OVERLAP_FRAC = 0.3
# Two chains are one line if they pass this close to each other when they are extended.
_JOIN_HEIGHTS = 0.5
# Two chains in the same columns are one line if they are this close: lines are further apart.
_IN_TURNS_HEIGHTS = 0.25
# ... or this close, if their letters take turns: at most this share of the width of the shorter chain lies
# above or below letters of the other one.
_TAKING_TURNS_HEIGHTS, _COLLIDING_FRAC = 0.75, 0.25
# Further apart than this, extended lines are trusted less and less.
_FAR_HEIGHTS = 4.0
# The slope of a chain is measured on at most so many of its letters: the pairs of 100 are 4,950.
_MOST_CENTERS = 100
# So many letters say how high the end of a line is; those of two ends that are level share so much of the
# height of the lower one.
_END_LETTERS, _LEVEL_FRAC = 3, 0.6
# What climbs more than this is no line but two letters of different lines.
_STEEPEST = 0.35
# That pages lie about level weighs as much as a chain with this product of letters and squared width, in
# heights of letters: two words of five letters.
_LEVEL_WEIGHT = 150.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """Components of one line and the straight line ``row = offset + slope * col`` through their centres."""

    members: tuple[int, ...]
    slope: float
    offset: float

    def row_at(self, col: float) -> float:
        """Return the row of the line's centre at a column."""
        return self.offset + self.slope * col


class Extent(NamedTuple):
    """Where chains run: (n,) arrays."""

    lefts: Float64
    rights: Float64
    slopes: Float64
    offsets: Float64
    counts: Float64
    first_tops: Float64
    first_bottoms: Float64
    last_tops: Float64
    last_bottoms: Float64


def find_chains(
    components: Components, letters: Int64, *, text_height_px: float, combs: Sequence[Frame] = ()
) -> list[list[int]]:
    """Chain letters, left to right, to lines.

    Parameters
    ----------
    components : Components
    letters : (n,) int64 array
        Numbers of the components that are chained.
    text_height_px : float
    combs : sequence of Frame
        What stands in one and beside it is one chain.
    """
    chains = _chains(components, letters, text_height_px)
    for comb in combs:
        chains = _joined_along(components, chains, comb)
    chains = _joined(components, chains, text_height_px)
    return _joined_in_turns(components, chains, text_height_px)


def _chains(components: Components, letters: Int64, text_height_px: float) -> list[list[int]]:
    """Link each letter with its nearest right neighbour where both choose each other."""
    order = [int(index) for index in letters[np.argsort(components.boxes[letters, 1], kind="stable")]]
    boxes = components.boxes[order]
    reach = np.searchsorted(boxes[:, 1], boxes[:, 3] + _REACH_HEIGHTS * text_height_px, side="right")
    right_of: dict[int, int] = {}
    cost_into: dict[int, float] = {}
    left_of: dict[int, int] = {}
    for place, index in enumerate(order):
        found = _right_neighbour(boxes[place], boxes[place + 1 : reach[place]])
        if found is None:
            continue
        neighbour, cost = order[place + 1 + found[0]], found[1]
        if cost >= cost_into.get(neighbour, np.inf):
            continue
        if neighbour in left_of:
            del right_of[left_of[neighbour]]
        right_of[index], left_of[neighbour], cost_into[neighbour] = neighbour, index, cost
    chains = []
    for index in order:
        if index in left_of:
            continue
        chain = [index]
        while chain[-1] in right_of:
            chain.append(right_of[chain[-1]])
        chains.append(chain)
    return chains


def _right_neighbour(box: Int64, others: Int64) -> tuple[int, float] | None:
    """Find the nearest of letters (n, 4) further right and about as high up, and its cost."""
    top, left, bottom, right = box
    tops, lefts, bottoms, rights = others.T
    shared = overlap(tops, bottoms, top, bottom)
    lower = np.minimum(bottoms - tops, bottom - top)
    beside = np.flatnonzero((lefts + rights > left + right) & (shared >= _OVERLAP_FRAC * lower))
    if not beside.size:
        return None
    drift = np.abs(top + bottom - tops[beside] - bottoms[beside])
    # Twice the distance between the middles, which are half of these sums.
    costs = np.maximum(lefts[beside] - right, 0) + drift
    best = int(costs.argmin())
    return int(beside[best]), float(costs[best])


def _joined_along(components: Components, chains: list[list[int]], comb: Frame) -> list[list[int]]:
    """Join the chains between the level lines of a comb, and beside it at the same height."""
    above, below = comb.sides[:2]
    inside: list[list[int]] = []
    others: list[list[int]] = []
    for chain in chains:
        row, col = (median(one) for one in centers_of(components, chain))
        is_between = above.offset + above.slope * col < row < below.offset + below.slope * col
        (inside if is_between else others).append(chain)
    inside.sort(key=lambda chain: int(components.boxes[chain, 1].min()))
    return [*others, [index for chain in inside for index in chain]] if inside else others


def _joined(components: Components, chains: list[list[int]], text_height_px: float) -> list[list[int]]:
    """Join chains that continue one another, nearest first, until none do."""
    usual_slope = typical_slope(components, chains)
    lines = [fitted_line(components, chain, usual_slope) for chain in chains]
    # A table of all distances, kept up to date: noise may leave thousands of chains.
    straight = np.array([extent_of(components, line) for line in lines]).reshape(-1, len(Extent._fields))
    table = np.full((len(lines), len(lines)), np.inf)
    for place in range(len(lines)):
        table[place, place + 1 :] = _distances(straight, place, usual_slope, text_height_px)[place + 1 :]
    nearest = table.min(axis=1, initial=np.inf)
    merged = np.zeros(len(lines), dtype=bool)
    while nearest.size and nearest.min() <= _JOIN_HEIGHTS:
        first = int(nearest.argmin())
        second = int(table[first].argmin())
        both = left_to_right(components, (*lines[first].members, *lines[second].members))
        lines[first] = fitted_line(components, both, usual_slope)
        straight[first] = extent_of(components, lines[first])
        merged[second] = True
        distances = np.where(merged, np.inf, _distances(straight, first, usual_slope, text_height_px))
        was_nearest = (table[:, [first, second]] <= nearest[:, None]).any(axis=1) & np.isfinite(nearest)
        table[second], table[:, second] = np.inf, np.inf
        table[first, first + 1 :], table[:first, first] = distances[first + 1 :], distances[:first]
        nearest = np.minimum(nearest, table[:, first])
        nearest[was_nearest] = table[was_nearest].min(axis=1)
        nearest[second] = np.inf
    return [list(line.members) for line, is_merged in zip(lines, merged, strict=True) if not is_merged]


def _joined_in_turns(
    components: Components, chains: list[list[int]], text_height_px: float
) -> list[list[int]]:
    """Join chains in the same columns whose letters take turns: high and low letters of one line."""
    usual_slope = typical_slope(components, chains)
    lines = [fitted_line(components, chain, usual_slope) for chain in chains]
    straight = np.array([extent_of(components, line) for line in lines]).reshape(-1, len(Extent._fields))
    place = 0
    while place < len(lines):
        own, others = Extent(*straight[place]), Extent(*straight.T)
        shared = overlap(others.lefts, others.rights, own.lefts, own.rights)
        between = (np.maximum(others.lefts, own.lefts) + np.minimum(others.rights, own.rights)) / 2
        apart = np.abs(others.offsets + others.slopes * between - own.offsets - own.slopes * between)
        near = (shared > 0) & (apart < _TAKING_TURNS_HEIGHTS * text_height_px)
        near[place] = False
        found = next(
            (
                other
                for other in np.flatnonzero(near).tolist()
                if take_turns(components, lines[place].members, lines[other].members)
            ),
            None,
        )
        if found is None:
            place += 1
            continue
        both = left_to_right(components, (*lines[place].members, *lines[found].members))
        first, second = sorted((place, found))
        lines[first] = fitted_line(components, both, usual_slope)
        straight[first] = extent_of(components, lines[first])
        del lines[second]
        straight = np.delete(straight, second, axis=0)
        place = first
    return [list(line.members) for line in lines]


def take_turns(components: Components, some: Sequence[int], others: Sequence[int]) -> bool:
    """Whether hardly any letter of one chain is above or below one of the other."""
    first, second = (components.boxes[list(members)][:, [1, 3]] for members in (some, others))
    shared = overlap(first[:, :1], first[:, 1:], second[:, 0], second[:, 1]).clip(0).sum()
    shorter = min(float(np.diff(spans, axis=1).sum()) for spans in (first, second))
    return bool(shared <= _COLLIDING_FRAC * shorter)


def _distances(straight: Float64, place: int, usual_slope: float, text_height_px: float) -> Float64:
    """Compute how far one chain passes from each other one, in text heights; infinite if one is above."""
    own, others = Extent(*straight[place]), Extent(*straight.T)
    shared = overlap(others.lefts, others.rights, own.lefts, own.rights)
    between = (np.maximum(others.lefts, own.lefts) + np.minimum(others.rights, own.rights)) / 2
    rows, own_row = others.offsets + others.slopes * between, own.offsets + own.slopes * between
    apart = np.abs(rows - own_row) / text_height_px
    # The slope of a short word says little about what stands far away: there the usual slope may do as well.
    middles, own_middle = (others.lefts + others.rights) / 2, (own.lefts + own.rights) / 2
    level = others.offsets + others.slopes * middles - (own.offsets + own.slopes * own_middle)
    by_usual = np.abs(level - usual_slope * (middles - own_middle)) / text_height_px
    is_far = -shared > _FAR_HEIGHTS * text_height_px
    apart = np.where(is_far, np.minimum(apart, by_usual), apart)
    apart = np.where(_ends_are_level(own, others, usual_slope), np.minimum(apart, _JOIN_HEIGHTS), apart)
    # A letter that the chain skipped (an l between two low ones) has its middle near theirs.
    is_alone = np.minimum(others.counts, own.counts) == 1
    # Two longer chains side by side at one height took letters of one line in turns.
    skipped = np.where(apart < np.where(is_alone, 0.4, _IN_TURNS_HEIGHTS), apart, np.inf)
    # The further apart, the less an extended line can be trusted.
    extended = apart + 0.01 * np.maximum(0.0, -shared / text_height_px - _FAR_HEIGHTS)
    shorter = np.minimum(others.rights - others.lefts, own.rights - own.lefts)
    return np.where(shared > 0.5 * shorter, skipped, extended)


def _ends_are_level(own: Extent, others: Extent, usual_slope: float) -> Mask:
    """Whether the letters at the ends of chains (n,) nearest to those of one chain stand beside them.

    Where letters are of unlike height, as figures after small letters, a straight line passes them by.
    """
    follow = others.lefts >= own.rights
    precede = others.rights <= own.lefts
    drift = usual_slope * np.where(follow, others.lefts - own.rights, own.lefts - others.rights)
    tops = np.where(follow, own.last_tops, others.last_tops) + drift
    bottoms = np.where(follow, own.last_bottoms, others.last_bottoms) + drift
    next_tops = np.where(follow, others.first_tops, own.first_tops)
    next_bottoms = np.where(follow, others.first_bottoms, own.first_bottoms)
    shared = overlap(tops, bottoms, next_tops, next_bottoms)
    lower = np.minimum(bottoms - tops, next_bottoms - next_tops)
    return np.asarray((follow | precede) & (shared >= _LEVEL_FRAC * lower))


def slope_of(components: Components, chain: Sequence[int]) -> float | None:
    """Return the median slope over pairs of centres (Theil-Sen).

    None for fewer than three letters, and for letters right above one another.
    """
    if len(chain) < 3:
        return None
    rows, cols = centers_of(components, np.asarray(chain)[:: -(-len(chain) // _MOST_CENTERS)])
    if not np.ptp(cols):
        return None
    first, second = np.triu_indices(len(rows), 1)
    run = cols[second] - cols[first]
    far = np.abs(run) >= 0.3 * np.ptp(cols)
    return float(np.clip(median((rows[second] - rows[first])[far] / run[far]), -_STEEPEST, _STEEPEST))


def typical_slope(components: Components, chains: list[list[int]]) -> float:
    """Return the median slope of the long chains, for those too short to have one of their own.

    A slope is known the better, the wider its chain is: its variance is that of a letter's height over the
    number of letters and the square of the width. Pages lie about level, as sure as a chain or two of short
    words would show: cells of a table hold nothing longer.
    """
    height = median(components.heights[[index for chain in chains for index in chain]]) if chains else 0.0
    slopes, weights = [0.0], [_LEVEL_WEIGHT * height**2]
    for chain in chains:
        if len(chain) >= 4 and (slope := slope_of(components, chain)) is not None:
            slopes.append(slope)
            weights.append(len(chain) * float(np.ptp(components.boxes[chain][:, [1, 3]])) ** 2)
    return weighted_median(np.array(slopes), np.array(weights))


def fitted_line(components: Components, chain: Sequence[int], usual_slope: float) -> TextLine:
    """Fit a line through the centres of a chain."""
    rows, cols = centers_of(components, chain)
    own = slope_of(components, chain)
    # The slope of three or four letters of different height is uncertain; its weight grows with the length.
    weight = min(max(len(chain) - 2, 0) / 4, 1.0)
    slope = usual_slope if own is None else weight * own + (1 - weight) * usual_slope
    return TextLine(tuple(chain), slope, median(rows - slope * cols))


def extent_of(components: Components, line: TextLine) -> tuple[float, ...]:
    """Return a row of numbers for a chain, in the order of :class:`Extent`."""
    boxes = components.boxes[list(line.members)]
    left, right = float(boxes[:, 1].min()), float(boxes[:, 3].max())
    ends = [
        np.median(end[:, [0, 2]], axis=0).tolist() for end in (boxes[:_END_LETTERS], boxes[-_END_LETTERS:])
    ]
    return left, right, line.slope, line.offset, len(line.members), *ends[0], *ends[1]


def extents_of(components: Components, lines: Sequence[TextLine]) -> Extent:
    """Return where lines run."""
    rows = np.array([extent_of(components, line) for line in lines]).reshape(-1, len(Extent._fields))
    return Extent(*rows.T)


def left_to_right(components: Components, members: Sequence[int]) -> tuple[int, ...]:
    """Return components in the order of their left edges."""
    return tuple(sorted(members, key=lambda index: int(components.boxes[index, 1])))


def centers_of(components: Components, members: Sequence[int] | Int64) -> tuple[Float64, Float64]:
    """Return the rows and columns of the centres of the members' boxes."""
    boxes = components.boxes[np.asarray(members, dtype=np.int64)]
    return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
