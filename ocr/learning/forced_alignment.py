"""Forced alignment: which candidate glyph of a line is which character of its known text.

The path through the lattice on which the known characters are most probable is found by dynamic programming
over the segments and the places in the text [1]_. Where two letters have no cut between them, one candidate
stands for both; it is on the path, but is neither a character nor a wrong cut.

References
----------
.. [1] LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE
       86(11), 1998, sec. V: the constrained Viterbi path of a graph transformer network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from ocr.array_types import Float64, Int64
    from ocr.recognition.segments import LineLattice

# A character that a candidate looks nothing like costs no more than the first; two characters that no cut
# separates cost the second.
_LEAST_LOG, _PAIR_LOG = -9.0, -7.0
# What a character that the classifier does not know costs, whatever the candidate looks like.
_UNKNOWN_LOG = -4.0
# How much it counts that a candidate looks like no character, and the highest probability of that.
_REJECT_WEIGHT, _MOST_REJECT = 1.0, 0.98


class AlignedGlyph(NamedTuple):
    """A candidate on the path, and the places first .. last - 1 of the text that it is: one or two."""

    candidate: int
    first: int
    last: int


class Alignment(NamedTuple):
    """The glyphs of a text, left to right, and the mean log-probability of a character."""

    glyphs: tuple[AlignedGlyph, ...]
    score: float


def align(lattice: LineLattice, columns: Int64, reject: Float64) -> Alignment | None:
    """Find the glyphs of a text in the lattice of its line.

    Parameters
    ----------
    lattice : LineLattice
        With log-probabilities.
    columns : (T,) int64 array
        Class of each character of the text, without spaces, or -1 if it has none; T at least 1.
    reject : (N,) float64 array
        Probability that each candidate is no character.

    Returns
    -------
    Alignment or None
        None if no path has as many characters.
    """
    nodes, length = len(lattice.segments) + 1, len(columns)
    scores = _scores(lattice, columns, reject)
    joined, separate = (-np.logaddexp(0, sign * lattice.join_logits) for sign in (-1, 1))
    best = np.full((nodes, length + 1), -np.inf)
    best[0, 0] = 0.0
    # The candidate that led here, and how many characters it stands for.
    back = np.zeros((nodes, length + 1, 2), np.int64)
    for number in sorted(range(len(lattice.candidates)), key=lambda one: lattice.candidates[one].stop):
        start, stop = lattice.candidates[number].start, lattice.candidates[number].stop
        cuts = joined[start : stop - 1].sum() + separate[max(start - 1, 0) : start].sum()
        for count, step in ((1, scores[number] + cuts), (2, np.full(length - 1, _PAIR_LOG + cuts))):
            reached = best[start, : length + 1 - count] + step
            better = reached > best[stop, count:]
            best[stop, count:][better] = reached[better]
            back[stop, count:][better] = number, count
    if not np.isfinite(best[-1, -1]):
        return None
    return Alignment(_path(lattice, back), float(best[-1, -1]) / length)


def _scores(lattice: LineLattice, columns: Int64, reject: Float64) -> Float64:
    """Return how well each candidate fits each character of the text (N, T)."""
    rejected = _REJECT_WEIGHT * np.log1p(-np.minimum(reject, _MOST_REJECT))
    shapes = np.where(
        columns < 0, _UNKNOWN_LOG, np.maximum(lattice.log_probabilities[:, columns], _LEAST_LOG)
    )
    return np.asarray(shapes + rejected[:, None])


def _path(lattice: LineLattice, back: Int64) -> tuple[AlignedGlyph, ...]:
    """Follow the path back from the end of the line and of the text."""
    node, place = back.shape[0] - 1, back.shape[1] - 1
    glyphs = []
    while place:
        number, count = (int(value) for value in back[node, place])
        glyphs.append(AlignedGlyph(number, place - count, place))
        node, place = lattice.candidates[number].start, place - count
    return tuple(glyphs[::-1])
