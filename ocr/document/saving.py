"""Write a document in one of the formats: as text or bytes, or to a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.document import REJECT_CHAR
from ocr.document.formats import FORMATS, Format, format_named, format_of
from ocr.errors import SettingError, require_range, require_type
from ocr.files import write_by_rename

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.document import PagePicture
    from ocr.document.tree import Document


def export(
    document: Document,
    format: str | Format,  # noqa: A002  the word that users know
    *,
    pictures: Sequence[PagePicture | None] | None = None,
    min_confidence: float = 0.0,
    reject_char: str = REJECT_CHAR,
    created: datetime | None = None,
) -> str | bytes:
    """Write a document in a format.

    Parameters
    ----------
    document : Document
    format : str or Format
        A name, such as "hocr".
    pictures : sequence of path, PIL image or None, optional
        One per page, for html and pdf; without, both show the boxes or the text on blank pages.
    min_confidence : float
        0 .. 1. The text of less probable characters becomes ``reject_char``; their alternatives stay.
    reject_char : str
        One character.
    created : datetime, optional
        When it was read, for alto, page and pdf; now by default.

    Returns
    -------
    str or bytes
        Bytes for pdf, text that is to be written as UTF-8 for all others.

    Raises
    ------
    SettingError
        If there is no such format, the document has too few or too many pages for it, or a picture does not
        fit.
    ImageError
        If a picture cannot be opened.
    """
    require_type("format", format, str, Format, expected=f"one of {', '.join(FORMATS)}")
    chosen = format if isinstance(format, Format) else format_named(format)
    require_range("min_confidence", min_confidence, 0, 1)
    _check_pages(document, chosen)
    marked = document.with_rejects(min_confidence, reject_char=reject_char) if min_confidence else document
    options: dict[str, object] = {}
    if chosen.shows_pictures:
        options["pictures"] = pictures
    if chosen.is_dated:
        options["created"] = datetime.now(UTC) if created is None else created.astimezone(UTC)
    return chosen.load_writer()(marked, **options)


def _check_pages(document: Document, chosen: Format) -> None:
    count = len(document.pages)
    if count < chosen.fewest_pages:
        message = f"{chosen.name}: found a document without pages, expected one page at least; read a picture"
        raise SettingError(message)
    if chosen.most_pages is not None and count > chosen.most_pages:
        message = (
            f"{chosen.name}: found {count} pages, expected {chosen.most_pages}; write a file for each page"
        )
        raise SettingError(message)


def save(
    document: Document,
    path: str | os.PathLike[str],
    *,
    format: str | Format | None = None,  # noqa: A002  the word that users know
    pictures: Sequence[PagePicture | None] | None = None,
    min_confidence: float = 0.0,
    reject_char: str = REJECT_CHAR,
    created: datetime | None = None,
) -> None:
    """Write a document to a file, completely or not at all; see :func:`export` for the settings.

    Parameters
    ----------
    document : Document
    path : path
        Its ending decides where no format is named. An existing file is replaced, unless it is a picture of
        the document.

    Raises
    ------
    SettingError
        As :func:`export`, or if the path is that of a picture, or stands for no format.
    OcrError
        If the file cannot be written; an existing file is unchanged.
    """
    target = Path(path)
    chosen = format_of(target) if format is None else format
    check_target(target, document, pictures)
    content = export(
        document,
        chosen,
        pictures=pictures,
        min_confidence=min_confidence,
        reject_char=reject_char,
        created=created,
    )
    write_by_rename(target, content if isinstance(content, bytes) else content.encode(errors="replace"))


def check_target(
    target: Path, document: Document, pictures: Sequence[PagePicture | None] | None = None
) -> None:
    """Refuse to write over a picture that was read.

    Raises
    ------
    SettingError
        If ``target`` is the source of a page or one of the pictures, by whatever name.
    """
    named = [page.source for page in document.pages]
    named += [os.fspath(one) for one in pictures or () if isinstance(one, str | os.PathLike)]
    for name in filter(None, named):
        if _is_same_file(target, name):
            message = f"{target}: is a picture that was read, expected another file; choose another name"
            raise SettingError(message)


def _is_same_file(first: Path, second: str) -> bool:
    try:
        return first.samefile(second)
    except (OSError, ValueError):
        return False
