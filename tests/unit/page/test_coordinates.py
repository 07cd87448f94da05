"""Boxes go to the source picture and back."""

import numpy as np

from ocr.geometry import Box
from ocr.page.sheet.coordinates import SourceFrame


def test_of_a_picture_in_another_size():
    source = SourceFrame.of_size((100, 200), height=200, width=400)
    assert (source.height, source.width) == (200, 400)
    assert source.box(Box(10, 20, 30, 50)) == Box(20, 40, 60, 100)
    assert source.working_box(Box(20, 40, 60, 100)) == Box(10, 20, 30, 50)
    assert source.box(Box(90, 190, 110, 210)) == Box(180, 380, 200, 400), "within the picture"


def test_the_shorter_side_of_a_strip_does_not_decide():
    # A quarter of 97 x 4001 pixels, rounded up.
    source = SourceFrame.of_size((1001, 25), height=4001, width=97)
    assert (source.height, source.width) == (4001, 97)
    assert source.box(Box(990, 2, 1000, 20)).top == round(990 * 4001 / 1001)


def test_of_a_part_in_perspective():
    turned = np.array([[0.0, -2.0, 300.0], [2.0, 0.0, 40.0], [0.0, 0.0, 1.0]])
    source = SourceFrame.of_homography(turned, (100, 50), height=150, width=310)
    assert source.px_per_source == 0.5
    assert source.box(Box(10, 20, 30, 40)) == Box(80, 240, 120, 280)
    assert source.working_box(Box(80, 240, 120, 280)) == Box(10, 20, 30, 40)
    assert source.box(Box(0, 40, 5, 60)) == Box(120, 290, 150, 300), "within the picture"
