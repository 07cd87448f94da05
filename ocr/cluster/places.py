"""Files anywhere: on a disk, in a bucket, in memory; by addresses that fsspec knows.

Files are written whole or not at all, but for file systems whose move is a copy, see :func:`write`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ocr.cluster.stamps import Stamp, stamp_of
from ocr.errors import ImageError, OcrError, SettingError
from ocr.files import write_by_rename

if TYPE_CHECKING:
    from collections.abc import Iterator

# fsspec has no types of its own.
FileSystem: TypeAlias = Any

EXTRA = "pip install 'ocr[cluster]'"
# As for files of this machine, see ocr.page.content.
_MOST_BYTES = 1 << 30
# In these, an object is there when all of it is; they have no folders to make.
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oci", "memory"})


def is_remote(address: str) -> bool:
    """Tell an address such as "s3://scans/page.jpg" from a path of this machine."""
    return "://" in address and not os.path.lexists(address)


def place_of(address: str) -> tuple[FileSystem, str]:
    """Find the file system of an address, and the path in it.

    Parameters
    ----------
    address : str
        A path, or "s3://bucket/page.jpg" and the like.

    Raises
    ------
    SettingError
        If no file system has this protocol, or it takes a library that is not installed.
    """
    try:
        import fsspec
    except ImportError:
        message = f"many machines take libraries that are not installed; install them by: {EXTRA}"
        raise SettingError(message) from None
    if not is_remote(address):
        return fsspec.filesystem("file"), Path(address).absolute().as_posix()
    protocol = address.partition("://")[0]
    try:
        system, path = fsspec.url_to_fs(address)
    except ImportError as error:
        message = f"{address}: {protocol}:// takes another library: {reason_of(error)}"
        raise SettingError(message) from None
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = (
            f"{address}: {protocol}:// cannot be used ({reason_of(error)}); expected a path, "
            "or an address such as s3://, gs:// or file://"
        )
        raise SettingError(message) from None
    return system, str(path)


def address_of(system: FileSystem, path: str) -> str:
    """Return the address of a path in a file system: a plain path on this machine."""
    return path if is_local(system) else str(system.unstrip_protocol(path))


def is_local(system: FileSystem) -> bool:
    """Whether a file system is that of this machine."""
    return "file" in _protocols(system)


def read(address: str) -> bytes | str:
    """Read a picture.

    Returns
    -------
    bytes or str
        The path of a file of this machine, for those who open it know what may be wrong with it.

    Raises
    ------
    ImageError
        If it cannot be read, is no file, or is larger than 1 GiB.
    """
    system, path = place_of(address)
    if is_local(system):
        return path
    try:
        found = system.info(path)
        size = found.get("size")
        problem = "found a folder, expected a picture" if found.get("type") == "directory" else None
        if size is not None and size > _MOST_BYTES:
            problem = f"larger than {_MOST_BYTES >> 30} GiB; reduce it first"
        if problem is None:
            return bytes(system.cat_file(path))
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        problem = f"cannot be read ({reason_of(error)}); is the address right, and open to you?"
    message = f"picture {address}: {problem}"
    raise ImageError(message)


def read_list(address: str) -> bytes:
    """Read a list of names.

    Raises
    ------
    SettingError
        If it cannot be read.
    """
    system, path = place_of(address)
    try:
        return bytes(system.cat_file(path))
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"list {address}: cannot be read ({reason_of(error)}); expected a file name a line"
        raise SettingError(message) from None


def write(address: str, content: bytes) -> None:
    """Put a whole file in place; what was there before is replaced.

    A store of objects shows an object when all of it is there. Elsewhere a draft is written and then moved: at
    once on this machine, and on file systems that rename. Where fsspec has no move of its own, a move is a copy,
    which can be met while it grows, and stays torn if the machine is lost meanwhile.

    Raises
    ------
    OcrError
        If it cannot be written.
    """
    system, path = place_of(address)
    if is_local(system):
        write_by_rename(Path(path), content)
        return
    try:
        if _protocols(system) & _OBJECT_STORES:
            system.pipe_file(path, content)
        else:
            _write_by_move(system, path, content)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"output {address}: cannot be written ({reason_of(error)}); choose another place"
        raise OcrError(message) from None


def check_folder(address: str) -> None:
    """Refuse a folder that cannot be written to: a small file is put there and removed.

    Raises
    ------
    SettingError
        If so.
    """
    trial = f"{address.rstrip('/')}/.{secrets.token_hex(8)}.part"
    try:
        write(trial, b"ocr")
    except OcrError as error:
        message = f"--output {address}: {error}"
        raise SettingError(message) from None
    system, path = place_of(trial)
    try:
        system.rm_file(path)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"--output {address}: {trial} cannot be removed ({reason_of(error)}); choose another place"
        raise SettingError(message) from None


def look(address: str) -> Stamp | None:
    """Return the stamp of a file; None if there is none, or if it cannot be known."""
    system, path = place_of(address)
    try:
        return stamp_of(system.info(path))
    except Exception:  # noqa: BLE001  plug-ins raise whatever they like; then it is written anew
        return None


def stamps_below(address: str) -> dict[str, Stamp]:
    """Return the stamps of all files in a folder and in folders in it, by their paths below it.

    Raises
    ------
    SettingError
        If it is there and cannot be listed.
    """
    system, top = place_of(address)
    top = top.rstrip("/")
    try:
        return {path[len(top) + 1 :]: stamp_of(found) for path, found in _files_below(system, top)}
    except FileNotFoundError:
        return {}
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"--output {address}: cannot be listed ({reason_of(error)}); choose another place"
        raise SettingError(message) from None


def reason_of(error: Exception) -> str:
    """Say in one line why something failed."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    plain = "".join(sign for sign in first if sign.isprintable())[:200]
    return f"{type(error).__name__}: {plain}" if plain else type(error).__name__


def _write_by_move(system: FileSystem, path: str, content: bytes) -> None:
    folder, _, name = path.rpartition("/")
    draft = f"{folder}/.{name}.{secrets.token_hex(8)}.part"
    system.makedirs(folder, exist_ok=True)
    try:
        system.pipe_file(draft, content)
        system.mv(draft, path)
    except BaseException:
        if system.exists(draft):
            system.rm_file(draft)
        raise


def _files_below(system: FileSystem, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk folder by folder: never more than one folder's listing in memory."""
    for found in system.ls(folder, detail=True):
        path = found["name"].rstrip("/")
        if found["type"] == "directory":
            yield from _files_below(system, path)
        elif path != folder:
            yield path, found


def _protocols(system: FileSystem) -> set[str]:
    named = system.protocol
    return {named} if isinstance(named, str) else set(named)
