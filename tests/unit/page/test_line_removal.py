"""Printed lines are followed through the ink and erased, strokes of the pen stay."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.page.ink.binarization import binarize
from ocr.page.printed.line_removal import remove_lines
from ocr.page.printed.printed_lines import PrintedLine

LETTER_PX = 40.0
PEN = 0.8
LEVEL, UPRIGHT = False, True


def page_with(*lines, darkness=PEN):
    """Darkness of a page with these lines, 2 px thick."""
    page = np.zeros((200, 400), np.float32)
    for line in lines:
        view = page.T if line.upright else page
        along = np.arange(line.start, line.stop)
        across = np.rint(line.offset + line.slope * along).astype(int)
        for thickness in range(2):
            view[across + thickness, along] = darkness
    return page


def removed(page, *lines):
    return remove_lines(page, binarize(page, text_height_px=LETTER_PX), lines, text_height_px=LETTER_PX)


def test_box_of_a_line():
    assert PrintedLine(LEVEL, 10.0, 0.1, 20, 121).box == Box(12, 20, 23, 121)
    assert PrintedLine(UPRIGHT, 10.0, -0.1, 0, 51).box == Box(0, 5, 51, 11)


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.06])
@pytest.mark.parametrize("upright", [LEVEL, UPRIGHT])
@pytest.mark.parametrize("darkness", [0.3, PEN])
def test_a_line_is_erased_between_its_ends(slope, upright, darkness):
    line = PrintedLine(upright, 80.0, slope, 30, 170)
    page = page_with(line, darkness=darkness)
    erased, ink, found = removed(page, line)
    assert found == (line,)
    assert not ink.mask.any()
    assert not erased.any()
    assert page.any(), "what was given was changed"


def test_beyond_its_ends_a_line_stays():
    line = PrintedLine(LEVEL, 80.0, 0.0, 30, 370)
    _, ink, _ = removed(page_with(line), line._replace(stop=200))
    assert not ink.mask[:, :198].any()
    assert ink.mask[80:82, 205:370].all()


def test_nothing_is_done_without_lines():
    page = page_with(PrintedLine(LEVEL, 80.0, 0.0, 30, 370))
    ink = binarize(page, text_height_px=LETTER_PX)
    darkness, left, found = remove_lines(page, ink, (), text_height_px=LETTER_PX)
    assert darkness is page
    assert left is ink
    assert found == ()


@pytest.mark.parametrize("darkness", [0.3, PEN])
def test_crossings_go_with_their_lines(darkness):
    level = [PrintedLine(LEVEL, offset, 0.0, 0, 400) for offset in (50.0, 100.0, 150.0)]
    upright = [PrintedLine(UPRIGHT, offset, 0.0, 0, 200) for offset in (60.0, 120.0, 300.0)]
    page = np.maximum(page_with(*level, *upright, darkness=darkness), 0)
    page[60:95, 200:206] = PEN
    _, ink, found = removed(page, *level, *upright)
    assert len(found) == 6
    assert ink.mask[60:95, 200:206].all()
    assert ink.mask.sum() < 36 * 8


def test_a_line_much_darker_than_the_others_is_none_of_them():
    faint = [PrintedLine(LEVEL, offset, 0.0, 0, 400) for offset in (50.0, 80.0, 110.0)]
    edge = PrintedLine(LEVEL, 150.0, 0.0, 0, 400)
    page = np.maximum(page_with(*faint, darkness=0.3), page_with(edge))
    _, ink, found = removed(page, *faint, edge)
    assert found == tuple(faint)
    assert ink.mask[150:152].all()
    assert not ink.mask[:140].any()


def test_a_dash_of_the_pen_on_a_faint_line_stays():
    line = PrintedLine(LEVEL, 80.0, 0.0, 0, 400)
    page = page_with(line, darkness=0.3)
    page[78:84, 100:125] = page[20:60, 300:306] = PEN
    _, ink, _ = removed(page, line)
    assert ink.mask[79:83, 102:123].all()
    assert ink.mask[:, :200].sum() < 1.2 * 6 * 25


def test_a_line_as_thick_as_a_pen_is_erased():
    darkness = np.zeros((120, 400), np.float32)
    darkness[58:63] = 0.5
    darkness[20:50, 100:104] = darkness[70:100, 200:204] = 0.6
    line = PrintedLine(upright=False, offset=60.0, slope=0.0, start=0, stop=400)
    bare = remove_lines(darkness, binarize(darkness, text_height_px=30), [line], text_height_px=30)
    assert len(bare.lines) == 1
    assert not bare.ink.mask[55:66].any()
    assert bare.ink.mask[20:50, 100:104].all()


def test_stems_one_below_the_other_are_no_line():
    darkness = np.zeros((300, 200), np.float32)
    for top in range(10, 290, 50):
        darkness[top : top + 30, 100:104] = 0.6
    line = PrintedLine(upright=True, offset=101.5, slope=0.0, start=0, stop=300)
    ink = binarize(darkness, text_height_px=30)
    bare = remove_lines(darkness, ink, [line], text_height_px=30)
    assert not bare.lines
    assert (bare.ink.mask == ink.mask).all()


@pytest.mark.parametrize(("length", "is_removed"), [(9, True), (6, False)])
def test_a_rule_may_end_before_the_edge_of_the_page_if_it_is_longer_than_a_stem(length, is_removed):
    whole, rule = (PrintedLine(LEVEL, 80.0, 0.0, 0, stop) for stop in (600, round(length * LETTER_PX)))
    page = np.zeros((200, 600), np.float32)
    page[80:82, rule.start : rule.stop] = PEN
    page[20:60, 20:500:40] = page[20:60, 22:500:40] = PEN
    _, ink, found = removed(page, whole)
    assert (found == (rule,)) == is_removed
    assert ink.mask[80, :200].any() != is_removed
