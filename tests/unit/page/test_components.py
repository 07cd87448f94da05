"""Connected components on small drawings."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.geometry import Box
from ocr.page.components import find_components
from ocr.page.lines import TextLine
from ocr.page.marks import WritingSettings, kept, reasons_of_shape, stands_on_paper, without_faint_bars
from unit.page.drawings import blocks, components, mask


def test_boxes_and_areas():
    found = components("""
        ........
        .##...#.
        .#...#..
        ........
        ...##...
        """)
    assert len(found) == 3
    assert [found.box(index) for index in range(3)] == [Box(1, 1, 3, 3), Box(1, 5, 3, 7), Box(4, 3, 5, 5)]
    assert found.areas.tolist() == [3, 2, 2]
    assert found.heights.tolist() == [2, 2, 1]
    assert found.widths.tolist() == [2, 2, 2]
    assert found.labels[1].tolist() == [0, 1, 1, 0, 0, 0, 2, 0]
    assert found.labels.dtype == np.int32


def test_no_ink():
    found = find_components(np.zeros((4, 5), bool))
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)


BROKEN = """
    ###..###...###
    """


@pytest.mark.parametrize(("bridge_px", "count"), [(0, 3), (1, 3), (2, 2), (3, 1)])
def test_breaks_up_to_the_bridge_count_as_connected(bridge_px, count):
    found = components(BROKEN, bridge_px=bridge_px)
    assert len(found) == count


def test_bridged_components_hold_ink_only():
    found = components(BROKEN, bridge_px=3)
    assert np.array_equal(found.labels > 0, mask(BROKEN))
    assert found.areas.tolist() == [9]
    assert found.box(0) == Box(0, 0, 1, 14)


LETTER_PX = 20
OTHER, RULE = "not writing", "rule"
CASES = {
    "letter": ((10, 10, 30, 24), ""),
    "full stop": ((10, 10, 13, 13), ""),
    "speck": ((10, 10, 11, 11), OTHER),
    "hyphen": ((10, 10, 13, 20), ""),
    "word of joined letters": ((10, 10, 30, 130), ""),
    "a smear as wide as the page": ((10, 10, 90, 395), OTHER),
    "drawing": ((10, 10, 100, 110), OTHER),
    "rule": ((10, 10, 12, 110), RULE),
    "underline of a word": ((10, 10, 13, 60), RULE),
    "low word of joined letters": ((10, 10, 20, 60), ""),
    "margin line": ((10, 10, 60, 12), RULE),
    "tall one": ((10, 10, 35, 13), ""),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_writing_is_told_by_its_size_and_shape(case):
    box, expected = CASES[case]
    assert reasons_of_shape(blocks(box), text_height_px=LETTER_PX).tolist() == [expected]


def test_every_setting_of_writing_changes_what_is_kept():
    found = blocks((10, 10, 12, 12), (10, 30, 70, 50), (80, 10, 124, 270), (130, 10, 133, 54))
    assert reasons_of_shape(found, text_height_px=20).tolist() == [""] * 4
    for place, settings in enumerate(
        (
            WritingSettings(speck_letters=0.2),
            WritingSettings(tallest_letters=2.5),
            WritingSettings(widest_letters=12.0),
            WritingSettings(rule_letters=2.0),
        )
    ):
        changed = reasons_of_shape(found, text_height_px=20, settings=settings)
        assert (changed != "").tolist() == [index == place for index in range(4)]


def test_a_word_in_one_thin_stroke_is_writing_and_a_sloping_rule_is_not():
    rows, cols = np.mgrid[:60, :200]
    word = (abs(rows - 30 - 9 * np.sin(cols / 4)) < 2) & (cols >= 40) & (cols < 140)
    rule = (abs(rows - 30 - 0.05 * cols) < 2) & (cols >= 40) & (cols < 140)
    assert reasons_of_shape(find_components(word), text_height_px=24).tolist() == [""]
    assert reasons_of_shape(find_components(rule), text_height_px=24).tolist() == [RULE]
    lenient = WritingSettings(straight_letters=0.5)
    assert reasons_of_shape(find_components(word), text_height_px=24, settings=lenient).tolist() == [RULE]


def rounds(*marks):
    """Components: discs with these radii down and across, some with a hole of their own inside."""
    mask = np.zeros((60, 70 * len(marks)), bool)
    rows, cols = np.mgrid[:60, : mask.shape[1]]
    for place, (down, across, inner) in enumerate(marks):
        away = ((rows - 30) / down) ** 2 + ((cols - 35 - 70 * place) / across) ** 2
        mask |= (away < 1) & (away >= inner)
    return find_components(mask)


def test_filled_rounds_larger_than_a_full_stop_are_holes():
    # A full stop, two holes, one of them seen aslant, a ring, a thick ring and a heavy 0.
    found = rounds((6, 6, 0), (16, 16, 0), (16, 12, 0), (16, 14, 0.5), (16, 14, 0.2), (20, 10, 0))
    assert reasons_of_shape(found, text_height_px=40).tolist() == ["", "hole", "hole", "", "", ""]
    lenient = WritingSettings(hole_letters=0.9)
    assert reasons_of_shape(found, text_height_px=40, settings=lenient).tolist() == [""] * 6


# Three letters on a line, and below them one bar 24 px high and 4 px wide.
LETTERS_AND_BAR = ((10, 10, 30, 20), (10, 30, 30, 40), (10, 50, 30, 60), (60, 10, 84, 14))


def lines_left(*, bar_darkness, settings=None):
    """Members of the lines that are left, and what was left out, where the letters are as dark as 0.8."""
    found = blocks(*LETTERS_AND_BAR)
    darkness = np.where(found.labels == 4, bar_darkness, 0.8 * (found.labels > 0)).astype(np.float32)
    lines = (TextLine((0, 1, 2), 0.0, 20.0), TextLine((3,), 0.0, 72.0))
    left, left_out = without_faint_bars(found, lines, darkness, settings=settings)
    return [line.members for line in left], left_out


def test_a_faint_bar_alone_on_its_line_is_left_out_and_a_dark_one_is_a_letter():
    assert lines_left(bar_darkness=0.4) == ([(0, 1, 2)], (3,))
    assert lines_left(bar_darkness=0.8) == ([(0, 1, 2), (3,)], ())


def test_where_every_line_is_one_bar_all_stay():
    found = blocks((10, 10, 40, 14), (60, 10, 90, 14))
    lines = (TextLine((0,), 0.0, 25.0), TextLine((1,), 0.0, 75.0))
    darkness = np.where(found.labels == 1, 0.8, 0.2).astype(np.float32)
    assert without_faint_bars(found, lines, darkness) == (lines, ())


@pytest.mark.parametrize(
    "settings", [WritingSettings(lone_bar_aspect=9.0), WritingSettings(lone_bar_darkness_frac=0.4)]
)
def test_settings_of_lone_bars(settings):
    assert lines_left(bar_darkness=0.4, settings=settings) == ([(0, 1, 2), (3,)], ())


def test_kept_and_dropped_share_the_ink():
    found = blocks((10, 10, 30, 20), (40, 40, 50, 50), (60, 60, 80, 90))
    writing, dropped = kept(found, np.array([True, False, True]))
    assert len(writing) == 2
    assert [writing.box(index) for index in range(2)] == [found.box(0), found.box(2)]
    assert writing.areas.tolist() == [found.areas[0], found.areas[2]]
    assert np.array_equal((writing.labels > 0) ^ (dropped > 0), found.labels > 0)
    assert set(np.unique(dropped)) == {0, 2}
    for index in range(2):
        box = writing.box(index)
        assert (writing.labels[box.slices] == index + 1).sum() == writing.areas[index]


def test_marks_of_a_texture_do_not_stand_on_paper_and_letters_do():
    rng = np.random.default_rng(5)
    page = np.zeros((300, 600), np.float32)
    page[:, 300:] = ndimage.gaussian_filter(rng.random((300, 300)), 2.5).astype(np.float32)
    page[:, 300:] = (page[:, 300:] - 0.4) * 3
    for left in range(40, 240, 40):
        page[130:170, left : left + 6] = 0.8
        page[130:136, left : left + 25] = 0.8
    found = find_components(page > 0.4)
    on_paper = stands_on_paper(found, page, text_height_px=40)
    letters = found.boxes[:, 3] < 290
    assert letters.sum() == 5
    assert on_paper[letters].all()
    assert on_paper[~letters].mean() < 0.2
