"""Box arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import Box, overlap

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
