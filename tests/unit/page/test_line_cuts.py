"""Components that lie in two lines of text are cut between them."""

import numpy as np
import pytest

from ocr.page.ink.components import find_components
from ocr.page.writing.line_cuts import cut_touching_lines

LETTER_PX, PITCH_PX, STEP_PX = 20, 36, 24


def page_of(*lines, stems=()):
    """Ink of lines of letters like an o, given by their places; stems (top, bottom, col) run down."""
    ink = np.zeros((200, 400), bool)
    for number, places in enumerate(lines):
        for place in places:
            top, left = 20 + PITCH_PX * number, 20 + STEP_PX * place
            ink[top : top + LETTER_PX, left : left + 16] = True
            ink[top + 3 : top + LETTER_PX - 3, left + 3 : left + 13] = False
    for top, bottom, col in stems:
        ink[top:bottom, col : col + 3] = True
    return find_components(ink)


def test_letters_of_two_lines_are_cut_apart():
    places = range(10)
    # From the fifth letter of the first line to the one below it.
    touching = page_of(places, places, stems=[(38, 58, 117)])
    assert len(touching) == 19
    cut = cut_touching_lines(touching, text_height_px=LETTER_PX)
    assert len(cut) == 20
    assert cut.areas.sum() == touching.areas.sum()
    assert cut.heights.max() < 2 * LETTER_PX
    # The descender stays with the letter above.
    tails = np.flatnonzero(cut.heights > LETTER_PX)
    assert cut.boxes[tails, 0].tolist() == [20]


def test_words_that_touch_in_three_lines_are_cut_twice():
    places = range(10)
    touching = page_of(places, places, places, stems=[(38, 58, 117), (74, 94, 117)])
    assert len(touching) == 28
    assert len(cut_touching_lines(touching, text_height_px=LETTER_PX)) == 30


@pytest.mark.parametrize("bottom", [60, 66, 76])
def test_a_long_descender_is_no_letter_of_the_next_line(bottom):
    below = [place for place in range(10) if place != 4]
    page = page_of(range(10), below, stems=[(38, bottom, 117)])
    assert cut_touching_lines(page, text_height_px=LETTER_PX) is page


def test_a_tall_mark_beside_one_line_is_not_cut():
    page = page_of(range(10), [4], stems=[(38, 58, 117)])
    assert cut_touching_lines(page, text_height_px=LETTER_PX) is page


def test_a_bracket_over_lines_is_not_cut():
    page = page_of(range(10), range(10), range(10), stems=[(18, 114, 270)])
    assert cut_touching_lines(page, text_height_px=LETTER_PX) is page


def test_a_page_without_text_height_is_as_it_was():
    page = page_of(range(10))
    assert cut_touching_lines(page, text_height_px=0) is page
    nothing = page_of()
    assert cut_touching_lines(nothing, text_height_px=LETTER_PX) is nothing
