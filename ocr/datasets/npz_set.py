"""Load labelled characters from .npz files: ``images`` (N, 28, 28) uint8, ink bright, and ``labels`` (N,).

Labels are text. An optional member ``provider`` (N,), text, names the source of each character, so that whole
providers can be held out, and ``rel_size_wh`` (N, 2) float its width and height relative to the writer's
capitals, where ``rel_ref_known`` (N,) bool. Nothing in such a file is trusted: what an array's header
declares is compared with the size of its member before any data is read, and pickles are never loaded.
"""

from __future__ import annotations

import math
import re
import reprlib
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.classifier.weight_file import npy_header
from ocr.datasets.emnist import LabelledImages
from ocr.errors import DataError, SettingError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ocr.array_types import Float32, Mask

# A million characters of 784 bytes.
_MOST_BYTES = 1 << 30
# Members that are read: pattern of the type, and shape for one character. Others are ignored.
_MEMBERS: dict[str, tuple[str, tuple[int, ...]]] = {
    "images": (r"\|u1", (28, 28)),
    "labels": (r"<U\d{1,3}", ()),
    "provider": (r"<U\d{1,3}", ()),
    "rel_size_wh": (r"<f[248]", (2,)),
    "rel_ref_known": (r"\|b1", ()),
}
_REQUIRED = ("images", "labels")
_HEADER = r"\{{'descr':'({})','fortran_order':False,'shape':\(((?:\d{{1,9}},?){{1,4}})\),?\}}"
_LAST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True, eq=False)
class CharacterSet:
    """Characters of one file.

    Attributes
    ----------
    images : (N, 28, 28) uint8 array
    labels : (N,) str array
    providers : (N,) str array
        Empty strings where unknown.
    sizes : (N, 2) float32 array
        Width and height relative to capitals; NaN where unknown.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.str_]
    providers: NDArray[np.str_]
    sizes: Float32

    def chosen(self, rows: Mask) -> CharacterSet:
        """Return some of the characters."""
        return CharacterSet(self.images[rows], self.labels[rows], self.providers[rows], self.sizes[rows])

    def without(self, providers: Sequence[str]) -> CharacterSet:
        """Return the characters without some providers."""
        return self.chosen(~np.isin(self.providers, list(providers)))

    def only(self, providers: Sequence[str]) -> CharacterSet:
        """Return the characters of some providers only."""
        return self.chosen(np.isin(self.providers, list(providers)))

    @property
    def has_sizes(self) -> bool:
        """Whether the size of any character is known."""
        return bool(np.isfinite(self.sizes).all(axis=1).any())

    def require(self, providers: Sequence[str]) -> None:
        """Refuse a provider that the file does not name.

        Raises
        ------
        SettingError
            With the names that are there.
        """
        known = sorted(set(self.providers.tolist()) - {""})
        for name in providers:
            if name not in known:
                message = (
                    f"provider {name!r}: not in this file, expected one of {', '.join(known)}"
                    if known
                    else f"provider {name!r}: this file names none; leave providers out"
                )
                raise SettingError(message)

    def labelled(self) -> LabelledImages:
        """Return the images with their labels as numbers, as sets of EMNIST have them, but of no split."""
        names, labels = np.unique(self.labels, return_inverse=True)
        return LabelledImages(self.images, labels.astype(np.int64), tuple(names.tolist()), "")


# What is raised for damage; zipfile raises RuntimeError for a member that is encrypted or packed otherwise.
_DAMAGE = (OSError, ValueError, EOFError, RuntimeError, struct.error, zipfile.BadZipFile, zlib.error)


def load_characters(path: str | os.PathLike[str]) -> CharacterSet:
    """Read a .npz file of labelled characters.

    Raises
    ------
    DataError
        If the file is missing, too large, damaged, or has other members, shapes or types.
    """
    path = Path(path)
    try:
        members = _members(path)
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[:200]
        message = f"characters {path}: cannot be read ({reason}); expected a .npz file with images and labels"
        raise DataError(message) from error
    count = len(members["images"])
    sizes = members.get("rel_size_wh", np.full((count, 2), np.nan)).astype(np.float32)
    sizes[~members.get("rel_ref_known", np.ones(count, dtype=np.bool_))] = np.nan
    providers = members.get("provider", np.full(count, ""))
    return CharacterSet(members["images"], members["labels"], providers, sizes)


def _members(path: Path) -> dict[str, NDArray[Any]]:
    """Read the members that are wanted.

    Raises
    ------
    ValueError
        If one is missing or is not what it should be.
    """
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if sum(member.file_size for member in archive.infolist()) > _MOST_BYTES:
            message = f"larger than {_MOST_BYTES >> 30} GiB"
            raise ValueError(message)
        missing = [name for name in _REQUIRED if f"{name}.npy" not in names]
        if missing:
            message = f"has no {' and no '.join(missing)}"
            raise ValueError(message)
        members = {name: _read(archive, name) for name in _MEMBERS if f"{name}.npy" in names}
    count = len(members["images"])
    for name, array in members.items():
        if array.shape != (count, *_MEMBERS[name][1]):
            message = f"{name} has shape {array.shape} beside {count} images"
            raise ValueError(message)
    return members


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """Read one array whose header declares no more than is there; evaluate nothing."""
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as member:
        header = npy_header(member)
        found = re.fullmatch(_HEADER.format(_MEMBERS[name][0]), header)
        if found is None:
            message = f"{name} has header {reprlib.repr(header)}"
            raise ValueError(message)
        dtype, shape = np.dtype(found[1]), tuple(int(part) for part in found[2].split(",") if part)
        size = math.prod(shape) * dtype.itemsize
        if size > info.file_size:
            message = f"{name} declares {size} bytes and has fewer than {info.file_size}"
            raise ValueError(message)
        array = np.frombuffer(member.read(size), dtype=dtype).reshape(shape)
    if dtype.kind == "U" and (array.view(np.uint32) > _LAST_CODE_POINT).any():
        message = f"{name} holds what is no text"
        raise ValueError(message)
    return array
