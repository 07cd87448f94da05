"""How much the lines of a page climb or fall, and the level picture of it."""

import numpy as np
import pytest
from PIL import Image

from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.page.scale import measured_again, working_gray
from ocr.page.sheet.rectification import levelling
from ocr.page.skew import measure_skew
from ocr.reader import Reader
from unit.page.drawings import as_bytes, written

LETTER_PX = 32


def turned(degrees, *lines):
    """A page whose lines fall by some degrees."""
    gray = written(*lines, letter_height_px=LETTER_PX).gray
    page = Image.fromarray(as_bytes(np.pad(gray, 100, constant_values=1)))
    return np.asarray(page.rotate(-degrees, Image.Resampling.BILINEAR, fillcolor=255))


TEXT = ("BROWN FOX JUMPS", "OVER LAZY DOG", "AND BACK AGAIN")


@pytest.mark.parametrize("degrees", [-14, -6, 5, 12])
def test_the_slope_of_lines_is_measured(degrees):
    slope = measure_skew(turned(degrees, *TEXT), text_height_px=LETTER_PX)
    assert np.rad2deg(np.arctan(slope)) == pytest.approx(degrees, abs=1.5)


def test_level_lines_have_no_slope():
    assert abs(measure_skew(turned(0, *TEXT), text_height_px=LETTER_PX)) < 0.03


@pytest.mark.parametrize("lines", [("HI",), ("I",)])
def test_of_a_few_letters_no_slope_is_known(lines):
    assert measure_skew(turned(10, *lines), text_height_px=LETTER_PX) == 0


def test_a_blank_page_and_a_tiny_one_have_no_slope():
    assert measure_skew(np.full((300, 400), 255, np.uint8), text_height_px=LETTER_PX) == 0
    assert measure_skew(np.full((2, 3), 255, np.uint8), text_height_px=LETTER_PX) == 0


def test_only_what_is_on_the_sheet_counts():
    gray = turned(12, *TEXT)
    assert measure_skew(gray, text_height_px=LETTER_PX, sheet=np.zeros(gray.shape, bool)) == 0


@pytest.mark.parametrize("degrees", [-10, 9])
def test_a_steep_page_is_levelled(degrees):
    picture = Picture(turned(degrees, *TEXT))
    working = working_gray(picture)
    assert working.rectification.is_levelled
    assert working.sheet is None
    assert abs(measure_skew(working.gray, text_height_px=working.text_height_px)) < 0.04
    layout = find_layout(picture)
    assert len(layout.lines) == 3
    assert all(abs(line.slope) < 0.04 for line in layout.lines)


def test_a_page_that_is_about_level_stays_as_it_is():
    assert working_gray(Picture(turned(3, *TEXT))).rectification is None


def test_characters_of_a_steep_page_lie_on_its_ink():
    gray = turned(11, *TEXT)
    (page,) = Reader().read(gray).pages
    assert page.text == "\n".join(TEXT)
    assert (page.height, page.width) == gray.shape
    for character in page.characters:
        assert gray[character.box.slices].min() < 150
    characters = list(page.lines[0].characters)
    first, last = characters[0].box, characters[-1].box
    slope = (last.top - first.top) / (last.left - first.left)
    assert np.rad2deg(np.arctan(slope)) == pytest.approx(11, abs=2.5)


def test_a_levelled_page_is_brought_to_another_scale():
    picture = Picture(turned(10, *TEXT))
    working = working_gray(picture)
    again = measured_again(picture, working, 2 * working.text_height_px)
    letters = working.text_height_px / working.gray.shape[1]
    assert again.gray.shape[1] < 0.7 * working.gray.shape[1]
    assert again.text_height_px / again.gray.shape[1] == pytest.approx(2 * letters, rel=0.02)


def test_the_sheet_of_a_levelled_picture_is_turned_with_it():
    sheet = np.zeros((200, 300), bool)
    sheet[80:120, 100:200] = True
    found = levelling(0.2, sheet.shape, sheet)
    mask = found.sheet_mask((found.height, found.width))
    assert mask.sum() == pytest.approx(sheet.sum(), rel=0.05)
    assert levelling(0.2, sheet.shape, None).sheet_mask((found.height, found.width)) is None


def test_lines_do_not_go_on_beyond_the_edge_of_a_levelled_picture():
    gray = np.full((200, 300), 230, np.uint8)
    gray[:, 40:44] = gray[100:104] = 30
    found = levelling(-0.2, gray.shape, None)
    drawn = found.rectified(gray, 1.0)
    corner = drawn[: len(drawn) // 8, : drawn.shape[1] // 8]
    assert corner.min() > 200
