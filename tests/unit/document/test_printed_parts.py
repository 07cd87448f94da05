"""Cells and fields hold the words that lie in them, and are written to JSON and read back."""

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from ocr.document.formats import format_of
from ocr.document.html_report import to_html
from ocr.document.json_format import from_json, to_json
from ocr.document.json_schema import document_schema
from ocr.document.markdown import to_markdown
from ocr.document.printed_parts import FieldShape, FormField, Table, TableCell, filled
from ocr.document.tree import Document, Line, Page
from ocr.errors import DataError
from ocr.geometry import Box
from unit.document.documents import line, page, word
from unit.document.test_html_report import Tree

# Three rows of two columns, 30 pixels high: the lines are at 20, 50 and 80.
LINES = (
    Line((word("Name", left=20, top=20), word("Age", left=220, top=20))),
    Line((word("An", left=20, top=50), word("na", left=45, top=50), word("34", left=220, top=50))),
    Line((word("Town", left=20, top=80),)),
)
CELLS = tuple(
    TableCell(row, column, Box(12 + 30 * row, 10 + 200 * column, 42 + 30 * row, 210 + 200 * column))
    for row in range(3)
    for column in range(2)
)


def table_page():
    sheet = Page(LINES, width=420, height=300)
    table = Table(Box(12, 10, 102, 410), CELLS)
    fields = (
        FormField(FieldShape.COMB, Box(15, 215, 40, 400), cell_count=5),
        FormField(FieldShape.CHECKBOX, Box(75, 5, 100, 405), is_checked=True, check_probability=0.9),
    )
    return replace(sheet, tables=(table,), fields=fields).with_lines(LINES)


def test_words_are_in_the_cell_in_which_their_middle_is():
    (table,) = table_page().tables
    assert table.rows == (("Name", "Age"), ("An na", "34"), ("Town", ""))
    assert (table.row_count, table.column_count) == (3, 2)
    assert str(table) == "Name\tAge\nAn na\t34\nTown\t"
    assert repr(table.cells[1]) == "<TableCell 'Age'>"


def test_of_two_boxes_the_one_holds_a_word_in_whose_middle_it_is():
    upper, lower = (TableCell(row, 0, Box(top, 0, top + 60, 400)) for row, top in enumerate((0, 30)))
    held = filled((upper, lower), [Line((word("up", top=25), word("down", left=300, top=50)))])
    assert [cell.text for cell in held] == ["up", "down"]
    assert filled((upper,), [Line((word("out", top=90),))])[0].text == ""
    assert filled((), LINES) == ()


def test_lines_of_a_cell_are_lines_of_its_text_and_a_space_in_a_row():
    tall = TableCell(0, 0, Box(10, 10, 72, 210), row_span=2)
    (cell,) = filled((tall,), LINES)
    assert cell.text == "Name\nAn na"
    assert Table(cell.box, (cell,)).rows == (("Name An na",), ("",))
    assert cell.confidence == cell.probability == pytest.approx(0.9)
    assert TableCell(0, 0, Box(0, 0, 1, 1)).probability == 1


def test_a_check_box_holds_no_words():
    comb, box = table_page().fields
    assert (comb.text, comb.is_checked, comb.confidence) == ("Age", None, pytest.approx(0.9))
    assert (box.text, box.is_checked, box.confidence) == ("", True, 0.9)
    assert repr(box) == "<FormField 'checkbox: checked'>"
    assert str(comb) == "Age"


def test_doubtful_characters_are_marked_in_cells_too():
    (marked,) = Document((table_page(),)).with_rejects(0.95).pages
    assert marked.tables[0].rows[0] == ("~~~~", "~~~")
    assert marked.fields[0].text == "~~~"


def test_a_data_frame_has_a_cell_for_each_cell():
    pytest.importorskip("pandas")
    frame = table_page().tables[0].to_pandas()
    assert frame.shape == (3, 2)
    assert frame[1].tolist() == ["Age", "34", ""]


def test_tables_and_fields_survive_json():
    document = Document((table_page(), page("A")))
    text = to_json(document)
    assert from_json(text) == document
    found = json.loads(text)
    Draft202012Validator(document_schema()).validate(found)
    (table,) = found["pages"][0]["tables"]
    assert table["rows"] == [["Name", "Age"], ["An na", "34"], ["Town", ""]]
    assert table["cells"][2]["words"] == [[1, 0], [1, 1]]
    assert found["pages"][0]["fields"][1] == {
        "kind": "checkbox",
        "box": [75, 5, 100, 405],
        "cells": 1,
        "text": "",
        "checked": True,
        "probability": 0.9,
        "words": [],
    }


def test_a_file_of_the_second_version_has_no_tables():
    old = json.loads(to_json(Document((page("A"),))))
    old["version"] = 2
    del old["pages"][0]["tables"], old["pages"][0]["fields"]
    assert from_json(json.dumps(old)) == Document((page("A"),))


def test_a_table_is_written_as_rows():
    spreadsheet = replace(table_page(), lines=()).with_lines((*LINES, Line((word("=1", left=220, top=80),))))
    document = Document((table_page(), spreadsheet))
    assert document.export("tables") == ("Name\tAge\nAn na\t34\nTown\t\n\nName\tAge\nAn na\t34\nTown\t'=1\n")
    assert Document((page("A"),)).export("tables") == ""
    assert format_of("a.tables.tsv").name == "tables"
    assert format_of("a.tsv").name == "tsv"


def test_a_table_of_markdown_stands_between_its_paragraphs():
    above, below = line("See: A|B", left=20, top=0), line("- end", left=20, top=120)
    beside = Line((*LINES[0].words, word("note", left=420, top=20)))
    document = Document((table_page().with_lines((above, beside, *LINES[1:], below)),))
    text = to_markdown(document)
    assert text == (
        "See: A\\|B\\\nnote\n\n| Name | Age |\n| --- | --- |\n| An na | 34 |\n| Town |  |\n\n- end\n"
    )
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert html.count("<tr>") == 3
    assert "<td>An na</td>" in html


def test_an_empty_table_gives_no_text():
    empty = table_page().with_lines(())
    document = Document((empty,))
    assert (document.text, to_markdown(document), document.export("tables")) == ("", "", "\t\n\t\n\t\n")
    assert "<td>" not in to_html(document)


def test_a_table_of_a_report_has_cells_with_links_to_the_picture():
    wide = replace(CELLS[4], column_span=2)
    cells = filled((*CELLS[:3], wide), LINES)
    document = Document((replace(table_page(), tables=(Table(Box(12, 10, 102, 410), cells),)),))
    text = to_html(document)
    assert text.count("<tr>") == 3
    assert '<tr><td colspan="2"><a id="t1-3-1" href="#w1-3-1">' in text
    # The lines enclose no cell for this word.
    assert '<p><a id="t1-2-3" href="#w1-2-3">' in text
    links = [one["id"] for one in Tree(text).named("a")]
    assert len(links) == len(set(links)) == 2 * 6


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("tables", 0, "cells", 0, "words"), [[0, 2]], r"words: found \[0, 2\], expected the numbers"),
        (("tables", 0, "cells", 0, "words"), [[3, 0]], "expected the numbers of a line"),
        (("tables", 0, "cells", 0, "text"), "Nam", "as the characters say"),
        (("tables", 0, "cells", 0, "row"), 1000, "from 0 to 999"),
        (("tables", 0, "cells", 0, "row_span"), 0, "from 1 to 1000"),
        (("tables", 0, "row_count"), 4, "expected 3"),
        (("tables", 0, "rows"), [[]], "as many texts as the cells say"),
        (("tables", 0, "rows", 0, 0), "", "as the characters say"),
        (("fields", 0, "kind"), "ring", "expected one of box, comb, checkbox"),
        (("fields", 0, "checked"), True, "true or false for a check box, null for others"),
        (("fields", 1, "checked"), None, "true or false for a check box"),
        (("fields", 0, "probability"), 0.1, "expected 0.9"),
        (("fields", 0, "cells"), 0, "from 1 to 1000"),
        (("fields", 0, "box"), [9, 0, 1, 1], "top <= bottom"),
    ],
)
def test_wrong_tables_and_fields_are_refused(path, value, message):
    tree = json.loads(to_json(Document((table_page(),))))
    node = tree["pages"][0]
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(DataError, match=message):
        from_json(json.dumps(tree))


def test_a_word_that_is_in_no_line_is_refused():
    stale = replace(table_page(), lines=LINES[1:])
    with pytest.raises(DataError, match="holds <Word 'Name'>, which is in no line"):
        to_json(Document((stale,)))
