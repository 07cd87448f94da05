"""Words made of digits as a weighted finite automaton: dates, times, amounts, sums, codes and the like.

The automaton is deterministic: a word so far is one state, and each state has a probability for every next
character and for the end of the word. It is compiled from templates by :mod:`ocr.training.number_automaton`;
weighted determinization is described by Mohri [1]_.

References
----------
.. [1] Mohri, "Finite-state transducers in language and speech processing", Computational Linguistics 23
       (1997).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64


@dataclass(frozen=True, slots=True, eq=False)
class NumberGrammar:
    """An automaton of S states over C characters; state 0 is the start of a word.

    The last state has no way out and is the one of words that are not made of digits; the last column is that
    of all other characters.

    Attributes
    ----------
    characters : str
        The first C - 1 characters; letters in lower case.
    next_states : (S, C) int array
    logs : (S, C) float array
        Log-probability of each character after a state; -inf for characters that cannot follow.
    end_logs : (S,) float array
        Log-probability that the word ends.
    """

    characters: str
    next_states: Int64
    logs: Float64
    end_logs: Float64

    def columns(self, names: Sequence[str]) -> Int64:
        """Return the column (R,) of each character; letters in lower case."""
        column = {character: index for index, character in enumerate(self.characters)}
        return np.array([column.get(name, len(self.characters)) for name in names], dtype=np.int64)

    def log_probability(self, word: str) -> float:
        """Return the log-probability of a word, such as "12-5-2014"."""
        state, total = 0, 0.0
        for column in self.columns(list(word.lower())):
            total += float(self.logs[state, column])
            state = int(self.next_states[state, column])
        return total + float(self.end_logs[state])


def make_number_grammar(
    characters: str, next_states: Int64, logs: Float64, end_logs: Float64
) -> NumberGrammar:
    """Complete the tables of an automaton; -1 in (S - 1, C - 1) ``next_states`` stands for no way on."""
    count, known = next_states.shape
    targets = np.full((count + 1, known + 1), count, dtype=np.int64)
    targets[:count, :known] = np.where(next_states < 0, count, next_states)
    full = np.full((count + 1, known + 1), -np.inf)
    full[:count, :known] = np.where(next_states < 0, -np.inf, logs)
    return NumberGrammar(characters, targets, full, np.append(end_logs, -np.inf))


def no_numbers() -> NumberGrammar:
    """Return the automaton that has no words."""
    nothing = np.empty((1, 0))
    return make_number_grammar("", nothing.astype(np.int64), nothing, np.array([-np.inf]))
