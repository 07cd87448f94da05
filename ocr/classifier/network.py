r"""The multilayer perceptron: layers as plain data, and pure functions over them.

A network of :math:`L` layers maps inputs :math:`a_0` to logits :math:`z_L` by

.. math:: z_l = a_{l-1} W_l + b_l, \qquad a_l = f(z_l),

and back-propagation [1]_ carries the error :math:`\delta_L = \partial E / \partial z_L` down again:

.. math:: \frac{\partial E}{\partial W_l} = a_{l-1}^T \delta_l, \quad
          \frac{\partial E}{\partial b_l} = \sum_n \delta_{l,n}, \quad
          \delta_{l-1} = (\delta_l W_l^T) \odot f'(z_{l-1}).

References
----------
.. [1] Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", Nature 323 (1986).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from ocr.classifier.activations import activation_named
from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import DTypeLike, NDArray

FloatArray: TypeAlias = "NDArray[np.floating[Any]]"


class Layer(NamedTuple):
    """One affine map: ``weights`` (inputs, outputs) and ``bias`` (outputs,)."""

    weights: FloatArray
    bias: FloatArray


Network: TypeAlias = tuple[Layer, ...]


class Pass(NamedTuple):
    """Intermediate results of a forward pass, for the backward pass.

    ``inputs[l]`` (N, inputs of layer l) went into layer l, dropout included; ``hidden[l]`` (N, outputs of
    layer l) is the activation before dropout; ``masks[l]`` is its dropout mask or None; ``logits`` (N, K)
    came out.
    """

    inputs: list[FloatArray]
    hidden: list[FloatArray]
    masks: list[FloatArray | None]
    logits: FloatArray


def sizes_of(network: Network) -> tuple[int, ...]:
    """Return the widths from input to output, such as ``(784, 512, 62)``."""
    return (network[0].weights.shape[0], *(layer.bias.shape[0] for layer in network))


def count_weights(sizes: Sequence[int]) -> int:
    """Count the weights without biases."""
    return sum(inputs * outputs for inputs, outputs in pairwise(sizes))


def count_parameters(sizes: Sequence[int]) -> int:
    """Count the weights and biases."""
    return count_weights(sizes) + sum(sizes[1:])


def view_as_network(vector: FloatArray, sizes: Sequence[int]) -> Network:
    """Return a flat parameter vector as layers, without a copy.

    All weights come first and all biases last, so that weight decay acts on one slice of the vector, and an
    optimiser on one array.

    Parameters
    ----------
    vector : (P,) float array
        P is :func:`count_parameters` of the sizes.
    sizes : sequence of int
        Widths from input to output.

    Returns
    -------
    Network
        Layers that share the memory of ``vector``.

    Raises
    ------
    ValueError
        If ``vector`` has another length.
    """
    if vector.shape != (count_parameters(sizes),):
        message = (
            f"a network of sizes {tuple(sizes)} has {count_parameters(sizes)} parameters, not {vector.shape}"
        )
        raise ValueError(message)
    layers, weight, bias = [], 0, count_weights(sizes)
    for inputs, outputs in pairwise(sizes):
        weights = vector[weight : weight + inputs * outputs].reshape(inputs, outputs)
        layers.append(Layer(weights, vector[bias : bias + outputs]))
        weight, bias = weight + inputs * outputs, bias + outputs
    return tuple(layers)


def _glorot_limit(inputs: int, outputs: int) -> float:
    """Return the largest weight of Glorot's initialisation."""
    return float(np.sqrt(6.0 / (inputs + outputs)))


def _he_limit(inputs: int, _outputs: int) -> float:
    """Return the largest weight of He's initialisation."""
    return float(np.sqrt(6.0 / inputs))


_LIMITS: dict[str, Callable[[int, int], float]] = {"glorot": _glorot_limit, "he": _he_limit}
INITIALISATIONS = "glorot, he, zeros, normal:SIGMA, glorot:FACTOR or he:FACTOR"
"""The schemes that :func:`initialise` knows, for messages."""


def parse_initialisation(scheme: str) -> tuple[str, float]:
    """Parse the name of a scheme and its number: the standard deviation, or a factor of the weights.

    >>> parse_initialisation("normal:0.01"), parse_initialisation("he")
    (('normal', 0.01), ('he', 1.0))

    Raises
    ------
    SettingError
        If there is no such scheme.
    """
    name, colon, number = scheme.partition(":")
    known = (name in _LIMITS) or (name == "normal" and colon) or (name == "zeros" and not colon)
    try:
        value = float(number) if colon else 1.0
    except ValueError:
        value = np.nan
    if not known or not 0 < value < np.inf:
        message = f"setting initialisation: found {scheme!r}, expected {INITIALISATIONS}; choose one of these"
        raise SettingError(message)
    return name, value


def initialise(
    sizes: Sequence[int], *, scheme: str, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> FloatArray:
    """Draw the parameters of a fresh network: random weights, zero biases.

    Parameters
    ----------
    sizes : sequence of int
        Widths from input to output, at least two.
    scheme : str
        "glorot": uniform with variance 2 / (inputs + outputs), which keeps signals and gradients of tanh and
        sigmoid layers level [1]_. "he": variance 2 / inputs, which compensates for the half of the signal
        that ReLU removes [2]_. "glorot:10" multiplies the weights by 10. "normal:0.01": normal with that
        standard deviation. "zeros": all equal, so that hidden units never differ.
    rng : numpy.random.Generator
        Source of the draw.
    dtype : float dtype
        Type of the parameters.

    Returns
    -------
    (P,) array
        Flat parameter vector for :func:`view_as_network`.

    Raises
    ------
    SettingError
        If the scheme is unknown or a width is not positive.

    References
    ----------
    .. [1] Glorot, Bengio, "Understanding the difficulty of training deep feedforward networks", AISTATS 2010.
    .. [2] He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015.
    """
    name, number = parse_initialisation(scheme)
    if len(sizes) < 2 or min(sizes) < 1:
        message = (
            f"layer sizes {tuple(sizes)} make no network: at least two widths, each 1 or more, are needed"
        )
        raise SettingError(message)
    vector = np.zeros(count_parameters(sizes), dtype=dtype)
    for layer in view_as_network(vector, sizes):
        if name == "normal":
            layer.weights[...] = rng.normal(0, number, size=layer.weights.shape)
        elif name in _LIMITS:
            limit = number * _LIMITS[name](*layer.weights.shape)
            layer.weights[...] = rng.uniform(-limit, limit, size=layer.weights.shape)
    return vector


def dropout_mask(
    shape: tuple[int, ...], *, rate: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> FloatArray | None:
    """Draw a mask of zeros (with probability ``rate``) and 1 / (1 - rate), or None for a rate of 0.

    Scaling during training keeps the expected signal, so that reading needs no change [1]_.

    References
    ----------
    .. [1] Srivastava et al., "Dropout", JMLR 15 (2014).
    """
    if rate == 0.0:
        return None
    # A byte is random enough for a rate given in hundredths, and four times as fast to draw as a float32.
    keep = rng.integers(0, 256, size=shape, dtype=np.uint8) >= round(256 * rate)
    return np.multiply(keep, 1.0 / (1.0 - round(256 * rate) / 256), dtype=dtype)


def forward(
    network: Network,
    inputs: FloatArray,
    *,
    activation: str = "relu",
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Pass:
    """Compute the outputs of a batch, and keep what back-propagation needs.

    Parameters
    ----------
    network : Network
        L layers.
    inputs : (N, D) float array
        One row per character.
    activation : {"relu", "tanh", "sigmoid", "identity"}
        Non-linearity of the hidden layers.
    dropout : float in [0, 1)
        Share of hidden outputs set to zero.
    rng : numpy.random.Generator, optional
        Source of the dropout masks; needed if ``dropout`` is not 0.

    Returns
    -------
    Pass
        Inputs, hidden activations, masks and logits (N, K).

    Raises
    ------
    SettingError
        If the activation is unknown.
    ValueError
        If ``dropout`` is not 0 and ``rng`` is missing.
    """
    if dropout and rng is None:
        message = "dropout needs a random generator: pass rng"
        raise ValueError(message)
    function = activation_named(activation).function
    state = Pass([inputs], [], [], np.empty(0, inputs.dtype))
    for layer in network[:-1]:
        summed = state.inputs[-1] @ layer.weights
        summed += layer.bias
        hidden = function(summed)
        mask = (
            dropout_mask(hidden.shape, rate=dropout, rng=rng, dtype=hidden.dtype) if rng is not None else None
        )
        state.hidden.append(hidden)
        state.masks.append(mask)
        state.inputs.append(hidden if mask is None else hidden * mask)
    logits = state.inputs[-1] @ network[-1].weights
    logits += network[-1].bias
    return state._replace(logits=logits)


def backward(
    network: Network,
    state: Pass,
    error: FloatArray,
    *,
    gradients: Network,
    activation: str = "relu",
    frozen: int = 0,
) -> None:
    """Compute the gradients of all layers from the error at the logits.

    Parameters
    ----------
    network : Network
        The layers of the forward pass.
    state : Pass
        Result of :func:`forward`.
    error : (N, K) float array
        Derivative of the loss by the logits, already divided by N.
    gradients : Network
        Receives the gradients; same shapes as ``network``.
    activation : {"relu", "tanh", "sigmoid", "identity"}
        As in the forward pass.
    frozen : int
        The gradients of the first so many layers are not computed, and stay as they are.
    """
    derivative = activation_named(activation).derivative
    for index in range(len(network) - 1, frozen - 1, -1):
        np.matmul(state.inputs[index].T, error, out=gradients[index].weights)
        np.sum(error, axis=0, out=gradients[index].bias)
        if index == frozen:
            return
        error = error @ network[index].weights.T
        derivative(state.hidden[index - 1], error)
        mask = state.masks[index - 1]
        if mask is not None:
            error *= mask


def predict_logits(network: Network, inputs: FloatArray, *, activation: str = "relu") -> FloatArray:
    """Compute the logits (N, K) of a batch (N, D), without dropout and without keeping hidden layers."""
    function = activation_named(activation).function
    signal = inputs
    for layer in network[:-1]:
        signal = signal @ layer.weights
        signal += layer.bias
        signal = function(signal)
    logits: FloatArray = signal @ network[-1].weights
    logits += network[-1].bias
    return logits


def write_network(layers: Network, network: Network) -> None:
    """Write the parameters of a network into the layers of another one."""
    for layer, begun in zip(layers, network, strict=True):
        layer.weights[...] = begun.weights
        layer.bias[...] = begun.bias
