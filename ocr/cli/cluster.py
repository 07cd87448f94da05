"""``ocr read --scheduler``: many pictures on many machines; what is said meanwhile and counted at the end."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr import __version__
from ocr.cli.chunk import Outcome, Setup, read_chunk
from ocr.cli.pace import duration
from ocr.cli.pool import available_cores
from ocr.cli.progress import paced_progress
from ocr.cli.targets import check_library
from ocr.cluster import places
from ocr.cluster.addresses import is_remote, place_of, shown
from ocr.cluster.connection import check_scheduler, connected
from ocr.cluster.listing import find
from ocr.cluster.plan import make_plan
from ocr.cluster.spread import Killed, spread
from ocr.document.formats import FORMATS
from ocr.errors import ImageError, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.cli.batch import Talk
    from ocr.cli.reading import ReadSettings
    from ocr.cluster.addresses import FileSystem
    from ocr.cluster.plan import Plan, Task


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
        As :func:`ocr.cluster.listing.find` takes them.
    settings : ReadSettings
    output : str or None
        Path or address of the folder of all outputs.
    scheduler : str
        As :func:`ocr.cluster.connection.connected` takes it.
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
    check_library(settings.format)
    setup = Setup(settings, __version__, settings.reader().model.checksum)
    plan = make_plan(
        find(names, recursive=recursive),
        folder=folder,
        suffix=settings.format.suffixes[0],
        there=places.stamps_below(folder),
        resume=resume,
    )
    check_spared(plan.tasks, suffix=settings.format.suffixes[0])
    places.check_folder(folder)
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
    with paced_progress(len(plan.tasks), quiet=talk.quiet, no_color=talk.no_color) as (say, advance):
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


def check_spared(tasks: Sequence[Task], *, suffix: str) -> None:
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


def _outcome(task: Task, result: Outcome | Killed) -> Outcome:
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
