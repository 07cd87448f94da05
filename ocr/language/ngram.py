"""A language: how probable a symbol is after others, a word, and a word made of digits."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.errors import ModelError
from ocr.language.character_model import SHORT_COUNT, CharacterModel, make_character_model
from ocr.language.number_grammar import NumberGrammar, make_number_grammar, no_numbers
from ocr.language.symbols import SYMBOL_COUNT, symbols_of, word_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Float64, Int64

# Log-probabilities are stored as bytes, in steps of a sixteenth: 255 stands for exp(-15.9).
STEP = 1 / 16
# ... and those of words in steps of an eighth: 255 stands for exp(-31.9).
_WORD_STEP = 1 / 8
# Of the hash of a word its upper 40 bits are kept: of two million words that are not in the list about one is
# taken for one that is.
_DROPPED_BITS = np.uint64(24)
_FOLDER = Path(__file__).resolve().parent / "data"
# A word that a user adds is taken to be as frequent as one of the thousand most common words.
_ADDED_WORD = -8.0


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """An n-gram model of characters, a word list and a grammar of words made of digits.

    Attributes
    ----------
    characters : CharacterModel
        How probable a symbol is after others.
    hashes : (W,) uint64 array
        Sorted hashes of the words, their upper 40 bits.
    word_logs : (W,) float32 array
        Log-probability of each word.
    numbers : NumberGrammar
        Words made of digits.
    """

    characters: CharacterModel
    hashes: NDArray[np.uint64]
    word_logs: Float32
    numbers: NumberGrammar

    def word_log_probability(self, hashes: NDArray[np.uint64]) -> Float32:
        """Return the log-probability (N,) of words by their hash (N,); -inf for words not in the list."""
        if self.hashes.size == 0:
            return np.full(hashes.shape, -np.inf, dtype=np.float32)
        wanted = hashes >> _DROPPED_BITS
        place = np.minimum(np.searchsorted(self.hashes, wanted), self.hashes.size - 1)
        return np.where(self.hashes[place] == wanted, self.word_logs[place], np.float32(-np.inf))

    def with_words(self, words: Iterable[str]) -> Language:
        """Return the language with words added."""
        added = np.array([word_hash(symbols_of(word)) for word in words], dtype=np.uint64)
        hashes = np.concatenate([added >> _DROPPED_BITS, self.hashes])
        # A word that is more common than that stays so.
        added_logs = np.maximum(self.word_log_probability(added), np.float32(_ADDED_WORD))
        logs = np.concatenate([added_logs, self.word_logs])
        hashes, first = np.unique(hashes, return_index=True)
        return Language(self.characters, hashes, logs[first], self.numbers)


def make_language(characters: CharacterModel, words: dict[str, float], numbers: NumberGrammar) -> Language:
    """Return a language of a model of characters, probabilities of words, and words made of digits."""
    hashes = np.array([word_hash(symbols_of(word)) for word in words], dtype=np.uint64) >> _DROPPED_BITS
    logs = np.log(np.array(list(words.values())))
    # Of words of the same symbols, and those that share a hash, the most common one counts.
    order = np.lexsort((-logs, hashes))
    hashes, first = np.unique(hashes[order], return_index=True)
    return Language(characters, hashes, logs[order][first].astype(np.float32), numbers)


def save_language(language: Language, longer: Int64, path: Path) -> None:
    """Write a language in the form that :func:`load_language` reads.

    Log-probabilities are bytes; of the hashes and contexts, their differences are stored. Nothing is packed,
    because the program reads the file each time it starts. ``longer`` are the contexts of
    :func:`ocr.language.character_model.make_character_model`.
    """
    numbers = language.numbers
    steps = np.diff(language.hashes, prepend=np.uint64(0))
    np.savez(
        path,
        ngram=_as_bytes(language.characters.logs, STEP),
        context_steps=np.diff(longer, prepend=0).astype(np.uint32),
        hash_steps=steps.astype(np.min_scalar_type(steps.max(initial=0))),
        words=_as_bytes(language.word_logs, _WORD_STEP),
        number_characters=np.array(numbers.characters),
        number_states=np.where(np.isfinite(numbers.logs), numbers.next_states, -1)[:-1, :-1].astype(np.int16),
        number_logs=_as_bytes(numbers.logs[:-1, :-1], STEP),
        number_ends=_as_bytes(numbers.end_logs[:-1], STEP),
    )


def _as_bytes(logs: Float32 | Float64, step: float) -> NDArray[np.uint8]:
    """Store log-probabilities as bytes; 255 also stands for -inf."""
    return np.clip(np.rint(np.maximum(logs, -1e4) / -step), 0, 255).astype(np.uint8)


def _from_bytes(stored: NDArray[np.uint8], step: float) -> Float32:
    return stored.astype(np.float32) * np.float32(-step)


_MEMBERS = (
    "ngram", "context_steps", "hash_steps", "words",
    "number_characters", "number_states", "number_logs", "number_ends",
)  # fmt: skip


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
        flat = np.broadcast_to(np.float32(-np.log(SYMBOL_COUNT)), (SHORT_COUNT, SYMBOL_COUNT))
        characters = make_character_model(flat, np.empty(0, np.int64))
        return Language(characters, np.empty(0, np.uint64), np.empty(0, np.float32), no_numbers())
    path = _FOLDER / f"{name}.npz"
    known = sorted(file.stem for file in _FOLDER.glob("*.npz"))
    if name not in known:
        message = f"language {name!r}: not found; expected one of none, {', '.join(known)}"
        raise ModelError(message)
    try:
        # From memory: what is no archive would leave the file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            return _language({member: file[member] for member in _MEMBERS})
    except (OSError, EOFError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        message = f"language {path}: damaged ({error}); install the program anew"
        raise ModelError(message) from error


def _language(stored: dict[str, NDArray[Any]]) -> Language:
    """Return the language of the arrays of a file."""
    ends = _from_bytes(stored["number_ends"], STEP).astype(np.float64)
    logs = _from_bytes(stored["ngram"], STEP).reshape(-1, SYMBOL_COUNT)
    return Language(
        make_character_model(logs, np.cumsum(stored["context_steps"], dtype=np.int64)),
        np.cumsum(stored["hash_steps"], dtype=np.uint64),
        _from_bytes(stored["words"], _WORD_STEP),
        make_number_grammar(
            str(stored["number_characters"]),
            stored["number_states"].astype(np.int64),
            _from_bytes(stored["number_logs"], STEP).astype(np.float64),
            np.where(stored["number_ends"] < 255, ends, -np.inf),
        ),
    )
