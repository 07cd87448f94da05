"""What an address names: a file system that fsspec knows, and a path in it; and how messages show it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ocr.errors import SettingError
from ocr.page.image_io import printable

# fsspec has no types of its own.
FileSystem: TypeAlias = Any

EXTRA = "pip install 'ocr[cluster]'"
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
        message = f"many machines take libraries that are not installed; install them by: {EXTRA}"
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
    plain = "".join(sign for sign in without_secrets(first) if sign.isprintable())[:200]
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
