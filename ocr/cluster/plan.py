"""Which picture is read into which file, and how many go to a worker at a time: nothing is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ocr.naming import unlike_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ocr.cluster.listing import Found
    from ocr.cluster.stamps import Stamp
    from ocr.errors import OcrError

Item = TypeVar("Item")

# Pictures that go to a worker at a time: enough that the scheduler, which hands out some thousands of chunks
# a second, keeps thousands of cores busy; few enough that the last ones end at about the same time.
_MOST_AT_A_TIME = 16
# Chunks that each core should get at least, so that none waits long for the last one.
_CHUNKS_A_CORE = 8


@dataclass(frozen=True, slots=True)
class Task:
    """A picture to read.

    Attributes
    ----------
    source, output : str
        Addresses.
    seen : Stamp or None
        Of what lay at ``output`` before the run: any other file there is of this run, and the task is done.
    """

    source: str
    output: str
    seen: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done.

    Attributes
    ----------
    tasks : tuple of Task
    done : int
        Pictures whose output an earlier run wrote.
    errors : tuple of OcrError
        Pictures that cannot even be tried.
    """

    tasks: tuple[Task, ...]
    done: int
    errors: tuple[OcrError, ...]

    @property
    def asked(self) -> int:
        """Count the pictures that were asked for."""
        return len(self.tasks) + self.done + len(self.errors)


def make_plan(
    found: Iterable[Found], *, folder: str, suffix: str, there: Mapping[str, Stamp], resume: bool
) -> Plan:
    """Give each picture its output.

    Parameters
    ----------
    found : iterable of Found
    folder : str
        Address of the folder of all outputs.
    suffix : str
        Ending of their names, ".txt".
    there : mapping of str to Stamp
        What lies in ``folder`` by the path below it.
    resume : bool
        Leave out pictures whose output is there and not older; where the age of a picture is not known, it
        counts as old. Where even whole names are the same, all are read: whose output is there is not sure.

    Returns
    -------
    Plan
        Where one folder has ``page.jpg`` and ``page.png``, these are the names instead of ``page`` and, say,
        ``page_2``: they do not depend on the order, so that a resumed run takes no text for that of another.
    """
    pictures: list[Found] = []
    errors: list[OcrError] = []
    for one in found:
        if one.error is None:
            pictures.append(one)
        else:
            errors.append(one.error)
    names, unsure = unlike_names(pictures)
    tasks: list[Task] = []
    done = 0
    pictures.reverse()
    for stem in names:
        # What is planned is let go: a list may name millions.
        one, name = pictures.pop(), f"{stem}{suffix}"
        seen = there.get(name)
        is_sure = stem.casefold() not in unsure
        if resume and is_sure and seen is not None and _is_as_new(seen, one.stamp):
            done += 1
        else:
            tasks.append(Task(one.address, f"{folder.rstrip('/')}/{name}", seen))
    return Plan(tuple(tasks), done, tuple(errors))


def chunk_size(count: int, *, cores: int) -> int:
    """Return how many of ``count`` tasks go to one of so many cores at a time, 1 to 16."""
    return max(1, min(_MOST_AT_A_TIME, count // (_CHUNKS_A_CORE * max(1, cores))))


def chunks(items: Sequence[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """Cut a sequence into pieces of ``size``, the last one perhaps smaller.

    >>> list(chunks("abcde", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    return (tuple(items[start : start + size]) for start in range(0, len(items), size))


def _is_as_new(output: Stamp, source: Stamp | None) -> bool:
    if source is None or source.moment is None or output.moment is None:
        return True
    return output.moment >= source.moment
