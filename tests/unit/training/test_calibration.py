import math

import numpy as np
import pytest

from ocr.numeric import softmax
from ocr.training.calibration import fit_temperature, negative_log_likelihood


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_a_known_temperature_is_found_again(temperature):
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 2, size=(20_000, 5))
    labels = (softmax(honest).cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert fit_temperature(honest * temperature, labels) == pytest.approx(temperature, rel=0.03)


def test_the_likelihood_worked_by_hand():
    # Logits / 2 = (0, ln 3): p = 1/4, 3/4. Mean of -ln 3/4 and -ln 1/4 = (0.287682 + 1.386294) / 2.
    logits = np.array([[0, 2 * math.log(3)]] * 2)
    assert negative_log_likelihood(logits, np.array([1, 0]), 2.0) == pytest.approx(0.836988, abs=1e-6)


def test_the_temperature_stays_in_its_range():
    right = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert fit_temperature(right, np.array([1, 0])) == pytest.approx(0.2, rel=1e-3)
    assert fit_temperature(right, np.array([0, 1])) == pytest.approx(5, rel=1e-3)
