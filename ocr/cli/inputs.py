"""What a user names on the command line: files, folders, patterns, lists and standard input, as pictures."""

from __future__ import annotations

import glob
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ocr.errors import ImageError, SettingError
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
    top : str or None
        Folder that was named: its files are called by their paths below it. Of what a list names that is the
        current one; empty where it names a whole path, None for what was named itself, by its name.
    """

    path: str
    error: ImageError | None = None
    top: str | None = None

    @property
    def is_stdin(self) -> bool:
        """Whether it comes by standard input."""
        return self.path == STDIN

    @property
    def name(self) -> str:
        """What messages call it."""
        return "standard input" if self.is_stdin else self.path

    @property
    def stem(self) -> str:
        """Name for files made from it."""
        return "stdin" if self.is_stdin else Path(self.path).stem

    @property
    def key(self) -> str:
        """What a file of its own is called in the folder of all of them, without an ending: "book/page"."""
        return "stdin" if self.is_stdin else self._below().with_suffix("").as_posix()

    @property
    def ending(self) -> str:
        """Of its own name: ".jpg"."""
        return "" if self.is_stdin else self._below().suffix

    def _below(self) -> PurePath:
        """Return a path that leads nowhere else, whatever ``path`` is."""
        # Not Path.absolute: it leaves "..".
        whole = PurePath(os.path.abspath(self.path))  # noqa: PTH100
        if self.top is None:
            return PurePath(whole.name)
        top = os.path.abspath(self.top) if self.top else whole.anchor  # noqa: PTH100
        return whole.relative_to(top if whole.is_relative_to(top) else whole.anchor)

    def content(self) -> str | bytes:
        """Return the path, or all bytes of standard input."""
        return sys.stdin.buffer.read() if self.is_stdin else self.path


def find_inputs(names: Sequence[str], *, recursive: bool = False) -> list[Input]:
    """List pictures in the order given, those of a folder or pattern in natural order (page2 before page10).

    Parameters
    ----------
    names : sequence of str
        Files, folders, patterns such as "scans/*.jpg" or "scans/**/*.jpg", "@list.txt" for a file that names
        files and folders, one a line, "@-" for such a list on standard input, or "-" for a picture there.
        What exists by its plain name is taken by that.
    recursive : bool
        Look into folders in folders too.

    Returns
    -------
    list of Input
        A folder without pictures is one input with an error; so is a pattern that nothing fits.

    Raises
    ------
    SettingError
        If a list cannot be read.
    """
    return [found for name in names for found in _inputs_of(name, recursive=recursive)]


def lists_among(names: Sequence[str]) -> list[str]:
    """Give the paths of the lists among what was named."""
    return [name[1:] for name in names if _is_list(name) and name[1:] != STDIN]


def _is_list(name: str) -> bool:
    return name.startswith("@") and len(name) > 1 and not os.path.lexists(name)


def _inputs_of(name: str, *, recursive: bool) -> Iterator[Input]:
    if _is_list(name):
        listed = _listed(name[1:])
        for one in listed:
            is_whole = os.path.isabs(one)  # noqa: PTH117
            yield from _pictures_of(one, recursive=recursive, top="" if is_whole else os.curdir)
        if not listed:
            yield Input(
                name, ImageError(f"list {printable(name[1:])}: is empty, expected a file name a line")
            )
    elif glob.has_magic(name) and "\0" not in name and not os.path.lexists(name):
        # Not Path.glob: it wants the folder apart from the pattern.
        matches = sorted(glob.glob(name, recursive=True), key=natural_order)  # noqa: PTH207
        # As from a folder: what lies beside the pictures is left out, unless nothing else fits.
        pictures = [one for one in matches if _is_picture(one) or os.path.isdir(one)]  # noqa: PTH112
        top = os.path.dirname(re.split(r"[*?[]", name, maxsplit=1)[0]) or os.curdir  # noqa: PTH120
        for one in pictures or matches:
            yield from _pictures_of(one, recursive=recursive, top=top)
        if not matches:
            message = f"pattern {printable(name)}: nothing fits it; is the path right?"
            yield Input(name, ImageError(message))
    else:
        yield from _pictures_of(name, recursive=recursive)


def _listed(path: str) -> list[str]:
    """Read the names in a list: one a line, or parted by zero bytes, as ``find -print0`` does.

    Raises
    ------
    SettingError
        If it cannot be read.
    """
    try:
        content = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
        message = f"list {printable(path)}: cannot be read ({reason}); expected a file name a line"
        raise SettingError(message) from None
    # Not as text: a name is whatever bytes the file system has.
    content = content.removeprefix(b"\xef\xbb\xbf")
    names = content.split(b"\0") if b"\0" in content else [line.strip() for line in content.splitlines()]
    return [os.fsdecode(b"./-" if name == b"-" else name) for name in names if name]


def _pictures_of(name: str, *, recursive: bool, top: str | None = None) -> Iterator[Input]:
    # os.path.isdir, not Path.is_dir: the empty name is no folder, and no name raises.
    if name == STDIN or not os.path.isdir(name):  # noqa: PTH112
        yield Input(name, top=top)
        return
    try:
        pictures = _pictures_in(name, recursive=recursive)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        yield Input(name, ImageError(f"folder {printable(name)}: cannot be listed ({reason})"))
        return
    for picture in pictures:
        yield Input(picture, top=name if top is None else top)
    if not pictures:
        hint = "" if recursive else "; --recursive looks into its folders"
        message = f"folder {printable(name)}: no pictures in it, expected names such as page1.jpg{hint}"
        yield Input(name, ImageError(message))


def _is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in PICTURE_SUFFIXES


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
            elif _is_picture(entry.name):
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
