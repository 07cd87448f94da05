"""How sure each character of a word is, now that its neighbours are known.

The search gives the best word w only. What else may stand at place i is judged with the other characters as
they are: P(r at i | ink, w) is proportional to P(ink i | r) · P(w with r at i) ** language weight. A
character that the word explains becomes surer than its shape, and one that no word would have less sure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.language.symbols import HASH_MULTIPLIER, SPACE, SYMBOL_COUNT
from ocr.numeric import softmax
from ocr.recognition.decoder import START_CONTEXT, DecoderSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask
    from ocr.language.ngram import Language
    from ocr.recognition.labels import LabelGroups


# How often the kind of a word is right about case and look-alikes where shapes would say otherwise.
_TRUST_IN_KIND = 0.9


def probabilities_in_word(
    log_probabilities: Float64,
    word: Sequence[int],
    *,
    readings: LabelGroups,
    language: Language,
    settings: DecoderSettings | None = None,
) -> Float64:
    """Probability of each class at each place of a word, given the word's other characters.

    Parameters
    ----------
    log_probabilities : (n, K) array
        Of the n glyphs of the word, by shape and place.
    word : sequence of int
        The reading chosen for each.
    readings : LabelGroups
    language : Language
    settings : DecoderSettings, optional

    Returns
    -------
    (n, K) array
        A row sums to the probability that its glyph is a character at all.
    """
    settings = settings or DecoderSettings()
    shapes = np.exp(log_probabilities)
    logs = readings.log_probabilities(log_probabilities)
    count, kinds = logs.shape
    variants = np.tile(np.asarray(word, dtype=np.int64), (count, kinds, 1))
    for place in range(count):
        variants[place, :, place] = np.arange(kinds)
    words = word_log_probabilities(
        variants.reshape(-1, count), readings=readings, language=language, word_share=settings.word_share
    )
    scores = logs + settings.language_weight * words.reshape(count, kinds)
    posterior = softmax(scores)
    # Classes of one reading share it as their shapes say.
    own = np.maximum(shapes @ readings.members.T, 1e-300)
    shares = shapes * ((posterior / own) @ readings.members)
    return np.asarray(shares * own.sum(axis=1, keepdims=True))


def settled_probabilities(probabilities: Float64, settled: Float64, *, possible: Mask) -> Float64:
    """Let the characters among which the kind of a word decides share their probability as it says.

    Parameters
    ----------
    probabilities : (n, K) array
        From :func:`probabilities_in_word`.
    settled : (n, K) array
        From :func:`ocr.recognition.word_shape.settle_shapes`: log-probabilities given the kind.
    possible : (n, K) bool array
        Characters among which the kind decided.

    Returns
    -------
    (n, K) array
        Rows have the sums that they had.
    """
    rows = np.where(possible, probabilities, 0)
    together = rows.sum(axis=1, keepdims=True)
    shared = _TRUST_IN_KIND * together * np.exp(settled) + (1 - _TRUST_IN_KIND) * rows
    return np.where(possible, shared, probabilities)


def word_log_probabilities(
    words: Int64, *, readings: LabelGroups, language: Language, word_share: float
) -> Float64:
    """Logarithm of how likely words (N, n), given as readings, are in running text: spelt or listed."""
    symbols = readings.symbols[words]
    context = np.full(len(words), START_CONTEXT)
    hashes = np.zeros(len(words), dtype=np.uint64)
    spelt = readings.log_shares[words].sum(axis=1)
    for column in symbols.T:
        spelt = spelt + language.ngram[context, column]
        context = (context % SYMBOL_COUNT**2) * SYMBOL_COUNT + column
        hashes = (hashes + (column + 1).astype(np.uint64)) * np.uint64(HASH_MULTIPLIER)
    spelt = spelt + language.ngram[context, SPACE]
    listed = language.word_log_probability(hashes)
    return np.asarray(np.logaddexp(np.log(1 - word_share) + spelt, np.log(word_share) + listed))
