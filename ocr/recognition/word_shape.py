"""Settle 0/O, 1/I/l, 5/S and case by the shape of the word: all capitals, all small, a number, ...

A single character cannot say whether it is O or 0; a word can, because most words are of one kind. Each kind
allows some characters; the kind whose best allowed characters are most probable together, times how usual the
kind is on this page, decides the word. How usual each kind is, is first assumed and then counted on the page
itself.

The mark behind the number of a list: a full stop far more often than the comma that it looks like.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.numeric import log_softmax, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import AnyFloat, Float64, Mask


_UPPER, _LOWER, _DIGITS = set(string.ascii_uppercase), set(string.ascii_lowercase), set(string.digits)

# Degradation -> characters allowed at the first place and at the others, and how often a word of running
# text, and a character that stands alone, is of that kind. "mixed" allows everything, at a price for each
# character, so that codes such as 4HNW stay as they are written.
_KINDS: dict[str, tuple[set[str], set[str], float, float]] = {
    "capitals": (_UPPER, _UPPER, 0.3, 0.35),
    "small": (_LOWER, _LOWER, 0.35, 0.2),
    "capitalised": (_UPPER, _LOWER, 0.15, 0.03),
    "number": (_DIGITS, _DIGITS, 0.15, 0.4),
    "mixed": (_UPPER | _LOWER | _DIGITS, _UPPER | _LOWER | _DIGITS, 0.05, 0.02),
}
# A character of a mixed word may be of three kinds; its shape must speak this much louder than in a pure
# word.
_MIXED_PRICE = np.log(6.0)
# Words counted before the page's own: as many as one short line has. A line follows its page as much as two
# of its own words.
_ASSUMED_WORDS, _PAGE_WORDS = 4.0, 2.0


def _allowed(classes: Sequence[str]) -> dict[str, tuple[Mask, Mask]]:
    """Return for each kind masks (K,) of the classes allowed first and later; marks go with every kind."""
    neutral = np.array([character not in _UPPER | _LOWER | _DIGITS for character in classes])
    return {
        kind: (
            neutral | np.array([character in first for character in classes]),
            neutral | np.array([character in later for character in classes]),
        )
        for kind, (first, later, *_) in _KINDS.items()
    }


def _kind_scores(word: AnyFloat, allowed: dict[str, tuple[Mask, Mask]]) -> Float64:
    """Log-probability of the best characters of a word (n, K) under each kind."""
    scores = []
    for kind, (first, later) in allowed.items():
        best = (
            word[0][first].max()
            + word[1:][:, later].max(axis=1, initial=-np.inf if len(word) > 1 else 0.0).sum()
        )
        price = _MIXED_PRICE * len(word) if kind == "mixed" else 0.0
        scores.append(float(best) - price)
    return np.asarray(scores)


def settle_shapes(
    words: Sequence[AnyFloat], classes: Sequence[str], *, line_lengths: Sequence[int] | None = None
) -> list[AnyFloat]:
    """Rule out, in each word, the characters that its most probable kind does not have.

    Parameters
    ----------
    words : sequence of (n, K) float arrays
        Log-probabilities of the characters of each word of a page; n >= 1.
    classes : sequence of str
        The K characters.
    line_lengths : sequence of int, optional
        Words on each line, in order; all on one line if left out.

    Returns
    -------
    list of (n, K) arrays
        Log-probabilities given the kind: -inf for characters ruled out, each row summing to 1 again.
    """
    if not words:
        return []
    allowed = _allowed(classes)
    scores = np.stack([_kind_scores(word, allowed) for word in words])
    alone = np.array([len(word) == 1 for word in words])
    line_of = np.repeat(np.arange(len(line_lengths)), line_lengths) if line_lengths else np.zeros(len(words))
    usual, usual_alone = (
        np.array(shares) for shares in zip(*(kind[2:] for kind in _KINDS.values()), strict=True)
    )
    priors = np.empty_like(scores)
    priors[~alone], page = _priors(scores[~alone], line_of[~alone], usual)
    leaning = usual_alone * np.sqrt(page / usual)
    priors[alone], _ = _priors(scores[alone], line_of[alone], leaning / leaning.sum())
    chosen = (scores + np.log(priors)).argmax(axis=1)
    kinds = list(allowed.values())
    return [_restricted(word, *kinds[kind]) for word, kind in zip(words, chosen, strict=True)]


def _priors(scores: Float64, line_of: NDArray[Any], usual: Float64) -> tuple[Float64, Float64]:
    """How usual each kind is where each word (n, kinds) stands, and on the page (kinds,)."""
    page = usual
    for _ in range(3):
        page = _share(softmax(scores + np.log(page)), usual, _ASSUMED_WORDS)
    priors = np.empty_like(scores)
    for line in np.unique(line_of):
        mine = line_of == line
        priors[mine] = _share(softmax(scores[mine] + np.log(page)), page, _PAGE_WORDS)
    return priors, page


def _share(posterior: Float64, before: Float64, weight: float) -> Float64:
    """Share of each kind among words (n, kinds), with as much as ``weight`` words known before."""
    counted = posterior.sum(axis=0) + weight * before
    return np.asarray(counted / counted.sum())


def _restricted(word: AnyFloat, first: Mask, later: Mask) -> AnyFloat:
    masks = np.vstack([first, np.broadcast_to(later, (len(word) - 1, later.size))])
    return log_softmax(np.where(masks, word, -np.inf))


# How often each mark stands behind a number that begins a line, against how often it ends a word of text.
_LOG_FACTORS = {".": np.log(0.8 / 0.42), ",": np.log(0.04 / 0.42)}


def is_list_number(names: Sequence[str]) -> bool:
    """Say whether the first word of a line, as it was read so far, is a number with one of these marks."""
    *number, mark = names
    return bool(number) and mark in _LOG_FACTORS and all(name in string.digits for name in number)


def list_mark(row: Float64, classes: Sequence[str]) -> Float64:
    """Log-probabilities (K,) of the mark behind the number of a list: of these marks only."""
    factors = np.array([_LOG_FACTORS.get(character, -np.inf) for character in classes])
    return np.asarray(row + factors)
