"""Sheets photographed from the side: what is far is small, and the table shows on all sides."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis.tables import photograph_from_side


def photo(degrees, *, turn_deg=0.0, material="plain", **others):
    page = np.full((200, 300), 0.9, np.float32)
    settings = {
        "level": 0.3,
        "strength": 0.02,
        "text_height_px": 20,
        "rng": np.random.default_rng(1),
    } | others
    return photograph_from_side(page, degrees=degrees, turn_deg=turn_deg, material=material, **settings)


def widths(picture):
    """How wide the sheet is near its upper and its lower edge."""
    counts = (picture > 0.6).sum(axis=1)
    rows = np.flatnonzero(counts > 20)
    return counts[rows[4]], counts[rows[-5]]


def test_from_straight_above_the_sheet_keeps_its_shape():
    sheet = photo(0) > 0.6
    assert sheet.any(axis=1).sum() == pytest.approx(200, abs=4)
    assert sheet.any(axis=0).sum() == pytest.approx(300, abs=4)


def test_from_the_side_the_far_edge_is_shorter_and_the_sheet_lower():
    far, near = widths(photo(50))
    assert far < 0.75 * near
    assert (photo(50) > 0.6).any(axis=1).sum() < 0.8 * 200


def test_the_table_shows_on_all_sides():
    for edge in (photo(45)[0], photo(45)[-1], photo(45)[:, 0], photo(45)[:, -1]):
        assert edge.max() < 0.6


def test_a_turned_sheet_has_its_highest_point_elsewhere():
    left, right = (photo(40, turn_deg=turn) > 0.6 for turn in (15, -15))
    tops = [np.flatnonzero(sheet[np.flatnonzero(sheet.any(axis=1))[0]]).mean() for sheet in (left, right)]
    assert tops[0] > tops[1], "anticlockwise the right corner rises"


@pytest.mark.parametrize("wrong", [{"degrees": 61}, {"degrees": 40, "turn_deg": 50}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(SettingError):
        photo(wrong.pop("degrees"), **wrong)


def test_an_unknown_material_is_refused():
    with pytest.raises(SettingError, match="material"):
        photo(40, material="lava")
