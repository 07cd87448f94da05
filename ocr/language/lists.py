"""Languages of characters that stand by themselves: no word tells what they are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

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
    characters = anything.characters
    digits = np.broadcast_to(np.log(shares), characters.logs.shape).astype(np.float32)
    # A row of the table is the three symbols before: after the last of them a word ends.
    after_symbol = np.arange(len(digits)) % SYMBOL_COUNT != SPACE
    digits[after_symbol] += np.float32(np.log(1 - _LAST))
    digits[after_symbol, SPACE] = np.log(_LAST)
    return anything, replace(anything, characters=replace(characters, logs=digits))
