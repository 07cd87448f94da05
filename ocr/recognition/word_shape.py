"""Resolve 0/O, 1/I/l, 5/S and case by the shape of the word: all capitals, all lower case, a number, ...

A single character cannot be separated into O and 0; a word can, because most words have one shape. Each shape
allows some characters. Words get the shape under which their best allowed characters are most probable
together, times how usual the shape is on this page. How usual each shape is, is first assumed and then
counted on the page itself.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.numeric import distinct, log_softmax, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask


_UPPER, _LOWER, _DIGITS = (
    frozenset(characters) for characters in (string.ascii_uppercase, string.ascii_lowercase, string.digits)
)
_ALL = _UPPER | _LOWER | _DIGITS


class _WordShape(NamedTuple):
    """Characters allowed at the first and at later places, and how often words have this shape.

    ``usual`` is the share of the words of running text, ``usual_single`` that of characters that stand alone.
    Where a character may be of more than one kind, its shape must be more probable than in other words, by
    ``price`` (a logarithm).
    """

    first: frozenset[str]
    later: frozenset[str]
    usual: float
    usual_single: float
    price: float = 0.0


_SHAPES = (
    _WordShape(_UPPER, _UPPER, 0.3, 0.35),
    _WordShape(_LOWER, _LOWER, 0.35, 0.2),
    _WordShape(_UPPER, _LOWER, 0.15, 0.03),
    _WordShape(_DIGITS, _DIGITS, 0.15, 0.4),
    # Codes, such as 4HNW, mostly of one case.
    _WordShape(_UPPER | _DIGITS, _UPPER | _DIGITS, 0.03, 0.01, np.log(2.5)),
    _WordShape(_LOWER | _DIGITS, _LOWER | _DIGITS, 0.01, 0.005, np.log(2.5)),
    _WordShape(_ALL, _ALL, 0.03, 0.01, np.log(6.0)),
)
# Among the words of a text a small letter is hardly ever a word, but for this one: an l is an I or a 1. On a
# line with so many letters in words it is an I rather than a 1, which stands before one or two words.
_SMALL_WORDS, _NO_WORD_LOG = frozenset("a"), -2.5
_SENTENCE_LETTERS, _SENTENCE_I_LOG = 10, 2.0
# Words of the assumed shares that are counted before those of the page: about as many as one short line has.
# The shares of the page count as much as two words of a line.
_ASSUMED_WORDS, _PAGE_WORDS = 4.0, 2.0


def resolve_word_shape(
    words: Sequence[Float64], classes: Sequence[str], *, line_lengths: Sequence[int] | None = None
) -> list[Float64]:
    """Rule out, in each word, the characters that its most probable shape does not have.

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
        Log-probabilities given the shape: -inf for characters ruled out, each row summing to 1 again.
    """
    if not words:
        return []
    allowed = _allowed(classes)
    lengths = [len(words)] if line_lengths is None else line_lengths
    line_of = np.repeat(np.arange(len(lengths)), lengths)
    words = _without_lone_letters(words, classes, line_of)
    scores = np.stack([_shape_scores(word, allowed) for word in words])
    single = np.array([len(word) == 1 for word in words])
    usual, usual_single = np.array([(one.usual, one.usual_single) for one in _SHAPES]).T
    priors = np.empty_like(scores)
    priors[~single], page = _priors(scores[~single], line_of[~single], usual)
    expected = usual_single * np.sqrt(page / usual)
    priors[single], _ = _priors(scores[single], line_of[single], expected / expected.sum())
    chosen = (scores + np.log(priors)).argmax(axis=1)
    return [_restricted(word, *allowed[shape]) for word, shape in zip(words, chosen, strict=True)]


def _without_lone_letters(
    words: Sequence[Float64], classes: Sequence[str], line_of: Int64
) -> Sequence[Float64]:
    """Make small letters alone among words of letters less probable, and I more; a list has no such words."""
    is_letter = np.array([character in _UPPER | _LOWER for character in classes])
    is_no_word = np.array([character in _LOWER - _SMALL_WORDS for character in classes])
    lengths = np.array([len(word) for word in words])
    is_text = np.array([len(word) > 1 and is_letter[word.argmax(axis=1)].mean() > 0.5 for word in words])
    letters = np.bincount(line_of, lengths * is_text)[line_of]
    in_text = (lengths == 1) & (letters > 2 * np.bincount(line_of, lengths == 1)[line_of])
    prior = np.where(is_no_word, _NO_WORD_LOG, 0.0)
    is_pronoun = np.array([character == "I" for character in classes])
    in_sentence = prior + _SENTENCE_I_LOG * is_pronoun
    return [
        word + (in_sentence if count >= _SENTENCE_LETTERS else prior) if lone else word
        for word, lone, count in zip(words, in_text, letters, strict=True)
    ]


def _allowed(classes: Sequence[str]) -> list[tuple[Mask, Mask]]:
    """Return masks (K,) of the classes allowed first and later, for each shape; marks go with every shape."""
    return [
        (
            np.array([character in one.first or character not in _ALL for character in classes]),
            np.array([character in one.later or character not in _ALL for character in classes]),
        )
        for one in _SHAPES
    ]


def _shape_scores(word: Float64, allowed: Sequence[tuple[Mask, Mask]]) -> Float64:
    """Return the log-probability of the best characters of a word (n, K) under each shape."""
    scores = np.array(
        [
            word[0][first].max(initial=-np.inf)
            + word[1:][:, later].max(axis=1, initial=-np.inf if len(word) > 1 else 0.0).sum()
            for first, later in allowed
        ]
    )
    return np.asarray(scores - len(word) * np.array([one.price for one in _SHAPES]))


def _priors(scores: Float64, line_of: Int64, usual: Float64) -> tuple[Float64, Float64]:
    """Return how usual each shape is where each word stands (n, shapes), and on the page (shapes,)."""
    page = usual
    for _ in range(3):
        page = _shares(softmax(scores + np.log(page)), usual, _ASSUMED_WORDS)
    priors = np.empty_like(scores)
    for line in distinct(line_of):
        on_line = line_of == line
        priors[on_line] = _shares(softmax(scores[on_line] + np.log(page)), page, _PAGE_WORDS)
    return priors, page


def _shares(posterior: Float64, before: Float64, weight: float) -> Float64:
    """Return the share of each shape among words (n, shapes), if ``weight`` words are known before."""
    counted = posterior.sum(axis=0) + weight * before
    return np.asarray(counted / counted.sum())


def _restricted(word: Float64, first: Mask, later: Mask) -> Float64:
    """Return the log-probabilities (n, K) of a word given its shape."""
    masks = np.vstack([first, np.broadcast_to(later, (len(word) - 1, later.size))])
    return log_softmax(np.where(masks, word, -np.inf))
