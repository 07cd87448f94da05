"""Largest and smallest values around a pixel, beside a well-known filter."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.page.filters import maximum_filter, minimum_filter


def test_squares_by_hand():
    values = np.array([[1, 0, 0, 5], [0, 0, 0, 0], [0, 2, 0, 0]], np.uint8)
    assert maximum_filter(values, 3).tolist() == [[1, 1, 5, 5], [2, 2, 5, 5], [2, 2, 2, 0]]
    assert minimum_filter(values + 1, 3).min() == 1


@pytest.mark.parametrize("kind", [np.bool_, np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("size", [1, 3, 5, 9, 13, 41])
def test_they_are_the_filters_of_mathematical_morphology(kind, size):
    values = (np.random.default_rng(size).random((17, 23)) * 3 - 1).astype(kind)
    np.testing.assert_array_equal(maximum_filter(values, size), ndimage.maximum_filter(values, size))
    np.testing.assert_array_equal(minimum_filter(values, size), ndimage.minimum_filter(values, size))
