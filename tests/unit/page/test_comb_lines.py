"""Combs of forms: their lines are found and erased, those of tables and of text are not."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ocr import Reader
from ocr.geometry import Box
from ocr.page.ink.binarization import binarize
from ocr.page.printed.cells import CellGroup, GroupKind, PrintedCell
from ocr.page.printed.check_boxes import PageBoxes
from ocr.page.printed.comb_lines import find_combs, scaled_combs, sides_again
from ocr.page.printed.comb_removal import cells_of, erase_combs, sides_of
from unit.page.drawings import as_bytes, written

LETTER_PX = 30
BOX_PX = 40


def comb(*, count=12, top=40, left=50, step=BOX_PX, gap=0, rows=1, lean=0.0):
    """Darkness of a page with rows of boxes."""
    page = np.zeros((60 + top + rows * BOX_PX, left + count * step + 60), np.float32)
    for row in range(rows):
        above = top + row * BOX_PX
        for place in range(count):
            first, last = left + place * step, left + (place + 1) * step - gap
            page[above : above + 3, first : last + 3] = page[
                above + BOX_PX : above + BOX_PX + 3, first : last + 3
            ] = 0.5
            page[above : above + BOX_PX, first : first + 3] = page[
                above : above + BOX_PX, last : last + 3
            ] = 0.5
    return turned(page, lean) if lean else page


def turned(page, slope):
    """Shift the columns of a page, as if the sheet lay a little aslant."""
    return np.stack([np.roll(col, round(slope * place)) for place, col in enumerate(page.T)], axis=1)


def write(page, places, *, top=40, left=50, step=BOX_PX, height=30):
    """Draw a letter like an I with serifs, darker than the lines, in the middle of some boxes."""
    written = np.zeros(page.shape, bool)
    for place in places:
        first, middle = top + (BOX_PX - height) // 2 + 1, left + place * step + step // 2
        written[first : first + height, middle - 2 : middle + 3] = True
        written[first : first + 4, middle - 8 : middle + 9] = True
    page[written] = 0.9
    return written


def found_in(page):
    """Combs of a page, and its ink."""
    ink = binarize(page, text_height_px=LETTER_PX)
    return find_combs(ink.strength, text_height_px=LETTER_PX), ink


@pytest.mark.parametrize("lean", [0.0, 0.015, -0.015])
def test_sides_of_a_comb_are_found(lean):
    page = comb(lean=lean)
    write(page, [1, 2, 5]) if not lean else None
    (found,), _ = found_in(page)
    uprights = [side for side in found.sides if side.upright]
    assert [side.upright for side in found.sides[:2]] == [False, False]
    assert len(uprights) == 13
    at = [side.offset + side.slope * (side.start + side.stop) / 2 for side in uprights]
    assert np.allclose(at, 51 + BOX_PX * np.arange(13), atol=1.5)


def from_the_side(page, *, leans, widening):
    """Shear the columns of a page more and more from left to right, and widen them, as in a photo."""
    rows, cols = np.mgrid[: page.shape[0], : page.shape[1]].astype(np.float64)
    left, right = leans
    straight = cols - (rows - 60) * (left + (right - left) * cols / page.shape[1])
    share = straight / page.shape[1]
    wanted = page.shape[1] * (share * (1 - widening) + widening * share**2)
    return np.asarray(ndimage.map_coordinates(page, (rows, wanted), order=1), np.float32)


@pytest.mark.parametrize(
    ("leans", "widening"), [((0.12, -0.04), 0.0), ((-0.1, 0.06), 0.1), ((0.05, 0.0), -0.1)]
)
def test_sides_of_a_comb_photographed_from_the_side_are_found(leans, widening):
    page = from_the_side(comb(), leans=leans, widening=widening)
    (found,), ink = found_in(page)
    assert sum(side.upright for side in found.sides) == 13
    _, left = erase_combs(page, ink, (found,), text_height_px=LETTER_PX)
    assert left.mask.sum() < 0.06 * ink.mask.sum()


def test_letters_stay_where_the_comb_is_erased():
    page = comb()
    written = write(page, [1, 2, 5, 6])
    combs, ink = found_in(page)
    darkness, left = erase_combs(page, ink, combs, text_height_px=LETTER_PX)
    assert left.mask[written].mean() > 0.95
    assert left.mask[~written].mean() < 0.002
    assert not darkness[(page == 0.5) & ~written].any()


def test_some_sides_may_be_thicker():
    page = comb()
    page[40:83, 290:295] = page[40:83, 329:334] = 0.5
    combs, ink = found_in(page)
    _, left = erase_combs(page, ink, combs, text_height_px=LETTER_PX)
    assert not left.mask.any()


def test_a_stroke_that_crosses_a_level_line_stays():
    page = comb()
    stroke = (slice(60, 100), slice(66, 71))
    page[stroke] = 0.9
    combs, ink = found_in(page)
    _, left = erase_combs(page, ink, combs, text_height_px=LETTER_PX)
    assert left.mask[stroke].all()


def test_letters_that_touch_the_sides_hide_no_comb():
    page = comb()
    page[48:78, 90:94] = page[48:78, 130:134] = page[48:78, 168:172] = 0.9
    (found,), _ = found_in(page)
    assert sum(side.upright for side in found.sides) == 13


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(comb(rows=3), id="rows of a table"),
        pytest.param(comb(count=3), id="three boxes"),
        pytest.param(comb(count=6, step=90), id="cells of words"),
        pytest.param(np.zeros((200, 400), np.float32), id="blank"),
    ],
)
def test_other_lines_are_no_comb(page):
    assert found_in(page)[0] == ()


def test_two_rules_with_words_between_are_no_comb():
    page = np.zeros((140, 600), np.float32)
    page[40:42] = page[80:82] = 0.5
    for left in (50, 78, 103, 141, 180, 202, 240, 290, 333):
        page[40:82, left : left + 5] = 0.9
    assert found_in(page)[0] == ()


def test_a_comb_on_a_larger_page_has_its_lines_there():
    (small,), _ = found_in(comb())
    (large,) = scaled_combs([small], 2.0)
    twice = binarize(np.kron(comb(), np.ones((2, 2), np.float32)), text_height_px=2 * LETTER_PX)
    (wanted,) = find_combs(twice.strength, text_height_px=2 * LETTER_PX)
    assert len(large.sides) == len(wanted.sides)
    for side, other in zip(large.sides, wanted.sides, strict=True):
        assert abs(side.offset - other.offset) <= 2
        assert abs(side.start - other.start) <= 2


def letters_in_boxes(text, *, height, cell, shade):
    """Gray page of a word in a comb, its letters pressed against the sides of their boxes."""
    page = np.full((cell + 60, 120 + cell * (len(text) + 3)), 245, np.uint8)
    page[20 : 20 + cell + 2, 80 : 82 + cell * (len(text) + 2)] = shade
    for place in range(len(text) + 2):
        page[22 : 20 + cell, 82 + place * cell : 80 + (place + 1) * cell] = 245
    for place, letter in enumerate(text):
        ink = as_bytes(written(letter).gray)
        rows, cols = np.flatnonzero((ink < 128).any(axis=1)), np.flatnonzero((ink < 128).any(axis=0))
        cut = Image.fromarray(ink[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1])
        drawn = np.asarray(cut.resize((max(3, round(height * cut.width / cut.height)), height)))
        first, left = 21 + (cell - height) // 2, 82 + place * cell + (0 if place % 3 == 1 else 3)
        part = page[first : first + height, left : left + drawn.shape[1]]
        np.minimum(part, drawn[:, : part.shape[1]], out=part)
    return page


@pytest.mark.parametrize(("cell", "height", "shade"), [(40, 30, 120), (22, 16, 60), (22, 17, 150)])
def test_a_word_in_a_comb_is_read(cell, height, shade):
    page = letters_in_boxes("MARCH", height=height, cell=cell, shade=shade)
    assert Reader().read(page).text.strip().casefold() == "march"


def test_squared_paper_with_a_letter_in_each_square_is_no_comb():
    page = np.zeros((260, 620), np.float32)
    for at in range(20, 600, BOX_PX):
        page[:, at : at + 3] = 0.5
    for at in range(20, 240, BOX_PX):
        page[at : at + 3] = 0.5
    write(page, range(10), top=100, left=60)
    assert found_in(page)[0] == ()


def test_squared_paper_behind_slanted_strokes_is_no_comb():
    page = np.zeros((9 * BOX_PX, 16 * BOX_PX), np.float32)
    for place in range(0, page.shape[1], BOX_PX):
        page[:, place : place + 2] = page[place : place + 2] = 0.5
    rows = np.arange(3 * BOX_PX, 4 * BOX_PX)
    for middle in range(BOX_PX, 15 * BOX_PX, BOX_PX):
        cols = np.rint(middle - 0.08 * (rows - rows.mean())).astype(int)
        for away in range(3):
            page[rows, cols + away] = 0.9
    assert found_in(page)[0] == ()


@pytest.mark.parametrize("gap", [6, 9, 12])
def test_boxes_that_do_not_touch_have_two_sides_each(gap):
    page = comb(gap=gap)
    write(page, [1, 2, 5], step=BOX_PX - gap // 4)
    (found,), _ = found_in(page)
    at = [side.offset + side.slope * (side.start + side.stop) / 2 for side in found.sides if side.upright]
    lefts = 51 + BOX_PX * np.arange(12)
    assert np.allclose(at, np.sort(np.r_[lefts, lefts + BOX_PX - gap]), atol=1.5)


@pytest.mark.parametrize("gap", [6, 9, 12])
def test_the_sides_of_a_gap_between_boxes_are_one(gap):
    (found,), _ = found_in(comb(gap=gap))
    sides = sorted(sides_of(found))
    middles = sorted((side.left + side.right) / 2 for side in sides)
    assert len(middles) == 13
    assert np.allclose(np.diff(middles)[1:-1], BOX_PX, atol=1.5)


@pytest.mark.parametrize("gap", [6, 9, 12])
def test_letters_in_boxes_that_do_not_touch_stay_and_boxes_go(gap):
    page = comb(gap=gap)
    places = [1, 2, 5]
    boxes = np.where(page > 0, page, 0).copy()
    letters = np.zeros(page.shape, bool)
    for place in places:
        middle = 50 + place * BOX_PX + (BOX_PX - gap) // 2
        letters[48:72, middle - 3 : middle + 3] = True
    page[letters] = 0.9
    combs, ink = found_in(page)
    _, left = erase_combs(page, ink, combs, text_height_px=LETTER_PX)
    assert left.mask[letters].mean() > 0.9
    assert not left.mask[(boxes > 0) & ~letters].any()


def test_two_combs_close_above_one_another_are_two():
    page = np.vstack([comb(count=12)[:-54], comb(count=12, top=6)])
    found, _ = found_in(page)
    assert len(found) == 2


def test_two_blurred_combs_close_above_one_another_are_two():
    page = np.vstack([comb(count=12)[:-54], comb(count=12, top=8)])
    found, _ = found_in(ndimage.gaussian_filter(page * 1.8, 2.2))
    assert [sum(side.upright for side in one.sides) for one in found] == [13, 13]


def test_a_level_line_with_a_break_goes_on_as_far_as_the_other_one():
    page = comb(count=12)
    page[80:83, 280:330] = 0
    (found,), _ = found_in(page)
    assert sum(side.upright for side in found.sides) == 13


def test_the_boxes_of_a_comb_are_a_field_and_no_cells_of_a_table():
    (found,), _ = found_in(comb(count=12))
    cells = cells_of(found)
    assert cells.kind is GroupKind.COMB
    assert [cell.box.width for cell in cells.cells] == [BOX_PX] * 12
    table = CellGroup(GroupKind.TABLE, cells.cells)
    other = CellGroup(GroupKind.BOX, (PrintedCell(Box(200, 50, 240, 90)),))
    assert PageBoxes((table, other)).with_combs([cells]).cells == (cells, other)


def test_gaps_that_close_when_a_page_is_small_are_found_on_the_larger_page():
    page = comb(gap=6)
    (small,), _ = found_in(page)
    closed = small._replace(sides=(*small.sides[:2], *small.sides[2::2]))
    larger = np.kron(page, np.ones((2, 2), np.float32))
    strength = binarize(larger, text_height_px=2 * LETTER_PX).strength
    (again,) = sides_again(strength, scaled_combs([closed], 2.0))
    assert len(again.sides) == 26


def test_sides_that_are_not_found_again_stay_as_they_are():
    (small,), _ = found_in(comb())
    (scaled,) = scaled_combs([small], 2.0)
    assert sides_again(np.zeros((500, 1300), np.float32), [scaled]) == (scaled,)


@pytest.mark.parametrize("gap", [5, 8])
def test_letters_in_small_boxes_apart_are_read_and_no_ticks(gap):
    """Boxes of a survey form, which alone would be check boxes."""
    step = 24
    page = Image.fromarray(as_bytes(1 - comb_of_small_boxes(step=step, gap=gap)))
    for place, letter in enumerate("BOSTON"):
        ink = Image.fromarray(as_bytes(written(letter).gray))
        ink = ink.crop(Image.eval(ink, lambda level: 255 - level).getbbox())
        ink = ink.resize((max(2, round(ink.width * 12 / ink.height)), 12), Image.Resampling.LANCZOS)
        left = 30 + place * step + (step - gap - ink.width) // 2
        page.paste(ink, (left, 26))
    found = Reader().read(page)
    assert found.text == "BOSTON"
    assert not [field for field in found.pages[0].fields if field.is_checked is not None]


def comb_of_small_boxes(*, step, gap):
    page = np.zeros((70, 30 + 10 * step + 30), np.float32)
    for place in range(10):
        left, right = 30 + place * step, 30 + (place + 1) * step - gap
        page[[22, 42], left : right + 1] = page[22:43, left] = page[22:43, right] = 0.7
    return page
