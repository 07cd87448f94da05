"""Pictures of pages, for the formats that show them: upright, in the size that the boxes were found in."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from ocr.errors import ImageError, SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.document import PagePicture
    from ocr.document.tree import Document, Page

_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}

# Formats that Pillow decodes by itself; others, such as EPS, it would hand to an external program.
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "PPM")


def one_per_page(
    document: Document, pictures: Sequence[PagePicture | None] | None
) -> list[PagePicture | None]:
    """Return a picture or None for each page.

    Raises
    ------
    SettingError
        If there are pictures, but not one (or None) for each page.
    """
    if pictures is None:
        return [None] * len(document.pages)
    if len(pictures) != len(document.pages):
        message = (
            f"pictures: found {len(pictures)}, expected one for each of {len(document.pages)} pages; "
            "give None for a page without one"
        )
        raise SettingError(message)
    return list(pictures)


def jpeg_of(picture: PagePicture, page: Page, *, quality: int, longest_px: int | None = None) -> bytes:
    """Return the picture of a page as JPEG: upright, on white where it is transparent, gray if it is gray.

    Parameters
    ----------
    picture : path or PIL image
    page : Page
        Whose boxes are to fit.
    quality : int
        Of JPEG, 1 .. 95.
    longest_px : int, optional
        The longer side is reduced to this.

    Raises
    ------
    ImageError
        If it cannot be opened.
    SettingError
        If its size is not that of the page.
    """
    name = "picture" if isinstance(picture, Image.Image) else os.fspath(picture)
    try:
        if isinstance(picture, Image.Image):
            upright = _upright(picture, page, name)
        else:
            with Image.open(Path(picture), formats=_FORMATS) as opened:
                upright = _upright(opened, page, name)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        message = f"{name}: cannot be read ({error}); give the picture that was read"
        raise ImageError(message) from None
    if longest_px is not None:
        upright.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    # A comment of the file may say who took it, or anything: it is not part of the picture.
    upright.save(stream, "jpeg", quality=quality, optimize=True, comment=b"")
    return stream.getvalue()


def _upright(image: Image.Image, page: Page, name: str) -> Image.Image:
    """Return a copy, turned as the tag and the page say, in gray or RGB without transparency."""
    turned = ImageOps.exif_transpose(image)
    if page.turned_deg:
        turned = turned.transpose(_TURNS[page.turned_deg])
    if turned.size != (page.width, page.height):
        message = (
            f"{name}: found {turned.width} x {turned.height} pixels, expected {page.width} x {page.height} "
            "as in the document; give the picture that was read"
        )
        raise SettingError(message)
    if turned.has_transparency_data:
        layer = turned.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    if turned.mode.startswith("I;16"):
        return turned.point(lambda value: value / 256).convert("L")
    gray = turned.mode in {"1", "L"}
    return turned.convert("L" if gray else "RGB")
