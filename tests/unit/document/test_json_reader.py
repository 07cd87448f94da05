import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ocr.document.json_format import from_json, to_json
from ocr.document.json_schema import check, document_schema
from ocr.document.provenance import Provenance
from ocr.errors import DataError
from unit.document.documents import DOCUMENT

GOOD = json.loads(DOCUMENT.to_json())
CHARACTER = ("pages", 0, "lines", 0, "words", 0, "characters", 1)


def changed(*path, to):
    tree = copy.deepcopy(GOOD)
    *way, last = path
    place = tree
    for key in way:
        place = place[key]
    place[last] = to
    return json.dumps(tree)


def without(*path):
    tree = copy.deepcopy(GOOD)
    *way, last = path
    place = tree
    for key in way:
        place = place[key]
    del place[last]
    return json.dumps(tree)


def test_what_was_written_is_read():
    assert from_json(DOCUMENT.to_json()) == DOCUMENT
    assert from_json(DOCUMENT.to_json(indent=1).encode()) == DOCUMENT


@pytest.mark.parametrize(
    "path",
    [
        ("pages", 0, "text"),
        ("pages", 0, "lines", 0, "text"),
        ("pages", 0, "lines", 0, "box"),
        ("pages", 0, "lines", 0, "words", 0, "text"),
        ("pages", 0, "lines", 0, "words", 0, "box"),
        ("pages", 0, "lines", 0, "words", 0, "probability"),
    ],
)
def test_what_follows_from_the_characters_may_be_left_out(path):
    assert from_json(without(*path)) == DOCUMENT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "document: found no JSON"),
        ('{"version": NaN}', "NaN is no number"),
        ("[" * 100_000, "too many brackets|no JSON"),
        (b"\xff\xfe\xfa", "document: found no JSON"),
        (None, "document: found no JSON"),
        ("1" * 5000, "document: found no JSON"),
        ('{"version": 3, "model": ' + "[" * 900 + "]" * 900 + ', "pages": []}', "model: found"),
        ("[]", r"document: found \[\], expected an object"),
        ("{}", "expected a key 'version'"),
        (changed("version", to=4), r"document\.version: found 4, expected 3"),
        (changed("version", to=True), "found True, expected 3"),
        (
            changed("more", to=1),
            "a key of document: found 'more', expected one of model, pages, ",
        ),
        (changed("model", to=None), r"document\.model: found None, expected a text"),
        (changed("pages", to={}), r"document\.pages: found {}, expected a list"),
        (without("pages", 0, "width"), r"document\.pages\[0\]: .* expected a key 'width'"),
        (changed("pages", 0, "width", to=-1), "found -1, expected a whole number from 0"),
        (changed("pages", 0, "width", to=1.5), "found 1.5, expected a whole number"),
        (changed("pages", 0, "height", to=2**31), "expected a whole number from 0 to 2147483647"),
        (changed("pages", 0, "letter_height_px", to="12"), "found '12', expected a number"),
        (
            changed("pages", 0, "text", to="R0"),
            r"pages\[0\]\.text: found 'R0', expected .* as the characters say",
        ),
        (changed("pages", 0, "turned_deg", to=45), "found 45, expected one of 0, 90, 180, 270"),
        (changed("pages", 0, "notes", to=[1]), r"notes\[0\]: found 1, expected a text"),
        (changed("pages", 0, "rejected", 0, "reason", to=0), "found 0, expected one of rule, frame"),
        (
            changed("pages", 0, "lines", 0, "words", to=[]),
            r"words: found \[\], expected 1 or more",
        ),
        (changed("pages", 0, "lines", 0, "box", to=[0, 0, 1, 1]), "as the characters say"),
        (changed(*CHARACTER[:-1], to=[]), r"characters: found \[\], expected 1 or more"),
        (changed(*CHARACTER[:-2], "probability", to=0.1), "found 0.1, expected 0.7"),
        (changed(*CHARACTER, "text", to=""), "found '', expected one character"),
        (changed(*CHARACTER, "text", to="O"), "as the characters say"),
        (changed(*CHARACTER, "probability", to=1.01), "found 1.01, expected a number from 0 to 1"),
        (changed(*CHARACTER, "probability", to=False), "found False, expected a number"),
        (changed(*CHARACTER, "box", to=[1, 2, 3]), "expected a list of 4"),
        (changed(*CHARACTER, "box", to=[9, 2, 3, 4]), "with top <= bottom"),
        (changed(*CHARACTER, "box", to=[-1, 2, 3, 4]), "found -1"),
        (
            changed(*CHARACTER, "alternatives", to=[["a"]]),
            r"alternatives\[0\]: found \['a'\], expected a list of 2",
        ),
        (changed(*CHARACTER, "alternatives", to=[["a", 2]]), "expected a number from 0 to 1"),
    ],
)
def test_damage_is_refused_with_its_place(text, message):
    with pytest.raises(DataError, match=message) as caught:
        from_json(text)
    assert "\n" not in str(caught.value)


def test_the_old_key_of_rejected_marks_is_read():
    old = to_json(DOCUMENT).replace('"rejected":', '"discarded":').replace('"version":3', '"version":1')
    assert from_json(old) == DOCUMENT
    both = old.replace('"notes":', '"rejected":[],"notes":')
    with pytest.raises(DataError, match="found 'discarded'"):
        from_json(both)


def test_a_message_stays_short():
    with pytest.raises(DataError) as caught:
        from_json(changed("model", to=["x"] * 1000))
    assert len(str(caught.value)) < 200


VALIDATOR = Draft202012Validator(document_schema())
VALUES = [
    None,
    True,
    0,
    1,
    -1,
    2,
    90,
    0.5,
    2.5,
    1e300,
    2**31,
    "",
    "a",
    "stray",
    [],
    [[]],
    {},
    [1, 2, 3, 4],
    ["a", 0.5],
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_check_agrees_with_a_library_for_json_schema(data):
    made_by = Provenance("ocr 0.1.0", charset=None)
    tree = json.loads(replace(DOCUMENT, provenance=made_by).to_json())
    place, way = tree, []
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        way.append(key)
        inner = place[key]
        if not (isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 5))):
            break
        place = inner
    change = data.draw(st.sampled_from(["set", "remove", "add"]))
    if change == "remove":
        del place[key]
    elif change == "add" and isinstance(place, dict):
        place["more"] = 1
    else:
        place[key] = data.draw(st.sampled_from(VALUES))
    try:
        check(tree, document_schema(), place="document")
        fits = True
    except DataError:
        fits = False
    assert fits == VALIDATOR.is_valid(tree), way


def test_the_schema_is_one():
    Draft202012Validator.check_schema(document_schema())


def test_a_keyword_that_is_not_known_is_no_schema_that_is_ignored():
    with pytest.raises(NotImplementedError, match="pattern"):
        check("a", {"type": "string", "pattern": "b"}, place="text")
