"""Training batches: crops and labels, a part held out, and blocks of freshly distorted network inputs.

Characters of different origin (EMNIST, fonts, ...) have different shares of the classes. With several
origins the logits are shifted by the logarithm of each class's share in the origin of the character before
the loss is taken [1]_. The network then learns from the shapes only; how frequent a class is stays outside,
and is added when reading.

Blocks are prepared ahead in a second thread, while the network learns.

References
----------
.. [1] Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.
"""

from __future__ import annotations

import math
import queue
import string
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from ocr.classifier.crop import CROP_PX
from ocr.classifier.features import INPUTS
from ocr.classifier.network import Network, predict_logits, view_as_network
from ocr.errors import DataError, SettingError
from ocr.numeric import softmax
from ocr.training.augmentation import distort
from ocr.training.input_scaling import Scaling

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from ocr.array_types import Float32, GrayBytes, Int64
    from ocr.classifier.model import Model
    from ocr.training.dataset import TrainingData
    from ocr.training.settings import TrainingSettings

T = TypeVar("T")

# Characters prepared at once by the second thread.
_BLOCK = 4096
# Blocks that may wait: enough to level out what is slower for a while, few enough for memory.
_AHEAD = 3
# Inputs to keep: 160 MB.
_MOST_KEPT = 40_000_000
# Share of an origin's prior that is spread evenly, so that no class is impossible anywhere.
_EVEN_SHARE = 0.05
# Number of digits, capitals and small letters in EMNIST by class: Cohen et al. 2017, arXiv:1702.05373.
_PUBLISHED = {string.digits: 402_953, string.ascii_uppercase: 220_304, string.ascii_lowercase: 190_998}


def as_float(crops: GrayBytes) -> Float32:
    """Return stored crops, 0 .. 255, as :mod:`ocr.classifier.features` takes them, 0 .. 1."""
    return np.multiply(crops, np.float32(1 / 255), dtype=np.float32)


def class_log_priors(data: TrainingData) -> Float32:
    """Return the logarithm of each class's share (S, K) in each origin, evened out; 0 for a single origin."""
    shape = len(data.origin_names), len(data.classes)
    if len(data.origin_names) == 1:
        return np.zeros(shape, dtype=np.float32)
    shares = np.zeros(shape)
    np.add.at(shares, (data.origins, data.labels), 1)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return np.log((1 - _EVEN_SHARE) * shares + _EVEN_SHARE / len(data.classes)).astype(np.float32)


def with_published_shares(log_priors: Float32, classes: Sequence[str]) -> Float32:
    """Return priors in which digits, capitals and small letters are as frequent as in all of EMNIST.

    A part of EMNIST may have another mixture, by chance or choice. How frequent each digit is among the
    digits stays as it was found.

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
    groups = [np.array([character in characters for character in classes]) for characters in _PUBLISHED]
    if not all(group.any() for group in groups):
        return log_priors
    found = np.array([np.exp(log_priors[group]).sum() for group in groups])
    published = np.array(list(_PUBLISHED.values())) / sum(_PUBLISHED.values()) * found.sum()
    corrected = log_priors.copy()
    for group, before, after in zip(groups, found, published, strict=True):
        corrected[group] += np.float32(np.log(after / before))
    return corrected


class Block(NamedTuple):
    """Inputs (n, F), labels (n,), shifts of the logits (n, K), with a teacher its probabilities (n, K)."""

    inputs: Float32
    labels: Int64
    shifts: Float32
    teacher_probabilities: Float32 | None


@dataclass(frozen=True, slots=True)
class TrainingBatches:
    """The part of a training run that does not change.

    Attributes
    ----------
    settings : TrainingSettings
    data : TrainingData
    log_priors : (S, K) float32 array
        Logarithm of the share of each class in each origin; 0 if there is one origin only.
    sizes : tuple of int
        Widths of the network from features to classes.
    rows, held_out : int64 arrays
        Indices of the characters to learn from, and of those held out.
    scaling : Scaling
        Of the features.
    teacher : Model or None
    start : Model or None
        Its weights are those that training begins with.
    """

    settings: TrainingSettings
    data: TrainingData
    log_priors: Float32
    sizes: tuple[int, ...]
    rows: Int64
    held_out: Int64
    scaling: Scaling
    teacher: Model | None = None
    start: Model | None = None

    @classmethod
    def prepare(
        cls,
        data: TrainingData,
        settings: TrainingSettings,
        *,
        teacher: Model | None = None,
        start: Model | None = None,
    ) -> TrainingBatches:
        """Check the data, hold a part out, measure the scaling of features and the shares of classes.

        Parameters
        ----------
        data : TrainingData
        settings : TrainingSettings
        teacher : Model, optional
            A model of the same classes whose probabilities are learnt from beside the labels.
        start : Model, optional
            A model of the same hidden layers to begin with. Its last layer is kept if it has the same
            classes.

        Raises
        ------
        DataError
            If crops, labels, origins and teacher do not fit together, or the characters are too few.
        SettingError
            If the model to begin with has another input, activation or width.
        """
        _require_consistent(data)
        _require_same_classes(teacher, data.classes)
        _require_same_layers(start, settings)
        order = np.random.default_rng([settings.seed, 0]).permutation(len(data.crops))
        held = max(1, round(len(order) * settings.validation))
        rows = order[held:]
        seen = INPUTS[settings.input]
        return cls(
            settings=settings,
            data=data,
            log_priors=class_log_priors(data),
            sizes=(seen.width, *settings.hidden, len(data.classes)),
            rows=rows,
            held_out=order[:held],
            scaling=Scaling.measured_on(_inputs(data, rows[:_BLOCK], settings)),
            teacher=teacher,
            start=start,
        )

    @property
    def batch_size(self) -> int:
        """Characters per step."""
        return self.settings.batch_size or len(self.rows)

    @property
    def epochs(self) -> int:
        """Epochs of the run; the last one may be cut short by the number of steps."""
        if not self.settings.steps:
            return self.settings.epochs
        return math.ceil(self.settings.steps / math.ceil(len(self.rows) / self.batch_size))

    def write_start(self, vector: Float32) -> None:
        """Write the weights to begin with into a fresh parameter vector (P,), if there is a model of them."""
        if self.start is None:
            return
        layers = view_as_network(vector, self.sizes)
        known = self.scaling.taken_out_of(self.start.network)
        count = len(layers) if self.start.classes == self.data.classes else len(layers) - 1
        for layer, begun in zip(layers[:count], known[:count], strict=True):
            layer.weights[...] = begun.weights
            layer.bias[...] = begun.bias

    @property
    def held_out_labels(self) -> Int64:
        """Right classes (n,) of the characters held out."""
        return self.data.labels[self.held_out]

    def network(self, vector: Float32) -> Network:
        """Return the network of a parameter vector, for plain features."""
        return self.scaling.merged_into(view_as_network(vector, self.sizes))

    def held_out_logits(self, network: Network) -> Float32:
        """Compute the logits (n, K) of the characters held out, shifted by the shares in their origins."""
        parts = [
            predict_logits(
                network,
                _inputs(self.data, self.held_out[start : start + _BLOCK], self.settings),
                activation=self.settings.activation,
            )
            for start in range(0, len(self.held_out), _BLOCK)
        ]
        return np.concatenate(parts) + self.log_priors[self.data.origins[self.held_out]]

    def blocks(self, epoch: int) -> Iterator[Block]:
        """Yield the characters of one epoch in random order, freshly distorted, some thousands at a time.

        The distortions depend on the seed and the place in the run, never on the timing.
        """
        settings, batch = self.settings, self.batch_size
        order = np.random.default_rng([settings.seed, 2, epoch]).permutation(self.rows)
        block = max(batch, _BLOCK // batch * batch)
        for start in range(0, len(order), block):
            rows = order[start : start + block]
            crops, shifts = None, self.log_priors[self.data.origins[rows]]
            if settings.augment:
                rng = np.random.default_rng([settings.seed, 3, epoch, start])
                crops = self._distorted(as_float(self.data.crops[rows]), self.data.origins[rows], rng)
                inputs = INPUTS[settings.input].function(crops)
            else:
                inputs = _inputs(self.data, rows, settings)
            by_teacher = self._teacher_probabilities(rows, crops, shifts)
            yield Block(self.scaling(inputs), self.data.labels[rows], shifts, by_teacher)

    def _distorted(self, crops: Float32, origins: Int64, rng: np.random.Generator) -> Float32:
        """Distort each crop by the settings of its origin; the last settings hold for all further origins."""
        for origin in np.unique(origins):
            chosen = origins == origin
            settings = self.data.distortions[min(int(origin), len(self.data.distortions) - 1)]
            crops[chosen] = distort(crops[chosen], settings=settings, rng=rng)
        return crops

    def _teacher_probabilities(self, rows: Int64, crops: Float32 | None, shifts: Float32) -> Float32 | None:
        """Compute the probabilities (n, K) of a teacher for the crops of rows, or for distorted ones of them.

        None without a teacher.
        """
        if self.teacher is None:
            return None
        crops = as_float(self.data.crops[rows]) if crops is None else crops
        inputs = INPUTS[self.teacher.input].function(crops)
        logits = predict_logits(self.teacher.network, inputs, activation=self.teacher.activation)
        logits += shifts
        logits /= np.float32(self.teacher.temperature)
        return softmax(logits)


def _inputs(data: TrainingData, rows: Int64, settings: TrainingSettings) -> Float32:
    """Compute the inputs (n, F) of undistorted characters, in memory of their own.

    Where no character is ever distorted and there is room, the inputs of all are computed once and kept, for
    further epochs and further runs on the same data.
    """
    width, function = INPUTS[settings.input]
    if settings.augment or len(data.crops) * width > _MOST_KEPT:
        return function(as_float(data.crops[rows]))
    if settings.input not in data.inputs:
        data.inputs[settings.input] = function(as_float(data.crops))
    return data.inputs[settings.input][rows]


def _require_consistent(data: TrainingData) -> None:
    """Refuse crops, labels and origins that do not fit together, and too few of them.

    Raises
    ------
    DataError
        With what was found.
    """
    crops, labels, origins, classes = data.crops, data.labels, data.origins, len(data.classes)
    fits = crops.shape[1:] == (CROP_PX, CROP_PX) and labels.shape == crops.shape[:1]
    if not fits or crops.dtype != np.uint8:
        message = (
            f"training data does not fit together: found {crops.dtype} crops {crops.shape} and labels "
            f"{labels.shape}, expected uint8 (N, {CROP_PX}, {CROP_PX}) and (N,); load both from the same set"
        )
        raise DataError(message)
    if len(crops) < 2:
        message = f"too little training data: {len(crops)} characters, at least 2 are needed"
        raise DataError(message)
    if labels.min() < 0 or labels.max() >= classes:
        message = (
            f"labels {labels.min()} .. {labels.max()} lie outside the {classes} classes 0 .. {classes - 1}"
        )
        raise DataError(message)
    most = len(data.origin_names) - 1
    if origins.shape != labels.shape or origins.min() < 0 or origins.max() > most:
        message = (
            f"origins do not fit the labels: found {origins.shape} of {origins.min()} .. {origins.max()}, "
            f"expected {labels.shape} of 0 .. {most}; give each character its origin"
        )
        raise DataError(message)


def _require_same_classes(teacher: Model | None, classes: Sequence[str]) -> None:
    """Refuse a teacher with another number of classes.

    Raises
    ------
    DataError
        With both numbers.
    """
    if teacher is not None and len(teacher.classes) != len(classes):
        message = (
            f"teacher {teacher.name}: found {len(teacher.classes)} classes, expected the {len(classes)} that "
            "are learnt; choose one with the same"
        )
        raise DataError(message)


def _require_same_layers(start: Model | None, settings: TrainingSettings) -> None:
    """Refuse a model to begin with whose layers are others.

    Raises
    ------
    SettingError
        With what differs.
    """
    if start is None:
        return
    found = {"hidden": start.sizes[1:-1], "input": start.input, "activation": start.activation}
    for name, value in found.items():
        expected = getattr(settings, name)
        if value != expected:
            message = (
                f"model {start.name} to start from: found {name} {value!r}, expected {expected!r}; "
                f"leave --{name} out, or start from another model"
            )
            raise SettingError(message)


def prefetched(source: Iterator[T]) -> Generator[T]:
    """Run an iterator in a second thread, a few items ahead; what it raises is raised here.

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
