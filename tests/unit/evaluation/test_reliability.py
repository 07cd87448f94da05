import numpy as np
import pytest

from ocr.evaluation.reliability import errors_among_least_sure, expected_calibration_error, reliability


def test_reliability_sorts_into_bins_and_leaves_empty_ones_out():
    found = reliability(np.array([0.1, 0.15, 0.95, 1.0]), np.array([False, True, True, True]), bins=5)
    assert [(part.count, part.accuracy) for part in found] == [(2, 0.5), (2, 1.0)]
    assert found[0].confidence == pytest.approx(0.125)
    assert found[1].confidence == pytest.approx(0.975)


def test_calibration_error_worked_by_hand():
    # Ten answers at 0.8 of which seven are right, ten at 0.6 of which six are right.
    confidences = np.array([0.8] * 10 + [0.6] * 10)
    right = np.array([True] * 7 + [False] * 3 + [True] * 6 + [False] * 4)
    assert expected_calibration_error(confidences, right) == pytest.approx(0.05)


def test_calibration_error_of_an_honest_reader_is_small():
    rng = np.random.default_rng(3)
    confidences = rng.uniform(0.2, 1, 50_000)
    right = rng.random(50_000) < confidences
    assert expected_calibration_error(confidences, right) < 0.01


def test_errors_among_the_least_sure():
    confidences = np.linspace(0.05, 1, 20)
    right = np.ones(20, dtype=bool)
    right[[0, 1, 5, 9]] = False
    assert errors_among_least_sure(confidences, right) == 0.5
    assert errors_among_least_sure(confidences, right, share=0.5) == 1.0


def test_no_errors_and_no_characters():
    assert errors_among_least_sure(np.array([0.5]), np.array([True])) == 0.0
    assert expected_calibration_error(np.empty(0), np.empty(0, dtype=bool)) == 0.0
