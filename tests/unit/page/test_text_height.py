"""How large the letters are."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from ocr.page.text_height import measure_text_height
from ocr.synthesis.ruling import dotted_grid, squared_grid
from unit.page.drawings import as_bytes, written

CAPITALS = ("THE LETTERS OF THIS", "PAGE ARE ALL OF", "ONE SIZE")


@pytest.mark.parametrize("text_height_px", [14, 24, 48, 100])
def test_height_of_capitals(text_height_px):
    page = as_bytes(written(*CAPITALS, letter_height_px=text_height_px, size_jitter_frac=0).gray)
    # A pen draws half its width above and below the letter.
    assert measure_text_height(page) == pytest.approx(1.085 * text_height_px, rel=0.12)


def test_specks_count_little():
    page = as_bytes(written(*CAPITALS, letter_height_px=48).gray)
    dirty = page.copy()
    for row, col in np.random.default_rng(0).integers(0, min(page.shape) - 3, (60, 2)):
        dirty[row : row + 3, col : col + 3] = 60
    assert measure_text_height(dirty) == pytest.approx(measure_text_height(page), rel=0.1)


def test_rules_do_not_count():
    page = as_bytes(written(*CAPITALS, letter_height_px=48).gray)
    ruled = page.copy()
    (bare,) = np.nonzero((page > 250).all(axis=1))
    ruled[bare[::30]] = 120
    assert len(bare) >= 90, "too few rules"
    assert measure_text_height(ruled) == pytest.approx(measure_text_height(page), rel=0.15)


@pytest.mark.parametrize("shape", [(1, 1), (2, 300), (300, 2), (200, 300)])
@pytest.mark.parametrize("ground", [0, 255])
def test_blank_page_has_no_letters(shape, ground):
    assert measure_text_height(np.full(shape, ground, np.uint8)) is None


@pytest.mark.parametrize("text_height_px", [36, 48, 80])
def test_a_net_that_joins_all_letters_does_not_count(text_height_px):
    gray = written(*CAPITALS, letter_height_px=text_height_px).gray
    step = 0.9 * text_height_px
    squared = squared_grid(gray, spacing_px=step, strength=0.75, thickness_px=max(1.0, 0.04 * text_height_px))
    assert measure_text_height(as_bytes(squared)) == pytest.approx(
        measure_text_height(as_bytes(gray)), rel=0.15
    )


def test_the_dots_of_the_paper_do_not_count():
    gray = written("A FEW", "LETTERS", letter_height_px=80).gray
    dotted = dotted_grid(gray, spacing_px=24, strength=0.75, thickness_px=8)
    assert measure_text_height(as_bytes(dotted)) == pytest.approx(
        measure_text_height(as_bytes(gray)), rel=0.1
    )


@pytest.mark.parametrize("strength", [120, 180])
def test_rules_on_which_every_letter_stands_do_not_count(strength):
    rows = np.full((700, 900), 255, np.uint8)
    for foot in range(100, 660, 70):
        for left in range(120, 780, 40):
            rows[foot - 30 : foot, left : left + 4] = rows[foot - 30 : foot - 26, left : left + 22] = 0
        rows[foot : foot + 3] = strength
    assert measure_text_height(rows) == pytest.approx(30, rel=0.2)


def test_letters_on_a_long_strip_are_measured_as_on_a_page():
    page = as_bytes(written(*CAPITALS, letter_height_px=30).gray)
    strip = np.vstack([page] * 25)
    assert strip.shape[0] > 8 * strip.shape[1]
    assert measure_text_height(strip) == pytest.approx(measure_text_height(page), rel=0.1)


def drawn_over(gray, draw_on):
    """Bytes of a page of 1000 x 800 pixels with the writing of another one and what a function draws."""
    page = Image.new("L", (1000, 800), 255)
    page.paste(Image.fromarray(as_bytes(gray)), (30, 30))
    draw_on(ImageDraw.Draw(page))
    return np.asarray(page)


def table(draw):
    """A table in which hardly any cell is filled; its lines end before the edges of the page."""
    for row in range(20, 600, 110):
        draw.line((10, row, 920, row), fill=60, width=3)
    for col in range(10, 930, 130):
        draw.line((col, 20, col, 570), fill=60, width=3)


def stamp(draw):
    """Two rings one in the other."""
    for inset in (0, 40):
        draw.ellipse((500 + inset, 300 + inset, 900 - inset, 700 - inset), outline=60, width=6)


def bubbles(draw):
    """Two rings around all that is written."""
    for inset in (0, 14):
        box = (4 + inset, 4 + inset, 440 - inset, 600 - inset)
        draw.rounded_rectangle(box, radius=60, outline=60, width=5)


@pytest.mark.parametrize("drawn", [table, stamp, bubbles])
def test_large_drawings_do_not_count(drawn):
    gray = written("A FEW MORE", "LETTERS", letter_height_px=24).gray
    page = drawn_over(gray, drawn)
    assert measure_text_height(page) == pytest.approx(measure_text_height(as_bytes(gray)), rel=0.15)


@pytest.mark.parametrize("text_height_px", [7, 9])
def test_blurred_letters_of_a_few_pixels_are_measured(text_height_px):
    page = as_bytes(written(*CAPITALS * 2, letter_height_px=4 * text_height_px).gray)
    small = Image.fromarray(page).resize((page.shape[1] // 4, page.shape[0] // 4), Image.Resampling.BOX)
    wide = Image.new("L", (800, 700), 255)
    wide.paste(small.filter(ImageFilter.GaussianBlur(1.2)), (20, 20))
    assert measure_text_height(np.asarray(wide)) == pytest.approx(text_height_px, rel=0.35)


def test_what_reaches_the_edge_of_the_sheet_does_not_count():
    page = drawn_over(
        written("FOX", letter_height_px=24).gray, lambda draw: draw.rectangle((960, 300, 999, 620), fill=90)
    )
    sheet = np.ones(page.shape, bool)
    sheet[:, 980:] = False
    assert measure_text_height(page, sheet=sheet) == pytest.approx(26, rel=0.2)


def edges_of_table(draw):
    """Dark strips along both sides, as of a table beside a sheet."""
    for left in (0, 975):
        draw.rectangle((left, 60, left + 24, 760), fill=110)


def test_what_is_large_and_reaches_the_edge_of_the_picture_does_not_count():
    gray = written("A FEW MORE", "LETTERS", letter_height_px=24).gray
    page = drawn_over(gray, edges_of_table)
    assert measure_text_height(page) == pytest.approx(measure_text_height(as_bytes(gray)), rel=0.15)


def test_small_letters_out_of_focus_are_no_shadow():
    page = as_bytes(written(*CAPITALS * 2, letter_height_px=36).gray)
    small = Image.fromarray(page).resize((page.shape[1] // 4, page.shape[0] // 4), Image.Resampling.BOX)
    wide = Image.new("L", (1250, 1000), 255)
    wide.paste(small, (40, 40))
    blurred = wide.filter(ImageFilter.GaussianBlur(2.2))
    assert measure_text_height(np.asarray(blurred)) == pytest.approx(10, rel=0.4)
