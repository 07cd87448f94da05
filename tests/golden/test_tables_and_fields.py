"""Drawn tables, forms and lists with check boxes are read whole: texts, cells, fields and ticks."""

import functools

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.reader import Reader
from ocr.synthesis import degradations
from ocr.synthesis.form_drawing import FormDrawing

TEXTS = (("Name", "Town", "Age"), ("Anna", "Bergen", "34"), ("Luis", "Porto", "57"), ("Mia", "", "8"))
# Gray of the printed lines: paler than the pen, and as dark.
PRINTS = (110, 45)


@functools.cache
def reader():
    return Reader()


def read(form, print_gray):
    gray = degradations.blur(form.gray(print_gray=print_gray), radius_px=0.7)
    gray = degradations.sensor_noise(gray, strength=0.006, rng=np.random.default_rng(1))
    (page,) = reader().read(np.rint(np.clip(gray, 0, 1) * 255).astype(np.uint8)).pages
    return page


def drawing(height, width, *, seed):
    return FormDrawing(height, width, letter_px=30, rng=np.random.default_rng(seed))


def table(texts):
    form = drawing(440, 860, seed=2)
    form.table(60, 50, [70] * len(texts), [260, 300, 150], texts)
    return form


@pytest.mark.parametrize("print_gray", PRINTS)
def test_a_table_with_written_cells(print_gray):
    page = read(table(TEXTS), print_gray)
    assert page.text.splitlines() == [" ".join(filter(None, row)) for row in TEXTS]
    (found,) = page.tables
    assert found.rows == TEXTS
    assert np.abs(np.subtract(tuple(found.box), (60, 50, 340, 760))).max() < 14
    assert page.fields == ()


@pytest.mark.parametrize("print_gray", PRINTS)
def test_a_list_with_check_boxes(print_gray):
    form = drawing(520, 760, seed=1)
    items = ("WASH THE BIKE", "BUY PAINT", "CALL GRANDMA", "WATER PLANTS", "FIX LAMP")
    marks = ("tick", None, "cross", "wide tick", None)
    form.write("SATURDAY", 60, 70)
    for top, text, mark in zip(range(120, 510, 78), items, marks, strict=True):
        form.check_box(Box(top, 60, top + 30, 90), mark)
        form.write(text, 120, top + 30)
    page = read(form, print_gray)
    assert page.text.splitlines() == ["SATURDAY", *items]
    assert [one.kind for one in page.fields] == ["checkbox"] * 5
    assert [one.is_checked for one in page.fields] == [mark is not None for mark in marks]
    assert [abs(one.box.top - top) < 4 for one, top in zip(page.fields, range(120, 510, 78), strict=True)]


@pytest.mark.parametrize("print_gray", PRINTS)
def test_a_form_with_boxes_combs_and_check_boxes(print_gray):
    form = drawing(640, 900, seed=3)
    form.comb(Box(85, 60, 141, 560), "HARTMANN", cells=10)
    form.field(Box(205, 60, 261, 420), "Munich")
    form.comb(Box(205, 480, 261, 730), "80331", cells=5)
    form.field(Box(325, 60, 381, 560), "")
    for top, text, mark in ((430, "MEMBER", "cross"), (490, "NEWSLETTER", None), (550, "ADULT", "tick")):
        form.check_box(Box(top, 60, top + 34, 94), mark)
        form.write(text, 115, top + 31)
    page = read(form, print_gray)
    assert page.text.splitlines() == ["HARTMANN", "Munich 80331", "MEMBER", "NEWSLETTER", "ADULT"]
    assert [(one.kind.value, one.text, one.is_checked) for one in page.fields] == [
        ("comb", "HARTMANN", None),
        ("box", "Munich", None),
        ("comb", "80331", None),
        ("box", "", None),
        ("checkbox", "", True),
        ("checkbox", "", False),
        ("checkbox", "", True),
    ]
    assert [one.cell_count for one in page.fields] == [10, 1, 5, 1, 1, 1, 1]
    assert np.abs(np.subtract(tuple(page.fields[0].box), (85, 60, 141, 560))).max() < 9
    assert page.tables == ()
