"""Gather components into lines of text, in sloping and uneven writing, top to bottom.

Letters are chained to their nearest right-hand neighbour; chains that continue one another along a straight
line are joined; then dots, bars and other small marks go to the line whose band they lie in [1]_.

References
----------
.. [1] Likforman-Sulem, Zahour, Taconet, "Text line segmentation of historical documents: a survey",
       IJDAR 9 (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.geometry import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64
    from ocr.page.components import Components


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Lengths that decide what belongs to a line, in letter heights.

    Attributes
    ----------
    letter_letters : float
        Components at least this high start and continue lines; lower ones are dots, bars and commas. An
        x-height is about 0.6 letter heights.
    reach_letters : float
        Two neighbours in a chain are at most this far apart.
    overlap_frac : float
        Share of the lower neighbour's height that both must have in common.
    join_letters : float
        Two chains are one line if, extended, they pass this close to each other.
    band_letters : float
        A small mark belongs to the nearest line whose centre is this close.
    """

    letter_letters: float = 0.45
    reach_letters: float = 6.0
    overlap_frac: float = 0.3
    join_letters: float = 0.5
    band_letters: float = 1.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """Components of one line and the straight line ``row = offset + slope * col`` through their centres."""

    members: tuple[int, ...]
    slope: float
    offset: float

    def row_at(self, col: float) -> float:
        """Row of the line's centre at a column."""
        return self.offset + self.slope * col


# A line that climbs more than this is no line but two letters of different lines.
_STEEPEST = 0.35


def find_lines(
    components: Components,
    *,
    text_height_px: float,
    only: Sequence[int] | None = None,
    settings: LineSettings | None = None,
) -> tuple[tuple[TextLine, ...], tuple[int, ...]]:
    """Order components into lines.

    Parameters
    ----------
    components : Components
        Writing only: no specks, no rules.
    text_height_px : float
        Letter height.
    only : sequence of int, optional
        The components to look at, in rising order, such as those of a column; all if left out.
    settings : LineSettings, optional

    Returns
    -------
    lines : tuple of TextLine
        Top to bottom; members left to right.
    strays : tuple of int
        Small marks that belong to no line.
    """
    settings = settings or LineSettings()
    chosen = np.arange(len(components)) if only is None else np.array(only, dtype=np.int64)
    letters = chosen[components.heights[chosen] >= settings.letter_letters * text_height_px]
    chains = _chains(components, letters, text_height_px, settings)
    chains = _joined(components, chains, text_height_px, settings)
    typical = _typical_slope(components, chains)
    lines = [_fitted(components, chain, typical) for chain in chains]
    members, strays = _with_small_marks(components, chosen, lines, text_height_px, settings)
    filled = [
        TextLine(
            tuple(sorted(group, key=lambda index: int(components.boxes[index, 1]))), line.slope, line.offset
        )
        for group, line in zip(members, lines, strict=True)
    ]
    middle = {id(line): line.row_at(_middle_col(components, line.members)) for line in filled}
    return tuple(sorted(filled, key=lambda line: middle[id(line)])), strays


def _middle_col(components: Components, members: Sequence[int]) -> float:
    boxes = components.boxes[list(members)]
    return float(boxes[:, 1].min() + boxes[:, 3].max()) / 2


def _centres(components: Components, members: Sequence[int] | Int64) -> tuple[Float64, Float64]:
    """Rows and columns of the centres of the members' boxes."""
    boxes = components.boxes[np.asarray(members, dtype=np.int64)]
    return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2


def _chains(
    components: Components, letters: Int64, text_height_px: float, settings: LineSettings
) -> list[list[int]]:
    """Link each letter with its nearest right neighbour where both choose each other."""
    order = [int(index) for index in letters[np.argsort(components.boxes[letters, 1], kind="stable")]]
    boxes = components.boxes[order]
    reach = np.searchsorted(boxes[:, 1], boxes[:, 3] + settings.reach_letters * text_height_px, side="right")
    right_of: dict[int, int] = {}
    cost_into: dict[int, float] = {}
    left_of: dict[int, int] = {}
    for place, index in enumerate(order):
        found = _right_neighbour(boxes[place], boxes[place + 1 : reach[place]], settings)
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


def _right_neighbour(box: Int64, others: Int64, settings: LineSettings) -> tuple[int, float] | None:
    """Find the nearest of letters (n, 4) further right and about as high up, and how far it is."""
    top, left, bottom, right = box
    tops, lefts, bottoms, rights = others.T
    shared = overlap(tops, bottoms, top, bottom)
    lower = np.minimum(bottoms - tops, bottom - top)
    beside = np.flatnonzero((lefts + rights > left + right) & (shared >= settings.overlap_frac * lower))
    if not beside.size:
        return None
    drift = np.abs(top + bottom - tops[beside] - bottoms[beside])
    # Twice the distance between the middles, which are half of these sums.
    costs = np.maximum(lefts[beside] - right, 0) + drift
    best = int(costs.argmin())
    return int(beside[best]), float(costs[best])


def _slope(components: Components, chain: Sequence[int]) -> float | None:
    """Slope of a chain by the median over pairs of centres (Theil-Sen); None for fewer than three letters."""
    if len(chain) < 3:
        return None
    rows, cols = _centres(components, chain)
    first, second = np.triu_indices(len(chain), 1)
    run = cols[second] - cols[first]
    far = np.abs(run) >= 0.3 * np.ptp(cols)
    return float(np.clip(np.median((rows[second] - rows[first])[far] / run[far]), -_STEEPEST, _STEEPEST))


def _typical_slope(components: Components, chains: list[list[int]]) -> float:
    """Median slope of the long chains, for those too short to have one of their own."""
    slopes = [
        slope for chain in chains if len(chain) >= 4 and (slope := _slope(components, chain)) is not None
    ]
    return float(np.median(slopes)) if slopes else 0.0


def _fitted(components: Components, chain: Sequence[int], typical_slope: float) -> TextLine:
    rows, cols = _centres(components, chain)
    own = _slope(components, chain)
    # Three or four letters of different height say little about the slope; trust grows with length.
    trust = min(max(len(chain) - 2, 0) / 4, 1.0)
    slope = typical_slope if own is None else trust * own + (1 - trust) * typical_slope
    return TextLine(tuple(chain), slope, float(np.median(rows - slope * cols)))


def _joined(
    components: Components, chains: list[list[int]], text_height_px: float, settings: LineSettings
) -> list[list[int]]:
    """Join chains that continue one another, nearest first, until none do."""
    typical = _typical_slope(components, chains)
    lines = [_fitted(components, chain, typical) for chain in chains]
    # A table of all distances, kept up to date: noise may leave thousands of chains.
    straight = np.array([_extent(components, line) for line in lines]).reshape(-1, 5)
    table = np.full((len(lines), len(lines)), np.inf)
    for place in range(len(lines)):
        table[place, place + 1 :] = _distances(straight, place, text_height_px)[place + 1 :]
    nearest = table.min(axis=1, initial=np.inf)
    gone = np.zeros(len(lines), dtype=bool)
    while nearest.size and nearest.min() <= settings.join_letters:
        first = int(nearest.argmin())
        second = int(table[first].argmin())
        merged = sorted(
            (*lines[first].members, *lines[second].members), key=lambda index: int(components.boxes[index, 1])
        )
        lines[first] = _fitted(components, merged, typical)
        straight[first] = _extent(components, lines[first])
        gone[second] = True
        distances = np.where(gone, np.inf, _distances(straight, first, text_height_px))
        table[second], table[:, second] = np.inf, np.inf
        table[first, first + 1 :], table[:first, first] = distances[first + 1 :], distances[:first]
        nearest = table.min(axis=1)
    return [list(line.members) for line, is_gone in zip(lines, gone, strict=True) if not is_gone]


def _extent(components: Components, line: TextLine) -> tuple[float, float, float, float, float]:
    """Left and right end, slope, offset and number of members of a chain."""
    boxes = components.boxes[list(line.members)]
    left, right = float(boxes[:, 1].min()), float(boxes[:, 3].max())
    return left, right, line.slope, line.offset, len(line.members)


def _distances(straight: Float64, place: int, text_height_px: float) -> Float64:
    """Measure how far one chain passes each other one, in letter heights; infinite if above one another."""
    left, right, slope, offset, count = straight[place]
    lefts, rights, slopes, offsets, counts = straight.T
    shared = overlap(lefts, rights, left, right)
    between = (np.maximum(lefts, left) + np.minimum(rights, right)) / 2
    apart = np.abs((offsets + slopes * between) - (offset + slope * between)) / text_height_px
    # A letter that the chain went past (an l between two low ones) has its middle near theirs.
    passed = np.where((apart < 0.4) & (np.minimum(counts, count) == 1), apart, np.inf)
    # The further apart, the less an extended line can be trusted.
    extended = apart + 0.01 * np.maximum(0.0, -shared / text_height_px - 4)
    return np.where(shared > 0.5 * np.minimum(rights - lefts, right - left), passed, extended)


def _with_small_marks(
    components: Components,
    chosen: Int64,
    lines: list[TextLine],
    text_height_px: float,
    settings: LineSettings,
) -> tuple[list[list[int]], tuple[int, ...]]:
    """Add the small marks to the lines they lie in; what lies in none is stray."""
    members = [list(line.members) for line in lines]
    small = np.setdiff1d(chosen, [index for group in members for index in group])
    if not lines:
        return members, tuple(small.tolist())
    slopes, offsets = np.array([(line.slope, line.offset) for line in lines]).T
    reach = 2 * text_height_px
    lefts = np.array([components.boxes[group, 1].min() for group in members]) - reach
    rights = np.array([components.boxes[group, 3].max() for group in members]) + reach
    strays = []
    for index, row, col in zip(small.tolist(), *_centres(components, small), strict=True):
        distances = np.where((lefts <= col) & (col <= rights), np.abs(offsets + slopes * col - row), np.inf)
        nearest = int(distances.argmin())
        if distances[nearest] <= settings.band_letters * text_height_px:
            members[nearest].append(index)
        else:
            strays.append(index)
    return members, tuple(strays)
