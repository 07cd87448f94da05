"""Sheets on tables: which part of a picture is the sheet, and where its corners are."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from ocr.image.picture import Picture
from ocr.image.resize import at_size
from ocr.page.sheet.page_boundary import find_photo, find_sheet, sheet_mask, snapped, without_table

CORNERS = ((300, 120), (750, 150), (880, 600), (150, 560))


def found_in(picture):
    return find_sheet(Picture(picture).colours(at_least_px=1000))


def table(grain=14.0, level=120, seed=1):
    rng = np.random.default_rng(seed)
    marks = ndimage.gaussian_filter(rng.normal(0, 1, (700, 1000)), (1.0, 6.0))
    return level + grain * marks / marks.std()


def with_sheet(ground, *, top=150, left=200, height=400, width=550):
    rng = np.random.default_rng(2)
    page = ground.copy()
    page[top : top + height, left : left + width] = 200 + rng.normal(0, 1.5, (height, width))
    for row in range(top + 60, top + height - 60, 70):
        for col in range(left + 60, left + width - 60, 40):
            page[row : row + 35, col : col + 5] = 60
    return np.clip(page, 0, 255).astype(np.uint8)


def slanting_sheet(table_colour, paper, pen=(40, 40, 60), *, corners=CORNERS):
    """A written sheet seen from the side, on a table without structure."""
    picture = Image.new("RGB", (1000, 700), table_colour)
    draw = ImageDraw.Draw(picture)
    draw.polygon(corners, fill=paper)
    for row in range(220, 500, 60):
        for col in range(350, 700, 40):
            draw.line([(col, row), (col + 8, row + 30)], fill=pen, width=4)
    return np.array(picture)


def test_a_sheet_on_a_rough_table_is_found():
    picture = with_sheet(table())
    found = at_size(found_in(picture).region, picture.shape)
    wanted = np.zeros(picture.shape, bool)
    wanted[150:550, 200:750] = True
    assert not (found & ~wanted).any(), "nothing of the table"
    assert (found & wanted).sum() > 0.85 * wanted.sum()
    assert found[180:520, 230:720].all(), "the writing is part of the sheet"


@pytest.mark.parametrize(
    ("table_colour", "paper", "pen"),
    [
        ((0, 0, 0), (220, 220, 220), (40, 40, 60)),
        ((140, 100, 70), (225, 222, 210), (30, 40, 150)),
        ((150, 110, 75), (250, 225, 110), (40, 40, 40)),
        ((200, 200, 195), (40, 70, 60), (230, 230, 220)),
    ],
    ids=["black table", "wood", "sticky note", "slate on a light table"],
)
def test_corners_of_papers_of_all_colours(table_colour, paper, pen):
    picture = Picture(slanting_sheet(table_colour, paper, pen))
    corners = find_sheet(picture.colours(at_least_px=1000)).corners_in(picture.gray(at_least_px=1000))
    for point in CORNERS:
        assert np.hypot(*(corners - point).T).min() < 4


def test_a_small_bright_note_on_a_dark_table_is_no_writing_on_a_board():
    picture = slanting_sheet(
        (40, 38, 36), (235, 232, 225), corners=((340, 200), (660, 205), (655, 480), (335, 470))
    )
    assert found_in(picture).corners is not None


def test_a_page_that_fills_the_picture_is_no_sheet():
    assert found_in(with_sheet(table(1.0), top=0, left=0, height=700, width=1000)) is None


def test_paper_in_shadow_is_no_table():
    rng = np.random.default_rng(3)
    page = with_sheet(210 + rng.normal(0, 2, (700, 1000)), top=0, left=0, height=700, width=1000).astype(
        float
    )
    rows, cols = np.mgrid[:700, :1000]
    page *= np.clip(1.3 - np.hypot(rows - 350, cols - 500) / 500, 0.2, 1)
    assert found_in(page.astype(np.uint8)) is None


def test_a_picture_of_few_cells_is_not_looked_through():
    assert found_in(np.full((60, 900), 200, np.uint8)) is None


def test_blank_paper_has_no_sheet():
    assert found_in(np.full((700, 1000), 230, np.uint8)) is None


def test_within_its_corners_is_the_sheet_but_not_its_edge():
    corners = np.array([(100.0, 50.0), (300.0, 60.0), (320.0, 200.0), (90.0, 210.0)])
    sheet = sheet_mask(corners, (250, 400))
    assert sheet.shape == (250, 400)
    assert sheet[80:180, 130:280].all()
    for col, row in corners.astype(int):
        assert not sheet[row - 9 : row + 9, col - 9 : col + 9].any(), (row, col)
    assert not sheet[:, :90].any()
    assert sheet.sum() > 0.7 * 215 * 150


@pytest.mark.parametrize("paper", [(225, 225, 225), (20, 20, 20)], ids=["brighter", "darker"])
def test_sides_are_moved_onto_the_edge(paper):
    gray = np.array(Image.fromarray(slanting_sheet((110, 110, 110), paper)).convert("L"))
    rough = np.add(CORNERS, [(-9, 6), (8, -7), (-6, -9), (7, 8)])
    found = snapped(rough, gray)
    np.testing.assert_allclose(found, CORNERS, atol=1.5)


def test_a_side_without_a_step_stays_where_it_is():
    gray = np.full((700, 1000), 180, np.uint8)
    np.testing.assert_allclose(snapped(np.array(CORNERS, float), gray), CORNERS)


def test_a_finger_on_its_edge_is_part_of_the_sheet():
    picture = Image.fromarray(slanting_sheet((60, 50, 45), (230, 228, 220)))
    ImageDraw.Draw(picture).ellipse((750, 300, 900, 420), fill=(190, 140, 110))
    found = found_in(np.array(picture))
    sheet = found.mask((700, 1000), found.corners_in(np.array(picture.convert("L"))))
    assert sheet[200:500, 350:700].all()
    assert sheet[360, 780]


def test_the_table_around_a_sheet_becomes_paper():
    gray, sheet = np.full((20, 30), 50, np.uint8), np.zeros((20, 30), bool)
    sheet[5:15, 10:20] = True
    sheet[5, 10] = False
    gray[sheet] = 220
    alone = without_table(gray, sheet)
    assert alone.shape == (10, 10)
    assert (alone == 220).all()


def test_a_sheet_is_found_in_a_photo_between_black_bars():
    picture = np.zeros((700, 1600), np.uint8)
    picture[:, 300:1300] = with_sheet(table())
    found = at_size(found_in(picture).region, picture.shape)
    wanted = np.zeros(picture.shape, bool)
    wanted[150:550, 500:1050] = True
    assert not (found & ~wanted).any(), "nothing of the table"
    assert (found & wanted).sum() > 0.75 * wanted.sum()


def test_a_photo_between_black_bars_is_found():
    picture = np.zeros((900, 700), np.uint8)
    picture[200:700] = 130
    region = at_size(find_photo(Picture(picture).colours(at_least_px=1000)).region, picture.shape)
    rows = np.flatnonzero(region.all(axis=1))
    assert abs(rows[0] - 200) < 20
    assert abs(rows[-1] - 700) < 20
    assert not region[:150].any()


def test_a_black_margin_on_all_sides_is_that_of_a_scan():
    picture = np.pad(np.full((500, 700), 200, np.uint8), 100)
    assert find_photo(Picture(picture).colours(at_least_px=1000)) is None


@pytest.mark.parametrize("ground", [0, 255])
def test_strokes_on_an_even_ground_are_no_photo_between_bars(ground):
    picture = np.full((700, 700), ground, np.uint8)
    picture[200:500, 320:380] = 255 - ground
    picture[200:260, 250:450] = 255 - ground
    assert find_photo(Picture(picture).colours(at_least_px=1000)) is None


def test_the_part_of_a_sheet_in_the_shadow_belongs_to_it():
    picture = slanting_sheet((34, 33, 32), (240, 240, 240)).astype(np.float64)
    down, right = np.mgrid[:700, :1000]
    shadow = 1 / (1 + np.exp((right + down - 750) / 15))
    picture *= 1 - 0.6 * shadow[..., None]
    corners = find_sheet(Picture(picture.astype(np.uint8)).colours(at_least_px=1000)).corners
    for point in CORNERS:
        assert np.hypot(*(corners * (1000, 700) - point).T).min() < 12


def test_a_sheet_that_leaves_the_picture_at_acute_angles_has_no_table_in_it():
    corners = ((-80, 130), (880, -90), (1060, 600), (100, 820))
    picture = slanting_sheet((34, 33, 32), (240, 240, 240), corners=corners)
    region = at_size(found_in(picture).region, picture.shape[:2])
    assert region.mean() > 0.7
    assert picture[region].max(axis=1).min() > 34
