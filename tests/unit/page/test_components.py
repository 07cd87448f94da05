"""Connected components on small drawings."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.page.ink.components import find_components, weighted_median_height
from unit.page.drawings import components, mask


def test_boxes_and_areas():
    found = components("""
        ........
        .##...#.
        .#...#..
        ........
        ...##...
        """)
    assert len(found) == 3
    assert [found.box(index) for index in range(3)] == [Box(1, 1, 3, 3), Box(1, 5, 3, 7), Box(4, 3, 5, 5)]
    assert found.areas.tolist() == [3, 2, 2]
    assert found.heights.tolist() == [2, 2, 1]
    assert found.widths.tolist() == [2, 2, 2]
    assert found.labels[1].tolist() == [0, 1, 1, 0, 0, 0, 2, 0]
    assert found.labels.dtype == np.int32


def test_no_ink():
    found = find_components(np.zeros((4, 5), bool))
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)


BROKEN = """
    ###..###...###
    """


@pytest.mark.parametrize(("bridge_px", "count"), [(0, 3), (1, 3), (2, 2), (3, 1)])
def test_breaks_up_to_the_bridge_count_as_connected(bridge_px, count):
    found = components(BROKEN, bridge_px=bridge_px)
    assert len(found) == count


def test_bridged_components_hold_ink_only():
    found = components(BROKEN, bridge_px=3)
    assert np.array_equal(found.labels > 0, mask(BROKEN))
    assert found.areas.tolist() == [9]
    assert found.box(0) == Box(0, 0, 1, 14)


@pytest.mark.parametrize(
    ("word_width", "is_outline"),
    [(90, True), (20, False)],
    ids=["a joined word in its frame", "a speck beside strokes"],
)
def test_a_frame_around_a_joined_word_is_no_letter(word_width, is_outline):
    page = np.zeros((300, 400), dtype=bool)
    for top in (20, 160):
        page[top : top + 80, 100:240] = True
        page[top + 2 : top + 78, 102:238] = False
        # Ups and downs of one stroke.
        cols = np.arange(word_width)
        rows = (top + 40 + 10 * np.sin(cols / 3)).astype(int)
        for row in range(5):
            page[rows + row, 120 + cols] = True
    height = weighted_median_height(find_components(page), page.shape)
    assert height == pytest.approx(25 if is_outline else 80, abs=2)
