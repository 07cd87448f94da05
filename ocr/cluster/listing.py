"""What a user names, as pictures anywhere: files, folders, patterns and lists, by path or by address."""

from __future__ import annotations

import glob
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ocr.cluster.addresses import place_of, reason_of, shown, without_secrets
from ocr.cluster.places import read_list
from ocr.cluster.stamps import Stamp, stamp_of
from ocr.errors import ImageError
from ocr.page.image_io import PICTURE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.cluster.addresses import FileSystem, Place


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
        Look into folders in folders too.

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
        listed = _listed(read_list(name[1:]))
        if not listed:
            message = f"list {shown(name[1:])}: is empty, expected a file name a line"
            yield Found(name, "", error=ImageError(message))
        for one in listed:
            is_whole = "://" in one or os.path.isabs(one)  # noqa: PTH117
            yield from _found(one, recursive=recursive, top="" if is_whole else Path.cwd().as_posix())


def _listed(content: bytes) -> list[str]:
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
        elif _is_picture(path):
            yield _entry(place, path, top=top, about=about)
    if not matches:
        message = f"pattern {shown(place.address)}: nothing fits it; is the path right?"
        yield Found(pattern, "", error=ImageError(message))


def _in_folder(place: Place, folder: str, *, recursive: bool, top: str) -> Iterator[Found]:
    found = False
    for one in _pictures_in(place.system, folder, recursive=recursive):
        found = True
        yield _entry(place, one["name"], top=top, about=one)
    if not found:
        hint = "" if recursive else "; --recursive looks into its folders"
        named = shown(place.address_of(folder))
        message = f"folder {named}: no pictures in it, expected names such as page1.jpg{hint}"
        yield Found(folder, "", error=ImageError(message))


def _pictures_in(system: FileSystem, folder: str, *, recursive: bool) -> Iterator[dict[str, Any]]:
    """Pictures by the endings of their names, one folder after the other; hidden files are left out."""
    folders = []
    for about in sorted(system.ls(folder, detail=True), key=lambda about: str(about["name"])):
        path = about["name"].rstrip("/")
        if path == folder.rstrip("/") or PurePosixPath(path).name.startswith("."):
            continue
        if about["type"] == "directory":
            # Links to folders may run in circles.
            folders += [] if about.get("islink") else [path]
        elif _is_picture(path):
            yield {**about, "name": path}
    for inner in folders if recursive else ():
        yield from _pictures_in(system, inner, recursive=True)


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


def _is_picture(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in PICTURE_SUFFIXES
