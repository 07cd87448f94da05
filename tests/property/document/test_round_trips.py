"""Whatever a document holds, each format gives back its texts and boxes."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from unit.document.schema import faults
from unit.document.test_html_report import Tree

from ocr.document.alto import to_alto
from ocr.document.formats import FORMATS
from ocr.document.html_report import to_html
from ocr.document.mark_kind import MarkKind
from ocr.document.markdown import to_markdown
from ocr.document.page_xml import to_page_xml
from ocr.document.pdf_export import to_pdf
from ocr.document.plain import to_tsv, to_txt
from ocr.document.saving import export
from ocr.document.tree import Character, Document, Line, Page, Rejected, Word
from ocr.errors import DataError
from ocr.geometry import Box

WHEN = datetime(2026, 1, 2, tzinfo=UTC)
ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
PAGE = "{http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15}"
SCHEMAS = {"alto": "alto-4-4", "page": "page-2019-07-15"}
# Every sign that can be seen: no white space, no control signs, no halves of pairs, nothing unassigned.
SEEN = st.characters(exclude_categories=("Z", "C"))
SIGNS = st.one_of(st.sampled_from("AZaz09.,-+#*_<>&\"'`\\|~[]()!$%/=:;@"), SEEN)
# Readers of PDF turn Arabic and Hebrew round; their order is theirs.
LATIN = st.one_of(
    st.sampled_from("AZaz09.,-+#*_<>&\"'`\\"),
    st.characters(max_codepoint=0x24F, exclude_categories=("Z", "C")),
)
ROUNDS = settings(max_examples=25)
NUMBERS = st.integers(0, 5000)
PROBABILITIES = st.floats(0, 1)


@st.composite
def boxes(draw):
    top, left = draw(NUMBERS), draw(NUMBERS)
    return Box(top, left, top + draw(st.integers(0, 300)), left + draw(st.integers(0, 300)))


def characters(signs=SIGNS):
    alternatives = st.lists(st.tuples(signs, PROBABILITIES), max_size=3).map(tuple)
    return st.builds(Character, signs, boxes(), PROBABILITIES, alternatives)


def lines(signs=SIGNS):
    words = st.lists(characters(signs), min_size=1, max_size=4).map(lambda found: Word(tuple(found)))
    return st.lists(words, min_size=1, max_size=3).map(lambda found: Line(tuple(found)))


def pages(signs=SIGNS, *, names=st.text(max_size=8)):  # noqa: B008  a strategy, made once, is no mutable default
    return st.builds(
        Page,
        lines=st.lists(lines(signs), max_size=3).map(tuple),
        width=NUMBERS,
        height=NUMBERS,
        source=names,
        letter_height_px=st.floats(0, 500),
        rejected=st.lists(st.builds(Rejected, boxes(), st.sampled_from(MarkKind)), max_size=2).map(tuple),
        notes=st.lists(names, max_size=2).map(tuple),
        turned_deg=st.sampled_from((0, 90, 180, 270)),
    )


def documents(signs=SIGNS, *, most=2):
    return st.builds(
        Document, st.lists(pages(signs), min_size=1, max_size=most).map(tuple), st.text(max_size=8)
    )


@st.composite
def written_pages(draw, signs=SIGNS):
    """Pages as they are written: words left to right on lines below one another, nothing overlaps."""
    rows = []
    for top in range(50, 50 + 60 * draw(st.integers(1, 4)), 60):
        left, words = 40, []
        for text in draw(st.lists(st.text(signs, min_size=1, max_size=5), min_size=1, max_size=4)):
            found = []
            for sign in text:
                height, width = draw(st.integers(12, 40)), draw(st.integers(8, 30))
                found.append(Character(sign, Box(top + 40 - height, left, top + 40, left + width), 0.9))
                left += width + draw(st.integers(1, 4))
            words.append(Word(tuple(found)))
            left += draw(st.integers(20, 60))
        rows.append(Line(tuple(words)))
    return Page(tuple(rows), width=2000, height=400, letter_height_px=30.0)


@ROUNDS
@given(documents(st.text(min_size=1, max_size=2)))
def test_json_gives_back_the_document(document):
    assert Document.from_json(document.to_json()) == document
    assert Document.from_json(document.to_json(indent=1).encode()) == document
    assert [
        page for row in export(document, "jsonl").split("\n")[:-1] for page in Document.from_json(row).pages
    ] == list(document.pages)


@ROUNDS
@given(documents(), st.data())
def test_damaged_json_is_another_document_or_one_error(document, data):
    text = document.to_json()
    place = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:place] + data.draw(st.sampled_from(["", "0", "-", '"', "]", "}", "1e999", "null"]))
    damaged += text[place + data.draw(st.integers(0, 3)) :]
    try:
        found = Document.from_json(damaged)
    except DataError as error:
        assert "\n" not in str(error)  # noqa: PT017  either outcome is right
    else:
        assert Document.from_json(found.to_json()) == found


@ROUNDS
@given(documents())
def test_txt_is_the_text(document):
    assert [page.removesuffix("\n") for page in to_txt(document).split("\f")] == document.text.split("\f")


@ROUNDS
@given(documents())
def test_tsv_has_every_word_and_box(document):
    rows = csv.DictReader(io.StringIO(to_tsv(document)), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row["level"] == "5"]
    texts = [word.text for word in document.words]
    assert [row["text"] for row in words] == [f"'{text}" if text[0] == "=" else text for text in texts]
    places = [tuple(int(row[name]) for name in ("left", "top", "width", "height")) for row in words]
    expected = [word.box for word in document.words]
    assert places == [(box.left, box.top, box.width, box.height) for box in expected]


@ROUNDS
@given(documents())
def test_hocr_has_every_character_and_box(document):
    root = ET.fromstring(document.to_hocr().encode())
    found = [
        (one.text, tuple(map(int, re.match(r"x_bboxes (\d+) (\d+) (\d+) (\d+);", one.get("title")).groups())))
        for one in root.iter()
        if one.get("class") == "ocrx_cinfo"
    ]
    assert found == [
        (one.text, (one.box.left, one.box.top, one.box.right, one.box.bottom)) for one in document.characters
    ]
    words = [one for one in root.iter() if one.get("class") == "ocrx_word"]
    assert ["".join(one.itertext()) for one in words] == [one.text for one in document.words]


@ROUNDS
@given(documents())
def test_alto_has_every_character_and_box(document):
    text = to_alto(document, created=WHEN)
    assert faults(text, SCHEMAS["alto"]) == []
    root = ET.fromstring(text.encode())
    assert [one.get("CONTENT") for one in root.iter(ALTO + "String")] == [one.text for one in document.words]
    found = [
        (one.get("CONTENT"), *(int(one.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")))
        for one in root.iter(ALTO + "Glyph")
    ]
    boxes_of_all = [(one.text, one.box) for one in document.characters]
    assert found == [(text, box.left, box.top, box.width, box.height) for text, box in boxes_of_all]


@ROUNDS
@given(documents(most=1))
def test_page_xml_has_every_character_and_box(document):
    text = to_page_xml(document, created=WHEN)
    assert faults(text, SCHEMAS["page"]) == []
    root = ET.fromstring(text.encode())
    found = [
        (one.findtext(f"{PAGE}TextEquiv/{PAGE}Unicode"), one.find(PAGE + "Coords").get("points"))
        for one in root.iter(PAGE + "Glyph")
    ]
    assert found == [
        (text, f"{box.left},{box.top} {box.right},{box.top} {box.right},{box.bottom} {box.left},{box.bottom}")
        for text, box in ((one.text, one.box) for one in document.characters)
    ]


@ROUNDS
@given(documents())
def test_html_has_every_word_twice_and_the_text_once(document):
    tree = Tree(to_html(document))
    links = tree.named("a")
    assert len(links) == 2 * len(document.words)
    assert len({one["id"] for one in links}) == len(links)
    labels = [one["aria-label"].rpartition(",")[0] for one in links if "aria-label" in one]
    assert labels == [word.text for word in document.words]
    shown = "".join(tree.texts)
    assert all(page.text in shown for page in document.pages)


@ROUNDS
@given(written_pages())
def test_markdown_shows_the_text_as_it_stands(page):
    html = MarkdownIt("commonmark").render(to_markdown(Document((page,))))
    shown = re.sub(r"<(ol start=\"\d+\"|/?(p|ul|ol|li|br /))>", "", html)
    assert not re.search("<[a-z]", shown), html
    marks = re.compile(r"^([-*+]|\d{1,9}[.)]) (?=\S)")
    expected = [marks.sub("", line.text) for line in page.lines]
    found = Tree(shown).texts
    assert "".join(found).split() == " ".join(expected).split()


@ROUNDS
@given(written_pages(LATIN))
def test_pdf_has_every_word_where_it_is(page):
    text = "".join(one.text for one in page.characters)
    document = pypdfium2.PdfDocument(to_pdf(Document((page,)), created=WHEN))
    sheet = document[0].get_textpage()
    scale = page.width / document[0].get_size()[0]
    places = range(sheet.count_chars())
    found = [(sheet.get_text_range(index, 1), sheet.get_charbox(index, loose=True)) for index in places]
    found = [one for one in found if one[0].strip()]
    sheet.close()
    document.close()
    # PDFium takes a hyphen at the end of a line for one that joins the word with the next line, and marks it.
    assert "".join(sign for sign, _ in found).replace("\ufffe", "-") == text
    for (_, (left, bottom, _, top)), one in zip(found, page.characters, strict=True):
        assert left * scale == pytest.approx(one.box.left, abs=0.5)
        assert page.height - bottom * scale >= one.box.bottom - 0.5
        assert page.height - top * scale <= one.box.top + 0.5


@ROUNDS
@given(documents(st.text(min_size=1, max_size=2), most=1), st.sampled_from(sorted(set(FORMATS) - {"pdf"})))
def test_no_text_breaks_any_format(document, name):
    content = export(document, name, created=WHEN)
    if name in {"json", "jsonl"}:
        json.loads(content)
    elif name in SCHEMAS:
        assert faults(content, SCHEMAS[name]) == []
    elif name == "hocr":
        ET.fromstring(content.encode())
    elif name == "html":
        Tree(content)
    assert isinstance(content, str)
