"""Many inputs read by an executor: what is printed, counted and written at the end."""

from __future__ import annotations

import io
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from ocr.batch.progress import duration, picture_progress
from ocr.batch.read_input import content_of, save_pages
from ocr.errors import OcrError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from ocr.batch.jobs import Job, Plan
    from ocr.batch.outputs import Target
    from ocr.batch.read_input import PageRead, ReadSettings, Result
    from ocr.reader import Reader


class Executor(Protocol):
    """What reads jobs: in this process, in several, or on a cluster."""

    def map(self, jobs: Sequence[Job]) -> Generator[list[tuple[Job, Iterable[Result]]], None, None]:
        """Read all jobs.

        Yields
        ------
        list of (job, results)
            Jobs that are done, each once, with their pages and errors; perhaps none, to show that time goes
            by. Closing the generator gives up all other jobs.
        """


@dataclass(frozen=True, slots=True)
class Verbosity:
    """What is reported on standard error.

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
    plan: Plan,
    settings: ReadSettings,
    target: Target,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    verbosity: Verbosity,
) -> int:
    """Read all inputs, and print or write what was read.

    Parameters
    ----------
    plan : Plan
    settings : ReadSettings
    target : Target
    workers : int
        Processes; 0 for as many as there are cores.
    scheduler : str, optional
        Of a cluster that reads instead.
    verbosity : Verbosity

    Returns
    -------
    int
        Exit code: that of the first error, 0 without one.

    Raises
    ------
    OcrError
        If the model or a setting is wrong, the one file for everything cannot be written, or the cluster is
        not there or is lost.
    """
    reader = settings.reader.load()
    _write_utf8()
    progress = picture_progress(
        len(plan.jobs),
        quiet=verbosity.quiet,
        beside_text=target.path is None,
        logs_pace=scheduler is not None,
    )
    with _with_pictures(settings, target) as complete, progress as (report, advance):
        executor = choose_executor(plan, complete, reader, workers=workers, scheduler=scheduler)
        batch = _Batch(complete, target, verbosity, report)
        with closing(executor.map(plan.jobs)) as batches:
            for done in batches:
                for _, results in done:
                    advance(pages=batch.take(results))
                if not done:
                    advance(pictures=0, pages=0)
        batch.write_all(reader=reader)
    batch.report_summary(plan, always=scheduler is not None)
    return batch.exit_code


@contextmanager
def _with_pictures(settings: ReadSettings, target: Target) -> Iterator[ReadSettings]:
    """Add a folder for pictures of pages to the settings, if one file is to show all pages."""
    if target.is_folder or not settings.format.shows_pictures:
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="ocr-") as folder:
        yield replace(settings, pictures_in=Path(folder))


def choose_executor(
    plan: Plan, settings: ReadSettings, reader: Reader, *, workers: int, scheduler: str | None
) -> Executor:
    """Return what reads the jobs of a plan.

    Raises
    ------
    SettingError
        If a library for it is missing.
    """
    # Late: one picture is read without what manages processes.
    if scheduler is not None:
        from ocr.batch.dask_executor import DaskExecutor

        return DaskExecutor(settings, scheduler, model=reader.model_checksum)
    if (workers != 1 and len(plan.jobs) > 1) or (settings.budget.is_asked and plan.jobs):
        from ocr.batch.processes import ProcessExecutor

        return ProcessExecutor(settings, workers=workers)
    from ocr.batch.serial import SerialExecutor

    return SerialExecutor(settings, reader)


class _Batch:
    """What was read so far: printed or kept, reported and counted.

    Attributes
    ----------
    exit_code : int
        That of the first error.
    """

    def __init__(
        self, settings: ReadSettings, target: Target, verbosity: Verbosity, report: Callable[[str], None]
    ) -> None:
        self._settings, self._target = settings, target
        self._verbosity, self._report = verbosity, report
        self._begun = time.perf_counter()
        self._collected: list[PageRead] = []
        self._failed = self._pages = 0
        self._seconds_of_work = 0.0
        self.exit_code = 0

    def take(self, results: Iterable[Result]) -> int:
        """Print, report and count the results of one input as they come; returns the number of its pages."""
        pages, has_failed = 0, False
        for result in results:
            if isinstance(result, OcrError):
                self._report(f"ocr: {result}")
                self.exit_code = self.exit_code or result.exit_code
                has_failed = True
            else:
                self._take_page(result)
                pages += 1
        self._failed += has_failed
        return pages

    def _take_page(self, found: PageRead) -> None:
        if found.page is not None and self._target.is_stream:
            text = found.page.confident_text(
                self._settings.min_confidence, reject_char=self._settings.reject_char
            )
            print_text(text, is_first=self._pages == 0)
        elif found.page is not None:
            self._collected.append(found)
        for note in () if self._verbosity.quiet else found.notes:
            self._report(f"ocr: {found.name}: {note}")
        if self._verbosity.verbose:
            self._report(f"ocr: {found.name}: {_times(found)}")
        self._pages += 1
        self._seconds_of_work += _whole_time(found)

    def write_all(self, *, reader: Reader) -> None:
        """Write the one file for everything, or standard output; nothing if no page was read.

        Raises
        ------
        OcrError
            If it cannot be written.
        """
        if not self._collected:
            return
        if self._target.path is not None:
            save_pages(self._collected, self._target.path, self._settings, reader=reader)
        else:
            click.echo(content_of(self._collected, self._settings, reader=reader), nl=False)

    def report_summary(self, plan: Plan, *, always: bool) -> None:
        """Report how many inputs were read, where that is not plain to see or ``always``, and how fast."""
        verbose = self._verbosity.verbose or always
        is_plain = plan.asked == 1 or (self._target.path is None and not (self._failed or plan.done))
        if self._verbosity.quiet or (is_plain and not verbose):
            return
        parts = [f"read {plan.asked - plan.done - self._failed:,} of {plan.asked:,} pictures"]
        parts += [f"{plan.done:,} there already"] if plan.done else []
        parts += [f"{self._failed:,} could not be read"] if self._failed else []
        if verbose and self._pages:
            seconds = time.perf_counter() - self._begun
            pace, each = self._pages / seconds, self._seconds_of_work / self._pages
            parts += [f"{self._pages:,} pages in {duration(seconds)}, {pace:.1f} pages/s, {each:.2f} s each"]
        click.echo(f"ocr: {'; '.join(parts)}", err=True)


def _times(found: PageRead) -> str:
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in found.seconds)
    return f"{_whole_time(found):.2f} s ({stages}), {found.lines} lines, {found.characters} characters"


def _whole_time(found: PageRead) -> float:
    return sum(seconds for _, seconds in found.seconds)


def print_text(text: str, *, is_first: bool) -> None:
    """Print a page at once, so that a long run can be followed; a form feed stands between two."""
    click.echo(("" if is_first else "\f") + text + ("\n" if text else ""), nl=False)


def _write_utf8() -> None:
    """Write UTF-8 wherever text goes: what is read must not depend on the locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
