"""Find the most probable texts of lines by what the line network says and by the language: a beam search.

A state is a beginning of a text, with the probability that the frames so far say it and end in a blank, and
that they end in its last character [1]_. Each frame leaves it as it is or adds a character. What the language
thinks of the text is added when a character is. All lines of a page go through their frames together.

References
----------
.. [1] Hannun, Maas, Jurafsky, Ng, "First-pass large vocabulary continuous speech recognition using
       bi-directional recurrent DNNs", arXiv:1408.2873 (2014).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.symbols import HASH_MULTIPLIER
from ocr.language.word_model import USUAL_COST, WordStates, concatenated, log_mixture
from ocr.numeric import best_of_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float64, Int64
    from ocr.language.word_model import WordModel

# States kept for each line, characters tried in each frame, none of which has a log-probability below this,
# and no state that is this much worse than the best of its line.
_BEAM, _LABELS, _LEAST_LOG, _REACH = 16, 6, -8.0, 14.0
_NEVER = -1e30


class LineScores(NamedTuple):
    """What the network says of one line, by labels.

    Attributes
    ----------
    logs : (T, R + 2) float64 array
        Log-probability that a frame says nothing (column 0), each of R labels, and a space (the last column).
    case_logs : (2, T, R) float64 array
        Logarithm of how much of each label a capital and a small letter have.
    """

    logs: Float64
    case_logs: Float64


class FoundText(NamedTuple):
    """A text: its words as labels, and its score by network and language."""

    words: tuple[tuple[int, ...], ...]
    score: float


@dataclass(slots=True)
class _States:
    """Beginnings of texts, as arrays of one length, sorted by ``line``; ``last`` is -1 at the start."""

    words: WordStates
    line: Int64
    key: NDArray[np.uint64]
    last: Int64
    blank: Float64
    full: Float64
    language: Float64
    back: Int64

    def chosen(self, rows: Int64) -> _States:
        return _States(self.words.chosen(rows), *(getattr(self, name)[rows] for name in _ARRAYS))

    @property
    def total(self) -> Float64:
        return np.logaddexp(self.blank, self.full)


_ARRAYS = tuple(one.name for one in fields(_States) if one.name != "words")


def search(lines: Sequence[LineScores], model: WordModel, *, weight: float) -> list[FoundText]:
    """Find the best text of each line.

    Parameters
    ----------
    lines : sequence of LineScores
    model : WordModel
        Of the labels.
    weight : float
        Of the language.

    Returns
    -------
    list of FoundText
        One for each line.
    """
    return _Search(lines, model, weight).run() if lines else []


class _Search:
    """The steps of the search, with what they share. The label R is the space."""

    def __init__(self, lines: Sequence[LineScores], model: WordModel, weight: float) -> None:
        self.model, self.weight = model, weight
        self.lengths = np.array([len(one.logs) for one in lines])
        longest = int(self.lengths.max())
        self.space = lines[0].logs.shape[1] - 2
        count = len(lines)
        self.blanks = np.full((longest, count), 0.0)
        self.scores = np.full((longest, count, self.space + 1), _NEVER)
        self.case_logs = np.zeros((2, longest, count, self.space + 1))
        for place, one in enumerate(lines):
            length = len(one.logs)
            self.blanks[:length, place] = one.logs[:, 0]
            self.scores[:length, place] = one.logs[:, 1:]
            self.case_logs[:, :length, place, :-1] = one.case_logs
        self.best = np.argpartition(-self.scores, _LABELS, axis=2)[:, :, :_LABELS]
        self.best_scores = np.take_along_axis(self.scores, self.best, axis=2)
        self.trace: list[tuple[Int64, Int64]] = [(np.full(count, -1), np.full(count, -1))]
        self.traced = count
        self.states = _States(
            model.start(np.zeros(count, dtype=np.int64)),
            np.arange(count),
            np.arange(count).astype(np.uint64) * np.uint64(HASH_MULTIPLIER),
            np.full(count, -1),
            np.zeros(count),
            np.full(count, _NEVER),
            np.zeros(count),
            np.arange(count),
        )

    def run(self) -> list[FoundText]:
        for frame in range(len(self.blanks)):
            self._advance(frame)
        return self._finished()

    def _advance(self, frame: int) -> None:
        """Follow one frame of all lines that are not over."""
        states = self.states
        is_open = frame < self.lengths[states.line]
        total = states.total
        # Every state adds a character, or stays.
        place, column = np.nonzero((self.best_scores[frame, states.line] > _LEAST_LOG) & is_open[:, None])
        label = self.best[frame, states.line[place], column]
        gained = self.best_scores[frame, states.line[place], column]
        logs = np.where(label == states.last[place], states.blank[place], total[place]) + gained
        possible = logs > _NEVER / 2
        # No space at the start of a word.
        possible &= (label != self.space) | (states.words.hash[place] != 0)
        kept_blank = total + self._silence(frame, states)
        repeated = self.scores[frame, states.line, states.last]
        kept_full = np.where(states.last >= 0, states.full + repeated, _NEVER)
        # A line that is over stays as it is.
        kept_blank = np.where(is_open, kept_blank, states.blank)
        kept_full = np.where(is_open, kept_full, states.full)
        floor = np.full(len(self.lengths), _NEVER)
        np.maximum.at(floor, states.line, np.logaddexp(kept_blank, kept_full) + states.language)
        possible &= logs + states.language[place] > floor[states.line[place]] - _REACH
        place, label, logs = place[possible], label[possible], logs[possible]
        keys = (states.key[place] + label.astype(np.uint64) + np.uint64(1)) * np.uint64(HASH_MULTIPLIER)
        # What another state says already is added to it.
        order = np.argsort(states.key)
        found = np.searchsorted(states.key[order], keys)
        same = order[np.minimum(found, order.size - 1)]
        is_known = states.key[same] == keys
        kept_full = kept_full.copy()
        np.logaddexp.at(kept_full, same[is_known], logs[is_known])
        states.blank, states.full = kept_blank, kept_full
        is_new = ~is_known
        added = self._extended(frame, place[is_new], label[is_new], logs[is_new], keys[is_new])
        self.states = self._best_of(states, added)

    def _silence(self, frame: int, states: _States) -> Float64:
        """Return the log-probability (S,) that a frame adds nothing: a space before a word is nothing too."""
        blank, space = self.blanks[frame, states.line], self.scores[frame, states.line, self.space]
        return np.asarray(np.where(states.words.hash == 0, np.logaddexp(blank, space), blank))

    def _extended(
        self, frame: int, place: Int64, label: Int64, logs: Float64, keys: NDArray[np.uint64]
    ) -> _States:
        """Return new states: those at ``place`` with a label added."""
        states = self.states
        is_space = label == self.space
        parts = []
        for rows in (np.flatnonzero(~is_space), np.flatnonzero(is_space)):
            before = states.chosen(place[rows])
            if not rows.size:
                continue
            old = log_mixture(before.words.kind_logs, before.words.previous)
            if is_space[rows[0]]:
                ended = self.model.ended_kind_logs(before.words)
                new = log_mixture(ended, before.words.previous)
                words = self.model.after_words(before.words, ended)
            else:
                own = label[rows]
                case_logs = self.case_logs[:, frame, before.line, own]
                kind_logs = self.model.kind_logs(before.words, own, case_logs)
                new = log_mixture(kind_logs, before.words.previous)
                words = self.model.continued(before.words, own, kind_logs)
            parts.append(
                _States(
                    words,
                    before.line,
                    keys[rows],
                    label[rows],
                    np.full(rows.size, _NEVER),
                    logs[rows],
                    before.language + self.weight * (new - old + USUAL_COST),
                    self._traced(before.back, label[rows]),
                )
            )
        return _joined(parts) if parts else states.chosen(np.empty(0, np.int64))

    def _traced(self, back: Int64, label: Int64) -> Int64:
        self.trace.append((back, label))
        self.traced += label.size
        return np.arange(self.traced - label.size, self.traced)

    def _best_of(self, states: _States, added: _States) -> _States:
        """Keep the best states of each line."""
        both = _joined([states, added]) if added.line.size else states
        score = both.total + both.language
        rows = best_of_groups(both.line, score, _BEAM)
        line, own = both.line[rows], score[rows]
        best = own[np.searchsorted(line, line)]
        return both.chosen(rows[own > best - _REACH])

    def _finished(self) -> list[FoundText]:
        """End the last words, and return the best text of each line."""
        states = self.states
        ended = self.model.ended_kind_logs(states.words)
        previous = states.words.previous
        gained = log_mixture(ended, previous) - log_mixture(states.words.kind_logs, previous)
        language = np.where(states.words.hash != 0, self.weight * (gained + USUAL_COST), 0)
        score = states.total + states.language + language
        back, label = (np.concatenate(parts) for parts in zip(*self.trace, strict=True))
        texts = []
        for line in range(len(self.lengths)):
            rows = np.flatnonzero(states.line == line)
            best = rows[int(score[rows].argmax())]
            texts.append(FoundText(self._words(int(states.back[best]), back, label), float(score[best])))
        return texts

    def _words(self, last: int, back: Int64, label: Int64) -> tuple[tuple[int, ...], ...]:
        labels = []
        while label[last] >= 0:
            labels.append(int(label[last]))
            last = int(back[last])
        words: list[list[int]] = [[]]
        for one in reversed(labels):
            if one == self.space:
                words.append([])
            else:
                words[-1].append(one)
        return tuple(tuple(word) for word in words if word)


def _joined(parts: Sequence[_States]) -> _States:
    return _States(
        concatenated([part.words for part in parts]),
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS),
    )
