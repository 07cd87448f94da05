"""Check boxes are squares with four straight sides; letters are not."""

import functools

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.image.picture import Picture
from ocr.page.ink.components import find_components
from ocr.page.layout import find_layout
from ocr.page.printed.cells import CellGroup, GroupKind, PrintedCell
from ocr.page.printed.check_boxes import are_in_check_boxes, check_boxes_among, find_check_boxes, read_tick
from ocr.synthesis.form_drawing import CHECK_MARKS, FormDrawing
from ocr.synthesis.stroke_writer import StrokeWriter
from unit.page.drawings import as_bytes

HEIGHT = 30.0


@functools.cache
def ink(mark, side=34, line_px=2):
    form = FormDrawing(100, 200, letter_px=HEIGHT, line_px=line_px, rng=np.random.default_rng(1))
    form.check_box(Box(30, 60, 30 + side, 60 + side), mark)
    return (form.printed + form.pen) > 0.5


def boxes(mask):
    return find_check_boxes(mask, mask, text_height_px=HEIGHT)


@pytest.mark.parametrize("mark", [None, *CHECK_MARKS])
@pytest.mark.parametrize("side", [24, 34, 48])
@pytest.mark.parametrize("line_px", [1, 3])
def test_a_box_is_found_and_ticked_if_there_is_a_mark(mark, side, line_px):
    ((box, tick),) = boxes(ink(mark, side, line_px))
    assert np.abs(np.subtract(tuple(box), (30, 60, 31 + side, 61 + side))).max() <= 2
    assert tick.is_ticked is (mark is not None)
    assert tick.probability > 0.9


@pytest.mark.parametrize("drawn", ["row", "long", "open", "full", "small", "large", "bent"])
def test_other_squares_are_no_check_boxes(drawn):
    mask = np.zeros((120, 240), bool)
    side = {"small": 14, "large": 80}.get(drawn, 34)
    mask[30 : 30 + side, 60 : 60 + side] = True
    mask[32 : 28 + side, 62 : 58 + side] = drawn == "full"
    if drawn == "row":
        mask[30:32, 60:200] = mask[62:64, 60:200] = mask[30:64, 198:200] = True
    if drawn == "long":
        mask[30:32, 60:128] = mask[62:64, 60:128] = mask[30:64, 126:128] = True
        mask[32:62, 92:96] = False
    if drawn == "open":
        mask[30:40, 66:88] = False
    if drawn == "bent":
        mask[30:44, 60:74] &= np.add.outer(np.arange(14), np.arange(14)) > 13
        mask[50:64, 80:94] &= np.add.outer(np.arange(14), np.arange(14)) < 13
    assert boxes(mask) == ()


def test_a_square_in_a_word_is_a_letter():
    mask = ink(None).copy()
    mask[30:64, 99:102] = True
    assert boxes(mask) == ()
    mask[30:64, 99:102] = False
    mask[30:64, 104:107] = True
    assert len(boxes(mask)) == 1


@pytest.mark.parametrize("slant_deg", [0, 12])
@pytest.mark.parametrize("pen_letters", [0.06, 0.16])
def test_letters_are_no_check_boxes(slant_deg, pen_letters):
    writer = StrokeWriter(slant_deg=slant_deg, pen_letters=pen_letters)
    form = FormDrawing(400, 900, letter_px=40, rng=np.random.default_rng(2), writer=writer)
    for row, text in enumerate(("O D B 8 0 Q", "H E Z S 6 9", "o a e c u n")):
        form.write(text, 40, 100 + 110 * row, gap_letters=0.6)
    mask = form.pen > 0.5
    assert find_check_boxes(mask, mask, text_height_px=40) == ()


def test_a_share_of_ink_tells_a_tick():
    empty, specks, tick = np.zeros((3, 40, 40), bool)
    specks[5:7, 5:7] = True
    tick[10:30, 18:22] = True
    assert [read_tick(one).is_ticked for one in (empty, specks, tick)] == [False, False, True]
    assert read_tick(np.zeros((0, 4), bool)).is_ticked is False


def test_sides_and_mark_belong_to_the_box_and_its_neighbours_do_not():
    mask = ink("wide tick").copy()
    mask[40:60, 130:134] = True
    components = find_components(mask)
    assert are_in_check_boxes(components, boxes(mask), text_height_px=HEIGHT).tolist() == [True, False]


def test_a_letter_in_a_frame_larger_than_the_text_is_no_tick():
    mask = ink("wide tick")
    components = find_components(mask)
    assert not are_in_check_boxes(components, boxes(mask), text_height_px=HEIGHT / 2).any()


def test_an_empty_box_is_no_letter_however_large():
    mask = ink(None)
    components = find_components(mask)
    for height in (HEIGHT, HEIGHT / 2):
        assert are_in_check_boxes(components, boxes(mask), text_height_px=height).tolist() == [True]


@pytest.mark.parametrize(("drawn", "count"), [("cross", 2), ("bar", 2), ("letter", 1), ("no label", 0)])
def test_a_tick_beside_a_label_is_no_letter_in_a_box_larger_than_text(drawn, count):
    # The mark touches no side: the box is one component, the mark another one.
    mark = np.zeros((48, 48), bool)
    if drawn == "letter":
        mark[10:38, 20:32] = True
        mark[14:34, 24:28] = False
    else:
        rows = np.arange(10, 38)
        for away in range(4):
            mark[rows, rows + away] = True
            mark[rows, 47 - rows + away - 2] |= drawn in {"cross", "no label"}
    mask = np.zeros((120, 300), bool)
    mask[30:78, 40:88] = True
    mask[33:75, 43:85] = mark[3:45, 3:45]
    if drawn != "no label":
        mask[40:68, 110:114] = mask[40:68, 130:134] = True
    components = find_components(mask)
    found = are_in_check_boxes(components, boxes(mask), text_height_px=HEIGHT)
    assert np.count_nonzero(found) == count


def test_a_page_keeps_the_letters_beside_a_box():
    form = FormDrawing(160, 500, letter_px=30, rng=np.random.default_rng(3))
    form.check_box(Box(60, 40, 94, 74), "cross")
    form.write("MILK", 100, 92)
    layout = find_layout(Picture(as_bytes(form.gray())))
    assert [one.tick.is_ticked for one in layout.check_boxes] == [True]
    assert {one.reason for one in layout.rejected} >= {"checkbox"}
    assert len(layout.glyphs[0]) == 4


def test_cells_of_one_column_are_no_check_boxes():
    """Each closed cell is a group of its own where the rest of the table is open."""
    column = [CellGroup(GroupKind.BOX, (PrintedCell(Box(top, 40, top + 40, 78)),)) for top in (10, 50, 90)]
    alone = CellGroup(GroupKind.BOX, (PrintedCell(Box(10, 140, 48, 178)),))
    nothing = np.zeros((160, 200), bool)
    found = check_boxes_among([*column, alone], (), nothing, text_height_px=HEIGHT)
    assert [one.box for one in found] == [alone.box]


def test_a_square_as_low_as_an_o_is_no_check_box():
    # Some hands draw an o with four straight sides.
    assert len(boxes(ink(None, side=21))) == 1
    assert boxes(ink(None, side=18)) == ()
