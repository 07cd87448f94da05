"""The clean page that degradations start from."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.synthesis.degradations import BLACK, WHITE, clean_page_of, text_height_of
from ocr.synthesis.written_page import WrittenCharacter, WrittenPage


def page_of(drawn, baselines=(20.0, 50.0)):
    """A page of characters, each a (text, height)."""
    characters = tuple(WrittenCharacter(text, Box(20 - height, 10, 20, 18), 0, 0) for text, height in drawn)
    gray = np.tile(np.array([0, 1], np.float32), (60, 20))
    return WrittenPage(gray, characters, ("".join(text for text, _ in drawn),), baselines)


def test_height_is_that_of_capitals_digits_and_ascenders():
    assert text_height_of(page_of([("a", 6), ("H", 10), ("7", 11), ("l", 15), ("g", 30)])) == 11


def test_without_any_the_highest_character_counts():
    assert text_height_of(page_of([("a", 6), ("g", 9)])) == 9


def test_tones_are_those_of_a_photo():
    clean = clean_page_of(page_of([("H", 10)]))
    assert clean.text_height_px == 10
    assert clean.pitch_px == 30
    assert (clean.gray.min(), clean.gray.max()) == pytest.approx((BLACK, WHITE))


def test_single_line_has_a_usual_pitch():
    assert clean_page_of(page_of([("H", 10)], baselines=(20.0,))).pitch_px == pytest.approx(22)
