"""What a training run learns from: crops, labels, the part held out, and blocks of distorted inputs.

Characters of different origin (EMNIST, fonts, ...) have different classes and shares of them. With several
origins the logits are shifted by the logarithm of each class's share in the origin of the character before
the loss is taken [1]_: the network learns what shapes say, and how frequent a class is stays outside, to be
added when reading.

References
----------
.. [1] Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.

A generator that works ahead in a second thread.

How frequent kinds of characters are in the whole of EMNIST, for models that learn from a part of it.
"""

from __future__ import annotations

import queue
import string
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from ocr.classifier.features import FEATURE_COUNT, features
from ocr.classifier.network import Layer, Network, predict_logits, view_as_network
from ocr.numeric import softmax
from ocr.training.augmentation import AugmentSettings, distort

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from ocr.array_types import Float32, GrayBytes, Int64
    from ocr.classifier.model import Model
    from ocr.training.settings import TrainingSettings


# Characters prepared at once by the second thread.
_BLOCK = 4096
# Share of an origin's prior that is spread evenly, so that no class is impossible anywhere.
_EVEN_SHARE = 0.05


def as_float(crops: GrayBytes) -> Float32:
    """Turn stored crops, 0 .. 255, into what :mod:`ocr.classifier.features` takes, 0 .. 1."""
    return np.multiply(crops, np.float32(1 / 255), dtype=np.float32)


def log_priors_of(labels: Int64, origins: Int64 | None, *, classes: int) -> Float32:
    """Logarithm of each class's share (S, K) in each origin, slightly evened out; 0 without origins."""
    if origins is None:
        return np.zeros((1, classes), dtype=np.float32)
    shares = np.stack(
        [
            np.bincount(labels[origins == origin], minlength=classes)
            for origin in range(int(origins.max()) + 1)
        ]
    ).astype(np.float64)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return np.log((1 - _EVEN_SHARE) * shares + _EVEN_SHARE / classes).astype(np.float32)


@dataclass(slots=True)
class Scaling:
    """Shift and stretch of each feature to mean 0 and spread 1, folded into the first layer at the end."""

    mean: Float32
    inverse_spread: Float32

    @classmethod
    def measured_on(cls, inputs: Float32) -> Scaling:
        """Measure the scaling on features (N, F)."""
        # The floor keeps features that hardly ever vary, such as corners, from being blown up.
        return cls(inputs.mean(axis=0), 1 / (inputs.std(axis=0) + np.float32(0.05)))

    def __call__(self, inputs: Float32) -> Float32:
        """Scale features in place."""
        inputs -= self.mean
        inputs *= self.inverse_spread
        return inputs

    def folded_into(self, network: Network) -> Network:
        """Return the network that does to plain features what ``network`` does to scaled ones."""
        first = network[0]
        weights = first.weights * self.inverse_spread[:, None]
        return (Layer(weights, first.bias - self.mean @ weights), *network[1:])


class Block(NamedTuple):
    """Inputs (n, F), labels (n,), shifts of the logits (n, K), with a teacher its probabilities (n, K)."""

    inputs: Float32
    labels: Int64
    shifts: Float32
    teacher_probabilities: Float32 | None


@dataclass(frozen=True, slots=True)
class Material:
    """What stays the same throughout a training run; ``rows`` are learnt from, ``held_out`` are not."""

    settings: TrainingSettings
    crops: GrayBytes
    labels: Int64
    origins: Int64
    log_priors: Float32
    distortions: tuple[AugmentSettings, ...]
    sizes: tuple[int, ...]
    rows: Int64
    held_out: Int64
    scaling: Scaling
    teacher: Model | None = None

    @classmethod
    def prepared(
        cls,
        settings: TrainingSettings,
        crops: GrayBytes,
        labels: Int64,
        *,
        classes: int,
        origins: Int64 | None,
        distortions: tuple[AugmentSettings, ...],
        teacher: Model | None,
    ) -> Material:
        """Hold a part out, measure the scaling and the shares of the classes."""
        log_priors = log_priors_of(labels, origins, classes=classes)
        origins = np.zeros(len(labels), dtype=np.int64) if origins is None else origins
        order = np.random.default_rng([settings.seed, 0]).permutation(len(crops))
        held = max(1, round(len(order) * settings.validation))
        rows = order[held:]
        return cls(
            settings=settings,
            crops=crops,
            labels=labels,
            origins=origins,
            log_priors=log_priors,
            distortions=distortions,
            sizes=(FEATURE_COUNT, *settings.hidden, classes),
            rows=rows,
            held_out=order[:held],
            scaling=Scaling.measured_on(features(as_float(crops[rows[:_BLOCK]]))),
            teacher=teacher,
        )

    def network(self, vector: Float32) -> Network:
        """Make the network of a parameter vector, on features as they are, without scaling."""
        return self.scaling.folded_into(view_as_network(vector, self.sizes))

    def held_out_logits(self, network: Network) -> Float32:
        """Logits (n, K) of the characters held out, shifted by their origins."""
        crops = self.crops[self.held_out]
        parts = [
            predict_logits(
                network,
                features(as_float(crops[start : start + _BLOCK])),
                activation=self.settings.activation,
            )
            for start in range(0, len(crops), _BLOCK)
        ]
        return np.concatenate(parts) + self.log_priors[self.origins[self.held_out]]

    def blocks(self, epoch: int) -> Iterator[Block]:
        """Give one epoch's characters in random order, freshly distorted, some thousands at a time.

        What is drawn depends on the seed and the place in the run, never on the timing.
        """
        settings = self.settings
        order = np.random.default_rng([settings.seed, 2, epoch]).permutation(self.rows)
        block = max(settings.batch_size, _BLOCK // settings.batch_size * settings.batch_size)
        for start in range(0, len(order), block):
            rows = order[start : start + block]
            crops = as_float(self.crops[rows])
            if settings.augment:
                rng = np.random.default_rng([settings.seed, 3, epoch, start])
                crops = self._distorted(crops, self.origins[rows], rng)
            inputs, shifts = features(crops), self.log_priors[self.origins[rows]]
            # The teacher takes plain features, which are scaled in place afterwards.
            by_teacher = self._teacher_probabilities(inputs, shifts)
            yield Block(self.scaling(inputs), self.labels[rows], shifts, by_teacher)

    def _distorted(self, crops: Float32, origins: Int64, rng: np.random.Generator) -> Float32:
        """Distort each crop as its origin asks for."""
        for origin in np.unique(origins):
            chosen = origins == origin
            settings = self.distortions[min(int(origin), len(self.distortions) - 1)]
            crops[chosen] = distort(crops[chosen], settings=settings, rng=rng)
        return crops

    def _teacher_probabilities(self, inputs: Float32, shifts: Float32) -> Float32 | None:
        """Compute the probabilities (n, K) of a teacher for the distorted crops; None without a teacher."""
        if self.teacher is None:
            return None
        logits = predict_logits(self.teacher.network, inputs, activation=self.teacher.activation)
        logits += shifts
        logits /= np.float32(self.teacher.temperature)
        return softmax(logits)


T = TypeVar("T")

# How many finished items may wait: enough to level out what is slower for a while, few enough for memory.
_AHEAD = 3


def prefetched(source: Iterator[T]) -> Generator[T]:
    """Run ``source`` in a second thread, a few items ahead; what it raises is raised here.

    Close the generator to stop the thread before the end.
    """
    waiting: queue.Queue[T | BaseException | None] = queue.Queue(_AHEAD)
    stop = threading.Event()

    def put(item: T | BaseException | None) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in source:
                if not put(item):
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits for it
            put(error)

    thread = threading.Thread(target=work, name="distortions", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()


# Characters of each kind in EMNIST by class, as published: Cohen et al. 2017, arXiv:1702.05373.
_PUBLISHED = {string.digits: 402_953, string.ascii_uppercase: 220_304, string.ascii_lowercase: 190_998}


def as_published(log_priors: Float32, classes: Sequence[str]) -> Float32:
    """Give digits, capitals and small letters the shares that they have in the whole of EMNIST by class.

    A part of EMNIST may have another mixture, by chance or choice; how frequent each digit is among the
    digits is left as it was found.

    Parameters
    ----------
    log_priors : (K,) float32 array
        Logarithm of the share of each class in the part.
    classes : sequence of str
        Its characters; other characters than these 62 keep their shares.

    Returns
    -------
    (K,) float32 array
    """
    kinds = [np.array([character in characters for character in classes]) for characters in _PUBLISHED]
    if not all(kind.any() for kind in kinds):
        return log_priors
    found = np.array([np.exp(log_priors[kind]).sum() for kind in kinds])
    published = np.array(list(_PUBLISHED.values())) / sum(_PUBLISHED.values()) * found.sum()
    corrected = log_priors.copy()
    for kind, before, after in zip(kinds, found, published, strict=True):
        corrected[kind] += np.float32(np.log(after / before))
    return corrected
