"""Connected components on small drawings."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.page.ink.components import find_components
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
