"""JSON, complete: what is written is read back as the same document.

::

    {"version": 3, "model": "print", "provenance": {"program": "ocr 0.1.0", ...}, "pages": [
      {"source": "a.jpg", "width": 1464, "height": 1057, "letter_height_px": 40.0, "text": "...", "lines": [
        {"text": "...", "box": [top, left, bottom, right], "words": [
          {"text": "...", "box": [...], "probability": 0.97, "characters": [
            {"text": "A", "box": [...], "probability": 0.98, "alternatives": [["A", 0.98], ["4", 0.01]]}]}]}],
       "rejected": [{"box": [...], "reason": "stray"}], "notes": [], "turned_deg": 0,
       "tables": [{"box": [...], "row_count": 2, "column_count": 3, "rows": [["A", "", ""], ...], "cells": [
         {"row": 0, "column": 0, "row_span": 1, "column_span": 1, "box": [...], "text": "A",
          "probability": 0.97, "words": [[0, 0]]}]}],
       "fields": [{"kind": "checkbox", "box": [...], "cells": 1, "text": "", "checked": true,
                   "probability": 0.99, "words": []}]}]}

The text, box and probability of anything above a character follow from its characters. They are written for
those who read the file, and may be missing in one that is read back; where they are present, they have to
fit. So may the tables and fields of a page. Their words are numbers: of the line, and of the word in it.
Nothing in a file is trusted: the form is checked by ``document.schema.json``, and so are derived values.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NoReturn

from ocr.document.json_schema import check, document_schema, refuse
from ocr.document.mark_kind import MarkKind
from ocr.document.printed_parts import FieldShape, FormField, Table, TableCell
from ocr.document.provenance import Provenance
from ocr.document.tree import Character, Document, Line, Page, Rejected, Word
from ocr.errors import DataError
from ocr.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Tree = dict[str, Any]


VERSION = 3
"""Of the layout below; another number means other keys. Older versions are read too: the first one has no
provenance, and the second one no tables and fields."""

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
        **_parts_object(page),
    }


def _parts_object(page: Page) -> dict[str, Any]:
    """Return the tables and fields of a page; their words are pairs of numbers."""
    places: dict[Word, list[int]] = {}
    if page.tables or page.fields:
        for row, line in enumerate(page.lines):
            places.update({word: [row, number] for number, word in enumerate(line.words)})
    return {
        "tables": [_table_object(table, places) for table in page.tables],
        "fields": [
            {
                "kind": one.kind,
                "box": _corners(one.box),
                "cells": one.cell_count,
                "text": one.text,
                "checked": one.is_checked,
                "probability": one.probability,
                "words": _word_places(one.lines, places),
            }
            for one in page.fields
        ],
    }


def _table_object(table: Table, places: Mapping[Word, list[int]]) -> dict[str, Any]:
    return {
        "box": _corners(table.box),
        "row_count": table.row_count,
        "column_count": table.column_count,
        "rows": [list(row) for row in table.rows],
        "cells": [
            {
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "box": _corners(cell.box),
                "text": cell.text,
                "probability": cell.probability,
                "words": _word_places(cell.lines, places),
            }
            for cell in table.cells
        ],
    }


def _word_places(lines: Iterable[Line], places: Mapping[Word, list[int]]) -> list[list[int]]:
    words = [word for line in lines for word in line.words]
    missing = next((word for word in words if word not in places), None)
    if missing is not None:
        message = (
            f"a table or field holds {missing!r}, which is in no line; change lines with Page.with_lines"
        )
        raise DataError(message)
    return [places[word] for word in words]


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
    """Return a document of an older version as one of this version."""
    version = tree.get("version") if isinstance(tree, dict) else None
    if type(version) is not int or not 1 <= version < VERSION or (version == 1 and "provenance" in tree):
        return tree
    pages = tree.get("pages")
    if version == 1 and isinstance(pages, list):
        pages = [_upgraded_page(page) for page in pages]
    return {**tree, "version": VERSION, **({"pages": pages} if "pages" in tree else {})}


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
    lines = tuple(_read_line(one, f"{place}.lines[{index}]") for index, one in enumerate(node["lines"]))
    tables, fields = (enumerate(node.get(key, ())) for key in ("tables", "fields"))
    page = Page(
        lines=lines,
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
        tables=tuple(_read_table(one, lines, f"{place}.tables[{index}]") for index, one in tables),
        fields=tuple(_read_field(one, lines, f"{place}.fields[{index}]") for index, one in fields),
    )
    _check_derived(node, place, text=page.text)
    return page


def _read_table(node: Tree, lines: Sequence[Line], place: str) -> Table:
    cells = enumerate(node["cells"])
    table = Table(
        _read_box(node["box"], f"{place}.box"),
        tuple(_read_cell(one, lines, f"{place}.cells[{index}]") for index, one in cells),
    )
    _check_derived(node, place, row_count=table.row_count, column_count=table.column_count)
    # Rows first: a cell far down and far to the right makes a large table of a small file.
    if "rows" in node and [len(row) for row in node["rows"]] != [table.column_count] * table.row_count:
        refuse(f"{place}.rows", node["rows"], "as many texts as the cells say, or no key 'rows'")
    if "rows" in node:
        _check_derived(node, place, rows=[list(row) for row in table.rows])
    return table


def _read_cell(node: Tree, lines: Sequence[Line], place: str) -> TableCell:
    cell = TableCell(
        node["row"],
        node["column"],
        _read_box(node["box"], f"{place}.box"),
        _lines_at(node["words"], lines, f"{place}.words"),
        row_span=node["row_span"],
        column_span=node["column_span"],
    )
    _check_derived(node, place, text=cell.text, probability=cell.probability)
    return cell


def _read_field(node: Tree, lines: Sequence[Line], place: str) -> FormField:
    kind, is_checked = FieldShape(node["kind"]), node["checked"]
    if (kind is FieldShape.CHECKBOX) != (is_checked is not None):
        refuse(f"{place}.checked", is_checked, "true or false for a check box, null for others")
    box = _read_box(node["box"], f"{place}.box")
    own_lines = _lines_at(node["words"], lines, f"{place}.words")
    sure = 1.0 if is_checked is None else float(node["probability"])
    found = FormField(kind, box, own_lines, is_checked, sure, node["cells"])
    _check_derived(node, place, text=found.text, probability=found.probability)
    return found


def _lines_at(places: Sequence[Sequence[int]], lines: Sequence[Line], place: str) -> tuple[Line, ...]:
    """Return the words at these places, those of a line together."""
    for row, number in places:
        if row >= len(lines) or number >= len(lines[row].words):
            refuse(place, [row, number], "the numbers of a line and of a word of this page, from 0")
    groups = groupby(places, key=itemgetter(0))
    return tuple(Line(tuple(lines[row].words[number] for _, number in group)) for row, group in groups)


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
