"""The other side of a sheet is pale and blurred; what is only one of these is writing."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.page.ink.components import find_components
from ocr.page.writing.faint_marks import are_of_other_side, this_side

LETTER_PX = 30.0


def strokes(rows, cols):
    drawn = np.zeros((400, 600), np.float32)
    for row in rows:
        for col in cols:
            drawn[row : row + 30, col : col + 5] = 1
    return drawn


FRONT = ndimage.gaussian_filter(0.9 * strokes((40, 160, 280), range(40, 560, 40)), 1.0)


def page(*, darkness=0.25, blur=3.0, rows=(100, 220), count=13):
    """Three lines of the pen, two of something else between them: darkness, components, which are which."""
    other = ndimage.gaussian_filter(darkness * strokes(rows, range(50, 50 + 40 * count, 40)), blur)
    dark = FRONT + other
    components = find_components(dark > np.where(FRONT > 0.02, 0.45, 0.4 * other.max()))
    middles = (components.boxes[:, 0] + components.boxes[:, 2]) / 2
    return dark, components, np.abs((middles - 55) % 120) > 30


def found(**other):
    dark, components, behind = page(**other)
    return are_of_other_side(components, dark, text_height_px=LETTER_PX), behind


def test_what_is_pale_and_blurred_shines_through():
    result, behind = found()
    assert behind.sum() == 26
    assert np.array_equal(result, behind)


@pytest.mark.parametrize(
    "other", [{"blur": 1.0}, {"darkness": 0.8}, {"count": 1}], ids=["pencil", "soft pen", "two smudges"]
)
def test_other_writing_does_not(other):
    result, _ = found(**other)
    assert not result.any()


def test_pale_and_blurred_lines_far_from_the_pen_are_out_of_focus():
    dark = ndimage.gaussian_filter(0.9 * strokes((40,), range(40, 560, 40)), 1.0)
    dark += ndimage.gaussian_filter(0.25 * strokes((320, 360), range(40, 560, 40)), 3.0)
    components = find_components(dark > 0.08)
    assert not are_of_other_side(components, dark, text_height_px=LETTER_PX).any()


def test_without_letters_nothing_shines_through():
    none = find_components(np.zeros((50, 50), bool))
    assert are_of_other_side(none, np.zeros((50, 50), np.float32), text_height_px=LETTER_PX).shape == (0,)
    dark, components, _ = page()
    assert not are_of_other_side(components, dark, text_height_px=0.0).any()


def test_this_side_is_what_is_darker_or_as_pale_but_sharp():
    dark, components, behind = page()
    may_be = this_side(components, dark, behind)
    assert may_be[FRONT > 0.5].all()
    assert not may_be[100:130].any()


def test_pencil_stays_beside_what_shines_through():
    dark, _, _ = page()
    dark[360:385, 100:105] = 0.15
    components = find_components(dark > 0.08)
    behind = are_of_other_side(components, dark, text_height_px=LETTER_PX)
    assert behind.any()
    assert this_side(components, dark, behind)[360:385, 100:105].all()
