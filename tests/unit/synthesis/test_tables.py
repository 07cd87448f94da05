"""Tables have the brightness and the grain that was asked for; a page on one stays what it is."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis.tables import MATERIALS, lay_on_table, table

SETTINGS = {"material": "wood", "level": 0.5, "strength": 0.1, "text_height_px": 20}


def draw(seed=7, **changed):
    return table((300, 400), **{**SETTINGS, **changed}, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("material", MATERIALS)
def test_brightness_and_grain_are_those_asked_for(material):
    drawn = draw(material=material)
    assert drawn.shape == (300, 400)
    assert drawn.dtype == np.float32
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)
    assert drawn.std() == pytest.approx(0.05, rel=0.1)
    assert np.array_equal(drawn, draw(material=material))
    assert not np.array_equal(drawn, draw(8, material=material))


def test_wood_runs_upright_and_planks_run_across():
    def steepness(material):
        down, right = np.gradient(draw(material=material))
        return np.abs(down).mean() / np.abs(right).mean()

    assert steepness("wood") < 0.5
    assert steepness("planks") > 2
    assert steepness("stone") == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    "wrong", [{"material": "water"}, {"level": 2}, {"strength": 0.6}, {"text_height_px": 0}], ids=str
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(SettingError, match="expected"):
        draw(**wrong)


def test_page_lies_in_the_middle_of_its_table(rng):
    page = np.ones((60, 80), np.float32)
    page[30, 40] = 0.25
    laid = lay_on_table(page, **SETTINGS, border_px=50, rng=rng)
    assert laid.shape == (160, 180)
    assert laid[80, 90] == pytest.approx(0.25)
    inside = laid[55:105, 55:125]
    assert np.sort(inside.ravel())[1] == pytest.approx(1)
    assert laid[:40].mean() == pytest.approx(0.5, abs=0.1)


def test_sheet_throws_a_shadow_to_the_lower_right(rng):
    laid = lay_on_table(np.ones((100, 100), np.float32), **{**SETTINGS, "strength": 0}, border_px=50, rng=rng)
    assert laid[151:154, 80:120].mean() < laid[46:49, 80:120].mean() < 0.5


def test_turned_page_needs_more_room(rng):
    laid = lay_on_table(np.ones((60, 80), np.float32), **SETTINGS, border_px=10, turn_deg=5, rng=rng)
    assert laid.shape[0] > 80
    assert laid.shape[1] > 100
    assert laid[0, 0] < 0.9


@pytest.mark.parametrize("wrong", [{"border_px": -1}, {"turn_deg": 60}], ids=str)
def test_wrong_places_are_refused(wrong, rng):
    with pytest.raises(SettingError, match="expected"):
        lay_on_table(np.ones((60, 80), np.float32), **SETTINGS, **{"border_px": 5, **wrong}, rng=rng)
