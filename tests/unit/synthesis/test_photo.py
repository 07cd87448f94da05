"""Every degradation: it can be drawn at every strength, and it changes what it documents."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis.degradation_registry import DEGRADATIONS
from ocr.synthesis.photo import CLEAN, hard_photo
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

CASES = [(name, strength) for name, about in DEGRADATIONS.items() for strength in about.strengths]


@pytest.fixture(scope="module")
def page():
    settings = PageSettings(letter_height_px=24)
    lines = ["Hello you", "room 42"]
    return write_page(lines, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(1))


def take(page, name, strength, seed=5):
    return hard_photo(page, degradation=name, strength=strength, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def clean(page):
    return take(page, CLEAN, 0)


@pytest.mark.parametrize(("name", "strength"), CASES)
def test_photo_is_bytes_and_differs_from_the_clean_one(page, clean, name, strength):
    photo = take(page, name, strength)
    assert photo.dtype == np.uint8
    assert photo.ndim == 2 or (name == "coloured_light" and photo.shape[2:] == (3,))
    assert not np.array_equal(photo, clean)


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_same_seed_same_photo(page, name):
    strength = DEGRADATIONS[name].strengths[-1]
    assert np.array_equal(take(page, name, strength), take(page, name, strength))


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_strengths_rise_and_have_a_unit(name):
    about = DEGRADATIONS[name]
    assert list(about.strengths) == sorted(set(about.strengths))
    assert about.unit


def test_clean_photo_shows_dark_ink_on_bright_paper(page, clean):
    assert clean.shape == page.gray.shape
    assert np.median(clean) == pytest.approx(0.92 * 255, abs=2)
    assert clean.min() < 0.3 * 255


def test_quarter_turns_can_be_turned_back(page, clean):
    turned = take(page, "quarter_turn", 90)
    assert turned.shape == clean.shape[::-1]
    difference = np.rot90(turned, -1).astype(float) - clean
    assert np.abs(difference).mean() < 4  # sensor noise alone


def test_scaled_photo_has_its_letters_scaled(page, clean):
    assert take(page, "scale", 2.5).shape == tuple(round(2.5 * side) for side in clean.shape)


def test_chalk_is_brighter_than_the_board(page):
    photo = take(page, "inverted", 1)
    assert np.median(photo) < 40 < photo.max()


@pytest.mark.parametrize("name", ["ruled", "squared", "dotted", "line_boxes", "word_boxes", "show_through"])
def test_print_only_darkens_and_darkens_more_with_its_strength(page, clean, name):
    weak, *_, strong = (take(page, name, strength) for strength in DEGRADATIONS[name].strengths)
    assert strong.mean() < weak.mean() < clean.mean()


def test_words_have_boxes_of_their_own(page):
    def uprights(name):
        """Dark columns through the white above the letters, counted on the first line."""
        letter, baseline = 24, page.baselines[0]
        band = take(page, name, 0.9)[int(baseline - 0.7 * letter) : int(baseline - 0.2 * letter)]
        dark = (band < 100).all(axis=0)
        return int((dark[1:] & ~dark[:-1]).sum())

    assert uprights("word_boxes") == uprights("line_boxes") + 2


def test_two_level_scan_has_two_levels(page):
    assert set(np.unique(take(page, "two_levels", 0.5))) == {0, 255}


def test_page_on_a_table_has_the_table_around_it(page, clean):
    photo = take(page, "on_plain", 0.3)
    assert photo.shape > clean.shape
    assert photo[:20].mean() == pytest.approx(0.3 * 255, abs=15)


def test_unknown_degradations_are_refused(page):
    with pytest.raises(SettingError, match="found 'rain', expected one of clean"):
        take(page, "rain", 1)


@pytest.mark.parametrize(
    ("name", "strength"), [("quarter_turn", 45), ("shadow", 2), ("jpeg", 0), ("scale", 0), ("rotation", 90)]
)
def test_strengths_outside_the_range_are_refused(page, name, strength):
    with pytest.raises(SettingError, match="expected"):
        take(page, name, strength)
