"""Line > Word > Character, frozen: what was read, in boxes in pixels of the source picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

from ocr.document import REJECT_CHAR
from ocr.errors import require_type
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Characters of a text that the short form of an object shows.
_SHOWN_TEXT = 60


@dataclass(frozen=True, slots=True)
class Character:
    """One character.

    Attributes
    ----------
    text : str
        The character.
    box : Box
        Where its ink is, in pixels of the source picture.
    probability : float
        How sure it is, 0 .. 1.
    alternatives : tuple of (str, float)
        The most probable characters with their probabilities, this one included, most probable first.
    """

    text: str
    box: Box
    probability: float
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def confidence(self) -> float:
        """The same as ``probability``, by the name that other readers use."""
        return self.probability


class Readable:
    """What a part of a document that has a text and a probability does the same."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """What is written in it."""
        raise NotImplementedError

    @property
    def probability(self) -> float:
        """How sure that is, 0 .. 1."""
        raise NotImplementedError

    @property
    def confidence(self) -> float:
        """The same as ``probability``, by the name that other readers use."""
        return self.probability

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short_form(self, self.text)


@dataclass(frozen=True, slots=True, repr=False)
class Word(Readable):
    """Characters without a space between them."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """The characters joined."""
        return "".join(character.text for character in self.characters)

    def confident_text(self, min_confidence: float, *, reject_char: str = REJECT_CHAR) -> str:
        """Return the text with ``reject_char`` for characters less probable than ``min_confidence``."""
        require_type("min_confidence", min_confidence, Real, expected="a number from 0 to 1")
        return "".join(
            reject_char if character.probability < min_confidence else character.text
            for character in self.characters
        )

    @property
    def box(self) -> Box:
        """Box around its characters."""
        return Box.around(character.box for character in self.characters)

    @property
    def probability(self) -> float:
        """Geometric mean of its characters' probabilities."""
        return mean_probability(self.characters)


@dataclass(frozen=True, slots=True, repr=False)
class Line(Readable):
    """Words read left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join(word.text for word in self.words)

    def confident_text(self, min_confidence: float, *, reject_char: str = REJECT_CHAR) -> str:
        """Return the text with doubtful characters marked, see :meth:`Word.confident_text`."""
        return " ".join(word.confident_text(min_confidence, reject_char=reject_char) for word in self.words)

    @property
    def box(self) -> Box:
        """Box around its words."""
        return Box.around(word.box for word in self.words)

    @property
    def characters(self) -> tuple[Character, ...]:
        """All characters in reading order."""
        return tuple(character for word in self.words for character in word.characters)

    @property
    def probability(self) -> float:
        """Geometric mean of its characters' probabilities."""
        return mean_probability(self.characters)


def with_characters(lines: Sequence[Line], change: Callable[[Character], Character]) -> tuple[Line, ...]:
    """Return lines with each of their characters changed."""
    return tuple(
        Line(tuple(Word(tuple(map(change, word.characters))) for word in line.words)) for line in lines
    )


def mean_probability(characters: Sequence[Character]) -> float:
    """Return the geometric mean of probabilities."""
    logs = [math.log(max(character.probability, 1e-12)) for character in characters]
    return math.exp(sum(logs) / len(logs))


def short_form(part: object, text: str, *, pages: str = "") -> str:
    """Return a part of a document in one line: ``<Line 'SATURDAY JOBS'>``."""
    shown = text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "\u2026"
    return f"<{type(part).__name__}{pages} {shown!r}>"
