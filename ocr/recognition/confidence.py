"""Compute how probable each character of a word is, and calibrate that on pages.

The search returns the best word w only. The posterior of a label r at place i follows from the other
characters as they are: P(r at i | ink, w) is proportional to P(ink i | r) · P(w with r at i) ** language
weight. A character that fits the word gets a higher posterior than its shape alone gives, and one that fits
no word a lower one.

On pages these posteriors are too high where a line reads badly, and where the line network read it: the same
frames say all of its letters. So the odds of each character are calibrated by a logistic regression on pages
with known text [1]_, with the score of its line.

References
----------
.. [1] Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin Classifiers, 1999.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.word_model import word_log_probabilities
from ocr.numeric import softmax
from ocr.recognition.decoder import LANGUAGE_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64, Int64, Mask
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


class Calibration(NamedTuple):
    """Coefficients of the log-odds of a character.

    Attributes
    ----------
    constant : float
    odds : float
        Of the log-odds of its posterior.
    score : float
        Of the score of its line for each character.
    network : float
        For lines that the line network reads.
    """

    constant: float
    odds: float
    score: float
    network: float


# Fitted by ``python -m ocr.training.fit_confidence`` to 6,288 characters of the looked-at pages of 19 sets.
CALIBRATION = Calibration(constant=2.178, odds=0.504, score=0.775, network=-2.763)

AS_IT_IS = Calibration(constant=0.0, odds=1.0, score=0.0, network=0.0)
"""Leaves every probability as it is."""

# Log-odds and scores beyond these say no more.
_MOST_ODDS, _SCORES = 8.0, (-4.0, 2.0)


def line_inputs(score: float, *, without_cuts: bool) -> tuple[float, float]:
    """Return what a line says about its characters, the inputs of ``score`` and ``network``.

    Parameters
    ----------
    score : float
        Of the line, for each character; see :class:`ocr.recognition.decoder.RecognizedLine`.
    without_cuts : bool
        Whether the line network reads it.
    """
    return float(np.clip(score, *_SCORES)), float(without_cuts)


def log_odds(probabilities: Float64) -> Float64:
    """Return the logarithms of p / (1 - p), within limits."""
    rest = np.maximum(1 - probabilities, np.exp(-_MOST_ODDS))
    odds = np.log(np.maximum(probabilities, np.exp(-_MOST_ODDS)) / rest)
    return np.asarray(np.clip(odds, -_MOST_ODDS, _MOST_ODDS))


def calibrated(
    posteriors: Float64, chosen: Int64, of_line: tuple[float, float], calibration: Calibration
) -> Float64:
    """Calibrate the posteriors of the chosen characters; the other classes share what is left as before.

    Parameters
    ----------
    posteriors : (n, K) float64 array
    chosen : (n,) int64 array
        Class that was chosen at each place.
    of_line : pair of float
        From :func:`line_inputs`.
    calibration : Calibration

    Returns
    -------
    (n, K) float64 array
        Rows have sums of at most 1.
    """
    if calibration == AS_IT_IS:
        return posteriors
    rows = np.arange(len(chosen))
    before = np.minimum(posteriors[rows, chosen], 1.0)
    score, network = of_line
    odds = calibration.constant + calibration.odds * log_odds(before)
    odds += calibration.score * score + calibration.network * network
    after = 1 / (1 + np.exp(-odds))
    result: Float64 = posteriors * ((1 - after) / np.maximum(1 - before, 1e-12))[:, None]
    # Nothing is known of the others where the posterior was 1.
    np.minimum(result, (1 - after)[:, None], out=result)
    result[rows, chosen] = after
    return result
