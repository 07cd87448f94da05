"""A small sample of EMNIST for quick experiments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier import emnist
from ocr.classifier.tile import make_tiles

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Characters to learn from.

    Attributes
    ----------
    tiles : (N, 28, 28) uint8 array
        As the network sees them, ink 255.
    labels : (N,) int64 array
        Index into ``classes``.
    classes : tuple of str
    """

    tiles: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]


def load_sample(split: str, *, limit: int, data: str | os.PathLike[str] | None = None) -> Sample:
    """Load the first ``limit`` training characters of an EMNIST split, whose files are shuffled already.

    Raises
    ------
    SettingError, DataError
        As :func:`ocr.classifier.emnist.load` does.
    """
    found = emnist.load(split, "train", data=data)
    tiles = make_tiles(image.astype(np.float32) / 255 for image in found.images[:limit])
    return Sample(np.rint(tiles * 255).astype(np.uint8), found.labels[:limit], found.classes)
