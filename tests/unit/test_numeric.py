"""Sums of exponentials, thresholds, lines and bounds against numbers worked by hand."""

import numpy as np
import pytest

from ocr.numeric import (
    best_of_groups,
    connected,
    distinct,
    fit_line,
    ink_bounds,
    log_softmax,
    logsumexp,
    median,
    otsu,
    quantile,
    ranks_in_groups,
    softmax,
    two_thresholds,
)

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


def test_points_on_a_line_are_fitted_exactly():
    x = np.arange(5)
    line = fit_line(x, 2 * x - 3)
    assert line.slope == pytest.approx(2)
    assert line.offset == pytest.approx(-3)
    assert line.mean_deviation == pytest.approx(0, abs=1e-9)


def test_the_mean_deviation_is_that_along_y():
    assert fit_line(np.array([0, 0, 1, 1]), np.array([-1.0, 1.0, -1.0, 1.0])).mean_deviation == 1


def test_the_threshold_lies_between_two_groups():
    values = np.concatenate([np.linspace(0, 1, 50), np.linspace(4, 6, 200)])
    assert 1 <= otsu(values) < 4.1


def test_two_thresholds_part_three_heaps():
    first, second = two_thresholds(np.array([1.0, 1.2, 1.1, 4, 4.1, 9, 9.3]))
    assert 1.2 <= first <= 4
    assert 4.1 <= second <= 9


def test_bounds_of_ink():
    ink = np.zeros((6, 8), bool)
    assert ink_bounds(ink) is None
    ink[2, 3] = ink[4, 1] = True
    assert ink_bounds(ink) == (slice(2, 5), slice(1, 4))


def test_groups_touch_also_by_way_of_others():
    touch = np.zeros((5, 5), bool)
    touch[0, 2] = touch[2, 0] = touch[2, 4] = touch[4, 2] = True
    chosen = np.array([True, True, True, False, True])
    assert [group.tolist() for group in connected(touch, chosen)] == [[0, 2, 4], [1]]


def test_distinct_values_are_sorted():
    assert distinct(np.array([[3, 0], [3, 1]])).tolist() == [0, 1, 3]
    assert distinct(np.zeros(0, dtype=np.int64)).tolist() == []


def test_a_quantile_lies_between_its_neighbours():
    assert quantile(np.array([4, 1, 3, 2]), 0.5) == 2.5
    assert quantile(np.array([10.0, 0.0, 30.0]), 0.25) == 5
    assert [quantile(np.array([7.0]), share) for share in (0, 0.3, 1)] == [7, 7, 7]


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_quantiles_and_medians_are_those_of_numpy(kind, axis):
    values = (250 * np.random.default_rng(2).random((7, 12))).astype(kind)
    for share in (0.0, 0.2, 0.5, 0.9, 1.0):
        expected = np.quantile(values, share, axis=axis)
        np.testing.assert_allclose(quantile(values, share, axis=axis), expected, rtol=1e-6)
    assert median(values) == pytest.approx(np.median(values), rel=1e-6)
    assert median(values[:, :7]) == np.median(values[:, :7])
    assert median([3, 1]) == 2


def test_the_best_of_each_group_come_first_and_of_equal_ones_the_first():
    groups = np.array([1, 0, 1, 0, 1, 0])
    scores = np.array([2.0, 5.0, 3.0, 7.0, 3.0, 6.0])
    assert best_of_groups(groups, scores, 2).tolist() == [3, 5, 2, 4]
    assert ranks_in_groups(np.array([0, 0, 2, 2, 2])).tolist() == [0, 1, 0, 1, 2]
