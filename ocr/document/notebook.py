"""What a notebook shows of a document: its text, with doubtful characters marked."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ocr.document.bands import DOUBTFUL, DOUBTFUL_COLOR
from ocr.document.web_page import clean

if TYPE_CHECKING:
    from ocr.document.tree import Character, Document, Line, Page

_ALTERNATIVES = 3
# The notebook decides on the ground.
_MARK = f"background:none;color:inherit;border-bottom:2px solid {DOUBTFUL_COLOR}"


def to_notebook_html(document: Document) -> str:
    """Return HTML with the text of each page; point at a marked character to see its alternatives."""
    return "\n".join(_page(page) for page in document.pages) or "<p>no pages</p>"


def _page(page: Page) -> str:
    notes = "".join(f"<p><small>{_safe(note)}</small></p>" for note in page.notes)
    return f"<pre>{chr(10).join(map(_line, page.lines))}</pre>{notes}"


def _line(line: Line) -> str:
    return " ".join("".join(map(_character, word.characters)) for word in line.words)


def _character(character: Character) -> str:
    if character.probability >= DOUBTFUL:
        return _safe(character.text)
    others = ", ".join(f"{text} {share:.0%}" for text, share in character.alternatives[:_ALTERNATIVES])
    return f'<mark style="{_MARK}" title="{_safe(others)}">{_safe(character.text)}</mark>'


def _safe(text: str) -> str:
    return escape(clean(text))
