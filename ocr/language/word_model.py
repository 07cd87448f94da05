"""How likely a word is, character by character: a mixture of text, words made of digits, and codes.

A word w is of one of four kinds k, and P(w) = sum over k of P(k | kind of the word before) · P(w | k):

text
    parts with marks between and behind them, such as ``Jean-Pierre,``; each is spelled by the character
    model or one of the word list
number
    made of digits, as :mod:`ocr.language.number_grammar` has it; after a number another one is likely
capital code, small code
    letters of one case and digits, all equally likely

Only codes look at case: a glyph that is a small l is not part of a capital code, but a figure 1 is.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ocr.language.character_model import LONGEST, START_CONTEXT
from ocr.language.symbols import (
    CLOSING,
    HASH_MULTIPLIER,
    HYPHEN,
    OTHER,
    SPACE,
    SYMBOL_COUNT,
    log_share_in_symbol,
    symbol_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float64, Int64
    from ocr.language.ngram import Language


TEXT, NUMBER, CAPITAL_CODE, SMALL_CODE = range(4)
_START, _AFTER_NUMBER, _AFTER_TEXT = range(3)

# Probability that a word is made of digits, at the start of a line, after another number and after text.
_NUMBER_SHARES = (0.1, 0.35, 0.05)
# Probability that a word is a code, and of those that its letters are capitals.
_CODE_SHARE, _CAPITAL_SHARE = 0.003, 0.75
# Half of the characters of a code are digits; now and then there is a mark.
CODE_DIGIT, CODE_LETTER, _CODE_MARK = float(np.log(0.05)), float(np.log(0.5 / 26)), float(np.log(0.001))
# A code is about seven characters long.
_CODE_END = -2.0
# A letter of the other case is in a code with this log-probability at least: writers mix them.
_LEAST_CASE_LOG = -4.0
# Probability that a word of running text is in the word list.
_LISTED_SHARE = 0.7
# Probability that a mark follows a word of the list, and that another word follows the mark without a space.
_MARK_SHARES = {CLOSING: 0.15, HYPHEN: 0.01, OTHER: 0.003}
_PART_SHARES = {CLOSING: 0.01, HYPHEN: 0.9, OTHER: 0.2}

USUAL_COST = 2.2
"""Average cost of a symbol of running text, against which the language is measured.

Otherwise each character would cost, and a path of fewer, wider glyphs would win by being short.
"""


def _log_priors() -> Float64:
    """Return the log-probability (4, 3) of each kind of word after each kind."""
    columns = [
        (1 - number - _CODE_SHARE, number, _CODE_SHARE * _CAPITAL_SHARE, _CODE_SHARE * (1 - _CAPITAL_SHARE))
        for number in _NUMBER_SHARES
    ]
    return np.asarray(np.log(columns).T)


_LOG_PRIORS = _log_priors()


@dataclass(slots=True)
class WordStates:
    """Words so far, as arrays of one length N.

    Attributes
    ----------
    context, row : (N,) int arrays
        The last four symbols, and their row of :class:`ocr.language.character_model.CharacterModel`.
    hash, part : (N,) uint64 arrays
        Hash of the symbols so far, and of those since the last mark; 0 without any.
    before_part : (N,) float array
        Log-probability of the text up to the last mark, and that a part follows.
    number : (N,) int array
        State of the number grammar.
    kind_logs : (4, N) float array
        Log-probability of what was written as the beginning of each kind of word.
    previous : (N,) int array
        What kind the word before was.
    """

    context: Int64
    row: Int64
    hash: NDArray[np.uint64]
    part: NDArray[np.uint64]
    before_part: Float64
    number: Int64
    kind_logs: Float64
    previous: Int64

    def chosen(self, rows: Int64) -> WordStates:
        """Return some of the states."""
        return WordStates(*(getattr(self, name)[..., rows] for name in _ARRAYS))

    def keys(self) -> NDArray[np.uint64]:
        """Return a number (N,) for each state; states of one number have the same future."""
        rest = (self.context * 3 + self.previous) * 8192 + self.number
        return self.hash ^ (rest.astype(np.uint64) * np.uint64(HASH_MULTIPLIER))


_ARRAYS = tuple(one.name for one in fields(WordStates))


def concatenated(parts: Sequence[WordStates]) -> WordStates:
    """Put states of several places one behind the other."""
    return WordStates(*(np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in _ARRAYS))


class WordModel:
    """The words of a language, written with the R labels that glyphs may have.

    Parameters
    ----------
    language : Language
    names : sequence of str
        The labels; letters in lower case.
    """

    def __init__(self, language: Language, names: Sequence[str]) -> None:
        self.language, self.characters = language, language.characters
        self.start_row = int(self.characters.rows(np.array([START_CONTEXT]))[0])
        self.numbers = language.numbers
        # Lines with other spaces have mostly the same words.
        self._known: dict[tuple[int, ...], Float64] = {}
        self.symbols = np.array([symbol_of(name) for name in names], dtype=np.int64)
        self.log_shares = log_share_in_symbol(names)
        self.mark_logs, self.part_logs = (
            np.log([shares.get(int(one), 1.0) for one in self.symbols])
            for shares in (_MARK_SHARES, _PART_SHARES)
        )
        self.is_mark = self.mark_logs < 0
        self.number_columns = self.numbers.columns(names)
        self.code_logs = np.array(
            [
                CODE_DIGIT if name.isdigit() else CODE_LETTER if name.isalpha() else _CODE_MARK
                for name in names
            ]
        )

    def start(self, previous: Int64) -> WordStates:
        """Return the states (N,) at the start of words, by the kind of the words before, 0 for none."""
        count = previous.size
        return WordStates(
            np.full(count, START_CONTEXT),
            np.full(count, self.start_row),
            np.zeros(count, np.uint64),
            np.zeros(count, np.uint64),
            np.zeros(count),
            np.zeros(count, np.int64),
            np.zeros((4, count)),
            previous,
        )

    def kind_logs(self, states: WordStates, labels: Int64, case_logs: Float64) -> Float64:
        """Continue words by a label each; return their log-probabilities (4, N) as beginnings of each kind.

        Parameters
        ----------
        states : WordStates
            Of N words so far.
        labels : (N,) int array
        case_logs : (2, N) float array
            Logarithm of how much of each label's probability a capital and a small letter have; 0 for
            characters without case.
        """
        steps = np.empty((4, labels.size))
        steps[TEXT] = self.characters.logs[states.row, self.symbols[labels]]
        ends = np.flatnonzero(self.is_mark[labels] & (states.part != 0))
        if ends.size:
            steps[TEXT, ends] = self._ended_part(
                states, ends, steps[TEXT, ends], self.mark_logs[labels[ends]]
            )
        steps[TEXT] += self.log_shares[labels]
        steps[NUMBER] = self.numbers.logs[states.number, self.number_columns[labels]]
        steps[CAPITAL_CODE:] = self.code_logs[labels] + np.maximum(case_logs, _LEAST_CASE_LOG)
        return steps + states.kind_logs

    def continued(self, states: WordStates, labels: Int64, kind_logs: Float64) -> WordStates:
        """Return the states (N,) after a label each (N,), with their log-probabilities (4, N)."""
        symbols = self.symbols[labels]
        is_mark = self.is_mark[labels]
        # A mark at the start opens a quotation or a bracket.
        opened = kind_logs[TEXT] + np.where(states.hash == 0, 0.0, self.part_logs[labels])
        context = states.context % SYMBOL_COUNT ** (LONGEST - 1) * SYMBOL_COUNT + symbols
        return WordStates(
            context,
            self.characters.rows(context),
            _grown(states.hash, symbols),
            np.where(is_mark, np.uint64(0), _grown(states.part, symbols)),
            np.where(is_mark, opened, states.before_part),
            self.numbers.next_states[states.number, self.number_columns[labels]],
            kind_logs,
            states.previous,
        )

    def ended_kind_logs(self, states: WordStates) -> Float64:
        """Return the log-probability (4, N) of each word as a whole word of each kind."""
        logs = states.kind_logs + _CODE_END
        logs[TEXT] = states.kind_logs[TEXT] + self.characters.logs[states.row, SPACE]
        ends = np.flatnonzero(states.part)
        logs[TEXT, ends] = states.kind_logs[TEXT, ends] + self._ended_part(
            states, ends, self.characters.logs[states.row[ends], SPACE], 0.0
        )
        # A word with marks may be in the list as a whole.
        marked = np.flatnonzero(states.part != states.hash)
        if marked.size:
            whole = np.log(_LISTED_SHARE) + self.language.word_log_probability(states.hash[marked])
            logs[TEXT, marked] = np.logaddexp(logs[TEXT, marked], whole)
        logs[NUMBER] = states.kind_logs[NUMBER] + self.numbers.end_logs[states.number]
        return logs

    def _ended_part(
        self, states: WordStates, rows: Int64, spelled: Float64, listed: Float64 | float
    ) -> Float64:
        """Return the step of text from the last symbol of a part to what follows, for some of the states.

        ``spelled`` and ``listed`` are the log-probabilities of what follows, if the part is spelled and if it
        is in the list.
        """
        known = self.language.word_log_probability(states.part[rows])
        known = known + (states.before_part[rows] - states.kind_logs[TEXT, rows])
        return np.asarray(
            np.logaddexp(np.log(1 - _LISTED_SHARE) + spelled, np.log(_LISTED_SHARE) + known + listed)
        )

    def kinds_of_word(self, word: tuple[int, ...]) -> Float64:
        """Return the log-probability (4,) of one word of labels, as a word of each kind, without its case."""
        if word not in self._known:
            self._known[word] = word_kind_logs(self, np.array([word]))[:, 0]
        return self._known[word]

    def after_words(self, states: WordStates, ended: Float64) -> WordStates:
        """Return the states at the start of the next words; ``ended`` is from :meth:`ended_kind_logs`."""
        best = (ended + _LOG_PRIORS[:, states.previous]).argmax(axis=0)
        return self.start(np.where(best == NUMBER, _AFTER_NUMBER, _AFTER_TEXT))


def _grown(hashes: NDArray[np.uint64], symbols: Int64) -> NDArray[np.uint64]:
    return (hashes + (symbols + 1).astype(np.uint64)) * np.uint64(HASH_MULTIPLIER)


def log_mixture(kind_logs: Float64, previous: Int64) -> Float64:
    """Return the log-probability (N,) of words or beginnings of words of any kind.

    Parameters
    ----------
    kind_logs : (4, N) float array
    previous : (N,) int array
        Kind of the words before, :attr:`WordStates.previous`.
    """
    weighted = kind_logs + _LOG_PRIORS[:, previous]
    # Text is never impossible, so that the peak is finite.
    peak = weighted.max(axis=0)
    return np.asarray(peak + np.log(np.exp(weighted - peak).sum(axis=0)))


def word_kind_logs(model: WordModel, words: Int64, case_logs: Float64 | None = None) -> Float64:
    """Return the log-probability (4, N) of words of n labels (N, n), as words of each kind.

    ``case_logs`` (2, N, n) says how much of each label's probability a capital and a small letter have.
    """
    states = model.start(np.full(len(words), _START))
    if case_logs is None:
        case_logs = np.zeros((2, *words.shape))
    for place, labels in enumerate(words.T):
        kind_logs = model.kind_logs(states, labels, case_logs[:, :, place])
        states = model.continued(states, labels, kind_logs)
    return model.ended_kind_logs(states)


def word_log_probabilities(model: WordModel, words: Int64, case_logs: Float64 | None = None) -> Float64:
    """Return the log-probability (N,) of words of any kind at the start of a line; see `word_kind_logs`."""
    return log_mixture(word_kind_logs(model, words, case_logs), np.full(len(words), _START))
