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

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.word_model import USUAL_COST, WordStates, concatenated, log_mixture
from ocr.numeric import best_of_groups, ranks_in_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.language.word_model import WordModel
    from ocr.page.writing.glyphs import Glyph
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
# Lines are searched side by side up to this number: their states take 30 MB.
_MOST_LINES = 64
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
        The line network read the line, or parts of it; its lattice has one way through, cut there where that
        network says one character ends.
    is_list : bool
        It is a list of single characters, such as an alphabet, and no text.
    """

    lattice: LineLattice
    steps: tuple[Step, ...]
    score: float
    without_cuts: bool = False
    is_list: bool = False

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The glyph of each character."""
        return tuple(self.lattice.candidates[step.candidate].glyph for step in self.steps)

    @property
    def is_cut_before(self) -> Mask:
        """Whether each character but the first (n - 1,) is cut from the one before it, through ink."""
        nodes = [self.lattice.candidates[step.candidate].start - 1 for step in self.steps[1:]]
        return np.asarray(self.lattice.is_cut[nodes], dtype=bool)

    @property
    def is_cut_in_words(self) -> Mask:
        """Whether each character is cut from the one before it, without those after a space."""
        in_words = np.array([not step.space_before for step in self.steps[1:]], dtype=bool)
        return np.asarray(self.is_cut_before[in_words])


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


class LineSearch(NamedTuple):
    """What is searched on a line.

    ``edges`` are its candidate glyphs, which together lead from segment 0 to the last. ``space_logits``
    (n - 1,) are the log-odds that there is a space between two of its n segments, -inf inside a piece of ink.
    """

    edges: Sequence[Edge]
    space_logits: Float64


def decode(lines: Sequence[LineSearch], words: WordModel, *, weight: float = LANGUAGE_WEIGHT) -> list[Path]:
    """Find the best path through the lattice of each line.

    Parameters
    ----------
    lines : sequence of LineSearch
        They are searched side by side, since a step of few states costs about as much as one of many.
    words : WordModel
        Of the labels of the edges.
    weight : float
        Of the language.

    Returns
    -------
    list of Path
        One for each line.
    """
    return [
        path
        for start in range(0, len(lines), _MOST_LINES)
        for path in _Search(lines[start : start + _MOST_LINES], words, weight).run()
    ]


@dataclass(slots=True)
class _States:
    """States of the beam, as arrays of one length, those of a line one behind the other, the best one first.

    ``language`` is the part of the score that is the language's, ``words`` are the words so far, ``back`` is
    the number of each state in the trace, and ``spaced`` is 1 after a space.
    """

    line: Int64
    score: Float64
    language: Float64
    words: WordStates
    back: Int64
    spaced: Int64

    def chosen(self, rows: Int64) -> _States:
        return _States(
            self.line[rows],
            self.score[rows],
            self.language[rows],
            self.words.chosen(rows),
            self.back[rows],
            self.spaced[rows],
        )


def _concatenated(parts: Sequence[_States]) -> _States:
    return _States(
        np.concatenate([part.line for part in parts]),
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.language for part in parts]),
        concatenated([part.words for part in parts]),
        np.concatenate([part.back for part in parts]),
        np.concatenate([part.spaced for part in parts]),
    )


class _Trace:
    """Where each state came from: (previous state, edge, label, space before).

    The first ``count`` states are the starts of lines.
    """

    def __init__(self, count: int) -> None:
        self.steps: list[Int64] = [np.full((count, 4), -1)]
        self.count = count

    def add(self, previous: Int64, edges: Int64, labels: Int64, spaced: Int64) -> Int64:
        """Return the numbers of new states."""
        self.steps.append(np.column_stack([previous, edges, labels, spaced]))
        numbers = np.arange(self.count, self.count + previous.size)
        self.count += previous.size
        return numbers

    def rows_to(self, lasts: Int64) -> list[list[list[int]]]:
        """Return the rows that lead to each of some states, without the start."""
        rows = np.concatenate(self.steps)
        paths = []
        for last in lasts:
            path, row = [], rows[last].tolist()
            while row[0] >= 0:
                path.append(row)
                row = rows[row[0]].tolist()
            paths.append(path[::-1])
        return paths


class _Edges:
    """The edges of all lines, one behind the other, and the labels that are tried for each.

    The labels lie one behind the other as well: those of an edge are ``counts`` ones from ``starts`` on.
    ``arriving`` has the edges that lead to each node, and ``span`` is the length of the longest edge.
    """

    def __init__(self, lines: Sequence[LineSearch]) -> None:
        edges = [edge for line in lines for edge in line.edges]
        likely = [edge.scores > edge.scores.max() - _REACH for edge in edges]
        pairs = list(zip(edges, likely, strict=True))
        self.labels = np.concatenate([edge.labels[kept] for edge, kept in pairs])
        self.scores = np.concatenate([edge.scores[kept] for edge, kept in pairs])
        self.case_logs = np.concatenate([edge.case_logs[:, kept] for edge, kept in pairs], axis=1)
        self.counts = np.array([kept.sum() for kept in likely])
        self.starts = np.cumsum(self.counts) - self.counts
        sizes = [len(line.edges) for line in lines]
        self.line = np.repeat(np.arange(len(lines)), sizes)
        self.first_of_line = np.cumsum(sizes) - sizes
        self.sources = np.array([edge.start for edge in edges])
        stops = np.array([edge.stop for edge in edges])
        self.span = int((stops - self.sources).max())
        order = np.argsort(stops, kind="stable")
        self.arriving = np.split(order, np.searchsorted(stops[order], np.arange(1, stops.max() + 1)))


class _Search:
    """The steps of the search through some lines, with what they share.

    A step goes to one node of every line. The states that were kept at the last nodes, as many as the longest
    edge is long, are in ``departures``, and how many each line has there in ``departing``.
    """

    def __init__(self, lines: Sequence[LineSearch], words: WordModel, weight: float) -> None:
        self.words, self.weight = words, weight
        self.edges = _Edges(lines)
        self.lengths = np.array([line.space_logits.size + 1 for line in lines])
        self.space_logits = np.full((int(self.lengths.max()), len(lines)), -np.inf)
        for line, one in enumerate(lines):
            self.space_logits[: one.space_logits.size, line] = one.space_logits
        nothing, zero, own = np.zeros(len(lines)), np.zeros(len(lines), np.int64), np.arange(len(lines))
        start = _States(own, nothing, nothing, words.start(zero), own, zero)
        self.departures = deque([start], maxlen=self.edges.span)
        self.departing = deque([np.ones_like(own)], maxlen=self.edges.span)
        self.trace = _Trace(len(lines))

    def run(self) -> list[Path]:
        paths: dict[int, Path] = {}
        for node in range(1, int(self.lengths.max()) + 1):
            states = self._extended(node)
            is_final = self.lengths[states.line] == node
            if is_final.any():
                paths |= self._paths(states.chosen(np.flatnonzero(is_final)))
                states = states.chosen(np.flatnonzero(~is_final))
            states = self._with_spaces(states, self.space_logits[node - 1])
            self.departures.append(states)
            self.departing.append(np.bincount(states.line, minlength=len(self.lengths)))
        return [paths[line] for line in range(len(self.lengths))]

    def _extended(self, node: int) -> _States:
        """Follow the edges to a node with every label, from the states where they depart; keep the best."""
        edges = self.edges
        states, edge = self._departures_to(node)
        # A way is a state and a label.
        counts = edges.counts[edge]
        state = np.repeat(np.arange(edge.size), counts)
        way = np.arange(state.size) + np.repeat(edges.starts[edge] - np.cumsum(counts) + counts, counts)
        words = states.words.chosen(state)
        kind_logs = self.words.kind_logs(words, edges.labels[way], edges.case_logs[:, way])
        before = log_mixture(states.words.kind_logs, states.words.previous)
        gained = log_mixture(kind_logs, words.previous) - before[state]
        language = self.weight * (gained + USUAL_COST)
        score = states.score[state] + (edges.scores[way] + language)
        best = best_of_groups(states.line[state], score, 4 * _BEAM)
        labels = edges.labels[way[best]]
        words = self.words.continued(words.chosen(best), labels, kind_logs[:, best])
        line = states.line[state[best]]
        kept = _first_of_each(line, words)
        best, state = best[kept], state[best[kept]]
        return _States(
            line[kept],
            score[best],
            states.language[state] + language[best],
            words.chosen(kept),
            self.trace.add(states.back[state], edge[state], labels[kept], states.spaced[state]),
            np.zeros(best.size, dtype=np.int64),
        )

    def _departures_to(self, node: int) -> tuple[_States, Int64]:
        """Return the states (S,) from which edges lead to a node, line by line, and the edge of each."""
        edges, first = self.edges.arriving[node], node - len(self.departures)
        departing = np.array(self.departing)
        ends = departing.ravel().cumsum().reshape(departing.shape)
        places = self.edges.sources[edges] - first, self.edges.line[edges]
        counts, stops = departing[places], ends[places]
        rows = np.repeat(stops - counts.cumsum(), counts) + np.arange(counts.sum())
        return _concatenated(self.departures).chosen(rows), np.repeat(edges, counts)

    def _with_word_ended(self, states: _States) -> _States:
        """End the word: a space follows, and a word of the list is likelier than its spelling."""
        ended = self.words.ended_kind_logs(states.words)
        previous = states.words.previous
        gained = log_mixture(ended, previous) - log_mixture(states.words.kind_logs, previous)
        language = self.weight * (gained + USUAL_COST)
        return _States(
            states.line,
            states.score + language,
            states.language + language,
            self.words.after_words(states.words, ended),
            states.back,
            np.ones_like(states.back),
        )

    def _with_spaces(self, states: _States, logits: Float64) -> _States:
        """Continue each state without and, where it is possible, with a space: ``logits`` of each line."""
        own = logits[states.line]
        may_end = np.flatnonzero(own > -np.inf)
        if not may_end.size:
            return states
        spaced = self._with_word_ended(states.chosen(may_end))
        spaced.score -= np.logaddexp(0, -own[may_end])
        states.score -= np.logaddexp(0, own)
        both = _concatenated([states, spaced])
        return both.chosen(best_of_groups(both.line, both.score, _BEAM))

    def _paths(self, states: _States) -> dict[int, Path]:
        """Return the best path of each line whose last states these are."""
        final = self._with_word_ended(states)
        final = final.chosen(best_of_groups(final.line, final.score, 1))
        return {
            line: Path(self._steps(rows, line), score, language)
            for line, score, language, rows in zip(
                final.line.tolist(),
                final.score.tolist(),
                final.language.tolist(),
                self.trace.rows_to(final.back),
                strict=True,
            )
        }

    def _steps(self, rows: list[list[int]], line: int) -> tuple[Step, ...]:
        first = int(self.edges.first_of_line[line])
        return tuple(Step(edge - first, label, bool(spaced)) for _, edge, label, spaced in rows)


def _first_of_each(line: Int64, words: WordStates) -> Int64:
    """Return the rows of the best states of each line, one for each word so far; they come best first."""
    keys = words.keys()
    order = np.lexsort((keys, line))
    is_first = np.ones(order.size, dtype=bool)
    is_first[1:] = (np.diff(keys[order]) != 0) | (np.diff(line[order]) != 0)
    rows = np.sort(order[is_first])
    return rows[ranks_in_groups(line[rows]) < _BEAM]
