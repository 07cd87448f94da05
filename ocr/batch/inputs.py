"""What a user names on the command line: files, folders, patterns, lists and standard input, as pictures.

What a user names, as pictures anywhere: files, folders, patterns and lists, by path or by address.
"""

from __future__ import annotations

import glob
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

from ocr.batch.filesystem import Stamp, place_of, read_list, reason_of, shown, stamp_of, without_secrets
from ocr.errors import ImageError, SettingError
from ocr.image.picture import PICTURE_SUFFIXES, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.batch.filesystem import FileSystem, Place


STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One picture that was asked for.

    Attributes
    ----------
    path : str
        Of the file; "-" is standard input.
    error : ImageError or None
        Why it cannot even be tried: a folder without pictures.
    top : str or None
        Folder that was named: its files are called by their paths below it. Of what a list names that is the
        current one; empty where it names a whole path, None for what was named itself, by its name.
    """

    path: str
    error: ImageError | None = None
    top: str | None = None

    @property
    def is_stdin(self) -> bool:
        """Whether it comes by standard input."""
        return self.path == STDIN

    @property
    def name(self) -> str:
        """What messages call it."""
        return "standard input" if self.is_stdin else self.path

    @property
    def stem(self) -> str:
        """Name for files made from it."""
        return "stdin" if self.is_stdin else Path(self.path).stem

    @property
    def key(self) -> str:
        """What a file of its own is called in the folder of all of them, without an ending: "book/page"."""
        return "stdin" if self.is_stdin else self._below().with_suffix("").as_posix()

    @property
    def ending(self) -> str:
        """Of its own name: ".jpg"."""
        return "" if self.is_stdin else self._below().suffix

    def _below(self) -> PurePath:
        """Return a path that leads nowhere else, whatever ``path`` is."""
        # Not Path.absolute: it leaves "..".
        whole = PurePath(os.path.abspath(self.path))  # noqa: PTH100
        if self.top is None:
            return PurePath(whole.name)
        top = os.path.abspath(self.top) if self.top else whole.anchor  # noqa: PTH100
        return whole.relative_to(top if whole.is_relative_to(top) else whole.anchor)

    def content(self) -> str | bytes:
        """Return the path, or all bytes of standard input."""
        return sys.stdin.buffer.read() if self.is_stdin else self.path


def find_inputs(names: Sequence[str], *, recursive: bool = False) -> list[Input]:
    """List pictures in the order given, those of a folder or pattern in natural order (page2 before page10).

    Parameters
    ----------
    names : sequence of str
        Files, folders, patterns such as "scans/*.jpg" or "scans/**/*.jpg", "@list.txt" for a file that names
        files and folders, one a line, "@-" for such a list on standard input, or "-" for a picture there.
        What exists by its plain name is taken by that.
    recursive : bool
        Attempt into folders in folders too.

    Returns
    -------
    list of Input
        A folder without pictures is one input with an error; so is a pattern that nothing fits.

    Raises
    ------
    SettingError
        If a list cannot be read.
    """
    return [found for name in names for found in _inputs_of(name, recursive=recursive)]


def lists_among(names: Sequence[str]) -> list[str]:
    """Give the paths of the lists among what was named."""
    return [name[1:] for name in names if _is_list(name) and name[1:] != STDIN]


def _is_list(name: str) -> bool:
    return name.startswith("@") and len(name) > 1 and not os.path.lexists(name)


def _inputs_of(name: str, *, recursive: bool) -> Iterator[Input]:
    if _is_list(name):
        listed = _listed(name[1:])
        for one in listed:
            is_whole = os.path.isabs(one)  # noqa: PTH117
            yield from _pictures_of(one, recursive=recursive, top="" if is_whole else os.curdir)
        if not listed:
            yield Input(
                name, ImageError(f"list {printable(name[1:])}: is empty, expected a file name a line")
            )
    elif glob.has_magic(name) and "\0" not in name and not os.path.lexists(name):
        # Not Path.glob: it wants the folder apart from the pattern.
        matches = sorted(glob.glob(name, recursive=True), key=natural_order)  # noqa: PTH207
        # As from a folder: what lies beside the pictures is left out, unless nothing else fits.
        pictures = [one for one in matches if _is_picture(one) or os.path.isdir(one)]  # noqa: PTH112
        top = os.path.dirname(re.split(r"[*?[]", name, maxsplit=1)[0]) or os.curdir  # noqa: PTH120
        for one in pictures or matches:
            yield from _pictures_of(one, recursive=recursive, top=top)
        if not matches:
            message = f"pattern {printable(name)}: nothing fits it; is the path right?"
            yield Input(name, ImageError(message))
    else:
        yield from _pictures_of(name, recursive=recursive)


def _listed(path: str) -> list[str]:
    """Read the names in a list: one a line, or parted by zero bytes, as ``find -print0`` does.

    Raises
    ------
    SettingError
        If it cannot be read.
    """
    try:
        content = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
        message = f"list {printable(path)}: cannot be read ({reason}); expected a file name a line"
        raise SettingError(message) from None
    # Not as text: a name is whatever bytes the file system has.
    content = content.removeprefix(b"\xef\xbb\xbf")
    names = content.split(b"\0") if b"\0" in content else [line.strip() for line in content.splitlines()]
    return [os.fsdecode(b"./-" if name == b"-" else name) for name in names if name]


def _pictures_of(name: str, *, recursive: bool, top: str | None = None) -> Iterator[Input]:
    # os.path.isdir, not Path.is_dir: the empty name is no folder, and no name raises.
    if name == STDIN or not os.path.isdir(name):  # noqa: PTH112
        yield Input(name, top=top)
        return
    try:
        pictures = _pictures_in(name, recursive=recursive)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        yield Input(name, ImageError(f"folder {printable(name)}: cannot be listed ({reason})"))
        return
    for picture in pictures:
        yield Input(picture, top=name if top is None else top)
    if not pictures:
        hint = "" if recursive else "; --recursive looks into its folders"
        message = f"folder {printable(name)}: no pictures in it, expected names such as page1.jpg{hint}"
        yield Input(name, ImageError(message))


def _is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in PICTURE_SUFFIXES


def _pictures_in(folder: str, *, recursive: bool) -> list[str]:
    """Paths of the pictures in a folder, by the endings of their names; hidden files are left out."""
    pictures: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: natural_order(entry.name)):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                # Links to folders may run in circles.
                folders += [] if entry.is_symlink() else [entry.path]
            elif _is_picture(entry.name):
                pictures.append(entry.path)
    for inner in folders if recursive else ():
        pictures += _pictures_in(inner, recursive=True)
    return pictures


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which page2 comes before page10, whatever the case of the letters.

    >>> sorted(["page10", "Page2", "page1"], key=natural_order)
    ['page1', 'Page2', 'page10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    # The end of a name sorts before a number, a number before a word; the name parts what is left equal.
    key = ((0, int(part), "") if part[0] in "0123456789" else (1, 0, part.casefold()) for part in parts)
    return (*key, (-1, 0, name))


@dataclass(frozen=True, slots=True)
class Found:
    """One picture that was asked for.

    Attributes
    ----------
    address : str
        A path, or "s3://bucket/page.jpg" and the like.
    key : str
        What its output is called below the folder of all outputs, without an ending: "book/page".
    ending : str
        Of its own name, which the output has too where several have one key: ".jpg".
    stamp : Stamp or None
        If it is known already.
    error : ImageError or None
        Why it cannot even be tried.
    """

    address: str
    key: str
    ending: str = ""
    stamp: Stamp | None = None
    error: ImageError | None = None


def find(names: Sequence[str], *, recursive: bool = False) -> Iterator[Found]:
    """List pictures, those of a folder by their names.

    Parameters
    ----------
    names : sequence of str
        Files, folders, patterns such as "s3://scans/**/*.jpg", or "@list.txt" for a file that names files and
        folders, one a line. What exists on this machine by its plain name is taken by that.
    recursive : bool
        Attempt into folders in folders too.

    Yields
    ------
    Found
        Below a folder, or the plain part of a pattern, keys are paths from there; a file has its name for a
        key; what a list names has its whole path, so that no two lists share a key.

    Raises
    ------
    SettingError
        If a list cannot be read, or no file system has such an address.
    """
    for name in names:
        if not name.startswith("@") or len(name) == 1 or os.path.lexists(name):
            yield from _found(name, recursive=recursive)
            continue
        listed = _listed_of_listing(read_list(name[1:]))
        if not listed:
            message = f"list {shown(name[1:])}: is empty, expected a file name a line"
            yield Found(name, "", error=ImageError(message))
        for one in listed:
            is_whole = "://" in one or os.path.isabs(one)  # noqa: PTH117
            yield from _found(one, recursive=recursive, top="" if is_whole else Path.cwd().as_posix())


def _listed_of_listing(content: bytes) -> list[str]:
    """Names one a line, or parted by zero bytes, as ``find -print0`` does."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    names = content.split(b"\0") if b"\0" in content else [line.strip() for line in content.splitlines()]
    return [os.fsdecode(name) for name in names if name]


def _found(name: str, *, recursive: bool, top: str | None = None) -> Iterator[Found]:
    """List what one name stands for; keys are paths below ``top``, if given."""
    if "\0" in name:
        message = f"picture {shown(name)}: no file has such a name; is the path right?"
        yield Found(name, "", error=ImageError(message))
        return
    place = place_of(name)
    system, path = place.system, place.path
    try:
        if place.is_local and not glob.has_magic(name) and not os.path.isdir(path):  # noqa: PTH112
            # The commonest names by far are asked nothing more.
            yield _entry(place, path, top=_folder_of(path) if top is None else top)
        elif glob.has_magic(path) and not system.exists(path):
            yield from _matching(place, recursive=recursive, top=top)
        elif system.isdir(path):
            yield from _in_folder(place, path, recursive=recursive, top=path if top is None else top)
        else:
            yield _entry(place, path, top=_folder_of(path) if top is None else top)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"{shown(name)}: cannot be listed ({reason_of(error)}); is it right, and open to you?"
        yield Found(name, "", error=ImageError(message))


def _matching(place: Place, *, recursive: bool, top: str | None) -> Iterator[Found]:
    pattern = place.path
    plain = pattern[: re.search(r"[*?[]", pattern).start()] if top is None else top  # type: ignore[union-attr]
    top = _folder_of(plain) if top is None else top
    matches = dict(sorted(place.system.glob(pattern, detail=True).items()))
    for path, about in matches.items():
        if "/." in path[len(top) :] and "/." not in pattern:
            continue
        if about["type"] == "directory":
            yield from _in_folder(place, path, recursive=recursive, top=top)
        elif _is_picture_of_listing(path):
            yield _entry(place, path, top=top, about=about)
    if not matches:
        message = f"pattern {shown(place.address)}: nothing fits it; is the path right?"
        yield Found(pattern, "", error=ImageError(message))


def _in_folder(place: Place, folder: str, *, recursive: bool, top: str) -> Iterator[Found]:
    found = False
    for one in _pictures_in_of_listing(place.system, folder, recursive=recursive):
        found = True
        yield _entry(place, one["name"], top=top, about=one)
    if not found:
        hint = "" if recursive else "; --recursive looks into its folders"
        named = shown(place.address_of(folder))
        message = f"folder {named}: no pictures in it, expected names such as page1.jpg{hint}"
        yield Found(folder, "", error=ImageError(message))


def _pictures_in_of_listing(system: FileSystem, folder: str, *, recursive: bool) -> Iterator[dict[str, Any]]:
    """Pictures by the endings of their names, one folder after the other; hidden files are left out."""
    folders = []
    for about in sorted(system.ls(folder, detail=True), key=lambda about: str(about["name"])):
        path = about["name"].rstrip("/")
        if path == folder.rstrip("/") or PurePosixPath(path).name.startswith("."):
            continue
        if about["type"] == "directory":
            # Links to folders may run in circles.
            folders += [] if about.get("islink") else [path]
        elif _is_picture_of_listing(path):
            yield {**about, "name": path}
    for inner in folders if recursive else ():
        yield from _pictures_in_of_listing(system, inner, recursive=True)


def _entry(place: Place, path: str, *, top: str, about: dict[str, Any] | None = None) -> Found:
    address = place.address_of(path)
    plain, above = _plain(path), _plain(top)
    is_below = plain.startswith(above.rstrip("/") + "/")
    key = plain[len(above) :].strip("/") if is_below else plain.strip("/")
    if any(part in {"", ".", ".."} for part in re.split(r"[/\\]", key)):
        # Objects may have any name; that of a file decides where its text is written.
        message = f"picture {shown(address)}: found a name that leads elsewhere, expected a plain path"
        return Found(address, "", error=ImageError(message))
    if about is None and place.is_local and os.path.isfile(path):  # noqa: PTH113
        about = {"mtime": os.stat(path).st_mtime}  # noqa: PTH116
    stamp = None if about is None else stamp_of(about)
    below = PurePosixPath(key)
    return Found(address, below.with_suffix("").as_posix(), sys.intern(below.suffix), stamp)


def _plain(path: str) -> str:
    """Return a path without protocol and query: those of the web are whole addresses."""
    return without_secrets(path).partition("://")[2] if "://" in path else path


def _folder_of(path: str) -> str:
    return without_secrets(path).rpartition("/")[0] if "://" in path else path.rpartition("/")[0]


def _is_picture_of_listing(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in PICTURE_SUFFIXES
