import json
from dataclasses import replace

from ocr.document.json_format import to_json, to_json_lines
from ocr.document.provenance import Provenance
from ocr.document.tree import Document, Page
from unit.document.documents import DOCUMENT


def test_everything_is_written():
    found = json.loads(to_json(DOCUMENT))
    assert list(found) == ["version", "model", "pages"]
    assert (found["version"], found["model"]) == (3, "print")
    first, blank = found["pages"]
    assert first["text"] == 'R0 <b>\nA&B "C"'
    assert first["rejected"] == [{"box": [100, 5, 104, 9], "reason": "stray"}]
    assert first["lines"][0]["box"] == [20, 20, 32, 88]
    assert first["lines"][0]["words"][0]["characters"][1] == {
        "text": "0",
        "box": [21, 30, 32, 38],
        "probability": 0.5,
        "alternatives": [["0", 0.5], ["O", 0.45], ["o", 0.05]],
    }
    assert blank == {
        "source": "",
        "width": 50,
        "height": 40,
        "letter_height_px": 0.0,
        "text": "",
        "lines": [],
        "rejected": [],
        "notes": ["nothing that looks like writing was found"],
        "turned_deg": 0,
        "tables": [],
        "fields": [],
    }


def test_it_is_one_line_unless_it_is_to_be_looked_at():
    assert to_json(DOCUMENT).count("\n") == 1
    assert to_json(DOCUMENT, indent=2).startswith('{\n  "version": 3,\n')
    assert json.loads(to_json(DOCUMENT, indent=2)) == json.loads(to_json(DOCUMENT))


def test_json_lines_are_documents_of_a_page_each():
    rows = to_json_lines(DOCUMENT).splitlines()
    assert [Document.from_json(row) for row in rows] == [
        Document((page,), model="print") for page in DOCUMENT.pages
    ]
    assert to_json_lines(Document(())) == ""


def test_a_file_name_that_is_no_utf8_survives():
    odd = Document((Page((), width=1, height=1, source="b\udcfcro\u00e9.png"),))
    text = odd.to_json()
    assert "\\udcfc" in text
    assert "é" in text
    assert Document.from_json(text.encode()) == odd


def test_what_it_was_read_by_travels_with_it():
    made_by = Provenance("ocr 0.1.0", model_checksum="ab" * 32, charset="digits", own_words=3, turn_deg=90)
    document = replace(DOCUMENT, provenance=made_by)
    assert document.to_dict()["provenance"]["charset"] == "digits"
    assert Document.from_json(document.to_json()) == document
    assert document != DOCUMENT


def test_a_file_of_the_first_version_is_read():
    first = DOCUMENT.to_json().replace('"version":3', '"version":1')
    assert Document.from_json(first) == DOCUMENT
