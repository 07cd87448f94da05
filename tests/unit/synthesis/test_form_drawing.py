"""What is printed on a drawn form and what is written on it are apart."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.synthesis.form_drawing import CHECK_MARKS, FormDrawing
from ocr.synthesis.stroke_writer import StrokeWriter


def form(**settings):
    return FormDrawing(200, 400, letter_px=24, rng=np.random.default_rng(1), **settings)


def test_print_and_pen_are_apart():
    page = form()
    page.field(Box(20, 20, 80, 200), "AB")
    assert page.printed[20, 20:200].min() == 1
    assert page.printed[25:75, 25:195].max() == 0
    assert page.pen[:20].max() == page.pen[80:].max() == 0
    assert page.pen[30:70, 25:100].max() > 0.9


def test_a_comb_has_sides_and_a_character_in_each_cell():
    page = form()
    page.comb(Box(20, 20, 80, 220), "HI J", cells=5)
    assert (page.printed[50] > 0.5).sum() == 6 * page.line_px
    inked = [page.pen[:, 20 + 40 * cell : 60 + 40 * cell].max() > 0.5 for cell in range(5)]
    assert inked == [True, True, False, True, False]


def test_cells_that_are_joined_have_no_line_between_them():
    page = form()
    page.table(10, 10, [50, 50], [100, 100], [["A", ""], ["B", "C"]], joined={(0, 0): (1, 2)})
    assert page.printed[30, 105:115].max() == 0
    assert page.printed[90, 105:115].max() == 1


@pytest.mark.parametrize("mark", CHECK_MARKS)
def test_a_check_box_has_a_mark(mark):
    page = form()
    page.check_box(Box(60, 60, 90, 90), mark)
    assert page.pen[65:85, 65:85].mean() > 0.05


def test_print_is_gray_and_the_pen_lies_over_it():
    page = form(writer=StrokeWriter())
    page.box(Box(20, 20, 80, 200))
    page.write("X", 10, 60, letter_px=40)
    page.write("Y", 250, 60, printer=StrokeWriter())
    gray = page.gray(ink=51, print_gray=102, paper=255)
    assert gray.dtype == np.float32
    assert sorted({round(float(one), 2) for one in gray[[0, 20], [0, 150]]}) == [0.4, 1.0]
    assert gray[page.pen == 1].max() == pytest.approx(0.2)
    assert page.printed[:, 240:300].max() == 1
    colors = page.color(ink=(0, 0, 255), print_color=(255, 0, 0))
    assert colors.shape == (200, 400, 3)
    np.testing.assert_allclose(colors[20, 150], [1, 0, 0], atol=1e-6)
