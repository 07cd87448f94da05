"""From a picture to a document: the table of contents of reading."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ocr.classifier.alphabet import allowed_mask
from ocr.classifier.model import checksum_of, name_of
from ocr.classifier.model_file import load_model
from ocr.document.mark_kind import MarkKind
from ocr.document.tree import Document, Page, Rejected
from ocr.errors import SettingError
from ocr.files import model_path
from ocr.forms.field_file import load_fields
from ocr.forms.read_fields import FieldText, read_fields
from ocr.image.picture import Album, Picture
from ocr.language.lexicon import load_words
from ocr.language.ngram import load_language
from ocr.page.layout import Layout, find_layout
from ocr.recognition.orientation import best_orientation
from ocr.recognition.recognize import RecognizedPage, is_joined, recognize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import Mask
    from ocr.classifier.model import GlyphClassifier
    from ocr.forms.field_file import Field
    from ocr.image.decoding import ImageSource
    from ocr.image.multipage import PagesAsked
    from ocr.language.ngram import Language
    from ocr.recognition.decoder import RecognizedLine

__all__ = ["Layout", "PageReading", "Reader", "find_layout", "read", "read_page"]

# Letters lower than this are read less well, and the user is told.
_SMALL_LETTER_PX = 12
# Letters are reduced to less than this only where the picture would need too much memory.
_REDUCED_LETTER_PX = 28


@dataclass(frozen=True, slots=True, eq=False)
class PageReading:
    """A page and how it was read.

    Attributes
    ----------
    page : Page
    picture : Picture
        As it was turned.
    layout : Layout
    recognized_lines : tuple of RecognizedLine
        How each line of the page was read.
    """

    page: Page
    picture: Picture
    layout: Layout
    recognized_lines: tuple[RecognizedLine, ...]


def read_page(
    picture: Picture,
    *,
    model: GlyphClassifier,
    language: Language,
    allowed: Mask | None = None,
    turn_deg: int | None = None,
    keep_rules: bool = False,
) -> PageReading:
    """Read one picture: layout, recognition, and the page of a document, in the orientation that reads best.

    The stages of the layout are in :func:`ocr.page.layout.find_layout`, those of recognition in
    :func:`ocr.recognition.recognize.recognize`.

    Parameters
    ----------
    picture : Picture
    model : GlyphClassifier
    language : Language
    allowed : (K,) bool array, optional
        Which classes may be read; all characters if left out.
    turn_deg : int, optional
        How far to turn the picture anticlockwise: 0, 90, 180 or 270; found by reading if left out.
    keep_rules : bool
        Leave rules, grids, dots and frames of the paper where they are.

    Returns
    -------
    PageReading
    """
    find = partial(find_layout, keep_rules=keep_rules)
    read_all = partial(recognize, model=model, language=language)
    attempt = best_orientation(picture, find, read_all, turn_deg=turn_deg)
    recognized = attempt.recognized
    if allowed is not None:
        # The orientation of a picture does not depend on what may be written.
        recognized = read_all(attempt.layout, lattices=recognized.lattices, allowed=allowed)
    page = _make_page(attempt.picture, attempt.layout, recognized)
    return PageReading(page, attempt.picture, attempt.layout, recognized.recognized_lines)


class Reader:
    """Reads pictures with one model; make it once and use it often, from any thread.

    Parameters
    ----------
    model : GlyphClassifier, path or name, optional
        A classifier of glyphs, or the file or name of a trained one; the shipped model if left out.
    language : str
        "english", or "none" to let shape, size and height on the line decide alone.
    words : sequence of str, or path
        Names and terms that the language takes for common words; or the file that lists them, see
        :func:`ocr.language.lexicon.load_words`.
    charset : str, optional
        What may be written: "digits", "upper", "lower", "letters", "alnum", "print", or the characters
        themselves; every character of the model if left out. The most probable of these is read, whatever the
        ink looks like.
    turn_deg : int, optional
        How far pictures are turned anticlockwise to be upright: 0, 90, 180 or 270; found by reading if left
        out.
    keep_rules : bool
        Leave rules, grids, dots and frames of the paper where they are.

    Raises
    ------
    SettingError
        If the model lacks a character of the charset or has none at all, the file of words is not one, or the
        turn is not a multiple of 90 degrees.
    ModelError
        If the model or the language cannot be loaded.

    Examples
    --------
    >>> reader = Reader(language="none", charset="digits")
    >>> reader.model_name
    'print'
    """

    def __init__(
        self,
        model: GlyphClassifier | str | os.PathLike[str] | None = None,
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
        if model is None or isinstance(model, str | os.PathLike):
            model = load_model(model_path(model))
        self.model: GlyphClassifier = model
        self.model_name, self.model_checksum = name_of(self.model), checksum_of(self.model)
        # Also without a charset: a classifier without any character is refused here.
        allowed = allowed_mask(self.model, charset)
        self.allowed = None if charset is None else allowed
        known = load_language(language)
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
        return Document(tuple(self.read_picture(picture).page for picture in album), model=self.model_name)

    def read_fields(
        self,
        image: ImageSource,
        fields: Sequence[Field] | str | os.PathLike[str],
        *,
        name: str | None = None,
        page: int | None = None,
    ) -> tuple[FieldText, ...]:
        """Read the fields of a form; the rest of the picture is not read.

        Parameters
        ----------
        image : path, bytes, PIL image or array
            It lies as the fields say: it is turned by ``turn_deg`` only, not as it would read best.
        fields : sequence of Field, or path
            Or the JSON file that lists them, see :func:`ocr.forms.field_file.load_fields`.
        name : str, optional
            What messages call the picture.
        page : int, optional
            Which page of a PDF or TIFF, 1 is the first.

        Returns
        -------
        tuple of FieldText
            In the order of the fields.

        Raises
        ------
        SettingError
            If the fields are wrong, or one does not lie in the picture.
        ImageError
            If the picture cannot be read.
        """
        known = load_fields(fields) if isinstance(fields, str | os.PathLike) else tuple(fields)
        picture = Picture(image, name=name, page=page).turned((self.turn_deg or 0) // 90)
        return self.read_picture_fields(picture, known)

    def read_picture_fields(self, picture: Picture, fields: Sequence[Field]) -> tuple[FieldText, ...]:
        """Read the fields of a form on a picture that is upright; see :meth:`read_fields`."""
        return read_fields(
            picture,
            fields,
            model=self.model,
            language=self.language,
            allowed=self.allowed,
            keep_rules=self.keep_rules,
        )

    def read_picture(self, picture: Picture) -> PageReading:
        """Read one picture, and return with the page how it was read; see :func:`read_page`."""
        return read_page(
            picture,
            model=self.model,
            language=self.language,
            allowed=self.allowed,
            turn_deg=self.turn_deg,
            keep_rules=self.keep_rules,
        )


def _make_page(picture: Picture, layout: Layout, recognized: RecognizedPage) -> Page:
    """Return the page of a document."""
    unreadable = tuple(
        Rejected(layout.source_box(segment.box), MarkKind.UNREADABLE)
        for line in recognized.rejected_lines
        for segment in line.lattice.segments
    )
    return Page(
        lines=recognized.lines,
        width=picture.width,
        height=picture.height,
        source=picture.source,
        letter_height_px=layout.source_text_height_px,
        rejected=layout.rejected + unreadable,
        notes=(*picture.notes, *_notes_on(layout, recognized)),
        turned_deg=90 * picture.quarters,
    )


def _notes_on(layout: Layout, recognized: RecognizedPage) -> tuple[str, ...]:
    """Return what a user should know about how a page was read."""
    if not recognized.lines:
        return ("nothing that looks like writing was found",)
    notes = []
    if layout.source_text_height_px < _SMALL_LETTER_PX:
        notes.append(
            f"letters are about {layout.source_text_height_px:.0f} pixels high; "
            f"from {_SMALL_LETTER_PX} on they are read well"
        )
    px_per_source = layout.text_height_px / layout.source_text_height_px
    if layout.text_height_px < _REDUCED_LETTER_PX and px_per_source < 0.9:
        notes.append(
            f"so large that letters were reduced to {layout.text_height_px:.0f} pixels; cut it into pages"
        )
    if is_joined(recognized):
        notes.append("this looks like joined handwriting; hand print is read, the rest is a guess")
    return tuple(notes)


def read(
    image: ImageSource,
    *,
    model: GlyphClassifier | str | os.PathLike[str] | None = None,
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
