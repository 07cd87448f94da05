"""One input read from its bytes to its file, in this process or in another."""

from __future__ import annotations

import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.batch import filesystem
from ocr.batch.budget import Budget, memory_limit, time_limit
from ocr.batch.drawing_jobs import draw
from ocr.document.saving import export
from ocr.document.tree import Document
from ocr.errors import OcrError, SettingError, printable
from ocr.image.limits import picture_error
from ocr.image.picture import Album
from ocr.reader import Reader
from ocr.uris import reason_of
from ocr.workers import beat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from ocr.batch.jobs import Job
    from ocr.document.formats import Format
    from ocr.document.tree import Page
    from ocr.image.multipage import PageRanges
    from ocr.image.picture import Picture

    # A page that was read, or why one was not.
    Result: TypeAlias = "PageRead | OcrError"

# What the formats with pictures open by themselves, in color; of all others they get what was read, in gray.
_SHOWN_FORMATS = {"JPEG", "MPO", "PNG", "WEBP", "BMP", "GIF", "PPM"}


_TOO_LARGE = "needs more memory than there is, or than --max-memory allows; reduce it, or use fewer --jobs"


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How pictures are read; the attributes are those of :class:`~ocr.reader.Reader`."""

    model: str | None = None
    language: str = "english"
    words: str | None = None
    charset: str | None = None
    turn_deg: int | None = None
    keep_rules: bool = False

    def load(self) -> Reader:
        """Load the model and make a reader.

        Raises
        ------
        OcrError
            If a setting is wrong or a file is missing.
        """
        return Reader(
            self.model,
            language=self.language,
            words=() if self.words is None else self.words,
            charset=self.charset,
            turn_deg=self.turn_deg,
            keep_rules=self.keep_rules,
        )


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What is asked for, the same for all inputs.

    Attributes
    ----------
    reader : ReaderSettings
    format : Format
    pages : PageRanges or None
    min_confidence : float
    reject_char : str
    pictures_in : Path or None
        Folder for pictures of pages that are no file, if one file gets all pages and shows them.
    budget : Budget
        What each page may cost.
    """

    reader: ReaderSettings
    format: Format
    pages: PageRanges | None
    min_confidence: float
    reject_char: str
    pictures_in: Path | None = None
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page as it was read.

    Attributes
    ----------
    name : str
        Of the picture, with the number of the page if it has one.
    notes : tuple of str
        What a user should know of it.
    lines, characters : int
        How many were read.
    seconds : tuple of (str, float)
        What each stage took.
    page : Page or None
        None if it is in a file already.
    picture : str or None
        A file that shows the page, if the format wants one.
    """

    name: str
    notes: tuple[str, ...]
    lines: int
    characters: int
    seconds: tuple[tuple[str, float], ...]
    page: Page | None
    picture: str | None = None


class InputReader:
    """Reads inputs with one reader, and writes the files that single inputs have."""

    def __init__(self, settings: ReadSettings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader

    def results(self, job: Job) -> Iterator[Result]:
        """Read the pages of one input, each when it is asked for; what went wrong is among the results.

        The input's own file is written at the end, if nothing went wrong: a file that exists is complete.
        """
        try:
            with time_limit(self._settings.budget.seconds, job.source.name):
                album = self._open(job)
        except Exception as error:  # noqa: BLE001  one picture of many must not end the run
            yield failure_of(job.source.name, error)
            return
        if job.output is None:
            yield from self._pages(job, album, pictures_in=self._settings.pictures_in)
        else:
            yield from self._pages_and_file(job, album, job.output)

    def all_results(self, job: Job) -> list[Result]:
        """Read all of one input."""
        return list(self.results(job))

    def _open(self, job: Job) -> Album:
        """Open an input.

        Raises
        ------
        OcrError
            If it cannot be read, or has too many pages for what was asked for.
        """
        if job.source.error is not None:
            raise job.source.error
        content = job.source.content() if job.content is None else job.content
        album = Album(content, name=job.source.name, pages=self._settings.pages)
        if len(album) > 1:
            _check_pages(job, len(album), most=self._settings.format.most_pages)
        return album

    def _pages_and_file(self, job: Job, album: Album, output: str) -> Iterator[Result]:
        """Read all pages and write them, unless one of them could not be read."""
        is_whole, pages = True, []
        # Pictures of pages that are no file are needed only until the file is written.
        shows = self._settings.format.shows_pictures
        with tempfile.TemporaryDirectory(prefix="ocr-") if shows else nullcontext() as folder:
            for found in self._pages(job, album, pictures_in=Path(folder) if folder else None):
                if isinstance(found, PageRead):
                    pages.append(found)
                    yield replace(found, page=None, picture=None)
                else:
                    is_whole = False
                    yield found
            if is_whole:
                try:
                    save_pages(pages, output, self._settings, reader=self._reader)
                except Exception as error:  # noqa: BLE001  as above
                    yield failure_of(job.source.name, error)

    def _pages(self, job: Job, album: Album, *, pictures_in: Path | None) -> Iterator[Result]:
        for number in album.numbers:
            name = f"{job.source.name} page {number}" if len(album) > 1 else job.source.name
            beat()
            try:
                with time_limit(self._settings.budget.seconds, name):
                    found = self._page(job, album, number, pictures_in=pictures_in)
            except Exception as error:  # noqa: BLE001  the other pages may be intact
                yield failure_of(name, error)
            else:
                yield found

    def _page(self, job: Job, album: Album, number: int, *, pictures_in: Path | None) -> PageRead:
        """Read one page and draw what was asked for.

        Raises
        ------
        OcrError
            If it turns out to be damaged, or a drawing cannot be made or written.
        """
        times = [time.perf_counter()]
        picture = album.picture(number)
        times.append(time.perf_counter())
        # How a page was read, which is drawn, is known of a picture that is read at once.
        reading = None if job.drawings is None else self._reader.read_picture(picture)
        page = self._reader.page_of(picture) if reading is None else reading.page
        times.append(time.perf_counter())
        if job.drawings is not None and reading is not None:
            drawings = job.drawings if len(album) == 1 else job.drawings.of_page(number)
            draw(drawings, reading, classes=self._reader.model.classes)
        shown = None if pictures_in is None else _shown(picture, pictures_in)
        times.append(time.perf_counter())
        stages = ("opened", "read", "drawn")
        return PageRead(
            name=printable(picture.name),
            notes=page.notes,
            lines=len(page.lines),
            characters=sum(1 for _ in page.characters),
            seconds=tuple((stage, times[index + 1] - times[index]) for index, stage in enumerate(stages)),
            page=page,
            picture=shown,
        )


def failure_of(name: str, error: Exception) -> OcrError:
    """Return why a picture was not read, in one line: the error itself if it was foreseen."""
    if isinstance(error, OcrError):
        return error
    if isinstance(error, MemoryError):
        return picture_error(name, _TOO_LARGE)
    return picture_error(name, f"could not be read ({reason_of(error)}); a fault of this program: report it")


def make_worker(settings: ReadSettings) -> Callable[[Job], list[Result]]:
    """Return what another process calls for each job, see :func:`ocr.batch.processes.in_order`."""
    reader = InputReader(settings, settings.reader.load())

    def read(job: Job) -> list[Result]:
        with memory_limit(settings.budget.memory_mb):
            return reader.all_results(job)

    return read


def content_of(pages: Sequence[PageRead], settings: ReadSettings, *, reader: Reader) -> str | bytes:
    """Return the file of some pages.

    Raises
    ------
    OcrError
        If the format does not hold them, or a picture cannot be opened.
    """
    return export(
        Document(
            tuple(one.page for one in pages if one.page is not None),
            model=reader.model_name,
            provenance=reader.provenance,
        ),
        settings.format,
        pictures=[one.picture for one in pages] if settings.format.shows_pictures else None,
        min_confidence=settings.min_confidence,
        reject_char=settings.reject_char,
    )


def save_pages(pages: Sequence[PageRead], output: str, settings: ReadSettings, *, reader: Reader) -> None:
    """Write pages to a file, by path or URI.

    Raises
    ------
    OcrError
        As :func:`content_of`, or if the file cannot be written.
    """
    content = content_of(pages, settings, reader=reader)
    filesystem.write(output, content if isinstance(content, bytes) else content.encode(errors="replace"))


def _check_pages(job: Job, pages: int, *, most: int | None) -> None:
    """Refuse a file of several pages where one is expected, before the first of them is read.

    Raises
    ------
    SettingError
        If a lattice was asked for, or more pages are to be written than ``most``.
    """
    if most is not None and pages > most:
        message = (
            f"{job.source.name}: found {pages} pages, expected {most} in this format; choose it by --pages"
        )
        raise SettingError(message)
    if job.drawings is not None and job.drawings.lattice is not None:
        lattice = job.drawings.lattice
        message = f"--lattice {lattice}: found {pages} pages, expected one; choose it by --pages"
        raise SettingError(message)


def _shown(picture: Picture, folder: Path) -> str:
    """Return a file that shows a page, upright and in its size: its own, or one in ``folder``."""
    is_whole_file = picture.name == picture.source and picture.format in _SHOWN_FORMATS
    if is_whole_file and Path(picture.source).is_file():
        return picture.source
    from PIL import Image

    with tempfile.NamedTemporaryFile(dir=folder, suffix=".png", delete=False) as file:
        Image.fromarray(picture.gray()).save(file, format="PNG", compress_level=1)
    return file.name
