"""Which picture is read into which file: planned before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr.batch.drawing_jobs import plan_drawings
from ocr.batch.filesystem import file_version, is_whole, versions_in
from ocr.batch.outputs import output_path, outputs_of, refuse_overwriting
from ocr.errors import ImageError
from ocr.uris import is_remote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ocr.batch.drawing_jobs import DrawingOptions, Drawings
    from ocr.batch.filesystem import FileVersion
    from ocr.batch.inputs import Input
    from ocr.batch.outputs import Target


@dataclass(frozen=True, slots=True)
class Job:
    """A picture to read.

    Attributes
    ----------
    source : Input
    output : str or None
        Path or URI of the file that this one input is written to, if each has its own.
    before : FileVersion or None
        Of what lay there before the run: any other version is of this run, and the job is done.
    drawings : Drawings or None
    content : bytes or None
        Of standard input, which only one process has.
    """

    source: Input
    output: str | None = None
    before: FileVersion | None = None
    drawings: Drawings | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done.

    Attributes
    ----------
    jobs : tuple of Job
    done : int
        Pictures whose output an earlier run wrote.
    """

    jobs: tuple[Job, ...]
    done: int = 0

    @property
    def asked(self) -> int:
        """Number of pictures that were asked for."""
        return len(self.jobs) + self.done


def with_content(job: Job) -> Job:
    """Return a job with the bytes of standard input, if that is its source: read when its turn comes."""
    if not job.source.is_stdin:
        return job
    try:
        content = job.source.content()
    except ImageError as error:
        return replace(job, source=replace(job.source, error=error))
    return replace(job, content=content) if isinstance(content, bytes) else job


def plan_jobs(
    inputs: Sequence[Input],
    target: Target,
    *,
    options: DrawingOptions | None = None,
    resume: bool = False,
    kept: Iterable[str | Path | None] = (),
) -> Plan:
    """Decide where each picture is written and drawn.

    Parameters
    ----------
    inputs : sequence of Input
    target : Target
    options : DrawingOptions, optional
    resume : bool
        Leave out pictures with a file of their own that exists, is whole, is not older, and is surely theirs.
    kept : iterable of path or None
        Other files that are read, which no text may overwrite.

    Raises
    ------
    SettingError
        If a drawing or a text would lie over a picture or another file of this run.
    """
    outputs = list(outputs_of(target, inputs))
    drawings: Sequence[Drawings | None] = [None] * len(inputs)
    if options is not None and not options.is_empty:
        drawings = plan_drawings(inputs, options, outputs=[output_path(target, one) for one in outputs])
    version_of = versions_in(target.path) if target.is_folder and target.path is not None else None
    jobs, done = [], 0
    for source, output, drawn in zip(inputs, outputs, drawings, strict=True):
        before = None if version_of is None or output.name is None else version_of(output.name)
        path = output_path(target, output)
        is_theirs = resume and output.is_sure
        if is_theirs and path and before and _is_done(path, before, source, end=target.format.end):
            done += 1
        else:
            jobs.append(Job(source, path, before, drawn))
    _check_overwriting(jobs, inputs, target, [path for path in kept if path is not None])
    return Plan(tuple(jobs), done)


def _is_done(path: str, before: FileVersion, source: Input, *, end: str) -> bool:
    """Return whether a text that lies there is that of its picture as it is now."""
    return _is_as_new(before, source) and is_whole(path, before, end=end)


def _is_as_new(output: FileVersion, source: Input) -> bool:
    """Return whether a text is not older than its picture; where the age is not known, it counts as new."""
    if source.is_stdin:
        return False
    if is_remote(source.path):
        version = source.version
    else:
        version = file_version(source.path)
        if version is None:
            return False
    if version is None or version.modified is None or output.modified is None:
        return True
    return output.modified >= version.modified


def _check_overwriting(
    jobs: Sequence[Job], inputs: Sequence[Input], target: Target, kept: Sequence[str | Path]
) -> None:
    """Refuse to write texts over anything that this run reads or draws.

    Raises
    ------
    SettingError
        If one would lie there.
    """
    pictures = [source.path for source in inputs]
    drawn = [path for job in jobs if job.drawings for _, path in job.drawings.named_files()]
    if target.path is not None and not target.is_folder:
        written = [("--output", target.path)]
        refuse_overwriting(written, [*pictures, *kept, *drawn], what="another file of this run")
        return
    # What does not exist yet lies over nothing that is read; and a file of a store has only one name.
    existing = [("--output", job.output) for job in jobs if job.output is not None and job.before is not None]
    alike = (path for path in pictures if not is_remote(path) or path.lower().endswith(target.suffix))
    refuse_overwriting(existing, alike, what="a picture to read")
    refuse_overwriting(existing, kept, what="another file of this run")
    if drawn:
        texts = [("--output", job.output) for job in jobs if job.output is not None]
        refuse_overwriting(texts, drawn, what="another file of this run")
