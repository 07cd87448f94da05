"""Markdown: paragraphs, lines, list marks and tables as on the page; every other character means itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ocr.document.paragraphs import blocks
from ocr.document.printed_parts import Table

if TYPE_CHECKING:
    from ocr.document.tree import Document, Line, Page

# A mark and a space: "- milk", "* milk", "2. milk", "2) milk". CommonMark takes nine digits at most.
_LIST_MARK = re.compile(r"(?P<mark>[-*+]|[0-9]{1,9}[.)]) (?=\S)")
# Characters with a meaning anywhere: those of CommonMark, and of the tables and formulas of GitHub.
_MEANING_ANYWHERE = re.compile(r"([\\`*_\[\]<>&|~$])")
# Characters with a meaning at the start of a line only: headings, list marks, rules, underlines of headings.
_MEANING_FIRST = re.compile(r"^(?:(?P<mark>[-+#=:])|(?P<number>[0-9]{1,9})(?P<stop>[.)]))")
_PAGE_BREAK = "\n\n---\n\n"


def to_markdown(document: Document) -> str:
    r"""Write Markdown that shows the text as it stands on the page.

    Paragraphs are those of :func:`~ocr.document.paragraphs.paragraphs`; lines within one end in a backslash,
    which is a line break. A line that starts with a list mark is an item. A table is one of GitHub [2]_: its
    first row is the head. Characters with a meaning in Markdown are escaped. A rule stands between pages.

    References
    ----------
    .. [1] J. MacFarlane, CommonMark Spec, version 0.31.2, 2024.
    .. [2] GitHub Flavored Markdown Spec, version 0.29, 2019.
    """
    text = _PAGE_BREAK.join(_page(page) for page in document.pages).strip("\n")
    return text + "\n" if text else ""


def _page(page: Page) -> str:
    found: list[str] = []
    for block in blocks(page):
        found += [_table(block)] if isinstance(block, Table) else _runs(block)
    return "\n\n".join(found)


def _table(table: Table) -> str:
    """Return a table; its cells have no line breaks."""
    head, *rows = (
        "| " + " | ".join(_MEANING_ANYWHERE.sub(r"\\\1", text) for text in row) + " |" for row in table.rows
    )
    return "\n".join([head, "|" + " --- |" * table.column_count, *rows])


def _runs(lines: tuple[Line, ...]) -> list[str]:
    """Return a paragraph as runs of items and of plain lines; only an empty line ends an item."""
    blocks: list[str] = []
    was_item = False
    for line in lines:
        item = _LIST_MARK.match(line.text)
        text = item["mark"] + " " + escaped(line.text[item.end() :]) if item else escaped(line.text)
        if blocks and was_item == bool(item):
            blocks[-1] += "\n" + text if item else "\\\n" + text
        else:
            blocks.append(text)
        was_item = bool(item)
    return blocks


def escaped(text: str) -> str:
    """Return a line of plain text with a backslash before what Markdown would take for its own."""
    text = _MEANING_ANYWHERE.sub(r"\\\1", text)
    first = _MEANING_FIRST.match(text)
    if first is None:
        return text
    if first["mark"]:
        return "\\" + text
    return first["number"] + "\\" + text[first.end("number") :]
