"""Files anywhere: on a disk, in a bucket, in memory; by addresses that fsspec knows.

Files are written whole or not at all, but for file systems whose move is a copy, see :func:`write`.

What an address names: a file system that fsspec knows, and a path in it; and how messages show it.

By which one version of a file is told from another, whatever its file system tells of it.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ocr.errors import ImageError, OcrError, SettingError
from ocr.files import write_by_rename
from ocr.image.picture import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


# As for files of this machine, see ocr.image.decoding.
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


# fsspec has no types of its own.
FileSystem: TypeAlias = Any

EXTRA = "pip install cryptography distributed fsspec"
# Links of a chain such as simplecache::s3://scans/page.jpg that change neither names nor paths.
_CACHES = frozenset({"simplecache", "filecache", "blockcache"})
# A name and password before the host. What looks like a query may be a pattern (page?.jpg), but not on the
# web, nor with "=" in it.
_USER = re.compile(r"(?<=://)[^/?#\s]*@")
_QUERY = re.compile(r"(https?://[^\s?#]*)[?#]\S*|(://[^\s?]*)\?\S*=\S*")


@dataclass(frozen=True, slots=True)
class Place:
    """A path in a file system.

    Attributes
    ----------
    system : fsspec.AbstractFileSystem
    path : str
        As ``system`` takes it.
    prefix : str
        What makes an address of any path of ``system``: protocol and host, "" on this machine.
    """

    system: FileSystem
    path: str
    prefix: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return "file" in self.protocols

    @property
    def protocols(self) -> set[str]:
        """Names of the file system."""
        named = self.system.protocol
        return {named} if isinstance(named, str) else set(named)

    @property
    def address(self) -> str:
        """The address: a plain path on this machine."""
        return self.address_of(self.path)

    def address_of(self, path: str) -> str:
        """Return the address of another path in the same file system."""
        return f"{self.prefix}{path}"


def is_remote(address: str) -> bool:
    """Tell an address such as "s3://scans/page.jpg" from a path of this machine."""
    return "://" in address and not os.path.lexists(address)


def place_of(address: str) -> Place:
    """Find the file system of an address, and the path in it.

    Parameters
    ----------
    address : str
        A path, or "s3://bucket/page.jpg" and the like.

    Raises
    ------
    SettingError
        If no file system has this protocol, it takes a library that is not installed, or what lies there has
        no address by itself, as files in an archive.
    """
    try:
        import fsspec
    except ImportError:
        message = f"many machines take libraries that are not installed; install with: {EXTRA}"
        raise SettingError(message) from None
    if not is_remote(address):
        # Not Path.absolute: it leaves "..", and the path below "/" names outputs.
        return Place(fsspec.filesystem("file"), Path(os.path.abspath(address)).as_posix())  # noqa: PTH100
    protocol = address.partition("://")[0]
    try:
        system, path = fsspec.url_to_fs(address)
    except ImportError as error:
        message = f"{shown(address)}: {protocol}:// takes another library: {reason_of(error)}"
        raise SettingError(message) from None
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = (
            f"{shown(address)}: {protocol}:// cannot be used ({reason_of(error)}); expected a path, "
            "or an address such as s3://, gs:// or file://"
        )
        raise SettingError(message) from None
    place = Place(system, str(path))
    return place if place.is_local else Place(system, place.path, _prefix(address, place))


def shown(address: str) -> str:
    """Return an address as messages show it: in one line, without user, password and query."""
    return printable(without_secrets(address))


def without_secrets(text: str) -> str:
    """Leave out of all addresses in a text who asks and by which right.

    >>> without_secrets("ftp://me:secret@host/a.jpg")
    'ftp://host/a.jpg'
    >>> without_secrets("https://host/a.jpg?token=secret")
    'https://host/a.jpg'
    """
    return _QUERY.sub(r"\1\2", _USER.sub("", text))


def reason_of(error: Exception) -> str:
    """Say in one line why something failed."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, OSError) and error.strerror:
        return without_secrets(str(error.strerror)).lower()
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    plain = "".join(character for character in without_secrets(first) if character.isprintable())[:200]
    return f"{type(error).__name__}: {plain}" if plain else type(error).__name__


def _prefix(address: str, place: Place) -> str:
    """Return what is left of an address without the path: with the host, which fsspec's own inverse may lack.

    Raises
    ------
    SettingError
        If the address is of another form, and fsspec's own inverse does not lead back.
    """
    *links, _ = address.split("::")
    for whole in (address, address.rstrip("/")) if _CACHES.issuperset(links) else ():
        if whole.endswith(place.path):
            return whole[: len(whole) - len(place.path)]
    import fsspec

    try:
        own = str(place.system.unstrip_protocol(place.path))
        leads_back = own.endswith(place.path) and fsspec.url_to_fs(own) == (place.system, place.path)
    except Exception:  # noqa: BLE001  plug-ins raise whatever they like
        leads_back = False
    if not leads_back:
        message = (
            f"{shown(address)}: found an address whose files have none of their own, expected one such as "
            "s3://scans/page.jpg; unpack archives, and name accounts in the environment"
        )
        raise SettingError(message)
    return own[: len(own) - len(place.path)]


# What file systems call the time of the last change.
_MOMENTS = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


@dataclass(frozen=True, slots=True)
class Stamp:
    """By which one version of a file is told from another.

    Attributes
    ----------
    moment : float or None
        Of its last change, seconds since 1970.
    size : int or None
        Bytes.
    """

    moment: float | None
    size: int | None

    def is_like(self, other: Stamp | None) -> bool:
        """Whether both may be of one version: what both know is the same.

        Some stores tell a list whole seconds, and others more; some tell a list no time at all.
        """
        if other is None:
            return False
        known = ((_second(self.moment), _second(other.moment)), (self.size, other.size))
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in known)


def stamp_of(found: Mapping[str, Any]) -> Stamp:
    """Return the stamp among what a file system tells of a file."""
    moment = next((found[name] for name in _MOMENTS if found.get(name) is not None), None)
    return Stamp(_seconds(moment), found.get("size"))


def _seconds(moment: object) -> float | None:
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return None
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(moment) if isinstance(moment, int | float) else None


def _second(moment: float | None) -> int | None:
    return None if moment is None else int(moment)
