"""Which picture is read into which file, and how many go to a worker at a time: nothing is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

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
    names, unsure = _names(pictures)
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


def _names(pictures: Sequence[Found]) -> tuple[list[str], set[str]]:
    """Give each picture a name that no other has, and say which ones could be of another picture.

    All that would have one name get their own endings. That may clash with further ones, as ``a.jpg`` and
    ``a.png`` do with ``a.jpg.png``, which then gets its ending too. Some file systems take Page and page for
    the same.

    Returns
    -------
    names : list of str
    unsure : set of str
        Names, casefolded, that several pictures could have had, this time or with fewer pictures.
    """
    names = [one.key for one in pictures]
    unsure: set[str] = set()
    while True:
        shared = _shared(name.casefold() for name in names)
        unsure |= shared
        longer = [
            f"{one.key}{one.ending}" if name.casefold() in shared else name
            for one, name in zip(pictures, names, strict=True)
        ]
        if longer == names:
            return _numbered(names, unsure), unsure
        names = longer


def _shared(names: Iterable[str]) -> set[str]:
    """Return the names that come more than once."""
    met: set[str] = set()
    shared: set[str] = set()
    for name in names:
        (shared if name in met else met).add(name)
    return shared


def _numbered(names: Sequence[str], unsure: set[str]) -> list[str]:
    """Name a second ``page.jpg`` ``page.jpg_2``; what numbers change or reach for becomes unsure too."""
    taken: set[str] = set()
    last: dict[str, int] = {}
    numbered = []
    for name in names:
        chosen, number = name, last.get(name.casefold(), 1)
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{name}_{number}"
            unsure.add(chosen.casefold())
        last[name.casefold()] = number
        taken.add(chosen.casefold())
        numbered.append(chosen)
    return numbered


def _is_as_new(output: Stamp, source: Stamp | None) -> bool:
    if source is None or source.moment is None or output.moment is None:
        return True
    return output.moment >= source.moment
