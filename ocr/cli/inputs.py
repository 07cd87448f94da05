"""What a user names on the command line: files, folders and standard input, as one list of pictures."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import ImageError
from ocr.page.image_io import PICTURE_SUFFIXES, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One picture that was asked for.

    Attributes
    ----------
    path : str
        Of the file; "-" is standard input.
    error : ImageError or None
        Why it cannot even be tried: a folder without pictures.
    """

    path: str
    error: ImageError | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return "standard input" if self.path == STDIN else self.path

    @property
    def stem(self) -> str:
        """Name for files made from it."""
        return "stdin" if self.path == STDIN else Path(self.path).stem

    def content(self) -> str | bytes:
        """Return the path, or all bytes of standard input."""
        return sys.stdin.buffer.read() if self.path == STDIN else self.path


def find_inputs(names: Sequence[str], *, recursive: bool = False) -> list[Input]:
    """List pictures in the order given, those of a folder in natural order (page2 before page10).

    Parameters
    ----------
    names : sequence of str
        Files, folders, or "-".
    recursive : bool
        Look into folders in folders too.

    Returns
    -------
    list of Input
        A folder without pictures is one input with an error.
    """
    return [found for name in names for found in _inputs_of(name, recursive=recursive)]


def _inputs_of(name: str, *, recursive: bool) -> Iterator[Input]:
    # os.path.isdir, not Path.is_dir: the empty name is no folder, and no name raises.
    if name == STDIN or not os.path.isdir(name):  # noqa: PTH112
        yield Input(name)
        return
    try:
        pictures = _pictures_in(name, recursive=recursive)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        yield Input(name, ImageError(f"folder {printable(name)}: cannot be listed ({reason})"))
        return
    yield from map(Input, pictures)
    if not pictures:
        hint = "" if recursive else "; --recursive looks into its folders"
        message = f"folder {printable(name)}: no pictures in it, expected names such as page1.jpg{hint}"
        yield Input(name, ImageError(message))


def _pictures_in(folder: str, *, recursive: bool) -> list[str]:
    """Paths of the pictures in a folder, by the endings of their names; hidden files are left out."""
    pictures: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: natural_order(entry.name)):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                # Links to folders may run in circles.
                folders += [] if entry.is_symlink() else [entry.path]
            elif Path(entry.name).suffix.lower() in PICTURE_SUFFIXES:
                pictures.append(entry.path)
    for inner in folders if recursive else ():
        pictures += _pictures_in(inner, recursive=True)
    return pictures


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which page2 comes before page10, whatever the case of the letters.

    >>> sorted(["page10", "Page2", "page1"], key=natural_order)
    ['page1', 'Page2', 'page10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    # The end of a name sorts before a number, a number before a word; the name parts what is left equal.
    key = ((0, int(part), "") if part[0] in "0123456789" else (1, 0, part.casefold()) for part in parts)
    return (*key, (-1, 0, name))
