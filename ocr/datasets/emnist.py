"""Load EMNIST, the hand-written characters that the network learns from, upright and with ink bright.

The files are stored as NIST ships them: each image transposed [1]_. That is undone here, once.

.. [1] G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten
   letters", 2017, arXiv:1702.05373.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.alphabet import SPLITS
from ocr.classifier.crop import CROP_PX
from ocr.datasets.emnist_files import PARTS, entries_with, file_names, opened, parts_at_hand
from ocr.datasets.idx import read_idx
from ocr.errors import DataError, SettingError

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from ocr.array_types import Int64
    from ocr.datasets.emnist_files import Entry

_MAPPING_LIMIT_BYTES = 2**14  # the longest official one has 385
_UPRIGHT_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class LabelledImages:
    """Images of single characters with labels.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, 28, 28)
        Upright, 0 = paper .. 255 = ink.
    labels : ndarray of int64, shape (N,)
        Index into ``classes``.
    classes : tuple of str, length K
        The character that each class stands for.
    split : str
        The EMNIST split that they are from, "" for other characters. Some splits count a lower-case letter as
        its capital, see `ocr.classifier.alphabet.ambiguous_classes`.
    """

    images: NDArray[np.uint8]
    labels: Int64
    classes: tuple[str, ...]
    split: str = ""


def parse_split(name: str) -> tuple[str, str]:
    """Parse a name such as ``"byclass-test"`` into split and part.

    Raises
    ------
    SettingError
        If it is not SPLIT-train or SPLIT-test with a known split.
    """
    split, _, part = name.partition("-")
    if split not in SPLITS or part not in PARTS:
        message = (
            f"EMNIST split: found {name!r}, expected SPLIT-PART with one of {', '.join(SPLITS)} and one of "
            f"{', '.join(PARTS)}; write for example byclass-test"
        )
        raise SettingError(message)
    return split, part


def load(split: str, part: str, *, data: str | os.PathLike[str] | None = None) -> LabelledImages:
    """Load one part of one EMNIST split.

    Parameters
    ----------
    split, part : str
        One of `SPLITS` and one of `PARTS`.
    data : path, optional
        A folder with files ``emnist-SPLIT-PART-images-idx3-ubyte`` and ``-labels-idx1-ubyte``, each plain
        or ``.gz``, themselves or in its subfolder ``gzip``, or with the official archive ``gzip.zip``; or
        the path of that archive. By default the folder that `OCR_DATA` names, else the user's cache, to
        which the archive is downloaded if the part is not there.

    Returns
    -------
    LabelledImages

    Raises
    ------
    SettingError
        If split or part is not known.
    DataError
        If the files are missing, damaged, too large or do not fit together, or cannot be downloaded.
    """
    parse_split(f"{split}-{part}")
    entries = entries_with(split, part, data)
    images_entry, labels_entry = (entries[name] for name in file_names(split, part))
    first_label = 1 if split == "letters" else 0  # the official letters files count from 1
    classes = _classes(entries, split, first_label=first_label)
    images = _read(images_entry)
    labels = _read(labels_entry)
    _check_images(images, labels, where=str(images_entry))
    shifted = labels.astype(np.int64) - first_label
    _check_labels(shifted, len(classes), first_label=first_label, where=str(labels_entry))
    return LabelledImages(_upright(images), shifted, classes, split)


def available(data: str | os.PathLike[str] | None = None) -> list[tuple[str, str]]:
    """List each (split, part) of which both files are there, without downloading anything.

    Parameters
    ----------
    data : path, optional
        As for `load`.

    Raises
    ------
    DataError
        If ``data`` does not exist or is neither a folder nor a zip archive.
    """
    return parts_at_hand(data)


def _read(entry: Entry) -> NDArray[np.uint8]:
    """Read the array of a file."""
    with opened(entry) as stream:
        return read_idx(stream, name=str(entry))


def _classes(entries: dict[str, Entry], split: str, *, first_label: int) -> tuple[str, ...]:
    """Return the characters of the mapping file, or if there is none, those known for the split.

    Each line of the file is a label and the code points of its characters; a class that holds both
    cases is called by the first, the capital.

    Raises
    ------
    DataError
        If a line is malformed, labels do not count up from ``first_label``, or a character comes twice.
    """
    entry = entries.get(f"emnist-{split}-mapping.txt")
    if entry is None:
        return SPLITS[split]
    with opened(entry) as stream:
        lines = stream.read(_MAPPING_LIMIT_BYTES).split(b"\n")
    rows = [re.fullmatch(rb"(\d{1,3}) (\d{1,6})( \d{1,6})*", line.strip()) for line in lines if line.strip()]
    labels = [int(row[1]) for row in rows if row]
    classes = tuple(chr(int(row[2])) for row in rows if row)
    counts_up = labels == list(range(first_label, first_label + len(rows)))
    printable = all(name.isprintable() for name in classes)
    if not (classes and counts_up and printable) or len(set(classes)) < len(classes):
        message = (
            f"EMNIST mapping, {entry}: found other lines, expected LABEL CODE with labels that count up from "
            f"{first_label} and each character once; fetch it again, or remove it to use the known classes"
        )
        raise DataError(message)
    return classes


def _check_images(images: NDArray[np.uint8], labels: NDArray[np.uint8], *, where: str) -> None:
    """Raise DataError unless there is a 28 x 28 image for each label, and at least one."""
    if images.ndim != 3 or images.shape[1:] != (CROP_PX, CROP_PX) or not len(images):
        message = (
            f"EMNIST images, {where}: found shape {images.shape}, expected (N, 28, 28); fetch the file again"
        )
        raise DataError(message)
    if labels.shape != images.shape[:1]:
        message = (
            f"EMNIST images and labels do not fit together, {where}: found {len(images)} images and labels "
            f"of shape {labels.shape}, expected as many of each; fetch both files again"
        )
        raise DataError(message)


def _check_labels(labels: Int64, count: int, *, first_label: int, where: str) -> None:
    """Raise DataError unless all ``labels``, counted from 0, are below ``count``."""
    low, high = labels.min(), labels.max()
    if low < 0 or high >= count:
        message = (
            f"EMNIST labels, {where}: found {low + first_label} to {high + first_label}, expected "
            f"{first_label} to {first_label + count - 1}; fetch the labels and the mapping file again"
        )
        raise DataError(message)


def _upright(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Undo the transposition of ``images`` (N, 28, 28) in place and return them.

    A view would be slow to read ever after, and a copy of byclass-train needs half a gigabyte more.
    """
    for start in range(0, len(images), _UPRIGHT_CHUNK):
        chunk = images[start : start + _UPRIGHT_CHUNK]
        chunk[:] = chunk.swapaxes(1, 2).copy()
    return images
