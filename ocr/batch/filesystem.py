"""Files on this machine and in stores: reading, writing as a whole, versions."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr.errors import OcrError, SettingError
from ocr.files import write_by_rename
from ocr.image.sources import remote_bytes
from ocr.uris import local_path, locate, printable_uri, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ocr.uris import FileSystem, Location

# A list of two million names of a hundred characters.
_MOST_LIST_BYTES = 200_000_000
# In these, an object is there when all of it is; they have no folders to make.
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oci", "memory"})
# What file systems call the time of the last change.
_TIME_KEYS = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


@dataclass(frozen=True, slots=True)
class FileVersion:
    """What distinguishes one version of a file from another.

    Attributes
    ----------
    modified : float or None
        Time of the last change, seconds since 1970.
    size : int or None
        Bytes.
    """

    modified: float | None
    size: int | None

    def may_equal(self, other: FileVersion | None) -> bool:
        """Return whether both may be of one version: what both know is the same.

        The list of a store may give whole seconds where the store itself gives more, or no time at all.
        """
        if other is None:
            return False
        known = ((_whole(self.modified), _whole(other.modified)), (self.size, other.size))
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in known)


def read(uri: str) -> bytes | str:
    """Read a picture.

    Returns
    -------
    bytes or str
        For a file of this machine its path: what opens it knows what may be wrong with it.

    Raises
    ------
    ImageError
        If it cannot be read, is no file, or is larger than 500 MB.
    """
    path = local_path(uri)
    if path is not None:
        return path
    return remote_bytes(uri)


def read_list(uri: str) -> bytes:
    """Read a list of names; "-" is standard input.

    Raises
    ------
    SettingError
        If it cannot be read, or does not end.
    """
    try:
        if uri == "-":
            content = b"" if sys.stdin is None else sys.stdin.buffer.read(_MOST_LIST_BYTES + 1)
        elif (path := local_path(uri)) is not None:
            with Path(path).open("rb") as file:
                content = file.read(_MOST_LIST_BYTES + 1)
        else:
            location = locate(uri)
            content = bytes(location.system.cat_file(location.path, end=_MOST_LIST_BYTES + 1))
        if len(content) <= _MOST_LIST_BYTES:
            return content
        reason = f"larger than {_MOST_LIST_BYTES // 10**6} MB"
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        reason = reason_of(error)
    message = f"list {printable_uri(uri)}: cannot be read ({reason}); expected a file name a line"
    raise SettingError(message)


def write(uri: str, content: bytes) -> None:
    """Write a whole file; what was there before is replaced.

    A store of objects shows an object when all of it is there. Elsewhere a draft is written and then moved:
    at once on this machine, and on file systems that rename. Where fsspec has no move of its own, a move is a
    copy, which others can see while it grows, and which stays incomplete if the machine fails meanwhile.

    Raises
    ------
    OcrError
        If it cannot be written.
    """
    path = local_path(uri)
    if path is not None:
        write_by_rename(Path(path), content)
        return
    location = locate(uri)
    try:
        if location.protocols & _OBJECT_STORES:
            location.system.pipe_file(location.path, content)
        else:
            _write_by_move(location, content)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"output {printable_uri(uri)}: cannot be written ({reason_of(error)}); choose another place"
        raise OcrError(message) from None


def check_folder(uri: str) -> None:
    """Refuse a folder of a store that cannot be written to: a small file is put there and removed.

    Raises
    ------
    SettingError
        If it cannot be written to.
    """
    trial = f"{uri.rstrip('/')}/.{secrets.token_hex(8)}.part"
    try:
        write(trial, b"ocr")
    except OcrError as error:
        message = f"--output {printable_uri(uri)}: {error}"
        raise SettingError(message) from None
    location = locate(trial)
    try:
        location.system.rm_file(location.path)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        reason = reason_of(error)
        message = f"--output {printable_uri(trial)}: cannot be removed ({reason}); choose another place"
        raise SettingError(message) from None


def file_version(uri: str) -> FileVersion | None:
    """Return the version of a file; None if there is no such file, or if it cannot be known."""
    try:
        path = local_path(uri)
        if path is None:
            location = locate(uri)
            return version_from(location.system.info(location.path))
        found = os.stat(path)  # noqa: PTH116  no name raises more than these two
    except Exception:  # noqa: BLE001  plug-ins raise whatever they like; then it is written anew
        return None
    return FileVersion(found.st_mtime, found.st_size) if stat.S_ISREG(found.st_mode) else None


def is_whole(uri: str, version: FileVersion, *, end: str) -> bool:
    """Return whether a file may have all of its content: some at least, and on this machine the right end.

    After a power cut, a disk may have a file by its name and its size, and nothing or zeros in it. A store
    has the whole object; asking it for the end of each would take a request each.

    Parameters
    ----------
    uri : str
    version : FileVersion
        Of the file.
    end : str
        What a whole file ends with.
    """
    if version.size == 0:
        return False
    path = local_path(uri)
    if path is None:
        return True
    expected = end.encode()
    try:
        with Path(path).open("rb") as file:
            file.seek(-min(version.size or 1, max(1, len(expected))), os.SEEK_END)
            last = file.read()
    except (OSError, ValueError):
        return False
    return last.endswith(expected) and not last.endswith(b"\0")


def versions_in(folder: str) -> Callable[[str], FileVersion | None]:
    """Return a function that gives the version of a file by its path below ``folder``.

    A store is asked once, for a list of all files. On this machine each file is looked up when it is asked
    for: the folder may hold many others.

    Raises
    ------
    SettingError
        If the folder is there and cannot be listed.
    """
    if local_path(folder) is not None:
        return lambda name: file_version(f"{folder.rstrip('/')}/{name}")
    return _listed_versions(folder).get


def version_from(info: Mapping[str, Any]) -> FileVersion:
    """Return the version of a file from what its file system knows about it."""
    time = next((info[key] for key in _TIME_KEYS if info.get(key) is not None), None)
    return FileVersion(_seconds(time), info.get("size"))


def _listed_versions(folder: str) -> dict[str, FileVersion]:
    location = locate(folder)
    top = location.path.rstrip("/")
    try:
        return {path[len(top) + 1 :]: version_from(info) for path, info in _files_below(location.system, top)}
    except FileNotFoundError:
        return {}
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        reason = reason_of(error)
        message = f"--output {printable_uri(folder)}: cannot be listed ({reason}); choose another place"
        raise SettingError(message) from None


def _files_below(system: FileSystem, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all files folder by folder: never more than one folder's listing is in memory."""
    for info in system.ls(folder, detail=True):
        path = info["name"].rstrip("/")
        if info["type"] == "directory":
            yield from _files_below(system, path)
        elif path != folder:
            yield path, info


def _write_by_move(location: Location, content: bytes) -> None:
    system = location.system
    folder, _, name = location.path.rpartition("/")
    draft = f"{folder}/.{name}.{secrets.token_hex(8)}.part"
    system.makedirs(folder, exist_ok=True)
    try:
        system.pipe_file(draft, content)
        system.mv(draft, location.path)
    except BaseException:
        if system.exists(draft):
            system.rm_file(draft)
        raise


def _seconds(time: object) -> float | None:
    if isinstance(time, str):
        try:
            time = datetime.fromisoformat(time)
        except ValueError:
            return None
    if isinstance(time, datetime):
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    return float(time) if isinstance(time, int | float) else None


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds)
