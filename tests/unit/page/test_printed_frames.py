"""Frames of forms are found and removed; letters, also those that look like frames, stay."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.page.ink.binarization import binarize
from ocr.page.printed.line_removal import remove_print
from ocr.page.printed.printed_lines import find_frames

LETTER_PX = 48.0
PEN, PRINT = 0.8, 0.85


def page_with(*drawings, size=(700, 360)):
    """Darkness of a page: what each function draws, and how dark."""
    page = np.zeros(size[::-1], np.float32)
    for draw, darkness in drawings:
        layer = Image.new("L", size)
        draw(ImageDraw.Draw(layer))
        page = np.maximum(page, darkness * (np.asarray(layer) > 0)).astype(np.float32)
    return page


def boxes(*corners, width=3):
    """Frames with these left, top, right, bottom."""

    def draw(pen):
        for one in corners:
            pen.rectangle(one, outline=255, width=width)

    return draw


def letters(left=80, base=150, height=48):
    """H, E, O, D, L, U, [, I with bars, and 0, of strokes 6 px thick."""

    def draw(pen):
        top, wide, far = base - height, round(0.7 * height), round(1.1 * height)
        place = left
        h, e, o, d, low, u, bracket, i, zero = range(left, left + 9 * far, far)
        line = {"fill": 255, "width": 6}
        for stem in (h, h + wide, e, d, low, u, u + wide, bracket, i + wide // 2):
            pen.line((stem, top, stem, base), **line)
        for bar in (top, (top + base) // 2, base):
            pen.line((e, bar, e + wide, bar), **line)
        pen.line((h, (top + base) // 2, h + wide, (top + base) // 2), **line)
        for foot in (low, u, bracket, i):
            pen.line((foot, base, foot + wide, base), **line)
        for head in (bracket, i):
            pen.line((head, top, head + wide, top), **line)
        pen.ellipse((o, top, o + wide, base), outline=255, width=6)
        pen.arc((d - wide, top, d + wide, base), -90, 90, fill=255, width=6)
        pen.rounded_rectangle((zero, top, zero + wide, base), radius=wide // 2, outline=255, width=6)
        assert place == left

    return draw


def frames_of(page):
    strength = binarize(page, text_height_px=LETTER_PX).strength
    return find_frames(strength, text_height_px=LETTER_PX)


def without_print(page):
    return remove_print(page, binarize(page, text_height_px=LETTER_PX), text_height_px=LETTER_PX)


@pytest.mark.parametrize("height", [40, 48, 60, 110])
def test_letters_are_no_frames(height):
    page = page_with((letters(left=40, base=200, height=height), PEN), size=(1300, 360))
    assert frames_of(page) == ()
    ink = binarize(page, text_height_px=LETTER_PX)
    left = remove_print(page, ink, text_height_px=LETTER_PX)
    assert left.ink is ink
    assert left.darkness is page


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (300, 500)])
def test_a_bare_page_has_no_frames(shape):
    assert frames_of(np.zeros(shape, np.float32)) == ()


FRAMES = {
    "around a word": ((40, 60, 400, 150),),
    "around a letter": ((40, 60, 100, 140),),
    "next to one another": ((40, 60, 200, 150), (230, 60, 400, 150)),
    "a box for each letter": tuple((left, 60, left + 50, 140) for left in range(40, 440, 50)),
    "a table": tuple((left, top, left + 150, top + 90) for left in (40, 190, 340) for top in (40, 130, 220)),
}


@pytest.mark.parametrize("case", FRAMES)
@pytest.mark.parametrize("darkness", [0.3, 0.6, PRINT])
def test_frames_are_removed_and_what_is_in_them_stays(case, darkness):
    drawn = (boxes(*FRAMES[case]), darkness)
    writing = page_with((letters(left=540, height=44), PEN), size=(1100, 360))
    inside = page_with((lambda pen: pen.line((70, 80, 70, 125), fill=255, width=6), PEN), size=(1100, 360))
    page = np.maximum(page_with(drawn, size=(1100, 360)), np.maximum(writing, inside))
    before = page.copy()
    left = without_print(page)
    strokes = (writing > 0) | (inside > 0)
    assert left.frames
    assert left.ink.mask[strokes].mean() > 0.95
    assert left.ink.mask[(page > 0) & ~strokes].mean() < 0.02
    np.testing.assert_array_equal(page, before, "what was given was changed")


def test_frames_that_touch_are_one():
    frames = frames_of(page_with((boxes(*FRAMES["a table"]), PRINT)))
    assert len(frames) == 1
    top, left, bottom, right = (getattr(frames[0].box, side) for side in ("top", "left", "bottom", "right"))
    assert (top, left, bottom, right) == pytest.approx((40, 40, 310, 490), abs=8)
    assert len(frames_of(page_with((boxes(*FRAMES["next to one another"]), PRINT)))) == 2


@pytest.mark.parametrize("turn_deg", [-10, -3, 5])
def test_turned_frames_are_removed(turn_deg):
    page = page_with((boxes((150, 130, 500, 220)), PRINT))
    turned = Image.fromarray((255 * page).astype(np.uint8)).rotate(turn_deg, Image.Resampling.BILINEAR)
    left = without_print(np.asarray(turned, np.float32) / 255)
    assert len(left.frames) == 1
    assert left.ink.mask.sum() < 100


def test_a_letter_that_touches_its_frame_stays_whole():
    # A stem that runs through the bottom side, and one that stands on it.
    def stems(pen):
        pen.line((100, 90, 100, 190), fill=255, width=6)
        pen.line((200, 90, 200, 150), fill=255, width=6)

    for darkness in (0.4, PRINT):
        page = page_with((boxes((40, 60, 400, 150)), darkness), (stems, PEN))
        left = without_print(page)
        strokes = page_with((stems, PEN)) > 0
        assert len(left.frames) == 1
        assert left.ink.mask[92:146][strokes[92:146]].mean() > 0.97
        assert left.ink.mask[146:188, 100].all()
        assert left.ink.mask[~strokes].sum() < 60


def test_a_frame_no_higher_than_a_letter_may_be_one():
    assert frames_of(page_with((boxes((40, 60, 90, 112)), PRINT))) == ()
    assert len(frames_of(page_with((boxes((40, 60, 90, 142)), PRINT)))) == 1


def test_three_sides_are_no_frame():
    def cup(pen):
        pen.line([(40, 60), (40, 150), (300, 150), (300, 60)], fill=255, width=3)

    assert frames_of(page_with((cup, PRINT))) == ()


@pytest.mark.parametrize(("width", "count"), [(40, 1), (20, 0)])
def test_a_frame_is_wide_enough_for_a_letter(width, count):
    assert len(frames_of(page_with((boxes((40, 60, 40 + width, 160)), PRINT)))) == count


@pytest.mark.parametrize(("gap", "count"), [(9, 1), (25, 0)])
def test_a_corner_may_be_open_a_little(gap, count):
    def draw(pen):
        pen.line([(60, 60), (380, 60), (380, 160), (60, 160), (60, 60 + gap)], fill=255, width=3)

    assert len(frames_of(page_with((draw, PRINT)))) == count


@pytest.mark.parametrize(("rise", "count"), [(50, 1), (90, 0)])
def test_sides_are_nearly_level(rise, count):
    def draw(pen):
        pen.line([(60, 60), (380, 60 + rise), (380, 200 + rise), (60, 200), (60, 60)], fill=255, width=3)

    assert len(frames_of(page_with((draw, PRINT)))) == count


@pytest.mark.parametrize(("bend", "count"), [(6, 1), (30, 0)])
def test_sides_are_nearly_straight(bend, count):
    top = [(60 + 4 * place, 60 - bend * np.sin(np.pi * place / 80)) for place in range(81)]

    def draw(pen):
        pen.line([*top, (380, 160), (60, 160), (60, 60)], fill=255, width=3)

    assert len(frames_of(page_with((draw, PRINT)))) == count


@pytest.mark.parametrize(("thickness", "count"), [(6, 1), (24, 0)])
def test_sides_are_thin(thickness, count):
    assert len(frames_of(page_with((boxes((40, 60, 400, 200), width=thickness), PRINT)))) == count
