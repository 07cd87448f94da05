import numpy as np
import pytest

from ocr.evaluation.confusion import (
    Confusion,
    accuracy,
    confusion_matrix,
    ranked_confusions,
    wilson_interval,
)

# a: 3 right, 1 read as b. b: 2 read as c. c: 1 right, 2 read as b.
TRUTH = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2])
GUESSES = np.array([0, 1, 0, 0, 2, 2, 1, 2, 1])
MATRIX = np.array([[3, 1, 0], [0, 0, 2], [0, 2, 1]])


def test_rows_are_truth_and_columns_are_guesses():
    found = confusion_matrix(TRUTH.astype(np.uint8), GUESSES.astype(np.uint8), classes=3)
    np.testing.assert_array_equal(found, MATRIX)
    assert found.dtype == np.int64


def test_small_integer_types_do_not_overflow():
    found = confusion_matrix(np.array([61], np.int8), np.array([60], np.int8), classes=62)
    assert found[61, 60] == found.sum() == 1


def test_no_characters_give_an_empty_matrix():
    none = np.empty(0, dtype=np.int64)
    assert confusion_matrix(none, none, classes=3).tolist() == [[0] * 3] * 3
    assert accuracy(np.zeros((3, 3), dtype=np.int64)) == 0


@pytest.mark.parametrize(("truth", "guess"), [(3, 0), (0, 3), (-1, 0), (1, -1)])
def test_classes_out_of_range_are_refused(truth, guess):
    with pytest.raises(ValueError, match=r"0 \.\. 2"):
        confusion_matrix(np.array([truth]), np.array([guess]), classes=3)


def test_accuracy_is_the_share_on_the_diagonal():
    assert accuracy(MATRIX) == pytest.approx(4 / 9)


def test_mistakes_are_ranked_by_count_then_by_name():
    assert ranked_confusions(MATRIX, ("a", "b", "c")) == (
        Confusion("b", "c", 2, 1.0),
        Confusion("c", "b", 2, pytest.approx(2 / 3)),
        Confusion("a", "b", 1, 0.25),
    )
    assert ranked_confusions(np.diag([1, 2, 3]), ("a", "b", "c")) == ()


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        (5, 10, 0.236593, 0.763407),
        (0, 10, 0.0, 0.277533),  # z² / (n + z²) = 3.841459 / 13.841459
        (10, 10, 0.722467, 1.0),
        (81, 263, 0.255258, 0.366181),  # Newcombe, Statistics in Medicine 17 (1998), table I: .2553 to .3662
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_intervals(right, count, low, high):
    assert wilson_interval(right, count) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_holds_the_share_even_where_all_or_none_are_right():
    for count in range(1, 400):
        assert wilson_interval(count, count)[1] == 1
        assert wilson_interval(0, count)[0] == 0
        low, high = wilson_interval(count // 2, count)
        assert low <= count // 2 / count <= high
