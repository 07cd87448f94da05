"""Cuts that are offered and kept, on small drawings."""

import numpy as np
import pytest

from ocr.recognition.cuts import (
    AROUND_COLS,
    AROUND_ROWS,
    CUT_INPUTS,
    NO_CUTS,
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


def offered(ink):
    return offer_cuts(ink, text_height_px=LETTER_PX, stroke_px=STROKE_PX)


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
    found = offered(mask(JOINED, zoom=2))
    assert len(found.cols)
    assert found.inputs[:, AROUND_ROWS * AROUND_COLS + 4].max() <= 6.0
    assert offered(np.ones((40, 40), bool)).slopes.all(), "no upright cut goes through a solid block"


def test_narrow_pieces_offer_nothing():
    assert offered(np.ones((20, 5), bool)) is NO_CUTS
    assert NO_CUTS.inputs.shape == (0, CUT_INPUTS)


@pytest.mark.parametrize("slope", [-0.35, 0.35])
def test_slanted_strokes_are_parted_by_slanted_cuts(slope):
    found = offered(leaning(slope))
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


def kept(log_odds, height=21):
    found = keep_cuts(
        three_cuts(),
        np.array(log_odds, np.float32),
        height=height,
        text_height_px=LETTER_PX,
    )
    return [(one.cut.offset, one.cut.slope, one.log_odds) for one in found]


def test_the_likelier_of_two_cuts_that_cross_is_kept():
    assert kept([1.0, 2.0, 0.5]) == [(8.5, 0.35, 2.0), (30.0, 0.0, 0.5)]
    assert kept([2.0, 1.0, 0.5]) == [(10.0, 0.0, 2.0), (30.0, 0.0, 0.5)]


def test_unlikely_cuts_are_not_kept():
    assert kept([1.0, -9.0, -3.5]) == [(10.0, 0.0, 1.0)]


def test_no_cut_is_close_to_an_end_of_the_ink():
    ink = mask(JOINED, zoom=2)
    found = offered(ink)
    assert found.cols.min() >= 0.08 * LETTER_PX
    assert found.cols.max() <= ink.shape[1] - 0.08 * LETTER_PX


def test_cuts_are_apart_at_least_as_far_as_a_narrow_letter_is_wide():
    close = OfferedCuts(np.array([10, 12, 15]), np.zeros(3), np.zeros((3, CUT_INPUTS), np.float32))
    odds = np.array([1.0, 0.5, 0.2], np.float32)
    found = keep_cuts(close, odds, height=21, text_height_px=LETTER_PX)
    assert [one.cut.offset for one in found] == [10.0, 15.0]
