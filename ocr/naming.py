"""How files made from pictures are called, so that none is ever taken for that of another picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Named(Protocol):
    """What is to have a file of its own."""

    @property
    def key(self) -> str:
        """What the file is called if nothing else is, without an ending: "book/page"."""

    @property
    def ending(self) -> str:
        """Of the picture's own name, which the file has too where several have one key: ".jpg"."""


def unlike_names(pictures: Sequence[Named]) -> tuple[list[str], set[str]]:
    """Give each picture a name that no other has, and say which ones could be of another picture.

    All that would have one name get their own endings, so that names do not depend on the order. That may
    clash with further ones, as ``a.jpg`` and ``a.png`` do with ``a.jpg.png``, which then gets its ending too.
    Some file systems take Page and page for the same.

    Parameters
    ----------
    pictures : sequence of Named

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
            unlike, reached = numbered(names)
            return unlike, unsure | reached
        names = longer


def _shared(names: Iterable[str]) -> set[str]:
    """Return the names that come more than once."""
    met: set[str] = set()
    shared: set[str] = set()
    for name in names:
        (shared if name in met else met).add(name)
    return shared


def numbered(names: Iterable[str]) -> tuple[list[str], set[str]]:
    """Let no two names be the same: a second ``page`` becomes ``page_2``.

    Returns
    -------
    names : list of str
    reached : set of str
        All numbered names, casefolded, that were tried: with fewer names, another could have had them.
    """
    taken: set[str] = set()
    reached: set[str] = set()
    last: dict[str, int] = {}
    unlike = []
    for name in names:
        chosen, number = name, last.get(name.casefold(), 1)
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{name}_{number}"
            reached.add(chosen.casefold())
        last[name.casefold()] = number
        taken.add(chosen.casefold())
        unlike.append(chosen)
    return unlike, reached
