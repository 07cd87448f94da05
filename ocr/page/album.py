"""The pages of one file, one in memory at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from ocr.page.content import ImageSource, content_of, name_of
from ocr.page.damage import readable
from ocr.page.formats import is_pdf
from ocr.page.frames import open_page, page_count
from ocr.page.image_io import Picture
from ocr.page.limits import own_limits
from ocr.page.page_ranges import PageRanges
from ocr.page.pdf import pdf_page_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.page.page_ranges import PagesAsked


class Album:
    """An opened file with its pages; a picture is an album of one page.

    All pages of a PDF and of a TIFF are read. Of everything else it is the main picture: what such a file
    holds beside it are moments of an animation, or pictures for machines, such as previews, depth maps and
    the other eye. These are read where ``pages`` asks for them.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        See :class:`~ocr.page.image_io.Picture`. A PIL image is one page: the one that it is at.
    name : str, optional
        What error messages call it.
    pages : str, int, iterable of int or PageRanges, optional
        Which pages, 1 is the first: see :meth:`ocr.page.page_ranges.PageRanges.parse`.

    Attributes
    ----------
    name : str
        As given, or the path.
    numbers : tuple of int
        Pages that are read, 1 is the first.

    Raises
    ------
    SettingError
        If ``pages`` is no list of pages.
    ImageError
        If it is missing, no picture, damaged or without these pages, or the library that opens it is not
        installed.
    """

    def __init__(
        self, source: ImageSource, *, name: str | None = None, pages: PagesAsked | None = None
    ) -> None:
        ranges = None if pages is None else PageRanges.parse(pages)
        self.name = name or name_of(source)
        with readable(self.name):
            self._content = content_of(source, self.name)
            total = self._count(is_asked=ranges is not None)
        self.numbers = tuple(range(1, total + 1)) if ranges is None else ranges.of(total, self.name)
        self._has_pages = total > 1

    def _count(self, *, is_asked: bool) -> int:
        """Count the pages; unless they are asked for, a file that is no document counts for one."""
        if isinstance(self._content, Image.Image):
            return 1
        if is_pdf(self._content):
            return pdf_page_count(self._content, self.name)
        with own_limits(self.name):
            image, _ = open_page(self._content, self.name, page=None)
            return page_count(image) if is_asked or image.format == "TIFF" else 1

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Picture]:
        return map(self.picture, self.numbers)

    def picture(self, number: int) -> Picture:
        """Open a page.

        Parameters
        ----------
        number : int
            One of :attr:`numbers`.

        Raises
        ------
        ImageError
            If this page is damaged or too large; the others may be sound.
        """
        return Picture(self._content, name=self.name, page=number if self._has_pages else None)
