r"""Search the lattices of lines a second time, with what the line network says of each candidate glyph.

The lattice knows where letters may end and what each piece of ink looks like; the line network knows which
characters follow each other, not where they end. Both meet here. The network says a character in one or two
of the frames that lie under it, so the probability that it says class k under a glyph is

.. math:: P(k) = 1 - \prod_t (1 - p_t(k)),

over the frames t under the glyph: a noisy or [1]_. Its logarithm counts beside shape and metrics, and in the
same way what it says of spaces counts beside the widths of gaps.

References
----------
.. [1] Pearl, "Probabilistic reasoning in intelligent systems", sec. 4.3.2 (1988).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.line_network.frames import EARLY_PX, FRAME_PX
from ocr.line_network.line_model import CLASSES
from ocr.numeric import logsumexp
from ocr.recognition.decoder import LineSearch, decode, edges_of
from ocr.recognition.hypotheses import language_weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float64
    from ocr.language.word_model import WordModel
    from ocr.recognition.decoder import RecognizedLine
    from ocr.recognition.labels import LabelGroups
    from ocr.recognition.network_reading import NetworkReading
    from ocr.recognition.segments import LineLattice

# How much the network counts beside the shapes, and beside the widths of gaps: of 0.4, 0.6 and 0.8 the one
# with fewest errors on the looked-at pages in print. With 0.7 a thin point of a drawn price is lost.
_WEIGHT, _SPACE_WEIGHT = 0.6, 0.6
# The network is wrong about a letter or a figure, about a point or another small mark, and about a
# space, at least so often: points of prices it often leaves out.
_WRONG, _WRONG_MARK, _WRONG_SPACE = 0.01, 0.2, 0.02
# Log-probability that a glyph loses for each further character that the network says under it. With 0 there
# are 2 % more errors on the looked-at pages, with 3 none fewer; the three numbers below matter less.
_EXTRA_WEIGHT = 2.0
# So many frames to each side of a glyph may say it, too.
_BESIDE = 0.75
# Upright, a glyph is narrower than its box by this share of what its height leans, but not narrower than this
# share of the box.
_LEANING, _LEAST_WIDTH = 0.7, 0.35
_SPACE = CLASSES[" "]


def search_again(
    pairs: Sequence[tuple[RecognizedLine, NetworkReading]],
    labels: LabelGroups,
    words: WordModel,
    *,
    weight: float,
) -> list[RecognizedLine]:
    """Read lines by their lattices and by what the line network says of them.

    Parameters
    ----------
    pairs : sequence of (RecognizedLine, NetworkReading)
        A line as the lattice reads it, and as the network reads it.
    labels : LabelGroups
    words : WordModel
    weight : float
        Of the language, see :func:`page_language_weight`.

    Returns
    -------
    list of RecognizedLine
        Their lattices have what the network says in their log-probabilities. Their scores are those of the
        lattice alone, for as many characters as they have now: they tell how well a line reads.
    """
    lattices = [with_network(line.lattice, reading) for line, reading in pairs]
    searches = [LineSearch(edges_of(one, labels), one.space_logits) for one in lattices]
    paths = decode(searches, words, weight=weight)
    return [
        replace(
            line,
            lattice=_rescaled(lattice, line.lattice.log_probabilities, labels),
            steps=path.steps,
            score=line.score * len(path.steps) / max(1, len(line.steps)),
        )
        for (line, _), lattice, path in zip(pairs, lattices, paths, strict=True)
    ]


def _rescaled(lattice: LineLattice, before: Float64, labels: LabelGroups) -> LineLattice:
    """Return a lattice whose candidates are characters at all as probably as before (N, K).

    What the network says makes some characters less probable. Which candidate is a letter, it does not say.
    """
    readable = labels.members.any(axis=0)
    lost = logsumexp(before[:, readable]) - logsumexp(lattice.log_probabilities[:, readable])
    return replace(lattice, log_probabilities=lattice.log_probabilities + lost[:, None])


def page_language_weight(lines: Sequence[RecognizedLine]) -> float:
    """Return how much the language counts on a page, from the lines that were read on it."""
    cuts = np.concatenate([line.is_cut_before for line in lines])
    return language_weight(int(cuts.sum()), int((~cuts).sum()))


def with_network(lattice: LineLattice, reading: NetworkReading) -> LineLattice:
    """Return a lattice with what the network says of its candidates and of the gaps between its segments."""
    said = np.exp(reading.logs)
    first, last = frames_under(lattice.boxes, reading)
    classes = reading.columns.of_classes
    under = _said_between(said[:, classes], first - _BESIDE, last + _BESIDE)
    # It says nothing of classes that it does not know.
    under[:, classes == 0] = 1
    wrong = np.where(reading.columns.is_small_mark, _WRONG_MARK, _WRONG)
    witness = _WEIGHT * np.log(wrong + (1 - wrong) * under)
    witness -= _EXTRA_WEIGHT * _characters_beside_one(said, first, last)[:, None]
    return replace(
        lattice,
        log_probabilities=lattice.log_probabilities + witness,
        space_logits=lattice.space_logits + _SPACE_WEIGHT * _space_logits(lattice, reading, said),
    )


def frames_under(boxes: Float64, reading: NetworkReading) -> tuple[Float64, Float64]:
    """Return the first and the last frame (N,) that lie under boxes (N, 4), as fractions."""
    top, left, bottom, right = boxes.T
    image, box = reading.image, reading.box
    middle = image.cols_of((top + bottom) / 2 - box.top, (left + right) / 2 - box.left)
    leaning = _LEANING * abs(image.slant) * (bottom - top)
    width = np.maximum(right - left - leaning, _LEAST_WIDTH * (right - left)) / image.scale
    return (middle - width / 2 - EARLY_PX) / FRAME_PX, (middle + width / 2 - EARLY_PX) / FRAME_PX


def _said_between(said: Float64, first: Float64, last: Float64) -> Float64:
    """Return the probability (N, C) that each output is said, from probabilities (T, C), in some frames."""
    count = len(said)
    not_said = np.zeros((count + 1, said.shape[1]))
    np.log1p(-np.minimum(said, 1 - 1e-6)).cumsum(axis=0, out=not_said[1:])
    start = np.clip(np.floor(first), 0, count - 1).astype(int)
    stop = np.clip(np.ceil(last) + 1, start + 1, count).astype(int)
    return np.asarray(-np.expm1(not_said[stop] - not_said[start]))


def _characters_beside_one(said: Float64, first: Float64, last: Float64) -> Float64:
    """Return how many characters (N,) beside one the network is expected to say in the frames of a glyph."""
    characters = said[:, 1:].copy()
    characters[:, _SPACE - 1] = 0
    # A character that is said in two frames on end is one.
    characters[1:] *= 1 - said[:-1, 1:]
    # Frames that clearly lie under the glyph: those at its edges may say its neighbours.
    counted = np.append(0, characters.sum(axis=1).cumsum())
    start, stop = (np.clip(np.rint(place), 0, len(said)).astype(int) for place in (first + 0.25, last + 0.75))
    return np.asarray(np.maximum(counted[np.maximum(start, stop)] - counted[start] - 1, 0))


def _space_logits(lattice: LineLattice, reading: NetworkReading, said: Float64) -> Float64:
    """Return the log-odds (n - 1,) that the network says a space between neighbouring segments."""
    middles = np.mean(frames_under(lattice.segment_boxes, reading), axis=0)
    space = _said_between(said[:, [_SPACE]], middles[:-1] - 0.5, middles[1:] + 0.5)[:, 0]
    space = np.clip(space, _WRONG_SPACE, 1 - _WRONG_SPACE)
    logits = np.log(space) - np.log1p(-space)
    if lattice.comb_gaps_px is not None:
        # The boxes of a form say where spaces are.
        logits[~np.isnan(lattice.comb_gaps_px)] = 0
    return np.asarray(logits)
