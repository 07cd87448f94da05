"""Drawn scenes of a sheet on a table."""

import numpy as np
import pytest

from ocr.image.colours import COLOURS_PX
from ocr.synthesis.sheet_scenes import draw_sheet_scene


@pytest.fixture(scope="module")
def scenes():
    rng = np.random.default_rng(4)
    return [draw_sheet_scene(rng) for _ in range(24)]


def test_a_scene_is_as_large_as_a_picture_in_which_sheets_are_found(scenes):
    for scene in scenes:
        assert scene.colours.dtype == np.uint8
        assert max(scene.colours.shape) == pytest.approx(COLOURS_PX, abs=1)
        assert scene.sheet.shape == scene.colours.shape[:2]
        assert 0 <= scene.sheet.min() <= scene.sheet.max() <= 1


def test_some_sheets_fill_their_picture_and_others_lie_on_a_table(scenes):
    shares = np.array([scene.sheet.mean() for scene in scenes])
    assert 5 <= (shares > 0.999).sum() <= 16
    assert ((shares > 0.02) & (shares < 0.9)).sum() >= 6


def test_a_sheet_has_another_colour_than_its_table(scenes):
    parted = [scene for scene in scenes if 0.05 < scene.sheet.mean() < 0.9]
    steps = [
        np.abs(scene.colours[scene.sheet > 0.9].mean(0) - scene.colours[scene.sheet < 0.1].mean(0)).sum()
        for scene in parted
    ]
    assert np.median(steps) > 60


def test_one_seed_draws_one_scene():
    first, second = (draw_sheet_scene(np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.colours, second.colours)
    np.testing.assert_array_equal(first.sheet, second.sheet)
