"""Files of fields: what is right is read, and each fault ends in one line that says what, where and why."""

import json
from pathlib import Path

import pytest

import ocr
from ocr.errors import SettingError
from ocr.forms.field_file import Field, FieldKind, load_fields
from ocr.geometry import Box

NAME = {"name": "a", "box": [0.1, 0.2, 0.5, 0.4]}


@pytest.fixture
def load(tmp_path):
    """Write fields to a file and read it."""

    def call(*entries, text=None):
        path = tmp_path / "fields.json"
        path.write_text(json.dumps({"fields": list(entries)}) if text is None else text, encoding="utf-8")
        return load_fields(path)

    return call


def test_all_that_a_field_may_have(load):
    code = {"name": "code", "box": [10, 20, 50, 40], "kind": "digits", "cells": 5, "pattern": r"\d{5}"}
    first, second = load(NAME | {"words": ["Ann Lee", "Bo"]}, code)
    assert first == Field("a", (0.1, 0.2, 0.5, 0.4), FieldKind.TEXT, words=("Ann", "Lee", "Bo"))
    assert second == Field("code", (10, 20, 50, 40), FieldKind.DIGITS, cells=5, pattern=r"\d{5}")


def test_boxes_are_fractions_or_pixels():
    assert Field("a", (0.1, 0.2, 0.5, 0.4)).box_px(200, 100) == Box(20, 20, 40, 100)
    assert Field("a", (10, 20, 50, 40)).box_px(200, 100) == Box(20, 10, 40, 50)
    assert Field("a", (0, 0, 1, 1)).box_px(200, 100) == Box(0, 0, 100, 200)


def test_a_box_beyond_the_picture_is_refused():
    with pytest.raises(SettingError, match="field a: box: found the corner 250, 40 pixels, expected it in"):
        Field("a", (10, 20, 250, 40)).box_px(200, 100)


FAULTS = {
    "no list": (["a"], "field 1: found text, expected an object with name and box"),
    "unknown key": ([NAME | {"knd": "text"}], "field 1 'a': found the key 'knd', expected name, box, kind"),
    "near key": ([NAME | {"patern": "a"}], "did you mean pattern?"),
    "no box": ([{"name": "a"}], "field 1 'a': box: found nothing, expected it in each field"),
    "no name": ([{"box": [0, 0, 1, 1]}], "field 1: name: found nothing"),
    "empty name": ([NAME | {"name": " "}], "name: found ' ', expected text"),
    "twice": ([NAME, NAME], "field 2 'a': name: found it twice, expected a name of its own"),
    "kind": (
        [NAME | {"kind": "dat"}],
        "kind: found 'dat', expected text, upper, digits, date, amount, checkbox",
    ),
    "near kind": ([NAME | {"kind": "dat"}], "did you mean date?"),
    "kind that is no text": ([NAME | {"kind": 3}], "kind: found 3"),
    "three corners": (
        [NAME | {"box": [0, 0, 1]}],
        "box: found [0, 0, 1], expected [left, top, right, bottom]",
    ),
    "inside out": ([NAME | {"box": [0.5, 0, 0.1, 1]}], "left before right, top before bottom"),
    "negative": ([NAME | {"box": [-1, 0, 5, 5]}], "left before right"),
    "fractions and pixels": ([NAME | {"box": [0.1, 0, 50, 50]}], "found fractions beside pixels"),
    "no cells": ([NAME | {"cells": 0}], "cells: found 0, expected a whole number from 1 to 200"),
    "cells of a check box": ([NAME | {"kind": "checkbox", "cells": 2}], "expected a field for each box"),
    "pattern": (
        [NAME | {"pattern": "[a"}],
        "pattern: found '[a', expected a regular expression (unterminated",
    ),
    "pattern of a check box": ([NAME | {"kind": "checkbox", "pattern": "a"}], "expected none"),
    "words": ([NAME | {"words": "Ann"}], "words: found 'Ann', expected a list of words in quotes"),
    "nothing": ([], "found no field, expected one at least"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_of_a_field(case, load):
    entries, reason = FAULTS[case]
    with pytest.raises(SettingError) as caught:
        load(*entries)
    message = str(caught.value)
    assert message.startswith("fields ")
    assert "fields.json: " in message
    assert "\n" not in message
    assert reason in message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"fields": [\n{"name": }]}', "line 2: found no JSON (expecting value), expected JSON"),
        ("[1]", 'found a list, expected {"fields": [...]}'),
        ('{"field": []}', "found keys 'field', expected"),
        ("3", "found a number, expected"),
        ("[" * 100_000, "fields.json"),
        (" " * 2_000_000, "larger than 1 MB"),
    ],
)
def test_faults_of_a_file(text, reason, load):
    with pytest.raises(SettingError) as caught:
        load(text=text)
    assert reason in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(SettingError, match="no such file; is the path right"):
        load_fields(tmp_path / "none.json")
    with pytest.raises(SettingError, match="cannot be read"):
        load_fields(tmp_path)
    (tmp_path / "a.json").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="found no UTF-8 text"):
        load_fields(tmp_path / "a.json")


def test_the_example_of_the_documentation_is_right(load):
    page = (Path(ocr.__file__).parents[1] / "docs/how-to/forms.md").read_text(encoding="utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    assert [one.name for one in load(text=example)] == ["surname", "born", "postcode", "city", "member"]
