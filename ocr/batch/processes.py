"""Work shared among processes: results in the order of the tasks; a process that dies takes one task with it.

Not :mod:`concurrent.futures`: when one of its processes dies, all tasks that were given out fail, and none
can tell which of them was to blame. Here each process has a pipe of its own and one task at a time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait
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
# A process that was told to end is given this long, to remove its half-written file.
_SECONDS_TO_END = 2.0


@dataclass(frozen=True, slots=True)
class Died:
    """A process ended while it worked on a task.

    Attributes
    ----------
    reason : str
        By which signal, or with which code.
    """

    reason: str


def available_cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def in_order(
    tasks: Iterable[Task], *, make: Callable[[Any], Callable[[Task], Result]], setup: Any, workers: int
) -> Generator[tuple[Task, Result | Died], None, None]:
    """Work on tasks in several processes and give each task with its result, in the order of the tasks.

    Parameters
    ----------
    tasks : iterable
        Taken only as far ahead as needed.
    make : callable
        Called once in each process with ``setup``; gives what is called with each task. A function of a
        module: it is sent by its name.
    setup : object
    workers : int
        Processes, at least 1; each does its matrix products in one thread.

    Yields
    ------
    (task, result) or (task, Died)
        Died if the process ended while it had the task; another takes its place.
    """
    team: list[_Worker[Task, Result]] = []
    done: dict[int, tuple[Task, Result | Died]] = {}
    source = iter(enumerate(tasks))
    next_out = 0
    try:
        while True:
            free = workers - sum(worker.is_busy for worker in team)
            room = _AHEAD * workers - len(done)
            for number, task in islice(source, max(0, min(free, room))):
                worker = next((one for one in team if not one.is_busy), None)
                if worker is None:
                    worker = _Worker(make, setup)
                    team.append(worker)
                worker.give(number, task)
            for number, task, result in _finished(team):
                done[number] = task, result
            if not done:
                return
            while next_out in done:
                yield done.pop(next_out)
                next_out += 1
    finally:
        for worker in team:
            worker.tell_to_end()
        for worker in team:
            worker.end()


def _finished(team: Sequence[_Worker[Task, Result]]) -> Iterator[tuple[int, Task, Result | Died]]:
    """Wait until some of the tasks that were given out are done; give these."""
    busy = [worker for worker in team if worker.is_busy]
    ready = wait([worker.pipe for worker in busy]) if busy else []
    yield from (worker.take() for worker in busy if worker.pipe in ready)


class _Worker(Generic[Task, Result]):
    """One process with its pipe, and the task that it has; a process that died is replaced."""

    def __init__(self, make: Callable[[Any], Callable[[Task], Result]], setup: Any) -> None:
        self._make, self._setup = make, setup
        self._work: list[tuple[int, Task]] = []
        self._start()

    @property
    def is_busy(self) -> bool:
        return bool(self._work)

    def _start(self) -> None:
        # Spawned, not forked: the threads of BLAS and PDFium do not survive a fork.
        context = multiprocessing.get_context("spawn")
        self.pipe: Connection[Any, Any]
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._make, self._setup), daemon=True, name="ocr reader"
        )
        with _one_thread_each(), _deaf_to_interrupts():
            self._process.start()
        theirs.close()

    def give(self, number: int, task: Task) -> None:
        self._work.append((number, task))
        try:
            self.pipe.send(task)
        except OSError:
            # It died without a task, which is not this one's fault; if the next one dies too, take() says so.
            self._restart()
            try:
                self.pipe.send(task)
            except OSError:
                return

    def take(self) -> tuple[int, Task, Result | Died]:
        number, task = self._work.pop()
        try:
            return number, task, self.pipe.recv()
        except (EOFError, OSError):
            self._process.join(_SECONDS_TO_END)
            died = Died(_reason(self._process.exitcode))
            self._restart()
            return number, task, died

    def _restart(self) -> None:
        self.tell_to_end()
        self.end()
        self._start()

    def tell_to_end(self) -> None:
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
    """Let what is started now do its matrix products in one thread: the processes share the cores already."""
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
def _deaf_to_interrupts() -> Iterator[None]:
    """Let what is started now not hear Ctrl-C, which all processes of a terminal get: it is told to end."""
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
    work = make(setup)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(work(task))
        except BrokenPipeError:
            return


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End as Python ends: what is half-written is removed on the way out."""
    raise SystemExit(0)
