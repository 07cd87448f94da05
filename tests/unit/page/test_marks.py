"""What is no writing by its size, its shape and the paper around it."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.document.mark_kind import MarkKind
from ocr.page.ink.components import find_components
from ocr.page.writing.marks import are_on_paper, mark_kinds, split_components
from unit.page.drawings import blocks

TEXT_PX = 20
OTHER, RULE, HOLE = MarkKind.NOT_WRITING, MarkKind.RULE, MarkKind.HOLE
CASES = {
    "letter": ((10, 10, 30, 24), None),
    "full stop": ((10, 10, 13, 13), None),
    "the smallest full stop": ((10, 10, 12, 12), None),
    "speck": ((10, 10, 11, 11), OTHER),
    "hyphen": ((10, 10, 13, 20), None),
    "word of joined letters": ((10, 10, 30, 130), None),
    "the widest word": ((10, 10, 54, 410), None),
    "a smear as wide as the page": ((10, 10, 54, 411), OTHER),
    "the highest letter": ((10, 20, 80, 40), None),
    "drawing": ((10, 20, 81, 40), OTHER),
    "rule": ((10, 10, 12, 110), RULE),
    "the longest dash": ((10, 10, 13, 54), None),
    "underline of a word": ((10, 10, 13, 55), RULE),
    "low word of joined letters": ((10, 10, 20, 60), None),
    "margin line": ((10, 20, 60, 22), RULE),
    "tall one": ((10, 10, 35, 13), None),
}


def kinds(found, *, text_height_px=TEXT_PX):
    """Kinds of components on bare paper."""
    darkness = 0.8 * (found.labels > 0).astype(np.float32)
    return list(mark_kinds(found, darkness, text_height_px=text_height_px))


@pytest.mark.parametrize("case", CASES)
def test_size_and_shape_decide(case):
    box, expected = CASES[case]
    assert kinds(blocks(box)) == [expected]


def test_on_a_page_without_text_nothing_is_writing():
    assert kinds(blocks((10, 10, 30, 24)), text_height_px=0) == [OTHER]


def test_a_pale_mark_is_paper_in_shadow_if_the_networks_take_it_for_ground():
    found = blocks((10, 10, 30, 24), (10, 40, 30, 54), (10, 70, 30, 84))
    faint, dark = (np.where(found.labels == label, shade, 0) for label, shade in ((1, 0.2), (2, 0.8)))
    pencil = np.where(found.labels == 3, 0.2, 0)
    darkness = (faint + dark + pencil).astype(np.float32)
    ground = np.where(found.labels == 3, 0.2, 0.9).astype(np.float32)
    assert list(mark_kinds(found, darkness, ground=ground, text_height_px=TEXT_PX)) == [OTHER, None, None]
    assert list(mark_kinds(found, darkness, text_height_px=TEXT_PX)) == [None, None, None]


def test_a_word_in_one_thin_stroke_is_writing_and_a_sloping_rule_is_not():
    rows, cols = np.mgrid[:60, :200]
    word = (abs(rows - 30 - 9 * np.sin(cols / 4)) < 2) & (cols >= 40) & (cols < 140)
    rule = (abs(rows - 30 - 0.05 * cols) < 2) & (cols >= 40) & (cols < 140)
    assert kinds(find_components(word), text_height_px=24) == [None]
    assert kinds(find_components(rule), text_height_px=24) == [RULE]


def test_a_joined_word_of_low_letters_is_writing_and_an_underline_with_a_bow_is_a_rule():
    rows, cols = np.mgrid[:60, :200]
    inside = (cols >= 40) & (cols < 140)
    # Loops as of e and o, joined at their feet: no higher than a third of the text.
    loops = (abs(np.hypot((cols - 40) % 20 - 10, rows - 30) - 5) < 1) & inside
    word = loops | ((abs(rows - 34) < 1) & inside)
    bow = (abs(rows - 30 - 6 * np.sin((cols - 40) / 100 * np.pi)) < 2) & inside
    assert kinds(find_components(word), text_height_px=40) == [None]
    assert kinds(find_components(bow), text_height_px=24) == [RULE]


def rounds(*marks):
    """Components: discs with these radii down and across, some with a hole of their own inside."""
    mask = np.zeros((60, 70 * len(marks)), bool)
    rows, cols = np.mgrid[:60, : mask.shape[1]]
    for place, (down, across, inner) in enumerate(marks):
        away = ((rows - 30) / down) ** 2 + ((cols - 35 - 70 * place) / across) ** 2
        mask |= (away < 1) & (away >= inner)
    return find_components(mask)


def test_filled_rounds_larger_than_a_full_stop_are_holes():
    # A full stop, two holes, one of them in perspective, a ring, a thick ring and a heavy 0.
    found = rounds((6, 6, 0), (16, 16, 0), (16, 12, 0), (16, 14, 0.5), (16, 14, 0.2), (20, 10, 0))
    assert kinds(found, text_height_px=40) == [None, HOLE, HOLE, None, None, None]


def test_writing_and_rejected_marks_share_the_ink():
    found = blocks((10, 10, 30, 20), (40, 40, 50, 50), (60, 60, 80, 90))
    writing, rejected = split_components(found, np.array([True, False, True]))
    assert len(writing) == 2
    assert [writing.box(index) for index in range(2)] == [found.box(0), found.box(2)]
    assert writing.areas.tolist() == [found.areas[0], found.areas[2]]
    assert np.array_equal((writing.labels > 0) ^ (rejected > 0), found.labels > 0)
    assert set(np.unique(rejected)) == {0, 2}
    for index in range(2):
        box = writing.box(index)
        assert (writing.labels[box.slices] == index + 1).sum() == writing.areas[index]


def half_textured():
    """Darkness (300, 600) of letters, every second one on a texture, which has dark marks, too."""
    page = np.zeros((300, 600), np.float32)
    texture = ndimage.gaussian_filter(np.random.default_rng(5).random((300, 300)), 2.5)
    page[:, 300:] = (texture.astype(np.float32) - 0.4) * 3
    for left in (*range(40, 240, 40), 340, 440):
        page[130:170, left : left + 6] = 0.8
        page[130:136, left : left + 25] = 0.8
    return page


def test_marks_of_a_texture_are_not_on_paper_and_letters_are():
    page = half_textured()
    found = find_components(page > 0.4)
    on_paper = are_on_paper(found, page, text_height_px=40)
    letters = found.boxes[:, 3] < 290
    assert letters.sum() == 5
    assert on_paper[letters].all()
    assert on_paper[~letters].mean() < 0.2


def test_a_letter_in_a_texture_is_writing_if_the_networks_find_no_ground_in_it():
    page = half_textured()
    found = find_components(page > 0.6)
    in_texture = np.flatnonzero((found.boxes[:, 1] > 300) & (found.heights >= 40))
    assert len(in_texture) == 2
    ground = np.where(found.labels == 1 + in_texture[0], 0.02, 0.4).astype(np.float32)
    # Where all is zero the networks were not asked.
    for answers, expected in ((None, OTHER), (np.zeros_like(ground), OTHER), (ground, None)):
        kinds = mark_kinds(found, page, ground=answers, text_height_px=40)
        assert [kinds[index] for index in in_texture] == [expected, OTHER]
