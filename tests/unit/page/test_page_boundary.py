"""Sheets on tables: found where the table is rough and the sheet is not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from ocr.image.resize import at_size
from ocr.page.page_boundary import find_sheet, find_sheet_corners, sheet_mask


def table(grain=14.0, seed=1):
    rng = np.random.default_rng(seed)
    marks = ndimage.gaussian_filter(rng.normal(0, 1, (700, 1000)), (1.0, 6.0))
    return 120 + grain * marks / marks.std()


def with_sheet(ground, *, top=150, left=200, height=400, width=550):
    rng = np.random.default_rng(2)
    page = ground.copy()
    page[top : top + height, left : left + width] = 200 + rng.normal(0, 1.5, (height, width))
    for row in range(top + 60, top + height - 60, 70):
        for col in range(left + 60, left + width - 60, 40):
            page[row : row + 35, col : col + 5] = 60
    return np.clip(page, 0, 255).astype(np.uint8)


def test_a_sheet_on_a_rough_table_is_found():
    picture = with_sheet(table())
    found = at_size(find_sheet(picture), picture.shape)
    wanted = np.zeros(picture.shape, bool)
    wanted[150:550, 200:750] = True
    assert not (found & ~wanted).any(), "nothing of the table"
    assert (found & wanted).sum() > 0.85 * wanted.sum()
    assert found[180:520, 230:720].all(), "the writing is part of the sheet"


@pytest.mark.parametrize("grain", [0.0, 1.5])
def test_a_table_as_smooth_as_paper_may_be_paper(grain):
    assert find_sheet(with_sheet(table(grain))) is None


def test_a_page_that_fills_the_picture_is_no_sheet():
    assert find_sheet(with_sheet(table(1.0), top=0, left=0, height=700, width=1000)) is None


def test_paper_in_shadow_is_no_table():
    rng = np.random.default_rng(3)
    page = 210 + rng.normal(0, 2, (700, 1000))
    page[:, 400:] *= 0.5
    assert find_sheet(np.clip(page, 0, 255).astype(np.uint8)) is None


def test_a_small_picture_is_not_looked_through():
    assert find_sheet(np.full((60, 900), 200, np.uint8)) is None


def test_a_label_is_no_sheet():
    assert find_sheet(with_sheet(table(), height=170, width=250)) is None


def test_a_sheet_that_is_torn_in_half_is_no_sheet():
    torn, ground = with_sheet(table()), np.clip(table(), 0, 255).astype(np.uint8)
    torn[300:550, 450:] = ground[300:550, 450:]
    assert find_sheet(torn) is None


def test_a_rough_strip_beside_a_page_is_no_table_around_a_sheet():
    assert find_sheet(with_sheet(table(), top=0, left=0, height=700, width=700)) is None


def bright_sheet(table_level, *, corners=((300, 120), (750, 150), (880, 600), (150, 560))):
    """A written sheet seen from the side, on a table without structure."""
    picture = Image.new("L", (1000, 700), table_level)
    draw = ImageDraw.Draw(picture)
    draw.polygon(corners, fill=220)
    for row in range(220, 500, 60):
        for col in range(350, 700, 40):
            draw.line([(col, row), (col + 8, row + 30)], fill=50, width=4)
    return np.array(picture)


@pytest.mark.parametrize("table_level", [0, 60, 140])
def test_corners_of_a_sheet_that_is_brighter_than_its_table(table_level):
    corners = find_sheet_corners(bright_sheet(table_level))
    for point in ((300, 120), (750, 150), (880, 600), (150, 560)):
        assert np.hypot(*(corners - point).T).min() < 12


def test_what_is_as_bright_as_its_table_or_not_all_seen_has_no_corners():
    assert find_sheet_corners(bright_sheet(210)) is None
    assert find_sheet_corners(bright_sheet(60, corners=((0, 0), (750, 0), (880, 699), (0, 699)))) is None
    assert find_sheet_corners(np.full((60, 900), 200, np.uint8)) is None


def test_a_shadow_at_the_border_is_no_table():
    rows, cols = np.mgrid[:700, :1000]
    light = np.clip(1.3 - np.hypot(rows - 350, cols - 500) / 500, 0.2, 1)
    assert find_sheet_corners((220 * light).astype(np.uint8)) is None


def test_within_its_corners_is_the_sheet_but_not_its_edge():
    corners = np.array([(100.0, 50.0), (300.0, 60.0), (320.0, 200.0), (90.0, 210.0)])
    sheet = sheet_mask(corners, (250, 400))
    assert sheet.shape == (250, 400)
    assert sheet[80:180, 130:280].all()
    for col, row in corners.astype(int):
        assert not sheet[row - 9 : row + 9, col - 9 : col + 9].any(), (row, col)
    assert not sheet[:, :90].any()
    assert sheet.sum() > 0.75 * 215 * 150
