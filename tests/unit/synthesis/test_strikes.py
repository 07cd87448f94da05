"""Words that are crossed out in a picture, and the text without them."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.geometry import Box
from ocr.synthesis.photo import text_to_read
from ocr.synthesis.strikes import STYLES, boxes_of, cross_out, crossed_out_words, text_left
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

LINES = ("one four to", "five nine", "at seven")


@pytest.fixture(scope="module")
def page():
    settings = PageSettings(letter_height_px=24)
    return write_page(LINES, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(1))


def test_no_word_and_all_words_of_three_characters(page):
    assert crossed_out_words(page, share=0) == ()
    assert crossed_out_words(page, share=1) == ((0, 0), (0, 1), (1, 0), (1, 1), (2, 1))


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_is_within_0_and_1(page, share):
    with pytest.raises(SettingError, match=r"expected 0 \.\. 1"):
        crossed_out_words(page, share=share)


def test_text_left_has_the_other_words_and_no_empty_lines(page):
    assert text_left(page, share=0) == "\n".join(LINES)
    assert text_left(page, share=1) == "to\nat"
    assert text_left(page, share=0.2) == "one four to\nnine\nat seven"


def test_the_text_to_read_depends_on_the_degradation(page):
    assert text_to_read(page, degradation="crossed_out", strength=1) == "to\nat"
    assert text_to_read(page, degradation="clean", strength=0) == page.text
    assert text_to_read(page, degradation="shadow", strength=0.5) == page.text
    with pytest.raises(SettingError, match="found 'rain'"):
        text_to_read(page, degradation="rain", strength=1)
    with pytest.raises(SettingError, match="expected"):
        text_to_read(page, degradation="crossed_out", strength=2)


def test_boxes_stand_on_the_baseline_and_are_a_capital_high(page):
    (box,) = boxes_of(page, ((2, 1),))
    characters = [
        character.box for character in page.characters if (character.line, character.word) == (2, 1)
    ]
    assert (box.left, box.right) == (Box.around(characters).left, Box.around(characters).right)
    assert box.bottom == pytest.approx(page.baselines[2], abs=4)
    assert box.height == pytest.approx(24, abs=4)


@pytest.mark.parametrize("style", STYLES)
def test_ink_is_added_in_and_around_the_box_alone(style):
    gray = np.ones((90, 200), np.float32)
    box = Box(30, 50, 60, 150)
    crossed = cross_out(gray, boxes=[box], style=style, darkness=0.8, pen_px=3, rng=np.random.default_rng(2))
    rows, cols = np.nonzero(crossed < 1)
    assert crossed.min() == pytest.approx(0.2, abs=0.01)
    assert (gray == 1).all()
    assert rows.min() > 20
    assert rows.max() < 70
    assert (cols.min(), cols.max()) == (pytest.approx(50, abs=14), pytest.approx(150, abs=14))


def test_a_word_at_the_edge_of_the_page_can_be_crossed_out():
    gray = np.ones((30, 60), np.float32)
    crossed = cross_out(
        gray, boxes=[Box(0, 0, 30, 60)], style="line", darkness=0.8, pen_px=3, rng=np.random.default_rng(2)
    )
    assert crossed.shape == gray.shape
    assert crossed.min() < 0.3


def test_styles_that_are_not_known_are_refused():
    with pytest.raises(SettingError, match="found 'wave', expected one of line"):
        cross_out(
            np.ones((9, 9), np.float32),
            boxes=[],
            style="wave",
            darkness=1,
            pen_px=1,
            rng=np.random.default_rng(1),
        )
