r"""Connectionist temporal classification: the probability of a text when no one says which frame is what.

Each frame of a line says a character or nothing ("blank"). A sequence of such outputs stands for the text
that is left when repeated outputs are merged and blanks dropped, so ``-hh-e-ll-l-o`` is ``hello``. The
probability of a text is the sum over all sequences that stand for it. With the text extended by blanks,
:math:`l' = (-, l_1, -, l_2, ..., -)`, the sum is a forward recursion over frames t and places s

.. math:: \alpha_t(s) = y_t(l'_s) (\alpha_{t-1}(s) + \alpha_{t-1}(s-1) + [l'_s \ne -, l'_s \ne l'_{s-2}]
          \alpha_{t-1}(s-2)),

and with the same recursion from behind, :math:`\beta`, the derivative of the loss :math:`-\ln p` by the logit
of class k in frame t is the probability of k there less the share :math:`\gamma` of the paths of the text
that say k there [1]_:

.. math:: \frac{\partial E}{\partial z_{tk}} = y_{tk} - \sum_{s: l'_s = k} \gamma_t(s).

All is computed with logarithms, for a batch of lines at once.

References
----------
.. [1] Graves, Fernandez, Gomez, Schmidhuber, "Connectionist temporal classification: labelling unsegmented
       sequence data with recurrent neural networks", ICML 2006.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import AnyFloat, Int64, Mask

BLANK = 0
"""The class that says nothing."""

# Stands for log 0: finite, so that differences of two of them are numbers.
_NEVER = -1e30


class CtcResult(NamedTuple):
    """Losses (B,), -log p of each text, inf if it has no path, and gradients (B, T, K) by the logits."""

    losses: AnyFloat
    gradients: AnyFloat


def ctc_loss(log_probabilities: AnyFloat, lengths: Int64, texts: Sequence[Sequence[int]]) -> CtcResult:
    """Compute the loss of a batch of lines and its gradient.

    Parameters
    ----------
    log_probabilities : (B, T, K) float array
        Log-softmax of the logits; column 0 is the blank.
    lengths : (B,) int array
        Frames of each line, at most T; what is behind them counts nothing.
    texts : sequence of B sequences of int
        Classes of the characters, from 1 on.

    Returns
    -------
    CtcResult
        A line without a path has an infinite loss and a gradient of zero.
    """
    extended, places = _extended(texts)
    emitted = np.take_along_axis(log_probabilities, extended[:, None, :], axis=2)
    may_skip = _may_skip(extended)
    forwards = _forward(emitted, may_skip)
    final = _ends(forwards, lengths, places)
    backwards = _backward(emitted, may_skip, lengths, places)
    possible = final > _NEVER / 2
    shares = np.exp(np.minimum(forwards + backwards - np.where(possible, final, 0)[:, None, None], 0))
    gradients = np.exp(log_probabilities)
    for row in range(len(texts)):
        if not possible[row]:
            gradients[row] = 0
            continue
        count, size = int(lengths[row]), int(places[row])
        one_hot = np.zeros((size, log_probabilities.shape[2]), shares.dtype)
        one_hot[np.arange(size), extended[row, :size]] = 1
        gradients[row, :count] -= shares[row, :count, :size] @ one_hot
        gradients[row, count:] = 0
    return CtcResult(np.where(possible, -final, np.inf), gradients)


def text_log_probability(log_probabilities: AnyFloat, text: Sequence[int]) -> float:
    """Return the log-probability that a line (T, K) says a text; very low if it has no path."""
    extended, places = _extended([text])
    emitted = log_probabilities[None][:, :, extended[0]]
    forwards = _forward(emitted, _may_skip(extended))
    return float(_ends(forwards, np.array([len(log_probabilities)]), places)[0])


def align_text(log_probabilities: AnyFloat, text: Sequence[int]) -> Int64 | None:
    """Find the frames that say each character of a text, on the most probable path.

    Parameters
    ----------
    log_probabilities : (T, K) float array
    text : sequence of n int
        Classes of the characters, from 1 on; n at least 1.

    Returns
    -------
    (n, 2) int64 array or None
        First frame of each character and the one behind its last; None if the text has no path.
    """
    extended, _ = _extended([text])
    emitted, skipped = log_probabilities[:, extended[0]], np.where(_may_skip(extended)[0], 0, _NEVER)
    frames, places = emitted.shape
    best = np.full(places + 2, _NEVER)
    best[2 : 2 + min(2, places)] = emitted[0, :2]
    came_from = np.zeros((frames, places), dtype=np.int64)
    for frame in range(1, frames):
        ways = np.stack([best[2:], best[1:-1], best[:-2] + skipped])
        came_from[frame] = ways.argmax(axis=0)
        best[2:] = ways.max(axis=0) + emitted[frame]
    place = places - 1 if best[-1] > best[-2] else places - 2
    if best[place + 2] < _NEVER / 2:
        return None
    path = np.empty(frames, dtype=np.int64)
    for frame in range(frames - 1, -1, -1):
        path[frame] = place
        place -= int(came_from[frame, place])
    wanted = 2 * np.arange(len(text)) + 1
    return np.column_stack([np.searchsorted(path, wanted), np.searchsorted(path, wanted, side="right")])


def _extended(texts: Sequence[Sequence[int]]) -> tuple[Int64, Int64]:
    """Return the texts with blanks around each character, (B, S), and the number of places of each (B,)."""
    places = np.array([2 * len(text) + 1 for text in texts])
    extended = np.full((len(texts), int(places.max())), BLANK)
    for row, text in enumerate(texts):
        extended[row, 1 : 2 * len(text) : 2] = text
    return extended, places


def _may_skip(extended: Int64) -> Mask:
    """Return whether a place may follow the last but one: it is a character and another one (B, S)."""
    skip = np.zeros(extended.shape, dtype=bool)
    skip[:, 2:] = (extended[:, 2:] != BLANK) & (extended[:, 2:] != extended[:, :-2])
    return skip


def _forward(emitted: AnyFloat, may_skip: Mask) -> AnyFloat:
    """Return log alpha (B, T, S): all ways to be at a place in a frame, that frame included."""
    batch, frames, places = emitted.shape
    result = np.full((batch, frames, places), _NEVER, emitted.dtype)
    result[:, 0, : min(2, places)] = emitted[:, 0, : min(2, places)]
    skipped = np.where(may_skip, 0, _NEVER).astype(emitted.dtype)
    padded = np.full((batch, places + 2), _NEVER, emitted.dtype)
    for frame in range(1, frames):
        padded[:, 2:] = result[:, frame - 1]
        result[:, frame] = emitted[:, frame] + _log_sum(
            padded[:, 2:], padded[:, 1:-1], padded[:, :-2] + skipped
        )
    return result


def _ends(forwards: AnyFloat, lengths: Int64, places: Int64) -> AnyFloat:
    """Return the log-probability (B,) of all ways that end in the last character or in a blank behind it."""
    batch = np.arange(len(lengths))
    last = forwards[batch, lengths - 1]
    before = np.where(places > 1, last[batch, np.maximum(places - 2, 0)], _NEVER)
    return np.logaddexp(last[batch, places - 1], before)


def _backward(emitted: AnyFloat, may_skip: Mask, lengths: Int64, places: Int64) -> AnyFloat:
    """Return log beta (B, T, S): all ways from a place in a frame to the end, that frame not included."""
    batch, frames, width = emitted.shape
    ends = np.full((batch, width), _NEVER, emitted.dtype)
    rows = np.arange(batch)
    ends[rows, places - 1] = 0
    ends[rows, np.maximum(places - 2, 0)] = 0
    result = np.full((batch, frames, width), _NEVER, emitted.dtype)
    skipped = np.full((batch, width), _NEVER, emitted.dtype)
    skipped[:, :-2] = np.where(may_skip[:, 2:], 0, _NEVER)
    padded = np.full((batch, width + 2), _NEVER, emitted.dtype)
    for frame in range(frames - 1, -1, -1):
        if frame < frames - 1:
            padded[:, :-2] = result[:, frame + 1] + emitted[:, frame + 1]
            result[:, frame] = _log_sum(padded[:, :-2], padded[:, 1:-1], padded[:, 2:] + skipped)
        is_last = lengths == frame + 1
        result[is_last, frame] = ends[is_last]
    return result


def _log_sum(first: AnyFloat, second: AnyFloat, third: AnyFloat) -> AnyFloat:
    """Return log(exp(a) + exp(b) + exp(c))."""
    peak = np.maximum(np.maximum(first, second), third)
    total = np.exp(first - peak)
    total += np.exp(second - peak)
    total += np.exp(third - peak)
    np.log(total, out=total)
    total += peak
    return np.maximum(total, _NEVER)
