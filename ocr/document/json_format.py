"""JSON, complete: what is written is read back as the same document.

::

    {"version": 2, "model": "print", "provenance": {"program": "ocr 0.1.0", ...}, "pages": [
      {"source": "a.jpg", "width": 1464, "height": 1057, "letter_height_px": 40.0, "text": "...", "lines": [
        {"text": "...", "box": [top, left, bottom, right], "words": [
          {"text": "...", "box": [...], "probability": 0.97, "characters": [
            {"text": "A", "box": [...], "probability": 0.98, "alternatives": [["A", 0.98], ["4", 0.01]]}]}]}],
       "rejected": [{"box": [...], "reason": "stray"}], "notes": [], "turned_deg": 0}]}

The text, box and probability of anything above a character follow from its characters. They are written for
those who read the file, and may be missing in one that is read back; where they are present, they have to
fit. Nothing in a file is trusted: the form is checked by ``document.schema.json``, and so are derived values.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, NoReturn

from ocr.document.json_schema import check, document_schema, refuse
from ocr.document.mark_kind import MarkKind
from ocr.document.provenance import Provenance
from ocr.document.tree import Character, Document, Line, Page, Rejected, Word
from ocr.errors import DataError
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    Tree = dict[str, Any]


VERSION = 2
"""Of the layout below; another number means other keys. Version 1 has no provenance, and is read too."""

# Probabilities of words are computed from those of characters, and logarithms differ in the last digit.
_PROBABILITY_TOLERANCE = 1e-6
# The first versions of this program wrote "rejected" as this.
_OLD_REJECTED_KEY = "discarded"
# File names may hold halves of pairs, which UTF-8 has no bytes for.
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def to_json(document: Document, *, indent: int | None = None) -> str:
    """Write a document as one JSON object, on one line unless there is an ``indent``.

    See :func:`ocr.document.json_format.from_json` for the way back.
    """
    return _dumped(as_object(document), indent=indent) + "\n"


def to_json_lines(document: Document) -> str:
    """Write one line per page, each a document of one page that can be read by itself."""
    return "".join(to_json(replace(document, pages=(page,))) for page in document.pages)


def as_object(document: Document) -> dict[str, Any]:
    """Return a document as dictionaries, lists, strings and numbers."""
    made_by = {} if document.provenance is None else {"provenance": asdict(document.provenance)}
    return {
        "version": VERSION,
        "model": document.model,
        **made_by,
        "pages": [_page_object(page) for page in document.pages],
    }


def _dumped(value: dict[str, Any], *, indent: int | None) -> str:
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    return _HALF_PAIR.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _page_object(page: Page) -> dict[str, Any]:
    return {
        "source": page.source,
        "width": page.width,
        "height": page.height,
        "letter_height_px": page.letter_height_px,
        "text": page.text,
        "lines": [_line_object(line) for line in page.lines],
        "rejected": [{"box": _corners(one.box), "reason": one.reason} for one in page.rejected],
        "notes": list(page.notes),
        "turned_deg": page.turned_deg,
    }


def _line_object(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "box": _corners(line.box),
        "words": [_word_object(word) for word in line.words],
    }


def _word_object(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "box": _corners(word.box),
        "probability": word.probability,
        "characters": [_character_object(character) for character in word.characters],
    }


def _character_object(character: Character) -> dict[str, Any]:
    return {
        "text": character.text,
        "box": _corners(character.box),
        "probability": character.probability,
        "alternatives": [list(one) for one in character.alternatives],
    }


def _corners(box: Box) -> list[int]:
    return list(box)


def from_json(text: str | bytes) -> Document:
    """Read what :func:`ocr.document.json_format.to_json` wrote.

    Parameters
    ----------
    text : str or bytes
        One JSON object; bytes are UTF-8.

    Raises
    ------
    DataError
        If it is no JSON, of another version, or if a key is missing or unknown, or a value is of the wrong
        type, out of range, or does not fit the characters below it. The message names the place.
    """
    tree = _upgraded(_parsed(text))
    check(tree, document_schema(), place="document")
    made_by = tree.get("provenance")
    return Document(
        tuple(_read_page(page, f"document.pages[{index}]") for index, page in enumerate(tree["pages"])),
        model=tree["model"],
        provenance=None if made_by is None else Provenance(**made_by),
    )


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, TypeError, RecursionError) as error:
        reason = "too many brackets within brackets" if isinstance(error, RecursionError) else str(error)
        message = f"document: found no JSON ({reason}), expected what to_json wrote; write it again"
        raise DataError(message) from None


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _upgraded(tree: Any) -> Any:
    """Return a document of version 1 as one of this version."""
    is_first = isinstance(tree, dict) and tree.get("version") == 1 and tree["version"] is not True
    if not is_first or "provenance" in tree:
        return tree
    pages = tree.get("pages")
    return {
        **tree,
        "version": VERSION,
        "pages": [_upgraded_page(page) for page in pages] if isinstance(pages, list) else pages,
    }


def _upgraded_page(page: Any) -> Any:
    if not isinstance(page, dict) or _OLD_REJECTED_KEY not in page or "rejected" in page:
        return page
    return {("rejected" if key == _OLD_REJECTED_KEY else key): value for key, value in page.items()}


def _check_derived(node: Tree, place: str, **expected: object) -> None:
    """Refuse values that do not follow from the characters below them."""
    for key, value in expected.items():
        if key not in node:
            continue
        if isinstance(value, float):
            fits = math.isclose(node[key], value, rel_tol=_PROBABILITY_TOLERANCE)
        else:
            fits = node[key] == value
        if not fits:
            refuse(f"{place}.{key}", node[key], f"{value!r}, as the characters say, or no key {key!r}")


def _read_page(node: Tree, place: str) -> Page:
    page = Page(
        lines=tuple(_read_line(one, f"{place}.lines[{index}]") for index, one in enumerate(node["lines"])),
        width=node["width"],
        height=node["height"],
        source=node["source"],
        letter_height_px=float(node["letter_height_px"]),
        rejected=tuple(
            Rejected(_read_box(one["box"], f"{place}.rejected[{index}].box"), MarkKind(one["reason"]))
            for index, one in enumerate(node["rejected"])
        ),
        notes=tuple(node["notes"]),
        turned_deg=node["turned_deg"],
    )
    _check_derived(node, place, text=page.text)
    return page


def _read_line(node: Tree, place: str) -> Line:
    words = enumerate(node["words"])
    line = Line(tuple(_read_word(one, f"{place}.words[{index}]") for index, one in words))
    _check_derived(node, place, text=line.text, box=_corners(line.box))
    return line


def _read_word(node: Tree, place: str) -> Word:
    characters = enumerate(node["characters"])
    word = Word(tuple(_read_character(one, f"{place}.characters[{index}]") for index, one in characters))
    _check_derived(node, place, text=word.text, box=_corners(word.box), probability=word.probability)
    return word


def _read_character(node: Tree, place: str) -> Character:
    return Character(
        text=node["text"],
        box=_read_box(node["box"], f"{place}.box"),
        probability=float(node["probability"]),
        alternatives=tuple((text, float(probability)) for text, probability in node["alternatives"]),
    )


def _read_box(corners: Sequence[int], place: str) -> Box:
    top, left, bottom, right = corners
    if bottom < top or right < left:
        refuse(place, corners, "[top, left, bottom, right] with top <= bottom and left <= right")
    return Box(top, left, bottom, right)
