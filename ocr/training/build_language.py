"""Build the shipped language data.

Usage: ``python -m ocr.training.build_language WORDS -o ocr/language/data/english.npz``.
WORDS is a text file with a word and its count on each line. The shipped data come from the English frequency
list of SymSpell (MIT licence), as the package symspellpy 6.10.1 has it
(``frequency_dictionary_en_82_765.txt``).
"""

from __future__ import annotations

import string
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from ocr.errors import DataError
from ocr.language.ngram import STEP
from ocr.language.symbols import CLOSING, DIGIT, HYPHEN, OTHER, SPACE, SYMBOL_COUNT, symbols_of, word_hash
from ocr.training.command import ToolCommand, npz_output

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ocr.array_types import Float64

# The counts are scaled to a text of this many words ...
_TEXT_WORDS = 2_000_000
# ... in which each word of the list occurs at least this often: rare words follow the same spelling.
_LEAST_COUNT = 3.0
# Shares of other things on a page of notes: numbers by their length, and words followed by a mark.
_NUMBERS, _MARKED = 0.06, 0.15
# Single letters: initials, labels, alphabets.
_LONE_LETTERS = 0.02
_NUMBER_LENGTHS = (0.3, 0.35, 0.1, 0.15, 0.05, 0.05)
# Marks between spaces, as in sums and lists: hyphens, and others such as + and &.
_LONE_HYPHENS, _LONE_OTHERS = 0.01, 0.01
# Labels and room numbers: a letter or two with digits after or before it.
_CODES = 0.03
_CODE_PATTERNS = ("ad", "add", "addd", "aadd", "aaddd", "da", "dda", "ddda", "ada", "dad")
# Witten-Bell: a context with so many different continuations trusts shorter contexts as much as its own
# counts. See Witten, Bell, "The zero-frequency problem", IEEE Trans. Information Theory 37 (1991).
_LEAST_TRUST = 4.0
# Share of an even distribution: in codes, typing errors and other languages anything may follow anything.
_ANYTHING = 0.01


def read_counts(path: Path) -> dict[str, float]:
    """Read a list of words with their counts.

    Raises
    ------
    DataError
        If it cannot be read, is no text in UTF-8 or has no words, or a line has another form.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.reason
        message = f"words {path}: cannot be read ({reason}); expected a word and its count on each line"
        raise DataError(message) from None
    counts: dict[str, float] = {}
    for number, line in enumerate(lines, start=1):
        word, _, count = line.rpartition(" ")
        if not word or not count.isdigit():
            message = f"words {path}, line {number}: found {line[:40]!r}, expected a word and its count"
            raise DataError(message)
        counts[word] = counts.get(word, 0.0) + float(count)
    if not any(counts.values()):
        message = f"words {path}: found none, expected a word and its count on each line"
        raise DataError(message)
    return counts


def with_lone_letters(counts: dict[str, float]) -> dict[str, float]:
    """Return counts in which every letter stands alone as often as in lists and labels."""
    share = sum(counts.values()) * _LONE_LETTERS / len(string.ascii_lowercase)
    return {**counts, **{letter: max(counts.get(letter, 0.0), share) for letter in string.ascii_lowercase}}


def count_ngrams(counts: dict[str, float]) -> Float64:
    """Count sequences of four symbols (32, 32, 32, 32), each word standing by itself between spaces."""
    table = np.zeros((SYMBOL_COUNT,) * 4)
    total = sum(counts.values())
    for word, count in counts.items():
        weight = _LEAST_COUNT + _TEXT_WORDS * count / total
        symbols = symbols_of(word)
        _add(table, [*symbols, SPACE], weight * (1 - _MARKED))
        _add(table, [*symbols, CLOSING, SPACE], weight * _MARKED)
    everything = table[SPACE, SPACE, SPACE].sum()
    for length, share in enumerate(_NUMBER_LENGTHS, start=1):
        for tail in ([SPACE], [CLOSING, SPACE], [HYPHEN]):
            _add(table, [DIGIT] * length + tail, everything * _NUMBERS * share / 3)
    _add(table, [HYPHEN, SPACE], everything * _LONE_HYPHENS)
    _add(table, [OTHER, SPACE], everything * _LONE_OTHERS)
    for pattern in _CODE_PATTERNS:
        _add_codes(table, pattern, everything * _CODES / len(_CODE_PATTERNS))
    return table


def _add_codes(table: Float64, pattern: str, weight: float) -> None:
    """Count a code in which ``a`` stands for any letter and ``d`` for any digit."""
    letters = range(len(string.ascii_lowercase))
    codes = list(product(*(letters if symbol == "a" else (DIGIT,) for symbol in pattern)))
    for code in codes:
        _add(table, [*code, SPACE], weight / len(codes))


def _add(table: Float64, symbols: list[int], weight: float) -> None:
    """Count a sequence of symbols that begins after a space."""
    a = b = c = SPACE
    for symbol in symbols:
        table[a, b, c, symbol] += weight
        a, b, c = b, c, symbol


def smoothed(table: Float64) -> Float64:
    """Return probabilities of the last symbol, interpolated with those of shorter contexts."""
    probability = np.full(SYMBOL_COUNT, 1 / SYMBOL_COUNT)
    for order in range(4):
        counts = table.sum(axis=tuple(range(3 - order)))
        trust = np.maximum((counts > 0).sum(axis=-1, keepdims=True), _LEAST_TRUST)
        probability = (counts + trust * probability) / (counts.sum(axis=-1, keepdims=True) + trust)
    return (1 - _ANYTHING) * probability + _ANYTHING / SYMBOL_COUNT


def as_bytes(logs: Float64) -> NDArray[np.uint8]:
    """Return log-probabilities as bytes."""
    return np.clip(np.rint(-logs / STEP), 0, 255).astype(np.uint8)


@click.command(cls=ToolCommand)
@click.argument("words", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@npz_output
def main(words: Path, output: Path) -> None:
    """Build language data from a list of words with counts."""
    counts = with_lone_letters(read_counts(words))
    total = sum(counts.values())
    hashes = np.array([word_hash(symbols_of(word)) for word in counts], dtype=np.uint64)
    logs = np.log(np.array(list(counts.values())) / total)
    hashes, first = np.unique(hashes, return_index=True)
    np.savez_compressed(
        output,
        ngram=as_bytes(np.log(smoothed(count_ngrams(counts)))),
        hashes=hashes,
        words=np.clip(np.rint(-logs[first] / STEP), 0, 65535).astype(np.uint16),
    )


if __name__ == "__main__":
    main()
