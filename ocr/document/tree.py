"""What was read: Document > Page > Line > Word > Character, frozen; boxes in pixels of the source picture.

A page has tables and fields, too, which share its words.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ocr.document import REJECT_CHAR
from ocr.document.printed_parts import filled
from ocr.document.words import Character, Line, Word, short_form, with_characters

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ocr.document import PagePicture
    from ocr.document.mark_kind import MarkKind
    from ocr.document.printed_parts import FormField, Table
    from ocr.document.provenance import Provenance
    from ocr.geometry import Box

__all__ = ["Character", "Document", "Line", "Page", "Rejected", "Word"]


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
    tables : tuple of Table
        Their cells hold words of the lines.
    fields : tuple of FormField
        Boxes of a form, row by row, with words of the lines.
    """

    lines: tuple[Line, ...]
    width: int
    height: int
    source: str = ""
    letter_height_px: float = 0.0
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = field(default=())
    turned_deg: int = 0
    tables: tuple[Table, ...] = ()
    fields: tuple[FormField, ...] = ()

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

    def with_lines(self, lines: tuple[Line, ...]) -> Page:
        """Return the page with other lines, also in its tables and fields."""
        tables = tuple(table.with_lines(lines) for table in self.tables)
        return replace(self, lines=lines, tables=tables, fields=filled(self.fields, lines))

    @property
    def discarded(self) -> tuple[Rejected, ...]:
        """The old name of ``rejected``; deprecated."""
        warnings.warn("Page.discarded is now Page.rejected", DeprecationWarning, stacklevel=2)
        return self.rejected

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short_form(self, self.text)


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

        pages = (page.with_lines(with_characters(page.lines, marked)) for page in self.pages)
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
        # Imports that run back, here and below: the writers know this tree.
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
        from ocr.document.json_format import to_json

        return to_json(self, indent=indent)

    @staticmethod
    def from_json(text: str | bytes) -> Document:
        """Read what :meth:`to_json` wrote, see :func:`ocr.document.json_format.from_json`.

        Raises
        ------
        DataError
            If it is damaged or of another version.
        """
        from ocr.document.json_format import from_json

        return from_json(text)

    def to_dict(self) -> dict[str, Any]:
        """Return what :meth:`to_json` writes, as dictionaries, lists, strings and numbers."""
        from ocr.document.json_format import as_object

        return as_object(self)

    def to_pandas(self) -> Any:
        """Return a pandas data frame, a row per word; see :func:`ocr.document.word_table.to_pandas`.

        Raises
        ------
        SettingError
            If pandas is not installed.
        """
        from ocr.document.word_table import to_pandas

        return to_pandas(self)

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
        from ocr.document.notebook import to_notebook_html

        return to_notebook_html(self)

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
        count = len(self.pages)
        return short_form(self, self.text, pages=f" of {count} pages" if count != 1 else "")
