import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from ocr.document.alto import to_alto
from ocr.document.tree import Document, Line, Page
from unit.document.content_models import check
from unit.document.documents import BLANK, DOCUMENT, page, word

ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLACE = "HPOS VPOS WIDTH HEIGHT"
# ALTO 4.4. Any number of pairs of String and SP stands in a line; SP between two is checked by a test below.
MODELS = {
    "alto": ("", "SCHEMAVERSION", "Description? Styles? Tags? ReadingOrder? Layout"),
    "Description": ("", "", "MeasurementUnit sourceImageInformation? OCRProcessing* Processing*"),
    "MeasurementUnit": ("", "", ""),
    "sourceImageInformation": ("", "", "fileName? fileIdentifier* documentIdentifier*"),
    "fileName": ("", "", ""),
    "Processing": (
        "ID",
        "",
        "processingCategory? processingDateTime? processingAgency? processingStepDescription* "
        "processingStepSettings? processingSoftware?",
    ),
    "processingCategory": ("", "", ""),
    "processingDateTime": ("", "", ""),
    "processingStepSettings": ("", "", ""),
    "processingSoftware": ("", "", "softwareCreator? softwareName? softwareVersion? applicationDescription?"),
    "softwareName": ("", "", ""),
    "softwareVersion": ("", "", ""),
    "Layout": ("", "STYLEREFS", "Page+"),
    "Page": (
        "ID PHYSICAL_IMG_NR",
        "HEIGHT WIDTH PROCESSINGREFS",
        "TopMargin? LeftMargin? RightMargin? BottomMargin? PrintSpace?",
    ),
    "PrintSpace": ("", f"ID {PLACE}", "Shape? TextBlock*"),
    "TextBlock": ("ID", PLACE, "Shape? TextLine+"),
    "String": ("CONTENT", f"ID WC {PLACE}", "Shape? ALTERNATIVE* Glyph*"),
    "SP": ("", f"ID {PLACE}", ""),
    "Glyph": ("CONTENT", f"ID GC {PLACE}", "Shape? Variant*"),
    "Variant": ("", "CONTENT VC", ""),
}


def parsed(document):
    return ET.fromstring(to_alto(document, created=WHEN).encode())


def test_elements_are_those_of_the_schema_in_its_order():
    root = parsed(DOCUMENT)
    rows = list(root.iter(ALTO + "TextLine"))
    for row in rows:
        assert set(row.attrib) == {"ID", *PLACE.split()}
        order = "".join(child.tag.removeprefix(ALTO) + ";" for child in row)
        assert re.fullmatch("String;(SP;String;)*", order)
    check(root, {**MODELS, "TextLine": ("ID", PLACE, "String SP? String?")}, ALTO)


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
    overlapping = Line((word("AB"), word("C", left=10, top=40)))
    space = next(parsed(Document((Page((overlapping,), 100, 100),))).iter(ALTO + "SP"))
    assert (space.get("WIDTH"), space.get("HEIGHT")) == ("0", "0")


def test_a_file_name_stands_there_if_all_pages_share_it():
    assert parsed(DOCUMENT).find(f".//{ALTO}fileName").text == "scans/a.png"
    two = Document((page("A", source="a.png"), page("B", source="b.png")))
    assert parsed(two).find(f".//{ALTO}fileName") is None


def test_a_blank_page_has_an_empty_space():
    space = parsed(Document((BLANK,))).find(f".//{ALTO}PrintSpace")
    assert (space.get("WIDTH"), space.get("HEIGHT"), len(space)) == ("50", "40", 0)


def test_what_no_glyph_can_hold_stays_in_the_word():
    ligature = Document((Page((Line((word(["fi", "t"], alternatives=(("ffix", 0.1),)),)),), 100, 100),))
    string = next(parsed(ligature).iter(ALTO + "String"))
    assert string.get("CONTENT") == "fit"
    assert [(glyph.get("CONTENT"), len(glyph)) for glyph in string] == [("t", 0)]
