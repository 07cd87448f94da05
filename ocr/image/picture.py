"""Open a picture, or the pages of a file one after the other, and decode them to gray: upright, 8 bits.

Sizes are checked before a pixel is decoded, and a JPEG is decoded at a half, a quarter or an eighth of its
size where that is fine enough: decoding takes most of the time of reading a large photo. Any mode of Pillow
is converted; what is transparent becomes white paper, or a black board if the ink is light. Whatever a file
contains, the result is a picture or one :class:`~ocr.errors.ImageError` of one line.
"""

from __future__ import annotations

import copy
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocr.image.colours import small_colours
from ocr.image.decoding import is_pdf
from ocr.image.dithering import without_dithering
from ocr.image.limits import as_image_error, check_size, most_pixels, pillow_limits
from ocr.image.margin import with_paper_around
from ocr.image.multipage import ANIMATIONS, PageRanges, find_frames, notes_on, open_page, orientation, reopen
from ocr.image.sources import ImageSource, content_of, name_of
from ocr.numeric import quantile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import ColourBytes, GrayBytes
    from ocr.image.multipage import PagesAsked


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
# A picture is used several times, turned and in parts: one of up to so many pixels is not decoded again.
_MOST_KEPT = 4_000_000

# Pictures that take several bytes a pixel on their way to gray are converted in strips of about so many.
_STRIP_PIXELS = 1_000_000
# Ink on a transparent ground is light if nearly all that can be seen is brighter than this: a sheet that was
# cut out has dark ink on it. It is judged on so many pixels, those that are at least so opaque, and covers no
# more than this share of the picture.
_LIGHT, _DARKEST_INK, _INK_SAMPLES = 127, 0.02, 250_000
_VISIBLE, _MOST_INK = 127, 0.5


class Picture:
    """An opened picture that decodes itself to gray at the size asked for.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        An array is (H, W) or (H, W, 3 or 4): uint8, uint16, bool, or float in [0, 1]. For a file of several
        pages see :class:`ocr.image.picture.Album`.
    name : str
        Its name in error messages.
    page : int, optional
        Which page of the file, 1 is the first; its main picture if left out.
    frames : sequence of int, optional
        Where the pages of the file are, if that is known, as in an album.

    Attributes
    ----------
    source : str
        The name as given, or the path.
    name : str
        The same, with the number of the page if there is one.
    width, height : int
        Upright, in pixels.
    format : str or None
        "JPEG", "PNG", "PDF", ...; None for arrays.
    notes : tuple of str
        What a user should know, such as that only the first of several pages is read.
    quarters : int
        Quarters of a full turn, anticlockwise, in addition to the orientation tag; see :meth:`turned`.
    margin_px : int
        Width of the paper that was added on all sides; ``width`` and ``height`` include it. See
        :meth:`with_margin`.

    Raises
    ------
    ImageError
        If it is missing, no picture, damaged, empty or larger than 256 megapixels (50 or 100 if it is neither
        JPEG nor a gray scan), if it has no such page, or if the library that opens it is not installed.
    """

    def __init__(
        self,
        source: ImageSource,
        *,
        name: str | None = None,
        page: int | None = None,
        frames: Sequence[int] | None = None,
    ) -> None:
        self.source = name or name_of(source)
        self.name = self.source if page is None else f"{self.source} page {page}"
        with as_image_error(self.name):
            content = content_of(source, self.name)
            if isinstance(content, bytes) and is_pdf(content):
                # Late: other files need no processes.
                from ocr.image.pdf import render_pdf_page

                # Rendered at once: PDFium is not called again, at whatever size the page is used.
                self._content: bytes | Image.Image = render_pdf_page(content, self.name, page=page or 1)
                self.format: str | None = "PDF"
                page = None
            else:
                self._content, self.format = content, None
            with pillow_limits(self.name):
                image, self._frame = open_page(self._content, self.name, page=page, frames=frames)
                width, height = image.size
                check_size(width, height, self.name, most=most_pixels(image))
                self.format = self.format or image.format
                self._orientation = orientation(image)
                ours = image is not self._content
                self.notes = notes_on(image, may_move=ours) if page is None else ()
        turned = self._orientation in _TURNED
        self.height, self.width = (width, height) if turned else (height, width)
        self.quarters = self.margin_px = 0
        self._kept: dict[int | None, GrayBytes] = {}
        self._colours: list[ColourBytes] = []

    def turned(self, quarters: int) -> Picture:
        """Return the picture turned anticlockwise by so many quarters of a full turn."""
        other = copy.copy(self)
        other.quarters = (self.quarters + quarters) % 4
        if quarters % 2:
            other.width, other.height = self.height, self.width
        return other

    def with_margin(self, margin_px: int) -> Picture:
        """Return the picture with paper added on all sides; see :mod:`ocr.image.margin`."""
        other = copy.copy(self)
        other.margin_px = self.margin_px + margin_px
        other.height, other.width = self.height + 2 * margin_px, self.width + 2 * margin_px
        return other

    def gray(self, *, at_least_px: int | None = None) -> GrayBytes:
        """Decode to gray, upright by the orientation tag of the camera, on the ground of the ink.

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
        longest = max(self.height, self.width)
        inner = longest - 2 * self.margin_px
        if at_least_px is not None and self.margin_px:
            at_least_px = ceil(at_least_px * inner / longest)
        upright = self._kept.get(at_least_px)
        if upright is None:
            upright = self._upright(at_least_px)
            if upright.size <= _MOST_KEPT:
                self._kept[at_least_px] = upright
        turned = np.rot90(upright, self.quarters)
        margin_px = round(self.margin_px * max(turned.shape) / inner)
        return with_paper_around(turned, margin_px) if margin_px else turned.copy()

    def colours(self, *, at_least_px: int) -> ColourBytes:
        """Decode to a small picture in colour, without a margin, as it is turned.

        Parameters
        ----------
        at_least_px : int
            As for :meth:`gray`, which need not decode a picture again that was decoded to this size.

        Returns
        -------
        (H, W, 3) uint8 array
            Red, green and blue; the longer side is `ocr.image.colours.COLOURS_PX`.

        Raises
        ------
        ImageError
            If the picture is damaged.
        """
        if not self._colours:
            self._kept[at_least_px] = self._upright(at_least_px, in_colour=True)
        return np.rot90(self._colours[0], self.quarters)

    def _upright(self, at_least_px: int | None, *, in_colour: bool = False) -> GrayBytes:
        """Decode and turn by the orientation tag; keep a small picture in colour beside it if asked for."""
        turn = _UPRIGHT.get(self._orientation)
        with as_image_error(self.name), pillow_limits(self.name):
            image = reopen(self._content, self.name, frame=self._frame)
            gray = reduced_gray(image, at_least_px, in_colour=in_colour)
            if in_colour:
                colours = Image.fromarray(small_colours(image, gray))
                self._colours.append(np.asarray(colours if turn is None else colours.transpose(turn)))
        return np.asarray(gray if turn is None else gray.transpose(turn))


def reduced_gray(image: Image.Image, at_least_px: int | None, *, in_colour: bool = False) -> Image.Image:
    """Decode to 8-bit gray and halve it while its longer side stays at or above ``at_least_px``.

    Parameters
    ----------
    image : PIL image
        Of any mode; a JPEG that is not decoded yet is decoded reduced.
    at_least_px : int or None
        The full size for None.
    in_colour : bool
        Decode the colours of a JPEG, too.

    Returns
    -------
    PIL image
        Of mode L. Its sides are divided by a power of two, rounded up.
    """
    # Only JPEG: the draft of others is another picture, such as the preview in a HEIC.
    if at_least_px is not None and image.format in {"JPEG", "MPO"}:
        factor = at_least_px / max(image.size)
        mode = "YCbCr" if in_colour and image.mode == "RGB" else "L"
        image.draft(mode, (max(1, int(image.width * factor)), max(1, int(image.height * factor))))
    gray = _to_gray(image)
    if image.format not in {"JPEG", "MPO"}:
        gray = without_dithering(gray)
    step = 1
    while at_least_px is not None and max(gray.size) // (2 * step) >= at_least_px:
        step *= 2
    # Reducing by one would copy.
    return gray if step == 1 else gray.reduce(step)


def _to_gray(image: Image.Image) -> Image.Image:
    """Convert a picture of any mode to 8-bit gray."""
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_to_gray(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        return _on_ground(image)
    if image.mode == "L":
        return image
    if image.mode in {"RGB", "1", "CMYK", "YCbCr"}:
        return image.convert("L")
    return image.convert("RGB").convert("L")


def _on_ground(image: Image.Image) -> Image.Image:
    """Convert a transparent picture to gray on its ground."""
    level = ground_of(image)
    gray = Image.new("L", image.size)
    for top, strip in _strips(image):
        layer = strip if strip.mode == "RGBA" else strip.convert("RGBA")
        ground = Image.new("L", layer.size, level)
        gray.paste(Image.composite(layer.convert("L"), ground, layer.getchannel("A")), (0, top))
    return gray


def ground_of(image: Image.Image) -> int:
    """Return the gray of the ground of a transparent picture: 255, white paper; 0 for light ink."""
    step = max(1, round((image.width * image.height / _INK_SAMPLES) ** 0.5))
    visible, count = [], 0
    for top, strip in _strips(image):
        layer = strip if strip.mode == "RGBA" else strip.convert("RGBA")
        samples = np.s_[-top % step :: step, ::step]
        gray, opacity = np.asarray(layer.convert("L"))[samples], np.asarray(layer.getchannel("A"))[samples]
        visible.append(gray[opacity > _VISIBLE])
        count += gray.size
    ink = np.concatenate(visible)
    is_ink = 0 < ink.size < _MOST_INK * count
    return 0 if is_ink and quantile(ink, _DARKEST_INK) > _LIGHT else 255


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Cut a picture into strips of all columns, each with its first row: what is made of one stays small."""
    rows = max(1, _STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _deep_to_gray(image: Image.Image) -> Image.Image:
    """Convert 16-bit, 32-bit and float pictures to 8 bits by the smallest usual full scale that is enough."""
    full_scale = 65535.0 if image.mode.startswith("I;16") else _full_scale(image)
    gray = Image.new("L", image.size)
    for top, strip in _strips(image):
        values = np.asarray(strip).astype(np.float32)
        clean = np.nan_to_num(values, nan=full_scale, posinf=full_scale, neginf=0.0)
        levels = np.rint(np.clip(clean / full_scale, 0, 1) * 255).astype(np.uint8)
        gray.paste(Image.fromarray(levels), (0, top))
    return gray


def _full_scale(image: Image.Image) -> float:
    """Return the value of white: the smallest usual one that no finite value exceeds, else the largest."""
    top = 0.0
    for _, strip in _strips(image):
        values = np.asarray(strip).astype(np.float32)
        top = max(top, float(values.max(where=np.isfinite(values), initial=0.0)))
    return next((scale for scale in (1.0, 255.0, 65535.0) if top <= scale), top)


class Album:
    """An opened file with its pages; a picture is an album of one page.

    All pages of a PDF and of a TIFF are read. Of all other files the main picture is read: what else they
    contain are the pictures of an animation, or previews, depth maps and the other eye of a stereo photo.
    These are read if ``pages`` names them.

    Parameters
    ----------
    source : path, bytes, PIL image or array
        See :class:`~ocr.image.picture.Picture`. A PIL image is one page: its current frame.
    name : str, optional
        Its name in error messages.
    pages : str, int, iterable of int or PageRanges, optional
        Which pages, 1 is the first: see :meth:`ocr.image.multipage.PageRanges.parse`.

    Attributes
    ----------
    name : str
        As given, or the path.
    numbers : tuple of int
        Numbers of the pages that are read, 1 is the first.

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
        self._frames: Sequence[int] | None = None
        self._animation: Image.Image | None = None
        with as_image_error(self.name):
            self._content = content_of(source, self.name)
            total = self._count(all_frames=ranges is not None)
        self.numbers = tuple(range(1, total + 1)) if ranges is None else ranges.of(total, self.name)
        self._has_pages = total > 1

    def _count(self, *, all_frames: bool) -> int:
        """Count the pages; without ``all_frames`` a file that is no document has one."""
        if isinstance(self._content, Image.Image):
            return 1
        if is_pdf(self._content):
            from ocr.image.pdf import pdf_page_count

            return pdf_page_count(self._content, self.name)
        with pillow_limits(self.name):
            image, _ = open_page(self._content, self.name, page=None)
            if not (all_frames or image.format == "TIFF"):
                return 1
            # Once for all pages.
            self._frames = find_frames(image)
            if image.format in ANIMATIONS:
                self._animation = image
            return len(self._frames)

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
            If this page is damaged or too large; the others may be intact.
        """
        page = number if self._has_pages else None
        content = self._content if self._animation is None else self._frame_of(self._animation, number)
        return Picture(content, name=self.name, page=page, frames=self._frames)

    def _frame_of(self, animation: Image.Image, number: int) -> Image.Image:
        """Return a frame of an animation: each is made from the one before, so the file stays open."""
        name = f"{self.name} page {number}"
        with as_image_error(name), pillow_limits(name):
            check_size(*animation.size, name, most=most_pixels(animation))
            animation.seek(number - 1)
            frame = animation.copy()
            frame.format = animation.format
            return frame
