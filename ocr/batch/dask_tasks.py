"""Tasks spread over the workers of a Dask cluster: none is lost with a worker, and none can end the rest.

Dask gives the tasks of a lost worker to others, up to a number of times; then it gives the chunk up, and
whatever the lost workers had beside it. So a chunk that was given up goes out again as single tasks; a task
that was given up again goes out once more at the very end, when nothing else can be to blame.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ocr.batch.jobs import chunk_size, chunks
from ocr.errors import OcrError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from distributed import Client, Future

Task = TypeVar("Task")
Result = TypeVar("Result")

# Chunks that are with the scheduler: a few for each core, so that none waits, and never so many that the
# scheduler's memory counts. Some for the cores that a cluster adds when it sees that there is work.
_AHEAD, _LEAST_AHEAD = 4, 64
# How often the number of cores is asked for, and progress can be shown while nothing ends.
_SECONDS_BETWEEN = 1.0
# Times that a chunk may be thrown away by somebody who restarts the workers.
_MOST_RESTARTS = 10


@dataclass(frozen=True, slots=True)
class Killed:
    """A task with which workers died, again and again, the last time with nothing beside it."""


def spread(
    client: Client, tasks: Sequence[Task], work: Callable[[tuple[Task, ...]], Sequence[Result]]
) -> Generator[list[tuple[Task, Result | Killed]], None, None]:
    """Work on tasks wherever there is a free core, in any order.

    Parameters
    ----------
    client : distributed.Client
    tasks : sequence
    work : callable
        Gives a result for each task of a chunk, in their order. It is sent by its name and may meet a task
        that a lost worker has done.

    Yields
    ------
    list of (task, result) or (task, Killed)
        What ended since the last time; at least once a second, be it nothing.

    Raises
    ------
    OcrError
        What ``work`` raises, or if the scheduler is gone or the workers lack this program.
    """
    if not tasks:
        return
    cores, asked = _cores(client), time.monotonic()
    crowd = _Crowd(client, work, chunks(tasks, chunk_size(len(tasks), cores=cores)))
    try:
        while crowd.hand_out(at_most=max(_LEAST_AHEAD, _AHEAD * cores)):
            yield crowd.gathered()
            if time.monotonic() - asked > _SECONDS_BETWEEN:
                cores, asked = _cores(client), time.monotonic()
    finally:
        crowd.call_back()


class _Crowd(Generic[Task, Result]):
    """Chunks that are out, those that wait, and those that were given up."""

    def __init__(
        self,
        client: Client,
        work: Callable[[tuple[Task, ...]], Sequence[Result]],
        waiting: Iterator[tuple[Task, ...]],
    ) -> None:
        self._client, self._work, self._waiting = client, work, waiting
        # With the times that each was given up.
        self._out: dict[Future, tuple[tuple[Task, ...], int]] = {}
        self._ended: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._again: deque[tuple[tuple[Task, ...], int]] = deque()
        self._alone: deque[Task] = deque()
        self._restarts = 0

    def hand_out(self, *, at_most: int) -> bool:
        """Send out what may be sent; whether anything is out."""
        while len(self._out) < at_most:
            chunk, deaths = self._again.popleft() if self._again else (next(self._waiting, None), 0)
            if chunk is None:
                break
            self._submit(chunk, deaths)
        if not self._out and self._alone:
            self._submit((self._alone.popleft(),), 2)
        return bool(self._out)

    def gathered(self) -> list[tuple[Task, Result | Killed]]:
        """Wait a moment for chunks that ended; gives their tasks with what became of them."""
        found: list[tuple[Task, Result | Killed]] = []
        try:
            found += self._taken(self._ended.get(timeout=_SECONDS_BETWEEN))
            while True:
                found += self._taken(self._ended.get_nowait())
        except queue.Empty:
            return found

    def call_back(self) -> None:
        """Give up what is out."""
        if self._out and self._client.status == "running":
            self._client.cancel(list(self._out), force=True)
        self._out.clear()

    def _submit(self, chunk: tuple[Task, ...], deaths: int) -> None:
        future = self._client.submit(self._work, chunk, pure=False)
        self._out[future] = chunk, deaths
        future.add_done_callback(self._ended.put)

    def _taken(self, future: Future) -> list[tuple[Task, Result | Killed]]:
        chunk, deaths = self._out.pop(future)
        if future.status == "cancelled":
            self._retry(chunk, deaths)
            return []
        from distributed import KilledWorker

        try:
            return list(zip(chunk, self._results(future), strict=True))
        except KilledWorker:
            return self._given_up(chunk, deaths)

    def _results(self, future: Future) -> Sequence[Result]:
        try:
            results: Sequence[Result] = future.result()
        except ImportError as error:
            message = f"cluster: a worker cannot load this program ({error}); install the same one everywhere"
            raise OcrError(message) from None
        return results

    def _given_up(self, chunk: tuple[Task, ...], deaths: int) -> list[tuple[Task, Result | Killed]]:
        if deaths == 0:
            self._again += [((task,), 1) for task in chunk]
        elif deaths == 1:
            self._alone += chunk
        return [(task, Killed()) for task in chunk] if deaths == 2 else []

    def _retry(self, chunk: tuple[Task, ...], deaths: int) -> None:
        """Send a chunk out again that somebody else took off the cluster, by restarting its workers.

        Raises
        ------
        OcrError
            If the scheduler is gone, or that happens over and over.
        """
        self._restarts += 1
        if self._client.status != "running" or self._restarts > _MOST_RESTARTS * (len(self._out) + 1):
            message = "cluster: the scheduler is gone, or drops what it is given; start it, then --resume"
            raise OcrError(message)
        self._again.append((chunk, deaths))


def _cores(client: Client) -> int:
    """Cores of all workers at this moment; 0 while there are none.

    Raises
    ------
    OcrError
        If the scheduler is gone.
    """
    try:
        cores: dict[str, Any] = client.nthreads()
    except (OSError, RuntimeError, ValueError) as error:
        message = f"cluster: the scheduler does not answer ({type(error).__name__}); start it, then --resume"
        raise OcrError(message) from None
    return sum(cores.values())
