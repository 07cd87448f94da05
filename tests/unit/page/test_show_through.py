"""The other side of a sheet is pale and blurred; what is only one of these is writing."""

import dataclasses

import numpy as np
import pytest
from scipy import ndimage

from ocr.page.components import find_components
from ocr.page.show_through import ShowThroughSettings, shows_through, this_side

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


def found(settings=None, **other):
    dark, components, behind = page(**other)
    return shows_through(components, dark, text_height_px=LETTER_PX, settings=settings), behind


def test_what_is_pale_and_blurred_shines_through():
    said, behind = found()
    assert behind.sum() == 26
    assert np.array_equal(said, behind)


@pytest.mark.parametrize(
    "other", [{"blur": 1.0}, {"darkness": 0.8}, {"count": 1}], ids=["pencil", "soft pen", "two smudges"]
)
def test_other_writing_does_not(other):
    said, _ = found(**other)
    assert not said.any()


def test_pale_and_blurred_lines_far_from_the_pen_are_out_of_focus():
    dark = ndimage.gaussian_filter(0.9 * strokes((40,), range(40, 560, 40)), 1.0)
    dark += ndimage.gaussian_filter(0.25 * strokes((320, 360), range(40, 560, 40)), 3.0)
    components = find_components(dark > 0.08)
    assert not shows_through(components, dark, text_height_px=LETTER_PX).any()


def test_without_letters_nothing_shines_through():
    none = find_components(np.zeros((50, 50), bool))
    assert shows_through(none, np.zeros((50, 50), np.float32), text_height_px=LETTER_PX).shape == (0,)
    dark, components, _ = page()
    assert not shows_through(components, dark, text_height_px=0.0).any()


def test_this_side_is_what_is_darker_or_as_pale_but_sharp():
    dark, components, behind = page()
    may_be = this_side(components, dark, behind)
    assert may_be[FRONT > 0.5].all()
    assert not may_be[100:130].any()


def test_pencil_stays_beside_what_shines_through():
    dark, _, _ = page()
    dark[360:385, 100:105] = 0.15
    components = find_components(dark > 0.08)
    behind = shows_through(components, dark, text_height_px=LETTER_PX)
    assert behind.any()
    assert this_side(components, dark, behind)[360:385, 100:105].all()


CHANGED = {
    "pale_frac": 0.1,
    "blunt_frac": 0.1,
    "around_letters": 0.5,
    "largest_letters": 0.5,
    "fewest": 27,
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(ShowThroughSettings)])
def test_every_setting_decides(field):
    assert not found(ShowThroughSettings(**{field: CHANGED[field]}))[0].any()
