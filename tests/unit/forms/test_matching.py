"""The most probable text that matches a pattern, on worked examples."""

import pytest

from ocr.document.tree import Character
from ocr.forms.matching import best_match
from ocr.geometry import Box


def character(*alternatives):
    return Character(alternatives[0][0], Box(0, 0, 1, 1), alternatives[0][1], tuple(alternatives))


WORD = (
    character(("A", 0.9), ("4", 0.1)),
    character(("l", 0.6), ("1", 0.3), ("I", 0.1)),
    character(("O", 0.5), ("0", 0.4), ("D", 0.1)),
)


def test_without_a_pattern_what_was_read_stays():
    found = best_match(WORD, ["", "", " "], None)
    assert found.text == "Al O"
    assert found.probability == pytest.approx(0.27)
    assert found.matches


def test_the_most_probable_text_that_matches():
    found = best_match(WORD, ["", "", ""], r"[A-Z]\d\d")
    assert found.text == "A10"
    assert found.probability == pytest.approx(0.9 * 0.3 * 0.4)
    assert best_match(WORD, ["", "", ""], r"\d+").text == "410"
    assert best_match(WORD, ["", "", ""], r"[A-Z]I[A-Z]").text == "AIO"


def test_what_cannot_match_stays_and_is_told():
    found = best_match(WORD, ["", "", ""], r"\d{7}")
    assert (found.text, found.matches) == ("AlO", False)
    assert best_match((), (), "a") == ("", 1.0, False)


def test_many_characters_end_soon():
    many = tuple(character(("a", 0.5), ("b", 0.3), ("c", 0.2)) for _ in range(60))
    assert not best_match(many, [""] * 60, "d+").matches
