"""The symbols of the language model: letters without case, one for all digits, one for each kind of mark."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr.array_types import Float64

DIGIT, APOSTROPHE, HYPHEN, CLOSING, OTHER, SPACE = range(26, 32)
SYMBOL_COUNT = 32

_CLOSING = '.,!?:;)"'
# Shares of the marks after a word in running English text; the other marks share the rest evenly.
_CLOSING_SHARE = {".": 0.42, ",": 0.42}


def symbol_of(character: str) -> int:
    """Return the symbol of a character: 0 .. 25 for letters, then digits, apostrophe, hyphen, the marks."""
    if character.lower() in string.ascii_lowercase:
        return ord(character.lower()) - ord("a")
    if character in string.digits:
        return DIGIT
    return {"'": APOSTROPHE, "-": HYPHEN}.get(character, CLOSING if character in _CLOSING else OTHER)


def symbols_of(word: str) -> list[int]:
    """Return the symbols of the characters of a word."""
    return [symbol_of(character) for character in word]


def log_share_in_symbol(characters: Sequence[str]) -> Float64:
    """Return the log share (K,) of each character, its case aside, in its symbol: 0 for letters."""
    shares = []
    for character in characters:
        symbol = symbol_of(character)
        if symbol == DIGIT:
            shares.append(0.1)
        elif symbol == CLOSING:
            rest = (1 - sum(_CLOSING_SHARE.values())) / (len(_CLOSING) - len(_CLOSING_SHARE))
            shares.append(_CLOSING_SHARE.get(character, rest))
        else:
            shares.append(1 / 9 if symbol == OTHER else 1.0)
    return np.log(shares)


def word_hash(symbols: Iterable[int]) -> int:
    """Return the 64-bit hash of the symbols of a word: h ← (h + s + 1) · multiplier for each symbol s."""
    value = 0
    for symbol in symbols:
        value = ((value + symbol + 1) * HASH_MULTIPLIER) & 0xFFFF_FFFF_FFFF_FFFF
    return value


HASH_MULTIPLIER = 0x9E37_79B9_7F4A_7C15
"""2^64 over the golden ratio: spreads consecutive values over all bits (Knuth, TAOCP 3, 6.4)."""
