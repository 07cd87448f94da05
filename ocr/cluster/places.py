"""Files anywhere: on a disk, in a bucket, in memory; by addresses that fsspec knows.

Files are written whole or not at all, but for file systems whose move is a copy, see :func:`write`.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr.cluster.addresses import place_of, reason_of, shown
from ocr.cluster.stamps import Stamp, stamp_of
from ocr.errors import ImageError, OcrError, SettingError
from ocr.files import write_by_rename

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.cluster.addresses import FileSystem, Place

# As for files of this machine, see ocr.page.content.
_MOST_BYTES = 1 << 30
# In these, an object is there when all of it is; they have no folders to make.
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oci", "memory"})


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
    place = place_of(address)
    if place.is_local:
        return place.path
    try:
        found = place.system.info(place.path)
        size = found.get("size")
        problem = "found a folder, expected a picture" if found.get("type") == "directory" else None
        if size is not None and size > _MOST_BYTES:
            problem = f"larger than {_MOST_BYTES >> 30} GiB; reduce it first"
        if problem is None:
            return bytes(place.system.cat_file(place.path))
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        problem = f"cannot be read ({reason_of(error)}); is the address right, and open to you?"
    message = f"picture {shown(address)}: {problem}"
    raise ImageError(message)


def read_list(address: str) -> bytes:
    """Read a list of names.

    Raises
    ------
    SettingError
        If it cannot be read.
    """
    place = place_of(address)
    try:
        return bytes(place.system.cat_file(place.path))
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"list {shown(address)}: cannot be read ({reason_of(error)}); expected a file name a line"
        raise SettingError(message) from None


def write(address: str, content: bytes) -> None:
    """Put a whole file in place; what was there before is replaced.

    A store of objects shows an object when all of it is there. Elsewhere a draft is written and then moved:
    at once on this machine, and on file systems that rename. Where fsspec has no move of its own, a move is a
    copy, which can be met while it grows, and stays torn if the machine is lost meanwhile.

    Raises
    ------
    OcrError
        If it cannot be written.
    """
    place = place_of(address)
    if place.is_local:
        write_by_rename(Path(place.path), content)
        return
    try:
        if place.protocols & _OBJECT_STORES:
            place.system.pipe_file(place.path, content)
        else:
            _write_by_move(place, content)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"output {shown(address)}: cannot be written ({reason_of(error)}); choose another place"
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
        message = f"--output {shown(address)}: {error}"
        raise SettingError(message) from None
    place = place_of(trial)
    try:
        place.system.rm_file(place.path)
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"--output {shown(trial)}: cannot be removed ({reason_of(error)}); choose another place"
        raise SettingError(message) from None


def look(address: str) -> Stamp | None:
    """Return the stamp of a file; None if there is none, or if it cannot be known."""
    place = place_of(address)
    try:
        return stamp_of(place.system.info(place.path))
    except Exception:  # noqa: BLE001  plug-ins raise whatever they like; then it is written anew
        return None


def stamps_below(address: str) -> dict[str, Stamp]:
    """Return the stamps of all files in a folder and in folders in it, by their paths below it.

    Raises
    ------
    SettingError
        If it is there and cannot be listed.
    """
    place = place_of(address)
    top = place.path.rstrip("/")
    try:
        return {path[len(top) + 1 :]: stamp_of(found) for path, found in _files_below(place.system, top)}
    except FileNotFoundError:
        return {}
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = f"--output {shown(address)}: cannot be listed ({reason_of(error)}); choose another place"
        raise SettingError(message) from None


def _write_by_move(place: Place, content: bytes) -> None:
    system = place.system
    folder, _, name = place.path.rpartition("/")
    draft = f"{folder}/.{name}.{secrets.token_hex(8)}.part"
    system.makedirs(folder, exist_ok=True)
    try:
        system.pipe_file(draft, content)
        system.mv(draft, place.path)
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
