"""Where ``ocr read`` writes what it read, and in which format: decided and checked before anything is read.

Names of files are unique, so that no file is ever taken for that of another picture.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ocr.batch.filesystem import check_folder
from ocr.document.formats import FORMATS, format_named, format_of
from ocr.errors import SettingError
from ocr.uris import absolute, is_remote, local_path, printable_uri, reason_of, same_file_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr.batch.inputs import Input
    from ocr.document.formats import Format


STDOUT = "-"
# Bytes of a name that every disk takes.
_LONGEST_NAME = 255
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


@dataclass(frozen=True, slots=True)
class Target:
    """Where the text goes.

    Attributes
    ----------
    format : Format
    path : str or None
        A file for everything, or a folder, by path or URI; None is standard output.
    is_folder : bool
        Whether each input has a file of its own.
    """

    format: Format
    path: str | None = None
    is_folder: bool = False

    @property
    def is_stream(self) -> bool:
        """Whether each page is printed as soon as it is read."""
        return self.path is None and self.format.name == "txt"

    @property
    def suffix(self) -> str:
        """Ending of the files of single inputs: ".txt"."""
        return self.format.suffixes[0]


@dataclass(frozen=True, slots=True)
class Output:
    """The file of one input.

    Attributes
    ----------
    name : str or None
        Its path below the folder of all outputs. None where one file has everything, and for an input that
        cannot be read.
    is_sure : bool
        Whether no other input could have had this name in an earlier run.
    """

    name: str | None = None
    is_sure: bool = False


def plan_target(
    output: str | None, format_name: str | None, *, is_asked: bool, needs_folder: bool = False
) -> Target:
    """Decide on the place and the format.

    Parameters
    ----------
    output : str or None
        A file; a folder that exists, or a name that ends in a slash; "-" is standard output.
    format_name : str or None
    is_asked : bool
        Whether the format was named for this run: then it counts more than the ending of the file, which
        counts more than a format from the settings.
    needs_folder : bool
        Whether many machines write: then it is a folder, with or without a slash, by a name that is valid on
        all of them.

    Raises
    ------
    SettingError
        If there is no such format, a file's ending stands for none, or a folder is needed and not named.
    """
    named = None if format_name is None else format_named(format_name)
    if needs_folder:
        return Target(named or FORMATS["txt"], output_folder(output), is_folder=True)
    if output is None or output == STDOUT:
        return Target(named or FORMATS["txt"])
    if output.endswith(("/", *_SEPARATORS)) or os.path.isdir(output):  # noqa: PTH112
        return Target(named or FORMATS["txt"], output, is_folder=True)
    if named is not None and is_asked:
        return Target(named, output)
    try:
        return Target(format_of(output), output)
    except SettingError as error:
        if named is not None:
            return Target(named, output)
        message = f"--output {error}; a folder ends in {os.sep}"
        raise SettingError(message) from None


def output_folder(output: str | None) -> str:
    """Return the folder in which every picture gets a file, by a name that is valid on all machines.

    Raises
    ------
    SettingError
        If none is named, or a file.
    """
    if output is None or output in {"", STDOUT}:
        message = "--scheduler: found no --output DIR/, expected a folder or an address such as s3://texts/"
        raise SettingError(message)
    endings = tuple(suffix for one in FORMATS.values() for suffix in one.suffixes)
    is_file = not output.endswith(("/", "\\")) and output.lower().endswith(endings)
    if is_file or (not is_remote(output) and os.path.isfile(output)):  # noqa: PTH113
        found = printable_uri(output)
        message = f"--output {found}: found a file, expected a folder with --scheduler; it ends in /"
        raise SettingError(message)
    return absolute(output).rstrip("/") or "/"


def outputs_of(target: Target, inputs: Sequence[Input]) -> Iterator[Output]:
    """Name the file of each input, none of them outside the folder.

    Below a folder that was named, files have the paths of their pictures. Names do not depend on the order
    of the inputs, except for a second file of the very same name.
    """
    if not target.is_folder:
        yield from [Output()] * len(inputs)
        return
    found, unsure = unique_names([source for source in inputs if _may_have_file(source)])
    names = iter(found)
    for source in inputs:
        if _may_have_file(source):
            name = next(names)
            yield Output(_short_enough(name, target.suffix), name.casefold() not in unsure)
        else:
            yield Output()


def _short_enough(name: str, suffix: str) -> str:
    """Return a name with its suffix; what is too long for a disk ends in a part of its checksum instead."""
    folder, slash, stem = name.rpartition("/")
    encoded = os.fsencode(stem)
    if len(encoded) + len(suffix) > _LONGEST_NAME:
        mark = f"~{sha256(encoded).hexdigest()[:12]}"
        stem = encoded[: _LONGEST_NAME - len(mark) - len(suffix)].decode(errors="ignore") + mark
    return f"{folder}{slash}{stem}{suffix}"


def output_path(target: Target, output: Output) -> str | None:
    """Return the path or URI of an input's own file."""
    if target.path is None or output.name is None:
        return None
    return f"{target.path.rstrip('/')}/{output.name}"


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
        If a terminal would get a binary file, the format cannot hold several inputs, or the place
        is not writable.
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
    if target.path is None:
        return
    local = local_path(target.path)
    if local is not None:
        _check_place(Path(local))
    elif target.is_folder:
        check_folder(target.path)


def _check_place(path: Path) -> None:
    """Refuse a place in no folder, or in one that may not be written to.

    Raises
    ------
    SettingError
        If so.
    """
    place = path.absolute()
    try:
        with suppress(FileNotFoundError, NotADirectoryError):
            place.stat()
    except OSError as error:  # a name that is too long, a folder that may not be searched
        message = f"--output {path}: cannot be used ({reason_of(error)}); choose another place"
        raise SettingError(message) from None
    if path.is_file() and not os.access(path, os.W_OK):
        message = f"--output {path}: may not be written; choose another place"
        raise SettingError(message)
    there = next((folder for folder in place.parents if folder.exists()), place.parent)
    if not there.is_dir() or not os.access(there, os.W_OK):
        reason = "may not be written to" if there.is_dir() else "is no folder"
        message = f"--output {path}: {there} {reason}; choose another place"
        raise SettingError(message)


def refuse_overwriting(
    written: Iterable[tuple[str, str | Path]], kept: Iterable[str | Path], *, what: str
) -> None:
    """Refuse to write over files that the same run reads or draws, under whatever name.

    Parameters
    ----------
    written : iterable of (str, path)
        Options, each with a file that it writes.
    kept : iterable of path
    what : str
        What the message calls these.

    Raises
    ------
    SettingError
        If one of ``written`` is one of ``kept``.
    """
    files = list(written)
    # Names are resolved only if there is something to compare: a list may name millions.
    keys = {same_file_key(str(path)) for path in kept if "\0" not in str(path)} if files else set()
    for option, path in files if keys else ():
        if same_file_key(str(path)) in keys:
            place = "folder" if option == "--stages" else "place"
            shown = printable_uri(str(path))
            message = f"{option} {shown}: would overwrite {what}; choose another {place}"
            raise SettingError(message)


class Named(Protocol):
    """A picture that gets a file of its own."""

    @property
    def key(self) -> str:
        """Name of the file if no other has it, without an ending: "book/page"."""

    @property
    def ending(self) -> str:
        """Of the picture's own name; added to the name where several have one key: ".jpg"."""


def unique_names(pictures: Sequence[Named]) -> tuple[list[str], set[str]]:
    """Return a name for each picture that no other has, and which names could be of another picture.

    All that would share a name get their own endings, so that names do not depend on the order. The new names
    may clash with further ones, as ``a.jpg`` and ``a.png`` do with ``a.jpg.png``, which then gets its ending
    too. Page and page are one name, as on some file systems.

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
            unique, reached = with_suffix_numbers(names)
            return unique, unsure | reached
        names = longer


def _shared(names: Iterable[str]) -> set[str]:
    """Return the names that occur more than once."""
    seen: set[str] = set()
    shared: set[str] = set()
    for name in names:
        (shared if name in seen else seen).add(name)
    return shared


def with_suffix_numbers(names: Iterable[str]) -> tuple[list[str], set[str]]:
    """Return names of which no two are the same: a second ``page`` becomes ``page_2``.

    Returns
    -------
    names : list of str
    reached : set of str
        All numbered names, casefolded, that were tried: with fewer names, another could have had them.
    """
    taken: set[str] = set()
    reached: set[str] = set()
    last: dict[str, int] = {}
    unique = []
    for name in names:
        chosen, number = name, last.get(name.casefold(), 1)
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{name}_{number}"
            reached.add(chosen.casefold())
        last[name.casefold()] = number
        taken.add(chosen.casefold())
        unique.append(chosen)
    return unique, reached
