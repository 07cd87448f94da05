"""What is written over several rows is cut at the printed lines between them; letters are not."""

import numpy as np

from ocr.page.components import find_components
from ocr.page.printed_lines import PrintedLine
from ocr.page.row_cuts import cut_at_rules

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
    cut = cut_at_rules(stems((25, 95, 50)), rules(20, 60, 100), text_height_px=HEIGHT)
    assert rows_of(cut) == [(25, 61), (61, 95)]
    assert cut.areas.tolist() == [4 * 36, 4 * 34]
    assert sorted(np.unique(cut.labels)) == [0, 1, 2]


def test_a_descender_stays_with_its_letter():
    components = stems((25, 75, 50))
    assert cut_at_rules(components, rules(20, 60, 100), text_height_px=HEIGHT) is components


def test_an_end_of_a_stroke_stays_with_it():
    mask = np.zeros((220, 300), bool)
    mask[25:100, 50:54] = True
    # The arch of an n in the lower row begins a little above the line.
    mask[55:59, 54:90] = True
    mask[55:100, 86:90] = True
    cut = cut_at_rules(find_components(mask), rules(20, 60, 100, 140), text_height_px=HEIGHT)
    assert all(bottom - top > 0.4 * HEIGHT for top, bottom in rows_of(cut))


def test_a_tall_letter_on_squared_paper_is_not_cut():
    components = stems((15, 95, 50))
    assert cut_at_rules(components, rules(*range(0, 200, 15)), text_height_px=HEIGHT) is components


def test_ruled_paper_upright_lines_and_lines_beside_the_writing_cut_nothing():
    components = stems((25, 95, 50))
    assert cut_at_rules(components, rules(20, 60, 100)[:3], text_height_px=HEIGHT) is components
    assert cut_at_rules(components, SIDES, text_height_px=HEIGHT) is components
    beside = [PrintedLine(upright=False, offset=row, slope=0.0, start=200, stop=300) for row in (20, 60, 100)]
    beside += SIDES
    assert cut_at_rules(components, beside, text_height_px=HEIGHT) is components
    assert cut_at_rules(components, [], text_height_px=HEIGHT) is components


def test_sloping_lines_cut_where_they_pass():
    sloping = [PrintedLine(upright=False, offset=row, slope=0.1, start=0, stop=300) for row in (10, 50, 90)]
    sloping += SIDES
    cut = cut_at_rules(stems((32, 110, 200)), sloping, text_height_px=HEIGHT)
    assert rows_of(cut) == [(32, 71), (71, 110)]
