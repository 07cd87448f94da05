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
from ocr.classifier.weight_file import DTYPES, packed, unpacked
from ocr.errors import ModelError
from ocr.files import write_by_rename

if TYPE_CHECKING:
    from ocr.array_types import Float32
    from ocr.classifier.network import Network


SIZES = (683, 128, 48, 1)
"""Widths of the network from its inputs to the log-odds."""
_DTYPE = DTYPES["float16"]
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
    try:
        return CutClassifier(unpacked(path.read_bytes(), sizes=SIZES, dtype=_DTYPE))
    except (OSError, ValueError) as error:
        message = f"cut classifier {path}: damaged ({error}); install the program anew"
        raise ModelError(message) from error


def save_cut_classifier(classifier: CutClassifier, path: Path) -> None:
    """Write the network to a file; the same weights give the same bytes.

    Raises
    ------
    ModelError
        If it cannot be written; what was there before is still there.
    """
    write_by_rename(path, packed(classifier.network, _DTYPE), what="cut classifier", failure=ModelError)


@cache
def shipped_cut_classifier() -> CutClassifier:
    """Load the shipped network, once."""
    return load_cut_classifier(_SHIPPED)
