"""How probable a symbol is after the symbols before it: an n-gram model.

After any three symbols there is a row of probabilities, and where four say more, one after four. Contexts of
five read no better: 349 errors on pages of joined writing, where those of four leave 334, and those of three
356.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.language.symbols import SPACE, SYMBOL_COUNT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import AnyInt, Float32, Int64

SHORTEST, LONGEST = 3, 4
"""Number of symbols of a context."""

SHORT_COUNT = SYMBOL_COUNT**SHORTEST
"""Number of contexts of three symbols, all of which have a row."""

MOST_LONGER = 20_000
"""Number of contexts of four symbols: they gain nine tenths of what all 119,000 do."""

START_CONTEXT = sum(SPACE * SYMBOL_COUNT**place for place in range(LONGEST))
"""The context at the start of a word: spaces."""


@dataclass(frozen=True, slots=True, eq=False)
class CharacterModel:
    """Log-probabilities of symbols by the symbols before them.

    A context is a number whose digits in base 32 are its symbols, the last symbol the lowest digit.

    Attributes
    ----------
    logs : (C, 32) float32 array
        Log-probability of each symbol after each context; the first 32,768 rows are those of the contexts of
        three symbols, in order.
    longer : (32768, 32) uint16 array
        Row of the context of four symbols that is a context of three with a symbol before it, by that symbol;
        0 if it has none.
    """

    logs: Float32
    longer: NDArray[np.uint16]

    def rows(self, contexts: AnyInt) -> Int64:
        """Return the row (N,) of contexts (N,) of four symbols, or of the last three if they have none."""
        short = contexts % SHORT_COUNT
        longer = self.longer[short, contexts // SHORT_COUNT]
        return np.asarray(np.where(longer > 0, longer, short), np.int64)


def make_character_model(logs: NDArray[Any], longer: Int64) -> CharacterModel:
    """Return a model of log-probabilities (C, 32).

    Parameters
    ----------
    logs : (C, 32) float array
        Rows of the contexts of three symbols, then of those of four.
    longer : (C - 32768,) int64 array
        The contexts of four symbols.
    """
    rows = np.zeros((SHORT_COUNT, SYMBOL_COUNT), np.uint16)
    rows[longer % SHORT_COUNT, longer // SHORT_COUNT] = np.arange(SHORT_COUNT, len(logs))
    return CharacterModel(np.asarray(logs, np.float32), rows)
