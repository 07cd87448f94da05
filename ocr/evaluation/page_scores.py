"""Error rates of whole pages: the text that was read beside the right one.

Both texts are **normalised** first: Unicode NFKC; curly quotes become straight ones and dashes hyphens; every
run of white space, line ends and form feeds included, is one space, and none is left at either end.

With d the edit distance (least number of insertions, deletions and substitutions [1]_), r the right text and
h what was read::

    CER                        d(r, h) / |r|                in characters, spaces included
    CER ignoring case          d(lower r, lower h) / |r|
    letters and digits right   1 - d(a, b) / |a|            at least 0; a, b: the letters and digits of
                                                            lower r and lower h
    WER                        d(words of r, words of h) / number of words of r
    word F1                    2 m / (number of words of r + of h), case ignored; m words are in both,
                                                            whatever their order

Pages are **pooled**: all edits of a folder over all its characters, so that a long page counts for more than
a short one. Rates may exceed 1.

References
----------
.. [1] Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals", Soviet Physics
   Doklady 10 (1966).
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr.errors import SettingError, how_to_install
from ocr.evaluation.confusion import Confusion

try:
    from rapidfuzz.distance import Levenshtein
except ModuleNotFoundError:
    _message = f"scores of pages need a library that is not installed; {how_to_install('rapidfuzz')}"
    raise SettingError(_message) from None

if TYPE_CHECKING:
    from collections.abc import Iterable

NORMALISATION = "NFKC, straight quotes, hyphens for dashes, every run of white space one space"
"""Description of the normalisation of both texts."""

NOTHING = ""
"""The one side of an insertion or deletion among confusions."""

_PLAIN = str.maketrans("‘’“”–—\f", "''\"\"-- ")


def normalised(text: str) -> str:
    """Return a text in the form in which texts are compared; see the top of this module.

    >>> normalised(" “Yes” –   ﬁne ")
    '"Yes" - fine'
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).split())


def letters_and_digits(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return "".join(character for character in text.lower() if character.isalnum())


@dataclass(frozen=True, slots=True)
class PageScore:
    """Counts over one page, or over several once they are pooled.

    Attributes
    ----------
    characters, edits, edits_caseless : int
        Of the right text, and the edits that what was read needs, with and without regard to case.
    alphanumerics, alphanumeric_edits : int
        The same over letters and digits only, case ignored.
    words, word_edits, words_read, words_found : int
        Words of the right text, edits in words, words that were read, and words that are in both.
    """

    characters: int
    edits: int
    edits_caseless: int
    alphanumerics: int
    alphanumeric_edits: int
    words: int
    word_edits: int
    words_read: int
    words_found: int

    @property
    def cer(self) -> float:
        """Character error rate."""
        return self.edits / max(self.characters, 1)

    @property
    def cer_caseless(self) -> float:
        """Character error rate, case ignored."""
        return self.edits_caseless / max(self.characters, 1)

    @property
    def alphanumeric_accuracy(self) -> float:
        """Share of letters and digits that is right, case ignored, in [0, 1]."""
        return max(0.0, 1 - self.alphanumeric_edits / max(self.alphanumerics, 1))

    @property
    def wer(self) -> float:
        """Word error rate."""
        return self.word_edits / max(self.words, 1)

    @property
    def word_f1(self) -> float:
        """Harmonic mean of the share of words found and that of words read rightly; 1 for no words."""
        total = self.words + self.words_read
        return 2 * self.words_found / total if total else 1.0


def score_page(right: str, read: str) -> PageScore:
    """Compare what was read with the right text; both are normalised first."""
    right, read = normalised(right), normalised(read)
    lower, lower_read = right.lower(), read.lower()
    letters = letters_and_digits(right)
    found = Counter(lower.split()) & Counter(lower_read.split())
    return PageScore(
        characters=len(right),
        edits=Levenshtein.distance(right, read),
        edits_caseless=Levenshtein.distance(lower, lower_read),
        alphanumerics=len(letters),
        alphanumeric_edits=Levenshtein.distance(letters, letters_and_digits(read)),
        words=len(right.split()),
        word_edits=Levenshtein.distance(right.split(), read.split()),
        words_read=len(read.split()),
        words_found=found.total(),
    )


def pooled(scores: Iterable[PageScore]) -> PageScore:
    """Return the sum of the counts of pages."""
    rows = [dataclasses.astuple(score) for score in scores]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return PageScore(*(sums or [0] * len(dataclasses.fields(PageScore))))


def page_confusions(texts: Iterable[tuple[str, str]]) -> tuple[Confusion, ...]:
    """Count which characters were read for which, over pages.

    Parameters
    ----------
    texts : iterable of (str, str)
        Right text and what was read, of each page.

    Returns
    -------
    tuple of Confusion
        Most frequent first, ties in the order of the characters. One side is `NOTHING` where a character was
        missed or made up; the share of made-up ones is of all characters.
    """
    counts: Counter[tuple[str, str]] = Counter()
    totals: Counter[str] = Counter()
    for written, found in texts:
        right, read = normalised(written), normalised(found)
        totals.update(right)
        for edit in Levenshtein.editops(right, read):
            truth = NOTHING if edit.tag == "insert" else right[edit.src_pos]
            guess = NOTHING if edit.tag == "delete" else read[edit.dest_pos]
            counts[truth, guess] += 1
    totals[NOTHING] = totals.total()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Confusion(truth, guess, count, count / max(totals[truth], 1)) for (truth, guess), count in ranked
    )
