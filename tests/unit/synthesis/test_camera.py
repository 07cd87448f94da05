"""What a camera does, on pictures whose change can be worked out by hand."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis import camera


@pytest.fixture
def dot():
    gray = np.ones((40, 60), np.float32)
    gray[20, 30] = 0
    return gray


def test_exposure_cuts_off_what_is_brighter_than_white():
    gray = np.array([[0.1, 0.4, 0.8]], np.float32)
    np.testing.assert_allclose(camera.exposure(gray, factor=2), [[0.2, 0.8, 1]])
    np.testing.assert_allclose(camera.exposure(gray, factor=0.5), [[0.05, 0.2, 0.4]])


def test_shake_draws_a_dot_out_to_the_side(dot):
    shaken = camera.motion_blur(dot, length_px=5)
    np.testing.assert_allclose(shaken[20, 28:33], 0.8, atol=1e-6)
    assert (shaken < 0.999).sum() == 5
    assert np.array_equal(camera.motion_blur(dot, length_px=0), dot)


def test_two_levels_are_black_and_white():
    gray = np.linspace(0.2, 0.8, 1000, dtype=np.float32)[None]
    for threshold in (0.25, 0.5, 0.75):
        scan = camera.two_levels(gray, threshold=threshold)
        assert set(np.unique(scan)) == {0, 1}
        assert scan.mean() == pytest.approx(1 - 0.9 * threshold, abs=0.01)


def test_curl_lifts_the_middle_of_a_line():
    gray = np.ones((60, 101), np.float32)
    gray[30] = 0
    curled = camera.curl(gray, rise_px=10)
    assert curled.shape == (70, 101)
    rows = curled.argmin(axis=0)
    assert rows[0] == rows[100] == 40
    assert rows.min() == rows[25] == 30  # the hump of a book lies nearer to its back
    assert np.array_equal(camera.curl(gray, rise_px=0), gray)


def test_colours_are_those_of_paper_and_ink():
    gray = np.array([[0, 0.5, 1]], np.float32)
    picture = camera.in_colours(gray, paper=(1, 0.8, 0.4), ink=(0, 0, 0.4))
    np.testing.assert_allclose(picture[0], [(0, 0, 0.4), (0.5, 0.4, 0.4), (1, 0.8, 0.4)], atol=1e-6)


def test_flash_is_bright_in_one_place_and_dark_in_the_corners(rng):
    gray = np.full((40, 60), 0.5, np.float32)
    lit = camera.flash(gray, strength=0.8, rng=rng)
    assert lit.max() == pytest.approx(0.5 * 1.4, abs=0.03)
    assert lit.min() == pytest.approx(0.5 * 0.2, abs=0.03)
    assert np.array_equal(camera.flash(gray, strength=0, rng=rng), gray)


@pytest.mark.parametrize(
    ("take", "settings"),
    [
        (camera.exposure, {"factor": 0}),
        (camera.motion_blur, {"length_px": -1}),
        (camera.two_levels, {"threshold": 1.5}),
        (camera.curl, {"rise_px": 30}),
        (camera.flash, {"strength": 1, "rng": np.random.default_rng(1)}),
        (camera.in_colours, {"paper": (1, 1, 2), "ink": (0, 0, 0)}),
        (camera.in_colours, {"paper": (1, 1, 1), "ink": (0, 0)}),
    ],
)
def test_wrong_settings_are_refused(take, settings, dot):
    with pytest.raises(SettingError, match="expected"):
        take(dot, **settings)
