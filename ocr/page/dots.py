"""Tell the dots of dotted paper from full stops and the dots of i: they lie on a lattice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.page.components import Components

    Float64 = NDArray[np.float64]
    Mask = NDArray[np.bool_]


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
    components: Components, *, letter_px: float, settings: DotSettings | None = None
) -> NDArray[np.bool_]:
    """Decide for each component whether it is a dot of dotted paper.

    The distance from a dot to the next is the step of the lattice, and its direction, but for quarter turns,
    that of the lattice.

    Parameters
    ----------
    components : Components
    letter_px : float
        Letter height.
    settings : DotSettings, optional

    Returns
    -------
    (n,) bool array
    """
    settings = settings or DotSettings()
    longer = np.maximum(components.heights, components.widths)
    small = np.flatnonzero(longer < settings.largest_letters * letter_px)
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
