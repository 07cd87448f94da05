from ocr.document.plain import TSV_COLUMNS, to_tsv, to_txt
from ocr.document.tree import Document, Line, Page
from unit.document.documents import BLANK, DOCUMENT, page, word


def rows_of(document):
    names, *rows = [row.split("\t") for row in to_tsv(document).splitlines()]
    assert tuple(names) == TSV_COLUMNS
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_text_is_what_is_printed():
    assert to_txt(DOCUMENT) == 'R0 <b>\nA&B "C"\n\f'
    assert to_txt(Document((page("A"), BLANK, page("B")))) == "A\n\f\fB\n"
    assert to_txt(Document(())) == ""


def test_a_row_for_each_page_block_paragraph_line_and_word():
    rows = rows_of(DOCUMENT)
    assert [row["level"] for row in rows] == list("1234554551")
    assert [row["text"] for row in rows if row["level"] == "5"] == ["R0", "<b>", "A&B", '"C"']
    assert all((row["conf"] == "-1") == (row["level"] != "5") for row in rows)


def test_places_and_confidences_of_words():
    first = next(row for row in rows_of(DOCUMENT) if row["text"] == "R0")
    assert first == {
        "level": "5", "page_num": "1", "block_num": "1", "par_num": "1", "line_num": "1", "word_num": "1",
        "left": "20", "top": "20", "width": "18", "height": "12", "conf": "70.36", "text": "R0",
    }  # fmt: skip


def test_numbers_count_from_one_within_what_holds_them():
    rows = rows_of(Document((page("A", "B C", "D", tops=[0, 30, 100]),)))
    keys = ("block_num", "par_num", "line_num", "word_num")
    words = {row["text"]: "".join(row[key] for key in keys) for row in rows if row["text"]}
    assert words == {"A": "1111", "B": "1121", "C": "1122", "D": "1211"}


def test_a_tab_parts_no_cells():
    odd = Document((Page((Line((word("a\tb"),)),), width=50, height=20),))
    assert rows_of(odd)[-1]["text"] == "a b"


def test_no_spreadsheet_computes_what_was_written():
    found = to_tsv(Document((page("=2+3 4=4"),)))
    assert found.splitlines()[-2].endswith("\t'=2+3")
    assert found.splitlines()[-1].endswith("\t4=4")
