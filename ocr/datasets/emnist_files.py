"""Find the files of EMNIST: in a folder, in its subfolder ``gzip``, or inside the official archive."""

from __future__ import annotations

import os
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from ocr.classifier.alphabet import SPLITS
from ocr.datasets.download import ARCHIVE_NAME, fetch_archive
from ocr.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ("train", "test")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file by itself, or a member of a zip archive."""

    name: str
    archive: Path | None = None

    def __str__(self) -> str:
        return self.name if self.archive is None else f"{self.archive} ({self.name})"

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the file; of an archive, only this member is read."""
        if self.archive is None:
            with Path(self.name).open("rb") as stream:
                yield stream
        else:
            with zipfile.ZipFile(self.archive) as archive:
                # LZMA and bzip2 raise errors of their own and let the file choose how much memory they take.
                if archive.getinfo(self.name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    reason = "compression is neither stored nor deflated"
                    raise zipfile.BadZipFile(reason)
                with archive.open(self.name) as member:
                    yield cast("BinaryIO", member)


def entries_with(split: str, part: str, data: str | os.PathLike[str] | None) -> dict[str, Entry]:
    """Return the EMNIST files, after making sure that those of the wanted part are among them.

    Parameters
    ----------
    split, part : str
        One of `SPLITS` and one of `PARTS`.
    data : path or None
        As for `ocr.datasets.emnist.load`.

    Returns
    -------
    dict
        Name of each file, without folder and ``.gz`` -> its entry.

    Raises
    ------
    DataError
        If the files of the part are missing or cannot be downloaded.
    """
    source, may_download = _source(data)
    entries = _listing(source)
    if may_download and _missing(entries, split, part) and not (source / ARCHIVE_NAME).exists():
        fetch_archive(source)
        entries = _listing(source)
    if missing := _missing(entries, split, part):
        found = ", ".join("-".join(pair) for pair in _parts_in(entries)) or "no complete part of EMNIST"
        expected = " and ".join(f"{name}(.gz)" for name in missing)
        message = (
            f"EMNIST {split}-{part} is missing, {source}: found {found}, expected {expected}; "
            f"pass --data DIR with these files or with the official {ARCHIVE_NAME}"
        )
        raise DataError(message)
    return entries


def parts_at_hand(data: str | os.PathLike[str] | None) -> list[tuple[str, str]]:
    """Return each (split, part) of which both files are there; nothing is downloaded."""
    source, _ = _source(data)
    return _parts_in(_listing(source))


def _source(data: str | os.PathLike[str] | None) -> tuple[Path, bool]:
    """Return the folder or archive, and whether a missing archive may be downloaded to there."""
    named = data if data is not None else os.environ.get("OCR_DATA") or None
    if named is None:
        import platformdirs

        return platformdirs.user_cache_path("ocr") / "emnist", True
    source = Path(named).expanduser()
    if not source.exists():
        message = (
            f"EMNIST data, {source}: found nothing there, expected a folder; pass --data DIR that exists"
        )
        raise DataError(message)
    return source, False


def _listing(source: Path) -> dict[str, Entry]:
    """Return the entry of each EMNIST file by its name without folder and ``.gz``.

    Of files with the same name, one in the folder itself goes before one in ``gzip/``, that before one in
    the archive, and plain before compressed: it is faster to read.
    """
    if source.is_file():
        return _members(source)
    entries = _members(source / ARCHIVE_NAME) if (source / ARCHIVE_NAME).is_file() else {}
    for folder in (source / "gzip", source):
        paths = [path for path in folder.glob("emnist-*") if path.is_file()]
        for path in sorted(paths, key=lambda path: path.suffix != ".gz"):
            entries[path.name.removesuffix(".gz")] = Entry(str(path))
    return entries


def _members(path: Path) -> dict[str, Entry]:
    """Return the EMNIST files in a zip archive, in whichever folder of it, as `_listing` does."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        message = (
            f"EMNIST archive, {path}: {error}, expected a folder or the official {ARCHIVE_NAME}; "
            "fetch the file again or pass --data DIR"
        )
        raise DataError(message) from error
    bare = {name: name.rpartition("/")[2].removesuffix(".gz") for name in names}
    return {short: Entry(name, path) for name, short in bare.items() if short.startswith("emnist-")}


def file_names(split: str, part: str) -> tuple[str, str]:
    """Return the names of the files with the images and the labels of a part."""
    return f"emnist-{split}-{part}-images-idx3-ubyte", f"emnist-{split}-{part}-labels-idx1-ubyte"


def _missing(entries: dict[str, Entry], split: str, part: str) -> list[str]:
    """Return the names of the files of a part that are not there."""
    return [name for name in file_names(split, part) if name not in entries]


def _parts_in(entries: dict[str, Entry]) -> list[tuple[str, str]]:
    """Return each (split, part) of which both files are there."""
    return [(split, part) for split in SPLITS for part in PARTS if not _missing(entries, split, part)]


@contextmanager
def opened(entry: Entry) -> Iterator[BinaryIO]:
    """Open an entry; errors of zip archives and file systems become a DataError.

    Raises
    ------
    DataError
        If the file cannot be opened or the archive is damaged, encrypted or packed in an unknown way.
    """
    try:
        with entry.open() as stream:
            yield stream
    # zipfile raises RuntimeError for an encrypted member.
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        message = (
            f"EMNIST file, {entry}: {error}, expected a readable file; fetch it again or pass --data DIR"
        )
        raise DataError(message) from error
