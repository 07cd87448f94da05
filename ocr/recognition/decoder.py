"""Search cuts, characters and spaces at once: the best path by shape, place and language.

The lattice of a line has a node before each segment and after the last. An edge is a candidate glyph: it
leads from its first segment to behind its last and may be read as several characters. Between two segments
there may be a space. The search goes left to right with a beam [1]_; a state is what the language model needs
to know (three symbols and the hash of the word so far) and how well it did.

References
----------
.. [1] Bunke, Wang (eds.), "Handbook of character recognition and document image analysis", ch. 3, 6
       (1997).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.symbols import HASH_MULTIPLIER, SPACE, SYMBOL_COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float64, Int64
    from ocr.language.ngram import Language
    from ocr.recognition.labels import LabelGroups


@dataclass(frozen=True, slots=True)
class DecoderSettings:
    """Weights of the search.

    Attributes
    ----------
    language_weight : float
        How much the language counts against shape and place. Shapes are seen one by one and are surer of
        themselves than they should be together, but codes and names must survive.
    word_share : float
        Probability that a word of running text is in the word list.
    code_share : float
        Probability that a word is a code, in which every letter and digit is as likely as any other.
    readings : int
        Characters tried for each candidate glyph.
    beam : int
        States kept at each place.
    """

    language_weight: float = 0.6
    word_share: float = 0.7
    code_share: float = 0.003
    readings: int = 10
    beam: int = 64


class Edge(NamedTuple):
    """A candidate glyph as the search sees it: its segments, what it may be and how likely that is."""

    start: int
    stop: int
    readings: Int64
    scores: Float64


class Step(NamedTuple):
    """One character of the best path: which candidate, read as what, and whether a space comes before it."""

    candidate: int
    reading: int
    space_before: bool


class Path(NamedTuple):
    """The best path through a line: its steps left to right, and its score.

    The score is the log-probability of its shapes, places, cuts and spaces and, weighted, how much likelier
    the language finds it than usual text.
    """

    steps: list[Step]
    score: float


_FIELDS = ("score", "context", "hash", "word_log", "code_log", "back", "spaced")


@dataclass(slots=True)
class _States:
    """States of the beam at one node; arrays of one length. ``spaced`` is 1 after a space."""

    score: Float64
    context: Int64
    hash: NDArray[np.uint64]
    word_log: Float64
    code_log: Float64
    back: Int64
    spaced: Int64

    def chosen(self, rows: Int64) -> _States:
        return _States(*(getattr(self, name)[rows] for name in _FIELDS))


# The language is measured against what a symbol of running text costs on average: else each character would
# cost, and a path of fewer, wider glyphs would win by being short.
_USUAL_COST = 2.2
# A code is about seven characters long.
_CODE_END = -2.0
START_CONTEXT = (SPACE * SYMBOL_COUNT + SPACE) * SYMBOL_COUNT + SPACE
"""Row of the language's table at the start of a word."""


class _Trace:
    """Where each state came from: (previous state, candidate, reading, space before)."""

    def __init__(self) -> None:
        self.steps: list[Int64] = [np.array([[-1, -1, -1, 0]])]
        self.count = 1

    def add(self, previous: Int64, candidates: Int64, readings: Int64, spaced: Int64) -> Int64:
        self.steps.append(np.column_stack([previous, candidates, readings, spaced]))
        numbers = np.arange(self.count, self.count + previous.size)
        self.count += previous.size
        return numbers

    def path(self, last: int) -> list[Step]:
        rows = np.concatenate(self.steps)
        steps = []
        while last > 0:
            previous, candidate, reading, spaced = (int(value) for value in rows[last])
            steps.append(Step(candidate, reading, bool(spaced)))
            last = previous
        return steps[::-1]


def decode(
    edges: Sequence[Edge],
    space_logits: Float64,
    *,
    readings: LabelGroups,
    language: Language,
    settings: DecoderSettings | None = None,
) -> Path:
    """Find the best path through the lattice of a line.

    Parameters
    ----------
    edges : sequence of Edge
        Candidate glyphs; together they must lead from segment 0 to the last.
    space_logits : (n - 1,) float array
        Log-odds that there is a space between two of the n segments; -inf inside a piece of ink.
    readings : LabelGroups
    language : Language
    settings : DecoderSettings, optional

    Returns
    -------
    Path
    """
    settings = settings or DecoderSettings()
    search = _Search(edges, readings, language, settings)
    length = len(space_logits) + 1
    arriving: dict[int, list[int]] = {}
    for number, edge in enumerate(edges):
        arriving.setdefault(edge.stop, []).append(number)
    departures = {0: search.start()}
    for place in range(1, length + 1):
        taken = [number for number in arriving.get(place, []) if edges[number].start in departures]
        if not taken:
            continue
        states = search.extended([departures[edges[number].start] for number in taken], taken)
        if place < length:
            departures[place] = search.with_spaces(states, float(space_logits[place - 1]))
    final = search.closed(states)
    best = int(final.score.argmax())
    return Path(search.trace.path(int(final.back[best])), float(final.score[best]))


def _padded(edges: Sequence[Edge]) -> tuple[Int64, Float64]:
    """Stack readings and scores (E, R) of all edges; what one has fewer of than others is impossible."""
    most = max(edge.readings.size for edge in edges)
    read, scores = np.zeros((len(edges), most), dtype=np.int64), np.full((len(edges), most), -np.inf)
    for number, edge in enumerate(edges):
        read[number, : edge.readings.size] = edge.readings
        scores[number, : edge.readings.size] = edge.scores
    return read, scores


def _joined(parts: Sequence[_States]) -> _States:
    return _States(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))


class _Search:
    """The steps of the search, with what they share."""

    def __init__(
        self, edges: Sequence[Edge], readings: LabelGroups, language: Language, settings: DecoderSettings
    ) -> None:
        self.language, self.settings = language, settings
        self.trace = _Trace()
        self.read, self.scores = _padded(edges)
        self.symbols = readings.symbols[self.read]
        self.log_shares, self.code_logs = readings.log_shares[self.read], readings.code_logs[self.read]

    def start(self) -> _States:
        return _States(
            np.zeros(1),
            np.array([START_CONTEXT]),
            np.zeros(1, dtype=np.uint64),
            np.zeros(1),
            np.zeros(1),
            np.zeros(1, dtype=np.int64),
            np.zeros(1, dtype=np.int64),
        )

    def extended(self, departures: Sequence[_States], edges: Sequence[int]) -> _States:
        """Follow edges with every reading, each from the states where it departs; keep the best states."""
        states = _joined(departures)
        edge = np.repeat(edges, [part.score.size for part in departures])
        logs = self.language.ngram[states.context[:, None], self.symbols[edge]] + self.log_shares[edge]
        word_log = states.word_log[:, None] + logs
        code_log = states.code_log[:, None] + self.code_logs[edge]
        before = self.word_or_code(states.word_log, states.code_log)
        worth = self.word_or_code(word_log, code_log) - before[:, None]
        gain = self.scores[edge] + self.settings.language_weight * (worth + _USUAL_COST)
        score = (states.score[:, None] + gain).ravel()
        best = np.argsort(-score, kind="stable")[: 4 * self.settings.beam]
        row, column = np.divmod(best[score[best] > -np.inf], self.scores.shape[1])
        symbols = self.symbols[edge[row], column]
        context = states.context[row] % SYMBOL_COUNT**2 * SYMBOL_COUNT + symbols
        grown = (states.hash[row] + (symbols + 1).astype(np.uint64)) * np.uint64(HASH_MULTIPLIER)
        kept = self.first_of_each(grown, context)
        row, column = row[kept], column[kept]
        return _States(
            score[row * self.scores.shape[1] + column],
            context[kept],
            grown[kept],
            word_log[row, column],
            code_log[row, column],
            self.trace.add(states.back[row], edge[row], self.read[edge[row], column], states.spaced[row]),
            np.zeros(row.size, dtype=np.int64),
        )

    def first_of_each(self, grown: NDArray[np.uint64], context: Int64) -> Int64:
        """Choose the best states, one for each word so far; they come best first."""
        keys = grown ^ (context.astype(np.uint64) << np.uint64(48))
        _, first = np.unique(keys, return_index=True)
        return np.sort(first)[: self.settings.beam]

    def closed(self, states: _States) -> _States:
        """End the word: a space is expected, and a word of the list is likelier than its spelling says."""
        ending = self.language.ngram[states.context, SPACE]
        spelt = states.word_log + ending
        listed = self.language.word_log_probability(states.hash)
        share = self.settings.word_share
        word = np.logaddexp(np.log(1 - share) + spelt, np.log(share) + listed)
        ended = self.word_or_code(word, states.code_log + _CODE_END)
        worth = ended - self.word_or_code(states.word_log, states.code_log)
        score = states.score + self.settings.language_weight * (worth + _USUAL_COST)
        start = np.full(states.score.size, START_CONTEXT)
        nothing = np.zeros_like(score)
        return _States(
            score,
            start,
            np.zeros_like(states.hash),
            nothing,
            nothing,
            states.back,
            np.zeros_like(states.back),
        )

    def word_or_code(self, word_log: Float64, code_log: Float64) -> Float64:
        """Log-probability of what was written so far: the beginning of a word or of a code."""
        share = self.settings.code_share
        return np.asarray(np.logaddexp(np.log(1 - share) + word_log, np.log(share) + code_log))

    def with_spaces(self, states: _States, logit: float) -> _States:
        """Go on without and with a space."""
        if logit == -np.inf:
            return states
        spaced = self.closed(states)
        spaced.score -= np.logaddexp(0, -logit)
        spaced.spaced[:] = 1
        states.score -= np.logaddexp(0, logit)
        both = _joined([states, spaced])
        return both.chosen(np.argsort(-both.score, kind="stable")[: self.settings.beam])
