"""The errors that a user can meet: each one knows its exit code and says what to do next.

::

    OcrError            1   anything that went wrong and was foreseen
    ├── SettingError    2   an option or argument outside its range
    ├── ImageError      3   a picture that cannot be read
    ├── ModelError      4   a model that is missing, damaged or from another version
    ├── DataError       5   training or test data that is missing or damaged
    └── DivergedError   1   training ran away to infinity

A message has the form «what, where: found, expected; what to do». It is one line.

The one way in which this package refuses a number, or an argument of another type.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class OcrError(Exception):
    """Base of all foreseen errors.

    The message is one line without control characters, whatever names and values it quotes: a file name may
    hold what moves the cursor of a terminal, or looks like a second message.

    Attributes
    ----------
    exit_code : int
        What the command line returns when this error ends it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(printable(message))


class SettingError(OcrError):
    """An option or argument lies outside its range."""

    exit_code = 2


class ImageError(OcrError):
    """A picture cannot be opened, is too large, or is no picture at all."""

    exit_code = 3


class ModelError(OcrError):
    """A model file is missing, damaged, not trusted, or of a version this program does not know."""

    exit_code = 4


class DataError(OcrError):
    """Training or test data is missing, damaged, or does not fit together."""

    exit_code = 5


class DivergedError(OcrError):
    """The loss became infinite or not a number during training."""


def how_to_install(*libraries: str) -> str:
    """Return the end of a message about libraries that are not installed.

    It names the libraries, not an extra of this program: on PyPI the name ``ocr`` is another project's.

    >>> how_to_install("pillow-heif")
    'install with: pip install pillow-heif'
    """
    return f"install with: pip install {' '.join(libraries)}"


def printable(name: str) -> str:
    """Return a file name for one line of a message, with control characters and broken encoding escaped."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in name
    )


def counted(count: int, what: str) -> str:
    """Return a number of things, as in "1 page" and "2 pages"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def require_ranges(settings: object, ranges: Mapping[str, tuple[bool, str]]) -> None:
    """Refuse settings that are out of their range.

    Parameters
    ----------
    settings : object
        With the settings as attributes.
    ranges : mapping
        Name of a setting -> whether it fits, and what is expected.

    Raises
    ------
    SettingError
        With the first one that does not fit.
    """
    for name, (fits, expected) in ranges.items():
        if not fits:
            message = f"setting {name}: found {getattr(settings, name)!r}, expected {expected}; change it"
            raise SettingError(message)


def require_type(name: str, value: object, *types: type, expected: str) -> None:
    """Refuse an argument of another type.

    Parameters
    ----------
    name : str
        What the user calls it.
    value : object
        What was given.
    *types : type
        Those that are allowed. True and False are no numbers.
    expected : str
        What the message calls them.

    Raises
    ------
    SettingError
        If ``value`` is of none of them.
    """
    is_flag = isinstance(value, bool) and bool not in types
    if is_flag or not isinstance(value, types):
        shown = repr(value) if len(repr(value)) <= 60 else type(value).__name__
        message = f"{name}: found {shown}, expected {expected}"
        raise SettingError(message)


def require_range(name: str, value: float, low: float, high: float) -> None:
    """Refuse a setting outside its documented range.

    Parameters
    ----------
    name : str
        What the user calls it.
    value : float
        What was given; not-a-number lies outside every range.
    low, high : float
        The range, both ends allowed.

    Raises
    ------
    SettingError
        If ``value`` lies outside ``low .. high``.
    """
    require_type(name, value, Real, expected=f"a number from {low} to {high}")
    if not low <= value <= high:
        message = f"{name}: found {value}, expected {low} .. {high}; choose a value in that range"
        raise SettingError(message)
