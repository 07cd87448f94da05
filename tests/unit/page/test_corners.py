"""Corners of a region: four straight lines, or nothing."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.page.sheet.sheet_corners import find_corners

SHEET = [(20, 10), (70, 8), (88, 60), (9, 66)]


def region(*points, shape=(80, 100)):
    picture = Image.new("1", (shape[1], shape[0]))
    ImageDraw.Draw(picture).polygon(points, fill=1)
    return np.array(picture)


def nearest(corners, point):
    return np.hypot(*(corners - point).T).min()


def test_corners_of_a_sheet_are_found_to_a_cell():
    corners = find_corners(region(*SHEET))
    assert corners.shape == (4, 2)
    for point in SHEET:
        assert nearest(corners, np.add(point, 0.5)) < 1
    x, y = corners.T
    assert x @ np.roll(y, -1) - y @ np.roll(x, -1) > 0, "clockwise, as rows go down"


def test_worn_corners_do_not_move_the_lines():
    worn = region(*SHEET)
    worn[:14, :26] = False
    for point in SHEET:
        assert nearest(find_corners(worn), np.add(point, 0.5)) < 1


def test_the_longest_side_may_be_longer_than_the_diagonals():
    flat = [(35, 10), (65, 10), (95, 34), (5, 34)]
    corners = find_corners(region(*flat))
    for point in flat:
        assert nearest(corners, np.add(point, 0.5)) < 1.5


def disc():
    rows, cols = np.mgrid[:80, :100]
    return (rows - 40) ** 2 + (cols - 50) ** 2 < 30**2


@pytest.mark.parametrize(
    "other",
    [
        disc(),
        region((50, 5), (95, 70), (5, 70)),
        region((30, 5), (70, 5), (95, 40), (70, 75), (30, 75), (5, 40)),
        region((10, 10), (90, 10), (90, 40), (50, 40), (50, 70), (10, 70)),
        region((10, 10), (14, 10), (14, 70), (10, 70)),
        region((10, 10), (90, 10), (90, 70), (50, 20)),
        np.zeros((80, 100), bool),
    ],
    ids=["disc", "triangle", "hexagon", "corner torn out", "strip", "blunt", "nothing"],
)
def test_other_regions_have_no_four_corners(other):
    assert find_corners(other) is None


def test_a_sheet_that_goes_on_beyond_the_picture_has_none():
    assert find_corners(region((20, 0), (70, 0), (88, 60), (9, 66))) is None
