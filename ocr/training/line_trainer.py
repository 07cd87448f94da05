"""Train a line network: batches of lines, steps of CTC and Adam, greedy errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from ocr.classifier.network import write_network
from ocr.line_network.ctc import BLANK, ctc_loss
from ocr.line_network.frames import FRAME_PX, FRAME_SIZE
from ocr.line_network.line_model import CHARACTERS, CLASSES, STAGES, join_frames, line_log_probabilities
from ocr.line_network.sliding_network import (
    backward,
    count_sliding_parameters,
    forward,
    stage_sizes,
    view_as_sliding_network,
)
from ocr.numeric import log_softmax
from ocr.training.optimizers import optimizer_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ocr.array_types import Float32, Float64, Int64
    from ocr.line_network.line_model import JoinedFrames
    from ocr.line_network.sliding_network import SlidingNetwork
    from ocr.training.line_samples import LineSample

# Frames of a batch: the products are large enough for the processor, and steps are many: batches of 2,400
# learnt less from the same lines.
_BATCH_FRAMES = 1000
# How different a line looks each time that it is seen, as standard deviations. Of logarithms: its width and
# its height, the width of each part of it, and the length of what is above and below its middle.
_WIDTH, _HEIGHT, _WIDTH_OF_PARTS, _TAILS = 0.12, 0.08, 0.16, 0.1
# In rows: how much it and each part of it is moved up or down. Further its slant and the exponent of its ink.
_SHIFT, _SHIFT_OF_PARTS, _SLANT, _DARKNESS = 1.3, 0.9, 0.13, 0.25
# A part is about as wide as a letter, and the middle of a line has so many rows to each side.
_PART_PX, _MIDDLE_ROWS = 30, 6
# Gradients are shortened to this norm: at first, when the network says nothing, they are of any size.
_LARGEST_NORM = 0.5


class LineBatch(NamedTuple):
    """Frames of some lines, and their texts as classes of the network."""

    joined: JoinedFrames
    texts: list[list[int]]


def make_batch(images: Sequence[Float32], texts: Sequence[Sequence[int]]) -> LineBatch:
    """Return normalized lines (36, W) with their texts as a batch."""
    return LineBatch(join_frames(images), [list(text) for text in texts])


def augmented(pixels: Float32, rng: np.random.Generator) -> Float32:
    """Return a line (36, W) as another hand and pen might have written it.

    It is narrower or wider, from letter to letter as well, and higher or lower. Its tails are longer or
    shorter, it leans, and its ink is paler or darker.
    """
    rows, width = pixels.shape
    columns = max(6, round(width * float(np.exp(rng.normal(0, _WIDTH)))))
    knots = columns // _PART_PX + 3
    steps = _between(np.exp(rng.normal(0, _WIDTH_OF_PARTS, knots)), columns).cumsum()
    from_cols = (steps - steps[0]) / (steps[-1] - steps[0]) * (width - 1)
    row = np.arange(rows) - rows / 2
    above, below = np.exp(rng.normal(0, _TAILS, 2))
    beyond = row - row.clip(-_MIDDLE_ROWS, _MIDDLE_ROWS)
    tails = beyond * np.where(row < 0, above, below) - beyond
    from_rows = (row + tails) * np.exp(rng.normal(0, _HEIGHT)) + rows / 2 + rng.normal(0, _SHIFT)
    moved = _between(rng.normal(0, _SHIFT_OF_PARTS, knots), columns)
    lean = rng.normal(0, _SLANT) * row
    places = from_rows[:, None] + moved, from_cols + lean[:, None]
    drawn = ndimage.map_coordinates(pixels, places, order=1)
    darkness = np.float32(np.exp(rng.normal(0, _DARKNESS)))
    return np.asarray(np.clip(drawn, 0, 1) ** darkness, dtype=np.float32)


def _between(values: Float64, count: int) -> Float64:
    """Return ``count`` values between some, in equal steps."""
    return np.interp(np.linspace(0, len(values) - 1, count), np.arange(len(values)), values)


def batches_of(widths: Int64, rng: np.random.Generator) -> Iterator[Int64]:
    """Yield the indices of lines of about one width, in random order, so that few frames are padding."""
    noisy = widths * np.exp(rng.normal(0, 0.1, len(widths)))
    order = np.argsort(noisy)
    sizes = widths[order] / FRAME_PX + 8
    ends = (np.cumsum(sizes) / _BATCH_FRAMES).astype(int)
    groups = np.split(order, np.flatnonzero(np.diff(ends)) + 1)
    for index in rng.permutation(len(groups)):
        yield groups[index]


def padded_logs(logits: Float32, joined: JoinedFrames) -> Float32:
    """Return the log-probabilities (B, T, K) of the lines of a batch; those of no frame are 0."""
    logs = np.zeros((len(joined.lengths), int(joined.lengths.max()), logits.shape[1]), np.float32)
    for row, own in enumerate(joined.split(log_softmax(logits))):
        logs[row, : len(own)] = own
    return logs


class LineTrainer:
    """A line network in training.

    Parameters
    ----------
    vector : (P,) float32 array
        The parameters; changed in place.
    """

    def __init__(self, vector: Float32) -> None:
        self.vector = vector
        self.network = _view(vector)
        self._gradient = np.empty_like(vector)
        self._optimizer = optimizer_named("adam", vector, weight_count=vector.size, weight_decay=0.0)

    def step(self, batch: LineBatch, learning_rate: float) -> Float32:
        """Take one step on a batch; return the loss per character of each line."""
        joined = batch.joined
        state = forward(self.network, STAGES, joined.frames, joined.is_frame)
        result = ctc_loss(padded_logs(state.logits, joined), joined.lengths, batch.texts)
        counts = np.array([len(text) for text in batch.texts])
        error = np.zeros_like(state.logits)
        for own, gradient in zip(joined.split(error), result.gradients, strict=True):
            own[...] = gradient[: len(own)] / counts.sum()
        gradients = _view(self._gradient)
        backward(self.network, STAGES, state, error, joined.is_frame, gradients=gradients)
        norm = float(np.sqrt(np.vdot(self._gradient, self._gradient)))
        self._gradient *= np.float32(min(1.0, _LARGEST_NORM / max(norm, 1e-12)))
        self._optimizer.update(self._gradient, learning_rate)
        return np.asarray(result.losses / counts, np.float32)


class LearntBatch(NamedTuple):
    """The numbers of the lines of a batch, and their losses per character before the step."""

    rows: Int64
    losses: Float32


def learn_lines(
    trainer: LineTrainer,
    lines: Sequence[LineSample],
    rows: Int64,
    *,
    rate: Callable[[int], float],
    rng: np.random.Generator,
    augment: bool = True,
) -> Iterator[LearntBatch]:
    """Take a step on each batch of some lines, and yield what was learnt; each line is seen once.

    Parameters
    ----------
    trainer : LineTrainer
    lines : sequence of LineSample
        Texts of printable ASCII.
    rows : (n,) int64 array
        Numbers of the lines to learn.
    rate : callable
        The learning rate, by how many of these lines were seen before the step.
    rng : numpy.random.Generator
        Draws the order of the lines, and how each looks.
    augment : bool
        Distort each line.
    """
    widths = np.array([lines[row].pixels.shape[1] for row in rows])
    seen = 0
    for group in batches_of(widths, rng):
        chosen = rows[group]
        images = [lines[row].strength for row in chosen]
        if augment:
            images = [augmented(image, rng) for image in images]
        batch = make_batch(images, [classes_of(lines[row].text) for row in chosen])
        yield LearntBatch(chosen, trainer.step(batch, rate(seen)))
        seen += len(chosen)


def classes_of(text: str) -> list[int]:
    """Return the classes of the characters of a text, all of which the network knows."""
    return [CLASSES[character] for character in text]


def as_vector(network: SlidingNetwork) -> Float32:
    """Return a copy of the parameters (P,) of a network."""
    vector = np.empty(count_sliding_parameters(STAGES, FRAME_SIZE), np.float32)
    for layers, begun in zip(_view(vector), network, strict=True):
        write_network(layers, begun)
    return vector


def greedy_texts(network: SlidingNetwork, images: Sequence[Float32]) -> list[str]:
    """Read normalized lines (36, W) without a language: the most probable output of each frame."""
    texts = []
    for logs in line_log_probabilities(network, images):
        best = logs.argmax(axis=1)
        changed = np.append(True, best[1:] != best[:-1])
        texts.append("".join(CHARACTERS[one - 1] for one in best[changed & (best != BLANK)]))
    return texts


def _view(vector: Float32) -> SlidingNetwork:
    return view_as_sliding_network(vector, STAGES, FRAME_SIZE)


def fresh_parameters(rng: np.random.Generator) -> Float32:
    """Draw parameters (P,): He's initialisation, small weights at the output, residual stages add nothing."""
    vector = np.zeros(count_sliding_parameters(STAGES, FRAME_SIZE), np.float32)
    networks = _view(vector)
    for layers, sizes in zip(networks, stage_sizes(STAGES, FRAME_SIZE), strict=True):
        for layer, inputs in zip(layers, sizes, strict=False):
            layer.weights[...] = rng.normal(0, np.sqrt(2 / inputs), layer.weights.shape)
    networks[-1][-1].weights[...] *= 0.1
    for stage, layers in zip(STAGES, networks, strict=True):
        if stage.residual:
            layers[-1].weights[...] = 0
    return vector


def grown_parameters(network: SlidingNetwork, rng: np.random.Generator) -> Float32:
    """Return parameters (P,) of a network that says just what one without residual stages says."""
    vector = fresh_parameters(rng)
    plain = [layers for stage, layers in zip(STAGES, _view(vector), strict=True) if not stage.residual]
    for layers, begun in zip(plain, network, strict=True):
        write_network(layers, begun)
    return vector
