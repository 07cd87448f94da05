"""The right text of a line in the place of what was read."""

import pytest

from ocr.document.tree import Character, Line, Page, Word
from ocr.geometry import Box
from ocr.learning.corrected_document import corrected_line, corrected_page


def line_of(text):
    places = iter(range(len(text)))
    return Line(
        tuple(
            Word(
                tuple(
                    Character(c, Box(0, 10 * at, 8, 10 * at + 8), 0.6)
                    for c, at in zip(word, places, strict=False)
                )
            )
            for word in text.split()
        )
    )


@pytest.mark.parametrize(
    "text", ["cat sat", "dat sat", "a", "cats at", "c a t s a t", "catt sat", "c sat", "xyz xyz xyz", "ät"]
)
def test_a_line_has_the_text_it_is_given(text):
    line = corrected_line(line_of("cat sat"), text)
    assert line.text == text
    assert all(0 <= one.box.left < one.box.right <= 80 for word in line.words for one in word.characters)


def test_what_was_right_keeps_its_box_and_what_was_corrected_is_sure():
    line = corrected_line(line_of("cat"), "cut")
    assert [one.box for one in line.words[0].characters] == [
        Box(0, left, 8, left + 8) for left in (0, 10, 20)
    ]
    assert [one.probability for one in line.words[0].characters] == [1, 1, 1]
    assert line.words[0].characters[1].alternatives == (("u", 1.0),)


def test_a_page_loses_lines_that_are_no_writing():
    page = Page((line_of("one"), line_of("two"), line_of("three")), 100, 100)
    assert corrected_page(page, {1: "", 2: "tree"}).text == "one\ntree"
