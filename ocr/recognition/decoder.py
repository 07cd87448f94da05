"""Search cuts, characters and spaces at once: the best path by shape, metrics and language.

The lattice of a line has a node before each segment and after the last. An edge is a candidate glyph: it
leads from its first segment to behind its last and has several possible labels. Between two segments there
may be a space. The search goes left to right with a beam [1]_; a state is what the language model needs to
know (three symbols and the hash of the word so far) and its score.

References
----------
.. [1] Bunke, Wang (eds.), "Handbook of character recognition and document image analysis", ch. 3, 6
       (1997).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.symbols import HASH_MULTIPLIER, SPACE, SYMBOL_COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float64, Int64
    from ocr.language.ngram import Language
    from ocr.page.glyphs import Glyph
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.segments import LineLattice


LANGUAGE_WEIGHT = 0.6
"""How much the language counts against shape and metrics.

Shapes are classified one by one, and all together their probabilities are too extreme; but codes and names
must survive.
"""

WORD_SHARE = 0.7
"""Probability that a word of running text is in the word list."""

USUAL_COST = 2.2
"""Average cost of a symbol of running text, against which the language is measured.

Otherwise each character would cost, and a path of fewer, wider glyphs would win by being short.
"""

# Probability that a word is a code, in which every letter and digit is as likely as any other.
_CODE_SHARE = 0.003
# Labels tried for each candidate glyph, and states kept at each node.
_LABELS, _BEAM = 10, 64
# How much it counts against a candidate that it looks like no character, such as two letters at once, beside
# what this leaves to each character; and the highest probability of that.
_REJECT_WEIGHT, _MOST_REJECT = 2.0, 0.98
# A code is about seven characters long.
_CODE_END = -2.0

START_CONTEXT = (SPACE * SYMBOL_COUNT + SPACE) * SYMBOL_COUNT + SPACE
"""Row of the language's table at the start of a word."""


class Edge(NamedTuple):
    """A candidate glyph in the search: its first segment, the one behind it, its labels and their scores."""

    start: int
    stop: int
    labels: Int64
    scores: Float64


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
    """

    lattice: LineLattice
    steps: tuple[Step, ...]
    score: float

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The glyph of each character."""
        return tuple(self.lattice.candidates[step.candidate].glyph for step in self.steps)


def edges_of(lattice: LineLattice, labels: LabelGroups) -> list[Edge]:
    """Return an edge for each candidate; its scores have the cuts in it and the cut before it."""
    best, scores = labels.best(lattice.log_probabilities, _LABELS)
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
        )
        for number, candidate in enumerate(lattice.candidates)
    ]


def decode(edges: Sequence[Edge], space_logits: Float64, *, labels: LabelGroups, language: Language) -> Path:
    """Find the best path through the lattice of a line.

    Parameters
    ----------
    edges : sequence of Edge
        Candidate glyphs; together they must lead from segment 0 to the last.
    space_logits : (n - 1,) float array
        Log-odds that there is a space between two of the n segments; -inf inside a piece of ink.
    labels : LabelGroups
    language : Language

    Returns
    -------
    Path
    """
    search = _Search(edges, labels, language)
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

    ``language`` is the part of the score that comes from the language, ``context`` is the row of the
    language's table, ``hash`` that of the word so far, ``word_log`` and ``code_log`` its log-probability as
    a word and as a code, ``back`` its number in the trace, and ``spaced`` is 1 after a space.
    """

    score: Float64
    language: Float64
    context: Int64
    hash: NDArray[np.uint64]
    word_log: Float64
    code_log: Float64
    back: Int64
    spaced: Int64

    def chosen(self, rows: Int64) -> _States:
        return _States(*(getattr(self, name)[rows] for name in _ARRAYS))


_ARRAYS = tuple(one.name for one in fields(_States))


def _start() -> _States:
    """Return the one state before the first segment."""
    nothing, zero = np.zeros(1), np.zeros(1, dtype=np.int64)
    context, empty = np.array([START_CONTEXT]), np.zeros(1, np.uint64)
    return _States(nothing, nothing, context, empty, nothing, nothing, zero, zero)


def _concatenated(parts: Sequence[_States]) -> _States:
    return _States(*(np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS))


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


def _padded(edges: Sequence[Edge]) -> tuple[Int64, Float64]:
    """Stack labels and scores (E, R) of all edges; those of edges with fewer labels are padded by -inf."""
    most = max(edge.labels.size for edge in edges)
    labels, scores = np.zeros((len(edges), most), dtype=np.int64), np.full((len(edges), most), -np.inf)
    for number, edge in enumerate(edges):
        labels[number, : edge.labels.size] = edge.labels
        scores[number, : edge.labels.size] = edge.scores
    return labels, scores


class _Search:
    """The steps of the search, with what they share."""

    def __init__(self, edges: Sequence[Edge], labels: LabelGroups, language: Language) -> None:
        self.language = language
        self.trace = _Trace()
        self.labels, self.scores = _padded(edges)
        self.symbols = labels.symbols[self.labels]
        self.log_shares, self.code_logs = labels.log_shares[self.labels], labels.code_logs[self.labels]

    def extended(self, departures: Sequence[_States], edges: Sequence[int]) -> _States:
        """Follow edges with every label, each from the states where it departs; keep the best states."""
        states = _concatenated(departures)
        edge = np.repeat(edges, [part.score.size for part in departures])
        logs = self.language.ngram[states.context[:, None], self.symbols[edge]] + self.log_shares[edge]
        word_log = states.word_log[:, None] + logs
        code_log = states.code_log[:, None] + self.code_logs[edge]
        before = _word_or_code(states.word_log, states.code_log)
        gained = _word_or_code(word_log, code_log) - before[:, None]
        language = LANGUAGE_WEIGHT * (gained + USUAL_COST)
        score = (states.score[:, None] + (self.scores[edge] + language)).ravel()
        best = np.argsort(-score, kind="stable")[: 4 * _BEAM]
        row, column = np.divmod(best[score[best] > -np.inf], self.scores.shape[1])
        symbols = self.symbols[edge[row], column]
        context = states.context[row] % SYMBOL_COUNT**2 * SYMBOL_COUNT + symbols
        grown = (states.hash[row] + (symbols + 1).astype(np.uint64)) * np.uint64(HASH_MULTIPLIER)
        kept = _first_of_each(grown, context)
        row, column = row[kept], column[kept]
        return _States(
            score[row * self.scores.shape[1] + column],
            states.language[row] + language[row, column],
            context[kept],
            grown[kept],
            word_log[row, column],
            code_log[row, column],
            self.trace.add(states.back[row], edge[row], self.labels[edge[row], column], states.spaced[row]),
            np.zeros(row.size, dtype=np.int64),
        )

    def with_word_ended(self, states: _States) -> _States:
        """End the word: a space follows, and a word of the list is likelier than its spelling."""
        spelled = states.word_log + self.language.ngram[states.context, SPACE]
        listed = self.language.word_log_probability(states.hash)
        word = np.logaddexp(np.log(1 - WORD_SHARE) + spelled, np.log(WORD_SHARE) + listed)
        ended = _word_or_code(word, states.code_log + _CODE_END)
        gained = ended - _word_or_code(states.word_log, states.code_log)
        language = LANGUAGE_WEIGHT * (gained + USUAL_COST)
        nothing = np.zeros_like(language)
        return _States(
            states.score + language,
            states.language + language,
            np.full(states.score.size, START_CONTEXT),
            np.zeros_like(states.hash),
            nothing,
            nothing,
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


def _word_or_code(word_log: Float64, code_log: Float64) -> Float64:
    """Return the log-probability of what was written so far: the beginning of a word or of a code."""
    return np.asarray(np.logaddexp(np.log(1 - _CODE_SHARE) + word_log, np.log(_CODE_SHARE) + code_log))


def _first_of_each(grown: NDArray[np.uint64], context: Int64) -> Int64:
    """Return the rows of the best states, one for each word so far; they come best first."""
    keys = grown ^ (context.astype(np.uint64) << np.uint64(48))
    _, first = np.unique(keys, return_index=True)
    return np.sort(first)[:_BEAM]
