"""All formats of a document: their names, the endings of their files, and the way to each."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.document import REJECT_CHAR
from ocr.errors import SettingError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from ocr.document.page_images import PagePicture
    from ocr.document.tree import Document


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes
    ----------
    name : str
        What ``--format`` calls it.
    suffixes : tuple of str
        Endings of file names, in small letters; the first one is the usual one.
    about : str
        One line for users.
    fewest_pages : int
        A document of fewer pages has no such file.
    most_pages : int or None
        A file holds no more.
    shows_pictures : bool
        Whether it uses the pictures of the pages.
    """

    name: str
    suffixes: tuple[str, ...]
    about: str
    fewest_pages: int = 0
    most_pages: int | None = None
    shows_pictures: bool = False


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("txt", (".txt",), "the text; form feeds part pages"),
        Format("md", (".md", ".markdown"), "Markdown with paragraphs, lines and lists"),
        Format("json", (".json",), "everything: boxes, probabilities, alternatives; can be read back"),
        Format("jsonl", (".jsonl", ".ndjson"), "JSON, one page a line"),
        Format("tsv", (".tsv",), "a table of words in Tesseract's columns"),
        Format("hocr", (".hocr",), "XHTML with boxes, for tools that make PDF"),
        Format("alto", (".alto.xml", ".alto"), "ALTO 4.4, for libraries and archives", fewest_pages=1),
        Format("page", (".page.xml",), "PAGE 2019-07-15, one page a file", fewest_pages=1, most_pages=1),
        Format("html", (".html", ".htm"), "a report to look at, with the picture", shows_pictures=True),
        Format("pdf", (".pdf",), "the picture with text to search", fewest_pages=1, shows_pictures=True),
    )
}


def format_named(name: str) -> Format:
    """Return the format of a name, in any case.

    Raises
    ------
    SettingError
        If there is none; the message lists the names and suggests the nearest.
    """
    found = FORMATS.get(name.lower())
    if found is None:
        message = (
            f"format: found {name!r}, expected one of {', '.join(FORMATS)}{_nearest(name, list(FORMATS))}"
        )
        raise SettingError(message)
    return found


def format_of(path: str | os.PathLike[str]) -> Format:
    """Return the format that the ending of a file name stands for, in any case.

    Raises
    ------
    SettingError
        If it stands for none; the message lists the endings and suggests the nearest.
    """
    file_name = Path(path).name.lower()
    for one in FORMATS.values():
        if file_name.endswith(one.suffixes):
            return one
    suffixes = [suffix for one in FORMATS.values() for suffix in one.suffixes]
    found = Path(file_name).suffix
    # Two formats are XML: the nearest ending would be a guess.
    xml = "; for XML say which: .alto.xml or .page.xml"
    hint = xml if found == ".xml" else _nearest(found, suffixes)
    message = f"{path}: ends in {found or 'nothing'}, expected one of {' '.join(suffixes)}{hint}"
    raise SettingError(message)


def _nearest(name: str, choices: list[str]) -> str:
    near = difflib.get_close_matches(name.lower(), choices, n=1, cutoff=0.4)
    return f"; did you mean {near[0]}?" if near else ""


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
        When it was read, for alto, page and pdf; now if left out.

    Returns
    -------
    str or bytes
        Bytes for pdf, text that is to be written as UTF-8 for all others.

    Raises
    ------
    SettingError
        If there is no such format, the document has too few or too many pages for it, a picture does not fit,
        or a library is missing.
    ImageError
        If a picture cannot be opened.
    """
    chosen = format if isinstance(format, Format) else format_named(format)
    _check_pages(document, chosen)
    marked = document.with_rejects(min_confidence, reject_char=reject_char) if min_confidence else document
    moment = datetime.now(UTC) if created is None else created.astimezone(UTC)
    return _written(marked, chosen.name, pictures=pictures, created=moment)


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


def _written(
    document: Document, name: str, *, pictures: Sequence[PagePicture | None] | None, created: datetime
) -> str | bytes:
    """Call the room of a format, which is imported only now."""
    from ocr.document import alto, hocr, json_format, markdown, page_xml, plain

    match name:
        case "html":
            from ocr.document.html_report import to_html

            return to_html(document, pictures=pictures)
        case "pdf":
            from ocr.document.pdf_export import to_pdf

            return to_pdf(document, pictures=pictures, created=created)
        case "alto":
            return alto.to_alto(document, created=created)
        case "page":
            return page_xml.to_page_xml(document, created=created)
    plain_writers = {
        "txt": plain.to_txt,
        "tsv": plain.to_tsv,
        "md": markdown.to_markdown,
        "json": json_format.to_json,
        "jsonl": json_format.to_json_lines,
        "hocr": hocr.to_hocr,
    }
    return plain_writers[name](document)
