"""Fine-tune the line network on the corrected lines of one hand.

All stages learn with CTC, in a few small steps, each from some of the lines and from new lines that are
composed of their words. Lines are distorted anew each time. In the end the weights before and after are
mixed, as those of the network of glyphs: most of the gain stays, and less is forgotten [1]_.

References
----------
.. [1] Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocr.learning.composed_lines import WordBank, written_words
from ocr.learning.fine_tuning import mixed, write_network
from ocr.line_network.ctc import text_log_probability
from ocr.line_network.frames import FRAME_PX, FRAME_SIZE
from ocr.line_network.line_model import CLASSES, STAGES, line_log_probabilities
from ocr.line_network.sliding_network import count_sliding_parameters, view_as_sliding_network
from ocr.training.line_trainer import LineTrainer, augmented, make_batch
from ocr.training.schedules import half_cosine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float32
    from ocr.learning.corrected_pages import LineWithText
    from ocr.line_network.sliding_network import SlidingNetwork

# A line whose text is less probable than this by the network before, in nats a character, has another text or
# has lost a word: of 86 corrected lines of six hands five are, and the next one has 1.4.
_MOST_LOSS = 2.0
# Chosen on five UNIPEN writers who are not in the benchmark, four pages of each. Their test lines have 18.0 %
# errors before, with the language; 11.1 % after 40 steps at 3e-4 from their lines alone, 10.4 % after 60 with
# 8 composed lines in each, and 10.6 % at 5e-4 with 16. Lines that are distorted more strongly give 10.8 %.
_RATE, _STEPS, _WARM_STEPS = 4e-4, 60, 10
# Share of the weights after learning in those that are used. After one page of three of these writers, 15.8 %
# errors with 0.7, 16.9 % with 0.9 and 18.0 % with 0.3 (21.3 % before); after two pages 14.0, 14.2 and 17.8 %.
_MIXED = 0.7
# Lines of a step: so many frames of the corrected ones, chosen anew for each, and so many composed ones.
_STEP_FRAMES, _COMPOSED = 1000, 8


def tuned_line_network(
    network: SlidingNetwork,
    lines: Sequence[LineWithText],
    *,
    rng: np.random.Generator,
    on_step: Callable[[float], None] | None = None,
) -> SlidingNetwork:
    """Return a line network that has learnt the lines of one hand; the same one if no text fits its line.

    Parameters
    ----------
    network : SlidingNetwork
    lines : sequence of LineWithText
    rng : numpy.random.Generator
    on_step : callable, optional
        Called with the share of the steps that is done.

    Returns
    -------
    SlidingNetwork
    """
    known = fitting_lines(network, lines)
    if not known:
        return network
    trainer = LineTrainer(_as_vector(network))
    bank = WordBank(written_words(network, known))
    for step in range(_STEPS):
        chosen = _chosen(known, rng)
        chosen += [bank.compose(rng) for _ in range(_COMPOSED if bank.words else 0)]
        images = [augmented(line.pixels, rng) for line in chosen]
        rate = _RATE * half_cosine(step / _STEPS) * min(1.0, (step + 1) / _WARM_STEPS)
        trainer.step(make_batch(images, [classes_of(line.text) for line in chosen]), rate)
        if on_step is not None:
            on_step((step + 1) / _STEPS)
    return tuple(mixed(before, after, _MIXED) for before, after in zip(network, trainer.network, strict=True))


def fitting_lines(network: SlidingNetwork, lines: Sequence[LineWithText]) -> list[LineWithText]:
    """Return the lines whose text the network can write, and finds possible for their ink."""
    written = [line for line in lines if line.text and set(line.text) <= set(CLASSES)]
    logs = line_log_probabilities(network, [line.pixels for line in written])
    return [
        line
        for line, own in zip(written, logs, strict=True)
        if text_log_probability(own, classes_of(line.text)) > -_MOST_LOSS * len(line.text)
    ]


def classes_of(text: str) -> list[int]:
    """Return the classes of the characters of a text, all of which the network knows."""
    return [CLASSES[character] for character in text]


def _chosen(lines: Sequence[LineWithText], rng: np.random.Generator) -> list[LineWithText]:
    """Choose lines for a step: all of them, or as many as it has frames for."""
    order = [lines[int(number)] for number in rng.permutation(len(lines))]
    ends = np.cumsum([line.pixels.shape[1] / FRAME_PX for line in order])
    return order[: max(1, int(np.searchsorted(ends, _STEP_FRAMES)))]


def _as_vector(network: SlidingNetwork) -> Float32:
    """Return a copy of the parameters (P,)."""
    vector = np.empty(count_sliding_parameters(STAGES, FRAME_SIZE), np.float32)
    for layers, begun in zip(view_as_sliding_network(vector, STAGES, FRAME_SIZE), network, strict=True):
        write_network(layers, begun)
    return vector
