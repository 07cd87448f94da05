"""Choose in which of four quarter turns a page lies upright, by what was read in each of them.

A conditional logistic regression weighs how surely the line network says its characters, how well the paths
of the lattice fit, and how much looks like writing [1]_. The network is the best witness: it knows joined
hands and print, and of letters upside down it is never as sure. ``python -m ocr.training.fit_turn_choice``
fits the coefficients to upright pages, turned each way.

References
----------
.. [1] McFadden, "Conditional logit analysis of qualitative choice behavior", Frontiers in Econometrics
       (1974).
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.recognition.network_reading import line_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.classifier.model import GlyphClassifier
    from ocr.page.layout import Layout
    from ocr.recognition.recognize import RecognizedPage

UPRIGHT_LOG_ODDS = log(100)
"""Of pages of which nothing is known: cameras and scanners store nearly all of them upright."""

# The longest lines of a page are enough, and so many frames that say a character: more count as these.
_MOST_LINES, _MOST_FRAMES = 8, 100
# The scores of a character lie between these: lower ones are no worse.
_LEAST_SCORE, _LEAST_WRITING, _MOST_WRITING = -6.0, -1.0, 0.5
# A page is upright if the network is so sure of so many frames. Of 440 turned views of pages no one was surer
# than -0.25, but a page of short words upside down reached -0.2.
_SURE, _FEWEST_FRAMES = -0.15, 20
# Fewer such frames, of a word, turn a page only if the network is so sure of them, and then no less than the
# second number; lines that do not look like writing turn none. Of 237 looked-at pages none is turned wrongly.
_FEWEST_TURNED, _FEWEST_SURE = 10, 4


class Evidence(NamedTuple):
    """What speaks for an orientation; evidence of more text counts more, as the root of its length does.

    Attributes
    ----------
    sureness : float
        Mean log-probability of the frames in which the line network says a character, of what it says.
    score : float
        Mean score of a character by the lattice.
    sureness_length, score_length : float
        The same times the length.
    writing_length : float
        Writing score of a character times the length.
    length : float
        Root of the number of such frames, a fifth of it: 2 at most.
    nothing : float
        1 if the network says no character, else 0.
    """

    sureness: float = 0.0
    score: float = 0.0
    sureness_length: float = 0.0
    score_length: float = 0.0
    writing_length: float = 0.0
    length: float = 0.0
    nothing: float = 0.0

    @property
    def support(self) -> float:
        """Logarithm of how likely the orientation is, but for a constant that all of a page share."""
        return float(np.dot(self, COEFFICIENTS))

    @property
    def turned_support(self) -> float:
        """The same for a turned picture, for which a word that is hard to read and grain are no evidence."""
        is_long = self.length >= _length_of(_FEWEST_SURE if self.sureness > _SURE else _FEWEST_TURNED)
        return self.support if is_long and self.writing_length > 0 else float("-inf")

    @property
    def is_sure(self) -> bool:
        """Whether the page is upright, however it would read in other orientations."""
        return self.sureness > _SURE and self.length >= _length_of(_FEWEST_FRAMES)


# Fitted to 245 pages turned each way, 139 looked-at ones and 106 drawn with handwriting fonts, characters and
# traces of pens: 244 of them stay upright, and 80 % of the turned ones are found.
COEFFICIENTS = Evidence(
    sureness=5.57,
    score=1.33,
    sureness_length=3.53,
    score_length=0.10,
    writing_length=0.55,
    length=7.62,
    nothing=-2.57,
)


def evidence_of(layout: Layout, recognized: RecognizedPage, model: GlyphClassifier) -> Evidence:
    """Return what speaks for the orientation in which a page was read.

    Parameters
    ----------
    layout : Layout
    recognized : RecognizedPage
        Without characters there is no evidence for it.
    model : GlyphClassifier
        A line network of its own is used instead of the shipped one.
    """
    lines = sorted(
        (*recognized.recognized_lines, *recognized.rejected_lines), key=lambda line: -len(line.steps)
    )[:_MOST_LINES]
    logs = [rows.max(axis=1)[rows.argmax(axis=1) > 0] for rows in line_outputs(layout, lines, model)]
    said = np.concatenate([np.empty(0), *logs])
    if not said.size:
        return Evidence(nothing=1.0)
    count, length = recognized.character_count, _length_of(said.size)
    sureness, score = float(said.mean()), max(recognized.score / count, _LEAST_SCORE)
    writing = min(max(recognized.writing_score / count, _LEAST_WRITING), _MOST_WRITING)
    return Evidence(sureness, score, sureness * length, score * length, writing * length, length)


def likeliest_turn(evidence: Sequence[Evidence]) -> int:
    """Return the likeliest number of quarter turns by what speaks for 0, 1, 2 and 3 of them."""
    upright, *turned = evidence
    return int(np.argmax([upright.support + UPRIGHT_LOG_ODDS, *(one.turned_support for one in turned)]))


def _length_of(frames: int) -> float:
    return float(np.sqrt(min(frames, _MOST_FRAMES))) / 5
