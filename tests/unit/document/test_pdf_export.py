import io
from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image

from ocr.document.pdf_export import to_pdf
from ocr.document.pdf_file import MOST_CODES
from ocr.document.tree import Document, Line, Page
from ocr.errors import SettingError
from unit.document.documents import BLANK, DOCUMENT, MIXED, line, page, word

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
A4_POINTS = 841.89


@pytest.fixture
def read():
    """Open what was written; all is closed afterwards, in the order that the library asks for."""
    documents = []

    def opened(document, **settings):
        documents.append(pypdfium2.PdfDocument(to_pdf(document, created=WHEN, **settings)))
        return documents[-1]

    yield opened
    for one in documents:
        one.close()


def text_of(sheet):
    text_page = sheet.get_textpage()
    text = text_page.get_text_range()
    text_page.close()
    return text.replace("\r\n", "\n").strip()


def boxes_of(sheet, page):
    """Character, left, top, right, bottom of each character in pixels of the picture."""
    text_page = sheet.get_textpage()
    scale = max(page.width, page.height) / max(sheet.get_size())
    found = []
    for index in range(text_page.count_chars()):
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
        character = text_page.get_text_range(index, 1)
        found.append(
            (character, left * scale, page.height - top * scale, right * scale, page.height - bottom * scale)
        )
    text_page.close()
    return [one for one in found if one[0].strip()]


def test_text_is_found_in_reading_order(read):
    pdf = read(DOCUMENT)
    assert len(pdf) == 2
    assert text_of(pdf[0]) == MIXED.text
    assert text_of(pdf[1]) == ""


def test_every_character_reaches_from_its_ink_to_the_next(read):
    found = boxes_of(read(DOCUMENT)[0], MIXED)
    words = list(MIXED.words)
    assert [one[0] for one in found] == [sign for one in words for sign in one.text]
    place = 0
    for one in words:
        signs = found[place : place + len(one.text)]
        place += len(one.text)
        assert signs[0][1] == pytest.approx(one.box.left, abs=0.1)
        assert signs[-1][3] == pytest.approx(one.box.right, abs=0.1)
        for sign, character in zip(signs, one.characters, strict=True):
            assert sign[1] == pytest.approx(character.box.left, abs=0.1)
            # PDFium shows a 64th more above the baseline than there is.
            assert sign[2] == pytest.approx(one.box.top, abs=0.1 + one.box.height / 64)
            assert sign[4] == pytest.approx(one.box.bottom, abs=0.1)


def test_the_page_is_the_picture_as_long_as_a_sheet(read):
    image = Image.new("RGB", (400, 300), (250, 250, 240))
    image.paste((20, 40, 160), (100, 100, 200, 200))
    sheet = read(Document((MIXED,)), pictures=[image])[0]
    assert sheet.get_size() == pytest.approx((A4_POINTS, A4_POINTS * 3 / 4), abs=0.01)
    shown = sheet.render(scale=400 / A4_POINTS).to_pil().convert("RGB").resize((400, 300))
    assert shown.getpixel((150, 150)) == pytest.approx((20, 40, 160), abs=12)
    assert shown.getpixel((60, 250)) == pytest.approx((250, 250, 240), abs=12)
    # The text would be black: nothing of it is seen.
    assert shown.getpixel((24, 26)) == pytest.approx((250, 250, 240), abs=12)


def test_without_a_picture_the_page_is_blank(read):
    shown = read(Document((MIXED,)))[0].render().to_pil().convert("L")
    assert shown.getextrema() == (255, 255)


def test_any_alphabet_can_be_searched(read):
    russian = Document((page("ЖУК é ø", "ΑΒΓ 東京 –"),))
    assert text_of(read(russian)[0]) == "ЖУК é ø\nΑΒΓ 東京 –"


def test_characters_beyond_the_first_plane_are_found(read):
    assert text_of(read(Document((page("A\U0001f600B"),)))[0]) == "A\U0001f600B"


@pytest.mark.parametrize("odd", ["\ud800", "\x01"])
def test_what_is_no_character_is_replaced(read, odd):
    assert text_of(read(Document((page(f"A{odd}B"),)))[0]) == "A\ufffdB"


def test_a_dash_and_overlapping_characters_are_found(read):
    dash = word("-", left=60, top=25, height=2)
    overlapping = Line((*line("AB", left=20, top=20).words, dash, word("CD", left=65, top=20)))
    odd = Page((overlapping,), width=400, height=300, letter_height_px=12.0)
    assert text_of(read(Document((odd,)))[0]) == "AB - CD"


def test_it_tells_when_and_by_what_it_was_made(read):
    pdf = read(DOCUMENT)
    known = pdf.get_metadata_dict(skip_empty=True)
    assert known["Title"] == "scans/a.png"
    assert known["Creator"].startswith("ocr ")
    assert known["CreationDate"] == "D:20260102030405Z"
    assert to_pdf(DOCUMENT, created=WHEN) == to_pdf(DOCUMENT, created=WHEN)


def test_a_page_without_size_or_name_is_a_page(read):
    assert len(read(Document((Page((), width=0, height=0), BLANK)))) == 2


def test_a_picture_must_fit():
    with pytest.raises(SettingError, match="found 10 x 10 pixels"):
        to_pdf(Document((MIXED,)), pictures=[Image.new("L", (10, 10))], created=WHEN)


def test_it_starts_as_pdf_does():
    assert io.BytesIO(to_pdf(DOCUMENT, created=WHEN)).read(5) == b"%PDF-"


def test_the_table_says_where_each_object_is():
    content = to_pdf(DOCUMENT, pictures=[Image.new("L", (400, 300)), None], created=WHEN)
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[start:].startswith(b"xref\n0 ")
    rows = content[start:].split(b"trailer")[0].splitlines()[2:]
    assert rows[0] == b"0000000000 65535 f "
    for number, row in enumerate(rows[1:], 1):
        assert content[int(row[:10]) :].startswith(b"%d 0 obj\n<< " % number)


def test_more_characters_than_the_font_has_codes_for_are_replaced(read):
    many = "".join(map(chr, [*range(0x21, 0x7F), *range(0xA1, 0xD7FF), *range(0xE000, 0x20000)]))
    assert len(set(many)) > MOST_CODES
    last = many[-1]
    text = text_of(read(Document((page("A", many, f"A{last}B"),)))[0])
    assert text.startswith("A")
    assert text.endswith("A\ufffdB")
