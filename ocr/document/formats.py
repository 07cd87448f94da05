"""The registry of formats: their names, the endings of their files, and what writes them.

A new format is a module with a writer, and its entry in `FORMATS`. The command line, :meth:`Document.export`,
:meth:`Document.save` and the table in the documentation follow from the entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.errors import SettingError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes
    ----------
    name : str
        What ``--format`` calls it.
    suffixes : tuple of str
        Endings of file names, in small letters; the first one is the usual one.
    description : str
        One line for users.
    writer : str
        Module and name of the function that writes it. Its argument is the document. A format that shows
        pictures has a keyword ``pictures``, one that is dated a keyword ``created``.
    fewest_pages : int
        A document of fewer pages has no such file.
    most_pages : int or None
        A file holds no more.
    shows_pictures : bool
        Whether it uses the pictures of the pages.
    is_dated : bool
        Whether it holds the time when the document was read.
    is_binary : bool
        Whether the writer returns bytes, which a terminal cannot show.
    end : str
        What every whole file ends with.
    """

    name: str
    suffixes: tuple[str, ...]
    description: str
    writer: str
    fewest_pages: int = 0
    most_pages: int | None = None
    shows_pictures: bool = False
    is_dated: bool = False
    is_binary: bool = False
    end: str = ""

    def load_writer(self) -> Callable[..., str | bytes]:
        """Load the writer; only the modules of formats that are used are imported."""
        module, _, function = self.writer.partition(":")
        found: Callable[..., str | bytes] = getattr(import_module(module), function)
        return found


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("txt", (".txt",), "plain text; a form feed between pages", "ocr.document.plain:to_txt"),
        Format(
            "md",
            (".md", ".markdown"),
            "Markdown with paragraphs, lines, lists and tables",
            "ocr.document.markdown:to_markdown",
        ),
        Format(
            "json",
            (".json",),
            "everything: boxes, confidences and alternatives of characters; it can be read back",
            "ocr.document.json_format:to_json",
            end="}\n",
        ),
        Format(
            "jsonl",
            (".jsonl", ".ndjson"),
            "the same as JSON, one page per line",
            "ocr.document.json_format:to_json_lines",
            end="}\n",
        ),
        Format(
            "tables",
            (".tables.tsv",),
            "the rows of all tables, with tabs between their cells",
            "ocr.document.plain:to_tables",
        ),
        Format(
            "tsv",
            (".tsv",),
            "a table of words with boxes and confidences, in Tesseract's columns",
            "ocr.document.plain:to_tsv",
            end="\n",
        ),
        Format(
            "hocr",
            (".hocr",),
            "hOCR, XHTML with boxes and confidences of characters, for tools that make PDF",
            "ocr.document.hocr:to_hocr",
            end="</html>\n",
        ),
        Format(
            "alto",
            (".alto.xml", ".alto"),
            "ALTO 4.4 with boxes, confidences and alternatives of characters, for libraries and archives",
            "ocr.document.alto:to_alto",
            fewest_pages=1,
            is_dated=True,
            end="</alto>\n",
        ),
        Format(
            "page",
            (".page.xml",),
            "PAGE XML 2019-07-15 with boxes, confidences and alternatives of characters",
            "ocr.document.page_xml:to_page_xml",
            fewest_pages=1,
            most_pages=1,
            is_dated=True,
            end="</PcGts>\n",
        ),
        Format(
            "html",
            (".html", ".htm"),
            "a report with the picture, the text, and doubtful characters marked",
            "ocr.document.html_report:to_html",
            shows_pictures=True,
            end="</html>\n",
        ),
        Format(
            "pdf",
            (".pdf",),
            "the picture, with text that can be searched and copied",
            "ocr.document.pdf_export:to_pdf",
            fewest_pages=1,
            shows_pictures=True,
            is_dated=True,
            is_binary=True,
            end="%%EOF\n",
        ),
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
    # The ending .tables.tsv comes before .tsv.
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
    # Imported late: the command line imports this module at every start.
    import difflib

    near = difflib.get_close_matches(name.lower(), choices, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
