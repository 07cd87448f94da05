"""Sums of exponentials against numbers worked by hand."""

import numpy as np
import pytest

from ocr.numeric import log_softmax, logsumexp, softmax

# exp is 1, 2 and 5: the sum is 8.
SCORES = np.log(np.array([[1.0, 2.0, 5.0]]))


def test_softmax_and_its_logarithm():
    np.testing.assert_allclose(softmax(SCORES), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-15)
    np.testing.assert_allclose(log_softmax(SCORES), np.log([[1 / 8, 2 / 8, 5 / 8]]), rtol=1e-15)
    np.testing.assert_allclose(logsumexp(SCORES), np.log([8]), rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_scores_stay_finite_and_keep_their_type(dtype):
    scores = np.array([[1000, -1000, 0], [-1000, -1000, -1000]], dtype=dtype)
    np.testing.assert_array_equal(softmax(scores)[0], [1, 0, 0])
    assert logsumexp(scores) == pytest.approx([1000, np.log(3) - 1000])
    for function in (softmax, log_softmax, logsumexp):
        assert np.isfinite(function(scores)).all()
        assert function(scores).dtype == dtype


def test_what_is_ruled_out_has_no_probability():
    scores = np.array([[0.0, -np.inf, 0.0]])
    assert softmax(scores).tolist() == [[0.5, 0, 0.5]]
    assert log_softmax(scores)[0, 1] == -np.inf
    assert logsumexp(scores) == pytest.approx([np.log(2)])


def test_what_was_given_is_not_changed():
    before = SCORES.copy()
    softmax(SCORES), log_softmax(SCORES), logsumexp(SCORES)
    np.testing.assert_array_equal(SCORES, before)
