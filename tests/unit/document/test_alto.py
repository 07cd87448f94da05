import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from ocr.document.alto import to_alto
from ocr.document.tree import Document, Line, Page
from unit.document.documents import BLANK, DOCUMENT, page, word
from unit.document.schema import faults

ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLACE = "HPOS VPOS WIDTH HEIGHT"
LIGATURE = Document((Page((Line((word(["fi", "t"], alternatives=(("ffix", 0.1),)),)),), 100, 100),))
OVERLAPPING = Document((Page((Line((word("AB"), word("C", left=10, top=40))),), 100, 100),))


def parsed(document):
    return ET.fromstring(to_alto(document, created=WHEN).encode())


@pytest.mark.parametrize(
    "document",
    [DOCUMENT, Document((BLANK,)), LIGATURE, OVERLAPPING],
    ids=["two pages", "blank", "ligature", "overlapping"],
)
def test_files_are_valid(document):
    assert faults(to_alto(document, created=WHEN), "alto-4-4") == []


def test_the_schema_finds_what_is_wrong():
    text = to_alto(DOCUMENT, created=WHEN).replace(' WC="0.7036"', ' WC="7.036"')
    (fault,) = faults(text, "alto-4-4")
    assert "WC" in fault
    assert "Layout" in faults(to_alto(Document(()), created=WHEN), "alto-4-4")[0]


def test_spaces_stand_between_words():
    rows = list(parsed(DOCUMENT).iter(ALTO + "TextLine"))
    assert len(rows) == 2
    for row in rows:
        order = "".join(child.tag.removeprefix(ALTO) + ";" for child in row)
        assert re.fullmatch("String;(SP;String;)*", order)


def test_values_are_in_the_ranges_of_the_schema():
    root = parsed(DOCUMENT)
    assert root.find(f".//{ALTO}MeasurementUnit").text == "pixel"
    assert root.find(f".//{ALTO}processingDateTime").text == "2026-01-02T03:04:05+00:00"
    assert all(len(one.get("CONTENT")) == 1 for one in root.iter(ALTO + "Glyph"))
    for tag, name in (("String", "WC"), ("Glyph", "GC"), ("Variant", "VC")):
        assert all(0 <= float(one.get(name)) <= 1 for one in root.iter(ALTO + tag))


def test_words_and_characters_have_boxes_and_confidences():
    first = next(parsed(DOCUMENT).iter(ALTO + "String"))
    assert {name: first.get(name) for name in ("CONTENT", "WC", *PLACE.split())} == {
        "CONTENT": "R0", "WC": "0.7036", "HPOS": "20", "VPOS": "20", "WIDTH": "18", "HEIGHT": "12",
    }  # fmt: skip
    glyph = first[1]
    assert (glyph.get("CONTENT"), glyph.get("GC"), glyph.get("VPOS")) == ("0", "0.5000", "21")
    assert [(one.get("CONTENT"), one.get("VC")) for one in glyph] == [("O", "0.4500"), ("o", "0.0500")]


def test_spaces_fill_the_gaps():
    space = next(parsed(DOCUMENT).iter(ALTO + "SP"))
    assert [space.get(name) for name in PLACE.split()] == ["38", "20", "22", "12"]


def test_spaces_between_words_that_overlap_have_no_width():
    space = next(parsed(OVERLAPPING).iter(ALTO + "SP"))
    assert (space.get("WIDTH"), space.get("HEIGHT")) == ("0", "0")


def test_a_file_name_stands_there_if_all_pages_share_it():
    assert parsed(DOCUMENT).find(f".//{ALTO}fileName").text == "scans/a.png"
    two = Document((page("A", source="a.png"), page("B", source="b.png")))
    assert parsed(two).find(f".//{ALTO}fileName") is None


def test_a_blank_page_has_an_empty_space():
    space = parsed(Document((BLANK,))).find(f".//{ALTO}PrintSpace")
    assert (space.get("WIDTH"), space.get("HEIGHT"), len(space)) == ("50", "40", 0)


def test_what_no_glyph_can_hold_stays_in_the_word():
    string = next(parsed(LIGATURE).iter(ALTO + "String"))
    assert string.get("CONTENT") == "fit"
    assert [(glyph.get("CONTENT"), len(glyph)) for glyph in string] == [("t", 0)]
