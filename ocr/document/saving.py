"""A document put into a file: whole or not at all, and never over a picture that was read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.document import REJECT_CHAR
from ocr.document.formats import export, format_of
from ocr.errors import SettingError
from ocr.files import write_by_rename

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ocr.document.formats import Format
    from ocr.document.page_images import PagePicture
    from ocr.document.tree import Document


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
    """Write a document to a file, whole or not at all; see :func:`export` for the settings.

    Parameters
    ----------
    path : path
        Its ending decides where no format is named. A file that is there is replaced, unless it is a picture
        of the document.

    Raises
    ------
    SettingError
        As :func:`export`, or if the path is that of a picture, or stands for no format.
    OcrError
        If the file cannot be written; what was there before is still there.
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
    whole = content if isinstance(content, bytes) else content.encode(errors="replace")
    write_by_rename(target, whole)


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
