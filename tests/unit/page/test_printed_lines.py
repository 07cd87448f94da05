"""Ruled and squared paper: rules are found and taken out, strokes that cross them stay."""

import dataclasses

import numpy as np
import pytest

from ocr.page.binarization import binarize
from ocr.page.printed_lines import RuleSettings, find_rules, remove_rules

LETTER_PX = 40.0
SHAPE = (300, 500)
PEN, FAINT = 0.8, 0.3
ROWS = (60, 120, 180, 240)


def paper(*, rows=ROWS, cols=(), darkness=FAINT, slope=0.0, thickness=2):
    """Darkness of paper with rules that start at these rows and columns."""
    page = np.zeros(SHAPE, np.float32)
    for view, starts in ((page, rows), (page.T, cols)):
        along = np.arange(view.shape[1])
        for start in starts:
            first = np.rint(start + slope * along).astype(int)
            for offset in range(thickness):
                view[first + offset, along] = darkness
    return page


def with_writing(page):
    """Upright and lying strokes of the pen, some across the rules."""
    page = page.copy()
    strokes = np.zeros(SHAPE, bool)
    for left in range(60, 440, 45):
        strokes[75:112, left : left + 5] = True
        strokes[142:192, left : left + 5] = True
        strokes[142:147, left : left + 25] = True
    page[strokes] = PEN
    return page, strokes


def rules_of(page, **changes):
    strength = binarize(page, text_height_px=LETTER_PX).strength
    return find_rules(strength, text_height_px=LETTER_PX, settings=RuleSettings(**changes))


@pytest.mark.parametrize("darkness", [FAINT, PEN])
def test_the_rules_of_ruled_paper_are_found(darkness):
    found = rules_of(with_writing(paper(darkness=darkness))[0])
    assert not any(rule.upright for rule in found)
    assert [rule.offset for rule in found] == pytest.approx(ROWS, abs=4)
    assert all(abs(rule.slope) < 0.003 for rule in found)


@pytest.mark.parametrize("slope", [0.03, -0.02, 0.18, -0.15])
def test_sloping_rules_are_found_where_they_start(slope):
    found = rules_of(paper(rows=(100, 160), slope=slope))
    assert [rule.offset for rule in found] == pytest.approx([100, 160], abs=5)
    # Near enough to be followed to the other end, 500 px away.
    assert all(500 * abs(rule.slope - slope) < 0.12 * LETTER_PX for rule in found)


def test_rules_that_run_together_are_found():
    page = paper(rows=())
    for start, slope in ((60, 0.02), (120, 0.01), (180, 0.0), (240, -0.01)):
        page = np.maximum(page, paper(rows=(start,), slope=slope))
    found = rules_of(page)
    assert [rule.offset for rule in found] == pytest.approx(ROWS, abs=5)
    assert [rule.slope for rule in found] == pytest.approx([0.02, 0.01, 0.0, -0.01], abs=0.008)


def test_a_rule_that_leaves_the_page_ends_there():
    (rule,) = rules_of(np.roll(paper(rows=(100,), slope=-0.18), -60, axis=0) * (np.mgrid[:300, :500][0] < 50))
    assert rule.start == 0
    assert rule.stop == pytest.approx(40 / 0.18, abs=20)
    assert rule.box.top >= 0


def test_faint_rules_among_writing_are_found():
    found = rules_of(with_writing(paper(darkness=0.15))[0])
    assert [rule.offset for rule in found] == pytest.approx(ROWS, abs=4)


def test_the_rules_of_squared_paper_are_found_both_ways():
    cols = (90, 150, 210, 270, 330, 390)
    found = rules_of(paper(cols=cols), shortest_letters=6)
    assert [rule.offset for rule in found if not rule.upright] == pytest.approx(ROWS, abs=4)
    assert [rule.offset for rule in found if rule.upright] == pytest.approx(cols, abs=4)


def test_on_a_picture_of_one_word_the_stems_of_letters_are_no_rules():
    word = np.zeros((60, 500), np.float32)
    word[5:55, 20::60] = PEN
    assert rules_of(word) == ()


def test_writing_is_no_rule():
    assert rules_of(with_writing(np.zeros(SHAPE, np.float32))[0]) == ()


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (300, 500)])
def test_paper_without_rules_stays_as_it_is(shape):
    page = np.zeros(shape, np.float32)
    ink = binarize(page, text_height_px=LETTER_PX)
    found, rules = remove_rules(page, ink, text_height_px=LETTER_PX)
    assert rules == ()
    assert found is ink


@pytest.mark.parametrize("darkness", [FAINT, 0.5, PEN])
@pytest.mark.parametrize("thickness", [1, 2, 3])
def test_rules_are_taken_out_and_strokes_stay(darkness, thickness):
    page, strokes = with_writing(paper(darkness=darkness, thickness=thickness))
    before = page.copy()
    ink = binarize(page, text_height_px=LETTER_PX)
    on_rules = (page > 0) & ~strokes
    assert ink.mask[on_rules].mean() > 0.9 or darkness == FAINT, "the rules were no ink to begin with"
    found, rules = remove_rules(page, ink, text_height_px=LETTER_PX)
    assert len(rules) == len(ROWS)
    assert found.mask[on_rules].mean() < 0.1
    assert found.mask[strokes].mean() > 0.95
    assert not np.any(found.mask & ~ink.mask & ~strokes), "ink was made where none was"
    np.testing.assert_array_equal(page, before, "what was given was changed")


def test_a_stroke_that_crosses_a_rule_is_not_cut():
    page, _ = with_writing(paper())
    found, _ = remove_rules(page, binarize(page, text_height_px=LETTER_PX), text_height_px=LETTER_PX)
    # Strokes of 142 .. 192 cross the rule at 180.
    for left in range(60, 440, 45):
        assert found.mask[142:192, left + 2].all()


DECIDED = {
    "coverage_frac": 1.01,
    "above_neighbours_frac": 1.01,
    "beside_letters": 1.5,
    "steepest_deg": 0.5,
    "shortest_letters": 99.0,
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(RuleSettings)])
def test_every_setting_changes_some_result(field):
    if field == "thickest_letters":
        page, _ = with_writing(paper(darkness=PEN, thickness=4))
        ink = binarize(page, text_height_px=LETTER_PX)
        usual, changed = (
            remove_rules(page, ink, text_height_px=LETTER_PX, settings=settings)[0].mask.sum()
            for settings in (RuleSettings(), RuleSettings(thickest_letters=0.05))
        )
        assert usual < changed
        return
    if field == "spread_deg":
        page = np.maximum(paper(rows=(60, 118), slope=0.03), paper(rows=(180,), slope=0.05))
        found = [rules_of(page, spread_deg=spread, coverage_frac=0.8) for spread in (1.5, 0.0)]
        assert [len(rules) for rules in found] == [3, 2]
        return
    page = paper(rows=(60, 118, 180), slope=0.03)
    assert rules_of(page) != rules_of(page, **{field: DECIDED[field]})


@pytest.mark.parametrize("climb", [-1, 1])
def test_a_narrow_picture_has_few_slopes_to_choose_from(climb):
    tall = np.zeros((400, 4), np.float32)
    for row in range(10, 390, 8):
        tall[row, :2] = tall[row + climb, 2:] = 1
    rules = [rule for rule in find_rules(tall, text_height_px=0.4) if not rule.upright]
    assert rules
    assert {np.sign(rule.slope) for rule in rules} <= {0, climb}
