"""The coefficients that make the upright turn of pages the likeliest one."""

import numpy as np
import pytest

from ocr.training.fit_turn_choice import count_found, fit


@pytest.fixture
def evidence():
    """Two measures of 200 pages in four turns: the first is higher upright, the second one says nothing."""
    rng = np.random.default_rng(4)
    found = rng.normal(0, 1, (200, 4, 2))
    found[:, 0, 0] += 2
    return found


def test_a_measure_that_is_higher_upright_gets_the_weight(evidence):
    weights = fit(evidence)
    # Normal distributions of one width: the log-odds grow by the distance of the means.
    assert weights[0] == pytest.approx(2, abs=0.4)
    assert weights[1] == pytest.approx(0, abs=0.3)


def test_pages_that_stay_upright_and_turned_ones_are_counted():
    sure = np.zeros((3, 4, 1))
    sure[:2, 0] = 10
    # The third page looks better upside down.
    sure[2, 2] = 10
    upright, turned = count_found(sure, np.ones(1))
    assert (upright, turned) == (2, pytest.approx(2 / 3))
