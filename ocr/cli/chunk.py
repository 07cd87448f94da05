"""A few pictures read in a worker of a cluster, from anywhere to anywhere; what goes back is short."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ocr import __version__
from ocr.cli.drawings import Job
from ocr.cli.inputs import Input
from ocr.cli.reading import InputReader, PageRead, ReadSettings, Task
from ocr.cluster import places
from ocr.cluster.addresses import reason_of, shown, without_secrets
from ocr.document.formats import export
from ocr.document.tree import Document
from ocr.errors import ImageError, ModelError, OcrError, SettingError
from ocr.page.image_io import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.cluster import plan
    from ocr.reader import Reader


@dataclass(frozen=True, slots=True)
class Setup:
    """What all workers must agree on.

    Attributes
    ----------
    settings : ReadSettings
    version : str
        Of this program.
    model : str
        SHA-256 of the model's file.
    """

    settings: ReadSettings
    version: str
    model: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a picture.

    Attributes
    ----------
    pages : int
        That were read.
    notes : tuple of str
        What a user should know of them.
    errors : tuple of OcrError
        What went wrong; without any, the output is there.
    seconds : float
        That reading took.
    """

    pages: int = 0
    notes: tuple[str, ...] = ()
    errors: tuple[OcrError, ...] = ()
    seconds: float = 0.0


def read_chunk(setup: Setup, tasks: Sequence[plan.Task]) -> list[Outcome]:
    """Read pictures and write their outputs, each whole or not at all.

    Parameters
    ----------
    setup : Setup
    tasks : sequence of Task
        One whose output is there already, by a worker that was lost later, is left alone.

    Raises
    ------
    OcrError
        If this worker has another version or another model, or lacks the file of one: nothing is read.
    """
    reader = _reader(setup)
    return [_read(setup.settings, reader, task) for task in tasks]


@lru_cache(maxsize=1)
def _reader(setup: Setup) -> Reader:
    """Make the one reader of this worker.

    Raises
    ------
    OcrError
        If it would read otherwise than the one who asks.
    """
    if setup.version != __version__:
        message = (
            f"a worker: found version {__version__}, expected {setup.version}; install the same everywhere"
        )
        raise SettingError(message)
    reader = setup.settings.reader()
    if reader.model.checksum != setup.model:
        message = (
            f"a worker: found another model {reader.model.name}, by its SHA-256; copy the same everywhere"
        )
        raise ModelError(message)
    return reader


def _read(settings: ReadSettings, reader: Reader, task: plan.Task) -> Outcome:
    now = places.look(task.output)
    if now is not None and not now.is_like(task.seen):
        return Outcome()
    try:
        return _read_and_write(settings, reader, task)
    except OcrError as error:
        return Outcome(errors=(error,))
    except Exception as error:  # noqa: BLE001  one picture of a million must not end the run
        message = f"picture {shown(task.source)}: could not be read ({reason_of(error)})"
        return Outcome(errors=(ImageError(message),))


def _read_and_write(settings: ReadSettings, reader: Reader, task: plan.Task) -> Outcome:
    """Read one picture and write its output, unless one of its pages could not be read.

    Raises
    ------
    OcrError
        If it cannot be read at all, or not be written.
    """
    # Opened by its content where it is elsewhere, by its path where it is here.
    source = Task(Job(Input(without_secrets(task.source)), None, None, None, 1), places.read(task.source))
    shown = tempfile.TemporaryDirectory(prefix="ocr-") if settings.format.shows_pictures else nullcontext()
    with shown as folder:
        chosen = replace(settings, pictures_in=Path(folder)) if folder else settings
        found = InputReader(chosen, reader).all_pages(source)
        pages = [one for one in found if isinstance(one, PageRead)]
        errors = tuple(one for one in found if isinstance(one, OcrError))
        if not errors:
            places.write(task.output, _exported(chosen, reader, pages))
    return Outcome(
        pages=len(pages),
        notes=tuple(f"{printable(one.name)}: {note}" for one in pages for note in one.page.notes),
        errors=errors,
        seconds=sum(seconds for one in pages for _, seconds in one.seconds),
    )


def _exported(settings: ReadSettings, reader: Reader, pages: Sequence[PageRead]) -> bytes:
    content = export(
        Document(tuple(one.page for one in pages), model=reader.model.name),
        settings.format,
        pictures=[one.picture for one in pages] if settings.format.shows_pictures else None,
        min_confidence=settings.min_confidence,
        reject_char=settings.reject_char,
    )
    return content if isinstance(content, bytes) else content.encode(errors="replace")
