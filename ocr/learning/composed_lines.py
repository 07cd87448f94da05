"""Compose new lines from the words of a writer: letters among other neighbours, words in another order.

The line network finds where each character of a corrected line is [1]_. Words are cut out there, and two of
them that have a letter in common become a third one: the first up to that letter, and the second from behind
it. The stroke that leaves the letter is a stroke that left it, so that joined writing stays joined.

References
----------
.. [1] Graves et al., "Connectionist temporal classification", ICML 2006, sec. 3.2: the most probable path.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocr.learning.corrected_pages import LineWithText
from ocr.line_network.ctc import align_text
from ocr.line_network.line_image import LINE_ROWS
from ocr.line_network.line_model import CLASSES, line_log_probabilities
from ocr.recognition.uncut_line import boundaries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Float32
    from ocr.line_network.sliding_network import SlidingNetwork

# Of the words of a line, this share is made of two words. A made word has at most so many characters.
_MADE, _LONGEST = 0.7, 14
# Words of a line, at least and at most, and columns between them.
_WORDS, _GAP_COLS = (2, 5), (9, 17)
# A column with less ink is empty.
_LEAST_INK = 0.3


class WrittenWord(NamedTuple):
    """A word of a corrected line.

    Attributes
    ----------
    parts : tuple of (36, W) float32 arrays
        The columns of each character.
    text : str
        As many characters.
    """

    parts: tuple[Float32, ...]
    text: str


class WordBank:
    """The words of one hand, of which lines are composed.

    Parameters
    ----------
    words : sequence of WrittenWord
        At least one.
    """

    def __init__(self, words: Sequence[WrittenWord]) -> None:
        self.words = list(words)
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, word in enumerate(self.words):
            for place, character in enumerate(word.text):
                self._places[character].append((number, place))

    def compose(self, rng: np.random.Generator) -> LineWithText:
        """Return a line of some words, most of them made of two."""
        count = int(rng.integers(_WORDS[0], _WORDS[1], endpoint=True))
        words = [self._made(rng) if rng.random() < _MADE else self._any(rng) for _ in range(count)]
        parts: list[Float32] = []
        for word in words:
            gap = int(rng.integers(_GAP_COLS[0], _GAP_COLS[1], endpoint=True))
            parts += [np.zeros((LINE_ROWS, gap), np.float32), *word.parts]
        parts.append(np.zeros((LINE_ROWS, _GAP_COLS[0]), np.float32))
        return LineWithText(np.hstack(parts), " ".join(word.text for word in words))

    def _any(self, rng: np.random.Generator) -> WrittenWord:
        return self.words[int(rng.integers(len(self.words)))]

    def _made(self, rng: np.random.Generator) -> WrittenWord:
        """Return a word that begins as one word and ends as another."""
        first = self._any(rng)
        stop = int(rng.integers(len(first.text)))
        same = self._places[first.text[stop]]
        number, place = same[int(rng.integers(len(same)))]
        second = self.words[number]
        text = first.text[: stop + 1] + second.text[place + 1 :]
        if not 1 < len(text) <= _LONGEST:
            return first
        return WrittenWord(first.parts[: stop + 1] + second.parts[place + 1 :], text)


def written_words(network: SlidingNetwork, lines: Sequence[LineWithText]) -> list[WrittenWord]:
    """Cut the words out of lines; every character of them is one that the network knows."""
    logs = line_log_probabilities(network, [line.pixels for line in lines])
    words = []
    for line, own in zip(lines, logs, strict=True):
        spans = align_text(own, [CLASSES[character] for character in line.text])
        if spans is None:
            continue
        cols = [0, *boundaries(line.pixels, spans), line.pixels.shape[1]]
        parts = [line.pixels[:, start:stop] for start, stop in pairwise(cols)]
        first = 0
        for text in line.text.split(" "):
            if text:
                words.append(WrittenWord(_trimmed(parts[first : first + len(text)]), text))
            first += len(text) + 1
    return words


def _trimmed(parts: Sequence[Float32]) -> tuple[Float32, ...]:
    """Take the empty columns before and behind a word away."""
    first, *middle = parts
    first = first[:, _first_inked(first) :]
    if not middle:
        return (first[:, : first.shape[1] - _first_inked(first[:, ::-1])],)
    last = middle[-1]
    return first, *middle[:-1], last[:, : last.shape[1] - _first_inked(last[:, ::-1])]


def _first_inked(pixels: Float32) -> int:
    """Return the number of empty columns at the left; none if all are empty."""
    inked = np.flatnonzero(pixels.sum(axis=0) >= _LEAST_INK)
    return int(inked[0]) if inked.size else 0
