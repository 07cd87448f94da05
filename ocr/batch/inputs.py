"""What a user names as pictures: files, folders, patterns, lists and standard input, by path or by URI."""

from __future__ import annotations

import glob
import os
import re
import sys
from dataclasses import dataclass, replace
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from ocr.batch import filesystem
from ocr.errors import ImageError, SettingError
from ocr.image.decoding import PICTURE_SUFFIXES
from ocr.image.sources import MOST_BYTES, TOO_LARGE
from ocr.uris import absolute, is_remote, locate, printable_uri, reason_of, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ocr.batch.filesystem import FileVersion
    from ocr.uris import Location


STDIN = "-"
_MOST_NAMES = 2_000_000  # in a list: they need 1.4 GB
_MAGIC = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True)
class Input:
    """One picture that was asked for.

    Attributes
    ----------
    path : str
        Of the file, or its URI; "-" is standard input.
    error : ImageError or None
        Why it cannot even be tried: a folder without pictures.
    top : str or None
        Folder that was named: its files are called by their paths below it. For what a list names it is the
        current folder; empty if the list names a whole path; None for a file that was named itself.
    below : str or None
        The path below that folder, for a URI.
    version : FileVersion or None
        If the listing of a store gave it.
    """

    path: str
    error: ImageError | None = None
    top: str | None = None
    below: str | None = None
    version: FileVersion | None = None

    @property
    def is_stdin(self) -> bool:
        """Whether it comes by standard input."""
        return self.path == STDIN

    @property
    def is_local(self) -> bool:
        """Whether it is a path of this machine that can be tried."""
        return not (self.is_stdin or self.error is not None or self.below is not None)

    @property
    def name(self) -> str:
        """What messages call it."""
        return "standard input" if self.is_stdin else without_secrets(self.path)

    @property
    def stem(self) -> str:
        """Name for files made from it."""
        return "stdin" if self.is_stdin else PurePath(self.below or self.path).stem

    @property
    def key(self) -> str:
        """What its own file is called in the folder of all outputs, without an ending: "book/page"."""
        return "stdin" if self.is_stdin else self._below().with_suffix("").as_posix()

    @property
    def ending(self) -> str:
        """Of its own name: ".jpg"."""
        return "" if self.is_stdin else self._below().suffix

    def _below(self) -> PurePath:
        """Return a path that stays below the folder of all outputs, whatever ``path`` is."""
        if self.below is not None:
            return PurePosixPath(self.below)
        # Not Path.absolute: it leaves "..".
        whole = PurePath(os.path.abspath(self.path))  # noqa: PTH100
        if self.top is None:
            return PurePath(whole.name)
        top = os.path.abspath(self.top) if self.top else whole.anchor  # noqa: PTH100
        return whole.relative_to(top if whole.is_relative_to(top) else whole.anchor)

    def content(self) -> str | bytes:
        """Return the path of a file on this machine, or all bytes of standard input or of a file elsewhere.

        Raises
        ------
        ImageError
            If a file elsewhere, or standard input, cannot be read or is too large.
        """
        return _read_stdin() if self.is_stdin else filesystem.read(self.path)


def _read_stdin() -> bytes:
    """Read standard input, which need not end.

    Raises
    ------
    ImageError
        If it is closed, or larger than a picture may be.
    """
    problem = "is closed; name a file, or pipe a picture"
    if sys.stdin is not None:
        try:
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            problem = f"cannot be read ({reason_of(error)})"
        else:
            if len(content) <= MOST_BYTES:
                return content
            problem = TOO_LARGE
    message = f"picture standard input: {problem}"
    raise ImageError(message)


def find_inputs(
    names: Sequence[str], *, recursive: bool = False, absolute_paths: bool = False
) -> list[Input]:
    """List pictures in the order given, those of a folder or pattern in natural order (page2 before page10).

    Parameters
    ----------
    names : sequence of str
        Files, folders, patterns such as "scans/*.jpg" or "s3://scans/**/*.jpg", "@list.txt" for a file that
        names files and folders, one a line, "@-" for such a list on standard input, or "-" for a picture
        there. A name that exists on this machine as it stands is that file.
    recursive : bool
        Also list the folders in folders.
    absolute_paths : bool
        Return paths that are valid in every folder, and on all machines that share a disk.

    Returns
    -------
    list of Input
        A folder without pictures is one input with an error; so is a pattern that nothing fits.

    Raises
    ------
    SettingError
        If a list cannot be read, or no file system has such a URI.
    """
    found = (one for name in names for one in _inputs_of(name, recursive=recursive))
    if not absolute_paths:
        return list(found)
    return [replace(one, path=absolute(one.path)) if one.is_local else one for one in found]


def lists_among(names: Sequence[str]) -> list[str]:
    """Return the paths of the lists among what was named."""
    return [name[1:] for name in names if _is_list(name) and name[1:] != STDIN]


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which page2 comes before page10, whatever the case of the letters.

    >>> sorted(["page10", "Page2", "page1"], key=natural_order)
    ['page1', 'Page2', 'page10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    # The end of a name sorts before a number, a number before a word; the name itself breaks ties.
    key = ((0, int(part), "") if part[0] in "0123456789" else (1, 0, part.casefold()) for part in parts)
    return (*key, (-1, 0, name))


def _is_list(name: str) -> bool:
    return name.startswith("@") and len(name) > 1 and not os.path.lexists(name)


def _inputs_of(name: str, *, recursive: bool) -> Iterator[Input]:
    if not _is_list(name):
        yield from _named(name, recursive=recursive)
        return
    listed = _names_in_list(name[1:])
    for one in listed:
        is_whole = is_remote(one) or os.path.isabs(one)  # noqa: PTH117
        yield from _named(one, recursive=recursive, top="" if is_whole else os.curdir)
    if not listed:
        yield _failed(name, f"list {printable_uri(name[1:])}: is empty, expected a file name a line")


def _names_in_list(path: str) -> list[str]:
    """Read the names in a list: one a line, or separated by zero bytes, as ``find -print0`` does.

    Raises
    ------
    SettingError
        If it cannot be read, or has too many names.
    """
    # Not as text: a name is whatever bytes the file system has.
    content = filesystem.read_list(path).removeprefix(b"\xef\xbb\xbf")
    # Before it is split: each name takes ten times as much memory as in the list.
    if max(map(content.count, (b"\0", b"\n", b"\r"))) > _MOST_NAMES:
        message = f"list {printable_uri(path)}: has more than {_MOST_NAMES:,} names; split it"
        raise SettingError(message)
    names = content.split(b"\0") if b"\0" in content else [line.strip() for line in content.splitlines()]
    return [os.fsdecode(b"./-" if name == b"-" else name) for name in names if name]


def _named(name: str, *, recursive: bool, top: str | None = None) -> Iterator[Input]:
    """List what one name stands for; the outputs of its pictures are named by paths below ``top``."""
    if name == STDIN or "\0" in name:
        yield Input(name, top=top)
        return
    files: _Files = _LocalFiles()
    path = name
    if is_remote(name):
        location = locate(name)
        path = location.path
        # file:///scans/a.jpg is a path of this machine.
        files = files if location.is_local else _RemoteFiles(location)
    try:
        if glob.has_magic(path) and not files.exists(path):
            yield from _matching(files, path, recursive=recursive, top=top)
        elif files.is_folder(path):
            yield from _in_folder(files, path, recursive=recursive, top=path if top is None else top)
        else:
            yield files.picture(path, top)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        yield _not_listed(name, error)


def _matching(files: _Files, pattern: str, *, recursive: bool, top: str | None) -> Iterator[Input]:
    if top is None:
        top = files.folder_of(_MAGIC.split(pattern, maxsplit=1)[0])
    matches = sorted(files.matches(pattern), key=lambda entry: natural_order(entry.path))
    # As from a folder: what lies beside the pictures is left out, unless nothing else fits.
    chosen = [entry for entry in matches if entry.is_folder or _is_picture(entry.path)] or matches
    for entry in chosen:
        if entry.is_folder:
            yield from _in_folder(files, entry.path, recursive=recursive, top=top)
        else:
            yield files.picture(entry.path, top, entry.info)
    if not matches:
        name = files.uri_of(pattern)
        yield _failed(name, f"pattern {printable_uri(name)}: nothing fits it; is the path right?")


def _in_folder(files: _Files, folder: str, *, recursive: bool, top: str) -> Iterator[Input]:
    is_empty = True
    for picture in _pictures_below(files, folder, recursive=recursive, top=top):
        is_empty = False
        yield picture
    if is_empty:
        name, hint = files.uri_of(folder), "" if recursive else "; --recursive looks into its folders"
        message = f"folder {printable_uri(name)}: no pictures in it, expected names such as page1.jpg{hint}"
        yield _failed(name, message)


def _pictures_below(files: _Files, folder: str, *, recursive: bool, top: str) -> Iterator[Input]:
    """Yield pictures by the endings of their names, one folder after the other; hidden files are left out."""
    try:
        entries = sorted(files.entries(folder), key=lambda entry: natural_order(entry.name))
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        yield _not_listed(files.uri_of(folder), error)
        return
    visible = [entry for entry in entries if not entry.name.startswith(".")]
    for entry in visible:
        if not entry.is_folder and _is_picture(entry.name):
            yield files.picture(entry.path, top, entry.info)
    for entry in visible if recursive else ():
        # Links to folders may run in circles.
        if entry.is_folder and not entry.is_link:
            yield from _pictures_below(files, entry.path, recursive=True, top=top)


def _is_picture(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in PICTURE_SUFFIXES


def _failed(name: str, message: str) -> Input:
    return Input(name, ImageError(message))


def _not_listed(name: str, error: Exception) -> Input:
    return _failed(name, f"folder {printable_uri(name)}: cannot be listed ({reason_of(error)})")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file or folder in a listing; ``info`` is what a store knows about it."""

    path: str
    is_folder: bool
    is_link: bool = False
    info: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        return PurePath(self.path).name


class _Files(Protocol):
    """What listing needs of a file system."""

    def exists(self, path: str) -> bool: ...
    def is_folder(self, path: str) -> bool: ...
    def entries(self, folder: str) -> list[_Entry]: ...
    def matches(self, pattern: str) -> list[_Entry]: ...
    def folder_of(self, path: str) -> str: ...
    def uri_of(self, path: str) -> str: ...
    def picture(self, path: str, top: str | None, info: Mapping[str, Any] | None = None) -> Input: ...


class _LocalFiles:
    """Files of this machine, by the paths that the user wrote. os.path, not Path: no name raises."""

    def exists(self, path: str) -> bool:
        return os.path.lexists(path)

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(path)  # noqa: PTH112

    def entries(self, folder: str) -> list[_Entry]:
        with os.scandir(folder) as entries:
            return [_Entry(entry.path, entry.is_dir(), entry.is_symlink()) for entry in entries]

    def matches(self, pattern: str) -> list[_Entry]:
        # Not Path.glob: it wants the folder apart from the pattern.
        return [_Entry(path, self.is_folder(path)) for path in glob.glob(pattern, recursive=True)]  # noqa: PTH207

    def folder_of(self, path: str) -> str:
        return os.path.dirname(path) or os.curdir  # noqa: PTH120

    def uri_of(self, path: str) -> str:
        return path

    def picture(self, path: str, top: str | None, _info: Mapping[str, Any] | None = None) -> Input:
        return Input(path, top=top)


class _RemoteFiles:
    """Files of a file system of fsspec, by the paths that it takes."""

    def __init__(self, location: Location) -> None:
        self._location, self._system = location, location.system

    def exists(self, path: str) -> bool:
        return bool(self._system.exists(path))

    def is_folder(self, path: str) -> bool:
        return bool(self._system.isdir(path))

    def entries(self, folder: str) -> list[_Entry]:
        found = (self._entry(info["name"].rstrip("/"), info) for info in self._system.ls(folder, detail=True))
        return [entry for entry in found if entry.path != folder.rstrip("/")]

    def matches(self, pattern: str) -> list[_Entry]:
        start = len(self.folder_of(_MAGIC.split(pattern, maxsplit=1)[0]))
        found = self._system.glob(pattern, detail=True).items()
        # As in a shell, * stands for no hidden file.
        return [
            self._entry(path, info) for path, info in found if "/." not in path[start:] or "/." in pattern
        ]

    def folder_of(self, path: str) -> str:
        return (without_secrets(path) if "://" in path else path).rpartition("/")[0]

    def uri_of(self, path: str) -> str:
        return self._location.uri_of(path)

    def picture(self, path: str, top: str | None, info: Mapping[str, Any] | None = None) -> Input:
        uri = self.uri_of(path)
        below = _path_below(path, self.folder_of(path) if top is None else top)
        if any(part in {"", ".", ".."} for part in re.split(r"[/\\]", below)):
            # Objects may have any name; that of a file decides where its text is written.
            message = (
                f"picture {printable_uri(uri)}: found a name that leads elsewhere, expected a plain path"
            )
            return _failed(uri, message)
        version = None if info is None else filesystem.version_from(info)
        return Input(uri, below=below, version=version)

    def _entry(self, path: str, info: Mapping[str, Any]) -> _Entry:
        return _Entry(path, info["type"] == "directory", bool(info.get("islink")), info)


def _path_below(path: str, top: str) -> str:
    """Return a path below a folder, the whole path if it does not lie there."""
    plain, above = _plain(path), _plain(top)
    is_below = plain.startswith(above.rstrip("/") + "/")
    return plain[len(above) :].strip("/") if is_below else plain.strip("/")


def _plain(path: str) -> str:
    """Return a path without protocol and query: those of the web are whole addresses."""
    return without_secrets(path).partition("://")[2] if "://" in path else path
