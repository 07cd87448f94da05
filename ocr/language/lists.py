"""Languages of characters that stand by themselves: no word tells what they are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from ocr.language.character_model import SHORT_COUNT
from ocr.language.ngram import Language, load_language
from ocr.language.symbols import DIGIT, HYPHEN, OTHER, SPACE, SYMBOL_COUNT

# Shares of digits, of hyphens and of other marks among the characters of a list of digits or of a sum.
_DIGITS, _HYPHENS, _OTHERS = 0.88, 0.03, 0.085

# Share of items that are one character.
_LAST = 0.8


@cache
def list_languages() -> tuple[Language, ...]:
    """Return the language in which everything is as probable, and the one of digits and sums."""
    anything = load_language("none")
    shares = np.full(SYMBOL_COUNT, (1 - _DIGITS - _HYPHENS - _OTHERS) / (SYMBOL_COUNT - 3))
    shares[[DIGIT, HYPHEN, OTHER]] = _DIGITS, _HYPHENS, _OTHERS
    # By the last symbol before: after a symbol a word ends.
    rows = np.broadcast_to(np.log(shares), (SYMBOL_COUNT, SYMBOL_COUNT)).astype(np.float32)
    after_symbol = np.arange(SYMBOL_COUNT) != SPACE
    rows[after_symbol] += np.float32(np.log(1 - _LAST))
    rows[after_symbol, SPACE] = np.log(_LAST)
    logs = np.tile(rows, (SHORT_COUNT // SYMBOL_COUNT, 1))
    return anything, replace(anything, characters=replace(anything.characters, logs=logs))
