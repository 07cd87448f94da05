"""Choose between two readings of a part of a line: the lattice's with the network's help, and the network's.

A logistic regression weighs what both say: how much more probable the network's text is by the network and by
the language, how well the shapes of the lattice fit its characters, and what kind of text it is. Letters that
join are for the network; block print, figures and single letters for the lattice. What holds for the whole
line counts for each of its parts, too: its letters are one hand's.
``python -m ocr.training.fit_line_choice`` fits its coefficients to pages with known text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.language.word_model import USUAL_COST
from ocr.line_network.ctc import text_log_probability
from ocr.recognition.decoder import Step
from ocr.recognition.text_score import text_score, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64
    from ocr.language.word_model import WordModel
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.labels import LabelGroups

Words = tuple[tuple[int, ...], ...]
"""A text: its words, of labels."""

# Lower log-probabilities count as this one.
_LEAST_LOG = -8.0


class Evidence(NamedTuple):
    """What speaks for the network's reading of a line, or of a part of it; sums grow with its length.

    Attributes
    ----------
    constant : float
        1.
    network : float
        How much higher the log-probability of its text is than that of the lattice's text, by the network.
    language : float
        ... and by the language.
    shapes : float
        One and the log-probability of the lattice's characters by their shapes, summed.
    rejects : float
        Probabilities that the glyphs of the lattice are no characters, summed.
    joined, digits, single : float
        Number of characters times the share of letters that are cut apart, of digits, and of words of one
        letter.
    sureness : float
        Log-probability of the network's text by the network, for each character.
    length : float
        Number of characters of the lattice.
    line_shapes, line_rejects, line_joined, line_sureness : float
        The same of the whole line that a part belongs to, for each of its characters; see :meth:`within`.
    """

    constant: float
    network: float
    language: float
    shapes: float
    rejects: float
    joined: float
    digits: float
    single: float
    sureness: float
    length: float
    line_shapes: float = 0.0
    line_rejects: float = 0.0
    line_joined: float = 0.0
    line_sureness: float = 0.0

    def within(self, line: Evidence) -> Evidence:
        """Return the evidence of a part with that of its whole line."""
        return self._replace(
            line_shapes=line.shapes / line.length,
            line_rejects=line.rejects / line.length,
            line_joined=line.joined / line.length,
            line_sureness=line.sureness,
        )


# Fitted to 429 parts of disputed lines, of the looked-at pages of 22 sets, of which one reading is better.
COEFFICIENTS = Evidence(
    constant=-0.199,
    network=0.080,
    language=0.159,
    shapes=-0.101,
    rejects=-0.523,
    joined=0.106,
    digits=-0.450,
    single=0.390,
    sureness=0.091,
    length=-0.049,
    line_shapes=-0.962,
    line_rejects=-2.168,
    line_joined=2.688,
    line_sureness=1.347,
)


def network_probability(evidence: Evidence) -> float:
    """Return the probability that the network's reading of a part of a line is the better one."""
    return float(1 / (1 + np.exp(-np.dot(evidence, COEFFICIENTS))))


def compare(
    line: RecognizedLine, logs: Float64, found: Words, labels: LabelGroups, model: WordModel
) -> Evidence:
    """Compare the readings of a line, or of a part of it.

    Parameters
    ----------
    line : RecognizedLine
        As the lattice reads it with what the network says.
    logs : (T, R + 2) float64 array
        What the line network says by labels, see :class:`ocr.line_network.beam_search.LineScores`.
    found : tuple of tuples of int
        The network's text, at least one word.
    labels : LabelGroups
    model : WordModel

    Returns
    -------
    Evidence
        Without that of a whole line.
    """
    read = line_words(line)
    candidates = [step.candidate for step in line.steps]
    chosen = [step.label for step in line.steps]
    count = len(chosen)
    rows = line.lattice.shape_log_probabilities[candidates]
    shapes = labels.log_probabilities(rows)[np.arange(count), chosen]
    says = words_log_probability(found, logs)
    return Evidence(
        constant=1.0,
        network=says - words_log_probability(read, logs),
        language=language_gain(found, labels, model) - language_gain(read, labels, model),
        shapes=count + float(np.maximum(shapes, _LEAST_LOG).sum()),
        rejects=float(labels.reject_probabilities(rows).sum()),
        joined=count * _joined_share(line),
        digits=float(sum(labels.names[label].isdigit() for label in chosen)),
        single=count * float(np.mean([len(word) == 1 for word in read])),
        sureness=says / sum(map(len, found)),
        length=float(count),
    )


def line_words(line: RecognizedLine) -> Words:
    """Return the words of a line, of labels."""
    return tuple(map(tuple, words_of(line.steps)))


def words_log_probability(words: Words, logs: Float64) -> float:
    """Return the log-probability of a text by the network, from its outputs (T, R + 2) by labels."""
    return text_log_probability(logs, text_columns(words, logs.shape[1] - 1))


def text_columns(words: Sequence[Sequence[int]], space: int) -> list[int]:
    """Return the columns of a text in the network's outputs: labels from 1 on, a space between words."""
    columns: list[int] = []
    for word in words:
        columns += [space] * bool(columns) + [label + 1 for label in word]
    return columns


def language_gain(words: Words, labels: LabelGroups, model: WordModel) -> float:
    """Return how much likelier than usual text the language finds a text."""
    steps = [
        Step(0, label, space_before=bool(number and place == 0))
        for number, word in enumerate(words)
        for place, label in enumerate(word)
    ]
    return text_score(steps, labels, model, fields=0.0, weight=1.0) + USUAL_COST * len(steps)


def _joined_share(line: RecognizedLine) -> float:
    """Return the share of neighbouring letters of a word that are cut apart."""
    cuts = line.is_cut_in_words
    return float(np.mean(cuts)) if cuts.size else 0.0
