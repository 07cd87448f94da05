"""Sums along all nearly level lines at once."""

import numpy as np
import pytest

from ocr.page.filters import discrete_radon_transform


def test_sums_of_a_small_mask():
    mask = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], bool)
    slopes, sums = discrete_radon_transform(mask, steepest=1.0)
    assert slopes.tolist() == pytest.approx([-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1])
    assert sums.max(axis=1).tolist() == [1, 1, 1, 1, 2, 2, 4]
    # Rows at which a level line starts: three above the mask, where nothing is, then its own.
    assert sums[3].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize("steepest", [0.05, 0.2])
def test_every_cell_counts_once_in_each_slope(steepest):
    mask = np.random.default_rng(3).random((40, 57)) < 0.3
    _, sums = discrete_radon_transform(mask, steepest=steepest)
    assert (sums.sum(axis=1) == mask.sum()).all()


@pytest.mark.parametrize("slope", [-0.18, -0.07, 0.0, 0.03, 0.15])
def test_the_slope_of_a_line_has_the_largest_sum(slope):
    mask = np.zeros((120, 200), bool)
    cols = np.arange(200)
    for thickness in range(2):
        mask[np.rint(60 + thickness + slope * (cols - 100)).astype(int), cols] = True
    slopes, sums = discrete_radon_transform(mask, steepest=0.2)
    assert slopes[sums.max(axis=1).argmax()] == pytest.approx(slope, abs=0.012)
    assert sums.max() > 180
