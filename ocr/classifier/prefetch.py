"""A generator that works ahead in a second thread."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

T = TypeVar("T")

# How many finished items may wait: enough to level out what is slower for a while, few enough for memory.
_AHEAD = 3


def prefetched(source: Iterator[T]) -> Generator[T]:
    """Run ``source`` in a second thread, a few items ahead; what it raises is raised here.

    Close the generator to stop the thread before the end.
    """
    waiting: queue.Queue[T | BaseException | None] = queue.Queue(_AHEAD)
    stop = threading.Event()

    def put(item: T | BaseException | None) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in source:
                if not put(item):
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits for it
            put(error)

    thread = threading.Thread(target=work, name="distortions", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()
