"""Read a list of words, such as names and terms, from a text file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import SettingError

if TYPE_CHECKING:
    import os

# A list of a million words; more is a mistake.
_MOST_BYTES = 10_000_000


def load_words(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Read a list of words: UTF-8, one word a line; lines that start with # are comments.

    A line of several words, such as a full name, counts as so many words.

    Raises
    ------
    SettingError
        If the file is missing, cannot be read, is larger than 10 MB or is no text.
    """
    shown = _printable(path)
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        message = f"words {shown}: no such file; is the path right?"
        raise SettingError(message) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        message = f"words {shown}: cannot be read ({reason}); expected a text file"
        raise SettingError(message) from None
    if len(content) > _MOST_BYTES:
        message = f"words {shown}: larger than 10 MB; leave out the words that the language knows"
        raise SettingError(message)
    lines = _decoded(content, shown).splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


def _decoded(content: bytes, shown: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        message = f"words {shown}: line {number} is not UTF-8, expected a text file with one word a line"
        raise SettingError(message) from None
    if "\0" in text:
        message = f"words {shown}: found a binary file, expected UTF-8 text with one word a line"
        raise SettingError(message)
    return text


def _printable(path: str | os.PathLike[str]) -> str:
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in str(path)
    )
