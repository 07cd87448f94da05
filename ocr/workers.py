"""Tasks done by several processes side by side: a process that dies takes one task with it.

Not :mod:`concurrent.futures`: when one of its processes dies, all tasks that were handed out fail, and none
can tell which of them was to blame. Here each process has a pipe of its own and one task at a time.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from types import FrameType


Task = TypeVar("Task")
Result = TypeVar("Result")

# Tasks that may be ahead of the one whose result is waited for, for each process: enough to keep all busy
# while one page takes long, few enough that the results that wait stay small.
_AHEAD = 4
# A process that is asked to end gets this long to remove its half-written file.
_SECONDS_TO_END = 2.0


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """A process ended while it worked on a task.

    Attributes
    ----------
    reason : str
        By which signal, or with which code.
    is_late : bool
        Whether it was ended because it took too long.
    """

    reason: str
    is_late: bool = False


class _Beat:
    """What a process sends while it goes on with a task."""


# The pipe of this process, if it is one of several that share work.
_pipe: Connection[Any, Any] | None = None


def beat() -> None:
    """Report that a part of the task is done, such as a page: the time for the next part begins anew."""
    if _pipe is not None:
        _pipe.send(_Beat())


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def map_in_order(
    tasks: Iterable[Task],
    *,
    make: Callable[[Any], Callable[[Task], Result]],
    setup: Any,
    workers: int,
    seconds: float | None = None,
) -> Generator[tuple[Task, Result | WorkerDied], None, None]:
    """Work on tasks in several processes; yield each task with its result, in the order of the tasks.

    Parameters
    ----------
    tasks : iterable
        Taken only as far ahead as needed.
    make : callable
        Called once in each process with ``setup``; returns what is called with each task. A function of a
        module: it is sent by its name.
    setup : object
    workers : int
        Processes, at least 1; each does its matrix products in one thread.
    seconds : float, optional
        A process that takes longer for a task, or for a part of it, is ended; see :func:`beat`. Its start
        does not count.

    Yields
    ------
    (task, result) or (task, WorkerDied)
        WorkerDied if the process ended while it had the task; another takes its place.
    """
    team: list[_Worker[Task, Result]] = []
    done: dict[int, tuple[Task, Result | WorkerDied]] = {}
    source = iter(enumerate(tasks))
    next_out = 0
    try:
        while True:
            free = workers - sum(worker.is_busy for worker in team)
            room = _AHEAD * workers - len(done)
            for number, task in islice(source, max(0, min(free, room))):
                if all(worker.is_busy for worker in team):
                    team.append(_Worker(make, setup, seconds))
                next(worker for worker in team if not worker.is_busy).assign(number, task)
            for number, task, result in _finished(team):
                done[number] = task, result
            if not done:
                return
            while next_out in done:
                yield done.pop(next_out)
                next_out += 1
    finally:
        for worker in team:
            worker.ask_to_end()
        for worker in team:
            worker.end()


def _finished(team: Sequence[_Worker[Task, Result]]) -> Iterator[tuple[int, Task, Result | WorkerDied]]:
    """Wait until some of the tasks that were handed out are done; yield these."""
    from multiprocessing.connection import wait

    busy = [worker for worker in team if worker.is_busy]
    while busy and all(worker.is_busy for worker in busy):
        left = [worker.seconds_left() for worker in busy]
        ready = wait(
            [worker.pipe for worker in busy], min((one for one in left if one is not None), default=None)
        )
        for worker in busy:
            found = worker.result() if worker.pipe in ready else worker.given_up()
            if found is not None:
                yield found


class _Worker(Generic[Task, Result]):
    """One process with its pipe, and the task that it has; a process that died is replaced."""

    def __init__(
        self, make: Callable[[Any], Callable[[Task], Result]], setup: Any, seconds: float | None
    ) -> None:
        self._make, self._setup, self._seconds = make, setup, seconds
        self._deadline: float | None = None
        self._work: list[tuple[int, Task]] = []
        self._start()

    @property
    def is_busy(self) -> bool:
        return bool(self._work)

    def _start(self) -> None:
        # Late, here and above: one page is read without.
        import multiprocessing

        # Spawned, not forked: the threads of BLAS and PDFium do not survive a fork.
        context = multiprocessing.get_context("spawn")
        self.pipe: Connection[Any, Any]
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._make, self._setup), daemon=True, name="ocr reader"
        )
        with _one_thread_each(), _without_interrupts():
            self._process.start()
        theirs.close()

    def assign(self, number: int, task: Task) -> None:
        self._work.append((number, task))
        # Set when the process says that it began.
        self._deadline = None
        try:
            self.pipe.send(task)
        except OSError:
            # It died without a task: this one is not to blame. If the next one dies too, result() finds out.
            self._restart()
            try:
                self.pipe.send(task)
            except OSError:
                return

    def seconds_left(self) -> float | None:
        """Return how long the process may go on without a sign; None for any time."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def result(self) -> tuple[int, Task, Result | WorkerDied] | None:
        """Return the task with what came of it; None for a sign that it goes on."""
        try:
            found = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join(_SECONDS_TO_END)
            found = WorkerDied(_reason(self._process.exitcode))
            self._restart()
        if isinstance(found, _Beat):
            if self._seconds is not None:
                self._deadline = time.monotonic() + self._seconds
            return None
        number, task = self._work.pop()
        return number, task, found

    def given_up(self) -> tuple[int, Task, Result | WorkerDied] | None:
        """End a process whose time is over, and return its task; None if it has time."""
        if self._deadline is None or time.monotonic() < self._deadline:
            return None
        # Not asked to end: compiled code does not hear.
        self._process.kill()
        self._restart()
        number, task = self._work.pop()
        return number, task, WorkerDied(f"took more than {self._seconds:g} s", is_late=True)

    def _restart(self) -> None:
        self.ask_to_end()
        self.end()
        self._start()

    def ask_to_end(self) -> None:
        self._process.terminate()

    def end(self) -> None:
        self._process.join(_SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()
        self.pipe.close()


def _reason(code: int | None) -> str:
    if code is None:
        return "closed its pipe"
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Start processes that do their matrix products in one thread: they share the cores already."""
    names = [f"{library}_NUM_THREADS" for library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM")]
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which all processes of a terminal get: they are asked to end."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection[Any, Any], make: Callable[[Any], Callable[[Any], Any]], setup: Any) -> None:
    """Work until the pipe is closed: by its end, or because the process at the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    global _pipe  # noqa: PLW0603  one for the process, whoever does the work
    work = make(setup)
    _pipe = pipe
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            beat()
            pipe.send(work(task))
        except BrokenPipeError:
            return


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End as Python ends: what is half-written is removed on the way out."""
    raise SystemExit(0)
