"""Pen strokes of handwriting with their text: .npz files of words or lines, such as UNIPEN's [1]_.

References
----------
.. [1] Guyon, Schomaker, Plamondon, Liberman, Janet, "UNIPEN project of on-line data exchange and recognizer
       benchmarks", ICPR 1994; train_r01_v07, CC BY 4.0.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Int64

HELD_OUT_PROVIDERS = frozenset(("bba", "bbc", "cea", "ceb", "dar", "kar", "nic"))
"""UNIPEN providers that nothing is learnt from: their writers are for tests."""

_MEMBERS = ("dx", "dy", "stroke_len", "sample_stroke_start", "labels", "provider", "writer")


@dataclass(frozen=True, slots=True, eq=False)
class PenStrokes:
    """N samples of writing as strokes of a pen.

    Attributes
    ----------
    points : (P, 2) float32 array
        x and y of all points, y downwards.
    stroke_start : (S + 1,) int64 array
        First point of each stroke.
    sample_start : (N + 1,) int64 array
        First stroke of each sample.
    labels, providers, writers : (N,) str arrays
        What is written, and who wrote it.
    """

    points: Float32
    stroke_start: Int64
    sample_start: Int64
    labels: NDArray[Any]
    providers: NDArray[Any]
    writers: NDArray[Any]

    def __len__(self) -> int:
        return len(self.labels)

    def strokes(self, index: int) -> list[Float32]:
        """Return the strokes of a sample, each (n, 2)."""
        first, last = self.sample_start[index : index + 2]
        bounds = self.stroke_start[first : last + 1]
        return [self.points[start:stop] for start, stop in pairwise(bounds)]


def load_pen_strokes(path: Path) -> PenStrokes:
    """Load a file of strokes; ``dx`` and ``dy`` are steps from point to point over all strokes.

    Raises
    ------
    DataError
        If it cannot be read or lacks a member.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            dx, dy, lengths, starts, labels, providers, writers = (file[name] for name in _MEMBERS)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        message = f"strokes {path}: found {_reason(error)}, expected an .npz file with {', '.join(_MEMBERS)}"
        raise DataError(message) from error
    points = np.column_stack([np.cumsum(dx.astype(np.int64)), np.cumsum(dy.astype(np.int64))])
    stroke_start = np.concatenate([[0], np.cumsum(lengths.astype(np.int64))])
    return PenStrokes(
        points.astype(np.float32), stroke_start, starts.astype(np.int64), labels, providers, writers
    )


def _reason(error: Exception) -> str:
    """Say in plain words why a file cannot be read: NumPy advises to trust it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).strip("'\"") if isinstance(error, KeyError) else "another kind of file"
