"""Sides of boxes are found, and the characters of neighbouring boxes count as one word."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.geometry import Box
from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.page.printed.box_sides import find_box_sides
from ocr.page.writing.box_gaps import comb_gaps_px, table_gaps_px
from ocr.page.writing.chains import TextLine

HEIGHT = 40.0
LINE = TextLine((), 0.0, 50.0)


def comb(count, *, pitch=60, top=20, bottom=80):
    """Sides of so many boxes, 4 pixels thick, and the level lines that join them."""
    printed = np.zeros((120, 40 + pitch * count + 40), bool)
    for index in range(count + 1):
        printed[top:bottom, 40 + pitch * index : 44 + pitch * index] = True
    for row in (top, bottom - 4):
        printed[row : row + 4, 40 : 44 + pitch * count] = True
    return printed


def letters(*cells, pitch=60):
    """Boxes of letters in the middle of cells."""
    return [Box(30, 60 + pitch * cell, 70, 84 + pitch * cell) for cell in cells]


def gaps(printed, boxes):
    sides = find_box_sides(printed, text_height_px=HEIGHT)
    return comb_gaps_px(sides, LINE, boxes, text_height_px=HEIGHT) / HEIGHT


def test_each_side_of_a_comb_is_found_once():
    sides = find_box_sides(comb(5), text_height_px=HEIGHT)
    assert sorted(side.left for side in sides) == [40, 100, 160, 220, 280, 340]


def test_a_side_that_a_stroke_interrupts_is_one_side():
    printed = comb(5)
    printed[46:58, 100:104] = False
    assert len(find_box_sides(printed, text_height_px=HEIGHT)) == 6


def test_neighbours_are_one_word_and_an_empty_box_is_a_space():
    found = gaps(comb(6), letters(0, 1, 3, 4))
    assert found[0] < 0.3
    assert found[1] > 0.7
    assert found[2] == found[0]


def test_sides_of_boxes_that_stand_apart_count_once():
    printed = np.zeros((120, 500), bool)
    for left in range(40, 400, 70):
        for column in (left, left + 56):
            printed[20:80, column : column + 4] = True
    assert np.all(gaps(printed, letters(0, 1, 2, pitch=70)) < 0.3)


@pytest.mark.parametrize(
    "printed",
    [comb(2), comb(5, top=0, bottom=120), comb(4, pitch=160), np.zeros((120, 400), bool)],
    ids=["two boxes", "squared paper", "cells of a table", "nothing"],
)
def test_elsewhere_gaps_are_as_wide_as_they_are(printed):
    assert np.isnan(gaps(printed, letters(0, 1))).all()


def test_letters_outside_of_the_comb_keep_their_gaps():
    boxes = [Box(30, 5, 70, 25), *letters(0, 1)]
    found = gaps(comb(4), boxes)
    assert np.isnan(found[0])
    assert found[1] < 0.3


def test_no_letters_have_no_gaps():
    assert gaps(comb(4), []).size == 0


def cells(*, width=60, rows=2, count=4):
    """The cells of a table below one another and side by side."""
    return [
        Box(20 + 60 * row, 40 + width * col, 80 + 60 * row, 40 + width * (col + 1))
        for row in range(rows)
        for col in range(count)
    ]


def gaps_in_table(boxes, **table):
    return table_gaps_px([cells(**table)], boxes, text_height_px=HEIGHT) / HEIGHT


def test_characters_of_neighbouring_cells_of_a_table_are_words():
    assert np.all(gaps_in_table(letters(0, 1, 3)) > 2)


def test_characters_of_one_cell_and_outside_keep_their_gaps():
    wide = gaps_in_table(letters(0, 1, 2), width=120)
    assert np.isnan(wide[0])
    assert wide[1] > 2
    assert np.isnan(gaps_in_table(letters(3, 6))).all()


def test_writing_across_squares_and_narrow_squares_are_no_tables():
    first, second = letters(0, 1)
    across = Box(first.top, first.left, first.bottom, 115)
    assert np.isnan(gaps_in_table([across, second])).all()
    assert np.isnan(gaps_in_table(letters(0, 1), width=44)).all()
    assert gaps_in_table([]).shape == (0,)


@pytest.mark.parametrize(
    ("font", "text", "size"),
    [
        ("DejaVuSansMono", "MEMBER RENEWAL", 40),
        ("STIXGeneral", "HAMMER MINIMUM MEMBER", 56),
        ("STIXGeneral", "KITCHEN", 40),
        ("cmr10", "BREAD BREAD", 40),
    ],
)
@pytest.mark.parametrize("is_ruled", [False, True])
def test_words_in_capitals_are_no_combs(font, text, size, is_ruled):
    """Their bars lie in two rows, and their stems stand at equal steps; a rule may be one of the rows."""
    face = ImageFont.truetype(str(Path(mpl.get_data_path()) / f"fonts/ttf/{font}.ttf"), size)
    picture = Image.new("L", (int(face.getlength(text)) + 80, 2 * size + 40), 235)
    draw = ImageDraw.Draw(picture)
    draw.text((40, 40), text, fill=30, font=face)
    if is_ruled:
        foot = draw.textbbox((40, 40), text, font=face)[3]
        draw.line((0, foot, picture.width, foot), fill=120, width=2)
    assert find_layout(Picture(picture)).cells == ()
