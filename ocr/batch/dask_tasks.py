"""Tasks on the workers of a Dask cluster: none is lost with a worker, and none can end the rest.

Dask gives the tasks of a lost worker to others, up to a number of times; then it gives up the chunk, and
whatever else the lost workers had. So a chunk that was given up goes out again as single tasks; a task
that was given up again goes out once more at the very end, when nothing else can be to blame.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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
# Pictures that go to a worker at a time: enough that the scheduler, which hands out some thousands of chunks
# a second, keeps thousands of cores busy; few enough that the last ones end at about the same time.
_MOST_AT_A_TIME = 16
# Chunks that each core should get at least, so that none waits long for the last one.
_CHUNKS_A_CORE = 8


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """Workers died of a task, again and again, the last time with nothing else at work."""


def map_tasks(
    client: Client, tasks: Sequence[Task], work: Callable[[tuple[Task, ...]], Sequence[Result]]
) -> Generator[list[tuple[Task, Result | TaskFailed]], None, None]:
    """Work on tasks wherever there is a free core, in any order.

    Parameters
    ----------
    client : distributed.Client
    tasks : sequence
    work : callable
        Returns a result for each task of a chunk, in their order. It is sent by its name, and may get a task
        that a lost worker has done.

    Yields
    ------
    list of (task, result) or (task, TaskFailed)
        What ended since the last time; at least once a second, even if that is nothing.

    Raises
    ------
    OcrError
        What ``work`` raises, or if the scheduler is gone or the workers lack this program.
    """
    if not tasks:
        return
    cores, asked = _cores(client), time.monotonic()
    pool = TaskPool(client, work, chunks(tasks, chunk_size(len(tasks), cores=cores)))
    try:
        while pool.send(at_most=max(_LEAST_AHEAD, _AHEAD * cores)):
            yield pool.ended_tasks()
            if time.monotonic() - asked > _SECONDS_BETWEEN:
                cores, asked = _cores(client), time.monotonic()
    finally:
        pool.cancel()


class TaskPool(Generic[Task, Result]):
    """Chunks that are with the scheduler, those that wait, and those that were given up."""

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

    def send(self, *, at_most: int) -> bool:
        """Send out what may be sent; return whether anything is out."""
        while len(self._out) < at_most:
            chunk, deaths = self._again.popleft() if self._again else (next(self._waiting, None), 0)
            if chunk is None:
                break
            self._submit(chunk, deaths)
        if not self._out and self._alone:
            self._submit((self._alone.popleft(),), 2)
        return bool(self._out)

    def ended_tasks(self) -> list[tuple[Task, Result | TaskFailed]]:
        """Wait a moment for chunks that end; return their tasks with what became of them."""
        found: list[tuple[Task, Result | TaskFailed]] = []
        try:
            found += self._results_of(self._ended.get(timeout=_SECONDS_BETWEEN))
            while True:
                found += self._results_of(self._ended.get_nowait())
        except queue.Empty:
            return found

    def cancel(self) -> None:
        """Give up what is out."""
        if self._out and self._client.status == "running":
            self._client.cancel(list(self._out), force=True)
        self._out.clear()

    def _submit(self, chunk: tuple[Task, ...], deaths: int) -> None:
        future = self._client.submit(self._work, chunk, pure=False)
        self._out[future] = chunk, deaths
        future.add_done_callback(self._ended.put)

    def _results_of(self, future: Future) -> list[tuple[Task, Result | TaskFailed]]:
        chunk, deaths = self._out.pop(future)
        if future.status == "cancelled":
            self._retry(chunk, deaths)
            return []
        from distributed import KilledWorker

        try:
            return list(zip(chunk, self._result(future), strict=True))
        except KilledWorker:
            return self._given_up(chunk, deaths)

    def _result(self, future: Future) -> Sequence[Result]:
        try:
            results: Sequence[Result] = future.result()
        except ImportError as error:
            message = f"cluster: a worker cannot load this program ({error}); install the same one everywhere"
            raise OcrError(message) from None
        return results

    def _given_up(self, chunk: tuple[Task, ...], deaths: int) -> list[tuple[Task, Result | TaskFailed]]:
        if deaths == 0:
            self._again += [((task,), 1) for task in chunk]
        elif deaths == 1:
            self._alone += chunk
        return [(task, TaskFailed()) for task in chunk] if deaths == 2 else []

    def _retry(self, chunk: tuple[Task, ...], deaths: int) -> None:
        """Send a chunk out again that somebody else removed from the cluster, by restarting its workers.

        Raises
        ------
        OcrError
            If the scheduler is gone, or that happens over and over.
        """
        self._restarts += 1
        if self._client.status != "running" or self._restarts > _MOST_RESTARTS * (len(self._out) + 1):
            message = "cluster: the scheduler is gone, or loses its tasks; start it, then --resume"
            raise OcrError(message)
        self._again.append((chunk, deaths))


def _cores(client: Client) -> int:
    """Return the number of cores of all workers at this moment; 0 while there are none.

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


def chunk_size(count: int, *, cores: int) -> int:
    """Return how many of ``count`` tasks go to one of so many cores at a time, 1 to 16."""
    return max(1, min(_MOST_AT_A_TIME, count // (_CHUNKS_A_CORE * max(1, cores))))


def chunks(items: Sequence[Task], size: int) -> Iterator[tuple[Task, ...]]:
    """Split a sequence into chunks of ``size``, the last one perhaps smaller.

    >>> list(chunks("abcde", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    return (tuple(items[start : start + size]) for start in range(0, len(items), size))
