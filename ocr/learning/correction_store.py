"""Keep pictures that were read and the corrections of their lines in one SQLite file.

Each correction is a row of its own, written at once and never changed: the last row of a line counts, undo
writes another. What was written is there after the program was killed. Pictures stay where they are; those
that came over the web page are kept beside the file. The part of the picture with a corrected line is kept
too, so that the correction is of use when the picture is gone.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr.errors import DataError
from ocr.files import data_folder, write_by_rename
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VERSION = 1
# Another process may write at the same time: wait this long for it.
_WAIT_S = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, path TEXT NOT NULL, number INTEGER,
    added TEXT NOT NULL, document TEXT, failure TEXT);
CREATE TABLE IF NOT EXISTS corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, page INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
    line INTEGER NOT NULL, box TEXT NOT NULL, text TEXT, made TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS corrections_of_page ON corrections (page, line, id);
CREATE TABLE IF NOT EXISTS crops (
    page INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE, box TEXT NOT NULL, picture BLOB NOT NULL,
    PRIMARY KEY (page, box));
"""
_INSERT = "INSERT INTO corrections (page, line, box, text, made) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of the store.

    Attributes
    ----------
    id : int
    name : str
        What the user calls the picture.
    path : Path
    number : int or None
        Page of a PDF or TIFF, 1 is the first.
    document : str
        What was read, as JSON; "" if it is not read yet.
    failure : str
        Why it could not be read; "" if it could.
    """

    id: int
    name: str
    path: Path
    number: int | None
    document: str
    failure: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The right text of a line; "" if it is no writing.

    Attributes
    ----------
    line : int
        Its number on the page as it was read, from 0.
    box : Box
        On the upright page, in pixels of the picture.
    text : str
    """

    line: int
    box: Box
    text: str


class CorrectionStore:
    """The file of pages and corrections, made if missing; use it from any thread or process.

    Parameters
    ----------
    folder : Path, optional
        Where it lies; in the data folder of the user if left out.

    Raises
    ------
    DataError
        If the folder cannot be written, or the file is damaged or of a later version.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = data_folder() if folder is None else folder
        self.path = self.folder / "corrections.sqlite"
        try:
            # Handwriting is private: nobody else may look.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"folder {self.folder}: cannot be made ({error.strerror}); make room"
            raise DataError(message) from None
        with self._open() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                message = f"corrections {self.path}: found version {version}, expected {_VERSION}; update ocr"
                raise DataError(message)
            # Readers and one writer do not wait for each other.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_TABLES)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        self.path.chmod(0o600)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction.

        Raises
        ------
        DataError
            If it is damaged or cannot be written.
        """
        try:
            with closing(sqlite3.connect(self.path, timeout=_WAIT_S)) as connection, connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except sqlite3.Error as error:
            message = f"corrections {self.path}: cannot be used ({error}); move the file away or make room"
            raise DataError(message) from error

    def add_page(self, name: str, path: Path, *, number: int | None = None) -> int:
        """Add a picture that is to be read; return the number of its page in the store."""
        with self._open() as connection:
            added = connection.execute(
                "INSERT INTO pages (name, path, number, added) VALUES (?, ?, ?, ?)",
                (name, str(path.absolute()), number, _now()),
            )
            return int(added.lastrowid or 0)

    def keep_picture(self, name: str, content: bytes) -> Path:
        """Keep a picture that is no file yet, under a name made of its content; return its path."""
        suffix = Path(name).suffix.lower()
        safe = suffix if suffix.isascii() and suffix[1:].isalnum() and len(suffix) < 8 else ""
        path = self.folder / "pictures" / f"{hashlib.sha256(content).hexdigest()[:32]}{safe}"
        if not path.exists():
            write_by_rename(path, content, what="picture", failure=DataError)
        return path

    def set_document(self, page: int, document: str) -> None:
        """Store what was read on a page, as JSON."""
        self._update(page, "document", document)

    def set_number(self, page: int, number: int) -> None:
        """Store which page of its file a page is."""
        self._update(page, "number", number)

    def set_failure(self, page: int, reason: str) -> None:
        """Store why a page could not be read."""
        self._update(page, "failure", reason)

    def _update(self, page: int, column: str, value: str | int) -> None:
        with self._open() as connection:
            connection.execute(f"UPDATE pages SET {column} = ? WHERE id = ?", (value, page))  # noqa: S608  a name of ours

    def pages(self) -> list[StoredPage]:
        """Return all pages, in the order in which they were added."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, name, path, number, document, failure FROM pages ORDER BY id"
            ).fetchall()
        return [_stored(row) for row in rows]

    def page(self, page: int) -> StoredPage | None:
        """Return a page; None if there is none of this number."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT id, name, path, number, document, failure FROM pages WHERE id = ?", (page,)
            ).fetchone()
        return None if row is None else _stored(row)

    def delete_page(self, page: int) -> None:
        """Delete a page with its corrections, and its picture if it is kept beside the file."""
        stored = self.page(page)
        with self._open() as connection:
            connection.execute("DELETE FROM pages WHERE id = ?", (page,))
            used = (
                stored is not None
                and connection.execute("SELECT 1 FROM pages WHERE path = ?", (str(stored.path),)).fetchone()
            )
        if stored is not None and not used and stored.path.parent == (self.folder / "pictures").absolute():
            stored.path.unlink(missing_ok=True)

    def correct(self, page: int, line: int, box: Box, text: str | None) -> None:
        """Store the right text of a line: "" if it is no writing, None to take corrections back.

        Raises
        ------
        DataError
            If there is no such page.
        """
        with self._open() as connection:
            connection.execute(_INSERT, (page, line, _packed(box), text, _now()))

    def replace_corrections(self, page: int, lines: Sequence[tuple[int, Box, str]]) -> None:
        """Take all corrections of a page back and store others in their place, all or nothing."""
        with self._open() as connection:
            rows: list[tuple[int, int, str, str | None, str]] = [
                (page, one.line, _packed(one.box), None, _now()) for one in self._last(connection, page)
            ]
            rows += [(page, line, _packed(box), text, _now()) for line, box, text in lines]
            connection.executemany(_INSERT, rows)

    def corrections(self, page: int) -> dict[int, Correction]:
        """Return the corrections of a page that count, by the number of their line."""
        with self._open() as connection:
            return {one.line: one for one in self._last(connection, page)}

    def _last(self, connection: sqlite3.Connection, page: int) -> list[Correction]:
        """Return the last correction of each line that has one."""
        rows = connection.execute(
            "SELECT line, box, text FROM corrections WHERE id IN "
            "(SELECT MAX(id) FROM corrections WHERE page = ? GROUP BY line) AND text IS NOT NULL "
            "ORDER BY line",
            (page,),
        ).fetchall()
        return [Correction(line, Box(*map(int, box.split())), text) for line, box, text in rows]

    def keep_crop(self, page: int, box: Box, picture: bytes) -> None:
        """Keep the part of a picture with a corrected line, as PNG."""
        with self._open() as connection:
            connection.execute("INSERT OR REPLACE INTO crops VALUES (?, ?, ?)", (page, _packed(box), picture))

    def crop(self, page: int, box: Box) -> bytes | None:
        """Return the part of a picture with a corrected line, as PNG; None if it is not kept."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT picture FROM crops WHERE page = ? AND box = ?", (page, _packed(box))
            ).fetchone()
        return None if row is None else bytes(row[0])

    def corrected_lines(self) -> int:
        """Return how many lines of all pages have a correction that counts."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT COUNT(*) FROM corrections WHERE text IS NOT NULL AND id IN "
                "(SELECT MAX(id) FROM corrections GROUP BY page, line)"
            ).fetchone()
        return int(row[0])


def _stored(row: tuple[Any, ...]) -> StoredPage:
    number, name, path, part, document, failure = row
    return StoredPage(number, name, Path(path), part, document or "", failure or "")


def _packed(box: Box) -> str:
    return f"{box.top} {box.left} {box.bottom} {box.right}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
