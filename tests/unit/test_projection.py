"""Plane projections: four points tell all."""

import numpy as np
import pytest

from ocr.geometry import (
    Box,
    apply_homography,
    apply_homography_to_box,
    corners_of,
    homography_from_points,
    warp,
)

ASLANT = np.array([(10.0, 0.0), (50.0, 0.0), (60.0, 40.0), (0.0, 40.0)])


def test_corners_begin_at_the_upper_left_and_go_clockwise():
    assert corners_of(2, 3).tolist() == [[0, 0], [3, 0], [3, 2], [0, 2]]


def test_four_points_go_where_they_should():
    matrix = homography_from_points(corners_of(30, 60), ASLANT)
    np.testing.assert_allclose(apply_homography(matrix, corners_of(30, 60)), ASLANT, atol=1e-9)
    assert matrix[2, 2] == 1


def test_straight_lines_stay_straight_and_diagonals_cross_in_the_middle_of_the_sheet():
    matrix = homography_from_points(corners_of(30, 60), ASLANT)
    middle = apply_homography(matrix, np.array([(30.0, 15.0)]))[0]
    # Diagonals from (10, 0) to (60, 40) and from (50, 0) to (0, 40).
    np.testing.assert_allclose(middle, [30, 16], atol=1e-9)


def test_three_points_on_a_line_are_no_projection():
    flat = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 1.0)])
    with pytest.raises(np.linalg.LinAlgError):
        homography_from_points(flat, corners_of(1, 1))


def test_a_box_stays_where_nothing_moves_and_grows_outward_where_it_does():
    assert apply_homography_to_box(np.eye(3), Box(1, 2, 5, 7)) == Box(1, 2, 5, 7)
    assert apply_homography_to_box(np.diag([0.5, 0.5, 1]), Box(1, 2, 5, 7)) == Box(0, 1, 3, 4)
    moved = np.array([[1.0, 0, -4], [0, 1, 0], [0, 0, 1]])
    assert apply_homography_to_box(moved, Box(1, 2, 5, 7)) == Box(1, -2, 5, 3)


def test_a_picture_is_warped_as_its_points_are():
    picture = np.zeros((40, 60), np.float32)
    picture[10:20, 30:50] = 1
    # Twice as large, and moved by 4 columns: the result's (col, row) is at (col / 2 - 2, row / 2).
    found = warp(picture, np.array([[0.5, 0, -2], [0, 0.5, 0], [0, 0, 1]]), (80, 124))
    assert found.dtype == np.float32
    assert found.shape == (80, 124)
    assert found[21:39, 65:103].min() > 0.99
    assert found.sum() == pytest.approx(4 * picture.sum(), rel=1e-3)


def test_a_picture_continues_beyond_its_edge():
    found = warp(np.full((5, 5), 7, np.float32), np.array([[1.0, 0, -3], [0, 1, -3], [0, 0, 1]]), (9, 9))
    assert (found == 7).all()
