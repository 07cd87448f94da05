"""From a picture to a document: the table of contents of reading."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from ocr.__version__ import __version__
from ocr.classifier.alphabet import allowed_mask
from ocr.classifier.model import Model, checksum_of, name_of
from ocr.classifier.model_file import load_model
from ocr.classifier.writer_profile import writer_of
from ocr.document.provenance import Provenance
from ocr.document.tree import Document
from ocr.errors import ModelError, OcrError, SettingError, require_type
from ocr.files import model_path
from ocr.image.limits import process_error
from ocr.image.multipage import PageRanges
from ocr.image.picture import Album, Picture
from ocr.image.sources import Sendable, sendable
from ocr.language.lexicon import load_words
from ocr.language.ngram import load_language
from ocr.page.layout import Layout, find_layout
from ocr.page.scale import text_height_if_too_large
from ocr.recognition.document_page import make_page
from ocr.recognition.large_page import read_large_page
from ocr.recognition.noise import is_noise, tiles_of
from ocr.recognition.one_line_choice import one_line_or_page
from ocr.recognition.orientation import best_orientation
from ocr.recognition.recognize import recognize, reread
from ocr.recognition.turn_choice import evidence_of
from ocr.workers import WorkerDied, available_cores, map_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr.array_types import Mask
    from ocr.classifier.model import GlyphClassifier
    from ocr.document.tree import Page
    from ocr.forms.field_file import Field
    from ocr.forms.read_fields import FieldText
    from ocr.image.multipage import PagesAsked
    from ocr.image.sources import ImageSource
    from ocr.language.ngram import Language
    from ocr.recognition.decoder import RecognizedLine

__all__ = ["Layout", "PageReading", "Reader", "find_layout", "read", "read_page"]


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
    judge = partial(is_noise, find_layout=find, recognize=read_all)
    if turn_deg is not None:
        judge = partial(judge, turns=(0,))
    attempt = best_orientation(
        picture,
        partial(find, is_noise=judge),
        read_all,
        partial(evidence_of, model=model),
        turn_deg=turn_deg,
    )
    layout, recognized = attempt.layout, attempt.recognized
    if allowed is not None:
        # The orientation of a picture does not depend on what may be written.
        recognized = read_all(layout, lattices=recognized.lattices, allowed=allowed)
    else:
        recognized = reread(layout, recognized, model, language)
        layout, recognized = one_line_or_page(attempt.picture, layout, recognized, model, language)
    page = make_page(attempt.picture, layout, recognized)
    return PageReading(page, attempt.picture, layout, recognized.recognized_lines)


class Reader:
    """Reads pictures with one model; make it once and use it often, from any thread.

    Parameters
    ----------
    model : GlyphClassifier, path or name, optional
        A classifier of glyphs, or the file or name of a trained one; the shipped model if left out.
    language : str
        "english", or "none" to let shape, size and height on the line decide alone.
    words : iterable of str, or path
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
        words: Iterable[str] | str | os.PathLike[str] = (),
        charset: str | None = None,
        turn_deg: int | None = None,
        keep_rules: bool = False,
    ) -> None:
        _check_types(model, language=language, words=words, charset=charset, keep_rules=keep_rules)
        if turn_deg is not None and (type(turn_deg) is not int or turn_deg not in {0, 90, 180, 270}):
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
        own = load_words(words) if isinstance(words, str | os.PathLike) else tuple(words)
        for word in own:
            require_type("words", word, str, expected="texts")
        writer = writer_of(self.model)
        written = () if writer is None else writer.words
        self.language = known.with_words((*own, *written)) if own or written else known
        self.provenance = Provenance(
            program=f"ocr {__version__}",
            model_checksum=self.model_checksum,
            language=language,
            charset=charset,
            own_words=len(own),
            turn_deg=turn_deg,
            keep_rules=keep_rules,
        )

    def adapted(self, pages: Iterable[tuple[ImageSource, str]], *, name: str = "mine") -> Reader:
        """Return a reader that has learnt the hand of a writer; see :mod:`ocr.learning.learn_hand`.

        Parameters
        ----------
        pages : iterable of (path, bytes, PIL image or array; str)
            Pictures with their right text, line by line.
        name : str
            Of the new model.

        Returns
        -------
        Reader
            This one, with a warning, if the new model reads the held-out lines worse.

        Raises
        ------
        DataError
            If fewer than three lines have a right text.
        ImageError
            If a picture cannot be read.
        ModelError
            If the model of this reader is no network of this program.
        """
        from ocr.learning.own_model import SourcePage, learn_from, lines_of

        if not isinstance(self.model, Model):
            message = f"model {self.model_name}: found a classifier that cannot learn, expected a network"
            raise ModelError(message)
        sources = [SourcePage(Picture(image), lines_of(text), self.turn_deg) for image, text in pages]
        learnt = learn_from(sources, self.model, self.language, name=name)
        if not learnt.is_better:
            warnings.warn(f"model {name}: not used ({learnt.summary}); correct more pages", stacklevel=2)
            return self
        return self._with_model(learnt.model)

    def _with_model(self, model: Model) -> Reader:
        """Return a reader of the same settings with another model."""
        other = copy(self)
        other.model, other.model_name, other.model_checksum = model, name_of(model), checksum_of(model)
        other.language = self.language.with_words(model.writer.words) if model.writer else self.language
        other.provenance = replace(self.provenance, model_checksum=other.model_checksum)
        return other

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
        image : path, address, bytes, opened file, PIL image, array or mapping
            An array is (H, W) or (H, W, 1, 3 or 4): uint8, uint16, bool, other whole numbers in 0 .. 255, or
            float in [0, 1]. A mapping is a row of a data set, with ``"bytes"`` or ``"path"``. An address,
            such as "https://...", needs fsspec.
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
        return Document(
            tuple(map(self.page_of, album)),
            model=self.model_name,
            provenance=self.provenance,
        )

    def read_many(
        self,
        images: Iterable[ImageSource],
        *,
        jobs: int = 1,
        pages: PagesAsked | None = None,
        errors: Literal["raise", "return"] = "raise",
    ) -> Iterator[Document | OcrError]:
        """Read pictures one after the other, or several at a time; what was read comes in their order.

        Parameters
        ----------
        images : iterable of what :meth:`read` takes
        jobs : int
            Processes; 0 for as many as there are cores. With more than one, a program has to start below
            ``if __name__ == "__main__":``, and a classifier of your own has to be one that pickle knows.
        pages : str, int or iterable of int, optional
            See :meth:`read`.
        errors : "raise" or "return"
            What happens to a picture that cannot be read: its error is raised at its turn, which ends the
            reading; or it takes the place of the document.

        Yields
        ------
        Document, or OcrError
            One for each picture.

        Raises
        ------
        ImageError
            With ``errors="raise"``, at the first picture that cannot be read.
        SettingError
            If a setting is none of these.
        """
        if type(jobs) is not int or jobs < 0 or errors not in {"raise", "return"}:
            message = f"found jobs={jobs!r}, errors={errors!r}, expected 0 or more, and 'raise' or 'return'"
            raise SettingError(message)
        asked = None if pages is None else PageRanges.parse(pages)
        for found in _documents(self, images, workers=jobs or available_cores(), pages=asked):
            if isinstance(found, OcrError) and errors == "raise":
                raise found
            yield found

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
        from ocr.forms.field_file import load_fields

        known = load_fields(fields) if isinstance(fields, str | os.PathLike) else tuple(fields)
        picture = Picture(image, name=name, page=page).turned((self.turn_deg or 0) // 90)
        return self.read_picture_fields(picture, known)

    def read_picture_fields(self, picture: Picture, fields: Sequence[Field]) -> tuple[FieldText, ...]:
        """Read the fields of a form on a picture that is upright; see :meth:`read_fields`."""
        from ocr.forms.read_fields import read_fields

        return read_fields(
            picture,
            fields,
            model=self.model,
            language=self.language,
            allowed=self.allowed,
            keep_rules=self.keep_rules,
        )

    def read_picture(self, picture: Picture) -> PageReading:
        """Read one picture at once, and return with the page how it was read; see :func:`read_page`."""
        return self._read_page(picture, turn_deg=self.turn_deg)

    def page_of(self, picture: Picture) -> Page:
        """Read one picture; one that is too large to be read at once, such as a scroll, in bands."""
        height = text_height_if_too_large(picture)
        if height is not None:
            page = read_large_page(
                picture,
                lambda band, *, turn_deg: self._read_page(band, turn_deg=turn_deg).page,
                text_height_px=height,
                sample=tiles_of,
                turn_deg=self.turn_deg,
            )
            if page is not None:
                return page
        return self.read_picture(picture).page

    def _read_page(self, picture: Picture, *, turn_deg: int | None) -> PageReading:
        return read_page(
            picture,
            model=self.model,
            language=self.language,
            allowed=self.allowed,
            turn_deg=turn_deg,
            keep_rules=self.keep_rules,
        )


def _check_types(model: object, *, words: object, keep_rules: object, **texts: object) -> None:
    """Refuse arguments of types that would fail further in.

    Raises
    ------
    SettingError
        For the first of them.
    """
    is_classifier = hasattr(model, "classes") and hasattr(model, "log_probabilities")
    if not (model is None or is_classifier):
        require_type("model", model, str, os.PathLike, expected="a path, a name or a classifier of glyphs")
    for name, value in texts.items():
        if value is not None or name != "charset":
            require_type(name, value, str, expected="a text")
    require_type("keep_rules", keep_rules, bool, expected="True or False")
    if not isinstance(words, str | os.PathLike):
        require_type("words", words, Iterable, expected="a path, or words")


def _documents(
    reader: Reader, images: Iterable[ImageSource], *, workers: int, pages: PageRanges | None
) -> Iterator[Document | OcrError]:
    """Yield what was read on each picture, by so many processes."""
    read_one = _make_reading((reader, pages))
    if workers == 1:
        yield from map(read_one, map(sendable, images))
        return
    tasks = map(sendable, images)
    with closing(map_in_order(tasks, make=_make_reading, setup=(reader, pages), workers=workers)) as results:
        for (name, _), found in results:
            yield process_error(name, found.reason) if isinstance(found, WorkerDied) else found


def _make_reading(
    setup: tuple[Reader, PageRanges | None],
) -> Callable[[Sendable], Document | OcrError]:
    """Return what a process calls for each picture."""
    reader, pages = setup

    def read_one(task: Sendable) -> Document | OcrError:
        name, image = task
        if isinstance(image, OcrError):
            return image
        try:
            return reader.read(image, name=name, pages=pages)
        except OcrError as error:
            return error

    return read_one


def read(
    image: ImageSource,
    *,
    model: GlyphClassifier | str | os.PathLike[str] | None = None,
    pages: PagesAsked | None = None,
    name: str | None = None,
    language: str = "english",
    words: Iterable[str] | str | os.PathLike[str] = (),
    charset: str | None = None,
    turn_deg: int | None = None,
    keep_rules: bool = False,
) -> Document:
    """Read a picture, or the pages of a file, with a fresh :class:`Reader`; see there for the settings.

    Examples
    --------
    >>> document = read("images/todo_list.jpg")
    >>> print(document.pages[0].lines[0].text)
    SATURDAY JOBS
    >>> first = next(document.pages[0].characters)
    >>> first.text, first.box.height > 20, first.probability > 0.9
    ('S', True, True)
    """
    reader = Reader(
        model,
        language=language,
        words=words,
        charset=charset,
        turn_deg=turn_deg,
        keep_rules=keep_rules,
    )
    return reader.read(image, name=name, pages=pages)
