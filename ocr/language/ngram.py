"""A language: how probable a symbol is after three others, and how probable a word is."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.errors import ModelError
from ocr.language.symbols import SYMBOL_COUNT, symbols_of, word_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ocr.array_types import Float32

# Log-probabilities are stored as bytes, in steps of a sixteenth: 255 stands for exp(-15.9).
STEP = 1 / 16
_FOLDER = Path(__file__).resolve().parent / "data"
# A word that a user adds is taken to be as frequent as one of the thousand most common words.
_ADDED_WORD = -8.0


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """An n-gram model of characters and a word list.

    Attributes
    ----------
    ngram : (32768, 32) float32 array
        Log-probability of each symbol after three symbols a, b, c; row (a · 32 + b) · 32 + c.
    hashes : (W,) uint64 array
        Sorted hashes of the words.
    word_logs : (W,) float32 array
        Log-probability of each word.
    """

    ngram: Float32
    hashes: NDArray[np.uint64]
    word_logs: Float32

    def word_log_probability(self, hashes: NDArray[np.uint64]) -> Float32:
        """Return the log-probability (N,) of words by their hash (N,); -inf for words not in the list."""
        if self.hashes.size == 0:
            return np.full(hashes.shape, -np.inf, dtype=np.float32)
        place = np.minimum(np.searchsorted(self.hashes, hashes), self.hashes.size - 1)
        return np.where(self.hashes[place] == hashes, self.word_logs[place], np.float32(-np.inf))

    def with_words(self, words: Iterable[str]) -> Language:
        """Return the language with words added."""
        added = np.array([word_hash(symbols_of(word)) for word in words], dtype=np.uint64)
        hashes = np.concatenate([added, self.hashes])
        # A word that is more common than that stays so.
        added_logs = np.maximum(self.word_log_probability(added), np.float32(_ADDED_WORD))
        logs = np.concatenate([added_logs, self.word_logs])
        hashes, first = np.unique(hashes, return_index=True)
        return Language(self.ngram, hashes, logs[first])


@lru_cache(maxsize=4)
def load_language(name: str) -> Language:
    """Load a shipped language.

    Parameters
    ----------
    name : str
        "english", or "none" for one in which everything is equally likely.

    Raises
    ------
    ModelError
        If there is none of that name, or its file is damaged.
    """
    if name == "none":
        flat = np.full((SYMBOL_COUNT**3, SYMBOL_COUNT), -np.log(SYMBOL_COUNT), dtype=np.float32)
        return Language(flat, np.empty(0, np.uint64), np.empty(0, np.float32))
    path = _FOLDER / f"{name}.npz"
    known = sorted(file.stem for file in _FOLDER.glob("*.npz"))
    if name not in known:
        message = f"language {name!r}: not found; expected one of none, {', '.join(known)}"
        raise ModelError(message)
    try:
        # From memory: what is no archive would leave the file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            ngram, hashes, words = (file[member] for member in ("ngram", "hashes", "words"))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        message = f"language {path}: damaged ({error}); install the program anew"
        raise ModelError(message) from error
    table = ngram.reshape(SYMBOL_COUNT**3, SYMBOL_COUNT).astype(np.float32) * np.float32(-STEP)
    return Language(table, hashes, words.astype(np.float32) * np.float32(-STEP))
