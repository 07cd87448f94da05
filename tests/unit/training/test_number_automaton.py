"""Compiling templates of words made of digits."""

import numpy as np
import pytest

from ocr.training.number_automaton import CHARACTERS, compile_numbers
from ocr.training.number_templates import CLOSED_SHARE, PARTS, TEMPLATES


def test_a_template_is_compiled_to_its_words():
    found = compile_numbers({"{1}:{1}": 3.0, "7": 1.0})
    assert np.exp(found.log_probability("4:2")) == pytest.approx(0.75 * 0.01 * (1 - CLOSED_SHARE), rel=0.05)
    assert np.exp(found.log_probability("7")) == pytest.approx(0.25 * (1 - CLOSED_SHARE), rel=0.05)
    assert np.exp(found.log_probability("7.")) == pytest.approx(0.25 * CLOSED_SHARE / 2, rel=0.1)
    for word in ("4", "4:", "44:2", "x", "7.."):
        assert found.log_probability(word) == -np.inf


def test_choices_of_a_part_share_their_weight():
    found = compile_numbers({"{hour}:{minute}": 1.0})
    assert found.log_probability("23:59") > -np.inf
    assert found.log_probability("24:59") == found.log_probability("23:60") == -np.inf


def test_probabilities_of_each_state_sum_to_one():
    found = compile_numbers()
    sums = np.exp(found.logs[:-1]).sum(axis=1) + np.exp(found.end_logs[:-1])
    np.testing.assert_allclose(sums, 1, rtol=1e-3)


def test_the_shipped_templates_use_known_characters_and_parts():
    used = {
        character
        for part in PARTS.values()
        for _, places in part
        for place in places
        for character, _ in place
    }
    assert used <= set(CHARACTERS)
    assert all(share > 0 for share in TEMPLATES.values())
    for places in (places for part in PARTS.values() for _, places in part):
        for place in places:
            assert sum(share for _, share in place) == pytest.approx(1)
