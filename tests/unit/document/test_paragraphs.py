import pytest

from ocr.document.paragraphs import paragraph_box, paragraphs, word_band
from ocr.document.tree import Line
from ocr.geometry import Box
from unit.document.documents import BLANK, line, page, word


@pytest.mark.parametrize(
    ("tops", "expected"),
    [
        ([0, 30, 60, 90], ["A B C D"]),
        ([0, 30, 90, 120], ["A B", "C D"]),
        ([0, 60, 90, 150], ["A", "B C", "D"]),
        ([0, 40, 70, 104], ["A B C D"]),
        ([100, 130, 100, 130], ["A B", "C D"]),
        ([50, 50, 50, 50], ["A", "B", "C", "D"]),
    ],
    ids=["even", "an empty line", "two empty lines", "a little wider", "two columns", "side by side"],
)
def test_lines_part_where_they_are_far_apart(tops, expected):
    found = paragraphs(page("A", "B", "C", "D", tops=tops))
    assert [" ".join(one.text for one in lines) for lines in found] == expected


def test_two_lines_are_one_paragraph_and_none_are_none():
    assert len(paragraphs(page("A", "B", tops=[0, 200]))) == 1
    assert paragraphs(BLANK) == ()


def test_a_paragraph_has_a_box():
    assert paragraph_box((line("AB", left=5, top=10), line("C", left=0, top=30))) == Box(10, 0, 42, 23)


def test_a_word_of_letters_is_set_in_its_box():
    row = line("AB", top=10)
    assert word_band(row.words[0], row, letter_height_px=12.0) == row.words[0].box
    assert word_band(row.words[0], row, letter_height_px=5.0) == row.words[0].box


@pytest.mark.parametrize(
    ("top", "expected"), [(15, Box(10, 40, 22, 48)), (20, Box(10, 40, 22, 48)), (10, Box(10, 40, 22, 48))]
)
def test_a_dash_is_set_as_high_as_a_letter_within_its_line(top, expected):
    dash = word("-", left=40, top=top, height=2)
    row = Line((word("A", top=10), dash))
    assert word_band(dash, row, letter_height_px=12.0) == expected


def test_a_dash_alone_is_as_high_as_its_line():
    dash = word("-", top=15, height=2)
    assert word_band(dash, Line((dash,)), letter_height_px=12.0) == Box(15, 0, 17, 8)


def test_nothing_is_set_lower_than_a_pixel():
    flat = word("-", top=15, height=0)
    assert word_band(flat, Line((flat,)), letter_height_px=0.0).height == 1
