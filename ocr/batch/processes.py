"""Inputs read by several processes side by side: a process that dies takes one input with it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from ocr.batch.jobs import with_content
from ocr.batch.read_input import make_worker
from ocr.image.limits import process_error
from ocr.workers import WorkerDied, available_cores, map_in_order

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from ocr.batch.jobs import Job
    from ocr.batch.read_input import ReadSettings, Result
    from ocr.errors import ImageError


# A process gets so long to stop by itself, and to go on with the other pages: one that is ended loses them.
_GRACE_SECONDS = 10.0


class ProcessExecutor:
    """Reads as many inputs at a time as there are processes; 0 is as many as there are cores."""

    def __init__(self, settings: ReadSettings, *, workers: int) -> None:
        self._settings, self._workers = settings, workers

    def map(self, jobs: Sequence[Job]) -> Generator[list[tuple[Job, Iterable[Result]]], None, None]:
        """Read all jobs, see :class:`ocr.batch.run.Executor`."""
        workers = min(self._workers or available_cores(), len(jobs))
        tasks = map(with_content, jobs)
        limit = self._settings.budget.seconds
        seconds = None if limit is None else limit + _GRACE_SECONDS
        with closing(
            map_in_order(tasks, make=make_worker, setup=self._settings, workers=workers, seconds=seconds)
        ) as found:
            for job, results in found:
                yield [
                    (
                        job,
                        [_death(job, results)] if isinstance(results, WorkerDied) else results,
                    )
                ]


def _death(job: Job, died: WorkerDied) -> ImageError:
    return process_error(job.source.name, died.reason, is_late=died.is_late)
