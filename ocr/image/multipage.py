"""Files of several pages: count them, open one, and parse which of them are wanted ("1,3-5", "-5", "7-")."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

from PIL import ExifTags, Image

from ocr.errors import SettingError, require_type
from ocr.image.decoding import open_image
from ocr.image.limits import DECODER_ERRORS, picture_error
from ocr.image.tiff_pages import find_directories, is_tiff, starting_at

PagesAsked: TypeAlias = Union[str, int, Iterable[int], "PageRanges"]

ANIMATIONS = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
"""Formats whose later pictures are made from those before."""

_EXPECTED = "expected numbers from 1 on and ranges, such as 1,3-5 or 7-"
# Nine digits hold more pages than any file.
_RANGE = re.compile(r"\s*(?:([0-9]{1,9})|([0-9]{1,9})?\s*-\s*([0-9]{1,9})?)\s*")


def page_count(image: Image.Image) -> int:
    """Count the pages of an opened picture.

    Previews and masks in a TIFF are no pages; all that follows the first page that cannot be found counts as
    one. An animation has one page for each of its pictures.
    """
    return len(find_frames(image))


def find_frames(image: Image.Image) -> Sequence[int]:
    """Find the frames of an opened picture that are pages: their numbers, or where they begin in a TIFF."""
    stream = getattr(image, "fp", None)
    if image.format == "TIFF" and isinstance(stream, io.BytesIO):
        return tuple(find_directories(stream.getvalue()))
    return range(getattr(image, "n_frames", 1))


def open_page(
    content: bytes | Image.Image, name: str, *, page: int | None, frames: Sequence[int] | None = None
) -> tuple[Image.Image, int | None]:
    """Open one picture of a file, without decoding it.

    Parameters
    ----------
    content : bytes or PIL image
        A PIL image has one page, its current frame.
    name : str
        Its name in error messages.
    page : int or None
        1 is the first; None is the main picture.
    frames : sequence of int, optional
        From :func:`find_frames`; they are searched for if left out. A PIL image is one of them then.

    Returns
    -------
    image : PIL image
    frame : int or None
        For :func:`reopen`.

    Raises
    ------
    ImageError
        If there is no such page.
    OSError, SyntaxError, ...
        Whatever Pillow raises; see :func:`ocr.image.limits.as_image_error`.
    """
    is_open = isinstance(content, Image.Image) and (page == 1 or frames is not None)
    if page is None or is_open:
        return reopen(content, name, frame=None), None
    if frames is None:
        frames = (0,) if isinstance(content, Image.Image) else find_frames(open_image(content, name))
    if len(frames) < page:
        pages = "1 page" if len(frames) == 1 else f"{len(frames)} pages"
        raise picture_error(name, f"found {pages}, expected at least {page}")
    return reopen(content, name, frame=frames[page - 1]), frames[page - 1]


def reopen(content: bytes | Image.Image, name: str, *, frame: int | None) -> Image.Image:
    """Open the frame that :func:`open_page` returned again, for decoding; raises what that raises."""
    if isinstance(content, Image.Image):
        return content
    if frame is not None and is_tiff(content):
        # Not by seek: Pillow would walk over all pages before it.
        return open_image(starting_at(content, frame), name)
    image = open_image(content, name)
    if frame is not None:
        image.seek(frame)
    return image


def orientation(image: Image.Image) -> int:
    """Return the orientation tag, 1 .. 8; 1 if there is none or tags are damaged: pixels may be intact."""
    if image.format == "TIFF":
        return 1  # Pillow turns these by itself, and its size is upright already.
    try:
        # Not image.getexif(): for a PNG that decodes all pixels to find the tags behind them.
        value = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
    except (OSError, *DECODER_ERRORS):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def notes_on(image: Image.Image, *, may_move: bool) -> tuple[str, ...]:
    """Return a note for the user if a file contains more than the one picture that is read.

    Parameters
    ----------
    image : PIL image
    may_move : bool
        Whether it may be left at another frame.
    """
    try:
        if image.format == "TIFF":
            pages = page_count(image) if may_move else getattr(image, "n_frames", 1)
            return (f"has {pages} pages; only one was read",) if pages > 1 else ()
        if image.format == "HEIF" and (pictures := getattr(image, "n_frames", 1)) > 1:
            return (f"holds {pictures} pictures; only the main one was read",)
        # The preview or depth map behind the photo in a phone's JPEG needs no note.
        if image.format in ANIMATIONS and getattr(image, "is_animated", False):
            return ("is an animation; only its first picture was read",)
    except (OSError, *DECODER_ERRORS):
        return ()  # What follows the first picture is damaged, and is not read.
    return ()


@dataclass(frozen=True, slots=True)
class PageRanges:
    """Pages of a file that are wanted.

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
        """Parse which pages a user wants.

        Parameters
        ----------
        pages : str, int, iterable of int or PageRanges
            In text, numbers and ranges are separated by commas: "1,3-5" is 1, 3, 4 and 5, "-5" the first five
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
            require_type("pages", pages, Iterable, expected="numbers and ranges, such as '1,3-5'")
            text = ",".join(map(str, pages))
        return cls(text, tuple(_parsed(part, text) for part in text.split(",")))

    def of(self, total: int, name: str) -> tuple[int, ...]:
        """Return the wanted pages of a file, each once, in the order in which they were named.

        Parameters
        ----------
        total : int
            Pages that the file has.
        name : str
            Its name in the error message.

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
    """Parse one number or range of a list of pages."""
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
    """Return the error for a list of pages that cannot be parsed."""
    shown = text if text.isprintable() and len(text) <= 60 else f"{text[:60]!r}"
    return SettingError(f"pages {shown}: {reason}")
