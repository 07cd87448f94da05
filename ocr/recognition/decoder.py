"""Search cuts, characters and spaces at once: the best path by shape, metrics and language.

The lattice of a line has a node before each segment and after the last. An edge is a candidate glyph: it
leads from its first segment to behind its last and has several possible labels. Between two segments there
may be a space. The search goes left to right with a beam [1]_; a state is what the model of words needs to
know of the word so far, and its score.

References
----------
.. [1] Bunke, Wang (eds.), "Handbook of character recognition and document image analysis", ch. 3, 6
       (1997).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.word_model import USUAL_COST, WordStates, concatenated, log_mixture, start_of_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64
    from ocr.language.word_model import WordModel
    from ocr.page.glyphs import Glyph
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.segments import LineLattice


LANGUAGE_WEIGHT = 0.6
"""How much the language counts against shape and metrics.

Shapes are classified one by one, and all together their probabilities are too extreme; but codes and names
must survive.
"""

# Labels tried for each candidate glyph, but none that is this much less probable than the first, and states
# kept at each node.
_LABELS, _REACH, _BEAM = 10, 12.0, 48
# How much it counts against a candidate that it looks like no character, such as two letters at once, beside
# what this leaves to each character; and the highest probability of that.
_REJECT_WEIGHT, _MOST_REJECT = 2.0, 0.98


class Edge(NamedTuple):
    """A candidate glyph in the search: its first segment, the one behind it, its labels and their scores.

    ``case_logs`` (2, R) is the logarithm of how much of each label a capital and a small letter have.
    """

    start: int
    stop: int
    labels: Int64
    scores: Float64
    case_logs: Float64


class Step(NamedTuple):
    """One character of the best path: its candidate, its label, and whether a space comes before it."""

    candidate: int
    label: int
    space_before: bool


class Path(NamedTuple):
    """The best path through a line: its steps left to right, and its score.

    The score is the log-probability of shapes, metrics, cuts and spaces and, weighted, how much likelier the
    language finds the text than usual text; ``language_score`` is the part of it that comes from the
    language.
    """

    steps: tuple[Step, ...]
    score: float
    language_score: float


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedLine:
    """A line and the path chosen through its lattice.

    Attributes
    ----------
    lattice : LineLattice
        Segments and candidates.
    steps : tuple of Step
        The characters of the path.
    score : float
        About 0 for each character of plain text, -2 in an alphabet, and less for what is not writing.
    without_cuts : bool
        The line network read the line; its lattice has one way through, cut where that network says one
        character ends.
    """

    lattice: LineLattice
    steps: tuple[Step, ...]
    score: float
    without_cuts: bool = False

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The glyph of each character."""
        return tuple(self.lattice.candidates[step.candidate].glyph for step in self.steps)


def edges_of(lattice: LineLattice, labels: LabelGroups) -> list[Edge]:
    """Return an edge for each candidate; its scores have the cuts in it and the cut before it."""
    best, scores = labels.best(lattice.log_probabilities, _LABELS)
    case_logs = np.take_along_axis(labels.case_logs(lattice.log_probabilities), best[None], axis=2)
    reject = labels.reject_probabilities(lattice.shape_log_probabilities)
    reject_scores = _REJECT_WEIGHT * np.log1p(-np.minimum(reject, _MOST_REJECT))
    joined, separate = (-np.logaddexp(0, sign * lattice.join_logits) for sign in (-1, 1))
    return [
        Edge(
            candidate.start,
            candidate.stop,
            best[number],
            scores[number]
            + reject_scores[number]
            + joined[candidate.start : candidate.stop - 1].sum()
            + separate[max(candidate.start - 1, 0) : candidate.start].sum(),
            case_logs[:, number],
        )
        for number, candidate in enumerate(lattice.candidates)
    ]


def decode(
    edges: Sequence[Edge], space_logits: Float64, words: WordModel, *, weight: float = LANGUAGE_WEIGHT
) -> Path:
    """Find the best path through the lattice of a line.

    Parameters
    ----------
    edges : sequence of Edge
        Candidate glyphs; together they must lead from segment 0 to the last.
    space_logits : (n - 1,) float array
        Log-odds that there is a space between two of the n segments; -inf inside a piece of ink.
    words : WordModel
        Of the labels of the edges.
    weight : float
        Of the language.

    Returns
    -------
    Path
    """
    search = _Search(edges, words, weight)
    length = len(space_logits) + 1
    arriving: dict[int, list[int]] = {}
    for number, edge in enumerate(edges):
        arriving.setdefault(edge.stop, []).append(number)
    departures = {0: _start()}
    for node in range(1, length + 1):
        followed = [number for number in arriving.get(node, []) if edges[number].start in departures]
        if not followed:
            continue
        states = search.extended([departures[edges[number].start] for number in followed], followed)
        if node < length:
            departures[node] = search.with_spaces(states, float(space_logits[node - 1]))
    final = search.with_word_ended(states)
    best = int(final.score.argmax())
    return Path(
        search.trace.path(int(final.back[best])), float(final.score[best]), float(final.language[best])
    )


@dataclass(slots=True)
class _States:
    """States of the beam at one node: arrays of one length.

    ``language`` is the part of the score that comes from the language, ``words`` are the words so far,
    ``back`` is the number of each state in the trace, and ``spaced`` is 1 after a space.
    """

    score: Float64
    language: Float64
    words: WordStates
    back: Int64
    spaced: Int64

    def chosen(self, rows: Int64) -> _States:
        return _States(
            self.score[rows],
            self.language[rows],
            self.words.chosen(rows),
            self.back[rows],
            self.spaced[rows],
        )


def _start() -> _States:
    """Return the one state before the first segment."""
    nothing, zero = np.zeros(1), np.zeros(1, dtype=np.int64)
    return _States(nothing, nothing, start_of_line(), zero, zero)


def _concatenated(parts: Sequence[_States]) -> _States:
    return _States(
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.language for part in parts]),
        concatenated([part.words for part in parts]),
        np.concatenate([part.back for part in parts]),
        np.concatenate([part.spaced for part in parts]),
    )


class _Trace:
    """Where each state came from: (previous state, candidate, label, space before)."""

    def __init__(self) -> None:
        self.steps: list[Int64] = [np.array([[-1, -1, -1, 0]])]
        self.count = 1

    def add(self, previous: Int64, candidates: Int64, labels: Int64, spaced: Int64) -> Int64:
        """Return the numbers of new states."""
        self.steps.append(np.column_stack([previous, candidates, labels, spaced]))
        numbers = np.arange(self.count, self.count + previous.size)
        self.count += previous.size
        return numbers

    def path(self, last: int) -> tuple[Step, ...]:
        """Return the steps that lead to a state."""
        rows = np.concatenate(self.steps)
        steps = []
        while last > 0:
            previous, candidate, label, spaced = (int(value) for value in rows[last])
            steps.append(Step(candidate, label, bool(spaced)))
            last = previous
        return tuple(steps[::-1])


class _Search:
    """The steps of the search, with what they share.

    The labels of all edges lie one behind the other: those of an edge are ``counts`` ones from ``starts`` on.
    """

    def __init__(self, edges: Sequence[Edge], words: WordModel, weight: float) -> None:
        self.words, self.weight = words, weight
        self.trace = _Trace()
        likely = [edge.scores > edge.scores.max() - _REACH for edge in edges]
        self.labels = np.concatenate([edge.labels[kept] for edge, kept in zip(edges, likely, strict=True)])
        self.scores = np.concatenate([edge.scores[kept] for edge, kept in zip(edges, likely, strict=True)])
        self.case_logs = np.concatenate(
            [edge.case_logs[:, kept] for edge, kept in zip(edges, likely, strict=True)], axis=1
        )
        self.counts = np.array([kept.sum() for kept in likely])
        self.starts = np.cumsum(self.counts) - self.counts

    def extended(self, departures: Sequence[_States], edges: Sequence[int]) -> _States:
        """Follow edges with every label, each from the states where it departs; keep the best states."""
        states = _concatenated(departures)
        edge = np.repeat(edges, [part.score.size for part in departures])
        # A way is a state and a label.
        counts = self.counts[edge]
        state = np.repeat(np.arange(edge.size), counts)
        way = np.arange(state.size) + np.repeat(self.starts[edge] - np.cumsum(counts) + counts, counts)
        words = states.words.chosen(state)
        kind_logs = self.words.kind_logs(words, self.labels[way], self.case_logs[:, way])
        before = log_mixture(states.words.kind_logs, states.words.previous)
        gained = log_mixture(kind_logs, words.previous) - before[state]
        language = self.weight * (gained + USUAL_COST)
        score = states.score[state] + (self.scores[way] + language)
        best = np.argsort(-score, kind="stable")[: 4 * _BEAM]
        labels = self.labels[way[best]]
        words = self.words.continued(words.chosen(best), labels, kind_logs[:, best])
        kept = _first_of_each(words)
        best, state = best[kept], state[best[kept]]
        return _States(
            score[best],
            states.language[state] + language[best],
            words.chosen(kept),
            self.trace.add(states.back[state], edge[state], labels[kept], states.spaced[state]),
            np.zeros(best.size, dtype=np.int64),
        )

    def with_word_ended(self, states: _States) -> _States:
        """End the word: a space follows, and a word of the list is likelier than its spelling."""
        ended = self.words.ended_kind_logs(states.words)
        previous = states.words.previous
        gained = log_mixture(ended, previous) - log_mixture(states.words.kind_logs, previous)
        language = self.weight * (gained + USUAL_COST)
        return _States(
            states.score + language,
            states.language + language,
            self.words.after_words(states.words, ended),
            states.back,
            np.zeros_like(states.back),
        )

    def with_spaces(self, states: _States, logit: float) -> _States:
        """Continue each state without and with a space."""
        if logit == -np.inf:
            return states
        spaced = self.with_word_ended(states)
        spaced.score -= np.logaddexp(0, -logit)
        spaced.spaced[:] = 1
        states.score -= np.logaddexp(0, logit)
        both = _concatenated([states, spaced])
        return both.chosen(np.argsort(-both.score, kind="stable")[:_BEAM])


def _first_of_each(words: WordStates) -> Int64:
    """Return the rows of the best states, one for each word so far; they come best first."""
    _, first = np.unique(words.keys(), return_index=True)
    return np.sort(first)[:_BEAM]
