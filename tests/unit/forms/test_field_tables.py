"""Tables of fields: for people, for spreadsheets and for programs."""

import json

from ocr.forms.field_file import FieldKind
from ocr.forms.field_tables import fields_to_json, fields_to_tsv, fields_to_txt
from ocr.forms.read_fields import FieldText
from ocr.geometry import Box

BOX = Box(2, 1, 4, 3)
FIELDS = (
    FieldText("street", FieldKind.TEXT, "Elm\n7", 0.98765, BOX, "does not match the pattern"),
    FieldText("member", FieldKind.CHECKBOX, "not ticked", 1.0, BOX),
)


def test_text_is_a_table():
    assert fields_to_txt([("a.png", FIELDS)]).splitlines() == [
        "name    text        confidence",
        "street  Elm 7             99 %  does not match the pattern",
        "member  not ticked       100 %",
    ]
    both = fields_to_txt([("a.png", FIELDS), ("b.png", FIELDS)])
    assert [line for line in both.splitlines() if ".png" in line] == ["a.png", "b.png"]


def test_tsv_has_a_row_for_each_field():
    rows = [line.split("\t") for line in fields_to_tsv([("a\tb.png", FIELDS)]).splitlines()]
    assert rows == [
        ["source", "name", "kind", "text", "confidence", "note"],
        ["a b.png", "street", "text", "Elm 7", "0.9877", "does not match the pattern"],
        ["a b.png", "member", "checkbox", "not ticked", "1.0000", ""],
    ]


def test_json_has_everything():
    (page,) = json.loads(fields_to_json([("a.png", FIELDS)]))["pages"]
    street, member = page["fields"]
    assert page["source"] == "a.png"
    assert street["text"] == "Elm\n7"
    assert street["note"] == "does not match the pattern"
    assert street["box"] == [1, 2, 3, 4]
    assert (member["ticked"], member["text"]) == (False, "not ticked")
    assert "ticked" not in street
