"""Open a picture from anywhere and turn it into gray: upright, paper bright, no larger than needed.

Sizes are checked before a pixel is decoded, and a JPEG is decoded at a half, a quarter or an eighth where
that is fine enough: decoding is what reading a large photo costs. Whatever a file holds, the outcome is a
picture or one :class:`~ocr.errors.ImageError` of one line.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image

from ocr.page.content import ImageSource, content_of, name_of
from ocr.page.damage import printable, readable
from ocr.page.formats import PICTURE_SUFFIXES, is_pdf
from ocr.page.frames import notes_on, open_page, orientation, reopen
from ocr.page.limits import check_size, most_pixels, own_limits
from ocr.page.pdf import render_pdf_page
from ocr.page.to_gray import reduced_gray

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PICTURE_SUFFIXES", "GrayBytes", "ImageSource", "Picture", "printable"]

GrayBytes: TypeAlias = "NDArray[np.uint8]"

# What undoes each value of the orientation tag.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = {5, 6, 7, 8}
# A picture is looked at in several ways, turned and in parts: up to so many pixels are not decoded again.
_MOST_KEPT = 4_000_000


class Picture:
    """An opened picture that decodes itself to gray at the size asked for.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        An array is (H, W) or (H, W, 3 or 4): uint8, uint16, bool, or float in [0, 1]. For a file of several
        pages see :class:`ocr.page.album.Album`.
    name : str
        What error messages call it.
    page : int, optional
        Which page of the file, 1 is the first; its main picture if left out.

    Attributes
    ----------
    source : str
        The name as given, or the path.
    name : str
        The same, with the page if one was given.
    width, height : int
        Upright, in pixels.
    format : str or None
        "JPEG", "PNG", "PDF", ...; None for arrays.
    notes : tuple of str
        What a user should know, such as that only the first of several pages is read.
    quarters : int
        Quarters of a full turn, anticlockwise, beyond what the orientation tag says; see :meth:`turned`.

    Raises
    ------
    ImageError
        If it is missing, no picture, damaged, empty or larger than 256 megapixels (100 where it is neither
        JPEG nor a gray scan), if it has no such page, or if the library that opens it is not installed.
    """

    def __init__(self, source: ImageSource, *, name: str | None = None, page: int | None = None) -> None:
        self.source = name or name_of(source)
        self.name = self.source if page is None else f"{self.source} page {page}"
        with readable(self.name):
            content = content_of(source, self.name)
            if isinstance(content, bytes) and is_pdf(content):
                # Drawn at once: PDFium is not asked again, at whatever size the page is looked at.
                self._content: bytes | Image.Image = render_pdf_page(content, self.name, page=page or 1)
                self.format: str | None = "PDF"
                page = None
            else:
                self._content, self.format = content, None
            with own_limits(self.name):
                image, self._frame = open_page(self._content, self.name, page=page)
                width, height = image.size
                check_size(width, height, self.name, most=most_pixels(image))
                self.format = self.format or image.format
                self._orientation = orientation(image)
                ours = image is not self._content
                self.notes = notes_on(image, may_move=ours) if page is None else ()
        turned = self._orientation in _TURNED
        self.height, self.width = (width, height) if turned else (height, width)
        self.quarters = 0
        self._kept: dict[int | None, GrayBytes] = {}

    def turned(self, quarters: int) -> Picture:
        """Return the picture turned anticlockwise by so many quarters of a full turn."""
        other = copy.copy(self)
        other.quarters = (self.quarters + quarters) % 4
        if quarters % 2:
            other.width, other.height = self.height, self.width
        return other

    def gray(self, *, at_least_px: int | None = None) -> GrayBytes:
        """Decode to gray, upright as the camera's orientation tag says, on white where it is transparent.

        Parameters
        ----------
        at_least_px : int, optional
            The longer side may be reduced to a size not below this; the full size if left out.

        Returns
        -------
        (H, W) uint8 array
            0 black .. 255 paper. Its sides are those of the picture divided by a power of two, rounded up.

        Raises
        ------
        ImageError
            If the picture is damaged.
        """
        upright = self._kept.get(at_least_px)
        if upright is None:
            upright = self._upright(at_least_px)
            if upright.size <= _MOST_KEPT:
                self._kept[at_least_px] = upright
        return np.rot90(upright, self.quarters).copy()

    def _upright(self, at_least_px: int | None) -> GrayBytes:
        with readable(self.name), own_limits(self.name):
            image = reopen(self._content, self.name, frame=self._frame)
            gray = reduced_gray(image, at_least_px)
        turn = _UPRIGHT.get(self._orientation)
        return np.asarray(gray if turn is None else gray.transpose(turn))
