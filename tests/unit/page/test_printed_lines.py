"""Ruled and squared paper: rules are found and removed, strokes that cross them stay."""

import numpy as np
import pytest

from ocr.page.ink.binarization import binarize
from ocr.page.printed import printed_lines
from ocr.page.printed.line_removal import remove_rules
from ocr.page.printed.printed_lines import find_rules

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


def rules_of(page, *, text_height_px=LETTER_PX):
    strength = binarize(page, text_height_px=text_height_px).strength
    return find_rules(strength, text_height_px=text_height_px)


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


def test_rules_that_converge_are_found():
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
    found = rules_of(paper(cols=cols), text_height_px=36.0)
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
    found = remove_rules(page, ink, text_height_px=LETTER_PX)
    assert found.lines == ()
    assert found.ink is ink


@pytest.mark.parametrize("darkness", [FAINT, 0.5, PEN])
@pytest.mark.parametrize("thickness", [1, 2, 3])
def test_rules_are_removed_and_strokes_stay(darkness, thickness):
    page, strokes = with_writing(paper(darkness=darkness, thickness=thickness))
    before = page.copy()
    ink = binarize(page, text_height_px=LETTER_PX)
    on_rules = (page > 0) & ~strokes
    assert ink.mask[on_rules].mean() > 0.9 or darkness == FAINT, "the rules were no ink to begin with"
    found = remove_rules(page, ink, text_height_px=LETTER_PX)
    assert len(found.lines) == len(ROWS)
    assert found.ink.mask[on_rules].mean() < 0.1
    assert found.ink.mask[strokes].mean() > 0.95
    assert not np.any(found.ink.mask & ~ink.mask & ~strokes), "ink was made where none was"
    np.testing.assert_array_equal(page, before, "what was given was changed")


def test_a_stroke_that_crosses_a_rule_is_not_cut():
    page, _ = with_writing(paper())
    ink = binarize(page, text_height_px=LETTER_PX)
    found = remove_rules(page, ink, text_height_px=LETTER_PX).ink
    # Strokes of 142 .. 192 cross the rule at 180.
    for left in range(60, 440, 45):
        assert found.mask[142:192, left + 2].all()


@pytest.mark.parametrize(("stop", "count"), [(280, 1), (220, 0)])
def test_a_rule_is_inked_along_half_of_its_length(stop, count):
    page = paper(rows=(120,))
    page[:, stop:] = 0
    assert len(rules_of(page)) == count


@pytest.mark.parametrize(("slope", "count"), [(0.2, 1), (0.3, 0)])
def test_steeper_lines_are_no_rules(slope, count):
    assert len([rule for rule in rules_of(paper(rows=(60,), slope=slope)) if not rule.upright]) == count


@pytest.mark.parametrize(("thickness", "count"), [(5, 1), (24, 0)])
def test_a_band_is_no_rule(thickness, count):
    assert len(rules_of(paper(rows=(120,), thickness=thickness))) == count


@pytest.mark.parametrize(("text_height_px", "has_upright"), [(37.0, True), (40.0, False)])
def test_on_a_short_page_stems_of_letters_are_no_rules(text_height_px, has_upright):
    found = rules_of(paper(cols=(90, 150, 210, 270)), text_height_px=text_height_px)
    assert any(rule.upright for rule in found) == has_upright


@pytest.mark.parametrize("climb", [-1, 1])
def test_a_narrow_picture_has_few_slopes_to_choose_from(climb):
    tall = np.zeros((400, 4), np.float32)
    for row in range(10, 390, 8):
        tall[row, :2] = tall[row + climb, 2:] = 1
    rules = [rule for rule in find_rules(tall, text_height_px=0.4) if not rule.upright]
    assert rules
    assert {np.sign(rule.slope) for rule in rules} <= {0, climb}


def test_sums_along_a_strip_do_not_grow_with_the_square_of_its_length(monkeypatch):
    asked = []
    sums_of = printed_lines.discrete_radon_transform

    def recorded(mask, *, steepest):
        slopes, sums = sums_of(mask, steepest=steepest)
        asked.append(sums.size / mask.size)
        return slopes, sums

    monkeypatch.setattr(printed_lines, "discrete_radon_transform", recorded)
    page = np.zeros((20_000, 600), np.float32)
    page[::200] = PEN
    assert len(find_rules(page, text_height_px=LETTER_PX)) == 100
    assert max(asked) < 200
