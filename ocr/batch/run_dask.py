"""``ocr read --scheduler``: many pictures on many machines; what is said meanwhile and counted at the end.

A few pictures read in a worker of a cluster, from anywhere to anywhere; what goes back is short.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr import __version__
from ocr.batch import filesystem
from ocr.batch.dask_client import check_scheduler, connected
from ocr.batch.dask_tasks import Killed, spread
from ocr.batch.filesystem import is_remote, place_of, reason_of, shown, without_secrets
from ocr.batch.inputs import Input, find
from ocr.batch.jobs import FileTask, Job, make_plan
from ocr.batch.processes import available_cores
from ocr.batch.progress import duration, paced_progress
from ocr.batch.read_input import InputReader, PageRead, ReadSettings, Task
from ocr.document.formats import FORMATS
from ocr.document.saving import export
from ocr.document.tree import Document
from ocr.errors import ImageError, ModelError, OcrError, SettingError
from ocr.image.picture import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.batch.filesystem import FileSystem
    from ocr.batch.jobs import Plan
    from ocr.batch.read_input import ReadSettings
    from ocr.batch.run import Talk
    from ocr.reader import Reader


def run_on_cluster(
    names: Sequence[str],
    settings: ReadSettings,
    output: str | None,
    *,
    scheduler: str,
    recursive: bool,
    resume: bool,
    talk: Talk,
) -> int:
    """Read all pictures on a cluster, each into a file of its own.

    Parameters
    ----------
    names : sequence of str
        As :func:`ocr.batch.inputs.find` takes them.
    settings : ReadSettings
    output : str or None
        Path or address of the folder of all outputs.
    scheduler : str
        As :func:`ocr.batch.dask_client.connected` takes it.
    recursive, resume : bool
    talk : Talk

    Returns
    -------
    int
        Exit code: that of the first error, 0 without one.

    Raises
    ------
    OcrError
        If a setting, the model, the folder or the cluster is wrong.
    """
    check_scheduler(scheduler)
    folder = output_folder(output)
    setup = Setup(settings, __version__, settings.reader().model_checksum)
    plan = make_plan(
        find(names, recursive=recursive),
        folder=folder,
        suffix=settings.format.suffixes[0],
        there=filesystem.stamps_below(folder),
        resume=resume,
    )
    check_spared(plan.tasks, suffix=settings.format.suffixes[0])
    filesystem.check_folder(folder)
    count = _Count(talk)
    begun = time.monotonic()
    _carry_out(plan, setup, scheduler, count)
    if not talk.quiet:
        click.echo(f"ocr: {count.summary(plan, seconds=time.monotonic() - begun)}", err=True)
    return count.exit_code


def _carry_out(plan: Plan, setup: Setup, scheduler: str, count: _Count) -> None:
    """Read what is planned, and count and say what became of it.

    Raises
    ------
    OcrError
        If the cluster is not there, is lost, or has another program or model.
    """
    talk = count.talk
    with paced_progress(len(plan.tasks), quiet=talk.quiet) as (say, advance):
        for error in plan.errors:
            count.take(Outcome(errors=(error,)), say=say)
        # Not even connected for nothing.
        if not plan.tasks:
            return
        with (
            connected(scheduler, cores=available_cores()) as client,
            closing(spread(client, plan.tasks, partial(read_chunk, setup))) as batches,
        ):
            advance(0, 0)
            for batch in batches:
                outcomes = [count.take(_outcome(*ended), say=say, name=ended[0].source) for ended in batch]
                advance(len(outcomes), sum(one.pages for one in outcomes))


def output_folder(output: str | None) -> str:
    """Return the address of the folder that every picture gets a file in.

    Raises
    ------
    SettingError
        If none is named, or a file.
    """
    if output is None or output in {"", "-"}:
        message = "--scheduler: found no --output DIR/, expected a folder or an address such as s3://texts/"
        raise SettingError(message)
    endings = tuple(suffix for one in FORMATS.values() for suffix in one.suffixes)
    is_file = not output.endswith(("/", "\\")) and output.lower().endswith(endings)
    if is_file or (not is_remote(output) and Path(output).is_file()):
        message = f"--output {shown(output)}: found a file, expected a folder with --scheduler; it ends in /"
        raise SettingError(message)
    return place_of(output).address


def check_spared(tasks: Sequence[FileTask], *, suffix: str) -> None:
    """Refuse to write over what is read.

    Raises
    ------
    SettingError
        If an output is a picture to read.
    """
    # Few pictures end as outputs do: only these are looked at.
    alike = {_resolved(task.source) for task in tasks if task.source.lower().endswith(suffix)}
    for task in tasks if alike else ():
        if _resolved(task.output) in alike:
            message = (
                f"--output {shown(task.output)}: would overwrite a picture to read; choose another folder"
            )
            raise SettingError(message)


def _resolved(address: str) -> tuple[FileSystem, str]:
    """One file by whatever name."""
    place = place_of(address)
    return place.system, str(Path(place.path).resolve()) if place.is_local else place.path


def _outcome(task: FileTask, result: Outcome | Killed) -> Outcome:
    if isinstance(result, Outcome):
        return result
    name = shown(task.source)
    message = f"picture {name}: the workers that read it died; is memory short? give each worker more"
    return Outcome(errors=(ImageError(message),))


@dataclass(slots=True)
class _Count:
    """Counts of a run: pictures, pages, seconds that workers read for, and the first error's exit code."""

    talk: Talk
    read: int = 0
    failed: int = 0
    pages: int = 0
    seconds: float = 0.0
    exit_code: int = 0

    def take(self, outcome: Outcome, *, say: Callable[[str], None], name: str = "") -> Outcome:
        """Count what became of a picture, and say what should be said of it."""
        for note in () if self.talk.quiet else outcome.notes:
            say(f"ocr: {note}")
        if self.talk.verbose and outcome.pages:
            pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
            say(f"ocr: {shown(name)}: {outcome.seconds:.2f} s, {pages}")
        for error in outcome.errors:
            say(f"ocr: {error}")
            self.exit_code = self.exit_code or error.exit_code
        self.failed += bool(outcome.errors)
        self.read += not outcome.errors
        self.pages += outcome.pages
        self.seconds += outcome.seconds
        return outcome

    def summary(self, plan: Plan, *, seconds: float) -> str:
        """Say how many were read, and how fast."""
        parts = [f"read {self.read:,} of {plan.asked:,} pictures"]
        parts += [f"{plan.done:,} there already"] if plan.done else []
        parts += [f"{self.failed:,} could not be read"] if self.failed else []
        if self.pages:
            pace = f"{self.pages / seconds:.1f} pages/s"
            each = f"{self.seconds / self.pages:.2f} s each"
            parts += [f"{self.pages:,} pages in {duration(seconds)}, {pace}, {each}"]
        return "; ".join(parts)


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


def read_chunk(setup: Setup, tasks: Sequence[FileTask]) -> list[Outcome]:
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
    if reader.model_checksum != setup.model:
        message = (
            f"a worker: found another model {reader.model_name}, by its SHA-256; copy the same everywhere"
        )
        raise ModelError(message)
    return reader


def _read(settings: ReadSettings, reader: Reader, task: FileTask) -> Outcome:
    now = filesystem.look(task.output)
    if now is not None and not now.is_like(task.seen):
        return Outcome()
    try:
        return _read_and_write(settings, reader, task)
    except OcrError as error:
        return Outcome(errors=(error,))
    except Exception as error:  # noqa: BLE001  one picture of a million must not end the run
        message = f"picture {shown(task.source)}: could not be read ({reason_of(error)})"
        return Outcome(errors=(ImageError(message),))


def _read_and_write(settings: ReadSettings, reader: Reader, task: FileTask) -> Outcome:
    """Read one picture and write its output, unless one of its pages could not be read.

    Raises
    ------
    OcrError
        If it cannot be read at all, or not be written.
    """
    # Opened by its content where it is elsewhere, by its path where it is here.
    source = Task(Job(Input(without_secrets(task.source)), None, None, None, 1), filesystem.read(task.source))
    shown = tempfile.TemporaryDirectory(prefix="ocr-") if settings.format.shows_pictures else nullcontext()
    with shown as folder:
        chosen = replace(settings, pictures_in=Path(folder)) if folder else settings
        found = InputReader(chosen, reader).all_pages(source)
        pages = [one for one in found if isinstance(one, PageRead)]
        errors = tuple(one for one in found if isinstance(one, OcrError))
        if not errors:
            filesystem.write(task.output, _exported(chosen, reader, pages))
    return Outcome(
        pages=len(pages),
        notes=tuple(f"{printable(one.name)}: {note}" for one in pages for note in one.page.notes),
        errors=errors,
        seconds=sum(seconds for one in pages for _, seconds in one.seconds),
    )


def _exported(settings: ReadSettings, reader: Reader, pages: Sequence[PageRead]) -> bytes:
    content = export(
        Document(tuple(one.page for one in pages), model=reader.model_name),
        settings.format,
        pictures=[one.picture for one in pages] if settings.format.shows_pictures else None,
        min_confidence=settings.min_confidence,
        reject_char=settings.reject_char,
    )
    return content if isinstance(content, bytes) else content.encode(errors="replace")
