"""Inputs read one after the other, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr.batch.budget import memory_limit
from ocr.batch.jobs import with_content
from ocr.batch.read_input import InputReader

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from ocr.batch.jobs import Job
    from ocr.batch.read_input import ReadSettings, Result
    from ocr.reader import Reader


class SerialExecutor:
    """Reads each page when its turn comes."""

    def __init__(self, settings: ReadSettings, reader: Reader) -> None:
        self._reader = InputReader(settings, reader)
        self._memory_mb = settings.budget.memory_mb

    def map(self, jobs: Sequence[Job]) -> Generator[list[tuple[Job, Iterable[Result]]], None, None]:
        """Read all jobs, see :class:`ocr.batch.run.Executor`."""
        for job in map(with_content, jobs):
            with memory_limit(self._memory_mb):
                yield [(job, self._reader.results(job))]
