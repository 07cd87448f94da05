"""Folds, holes, frames and the other side of a sheet, on small sheets."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.geometry import Box
from ocr.synthesis.sheet_degradations import folds, frames, punch_holes, show_through

BLANK = np.full((100, 120), 0.9, np.float32)


def test_other_side_is_mirrored_and_paler():
    sheet = np.ones((100, 120), np.float32)
    sheet[10, 20] = 0
    seen = show_through(sheet, strength=0.25, softness_px=0)
    assert seen[10, 20] == 0
    # As far from the right edge, 4 % of the height further down.
    assert seen[14, 99] == pytest.approx(0.75)
    assert (seen < 1).sum() == 2


def test_other_side_is_blurred_by_the_paper():
    sheet = np.ones((100, 120), np.float32)
    sheet[10, 20] = 0
    assert 0.9 < show_through(sheet, strength=0.5, softness_px=2)[14, 99] < 1


def test_no_fold_changes_nothing_and_each_fold_leaves_a_dark_line(rng):
    assert np.array_equal(folds(BLANK, count=0, width_px=8, rng=rng), BLANK)
    once = folds(BLANK, count=1, width_px=8, rng=rng)
    darkest = once.argmin(axis=0)
    assert np.all(once.min(axis=0) < 0.75)
    assert np.ptp(darkest) <= 3
    twice = folds(BLANK, count=2, width_px=8, rng=np.random.default_rng(3))
    assert np.all(twice.min(axis=0) < 0.8)
    assert np.all(twice.min(axis=1) < 0.8)


def test_light_comes_from_one_side_of_a_fold(rng):
    once = folds(BLANK * 0.8, count=1, width_px=8, rng=rng)
    row = int(once[:, 60].argmin())
    assert once[row - 5, 60] > 0.72 > once[row + 5, 60]


def test_holes_show_what_is_behind():
    punched = punch_holes(BLANK, count=2, radius_px=5)
    assert punched[25, 8] == pytest.approx(0.2)
    assert punched[75, 8] == pytest.approx(0.2)
    assert punched[50, 8] == pytest.approx(0.9)
    assert (BLANK - punched).sum() / 0.7 == pytest.approx(2 * np.pi * 25, rel=0.02)


def test_frame_lies_along_the_inside_of_its_box():
    framed = frames(BLANK, boxes=[Box(10, 20, 30, 50)], strength=1, thickness_px=2)
    assert not framed[10:12, 20:50].any()
    assert not framed[10:30, 48:50].any()
    assert np.all(framed[12:28, 22:48] == BLANK[0, 0])
    assert np.all(framed[:10] == BLANK[0, 0])


def test_frame_that_reaches_beyond_the_page_is_cut_off():
    framed = frames(BLANK, boxes=[Box(90, -10, 130, 50)], strength=1, thickness_px=2)
    assert not framed[90:92, :50].any()
    assert framed.shape == BLANK.shape


@pytest.mark.parametrize(
    ("draw", "settings"),
    [
        (show_through, {"strength": 2, "softness_px": 1}),
        (show_through, {"strength": 0.5, "softness_px": -1}),
        (folds, {"count": -1, "width_px": 5, "rng": np.random.default_rng(1)}),
        (folds, {"count": 1, "width_px": 0, "rng": np.random.default_rng(1)}),
        (punch_holes, {"count": 50, "radius_px": 5}),
        (punch_holes, {"count": 2, "radius_px": 0}),
        (frames, {"boxes": [], "strength": 2, "thickness_px": 1}),
        (frames, {"boxes": [], "strength": 1, "thickness_px": 0}),
    ],
)
def test_wrong_settings_are_refused(draw, settings):
    with pytest.raises(SettingError, match="expected"):
        draw(BLANK, **settings)
