"""Scale the inputs of a network to mean 0 and spread 1; in the end the first layer does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.network import Layer

if TYPE_CHECKING:
    from ocr.array_types import Float32
    from ocr.classifier.network import Network


@dataclass(slots=True)
class Scaling:
    """Shift and stretch of each feature to mean 0 and spread 1; part of the first layer in the end."""

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

    def merged_into(self, network: Network) -> Network:
        """Return the network for plain features that equals ``network`` for scaled ones."""
        first = network[0]
        weights = first.weights * self.inverse_spread[:, None]
        return (Layer(weights, first.bias - self.mean @ weights), *network[1:])

    def taken_out_of(self, network: Network) -> Network:
        """Return the network for scaled features that equals ``network`` for plain ones."""
        first = network[0]
        weights = first.weights / self.inverse_spread[:, None]
        return (Layer(weights, first.bias + self.mean @ first.weights), *network[1:])
