"""From picture to document: layout, recognition, and the tree of what was read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ocr.classifier.alphabet import allowed_mask
from ocr.classifier.model import Model
from ocr.classifier.model_file import load_model
from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Document, Page, Rejected
from ocr.errors import SettingError
from ocr.files import model_path
from ocr.image.picture import Album
from ocr.language.lexicon import load_words
from ocr.language.ngram import load_language
from ocr.page.layout import Layout, find_layout
from ocr.recognition.orientation import best_orientation
from ocr.recognition.recognize import RecognizedPage, is_joined, recognize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.image.multipage import PagesAsked
    from ocr.image.picture import ImageSource, Picture
    from ocr.recognition.transcribe import RecognizedLine

__all__ = ["Layout", "Reader", "Reading", "find_layout", "read"]

# Letters lower than this are read less well, and the user is told.
_SMALL_LETTER_PX = 12


class Reading(NamedTuple):
    """A page, the picture as it was turned, its layout, and how each of its lines was read."""

    page: Page
    picture: Picture
    layout: Layout
    recognitions: tuple[RecognizedLine, ...]


class Reader:
    """Reads pictures with one model; make it once, use it often, from any thread.

    Parameters
    ----------
    model : Model, path or name, optional
        The shipped model if left out.
    language : str
        "english", or "none" to let shapes and places decide alone.
    words : sequence of str, or path
        Names and terms of the user's own, which the language takes for common words; or the file that lists
        them, see :func:`ocr.language.lexicon.load_words`.
    charset : str, optional
        What may be written: "digits", "upper", "lower", "letters", "alnum", "print", or the characters
        themselves; every character of the model if left out. The next best of these is read, whatever it
        looks like.

    turn_deg : int, optional
        How far pictures are turned anticlockwise to be upright: 0, 90, 180 or 270; found by reading if left
        out.
    keep_rules : bool
        Leave rules, grids, dots and frames of the paper where they are.

    Raises
    ------
    SettingError
        If the model lacks a character of the charset, the list of words is not one, or the turn is no
        quarter.
    ModelError
        If the model or the language cannot be loaded.

    Examples
    --------
    >>> reader = Reader(language="none", charset="digits")
    >>> reader.model.name
    'print'
    """

    def __init__(
        self,
        model: Model | str | os.PathLike[str] | None = None,
        *,
        language: str = "english",
        words: Sequence[str] | str | os.PathLike[str] = (),
        charset: str | None = None,
        turn_deg: int | None = None,
        keep_rules: bool = False,
    ) -> None:
        if turn_deg not in {None, 0, 90, 180, 270}:
            message = f"turn: found {turn_deg!r}, expected 0, 90, 180 or 270 degrees, or nothing to find it"
            raise SettingError(message)
        self.turn_deg, self.keep_rules = turn_deg, keep_rules
        self.model = model if isinstance(model, Model) else load_model(model_path(model))
        known = load_language(language)
        self.charset, self.allowed = charset, allowed_mask(self.model, charset)
        own = load_words(words) if isinstance(words, str | os.PathLike) else words
        self.language = known.with_words(own) if own else known

    def read(
        self,
        image: ImageSource,
        *,
        name: str | None = None,
        pages: PagesAsked | None = None,
    ) -> Document:
        """Read a picture, or the pages of a PDF or TIFF.

        Parameters
        ----------
        image : path, bytes, PIL image or array
        name : str, optional
            What messages and the document call it.
        pages : str, int or iterable of int, optional
            Which pages of the file: "1,3-5", "-5", "7-", 2 or (1, 3); the first is 1. If left out, all pages
            of a PDF or TIFF, and the main picture of any other file.

        Returns
        -------
        Document
            A blank page has no lines and a note.

        Raises
        ------
        ImageError
            If it is no readable picture or lacks one of these pages.
        SettingError
            If ``pages`` is no list of pages.
        """
        album = Album(image, name=name, pages=pages)
        return Document(tuple(self.read_picture(picture).page for picture in album), model=self.model.name)

    def read_picture(self, picture: Picture) -> Reading:
        """Read one picture, turned as it reads best, and tell how it was read."""
        look = best_orientation(picture, self._freely, turn_deg=self.turn_deg, keep_rules=self.keep_rules)
        found = look.found
        if self.charset is not None:
            # Which way a picture lies does not depend on what may be written.
            found = recognize(
                look.layout, self.model, self.language, candidates=found.candidates, allowed=self.allowed
            )
        page = self._page(look.picture, look.layout, found)
        return Reading(page, look.picture, look.layout, found.recognitions)

    def _freely(self, layout: Layout) -> RecognizedPage:
        """Read whatever the model knows."""
        return recognize(layout, self.model, self.language)

    def _page(self, picture: Picture, layout: Layout, found: RecognizedPage) -> Page:
        implausible = tuple(
            Rejected(layout.source_box(segment.box), MarkKind.UNREADABLE)
            for one in found.left_out
            for segment in one.line.segments
        )
        return Page(
            lines=found.lines,
            width=picture.width,
            height=picture.height,
            source=picture.source,
            letter_height_px=layout.source_text_height_px,
            rejected=layout.rejected + implausible,
            notes=(*picture.notes, *_notes_on(layout, found)),
            turned_deg=90 * picture.quarters,
        )


def _notes_on(layout: Layout, found: RecognizedPage) -> tuple[str, ...]:
    """Say what a user should know about how a page was read."""
    if not found.lines:
        return ("nothing that looks like writing was found",)
    notes = []
    if layout.source_text_height_px < _SMALL_LETTER_PX:
        notes.append(
            f"letters are about {layout.source_text_height_px:.0f} pixels high; "
            f"from {_SMALL_LETTER_PX} on they are read well"
        )
    if is_joined(found):
        notes.append("this looks like joined handwriting; hand print is read, the rest is a guess")
    return tuple(notes)


def read(
    image: ImageSource,
    *,
    model: Model | str | os.PathLike[str] | None = None,
    pages: PagesAsked | None = None,
) -> Document:
    """Read a picture, or the pages of a file, with a fresh :class:`Reader`; see :meth:`Reader.read`.

    Examples
    --------
    >>> document = read("images/todo_list.jpg")
    >>> print(document.pages[0].lines[0].text)
    SATURDAY JOBS
    >>> first = next(document.pages[0].characters)
    >>> first.text, first.box.height > 20, first.probability > 0.9
    ('S', True, True)
    """
    return Reader(model).read(image, pages=pages)
