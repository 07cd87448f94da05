"""What is left of lines that were erased."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.page.ink.components import find_components
from ocr.page.writing.erased_strokes import are_left_of_lines

LETTER_PX = 30.0


def drawn(*strokes):
    page = Image.new("1", (300, 120))
    draw = ImageDraw.Draw(page)
    for stroke in strokes:
        draw.line(stroke, fill=1, width=3)
    return np.array(page)


HEAD = (135, 50, 150, 60, 135, 70)
LETTER = (120, 80, 120, 40, 140, 40)


def left(marks, *lines):
    """Whether each mark is left of what was erased: lines, but for what they share with the marks."""
    mask = drawn(*marks)
    erased = drawn(*lines) & ~mask
    return are_left_of_lines(find_components(mask), erased, text_height_px=LETTER_PX).tolist()


def test_the_head_of_an_arrow_is_no_letter():
    assert left([HEAD], (40, 60, 150, 60)) == [True]


def test_the_head_of_an_upright_arrow_is_no_letter():
    assert left([(140, 85, 150, 100, 160, 85)], (150, 10, 150, 100)) == [True]


def test_a_head_that_touches_the_box_it_points_to_is_no_letter():
    assert left([HEAD], (40, 60, 150, 60), (153, 10, 153, 110)) == [True]


def test_a_head_that_a_box_touches_beyond_its_middle_is_no_letter():
    large, side = (125, 40, 150, 60, 125, 80), (140, 71, 140, 110)
    assert left([large], (40, 60, 150, 60), side) == [True]


def test_both_sides_of_a_head_that_was_cut_are_no_letters():
    upper, lower = (138, 50, 146, 56), (138, 70, 146, 64)
    assert left([upper, lower], (40, 60, 150, 60), (135, 48, 148, 59), (135, 72, 148, 61)) == [True, True]


@pytest.mark.parametrize(
    "line",
    [(40, 82, 260, 82), (40, 82, 130, 82), (40, 60, 260, 60), (110, 10, 110, 110), (40, 110, 260, 110)],
    ids=["on a rule", "at its end", "struck through", "beside a box", "above a rule"],
)
def test_letters_stay(line):
    assert left([LETTER], line) == [False]


def test_a_stroke_far_from_lines_stays():
    assert left([HEAD], (40, 110, 260, 110)) == [False]


def test_a_long_sliver_of_the_edge_of_a_line_is_no_letter():
    mask, erased = np.zeros((2, 120, 300), bool)
    erased[10:110, 100:106] = True
    mask[20:80, 106:108] = True
    assert are_left_of_lines(find_components(mask), erased, text_height_px=LETTER_PX).tolist() == [True]


def test_a_foot_of_a_letter_below_a_rule_stays():
    # The rule was erased, and with it the waist of the letter.
    mask = drawn((120, 40, 120, 72), (118, 81, 128, 81))
    erased = drawn((40, 76, 118, 76), (126, 76, 260, 76)) & ~mask
    components = find_components(mask)
    assert len(components) == 2
    assert are_left_of_lines(components, erased, text_height_px=LETTER_PX).tolist() == [False, False]
