"""Compute the posterior of each character of a word, given the other characters.

The search returns the best word w only. The posterior of a label r at place i follows from the other
characters as they are: P(r at i | ink, w) is proportional to P(ink i | r) · P(w with r at i) ** language
weight. A character that fits the word gets a higher posterior than its shape alone gives, and one that fits
no word a lower one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.language.word_model import word_log_probabilities
from ocr.numeric import softmax
from ocr.recognition.decoder import LANGUAGE_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Mask
    from ocr.language.word_model import WordModel
    from ocr.recognition.labels import LabelGroups


# How often the shape of a word is right about case and look-alikes where the shapes of glyphs say otherwise.
_TRUST_IN_WORD_SHAPE = 0.9


def posteriors_in_word(
    log_probabilities: Float64, word: Sequence[int], *, labels: LabelGroups, model: WordModel
) -> Float64:
    """Compute the posterior of each class at each place of a word, given the word's other characters.

    Parameters
    ----------
    log_probabilities : (n, K) array
        Of the n glyphs of the word, by shape and metrics.
    word : sequence of int
        The label chosen for each.
    labels : LabelGroups
    model : WordModel

    Returns
    -------
    (n, K) array
        A row sums to the probability that its glyph is a character at all.
    """
    shapes = np.exp(log_probabilities)
    logs = labels.log_probabilities(log_probabilities)
    count, label_count = logs.shape
    variants = np.tile(np.asarray(word, dtype=np.int64), (count, label_count, 1))
    for place in range(count):
        variants[place, :, place] = np.arange(label_count)
    words = variants.reshape(-1, count)
    cases = labels.case_logs(log_probabilities)[:, np.arange(count), words]
    in_text = word_log_probabilities(model, words, cases)
    posterior = softmax(logs + LANGUAGE_WEIGHT * in_text.reshape(count, label_count))
    # The classes of one label share its posterior as their shapes say.
    own = np.maximum(shapes @ labels.members.T, 1e-300)
    shares = shapes * ((posterior / own) @ labels.members)
    return np.asarray(shares * own.sum(axis=1, keepdims=True))


def with_word_shape(posteriors: Float64, resolved: Float64, *, possible: Mask) -> Float64:
    """Share the posterior of the characters that the word shape decides among as the word shape says.

    Parameters
    ----------
    posteriors : (n, K) array
        From :func:`posteriors_in_word`.
    resolved : (n, K) array
        From :func:`ocr.recognition.word_shape.resolve_word_shape`: log-probabilities given the word shape.
    possible : (n, K) bool array
        Characters among which the word shape decided.

    Returns
    -------
    (n, K) array
        Rows have the same sums as before.
    """
    rows = np.where(possible, posteriors, 0)
    together = rows.sum(axis=1, keepdims=True)
    shared = _TRUST_IN_WORD_SHAPE * together * np.exp(resolved) + (1 - _TRUST_IN_WORD_SHAPE) * rows
    return np.where(possible, shared, posteriors)
