"""Marks behind the numbers of lists."""

import numpy as np
import pytest

from ocr.recognition.word_shape import is_list_number, list_mark

CLASSES = ("1", ".", ",", "a")


@pytest.mark.parametrize(
    ("names", "expected"),
    [("1.", True), ("12,", True), ("1", False), (",", False), ("a,", False), ("1)", False)],
)
def test_numbers_of_lists(names, expected):
    assert is_list_number(list(names)) == expected


def test_a_doubtful_mark_is_a_full_stop_and_a_clear_comma_stays():
    doubtful = list_mark(np.log([0.01, 0.3, 0.68, 0.01]), CLASSES)
    clear = list_mark(np.log([0.01, 0.01, 0.97, 0.01]), CLASSES)
    assert [CLASSES[row.argmax()] for row in (doubtful, clear)] == [".", ","]
    assert np.isneginf(doubtful[[0, 3]]).all()
