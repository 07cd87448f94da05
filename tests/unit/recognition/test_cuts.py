"""Cuts that are offered and kept, on small drawings."""

import dataclasses

import numpy as np
import pytest

from ocr.recognition.cuts import (
    AROUND_COLS,
    AROUND_ROWS,
    CUT_INPUTS,
    NO_CUTS,
    CutSettings,
    OfferedCuts,
    keep_cuts,
    offer_cuts,
)
from unit.page.drawings import mask

LETTER_PX, STROKE_PX = 20, 4
# Two letters that touch at the foot: the bar between them covers columns 12 .. 24.
JOINED = """
    ######......######
    ##..##......##..##
    ##..##......##..##
    ##..##......##..##
    ##..##......##..##
    ##..##......##..##
    ##..##......##..##
    ##..##......##..##
    ##..##......##..##
    ##################
    """


def offered(ink, **changes):
    return offer_cuts(ink, text_height_px=LETTER_PX, stroke_px=STROKE_PX, settings=CutSettings(**changes))


def leaning(slope=-0.45):
    """Two strokes that lean as / does, joined by a bar at the waist: every upright line meets both."""
    ink = np.zeros((60, 80), bool)
    for start in (24, 44):
        for row in range(60):
            left = start + round(slope * (row - 29))
            ink[row, left : left + 4] = True
    ink[28:32, 24:46] = True
    return ink


def test_cuts_through_the_thin_bar_are_offered_with_the_least_price():
    found = offered(mask(JOINED, zoom=2))
    upright = found.slopes == 0
    price = found.inputs[:, -1]
    inside = (found.cols > 12) & (found.cols < 24)
    assert (upright & inside).any()
    assert price[upright & inside].max() <= 0.5 < price[upright & ~inside].min()


def test_no_cut_meets_more_ink_than_is_allowed():
    found = offered(mask(JOINED, zoom=2), ink_strokes=1.0)
    assert len(found.cols)
    assert found.inputs[:, AROUND_ROWS * AROUND_COLS + 4].max() <= 1.0
    assert not len(offered(np.ones((40, 40), bool), ink_strokes=4.0).cols), "a solid block has no thin place"


def test_narrow_pieces_offer_nothing():
    assert offered(np.ones((20, 5), bool)) is NO_CUTS
    assert NO_CUTS.inputs.shape == (0, CUT_INPUTS)


@pytest.mark.parametrize("slope", [-0.35, 0.35])
def test_slanted_strokes_are_parted_by_slanted_cuts(slope):
    found = offered(leaning(slope), ink_strokes=1.6)
    assert slope in found.slopes[(found.cols > 28) & (found.cols < 44)]


def test_what_is_around_has_the_cut_in_its_middle_and_the_letters_on_both_sides():
    ink = mask(JOINED, zoom=2)
    found = offered(ink)
    middle = int(np.flatnonzero((found.slopes == 0) & (abs(found.cols - 18) <= 1))[0])
    around = found.inputs[middle, : AROUND_ROWS * AROUND_COLS].reshape(AROUND_ROWS, AROUND_COLS)
    assert around.min() >= 0
    assert around.max() <= 1
    beside = around[:, AROUND_COLS // 2 - 3 : AROUND_COLS // 2 + 3]
    # 20 rows of 20 to a letter are 13 of 24, in the middle: rows 5 .. 18. The bar lies at their foot.
    assert beside[:14].max() == 0
    assert beside[15:18].max() > 0.9
    # Both halves of the drawing look alike, and so does what is left and right of the cut.
    assert np.abs(around[:, 1:] - around[:, :0:-1]).max() < 0.6


def test_lengths_are_in_letter_heights_and_scale_with_the_picture():
    once, twice = offered(mask(JOINED, zoom=2)), None
    twice = offer_cuts(mask(JOINED, zoom=4), text_height_px=2 * LETTER_PX, stroke_px=2 * STROKE_PX)
    assert once.inputs[0, AROUND_ROWS * AROUND_COLS] == pytest.approx(36 / 20)
    assert twice.inputs[0, AROUND_ROWS * AROUND_COLS] == pytest.approx(36 / 20)


def three_cuts():
    return OfferedCuts(
        np.array([10, 12, 30]), np.array([0.0, 0.35, 0.0]), np.zeros((3, CUT_INPUTS), np.float32)
    )


def kept(log_odds, height=21, **changes):
    found = keep_cuts(
        three_cuts(),
        np.array(log_odds, np.float32),
        height=height,
        text_height_px=LETTER_PX,
        settings=CutSettings(**changes),
    )
    return [(one.cut.offset, one.cut.slope, one.log_odds) for one in found]


def test_the_likelier_of_two_cuts_that_cross_is_kept():
    assert kept([1.0, 2.0, 0.5]) == [(8.5, 0.35, 2.0), (30.0, 0.0, 0.5)]
    assert kept([2.0, 1.0, 0.5]) == [(10.0, 0.0, 2.0), (30.0, 0.0, 0.5)]


def test_unlikely_cuts_are_not_kept():
    assert kept([1.0, -9.0, -3.5]) == [(10.0, 0.0, 1.0)]


OFFERS = {"cuttable_letters": 3.0, "end_letters": 0.7, "ink_strokes": 0.4}
KEEPS = {"unlikely_logit": 1.0, "apart_letters": 2.0}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(CutSettings)])
def test_every_setting_changes_some_result(field):
    if field in OFFERS:
        ink = mask(JOINED, zoom=2)
        assert len(offered(ink).cols) != len(offered(ink, **{field: OFFERS[field]}).cols)
    else:
        assert kept([2.0, 1.0, 0.5]) != kept([2.0, 1.0, 0.5], **{field: KEEPS[field]})
