"""JSON, complete: what is written is read back as the same document.

::

    {"version": 1, "model": "print", "pages": [
      {"source": "a.jpg", "width": 1464, "height": 1057, "letter_height_px": 40.0, "text": "...", "lines": [
        {"text": "...", "box": [top, left, bottom, right], "words": [
          {"text": "...", "box": [...], "probability": 0.97, "characters": [
            {"text": "A", "box": [...], "probability": 0.98, "alternatives": [["A", 0.98], ["4", 0.01]]}]}]}],
       "discarded": [{"box": [...], "reason": "stray"}], "notes": [], "turned_deg": 0}]}

The text, box and probability of anything above a character follow from its characters. They are written for
those who read the file, and may be left out of one that is to be read back; where they are, they have to fit.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocr.document.tree import Character, Document, Line, Page, Word
    from ocr.geometry import Box

VERSION = 1
"""Of the layout below; another number means other keys."""

_HALF_PAIR = re.compile("[\ud800-\udfff]")


def to_json(document: Document, *, indent: int | None = None) -> str:
    """Write a document as one JSON object, on one line unless ``indent`` says otherwise.

    See :func:`ocr.document.json_reader.from_json` for the way back.
    """
    return _dumped(as_object(document), indent=indent) + "\n"


def to_json_lines(document: Document) -> str:
    """Write one line per page, each a document of one page that can be read by itself."""
    return "".join(to_json(replace(document, pages=(page,))) for page in document.pages)


def as_object(document: Document) -> dict[str, Any]:
    """Turn a document into dictionaries, lists, strings and numbers."""
    return {
        "version": VERSION,
        "model": document.model,
        "pages": [_page(page) for page in document.pages],
    }


def _dumped(value: dict[str, Any], *, indent: int | None) -> str:
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    # File names may hold halves of pairs, which UTF-8 has no bytes for.
    return _HALF_PAIR.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _page(page: Page) -> dict[str, Any]:
    return {
        "source": page.source,
        "width": page.width,
        "height": page.height,
        "letter_height_px": page.letter_height_px,
        "text": page.text,
        "lines": [_line(line) for line in page.lines],
        "discarded": [{"box": _box(one.box), "reason": one.reason} for one in page.discarded],
        "notes": list(page.notes),
        "turned_deg": page.turned_deg,
    }


def _line(line: Line) -> dict[str, Any]:
    return {"text": line.text, "box": _box(line.box), "words": [_word(word) for word in line.words]}


def _word(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "box": _box(word.box),
        "probability": word.probability,
        "characters": [_character(character) for character in word.characters],
    }


def _character(character: Character) -> dict[str, Any]:
    return {
        "text": character.text,
        "box": _box(character.box),
        "probability": character.probability,
        "alternatives": [list(one) for one in character.alternatives],
    }


def _box(box: Box) -> list[int]:
    return [box.top, box.left, box.bottom, box.right]
