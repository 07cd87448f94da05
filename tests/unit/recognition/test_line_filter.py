"""How lines of writing are separated from what only looks like lines."""

import numpy as np
import pytest

from ocr.recognition.line_filter import is_writing, writing_probability


def line(names, *, placed=-0.2, shape=-0.3, none=0.02):
    count = len(names)
    logs = (np.full(count, placed), np.full(count, shape))
    return writing_probability(*logs, np.full(count, none), list(names))


def test_a_line_that_is_read_with_high_probability_is_writing():
    assert line("milkandbread") > 0.95


@pytest.mark.parametrize(
    "worse", [{"placed": -3.0}, {"shape": -3.0}, {"none": 0.6}], ids=lambda change: next(iter(change))
)
def test_low_probabilities_make_it_less_likely(worse):
    assert line("bread", **worse) < line("bread")


def test_marks_that_any_stroke_looks_like_say_little_and_a_long_line_says_much():
    assert line("l'.-l") < 0.15 < line("bread")
    assert line("bread") > line("br") > line("b")


def test_what_is_all_but_impossible_counts_no_more_than_very_doubtful():
    assert line("bread", placed=-1e9) == line("bread", placed=-8.0)


def test_lines_are_rejected_only_beside_a_sure_one():
    assert is_writing([0.99, 0.01, 0.5]).tolist() == [True, False, True]
    assert is_writing([0.4, 0.01]).tolist() == [True, True]
    assert is_writing([]).tolist() == []
    assert is_writing([0.5, 0.1, 0.09]).tolist() == [True, True, False]
