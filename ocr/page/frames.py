"""Files of several pictures: how many pages they have, and the one that is asked for."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from PIL import ExifTags, Image

from ocr.page.damage import DAMAGE, picture_error
from ocr.page.formats import open_image

if TYPE_CHECKING:
    from collections.abc import Iterator

# Tag of a TIFF page and its bits for what is no page: a preview of another one, and a mask.
_SUBFILE_TYPE = 254
_PREVIEW_OR_MASK = 1 | 4


def page_count(image: Image.Image) -> int:
    """Count the pages of an opened picture; those from the first that cannot be found on count as one.

    Previews and masks in a TIFF are no pages. An animation has one page for each of its pictures.
    """
    return sum(1 for _ in _frames(image))


def open_page(content: bytes | Image.Image, name: str, *, page: int | None) -> tuple[Image.Image, int | None]:
    """Open one picture of a file, without decoding it.

    Parameters
    ----------
    content : bytes or PIL image
        A PIL image has one page, the one it is at.
    name : str
        What error messages call it.
    page : int or None
        1 is the first; None is the main picture.

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
        Whatever Pillow raises; see :func:`ocr.page.damage.readable`.
    """
    image = reopen(content, name, frame=None)
    if page is None or (page == 1 and isinstance(content, Image.Image)):
        return image, None
    frames = iter((0,)) if isinstance(content, Image.Image) else _frames(image)
    found = list(islice(frames, page))
    if len(found) < page:
        pages = "1 page" if len(found) == 1 else f"{len(found)} pages"
        raise picture_error(name, f"found {pages}, expected at least {page}")
    return reopen(content, name, frame=found[-1]), found[-1]


def reopen(content: bytes | Image.Image, name: str, *, frame: int | None) -> Image.Image:
    """Open the frame that :func:`open_page` gave once more, for decoding; raises what that raises."""
    if isinstance(content, Image.Image):
        return content
    image = open_image(content, name)
    if frame is not None:
        image.seek(frame)
    return image


def _frames(image: Image.Image) -> Iterator[int]:
    """Numbers of the frames that are pages, found one after the other."""
    if image.format != "TIFF":
        yield from range(getattr(image, "n_frames", 1))
        return
    yield 0
    frame, lost = 1, 0
    # After a page of an unknown kind others may follow; after two, the way to the next is lost.
    while lost < 2:
        try:
            image.seek(frame)
        except EOFError:
            return
        except (OSError, *DAMAGE):
            lost += 1
            if lost == 1:
                yield frame
        else:
            lost = 0
            kind = getattr(image, "tag_v2", {}).get(_SUBFILE_TYPE, 0)
            if not (isinstance(kind, int) and kind & _PREVIEW_OR_MASK):
                yield frame
        frame += 1


def orientation(image: Image.Image) -> int:
    """Orientation tag, 1 .. 8; 1 where there is none or the tags are damaged: the pixels may be sound."""
    if image.format == "TIFF":
        return 1  # Pillow turns these by itself, and has the size upright already.
    try:
        # Not image.getexif(): for a PNG that decodes all pixels, in search of tags behind them.
        value = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
    except (OSError, *DAMAGE):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def notes_on(image: Image.Image, *, may_move: bool) -> tuple[str, ...]:
    """Say so where a file holds more than its main picture, which alone is read.

    Parameters
    ----------
    image : PIL image
    may_move : bool
        Whether it is ours, and may be left at another frame.
    """
    try:
        if image.format == "TIFF":
            pages = page_count(image) if may_move else getattr(image, "n_frames", 1)
            return (f"has {pages} pages; only one was read",) if pages > 1 else ()
        if image.format == "HEIF" and (pictures := getattr(image, "n_frames", 1)) > 1:
            return (f"holds {pictures} pictures; only the main one was read",)
        # A phone's JPEG often carries a preview or a depth map behind the photo: nobody misses those.
        if image.format in {"GIF", "PNG", "WEBP", "AVIF"} and getattr(image, "is_animated", False):
            return ("is an animation; only its first picture was read",)
    except (OSError, *DAMAGE):
        return ()  # What follows the first picture is damaged, and not wanted.
    return ()
