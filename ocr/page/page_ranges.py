"""Which pages of a file are wanted: "1,3-5", "-5", "7-"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, Union

from ocr.errors import SettingError
from ocr.page.damage import picture_error

PagesAsked: TypeAlias = Union[str, int, Iterable[int], "PageRanges"]

_EXPECTED = "expected numbers from 1 on and ranges, such as 1,3-5 or 7-"
# Nine digits hold more pages than any file.
_RANGE = re.compile(r"\s*(?:([0-9]{1,9})|([0-9]{1,9})?\s*-\s*([0-9]{1,9})?)\s*")


@dataclass(frozen=True, slots=True)
class PageRanges:
    """Pages that were asked for.

    Attributes
    ----------
    text : str
        As the user wrote it.
    ranges : tuple of (int, int or None, bool)
        First page, last page or None for the end of the file, and whether the last page must be there.
    """

    text: str
    ranges: tuple[tuple[int, int | None, bool], ...]

    @classmethod
    def parse(cls, pages: PagesAsked) -> PageRanges:
        """Read what a user asks for.

        Parameters
        ----------
        pages : str, int, iterable of int or PageRanges
            In text, numbers and ranges are parted by commas: "1,3-5" is 1, 3, 4 and 5, "-5" the first five
            or as many as there are, "7-" all from 7 on.

        Raises
        ------
        SettingError
            If it is no list of pages.
        """
        if isinstance(pages, PageRanges):
            return pages
        if isinstance(pages, int):
            text = str(pages)
        elif isinstance(pages, str):
            text = pages
        else:
            text = ",".join(map(str, pages))
        return cls(text, tuple(_parsed(part, text) for part in text.split(",")))

    def of(self, total: int, name: str) -> tuple[int, ...]:
        """Pages of a file, each once, in the order asked for.

        Parameters
        ----------
        total : int
            Pages that the file has.
        name : str
            What the error message calls it.

        Raises
        ------
        ImageError
            If the file ends before one of them.
        """
        most = max(max(first, last or 0) if must else first for first, last, must in self.ranges)
        if most > total:
            found = "1 page" if total == 1 else f"{total} pages"
            reason = f"found {found}, expected at least {most} for pages {self.text}; ask for others"
            raise picture_error(name, reason)
        spans = (range(first, min(last or total, total) + 1) for first, last, _ in self.ranges)
        return tuple(dict.fromkeys(page for span in spans for page in span))


def _parsed(part: str, text: str) -> tuple[int, int | None, bool]:
    found = _RANGE.fullmatch(part)
    if found is None or part.strip() == "-":
        raise _error(text, f"found {part.strip()!r}, {_EXPECTED}")
    one, start, end = found.groups()
    if one is not None:
        start = end = one
    first, last = int(start or 1), None if end is None else int(end)
    if first < 1 or last == 0:
        raise _error(text, "found page 0, the first is page 1")
    if last is not None and last < first:
        raise _error(text, f"found {part.strip()}, expected the lower page first: {last}-{first}")
    return first, last, start is not None


def _error(text: str, reason: str) -> SettingError:
    shown = text if text.isprintable() and len(text) <= 60 else f"{text[:60]!r}"
    return SettingError(f"pages {shown}: {reason}")
