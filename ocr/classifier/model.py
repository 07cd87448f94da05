"""Classifiers of glyphs: what reading needs of one, and the network of this project with its weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ocr.classifier.features import INPUTS
from ocr.classifier.network import predict_logits, sizes_of
from ocr.numeric import log_softmax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr.array_types import Float32
    from ocr.classifier.network import Network
    from ocr.classifier.writer_profile import WriterProfile


# Crops classified at once: enough to fill a matrix product, few enough to bound memory.
_BATCH = 4096


class GlyphClassifier(Protocol):
    """All that reading needs of a classifier; :class:`Model` is one, and any other can take its place.

    Attributes
    ----------
    classes : tuple of str
        The character that each of the K columns stands for. The class "<none>" is for parts of letters and
        letters that touch; a classifier may lack it.
    """

    @property
    def classes(self) -> tuple[str, ...]:
        """The characters of the columns."""
        ...

    def log_probabilities(self, crops: Float32) -> Float32:
        """Return log-probabilities (N, K) of crops (N, 28, 28), 1 pen and 0 paper."""
        ...


def name_of(classifier: GlyphClassifier) -> str:
    """Return the name of a classifier; that of its type if it has none."""
    return str(getattr(classifier, "name", type(classifier).__name__))


def checksum_of(classifier: GlyphClassifier) -> str:
    """Return the SHA-256 of a classifier; "" if it has none."""
    return str(getattr(classifier, "checksum", ""))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A network with its classes and calibration.

    Attributes
    ----------
    name : str
        Stem of its files.
    network : Network
        float32 layers from features to logits.
    classes : tuple of str
        The character that each output stands for.
    activation : str
        Non-linearity of the hidden layers.
    temperature : float
        Divides the logits, so that probabilities match frequencies.
    priors : mapping
        Name of an origin of the training characters -> (K,) logarithm of the share of each class in it. The
        logits leave these out: they are added where characters of that origin are read. Empty if there was
        one origin.
    metadata : mapping
        Recipe, data and measured scores, as the JSON file beside the weights has them.
    checksum : str
        SHA-256 of the weights and of all fields but the metadata, or "" for a model that has not been saved.
    input : str
        What the network sees, a key of `ocr.classifier.features.INPUTS`.
    writer : WriterProfile or None
        Words, sizes and spacing of the one writer whose hand it has learnt.
    line_network : tuple of Network, or None
        The stages of a line network that has learnt that hand as well; None if it is the shipped one.
    """

    name: str
    network: Network
    classes: tuple[str, ...]
    activation: str
    temperature: float
    priors: Mapping[str, Float32] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    checksum: str = ""
    input: str = "features"
    writer: WriterProfile | None = None
    line_network: tuple[Network, ...] | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths from features to classes."""
        return sizes_of(self.network)

    def log_probabilities(self, crops: Float32, *, origin: str | None = None) -> Float32:
        """Compute calibrated log-probabilities of crops.

        Parameters
        ----------
        crops : (N, 28, 28) float32 array
            From :mod:`ocr.classifier.crop`.
        origin : str, optional
            Take classes to be as frequent as among the training characters of this origin, if the model knows
            it; all equally frequent otherwise.

        Returns
        -------
        (N, K) float32 array
        """
        prior = self.priors.get(origin, np.float32(0)) if origin is not None else np.float32(0)
        result = np.empty((len(crops), len(self.classes)), dtype=np.float32)
        for start in range(0, len(crops), _BATCH):
            inputs = INPUTS[self.input].function(crops[start : start + _BATCH])
            logits = predict_logits(self.network, inputs, activation=self.activation)
            logits += prior
            logits /= np.float32(self.temperature)
            result[start : start + _BATCH] = log_softmax(logits)
        return result
