"""What a URI names: a path of this machine, or a file system that fsspec knows and a path in it.

A path of this machine needs no other library. fsspec is imported only for a URI such as s3://scans/page.jpg.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ocr.errors import SettingError, printable

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
class Location:
    """A path in a file system of fsspec.

    Attributes
    ----------
    system : fsspec.AbstractFileSystem
    path : str
        As ``system`` takes it.
    prefix : str
        What makes a URI of any path of ``system``: protocol and host, "" on this machine.
    """

    system: FileSystem
    path: str
    prefix: str = ""

    @property
    def protocols(self) -> set[str]:
        """Names of the file system."""
        named = self.system.protocol
        return {named} if isinstance(named, str) else set(named)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return "file" in self.protocols

    @property
    def uri(self) -> str:
        """The URI; a plain path on this machine."""
        return self.uri_of(self.path)

    def uri_of(self, path: str) -> str:
        """Return the URI of another path in the same file system."""
        return f"{self.prefix}{path}"


def is_remote(uri: str) -> bool:
    """Return whether this is a URI such as "s3://scans/page.jpg", not a path of this machine."""
    return "://" in uri and not os.path.lexists(uri)


def local_path(uri: str) -> str | None:
    """Return the path of a file on this machine as it was named, None for a URI of another file system.

    Raises
    ------
    SettingError
        As :func:`locate`.
    """
    if not is_remote(uri):
        return uri
    location = locate(uri)
    return location.path if location.is_local else None


def absolute(uri: str) -> str:
    """Return a name that is valid in every folder, and on every machine that shares a disk with this one.

    Raises
    ------
    SettingError
        As :func:`locate`.
    """
    path = local_path(uri)
    # Not Path.absolute: it leaves "..".
    return uri if path is None else Path(os.path.abspath(path)).as_posix()  # noqa: PTH100


def locate(uri: str) -> Location:
    """Find the file system of a URI, and the path in it.

    Raises
    ------
    SettingError
        If no file system has this protocol, a library for it is not installed, or files there have no URI of
        their own, as those in an archive.
    """
    protocol = uri.partition("://")[0]
    try:
        import fsspec
    except ImportError:
        needs = f"{protocol}:// needs libraries that are not installed; install with: {EXTRA}"
        message = f"{printable_uri(uri)}: {needs}"
        raise SettingError(message) from None
    try:
        system, path = fsspec.url_to_fs(uri)
    except ImportError as error:
        message = f"{printable_uri(uri)}: {protocol}:// needs another library: {reason_of(error)}"
        raise SettingError(message) from None
    except Exception as error:  # noqa: BLE001  plug-ins raise whatever they like
        message = (
            f"{printable_uri(uri)}: {protocol}:// cannot be used ({reason_of(error)}); expected a path, "
            "or an address such as s3://, gs:// or file://"
        )
        raise SettingError(message) from None
    location = Location(system, str(path))
    return location if location.is_local else Location(system, location.path, _prefix(uri, location))


def printable_uri(uri: str) -> str:
    """Return a URI as messages show it: in one line, without user, password and query."""
    return printable(without_secrets(uri))


def without_secrets(text: str) -> str:
    """Remove users, passwords and queries from all URIs in a text.

    >>> without_secrets("ftp://me:secret@host/a.jpg")
    'ftp://host/a.jpg'
    >>> without_secrets("https://host/a.jpg?token=secret")
    'https://host/a.jpg'
    """
    return _QUERY.sub(r"\1\2", _USER.sub("", text)) if "://" in text else text


def reason_of(error: Exception) -> str:
    """Return in one line why something failed."""
    if isinstance(error, OSError) and error.strerror:
        return without_secrets(str(error.strerror)).lower()
    if isinstance(error, FileNotFoundError):
        return "no such file"
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    plain = "".join(character for character in without_secrets(first) if character.isprintable())[:200]
    return f"{type(error).__name__}: {plain}" if plain else type(error).__name__


def same_file_key(uri: str) -> tuple[FileSystem, str]:
    """Return what is equal for all names of one file, whether it exists or not."""
    path = local_path(uri)
    if path is not None:
        return None, str(Path(path).resolve())
    location = locate(uri)
    return location.system, location.path


def _prefix(uri: str, location: Location) -> str:
    """Return a URI without its path: with the host, which fsspec's own inverse may lack.

    Raises
    ------
    SettingError
        If the URI is of another form, and fsspec's own inverse does not lead back.
    """
    *links, _ = uri.split("::")
    for whole in (uri, uri.rstrip("/")) if _CACHES.issuperset(links) else ():
        if whole.endswith(location.path):
            return whole[: len(whole) - len(location.path)]
    import fsspec

    try:
        own = str(location.system.unstrip_protocol(location.path))
        leads_back = own.endswith(location.path) and fsspec.url_to_fs(own) == (location.system, location.path)
    except Exception:  # noqa: BLE001  plug-ins raise whatever they like
        leads_back = False
    if not leads_back:
        message = (
            f"{printable_uri(uri)}: found an address whose files have none of their own, expected one such "
            "as s3://scans/page.jpg; unpack archives, and name accounts in the environment"
        )
        raise SettingError(message)
    return own[: len(own) - len(location.path)]
