"""Where ``ocr read`` puts what it read, and in which format: decided and checked before anything is read.

How files made from pictures are called, so that none is ever taken for that of another picture.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ocr.document.formats import FORMATS, format_named, format_of
from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr.batch.inputs import Input
    from ocr.document.formats import Format


STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """Where the text goes.

    Attributes
    ----------
    format : Format
    path : Path or None
        A file for everything, or a folder; None is standard output.
    is_folder : bool
        Whether each input has a file of its own.
    """

    format: Format
    path: Path | None = None
    is_folder: bool = False

    @property
    def is_stream(self) -> bool:
        """Whether each page is printed as soon as it is read."""
        return self.path is None and self.format.name == "txt"


@dataclass(frozen=True, slots=True)
class Output:
    """The file of one input.

    Attributes
    ----------
    path : Path or None
        None where one file has everything, and for what cannot be read.
    is_sure : bool
        Whether no other input could have had it in an earlier run.
    """

    path: Path | None = None
    is_sure: bool = False


def plan_target(output: str | None, format_name: str | None, *, is_asked: bool) -> Target:
    """Decide on the place and the format.

    Parameters
    ----------
    output : str or None
        A file; a folder that is there, or whose name ends in a slash; "-" is standard output.
    format_name : str or None
    is_asked : bool
        Whether the format was named for this run: then it counts more than the ending of the file, which
        counts more than a format from the settings.

    Raises
    ------
    SettingError
        If there is no such format, or a file's ending stands for none.
    """
    named = None if format_name is None else format_named(format_name)
    if output is None or output == STDOUT:
        return Target(named or FORMATS["txt"])
    path = Path(output)
    separators = tuple(filter(None, (os.sep, os.altsep)))
    if output.endswith(separators) or path.is_dir():
        return Target(named or FORMATS["txt"], path, is_folder=True)
    if named is not None and is_asked:
        return Target(named, path)
    try:
        return Target(format_of(path), path)
    except SettingError as error:
        if named is not None:
            return Target(named, path)
        message = f"--output {error}; a folder ends in {os.sep}"
        raise SettingError(message) from None


def outputs_of(target: Target, inputs: Sequence[Input]) -> list[Output]:
    """Give each input its file, none of them outside the folder.

    Below a folder that was named, files have the paths of their pictures. Names do not depend on the order
    of the inputs, but for a second file of the very same name.
    """
    folder, suffix = target.path, target.format.suffixes[0]
    if folder is None or not target.is_folder:
        return [Output()] * len(inputs)
    readable = [source for source in inputs if _may_have_file(source)]
    names, unsure = unlike_names(readable)
    given = (Output(folder / f"{name}{suffix}", name.casefold() not in unsure) for name in names)
    return [next(given) if _may_have_file(source) else Output() for source in inputs]


def _may_have_file(source: Input) -> bool:
    return source.error is None and "\0" not in source.path


def check_target(target: Target, inputs: Sequence[Input], *, is_terminal: bool) -> None:
    """Refuse what could not be written at the end.

    Parameters
    ----------
    target : Target
    inputs : sequence of Input
    is_terminal : bool
        Whether standard output is one.

    Raises
    ------
    SettingError
        If a terminal would get a binary file, the format cannot hold several inputs, or
        the place is not writable.
    """
    name = target.format.name
    if target.path is None and target.format.is_binary and is_terminal:
        message = f"--format {name}: found a terminal, expected a file; name one by --output FILE"
        raise SettingError(message)
    most = target.format.most_pages
    if most is not None and len(inputs) > most and not target.is_folder:
        message = (
            f"--format {name}: found {len(inputs)} pictures, expected {most} a file; name a folder: -o DIR/"
        )
        raise SettingError(message)
    if target.path is not None:
        _check_place(target.path)


def _check_place(path: Path) -> None:
    """Refuse a place in no folder, or in one that may not be written to.

    Raises
    ------
    SettingError
        If so.
    """
    place = path.absolute()
    if path.is_file() and not os.access(path, os.W_OK):
        message = f"--output {path}: may not be written; choose another place"
        raise SettingError(message)
    there = next((folder for folder in place.parents if folder.exists()), place.parent)
    if not there.is_dir() or not os.access(there, os.W_OK):
        reason = "may not be written to" if there.is_dir() else "is no folder"
        message = f"--output {path}: {there} {reason}; choose another place"
        raise SettingError(message)


def check_spared(outputs: Iterable[Path | None], others: Iterable[str | Path | None]) -> None:
    """Refuse to write text over what the same run reads or draws, under whatever name.

    Raises
    ------
    SettingError
        If one of ``outputs`` is one of ``others``.
    """
    spared = {Path(other).resolve() for other in others if other is not None and "\0" not in str(other)}
    for path in outputs:
        if path is not None and path.resolve() in spared:
            message = f"--output {path}: would overwrite another file of this run; choose another place"
            raise SettingError(message)


def is_done(source: Input, output: Path | None) -> bool:
    """Whether an earlier run wrote this output: it is there, as a whole, and not older than its input."""
    if output is None or source.is_stdin or source.error is not None:
        return False
    try:
        return output.is_file() and output.stat().st_mtime_ns >= os.stat(source.path).st_mtime_ns  # noqa: PTH116
    except (OSError, ValueError):
        return False


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
