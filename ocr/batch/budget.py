"""What a picture may cost: seconds and memory, in the process that reads it.

Time is measured by an alarm of the system, which stops Python code, not the compiled code of a decoder. The
process executor ends a process that does not stop, see :mod:`ocr.workers`. Memory is refused by the system.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from ocr.image.limits import picture_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# What a page of several pictures may cost: nine times what the largest allowed page of text takes, and more
# than twice what the largest allowed picture needs.
_SECONDS, _MEMORY_MB = 60.0, 2000


@dataclass(frozen=True, slots=True)
class Budget:
    """What each page may cost.

    Attributes
    ----------
    seconds : float or None
        For opening a file and for each of its pages; None for any time.
    memory_mb : int or None
        Megabytes of the whole process; None for any memory.
    is_asked : bool
        Whether the user asked for it: then a process of its own reads, which can be ended.
    """

    seconds: float | None = None
    memory_mb: int | None = None
    is_asked: bool = False


def plan_budget(seconds: float | None, memory_mb: int | None, *, inputs: int) -> Budget:
    """Return the budget of a run; several pictures have one unless the user wants none.

    Parameters
    ----------
    seconds : float or None
        As the user said; 0 for any time.
    memory_mb : int or None
        As the user said; 0 for any memory.
    inputs : int
        How many pictures are read.
    """
    is_asked = bool(seconds) or bool(memory_mb)
    if inputs > 1:
        seconds = _SECONDS if seconds is None else seconds
        memory_mb = _MEMORY_MB if memory_mb is None else memory_mb
    return Budget(seconds or None, memory_mb or None, is_asked)


class _OverTime(BaseException):
    """The alarm rang. No Exception: nothing on the way may take it for one of its own."""


@contextmanager
def time_limit(seconds: float | None, name: str) -> Iterator[None]:
    """Stop what is done within after some seconds: in the main thread, and where the system has an alarm.

    Raises
    ------
    ImageError
        If it was stopped.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if seconds is None or not is_main or sys.platform == "win32":
        yield
        return
    is_on = True

    def ring(_number: int, _frame: FrameType | None) -> None:
        if is_on:
            _stop()

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _OverTime:
        raise picture_error(name, f"takes more than {seconds:g} s; see --timeout") from None
    finally:
        is_on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop() -> NoReturn:
    raise _OverTime


@contextmanager
def memory_limit(memory_mb: int | None) -> Iterator[None]:
    """Let the system refuse this process more memory within, where it can."""
    if memory_mb is None or sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = memory_mb * 10**6
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
