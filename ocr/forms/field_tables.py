"""What was read in the fields of forms, as a table for people, a table of tabs, or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ocr.document.plain import table_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.forms.read_fields import FieldText

    # Name of a page, and what is written in its fields.
    Form = tuple[str, Sequence[FieldText]]

TSV_FIELDS = ("source", "name", "kind", "text", "confidence", "note")
"""Columns of the table."""


def fields_to_txt(forms: Sequence[Form]) -> str:
    """Write a table for each page: name, text, confidence and note; its name above if there are several."""
    tables = []
    for source, fields in forms:
        rows = [("name", "text", "confidence", "")]
        rows += [
            (one.name, " ".join(one.text.split()), f"{100 * one.confidence:.0f} %", one.note)
            for one in fields
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [
            f"{name:{widths[0]}}  {text:{widths[1]}}  {share:>{widths[2]}}  {note}".rstrip()
            for name, text, share, note in rows
        ]
        tables.append("\n".join(([source] if len(forms) > 1 else []) + lines) + "\n")
    return "\n".join(tables)


def fields_to_tsv(forms: Sequence[Form]) -> str:
    """Write one row for each field, separated by tabs, with a row of names first."""
    rows = ["\t".join(TSV_FIELDS)]
    for source, fields in forms:
        for one in fields:
            cells = (source, one.name, str(one.kind), one.text, f"{one.confidence:.4f}", one.note)
            rows.append("\t".join(map(table_cell, cells)))
    return "\n".join(rows) + "\n"


def fields_to_json(forms: Sequence[Form]) -> str:
    """Write the pages as a list, each with its fields: all that is known of them."""
    pages = [{"source": source, "fields": [_json_field(one) for one in fields]} for source, fields in forms]
    return json.dumps({"pages": pages}, ensure_ascii=False, indent=1) + "\n"


def _json_field(one: FieldText) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": one.name,
        "kind": str(one.kind),
        "text": one.text,
        "confidence": round(one.confidence, 4),
        "box": [one.box.left, one.box.top, one.box.right, one.box.bottom],
    }
    if one.is_ticked is not None:
        entry["ticked"] = one.is_ticked
    if one.note:
        entry["note"] = one.note
    return entry


FIELD_WRITERS = {"txt": fields_to_txt, "json": fields_to_json, "tsv": fields_to_tsv}
"""What writes each format."""
