"""What is written over several rows is cut at printed lines and between words; letters are not cut."""

import numpy as np
import pytest

from ocr.page.ink.components import find_components
from ocr.page.printed.printed_lines import PrintedLine
from ocr.page.printed.row_cuts import cut_into_rows

HEIGHT = 30.0


SIDES = [PrintedLine(upright=True, offset=col, slope=0.0, start=0, stop=220) for col in (5, 295)]


def rules(*rows):
    level = [PrintedLine(upright=False, offset=row, slope=0.0, start=0, stop=300) for row in rows]
    return level + SIDES


def stems(*spans, shape=(220, 300)):
    """Vertical strokes: top, bottom, left."""
    mask = np.zeros(shape, bool)
    for top, bottom, left in spans:
        mask[top:bottom, left : left + 4] = True
    return find_components(mask)


def rows_of(components):
    return sorted((int(box[0]), int(box[2])) for box in components.boxes)


def test_a_stroke_through_two_rows_becomes_one_in_each():
    cut = cut_into_rows(stems((25, 95, 50)), rules(20, 60, 100), text_height_px=HEIGHT)
    assert rows_of(cut) == [(25, 61), (61, 95)]
    assert cut.areas.tolist() == [4 * 36, 4 * 34]
    assert sorted(np.unique(cut.labels)) == [0, 1, 2]


def test_a_descender_stays_with_its_letter():
    components = stems((25, 75, 50))
    assert cut_into_rows(components, rules(20, 60, 100), text_height_px=HEIGHT) is components


def test_an_end_of_a_stroke_stays_with_it():
    mask = np.zeros((220, 300), bool)
    mask[25:100, 50:54] = True
    # The arch of an n in the lower row begins a little above the line.
    mask[55:59, 54:90] = True
    mask[55:100, 86:90] = True
    cut = cut_into_rows(find_components(mask), rules(20, 60, 100, 140), text_height_px=HEIGHT)
    assert all(bottom - top > 0.4 * HEIGHT for top, bottom in rows_of(cut))


def test_a_tall_letter_on_squared_paper_is_not_cut():
    components = stems((15, 95, 50))
    assert cut_into_rows(components, rules(*range(0, 200, 15)), text_height_px=HEIGHT) is components


def test_ruled_paper_upright_lines_and_lines_beside_the_writing_cut_nothing():
    components = stems((25, 95, 50))
    assert cut_into_rows(components, rules(20, 60, 100)[:3], text_height_px=HEIGHT) is components
    assert cut_into_rows(components, SIDES, text_height_px=HEIGHT) is components
    beside = [PrintedLine(upright=False, offset=row, slope=0.0, start=200, stop=300) for row in (20, 60, 100)]
    beside += SIDES
    assert cut_into_rows(components, beside, text_height_px=HEIGHT) is components
    assert cut_into_rows(components, [], text_height_px=HEIGHT) is components


def test_sloping_lines_cut_where_they_pass():
    sloping = [PrintedLine(upright=False, offset=row, slope=0.1, start=0, stop=300) for row in (10, 50, 90)]
    sloping += SIDES
    cut = cut_into_rows(stems((32, 110, 200)), sloping, text_height_px=HEIGHT)
    assert rows_of(cut) == [(32, 71), (71, 110)]


def words_below_each_other(slope=0.0, *, strokes=6, connected=True):
    """Two words of upright strokes on a bar each, one below the other, and a descender between them."""
    mask = np.zeros((220, 300), bool)
    for col in range(40, 40 + 30 * strokes):
        shift = round(slope * (col - 40))
        for top in (60, 120):
            mask[top + 26 + shift : top + 30 + shift, col] = True
            if (col - 40) % 30 < 4:
                mask[top + shift : top + 30 + shift, col] = True
    if connected:
        mask[84:130, 100:104] = True
    return mask


def ring_around(mask):
    """Upright sides at both ends that join two words, as a ring around them does."""
    for col in (32, 212):
        mask[50:160, col : col + 3] = True
    mask[86:89, 32:215] = mask[146:149, 32:215] = True
    return mask


@pytest.mark.parametrize("slope", [0.0, 0.07, -0.1])
def test_words_of_two_lines_that_touch_are_cut_between_them(slope):
    components = find_components(words_below_each_other(slope))
    assert len(components) == 1
    cut = cut_into_rows(components, [], text_height_px=HEIGHT)
    assert len(cut) == 2
    middle = components.boxes[0, [0, 2]].mean()
    assert cut.boxes[0, 2] == pytest.approx(middle, abs=0.4 * HEIGHT)
    assert cut.areas.sum() == components.areas.sum()


def test_a_large_letter_is_not_cut_between_its_bars():
    # An E: a stem and three bars, as wide as a word.
    mask = np.zeros((220, 300), bool)
    mask[40:130, 40:46] = True
    for row in (40, 82, 124):
        mask[row : row + 6, 40:140] = True
    components = find_components(mask)
    assert cut_into_rows(components, [], text_height_px=HEIGHT) is components


@pytest.mark.parametrize("slope", [0.08, -0.08])
def test_wide_words_on_a_slope_are_cut(slope):
    wide = np.zeros((420, 620), bool)
    for col in range(40, 380):
        shift = round(slope * (col - 210))
        for top in (180, 240):
            wide[top + 26 + shift : top + 30 + shift, col] = True
            if col % 30 < 4:
                wide[top + shift : top + 30 + shift, col] = True
    wide[200:260, 210:214] = True
    components = find_components(wide)
    assert len(components) == 1
    assert len(cut_into_rows(components, [], text_height_px=HEIGHT)) == 2


def test_loops_of_descenders_stay_with_their_word():
    mask = np.zeros((220, 300), bool)
    for col in range(40, 240, 20):
        mask[60:90, col : col + 3] = True
    mask[86:90, 40:223] = True
    for col in (60, 180):
        mask[86:130, col : col + 3] = mask[86:130, col + 14 : col + 17] = True
        mask[127:130, col : col + 17] = True
    components = find_components(mask)
    assert len(components) == 1
    assert cut_into_rows(components, [], text_height_px=40.0) is components


def test_words_within_a_ring_are_not_cut():
    components = find_components(ring_around(words_below_each_other(connected=False)))
    assert len(components) == 1
    assert cut_into_rows(components, [], text_height_px=HEIGHT) is components


def test_words_within_a_ring_with_an_arrow_are_not_cut():
    mask = ring_around(words_below_each_other(connected=False))
    mask[146:149, 215:290] = True
    found = find_components(mask)
    assert len(found) == 1
    assert cut_into_rows(found, [], text_height_px=HEIGHT) is found


def test_words_that_do_not_touch_stay_as_they_are():
    components = find_components(words_below_each_other(connected=False))
    assert cut_into_rows(components, [], text_height_px=HEIGHT) is components


@pytest.mark.parametrize("height", [0.0, 0.5])
def test_text_of_a_few_pixels_is_no_error(height):
    components = stems((2, 12, 5), (2, 12, 20))
    assert cut_into_rows(components, [], text_height_px=height) is components
