"""What was read: Document > Page > Line > Word > Character, frozen; boxes in pixels of the source picture."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ocr.document import REJECT_CHAR
from ocr.geometry import Box

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ocr.document import PagePicture
    from ocr.document.mark_kind import MarkKind


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


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a space between them."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """The characters joined."""
        return "".join(character.text for character in self.characters)

    def confident_text(self, min_confidence: float, *, reject_char: str = REJECT_CHAR) -> str:
        """Return the text with ``reject_char`` for characters less probable than ``min_confidence``."""
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
        logs = [math.log(max(character.probability, 1e-12)) for character in self.characters]
        return math.exp(sum(logs) / len(logs))


@dataclass(frozen=True, slots=True)
class Line:
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


@dataclass(frozen=True, slots=True)
class Rejected:
    """A mark of ink that became no character, and why.

    Attributes
    ----------
    box : Box
        In pixels of the source picture.
    reason : MarkKind
        What it is instead; each kind has a ``description``.
    """

    box: Box
    reason: MarkKind


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of one picture, in reading order: top to bottom, column by column.

    Attributes
    ----------
    width, height : int
        Of the picture as it was read, upright, in pixels; boxes lie in it.
    letter_height_px : float
        Typical text height in pixels of the source picture; 0 for a blank page.
    rejected : tuple of Rejected
        The ink that became no character.
    notes : tuple of str
        What a user should know, such as that the page is blank.
    turned_deg : int
        How far the source picture, as its orientation tag shows it, was turned anticlockwise to be upright:
        0, 90, 180 or 270.
    """

    lines: tuple[Line, ...]
    width: int
    height: int
    source: str = ""
    letter_height_px: float = 0.0
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = field(default=())
    turned_deg: int = 0

    @property
    def text(self) -> str:
        """The lines, each on a line of its own."""
        return "\n".join(line.text for line in self.lines)

    def confident_text(self, min_confidence: float, *, reject_char: str = REJECT_CHAR) -> str:
        """Return the text with doubtful characters marked, see :meth:`Word.confident_text`."""
        return "\n".join(line.confident_text(min_confidence, reject_char=reject_char) for line in self.lines)

    @property
    def words(self) -> Iterator[Word]:
        """All words in reading order."""
        return (word for line in self.lines for word in line.words)

    @property
    def characters(self) -> Iterator[Character]:
        """All characters in reading order."""
        return (character for word in self.words for character in word.characters)

    @property
    def discarded(self) -> tuple[Rejected, ...]:
        """The old name of ``rejected``; deprecated."""
        warnings.warn("Page.discarded is now Page.rejected", DeprecationWarning, stacklevel=2)
        return self.rejected


@dataclass(frozen=True, slots=True)
class Document:
    """Pages, and the model that read them."""

    pages: tuple[Page, ...]
    model: str = ""

    @property
    def text(self) -> str:
        """All pages, with a form feed between them."""
        return "\f".join(page.text for page in self.pages)

    def confident_text(self, min_confidence: float, *, reject_char: str = REJECT_CHAR) -> str:
        """Return the text with doubtful characters marked, see :meth:`Word.confident_text`."""
        return "\f".join(page.confident_text(min_confidence, reject_char=reject_char) for page in self.pages)

    def with_rejects(self, min_confidence: float, *, reject_char: str = REJECT_CHAR) -> Document:
        """Return the document with ``reject_char`` for characters less probable than ``min_confidence``.

        Their probabilities and alternatives stay.
        """

        def marked(character: Character) -> Character:
            return (
                replace(character, text=reject_char) if character.probability < min_confidence else character
            )

        def marked_line(line: Line) -> Line:
            return Line(tuple(Word(tuple(map(marked, word.characters))) for word in line.words))

        pages = (replace(page, lines=tuple(map(marked_line, page.lines))) for page in self.pages)
        return replace(self, pages=tuple(pages))

    def export(
        self,
        format: str,  # noqa: A002  the word that users know
        *,
        pictures: Sequence[PagePicture | None] | None = None,
        min_confidence: float = 0.0,
        reject_char: str = REJECT_CHAR,
        created: datetime | None = None,
    ) -> str | bytes:
        """Write the document in a format, such as "hocr"; see :func:`ocr.document.saving.export`."""
        # The one import that runs back: the writers know this tree.
        from ocr.document import saving

        return saving.export(
            self,
            format,
            pictures=pictures,
            min_confidence=min_confidence,
            reject_char=reject_char,
            created=created,
        )

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,  # noqa: A002  the word that users know
        pictures: Sequence[PagePicture | None] | None = None,
        min_confidence: float = 0.0,
        reject_char: str = REJECT_CHAR,
        created: datetime | None = None,
    ) -> None:
        """Write a file, in the format of its ending by default; see :func:`ocr.document.saving.save`."""
        from ocr.document import saving

        saving.save(
            self,
            path,
            format=format,
            pictures=pictures,
            min_confidence=min_confidence,
            reject_char=reject_char,
            created=created,
        )

    def to_hocr(self) -> str:
        """Write hOCR, as ``export("hocr")``."""
        return str(self.export("hocr"))

    def to_json(self, *, indent: int | None = None) -> str:
        """Write everything as JSON, as ``export("json")``, on one line unless there is an ``indent``."""
        from ocr.document import saving

        return saving.to_json(self, indent=indent)

    @staticmethod
    def from_json(text: str | bytes) -> Document:
        """Read what :meth:`to_json` wrote, see :func:`ocr.document.json_format.from_json`.

        Raises
        ------
        DataError
            If it is damaged or of another version.
        """
        from ocr.document import saving

        return saving.from_json(text)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in reading order."""
        return tuple(line for page in self.pages for line in page.lines)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for page in self.pages for word in page.words)

    @property
    def characters(self) -> tuple[Character, ...]:
        """All characters in reading order."""
        return tuple(character for page in self.pages for character in page.characters)
