"""Many inputs read one after the other or side by side: what is printed, counted and written at the end."""

from __future__ import annotations

import io
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.batch.outputs import is_done
from ocr.batch.progress import picture_progress
from ocr.batch.read_input import InputReader, Task, make_reader, save_pages
from ocr.document.saving import export
from ocr.document.tree import Document
from ocr.errors import ImageError, OcrError
from ocr.image.picture import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from ocr.batch.jobs import Job
    from ocr.batch.outputs import Target
    from ocr.batch.processes import Died
    from ocr.batch.read_input import PageRead, ReadSettings
    from ocr.reader import Reader


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said on standard error.

    Attributes
    ----------
    quiet : bool
        Errors only.
    verbose : bool
        The time of each page too.
    """

    quiet: bool = False
    verbose: bool = False


def run_batch(
    jobs: Sequence[Job], settings: ReadSettings, target: Target, *, workers: int, resume: bool, talk: Talk
) -> int:
    """Read all inputs and put what was read where it belongs.

    Parameters
    ----------
    jobs : sequence of Job
    settings : ReadSettings
    target : Target
    workers : int
        Processes; 0 for as many as there are cores.
    resume : bool
        Leave out inputs whose own file is there, if it is sure to be theirs.
    talk : Talk

    Returns
    -------
    int
        Exit code: that of the first error, 0 without one.

    Raises
    ------
    OcrError
        If the model or a setting is wrong, or the one file for everything cannot be written.
    """
    begun = time.perf_counter()
    todo = [job for job in jobs if not (resume and job.is_sure and is_done(job.source, job.output))]
    reader = settings.reader()
    _speak_utf8()
    count = _Count(asked=len(jobs), skipped=len(jobs) - len(todo))
    with ExitStack() as stack:
        if settings.format.shows_pictures:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ocr-"))
            settings = replace(settings, pictures_in=Path(folder))
        say, advance = stack.enter_context(
            picture_progress(len(todo), quiet=talk.quiet, beside_text=target.path is None)
        )
        results = stack.enter_context(closing(_results(todo, settings, reader, workers=workers)))
        collected: list[PageRead] = []
        for found in results:
            for page in _taken(found, settings, target, count=count, say=say, talk=talk):
                # What is printed or has a file of its own is done with.
                collected += [] if target.is_stream or target.is_folder else [page]
            advance()
        _write_all(collected, settings, target, reader.model_name)
    _sum_up(count, target, talk, seconds=time.perf_counter() - begun)
    return count.failures[0].exit_code if count.failures else 0


@dataclass(slots=True)
class _Count:
    """Counts of a run.

    Attributes
    ----------
    asked, skipped, failed : int
        Inputs.
    pages : int
        That were read.
    failures : list of OcrError
    """

    asked: int
    skipped: int
    failed: int = 0
    pages: int = 0
    failures: list[OcrError] = field(default_factory=list)


def _results(
    jobs: Sequence[Job], settings: ReadSettings, reader: Reader, *, workers: int
) -> Generator[Iterable[PageRead | OcrError], None, None]:
    """Give what becomes of each input, in the order given."""
    # Standard input is read here, and only when its turn comes.
    tasks = (Task(job, job.source.content()) for job in jobs)
    if workers != 1 and len(jobs) > 1:
        yield from _results_of_processes(tasks, settings, workers=workers, most=len(jobs))
        return
    alone = InputReader(settings, reader)
    yield from map(alone.pages, tasks)


def _results_of_processes(
    tasks: Iterable[Task], settings: ReadSettings, *, workers: int, most: int
) -> Generator[Iterable[PageRead | OcrError], None, None]:
    # Late: one picture is read without what manages processes.
    from ocr.batch.processes import Died, available_cores, in_order

    workers = min(workers or available_cores(), most)
    with closing(in_order(tasks, make=make_reader, setup=settings, workers=workers)) as found:
        for task, result in found:
            yield [_death(task.job, result)] if isinstance(result, Died) else result


def _death(job: Job, died: Died) -> ImageError:
    name = printable(job.source.name)
    return ImageError(
        f"picture {name}: the process that read it {died.reason}; is memory short? try fewer --jobs"
    )


def _taken(
    found: Iterable[PageRead | OcrError],
    settings: ReadSettings,
    target: Target,
    *,
    count: _Count,
    say: Callable[[str], None],
    talk: Talk,
) -> Iterator[PageRead]:
    """Print the pages of one input as they come, name what went wrong, and count; gives the pages."""
    failures = []
    for one in found:
        if isinstance(one, OcrError):
            say(f"ocr: {one}")
            failures.append(one)
            continue
        if target.is_stream:
            text = one.page.confident_text(settings.min_confidence, reject_char=settings.reject_char)
            print_text(text, is_first=count.pages == 0)
        name = printable(one.name)
        for note in () if talk.quiet else one.page.notes:
            say(f"ocr: {name}: {note}")
        if talk.verbose:
            say(f"ocr: {name}: {_times(one)}")
        count.pages += 1
        yield one
    count.failures += failures
    count.failed += bool(failures)


def _times(one: PageRead) -> str:
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in one.seconds)
    whole = sum(seconds for _, seconds in one.seconds)
    characters = sum(1 for _ in one.page.characters)
    return f"{whole:.2f} s ({stages}), {len(one.page.lines)} lines, {characters} characters"


def print_text(text: str, *, is_first: bool) -> None:
    """Print a page at once, so that a long run can be followed; a form feed stands between two."""
    click.echo(("" if is_first else "\f") + text + ("\n" if text else ""), nl=False)


def _speak_utf8() -> None:
    """Write UTF-8 wherever text goes: what is read must not depend on the locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _write_all(pages: Sequence[PageRead], settings: ReadSettings, target: Target, model: str) -> None:
    """Write the one file for everything, or standard output; nothing if no page was read.

    Raises
    ------
    OcrError
        If it cannot be written.
    """
    if not pages:
        return
    document = Document(tuple(one.page for one in pages), model=model)
    pictures = [one.picture for one in pages]
    if target.path is not None:
        save_pages(document, pictures, target.path, settings)
        return
    content = export(
        document,
        target.format,
        pictures=pictures if target.format.shows_pictures else None,
        min_confidence=settings.min_confidence,
        reject_char=settings.reject_char,
    )
    click.echo(content, nl=False)


def _sum_up(count: _Count, target: Target, talk: Talk, *, seconds: float) -> None:
    """Say how many were read, where that is not plain to see."""
    is_plain = target.path is None and not (count.failed or count.skipped)
    if talk.quiet or (not talk.verbose and (is_plain or count.asked == 1)):
        return
    read = count.asked - count.skipped - count.failed
    parts = [f"read {read} of {count.asked} pictures"]
    parts += [f"{count.skipped} there already"] if count.skipped else []
    parts += [f"{count.failed} could not be read"] if count.failed else []
    parts += [f"{count.pages} pages in {seconds:.1f} s"] if talk.verbose else []
    click.echo(f"ocr: {'; '.join(parts)}", err=True)
