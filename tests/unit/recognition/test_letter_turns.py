"""Which turns single letters leave open."""

import numpy as np
import pytest

from ocr.classifier.alphabet import NOT_A_CHARACTER
from ocr.files import shipped_folder
from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.reader import Reader
from ocr.recognition.letter_turns import plausible_turns

READER = Reader()


@pytest.fixture(scope="module")
def picture():
    return Picture(shipped_folder("images") / "todo_list.jpg")


def test_an_upright_page_is_turned_in_no_way(picture):
    assert plausible_turns(READER.model, find_layout(picture), (1, 2, 3)) == ()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_lying_page_may_be_turned_back(picture, quarters):
    assert 4 - quarters in plausible_turns(READER.model, find_layout(picture.turned(quarters)), (1, 2, 3))


class Sure:
    """Takes each crop for the same character."""

    classes = ("O", NOT_A_CHARACTER)

    def log_probabilities(self, crops):
        return np.log(np.tile(np.float32([0.3, 0.7]), (len(crops), 1)))


def test_letters_that_look_alike_in_all_turns_exclude_none(picture):
    assert plausible_turns(Sure(), find_layout(picture), (1, 2)) == (1, 2)


def test_a_few_letters_exclude_no_turn():
    blank = find_layout(Picture(np.full((60, 90), 255, np.uint8)))
    assert plausible_turns(READER.model, blank, (2,)) == (2,)
