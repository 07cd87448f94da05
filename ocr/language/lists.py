"""Languages of characters that stand by themselves: no word tells what they are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from ocr.language.ngram import Language, load_language
from ocr.language.symbols import DIGIT, SYMBOL_COUNT

# Share of digits among the characters of a list of digits.
_DIGITS = 0.97


@cache
def list_languages() -> tuple[Language, ...]:
    """Return the language in which everything is as probable, and the one of digits."""
    anything = load_language("none")
    digits = np.full_like(anything.ngram, np.log((1 - _DIGITS) / (SYMBOL_COUNT - 1)))
    digits[:, DIGIT] = np.log(_DIGITS)
    return anything, replace(anything, ngram=digits)
