"""Cells of a picture, by hand."""

import numpy as np
import pytest

from ocr.page.filters import block_max


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
