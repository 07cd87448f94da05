"""Inputs read on a Dask cluster, from anywhere to anywhere: only names and short results travel."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from ocr.__version__ import __version__
from ocr.batch import filesystem
from ocr.batch.dask_client import check_scheduler, connected
from ocr.batch.dask_tasks import TaskFailed, map_tasks
from ocr.batch.read_input import InputReader
from ocr.errors import ImageError, ModelError, SettingError, printable
from ocr.workers import available_cores

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from ocr.batch.jobs import Job
    from ocr.batch.read_input import ReadSettings, Result
    from ocr.reader import Reader


class DaskExecutor:
    """Reads inputs on a cluster; each has a file of its own.

    Parameters
    ----------
    settings : ReadSettings
    scheduler : str
        As :func:`ocr.batch.dask_client.connected` takes it.
    model : str
        SHA-256 of the model, which all workers must have.

    Raises
    ------
    SettingError
        If a library is missing.
    """

    def __init__(self, settings: ReadSettings, scheduler: str, *, model: str) -> None:
        check_scheduler(scheduler)
        self._setup = Setup(settings, __version__, model)
        self._scheduler = scheduler

    def map(self, jobs: Sequence[Job]) -> Generator[list[tuple[Job, Iterable[Result]]], None, None]:
        """Read all jobs, see :class:`ocr.batch.run.Executor`.

        Raises
        ------
        OcrError
            If the cluster is not there, is lost, or has another program or model.
        """
        yield [(job, [job.source.error]) for job in jobs if job.source.error is not None]
        readable = [job for job in jobs if job.source.error is None]
        # Without anything to read, not even a connection is made.
        if not readable:
            return
        work = partial(read_jobs, self._setup)
        with (
            connected(self._scheduler, cores=available_cores()) as client,
            closing(map_tasks(client, readable, work)) as batches,
        ):
            yield []
            for batch in batches:
                yield [(job, _failure(job) if isinstance(one, TaskFailed) else one) for job, one in batch]


def _failure(job: Job) -> list[Result]:
    name = printable(job.source.name)
    message = f"picture {name}: the workers that read it died; is memory short? give each worker more"
    return [ImageError(message)]


@dataclass(frozen=True, slots=True)
class Setup:
    """What all workers must agree on.

    Attributes
    ----------
    settings : ReadSettings
    version : str
        Of this program.
    model : str
        SHA-256 of the model.
    """

    settings: ReadSettings
    version: str
    model: str


def read_jobs(setup: Setup, jobs: Sequence[Job]) -> list[list[Result]]:
    """Read some inputs on a worker and write their outputs, each whole or not at all.

    Parameters
    ----------
    setup : Setup
    jobs : sequence of Job
        One whose output was written already, by a worker that was lost later, is left alone.

    Raises
    ------
    OcrError
        If this worker has another version or another model, or lacks a file: nothing is read.
    """
    reader = InputReader(setup.settings, _reader(setup))
    return [_results(reader, job) for job in jobs]


@lru_cache(maxsize=1)
def _reader(setup: Setup) -> Reader:
    """Make the one reader of this worker.

    Raises
    ------
    OcrError
        If it would not read as the machine that started the run.
    """
    if setup.version != __version__:
        message = (
            f"a worker: found version {__version__}, expected {setup.version}; install the same everywhere"
        )
        raise SettingError(message)
    reader = setup.settings.reader.load()
    if reader.model_checksum != setup.model:
        message = (
            f"a worker: found another model {reader.model_name}, by its SHA-256; copy the same everywhere"
        )
        raise ModelError(message)
    return reader


def _results(reader: InputReader, job: Job) -> list[Result]:
    now = None if job.output is None else filesystem.file_version(job.output)
    if now is not None and not now.may_equal(job.before):
        return []
    return reader.all_results(job)
