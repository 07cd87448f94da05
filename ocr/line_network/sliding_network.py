r"""A network that slides along a line: multilayer perceptrons over windows of frames, one above the other.

A stage looks at frame t through a window: the frames at t + o for each offset o, side by side, go through the
layers of a multilayer perceptron. The next stage looks at the outputs of the one before in the same way, with
offsets further apart, so that little by little the network sees a letter, its neighbours, a part of the word:

.. math:: w_t = [x_{t+o_1}, ..., x_{t+o_n}], \qquad a_0 = w_t, \quad a_l = \max(0, a_{l-1} W_l + b_l).

Only the last layer of all has no rectifier: its outputs are logits. A stage may be residual: it adds to what
comes in, which lets a deep network learn as easily as a shallow one [2]_. All frames of all lines of a batch
lie in one array, with empty frames between the lines; what the network says of those is set to zero, as if
there was nothing [1]_.

References
----------
.. [1] Waibel, Hanazawa, Hinton, Shikano, Lang, "Phoneme recognition using time-delay neural networks", IEEE
       Trans. ASSP 37 (1989).
.. [2] He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR (2016).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.classifier.network import Layer, Network, count_parameters, view_as_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Mask
    from ocr.classifier.network import FloatArray


class Stage(NamedTuple):
    """Offsets of a window, in frames, and the widths of the layers after it, the last one its output.

    A ``residual`` stage adds its input to the output of its last layer before that is rectified; it is as
    wide as the stage before it.
    """

    offsets: tuple[int, ...]
    widths: tuple[int, ...]
    residual: bool = False


Stages = tuple[Stage, ...]
SlidingNetwork = tuple[Network, ...]
"""The layers of each stage."""


class SlidingPass(NamedTuple):
    """Results of a forward pass: of each stage the inputs of each layer and its window, and the logits."""

    inputs: list[list[FloatArray]]
    logits: FloatArray


def stage_sizes(stages: Stages, frame_size: int) -> list[tuple[int, ...]]:
    """Return the widths of the layers of each stage, from its window to its output."""
    sizes, width = [], frame_size
    for stage in stages:
        sizes.append((width * len(stage.offsets), *stage.widths))
        width = stage.widths[-1]
    return sizes


def count_sliding_parameters(stages: Stages, frame_size: int) -> int:
    """Count weights and biases of all stages."""
    return sum(count_parameters(sizes) for sizes in stage_sizes(stages, frame_size))


def view_as_sliding_network(vector: FloatArray, stages: Stages, frame_size: int) -> SlidingNetwork:
    """Return a flat vector of parameters as the layers of each stage, without a copy."""
    networks, start = [], 0
    for sizes in stage_sizes(stages, frame_size):
        stop = start + count_parameters(sizes)
        networks.append(view_as_network(vector[start:stop], sizes))
        start = stop
    return tuple(networks)


def gap_frames(stages: Stages) -> int:
    """Return how many empty frames must lie between two lines: none is in a window with the other."""
    return max(abs(offset) for stage in stages for offset in stage.offsets)


def forward(network: SlidingNetwork, stages: Stages, frames: FloatArray, is_frame: Mask) -> SlidingPass:
    """Compute the logits of all frames, and keep what back-propagation needs.

    Parameters
    ----------
    network : SlidingNetwork
    stages : Stages
    frames : (T, D) float32 array
        Frames of all lines, zero between them.
    is_frame : (T,) bool array
        False between lines.

    Returns
    -------
    SlidingPass
        With logits (T, K).
    """
    kept, signal = [], frames
    mask = is_frame[:, None].astype(frames.dtype)
    last_layer = network[-1][-1]
    for stage, layers in zip(stages, network, strict=True):
        source = signal
        inputs = [_windows(source, stage.offsets)]
        for layer in layers:
            signal = inputs[-1] @ layer.weights
            signal += layer.bias
            if stage.residual and layer is layers[-1]:
                signal += source
            if layer is not last_layer:
                np.maximum(signal, 0, out=signal)
                inputs.append(signal)
        if layers is not network[-1]:
            signal *= mask
        kept.append(inputs)
    return SlidingPass(kept, signal)


def predict(network: SlidingNetwork, stages: Stages, frames: FloatArray, is_frame: Mask) -> FloatArray:
    """Return the logits (T, K) of all frames; see :func:`forward`."""
    return forward(network, stages, frames, is_frame).logits


def backward(
    network: SlidingNetwork,
    stages: Stages,
    state: SlidingPass,
    error: FloatArray,
    is_frame: Mask,
    *,
    gradients: SlidingNetwork,
) -> None:
    """Compute the gradients of all layers from the error (T, K) at the logits."""
    mask = is_frame[:, None].astype(error.dtype)
    for index in range(len(stages) - 1, -1, -1):
        layers, inputs = network[index], state.inputs[index]
        added: FloatArray | float = 0.0
        for number in range(len(layers) - 1, -1, -1):
            is_last = index == len(stages) - 1 and number == len(layers) - 1
            if not is_last:
                # The rectifier; the output of a stage is masked as well.
                error *= inputs[number + 1] > 0
            if stages[index].residual and number == len(layers) - 1:
                added = error
            _layer_gradient(inputs[number], error, gradients[index][number])
            if index or number:
                error = error @ layers[number].weights.T
        if index:
            error = _scattered(error, stages[index].offsets) * mask + added


def _layer_gradient(inputs: FloatArray, error: FloatArray, gradient: Layer) -> None:
    np.matmul(inputs.T, error, out=gradient.weights)
    np.sum(error, axis=0, out=gradient.bias)


def _windows(signal: FloatArray, offsets: Sequence[int]) -> FloatArray:
    """Put the frames at some offsets side by side: (T, D) to (T, n · D), zero beyond the ends."""
    count, width = signal.shape
    windows = np.zeros((count, len(offsets), width), signal.dtype)
    for place, offset in enumerate(offsets):
        start, stop = max(0, -offset), min(count, count - offset)
        windows[start:stop, place] = signal[start + offset : stop + offset]
    return windows.reshape(count, -1)


def _scattered(error: FloatArray, offsets: Sequence[int]) -> FloatArray:
    """Add up the errors of windows (T, n · D) at the frames that they come from: the transpose of windows."""
    count, width = len(error), error.shape[1] // len(offsets)
    parts = error.reshape(count, len(offsets), width)
    total = np.zeros((count, width), error.dtype)
    for place, offset in enumerate(offsets):
        start, stop = max(0, -offset), min(count, count - offset)
        total[start + offset : stop + offset] += parts[start:stop, place]
    return total
