"""Boxes of equal width are fitted to sides, among strokes of letters that look like sides."""

import numpy as np
import pytest

from ocr.page.printed.comb_fit import equally_distant


def columns(*places, width=3, length=500):
    """Columns that are inked from top to bottom."""
    is_side = np.zeros(length, bool)
    for place in places:
        is_side[place : place + width] = True
    return is_side


def test_strokes_of_letters_do_not_make_boxes_narrower():
    sides = np.arange(10, 490, 40)
    strokes = np.random.default_rng(3).integers(14, 470, 24)
    found = equally_distant(columns(*sides, *strokes), 40)
    assert found is not None
    assert np.allclose(found, sides + 1, atol=2)


def test_a_side_that_letters_hide_is_where_it_must_be():
    sides = np.arange(10, 490, 40)
    found = equally_distant(columns(*np.delete(sides, 5)), 40)
    assert found is not None
    assert np.allclose(found, sides + 1, atol=2)


@pytest.mark.parametrize("gap", [6, 12])
def test_boxes_apart_have_two_sides_each(gap):
    lefts = np.arange(10, 450, 40)
    found = equally_distant(columns(*lefts, *(lefts + 40 - gap)), 40)
    assert found is not None
    assert np.allclose(found, np.sort(np.r_[lefts, lefts + 40 - gap]) + 1, atol=2)


@pytest.mark.parametrize("places", [(10, 50, 90), (10, 31, 90, 111, 200, 260, 280, 301, 377, 410)])
def test_few_sides_and_strokes_at_any_place_are_no_boxes(places):
    assert equally_distant(columns(*places), 40) is None
