"""Plain text and the table of Tesseract: what spreadsheets and shell tools read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr.document.paragraphs import paragraph_box, paragraphs
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr.document.tree import Document, Page

TSV_COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip
"""Tesseract's columns, in its order [1]_.

.. [1] Tesseract's manual page, TSV output.
"""

_PAGE, _BLOCK, _PARAGRAPH, _LINE, _WORD = range(1, 6)


def to_txt(document: Document) -> str:
    r"""Write the text: a line each, pages separated by form feeds, no page without ``\n`` at its end.

    The same as ``ocr read`` prints. A page without writing is empty.
    """
    return "\f".join(page.text + "\n" if page.text else "" for page in document.pages)


def to_tsv(document: Document) -> str:
    """Write one row per page, block, paragraph, line and word, separated by tabs, with a row of names first.

    ``conf`` is 0 .. 100 for words and -1 for all others. Numbers of blocks, paragraphs, lines and words count
    from 1 within what holds them. For the text of words, see :func:`table_cell`.
    """
    rows = ["\t".join(TSV_COLUMNS)]
    for number, page in enumerate(document.pages, 1):
        rows.extend("\t".join(map(str, row)) for row in _page_rows(page, number))
    return "\n".join(rows) + "\n"


def to_tables(document: Document) -> str:
    """Write the rows of all tables, cells separated by tabs, with an empty line between two tables.

    There are as many cells in each row of a table. For their texts, see :func:`table_cell`.
    """
    tables = (table for page in document.pages for table in page.tables)
    return "\n".join(
        "".join("\t".join(map(table_cell, row)) + "\n" for row in table.rows) for table in tables
    )


def table_cell(text: str) -> str:
    """Return a text as a cell of a table: white space, which could separate cells, becomes a plain space.

    A text that begins with = gets an apostrophe before it: a spreadsheet would compute it.
    """
    plain = " ".join(text.split())
    return f"'{plain}" if plain.startswith("=") else plain


def _page_rows(page: Page, number: int) -> Iterator[tuple[int | str, ...]]:
    yield _row(_PAGE, (number, 0, 0, 0, 0), Box(0, 0, page.height, page.width))
    if page.lines:
        yield _row(_BLOCK, (number, 1, 0, 0, 0), paragraph_box(page.lines))
    for paragraph_number, lines in enumerate(paragraphs(page), 1):
        yield _row(_PARAGRAPH, (number, 1, paragraph_number, 0, 0), paragraph_box(lines))
        for line_number, line in enumerate(lines, 1):
            place = (number, 1, paragraph_number, line_number)
            yield _row(_LINE, (*place, 0), line.box)
            for word_number, word in enumerate(line.words, 1):
                text = table_cell(word.text)
                confidence = f"{100 * word.probability:.2f}"
                yield _row(_WORD, (*place, word_number), word.box, confidence=confidence, text=text)


def _row(
    level: int, place: tuple[int, ...], box: Box, *, confidence: str = "-1", text: str = ""
) -> tuple[int | str, ...]:
    return (level, *place, box.left, box.top, box.width, box.height, confidence, text)
