"""The mark behind the number of a list: a full stop far more often than the comma that it looks like."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# How often each mark stands behind a number that begins a line, against how often it ends a word of text.
_LOG_FACTORS = {".": np.log(0.8 / 0.42), ",": np.log(0.04 / 0.42)}


def is_list_number(names: Sequence[str]) -> bool:
    """Say whether the first word of a line, as it was read so far, is a number with one of these marks."""
    *number, mark = names
    return bool(number) and mark in _LOG_FACTORS and all(name in string.digits for name in number)


def list_mark(row: NDArray[np.float64], classes: Sequence[str]) -> NDArray[np.float64]:
    """Log-probabilities (K,) of the mark behind the number of a list: of these marks only."""
    factors = np.array([_LOG_FACTORS.get(sign, -np.inf) for sign in classes])
    return np.asarray(row + factors)
