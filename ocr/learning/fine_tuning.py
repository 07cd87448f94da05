"""Fine-tune a network on the glyphs of one hand.

The first layer stays as it is. Each step learns from glyphs of the hand and, in part, from rehearsed
characters whose targets are the probabilities of the network before [1]_. All are distorted anew each time.
In the end the weights before and after are mixed: most of the gain stays, and little is forgotten [2]_.

References
----------
.. [1] Li, Hoiem, "Learning without forgetting", IEEE PAMI 40(12), 2018.
.. [2] Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.features import INPUTS
from ocr.classifier.network import Layer, view_as_network, write_network
from ocr.numeric import softmax
from ocr.training.augmentation import AugmentSettings, distort
from ocr.training.batches import Block
from ocr.training.input_scaling import Scaling
from ocr.training.learner import Learner
from ocr.training.schedules import half_cosine
from ocr.training.settings import TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float32, Int64
    from ocr.classifier.model import Model
    from ocr.classifier.network import Network
    from ocr.learning.aligned_glyphs import AlignedGlyphs


# All layers at a third of the rate learn no more (three writers who are not in the benchmark, four pages of
# each). Twice as many epochs take twice as long, and the line network reads most of joined writing by now.
_RATE, _BATCH, _EPOCHS, _FROZEN = 1e-3, 128, 4, 1
# Rehearsed characters for each glyph of the hand, and how much the label of a glyph counts against the
# probabilities of the network before.
_REHEARSED, _LABEL_WEIGHT = 0.5, 0.85
# Share of the weights after learning in those that are used. EMNIST by merge falls by 0.18 and 0.12 points
# for two writers who are not in the benchmark, and by 0.22 and 0.17 points with 0.4; of their own glyphs 77 %
# are named right with 0.3, and 79 % with 0.4.
_MIXED = 0.3
# Share of the classes that is spread evenly, so that none is impossible.
_EVEN_SHARE = 0.05
# Inputs that the scaling is measured on.
_MEASURED = 2000


def fine_tuned(
    model: Model,
    glyphs: AlignedGlyphs,
    rehearsal: Float32,
    *,
    rng: np.random.Generator,
    on_step: Callable[[float], None] | None = None,
) -> Model:
    """Return a model that has learnt glyphs of one hand.

    Parameters
    ----------
    model : Model
    glyphs : AlignedGlyphs
        At least one.
    rehearsal : (R, 28, 28) float32 array
        Crops on which it is to stay as it is.
    rng : numpy.random.Generator
    on_step : callable, optional
        Called with the share of the steps that is done.

    Returns
    -------
    Model
        Without a checksum.
    """
    settings = TrainingSettings(
        hidden=model.sizes[1:-1],
        input=model.input,
        activation=model.activation,
        batch_size=_BATCH,
        frozen=min(_FROZEN, len(model.network) - 1),
        weight_decay=0.0,
        distillation_weight=1.0,
    )
    function = INPUTS[model.input].function
    scaling = Scaling.measured_on(function(np.concatenate([glyphs.crops[:_MEASURED], rehearsal[:_MEASURED]])))
    learner = Learner(
        settings,
        model.sizes,
        start=lambda vector: write_network(
            view_as_network(vector, model.sizes), scaling.taken_out_of(model.network)
        ),
    )
    per_epoch = math.ceil((len(glyphs.labels) + _rehearsed(glyphs)) / _BATCH)
    steps = _EPOCHS * per_epoch
    for _ in range(_EPOCHS):
        block = _block(model, glyphs, rehearsal, scaling, rng)
        for start in range(0, len(block.labels), _BATCH):
            rate = _RATE * half_cosine(learner.steps / steps)
            learner.step(block, slice(start, start + _BATCH), rate)
            if on_step is not None:
                on_step(learner.steps / steps)
    after = scaling.merged_into(view_as_network(learner.vector, model.sizes))
    return replace(model, network=mixed(model.network, after, _MIXED), checksum="")


def _rehearsed(glyphs: AlignedGlyphs) -> int:
    return max(1, round(_REHEARSED * len(glyphs.labels)))


def _block(
    model: Model, glyphs: AlignedGlyphs, rehearsal: Float32, scaling: Scaling, rng: np.random.Generator
) -> Block:
    """Return all glyphs and as many rehearsed characters as go with them, in random order."""
    count = len(glyphs.labels)
    chosen = rng.integers(0, len(rehearsal), _rehearsed(glyphs))
    crops = np.concatenate([glyphs.crops, rehearsal[chosen]])
    crops = distort(crops, settings=AugmentSettings(), rng=rng)
    shifts = np.zeros((len(crops), len(model.classes)), np.float32)
    shifts[:count] = _log_shares(glyphs.labels, len(model.classes))
    targets = softmax(model.log_probabilities(crops) + shifts)
    targets[:count] *= np.float32(1 - _LABEL_WEIGHT)
    targets[np.arange(count), glyphs.labels] += np.float32(_LABEL_WEIGHT)
    order = rng.permutation(len(crops))
    inputs = scaling(INPUTS[model.input].function(crops[order]))
    return Block(inputs, targets[order].argmax(axis=1), shifts[order], targets[order])


def _log_shares(labels: Int64, classes: int) -> Float32:
    """Return the logarithm of the share of each class (K,) among the glyphs, evened out.

    Running text has many letters and few digits. The logits are shifted by this, so that the network learns
    the shapes of the writer, and not that a stroke is an l rather than a 1 for anyone.
    """
    shares = np.bincount(labels, minlength=classes) / len(labels)
    return np.log((1 - _EVEN_SHARE) * shares + _EVEN_SHARE / classes).astype(np.float32)


def mixed(before: Network, after: Network, share_after: float) -> Network:
    """Return the weighted mean of two networks."""
    share = np.float32(share_after)
    return tuple(
        Layer(
            (1 - share) * one.weights + share * other.weights,
            (1 - share) * one.bias + share * other.bias,
        )
        for one, other in zip(before, after, strict=True)
    )


def mean_network(networks: Sequence[Network]) -> Network:
    """Return the mean of some networks."""
    count = np.float32(len(networks))
    return tuple(
        Layer(sum(one.weights for one in layers) / count, sum(one.bias for one in layers) / count)
        for layers in zip(*networks, strict=True)
    )
