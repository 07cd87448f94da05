"""Words made of digits: a small automaton, and the one that is shipped."""

import numpy as np
import pytest

from ocr.language.ngram import load_language
from ocr.language.number_grammar import make_number_grammar, no_numbers

# One digit, or two with a colon between them.
HALF = np.log(0.5)
SMALL = make_number_grammar(
    "1:",
    np.array([[1, -1], [-1, 2], [3, -1], [-1, -1]]),
    np.array([[0.0, 9.0], [9.0, HALF], [0.0, 9.0], [9.0, 9.0]]),
    np.array([-np.inf, HALF, -np.inf, 0.0]),
)


@pytest.mark.parametrize(
    ("word", "log"),
    [("1", HALF), ("1:1", HALF), ("1:", -np.inf), ("", -np.inf), ("11", -np.inf), ("1x", -np.inf)],
)
def test_a_word_is_as_likely_as_its_steps(word, log):
    assert SMALL.log_probability(word) == log


def test_no_way_leads_back_from_the_last_state():
    assert (SMALL.next_states[-1] == 4).all()
    assert np.isneginf(SMALL.logs[-1]).all()
    assert SMALL.columns(["1", ":", "x"]).tolist() == [0, 1, 2]


def test_without_a_grammar_nothing_is_a_number():
    assert no_numbers().log_probability("1") == -np.inf
    assert load_language("none").numbers.log_probability("12:30") == -np.inf


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("12-12-15", "l2-l2-l5"), ("10:03", "l0;03"), ("8+3", "8t3"), ("111", "ill"), ("4.50", "450."),
        ("23:59", "73:59"), ("1,200.00", "1.200,0"), ("31/12/2021", "31/17/2021"), ("a-1234", "a1-234,"),
        ("25%", "2596,"), ("1.", "1,"), ("0171-2345", "o171-2345"),
    ],
)  # fmt: skip
def test_what_people_write_is_likelier(right, wrong):
    numbers = load_language("english").numbers
    assert numbers.log_probability(right) > max(numbers.log_probability(wrong), -40)


def test_probabilities_of_each_state_sum_to_one():
    numbers = load_language("english").numbers
    sums = np.exp(numbers.logs[:-1]).sum(axis=1) + np.exp(numbers.end_logs[:-1])
    # Stored in steps of a sixteenth.
    np.testing.assert_allclose(sums, 1, atol=0.05)
