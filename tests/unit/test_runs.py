"""Runs along rows, and the components that they form: the same as SciPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import ndimage

from ocr.ndimage.runs import boxes_and_areas, connected_runs, long_runs, row_runs
from ocr.page.ink.components import find_components, measured
from unit.page.drawings import mask

MASKS = arrays.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))

DRAWING = """
    .##.#
    #...#
    ##.##
    """


def test_runs_and_gaps():
    runs = row_runs(mask(DRAWING))
    assert runs.rows.tolist() == [0, 0, 1, 1, 2, 2]
    assert runs.lengths.tolist() == [2, 1, 1, 1, 2, 2]
    assert runs.gaps[[0, 2, 4]].tolist() == [1, 3, 1]
    assert runs.gaps[[1, 3]].min() > 1_000_000, "from row to row"


@given(MASKS)
def test_drawn_again_runs_are_the_mask(ink):
    assert np.array_equal(row_runs(ink).mask(), ink)


def test_short_gaps_are_closed_before_short_runs_are_dropped():
    found = long_runs(mask("#.##..#...###"), shortest=4, gap=1)
    assert np.array_equal(found, mask("####........."))


@pytest.mark.parametrize("corners", [True, False])
@given(ink=MASKS)
def test_connected_runs_are_the_components_of_scipy(ink, corners):
    runs = row_runs(ink)
    labels, count = ndimage.label(ink, structure=np.ones((3, 3)) if corners else None)
    owners = connected_runs(runs, corners=corners)
    assert np.array_equal(np.repeat(owners + 1, runs.lengths), labels[ink])
    boxes, areas = boxes_and_areas(runs, owners)
    places = ndimage.find_objects(labels)
    assert boxes.tolist() == [[r.start, c.start, r.stop, c.stop] for r, c in places]
    assert areas.tolist() == [int((labels == label).sum()) for label in range(1, count + 1)]


def test_a_spiral_is_one_component():
    spiral = mask("""
        #########
        ........#
        #######.#
        #.....#.#
        #.###.#.#
        #.#...#.#
        #.#####.#
        #.......#
        #########
        """)
    assert len(find_components(spiral)) == 1


@given(MASKS)
def test_components_of_labels_are_those_of_the_ink(ink):
    found = find_components(ink)
    again = measured(found.labels)
    assert np.array_equal(found.boxes, again.boxes)
    assert np.array_equal(found.areas, again.areas)
    assert np.array_equal(found.owners, again.owners)


def test_some_components():
    found = find_components(mask("#.##.#"))
    chosen = np.array([False, True, True])
    assert np.array_equal(found.mask(chosen), mask("..##.#"))
    assert found.only(chosen).labels.tolist() == [[0, 0, 1, 1, 0, 2]]
