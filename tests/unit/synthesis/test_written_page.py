"""A written page knows its text and where every character lies."""

import dataclasses

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

LINES = ["Two mice, (7 + 1)", "  jump  quickly!"]
HAND = StrokeWriter()


def written(settings=None, seed=3, lines=LINES):
    return write_page(lines, writer=HAND, settings=settings, rng=np.random.default_rng(seed))


def test_page_is_gray():
    page = written()
    assert page.gray.dtype == np.float32
    assert page.gray.ndim == 2
    assert page.gray.min() >= 0
    assert page.gray.max() == 1


def test_all_ink_lies_in_the_boxes_and_every_box_holds_ink():
    page = written()
    covered = np.zeros(page.gray.shape, bool)
    for character in page.characters:
        assert character.box.clipped(*page.gray.shape) == character.box
        assert page.gray[character.box.slices].min() < 0.6
        covered[character.box.slices] = True
    assert np.all(page.gray[~covered] == 1)


def test_box_is_the_smallest_around_the_ink():
    page = written(PageSettings(ink_grain=0), lines=["g"])
    inked = page.gray < 1
    rows, cols = inked.any(axis=1).nonzero()[0], inked.any(axis=0).nonzero()[0]
    (character,) = page.characters
    box = character.box
    assert (box.top, box.left, box.bottom, box.right) == (rows[0], cols[0], rows[-1] + 1, cols[-1] + 1)


def test_ground_truth_equals_the_text():
    page = written(lines=[*LINES, "", "end"])
    assert page.text == "Two mice, (7 + 1)\njump  quickly!\n\nend"
    words = {}
    for character in page.characters:
        words.setdefault((character.line, character.word), []).append(character.text)
    rebuilt = {key: "".join(letters) for key, letters in words.items()}
    assert rebuilt == {
        (index, number): word
        for index, line in enumerate(page.lines)
        for number, word in enumerate(line.split())
    }


def test_same_seed_same_page():
    first, second, other = written(), written(), written(seed=4)
    assert np.array_equal(first.gray, second.gray)
    assert first.characters == second.characters
    assert first.characters != other.characters


def test_margins_are_kept():
    page = written(PageSettings(letter_height_px=20, margin_letters=(1, 2, 3, 4)))
    boxes = [character.box for character in page.characters]
    height, width = page.gray.shape
    assert min(box.top for box in boxes) == 20
    assert width - max(box.right for box in boxes) == 40
    assert height - max(box.bottom for box in boxes) == 60
    assert min(box.left for box in boxes) == 80


def test_positive_slope_climbs():
    still = {"slope_jitter_deg": 0, "baseline_wander_letters": 0, "size_jitter_frac": 0}
    page = written(PageSettings(slope_deg=5, **still), lines=["HHHHHHHHHH"])
    bottoms = [character.box.bottom for character in page.characters]
    assert bottoms[0] > bottoms[-1] + 20


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PageSettings)])
def test_every_setting_changes_the_page(field):
    plain = PageSettings()
    value = (1, 2, 3, 4) if field == "margin_letters" else getattr(plain, field) * 0.8 + 0.05
    changed = dataclasses.replace(plain, **{field: value})
    first, second = written(plain), written(changed)
    assert first.gray.shape != second.gray.shape or not np.array_equal(first.gray, second.gray)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PageSettings)])
def test_settings_outside_their_range_are_refused(field):
    value = (1, 2, 3) if field == "margin_letters" else -99
    with pytest.raises(SettingError, match=field):
        PageSettings(**{field: value})


@pytest.mark.parametrize("lines", [[], ["", " "]])
def test_nothing_to_write_is_refused(lines):
    with pytest.raises(SettingError, match="no characters"):
        written(lines=lines)


def test_characters_that_the_writer_lacks_are_named():
    with pytest.raises(SettingError, match=r"ßé|éß"):
        written(lines=["Straßé"])
