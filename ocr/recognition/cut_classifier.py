"""Classify cuts: a small network decides from the ink around a cut whether it separates two letters.

It sees :data:`ocr.recognition.cuts.CUT_INPUTS` numbers, most of them ink on a coarse grid, and returns the
log-odds. ``python -m ocr.training.build_cut_classifier`` trains it on drawn words in which the character of
each pixel is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.network import predict_logits
from ocr.classifier.weight_file import DTYPES, load_network, save_network

if TYPE_CHECKING:
    from ocr.array_types import Float32
    from ocr.classifier.network import Network


SIZES = (683, 128, 48, 1)
"""Widths of the network from its inputs to the log-odds."""
_DTYPE, _WHAT = DTYPES["float16"], "cut classifier"
_SHIPPED = Path(__file__).parent / "data" / "cut_classifier.npz"


@dataclass(frozen=True, slots=True, eq=False)
class CutClassifier:
    """The network; make it with :func:`load_cut_classifier`."""

    network: Network

    def log_odds(self, inputs: Float32) -> Float32:
        """Return the log-odds (N,) that cuts with these inputs (N, D) separate two letters."""
        return np.asarray(predict_logits(self.network, inputs)[:, 0], np.float32)


def load_cut_classifier(path: Path) -> CutClassifier:
    """Load the network from a file.

    Raises
    ------
    ModelError
        If it cannot be read or is not such a file.
    """
    return CutClassifier(load_network(path, sizes=SIZES, dtype=_DTYPE, what=_WHAT))


def save_cut_classifier(classifier: CutClassifier, path: Path) -> None:
    """Write the network to a file; the same weights give the same bytes.

    Raises
    ------
    ModelError
        If it cannot be written; what was there before is still there.
    """
    save_network(classifier.network, path, dtype=_DTYPE, what=_WHAT)


@cache
def shipped_cut_classifier() -> CutClassifier:
    """Load the shipped network, once."""
    return load_cut_classifier(_SHIPPED)
