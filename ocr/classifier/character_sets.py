"""Labelled characters from .npz files of the user: ``images`` (N, 28, 28) uint8, ink bright, and ``labels`` (N,) str.

An optional member ``provider`` (N,) str says who gathered each character, so that whole providers can be held out,
and ``rel_size_wh`` (N, 2) float its width and height relative to the writer's capitals.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.errors import DataError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

# A million characters of 784 bytes.
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, eq=False)
class CharacterSet:
    """Characters of one file.

    Attributes
    ----------
    images : (N, 28, 28) uint8 array
    labels : (N,) str array
    providers : (N,) str array
        Empty strings where the file does not say.
    sizes : (N, 2) float32 array
        Width and height relative to capitals; NaN where unknown.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.str_]
    providers: NDArray[np.str_]
    sizes: NDArray[np.float32]

    def chosen(self, rows: NDArray[np.bool_]) -> CharacterSet:
        """Keep some of the characters."""
        return CharacterSet(self.images[rows], self.labels[rows], self.providers[rows], self.sizes[rows])

    def without(self, providers: Sequence[str]) -> CharacterSet:
        """Leave out whole providers."""
        return self.chosen(~np.isin(self.providers, list(providers)))

    def only(self, providers: Sequence[str]) -> CharacterSet:
        """Keep some providers only."""
        return self.chosen(np.isin(self.providers, list(providers)))


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
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        message = f"characters {path}: cannot be read ({error}); expected an .npz file with images and labels"
        raise DataError(message) from error
    images, labels = members["images"], members["labels"].astype(np.str_)
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
        message = (
            f"characters {path}: found images {images.dtype} {images.shape} and labels {labels.shape}, "
            "expected uint8 (N, 28, 28) and (N,)"
        )
        raise DataError(message)
    sizes = members.get("rel_size_wh", np.full((len(images), 2), np.nan)).astype(np.float32)
    known = members.get("rel_ref_known")
    if known is not None:
        sizes[~known] = np.nan
    providers = members.get("provider", np.full(len(images), "")).astype(np.str_)
    return CharacterSet(images, labels, providers, sizes)


def _members(path: Path) -> dict[str, NDArray[Any]]:
    wanted = ("images", "labels", "provider", "rel_size_wh", "rel_ref_known")
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _MOST_BYTES:
            message = f"more than {_MOST_BYTES >> 30} GiB"
            raise ValueError(message)
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in wanted if name in archive.files or name in wanted[:2]}
