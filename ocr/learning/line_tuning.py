"""Fine-tune the line network on the corrected lines of one hand.

All stages learn with CTC, in a few small steps, each from some of the lines and from new lines that are
composed of their words. Lines are distorted anew each time. In the end the weights before and after are
mixed, as those of the network of glyphs, the more of those after, the more there was to learn from: less is
forgotten of letters that were not among it [1]_. What networks have learnt from parts of the lines is a good
start for learning all of them: the mean of their weights.

References
----------
.. [1] Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.learning.composed_lines import WordBank, written_words
from ocr.learning.fine_tuning import mean_network, mixed
from ocr.line_network.ctc import text_log_probability
from ocr.line_network.frames import FRAME_PX
from ocr.line_network.line_model import CLASSES, line_log_probabilities
from ocr.training.line_trainer import LineTrainer, as_vector, augmented, classes_of, make_batch
from ocr.training.schedules import half_cosine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.learning.corrected_pages import LineWithText
    from ocr.line_network.sliding_network import SlidingNetwork

# A line whose text is less probable than this by the network before, in nats a character, has another text or
# has lost a word: of 86 corrected lines of six hands five are, and the next one has 1.4. Right lines of a
# hand that is hard to read are less probable: so many times the median of its lines is allowed. The third is
# the most of all: an answer by chance costs log 95 = 4.6.
_MOST_LOSS, _MEDIANS, _MOST_LOSS_OF_ALL = 2.0, 2.0, 4.0
# Chosen on 16 UNIPEN writers who are not in the benchmark, four pages of each, when each line was seen 12
# times in at most 72 steps. Their test lines have 7.3 % errors, with the language, after twice as many frames
# in each step, 1.7 times as many steps and a rate of 4e-4, and 7.5 % with these, in a third of the time; the
# median of the errors left is 78 % instead of 85 %.
_RATE, _WARM_STEPS = 5e-4, 10
# Each line is seen so many times, in at least and at most so many steps. Of one writer of held-out providers
# who is not in the benchmark, 21.8 % of the characters are wrong before, 11.2 % after 60 larger steps on 84
# lines, and 6.5 % after 150, with 0.7 of the change. Four others keep 31 % of their errors, and 34 % with two
# thirds of the steps. More steps take longer than learning may take.
_PASSES, _FEWEST_STEPS, _MOST_STEPS = 18, 36, 108
# Share of the weights after learning in those that are used: the first after so few characters of corrected
# lines, the second after so many. Measured on eight writers of the held-out providers who are not in the
# benchmark. Four of them with 250 to 350 characters have 16.6 % errors before, 11.2 % after with 0.7, and
# 13.9 % with 1; four with 480 to 505 characters 18.8, 11.1 and 10.5 %; the one above 6.5 and 2.7 %.
_MIXED, _CHARACTERS = (0.7, 1.0), (300, 900)
# Lines of a step: so many frames of the corrected ones, chosen anew for each, and so many composed ones.
_STEP_FRAMES, _COMPOSED = 500, 4


class TunedLineNetwork(NamedTuple):
    """A line network that has learnt a hand.

    Attributes
    ----------
    network : SlidingNetwork
        To be used: its weights are mixed with those before.
    learnt : SlidingNetwork
        As learning left it.
    """

    network: SlidingNetwork
    learnt: SlidingNetwork


def tuned_line_network(
    network: SlidingNetwork,
    lines: Sequence[LineWithText],
    *,
    rng: np.random.Generator,
    learnt_from_parts: Sequence[SlidingNetwork] = (),
    on_step: Callable[[float], None] | None = None,
) -> TunedLineNetwork:
    """Return a line network that has learnt the lines of one hand; the same one if no text fits its line.

    Parameters
    ----------
    network : SlidingNetwork
    lines : sequence of LineWithText
    rng : numpy.random.Generator
    learnt_from_parts : sequence of SlidingNetwork
        What was learnt from parts of the lines, to begin with: half of the steps are enough then.
    on_step : callable, optional
        Called with the share of the steps that is done.

    Returns
    -------
    TunedLineNetwork
    """
    known = fitting_lines(network, lines)
    if not known:
        return TunedLineNetwork(network, network)
    start = mean_line_network(learnt_from_parts) if learnt_from_parts else network
    trainer = LineTrainer(as_vector(start))
    bank = WordBank(written_words(start, known))
    steps = _steps_for(known) // (2 if learnt_from_parts else 1)
    for step in range(steps):
        chosen = _chosen(known, rng)
        chosen += [bank.compose(rng) for _ in range(_COMPOSED if bank.words else 0)]
        images = [augmented(line.pixels, rng) for line in chosen]
        rate = _RATE * half_cosine(step / steps) * min(1.0, (step + 1) / _WARM_STEPS)
        trainer.step(make_batch(images, [classes_of(line.text) for line in chosen]), rate)
        if on_step is not None:
            on_step((step + 1) / steps)
    share = np.interp(sum(len(line.text) for line in known), _CHARACTERS, _MIXED)
    return TunedLineNetwork(mixed_line_network(network, trainer.network, float(share)), trainer.network)


def mixed_line_network(before: SlidingNetwork, after: SlidingNetwork, share_after: float) -> SlidingNetwork:
    """Return the weighted mean of two line networks."""
    return tuple(mixed(one, other, share_after) for one, other in zip(before, after, strict=True))


def mean_line_network(networks: Sequence[SlidingNetwork]) -> SlidingNetwork:
    """Return the mean of some line networks."""
    return tuple(mean_network(stages) for stages in zip(*networks, strict=True))


def _steps_for(lines: Sequence[LineWithText]) -> int:
    """Return how many steps see each line so often as it is to be seen, within bounds."""
    frames = float(sum(line.pixels.shape[1] for line in lines)) / FRAME_PX
    return min(_MOST_STEPS, max(_FEWEST_STEPS, round(_PASSES * frames / _STEP_FRAMES)))


def fitting_lines(network: SlidingNetwork, lines: Sequence[LineWithText]) -> list[LineWithText]:
    """Return the lines whose text the network can write, and finds about as possible as other lines."""
    written = [line for line in lines if line.text and set(line.text) <= set(CLASSES)]
    if not written:
        return []
    logs = line_log_probabilities(network, [line.pixels for line in written])
    losses = [
        -text_log_probability(own, classes_of(line.text)) / len(line.text)
        for line, own in zip(written, logs, strict=True)
    ]
    most = max(_MOST_LOSS, min(_MOST_LOSS_OF_ALL, _MEDIANS * float(np.median(losses))))
    return [line for line, loss in zip(written, losses, strict=True) if loss < most]


def _chosen(lines: Sequence[LineWithText], rng: np.random.Generator) -> list[LineWithText]:
    """Choose lines for a step: all of them, or as many as it has frames for."""
    order = [lines[int(number)] for number in rng.permutation(len(lines))]
    ends = np.cumsum([line.pixels.shape[1] / FRAME_PX for line in order])
    return order[: max(1, int(np.searchsorted(ends, _STEP_FRAMES)))]
