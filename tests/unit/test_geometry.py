"""Boxes, and homographies, which four points determine: by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import Box
from ocr.image.homography import (
    apply_homography,
    apply_homography_to_box,
    corners_of,
    homography_from_points,
    warp,
)
from ocr.numeric import overlap

EDGES = st.integers(-200, 200)
SIZES = st.integers(0, 200)
BOXES = st.builds(lambda t, le, h, w: Box(t, le, t + h, le + w), EDGES, EDGES, SIZES, SIZES)


def holds(outer, inner):
    return (
        outer.top <= inner.top
        and outer.left <= inner.left
        and outer.bottom >= inner.bottom
        and outer.right >= inner.right
    )


def test_measures():
    box = Box(2, 3, 6, 13)
    assert (box.height, box.width, box.center) == (4, 10, (4.0, 8.0))
    array = np.arange(400).reshape(20, 20)
    assert array[box.slices].shape == (4, 10)
    assert array[box.slices][0, 0] == array[2, 3]


@pytest.mark.parametrize("edges", [(5, 0, 4, 9), (0, 5, 9, 4)])
def test_inside_out_is_refused(edges):
    with pytest.raises(ValueError, match="inside out"):
        Box(*edges)


def test_around_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one box"):
        Box.around([])


@given(st.lists(BOXES, min_size=1, max_size=5))
def test_around_holds_all_and_is_the_smallest(boxes):
    around = Box.around(iter(boxes))
    assert all(holds(around, box) for box in boxes)
    assert any(around.top == box.top for box in boxes)
    assert any(around.left == box.left for box in boxes)
    assert any(around.bottom == box.bottom for box in boxes)
    assert any(around.right == box.right for box in boxes)


@given(BOXES, st.integers(0, 100), st.integers(0, 100))
def test_clipped_lies_in_the_array(box, height, width):
    clipped = box.clipped(height, width)
    assert holds(Box(0, 0, height, width), clipped)
    covered = np.zeros((height, width), bool)
    covered[max(box.top, 0) : max(box.bottom, 0), max(box.left, 0) : max(box.right, 0)] = True
    assert covered.sum() == clipped.height * clipped.width


@given(BOXES, st.floats(0.05, 20))
def test_scaled_grows_outward_to_whole_pixels(box, factor):
    scaled = box.scaled(factor)
    for edge in ("top", "left"):
        exact = getattr(box, edge) * factor
        assert exact - 1 - 1e-6 <= getattr(scaled, edge) <= exact + 1e-6
    for edge in ("bottom", "right"):
        exact = getattr(box, edge) * factor
        assert exact - 1e-6 <= getattr(scaled, edge) <= exact + 1 + 1e-6


@given(BOXES)
def test_scaled_by_one_is_the_same(box):
    assert box.scaled(1) == box


@given(EDGES, SIZES, EDGES, SIZES)
def test_overlap_counts_shared_pixels_or_the_gap(start, size, other, other_size):
    shared = overlap(start, start + size, other, other + other_size)
    assert shared == overlap(other, other + other_size, start, start + size)
    pixels = set(range(start, start + size)) & set(range(other, other + other_size))
    assert max(shared, 0) == len(pixels)
    if shared < 0:
        assert shared == -max(other - start - size, start - other - other_size)


IN_PERSPECTIVE = np.array([(10.0, 0.0), (50.0, 0.0), (60.0, 40.0), (0.0, 40.0)])


def test_corners_begin_at_the_upper_left_and_go_clockwise():
    assert corners_of(2, 3).tolist() == [[0, 0], [3, 0], [3, 2], [0, 2]]


def test_four_points_go_where_they_should():
    matrix = homography_from_points(corners_of(30, 60), IN_PERSPECTIVE)
    np.testing.assert_allclose(apply_homography(matrix, corners_of(30, 60)), IN_PERSPECTIVE, atol=1e-9)
    assert matrix[2, 2] == 1


def test_straight_lines_stay_straight_and_diagonals_cross_in_the_middle_of_the_sheet():
    matrix = homography_from_points(corners_of(30, 60), IN_PERSPECTIVE)
    middle = apply_homography(matrix, np.array([(30.0, 15.0)]))[0]
    # Diagonals from (10, 0) to (60, 40) and from (50, 0) to (0, 40).
    np.testing.assert_allclose(middle, [30, 16], atol=1e-9)


def test_three_points_on_a_line_have_no_homography():
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
