"""What was read: Document > Page > Line > Word > Character, frozen; boxes in pixels of the source picture."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

from ocr.document import REJECT_CHAR
from ocr.errors import require_type
from ocr.geometry import Box

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ocr.document import PagePicture
    from ocr.document.mark_kind import MarkKind
    from ocr.document.provenance import Provenance

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


@dataclass(frozen=True, slots=True, repr=False)
class Word:
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
        return _mean_probability(self.characters)

    @property
    def confidence(self) -> float:
        """The same as ``probability``, by the name that other readers use."""
        return self.probability

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short_repr(self)


@dataclass(frozen=True, slots=True, repr=False)
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

    @property
    def characters(self) -> tuple[Character, ...]:
        """All characters in reading order."""
        return tuple(character for word in self.words for character in word.characters)

    @property
    def probability(self) -> float:
        """Geometric mean of its characters' probabilities."""
        return _mean_probability(self.characters)

    @property
    def confidence(self) -> float:
        """The same as ``probability``, by the name that other readers use."""
        return self.probability

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short_repr(self)


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


@dataclass(frozen=True, slots=True, repr=False)
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

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short_repr(self)


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """Pages, and by what they were read.

    Attributes
    ----------
    pages : tuple of Page
    model : str
        Name of the model.
    provenance : Provenance or None
        The program, the checksum of the model, and the settings; None if they are not known.
    """

    pages: tuple[Page, ...]
    model: str = ""
    provenance: Provenance | None = None

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

    def to_dict(self) -> dict[str, Any]:
        """Return what :meth:`to_json` writes, as dictionaries, lists, strings and numbers."""
        from ocr.document import saving

        return saving.as_object(self)

    def to_pandas(self) -> Any:
        """Return a pandas data frame, a row per word; see :func:`ocr.document.word_table.to_pandas`.

        Raises
        ------
        SettingError
            If pandas is not installed.
        """
        from ocr.document import saving

        return saving.to_pandas(self)

    def show(self, picture: PagePicture | None = None) -> None:
        """Open a window of the system with each page's picture and the boxes; see :func:`ocr.draw`.

        Parameters
        ----------
        picture : path or PIL image, optional
            What was read; the file by the name that pages have as ``source`` if left out. Of several pages,
            each is taken for the page of the file in its place.

        Raises
        ------
        ImageError
            If the picture cannot be read.
        """
        from ocr.view.overlay import draw

        for number, page in enumerate(self.pages, 1):
            shown = page.source if picture is None else picture
            draw(page, shown, page=number if len(self.pages) > 1 else None).show()

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from ocr.document import saving

        return saving.to_notebook_html(self)

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

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short_repr(self)


def _mean_probability(characters: Sequence[Character]) -> float:
    """Return the geometric mean of probabilities."""
    logs = [math.log(max(character.probability, 1e-12)) for character in characters]
    return math.exp(sum(logs) / len(logs))


def short_repr(part: Word | Line | Page | Document) -> str:
    """Return a part of a document in one line: ``<Line 'SATURDAY JOBS'>``."""
    text = part.text
    shown = text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "\u2026"
    pages = f" of {len(part.pages)} pages" if isinstance(part, Document) and len(part.pages) != 1 else ""
    return f"<{type(part).__name__}{pages} {shown!r}>"
