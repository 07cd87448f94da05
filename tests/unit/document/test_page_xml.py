import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from ocr.document.page_xml import to_page_xml
from ocr.document.tree import Document
from unit.document.documents import BLANK, DOCUMENT, MIXED, page
from unit.document.schema import faults

PAGE = "{http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15}"
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ONE = Document((MIXED,), model="print")


def parsed(document):
    return ET.fromstring(to_page_xml(document, created=WHEN).encode())


@pytest.mark.parametrize("document", [ONE, Document((BLANK,))], ids=["text", "blank"])
def test_files_are_valid(document):
    assert faults(to_page_xml(document, created=WHEN), "page-2019-07-15") == []


def test_the_schema_finds_what_is_wrong():
    text = to_page_xml(ONE, created=WHEN).replace("20,20 38,20", "20;20 38,20", 1)
    (fault,) = faults(text, "page-2019-07-15")
    assert "20;20" in fault


def test_the_page_names_its_picture():
    sheet = parsed(ONE).find(PAGE + "Page")
    assert sheet.attrib == {"imageFilename": "scans/a.png", "imageWidth": "400", "imageHeight": "300"}
    assert [one.text for one in parsed(ONE).find(PAGE + "Metadata")][1:] == [
        "2026-01-02T03:04:05+00:00",
        "2026-01-02T03:04:05+00:00",
        "model: print",
    ]


def test_regions_are_referred_to_in_reading_order():
    root = parsed(Document((page("A", "B", "C", tops=[0, 30, 90]),)))
    regions = [one.get("id") for one in root.iter(PAGE + "TextRegion")]
    referred = [(one.get("index"), one.get("regionRef")) for one in root.iter(PAGE + "RegionRefIndexed")]
    assert referred == [("0", regions[0]), ("1", regions[1])]


def test_every_level_has_its_text_and_polygon():
    root = parsed(ONE)

    def texts(tag):
        return [one.findtext(f"{PAGE}TextEquiv/{PAGE}Unicode") for one in root.iter(PAGE + tag)]

    assert texts("TextRegion") == ['R0 <b>\nA&B "C"']
    assert texts("TextLine") == ["R0 <b>", 'A&B "C"']
    assert texts("Word") == ["R0", "<b>", "A&B", '"C"']
    assert "".join(texts("Glyph")) == 'R0<b>A&B"C"'
    word = next(root.iter(PAGE + "Word"))
    assert word.find(PAGE + "Coords").get("points") == "20,20 38,20 38,32 20,32"
    assert word.find(PAGE + "TextEquiv").get("conf") == "0.7036"


def test_alternatives_follow_the_text_of_a_glyph():
    glyph = list(parsed(ONE).iter(PAGE + "Glyph"))[1]
    found = [(one.get("index"), one.get("conf"), one[0].text) for one in glyph.iter(PAGE + "TextEquiv")]
    assert found == [("0", "0.5000", "0"), ("1", "0.4500", "O"), ("2", "0.0500", "o")]


@pytest.mark.parametrize("document", [DOCUMENT, Document(())], ids=["two pages", "none"])
def test_it_holds_one_page(document):
    with pytest.raises(ValueError, match="unpack"):
        to_page_xml(document, created=WHEN)
