"""Boxes move with the page."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.warp import perspective, rotation, scaling
from ocr.synthesis.written_page import PageSettings, write_page

PAGE = write_page(
    ["Hello you", "42"],
    writer=StrokeWriter(),
    settings=PageSettings(letter_height_px=32, ink_grain=0),
    rng=np.random.default_rng(2),
)
SHAPE = PAGE.gray.shape
WARPS = {
    "turned left": rotation(SHAPE, degrees=7),
    "turned right": rotation(SHAPE, degrees=-12),
    "tilted": perspective(SHAPE, strength=0.15, rng=np.random.default_rng(3)),
    "half": scaling(SHAPE, factor=0.5),
    "larger": scaling(SHAPE, factor=1.7),
    "still": rotation(SHAPE, degrees=0),
}


@pytest.mark.parametrize("name", WARPS)
def test_ink_stays_in_the_moved_boxes(name):
    moved = WARPS[name].page(PAGE)
    assert moved.gray.shape == WARPS[name].shape
    covered = np.zeros(moved.gray.shape, bool)
    for character in moved.characters:
        assert moved.gray[character.box.slices].min() < 0.7
        covered[character.box.slices] = True
    assert moved.gray[~covered].min() > 0.6  # only the soft rim of a stroke may look out
    assert moved.text == PAGE.text
    assert len(moved.baselines) == len(PAGE.baselines)


def test_no_turn_moves_nothing():
    moved = WARPS["still"].page(PAGE)
    assert moved.characters == PAGE.characters
    np.testing.assert_allclose(moved.gray, PAGE.gray, atol=1e-6)


def test_boxes_scale_exactly():
    assert scaling((100, 60), factor=2).box(Box(3, 4, 10, 11)) == Box(6, 8, 20, 22)


def test_positive_degrees_turn_anticlockwise():
    warp = rotation((100, 400), degrees=10)
    (_, left_row), (_, right_row) = warp.points(np.array([(0.0, 50.0), (400.0, 50.0)]))
    assert right_row < left_row


def test_turned_page_keeps_its_corners():
    warp = rotation((100, 400), degrees=-20)
    corners = warp.points(np.array([(0.0, 0.0), (400.0, 0.0), (400.0, 100.0), (0.0, 100.0)]))
    assert corners.min() >= -1e-6
    assert np.all(corners <= np.array(warp.shape[::-1]) + 1e-6)
