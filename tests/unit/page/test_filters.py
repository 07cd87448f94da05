"""Filters of whole arrays, by hand and beside well-known ones."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ocr.ndimage import maximum_filter, minimum_filter
from ocr.page.ink.filters import block_max, discrete_radon_transform, resized_bilinear


def test_each_cell_takes_its_largest_value():
    values = np.array([[1, 2, 0, 0, 9], [3, 0, 0, 4, 9], [0, 0, 5, 0, 9], [0, 6, 0, 0, 9]], np.uint8)
    assert block_max(values, 2).tolist() == [[3, 4], [6, 5]], "the fifth column fills no cell"


@pytest.mark.parametrize("kind", [np.bool_, np.uint8, np.float32])
@pytest.mark.parametrize("cell_px", [1, 2, 3, 7])
def test_it_is_the_maximum_over_blocks(kind, cell_px):
    values = (np.random.default_rng(4).random((23, 31)) * 1.7).astype(kind)
    rows, cols = 23 // cell_px, 31 // cell_px
    blocks = values[: rows * cell_px, : cols * cell_px].reshape(rows, cell_px, cols, cell_px)
    found = block_max(values, cell_px)
    assert found.dtype == kind
    np.testing.assert_array_equal(found, blocks.max(axis=(1, 3)))


def test_the_picture_stays_as_it_was():
    values = np.zeros((4, 4), bool)
    block_max(values, 1)[0, 0] = True
    assert not values.any()


def test_a_picture_smaller_than_a_cell_has_none():
    assert block_max(np.ones((3, 9), bool), 4).shape == (0, 2)


def test_cells_that_are_partly_filled_count_if_asked_for():
    values = np.array([[1, 2, 9], [3, 0, 0], [4, 0, 5]], np.uint8)
    assert block_max(values, 2, partly=True).tolist() == [[3, 9], [4, 5]]
    assert block_max(values, 2).tolist() == [[3]]


def test_below_zero_a_partly_filled_cell_holds_zeros_too():
    values = np.array([[-1, -2, -3], [-4, -5, -6], [-7, -8, -9]], np.float32)
    assert block_max(values, 2, partly=True).tolist() == [[-1, 0], [0, 0]]


def test_between_two_values_the_picture_rises_evenly():
    assert resized_bilinear(np.array([[0, 1]], np.float32), (1, 4)).tolist() == [[0, 0.25, 0.75, 1]]
    assert resized_bilinear(np.array([[0], [4], [8], [4]], np.float32), (4, 2))[:, 0].tolist() == [0, 4, 8, 4]


@pytest.mark.parametrize("old", [(1, 1), (3, 40), (40, 90), (97, 61)])
@pytest.mark.parametrize("new", [(1, 1), (2, 3), (40, 90), (200, 33), (170, 260)])
def test_other_sizes_are_those_of_pillow(old, new):
    values = np.random.default_rng(5).random(old, np.float32)
    found = resized_bilinear(values, new)
    expected = Image.fromarray(values).resize(new[::-1], Image.Resampling.BILINEAR)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.asarray(expected), atol=1e-6)


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
