"""What speaks for an orientation of a page, and which one is chosen."""

from functools import partial
from math import log
from types import SimpleNamespace

import numpy as np
import pytest

from ocr.files import shipped_folder
from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.reader import Reader
from ocr.recognition.orientation import read_turned
from ocr.recognition.recognize import recognize
from ocr.recognition.turn_choice import UPRIGHT_LOG_ODDS, Evidence, evidence_of, likeliest_turn

READER = Reader()


def judged(*supports):
    """Evidence of turns with these supports."""
    return [SimpleNamespace(support=one, turned_support=one) for one in supports]


@pytest.fixture(scope="module")
def evidence():
    gray = Picture(shipped_folder("images") / "drawn.jpg").gray(at_least_px=700)
    # Two lines of the page are enough.
    picture = Picture(gray[: len(gray) // 2])
    read = partial(recognize, model=READER.model, language=READER.language)
    evidence = partial(evidence_of, model=READER.model)
    attempts = [read_turned(picture, quarters, find_layout, read, evidence) for quarters in range(4)]
    return [evidence(one.layout, one.recognized) for one in attempts]


def test_the_line_network_is_surest_of_letters_that_are_upright(evidence):
    sureness = [one.sureness for one in evidence]
    assert sureness[0] > max(sureness[1:]) + 0.1
    assert [one.is_sure for one in evidence] == [True, False, False, False]


@pytest.mark.parametrize("turn", range(4))
def test_the_upright_turn_has_the_most_support(evidence, turn):
    supports = np.roll([one.support for one in evidence], turn)
    assert likeliest_turn(judged(*supports)) == turn


def test_sums_grow_with_the_root_of_the_length_up_to_a_hundred_frames(evidence):
    one = evidence[0]
    assert 0 < one.length <= 2
    assert one.sureness_length == pytest.approx(one.length * one.sureness)
    assert one.score_length == pytest.approx(one.length * one.score)


def test_a_blank_page_has_no_evidence():
    layout = find_layout(Picture(np.full((100, 100), 255, np.uint8)))
    page = recognize(layout, READER.model, READER.language)
    found = evidence_of(layout, page, READER.model)
    assert found == Evidence(nothing=1.0)
    assert not found.is_sure
    assert found.support < 0


def test_a_page_is_turned_only_if_that_is_much_likelier():
    assert pytest.approx(log(100)) == UPRIGHT_LOG_ODDS
    assert likeliest_turn(judged(0.0, 4.5, 0.0, 0.0)) == 0
    assert likeliest_turn(judged(0.0, 4.7, 0.0, 0.0)) == 1
    assert likeliest_turn(judged(0.0, 4.7, 4.8, 0.0)) == 2


def test_grain_turns_no_page_and_a_word_only_if_it_is_sure():
    text = Evidence(sureness=-0.2, length=1.0, writing_length=0.4)
    assert text.turned_support == text.support
    assert text._replace(length=0.5, sureness=-0.2).turned_support == -np.inf
    word = text._replace(length=0.5, sureness=-0.1)
    assert word.turned_support == word.support
    assert word._replace(length=0.35).turned_support == -np.inf
    assert text._replace(writing_length=-0.3).turned_support == -np.inf
