"""One input read from its bytes to its file, in this process or in another."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.batch.jobs import check_pages, draw, page_job
from ocr.document.saving import save
from ocr.document.tree import Document
from ocr.errors import OcrError
from ocr.image.picture import Album
from ocr.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr.batch.jobs import Job
    from ocr.document.formats import Format
    from ocr.document.tree import Page
    from ocr.image.multipage import PageRanges
    from ocr.image.picture import Picture

# What the formats with pictures open by themselves, in color; of all others they get what was read, in gray.
_SHOWN_FORMATS = {"JPEG", "MPO", "PNG", "WEBP", "BMP", "GIF", "PPM"}


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What is asked for, the same for all inputs.

    Attributes
    ----------
    model, language, words, charset, turn_deg, keep_rules
        As :class:`~ocr.reader.Reader` takes them.
    pages : PageRanges or None
    min_confidence : float
    reject_char : str
    format : Format
        Of the files that single inputs have.
    pictures_in : Path or None
        Folder for pictures of pages that are no file, if the format shows pictures.
    """

    model: str | None
    language: str
    words: str | None
    charset: str | None
    turn_deg: int | None
    keep_rules: bool
    pages: PageRanges | None
    min_confidence: float
    reject_char: str
    format: Format
    pictures_in: Path | None = None

    def reader(self) -> Reader:
        """Make a reader.

        Raises
        ------
        OcrError
            If a setting is wrong or a file is missing.
        """
        words = () if self.words is None else self.words
        return Reader(
            self.model,
            language=self.language,
            words=words,
            charset=self.charset,
            turn_deg=self.turn_deg,
            keep_rules=self.keep_rules,
        )


@dataclass(frozen=True, slots=True)
class Task:
    """An input with its bytes, if it is standard input: only one process has that."""

    job: Job
    content: str | bytes


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page as it was read.

    Attributes
    ----------
    name : str
        Of the picture, with the number of the page if it has one.
    page : Page
    picture : str or None
        A file that shows the page, if the format wants one.
    seconds : tuple of (str, float)
        What each stage took.
    """

    name: str
    page: Page
    picture: str | None
    seconds: tuple[tuple[str, float], ...]


class InputReader:
    """Reads inputs with one reader, and writes the files that single inputs have."""

    def __init__(self, settings: ReadSettings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader

    def pages(self, task: Task) -> Iterator[PageRead | OcrError]:
        """Read the pages of one input, each when it is asked for, and say what went wrong.

        The input's own file is written at the end, if nothing did: a file that is there is complete.
        """
        try:
            if task.job.source.error is not None:
                raise task.job.source.error
            album = Album(task.content, name=task.job.source.name, pages=self._settings.pages)
            if len(album) > 1:
                check_pages(task.job, len(album), most=self._settings.format.most_pages)
        except OcrError as error:
            yield error
            return
        yield from self._pages_and_file(task, album)

    def _pages_and_file(self, task: Task, album: Album) -> Iterator[PageRead | OcrError]:
        pages: list[PageRead] = []
        keeps = task.job.output is not None
        for number in album.numbers:
            job = task.job if len(album) == 1 else page_job(task.job, number)
            try:
                found = self._page(job, album, number)
            except OcrError as error:
                keeps = False
                yield error
                continue
            yield found
            if keeps:
                pages.append(found)
        if keeps and task.job.output is not None:
            try:
                self._save(pages, task.job.output)
            except OcrError as error:
                yield error

    def _page(self, job: Job, album: Album, number: int) -> PageRead:
        """Read one page and draw what was asked for.

        Raises
        ------
        OcrError
            If it turns out to be damaged, or a drawing cannot be made or written.
        """
        clock = [time.perf_counter()]
        picture = album.picture(number)
        clock.append(time.perf_counter())
        reading = self._reader.read_picture(picture)
        clock.append(time.perf_counter())
        draw(job, reading, classes=self._reader.model.classes)
        folder = self._settings.pictures_in
        shown = None if folder is None else _shown(picture, folder)
        clock.append(time.perf_counter())
        stages = ("opened", "read", "drawn")
        seconds = tuple((stage, clock[index + 1] - clock[index]) for index, stage in enumerate(stages))
        return PageRead(picture.name, reading.page, shown, seconds)

    def _save(self, pages: list[PageRead], output: Path) -> None:
        document = Document(tuple(one.page for one in pages), model=self._reader.model_name)
        pictures = [one.picture for one in pages]
        save_pages(document, pictures, output, self._settings)
        for picture in pictures:
            if picture is not None and Path(picture).parent == self._settings.pictures_in:
                Path(picture).unlink()

    def all_pages(self, task: Task) -> list[PageRead | OcrError]:
        """Read all of one input."""
        return list(self.pages(task))


def save_pages(document: Document, pictures: list[str | None], output: Path, settings: ReadSettings) -> None:
    """Write a document to a file.

    Raises
    ------
    OcrError
        If the format does not hold it, or the file cannot be written.
    """
    save(
        document,
        output,
        format=settings.format,
        pictures=pictures if settings.format.shows_pictures else None,
        min_confidence=settings.min_confidence,
        reject_char=settings.reject_char,
    )


def make_reader(settings: ReadSettings) -> Callable[[Task], list[PageRead | OcrError]]:
    """Start a process that reads, see :func:`ocr.batch.processes.in_order`."""
    return InputReader(settings, settings.reader()).all_pages


def _shown(picture: Picture, folder: Path) -> str:
    """Return a file that shows a page, upright and in its size: its own, or one in ``folder``."""
    is_whole_file = picture.name == picture.source and picture.format in _SHOWN_FORMATS
    if is_whole_file and Path(picture.source).is_file():
        return picture.source
    from PIL import Image

    with tempfile.NamedTemporaryFile(dir=folder, suffix=".png", delete=False) as file:
        Image.fromarray(picture.gray()).save(file, format="PNG", compress_level=1)
    return file.name
