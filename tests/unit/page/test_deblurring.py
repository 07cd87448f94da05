"""How wide edges are, and what is done where they are too wide."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.page.ink.binarization import binarize
from ocr.page.ink.deblurring import deblurred, edge_width

LETTER_PX = 48


def bars(deviation):
    """Upright and level strokes, blurred: darkness."""
    page = np.zeros((400, 600), np.float32)
    for left in range(60, 540, 60):
        page[100:160, left : left + 7] = 0.8
        page[250:257, left : left + 40] = 0.8
    return np.asarray(ndimage.gaussian_filter(page, deviation), np.float32)


@pytest.mark.parametrize("deviation", [1.5, 2.0, 3.0])
def test_the_width_of_edges_is_the_deviation_of_the_blur(deviation):
    darkness = bars(deviation)
    assert edge_width(darkness, binarize(darkness, text_height_px=LETTER_PX)) == pytest.approx(
        deviation, rel=0.2
    )


def test_a_shaken_picture_is_as_sharp_as_in_its_sharper_direction():
    darkness = np.asarray(ndimage.gaussian_filter(bars(1.0), (0, 5)), np.float32)
    assert edge_width(darkness, binarize(darkness, text_height_px=LETTER_PX)) < 2


def test_a_blank_page_has_no_edges():
    blank = np.zeros((200, 200), np.float32)
    assert edge_width(blank, binarize(blank, text_height_px=LETTER_PX)) == 0


def test_what_is_in_focus_stays_as_it_is():
    darkness = bars(1.2)
    assert deblurred(darkness, binarize(darkness, text_height_px=LETTER_PX), text_height_px=LETTER_PX) is None


def test_letters_that_were_enlarged_must_be_further_out_of_focus():
    for deviation, is_sharpened in ((3.5, False), (8.0, True)):
        darkness = bars(deviation)
        ink = binarize(darkness, text_height_px=LETTER_PX)
        assert deblurred(darkness, ink, text_height_px=LETTER_PX) is not None
        sharp = deblurred(darkness, ink, text_height_px=LETTER_PX, is_enlarged=True)
        assert (sharp is not None) is is_sharpened


def test_shadows_are_no_strokes_out_of_focus():
    shadow = np.zeros((700, 900), np.float32)
    shadow[200:500, 300:600] = 0.8
    darkness = np.asarray(ndimage.gaussian_filter(shadow, 30), np.float32)
    ink = binarize(darkness, text_height_px=LETTER_PX)
    assert edge_width(darkness, ink) > 0.5 * LETTER_PX
    assert deblurred(darkness, ink, text_height_px=LETTER_PX) is None


def test_strokes_that_ran_together_are_told_apart_again():
    page = np.zeros((300, 600), np.float32)
    for left in range(60, 540, 60):
        page[100:160, left : left + 6] = page[100:160, left + 13 : left + 19] = 0.8
    darkness = np.asarray(ndimage.gaussian_filter(page, 4.0), np.float32)
    before = binarize(darkness, text_height_px=LETTER_PX)
    sharp = deblurred(darkness, before, text_height_px=LETTER_PX)
    assert sharp is not None
    after = binarize(sharp, text_height_px=LETTER_PX)
    _, merged = ndimage.label(before.mask)
    _, apart = ndimage.label(after.mask)
    assert (merged, apart) == (8, 16)


def blurred_pairs(grain):
    """Pairs of strokes that ran together, on paper with a grain."""
    page = np.zeros((300, 600), np.float32)
    for left in range(60, 540, 60):
        page[100:160, left : left + 6] = page[100:160, left + 13 : left + 19] = 0.8
        page[200:206, left : left + 40] = 0.8
    noise = ndimage.gaussian_filter(np.random.default_rng(1).normal(0, 1, page.shape), 1.0)
    return np.asarray(ndimage.gaussian_filter(page, 4.0) + grain * noise / noise.std(), np.float32)


@pytest.mark.parametrize("grain", [0.0, 0.001, 0.01])
def test_grain_is_not_blown_up(grain):
    darkness = blurred_pairs(grain)
    sharp = deblurred(darkness, binarize(darkness, text_height_px=LETTER_PX), text_height_px=LETTER_PX)
    assert sharp is not None
    stroke = sharp[115:145, 60:66].mean()
    assert stroke > 0.4
    assert sharp[230:280].std() < 0.15 * stroke


def test_sharpened_grain_is_no_ink():
    darkness = blurred_pairs(0.02)
    sharp = deblurred(darkness, binarize(darkness, text_height_px=LETTER_PX), text_height_px=LETTER_PX)
    assert sharp is not None
    found = binarize(sharp, text_height_px=LETTER_PX).mask
    assert found[115:145, 60:66].mean() > 0.5
    assert not found[230:].any()


def test_the_grain_among_the_writing_counts():
    # Beside a sheet the picture is made even: most of it has no grain.
    darkness = np.pad(blurred_pairs(0.02), 300)
    ink = binarize(darkness, text_height_px=LETTER_PX)
    sharp = deblurred(darkness, ink, text_height_px=LETTER_PX)
    assert sharp is not None
    assert sharp[530:580, 300:900].std() < 0.15 * sharp[415:445, 360:366].mean()


def test_the_less_grain_the_more_is_undone():
    peaks = []
    for grain in (0.001, 0.01):
        darkness = blurred_pairs(grain)
        sharp = deblurred(darkness, binarize(darkness, text_height_px=LETTER_PX), text_height_px=LETTER_PX)
        peaks.append(sharp[115:145, 60:66].mean() - sharp[115:145, 68:71].mean())
    assert peaks[0] > peaks[1]
