"""``ocr.draw``: boxes over the picture."""

import io

import numpy as np
import pytest
from PIL import Image

import ocr
from ocr.document.tree import Character, Document, Line, Page, Word
from ocr.errors import ImageError, SettingError
from ocr.geometry import Box

SURE = (0, 114, 178)


@pytest.fixture
def page():
    """A page of 80 x 60 pixels with one character."""
    character = Character("I", Box(20, 30, 40, 36), 0.99)
    return Page((Line((Word((character,)),)),), width=80, height=60, letter_height_px=20)


PAPER = np.full((60, 80), 255, np.uint8)


def test_the_box_is_where_the_sign_is(page):
    drawing = ocr.draw(page, PAPER)
    assert (drawing.mode, drawing.size) == ("RGB", (80, 60))
    pixels = np.asarray(drawing)
    rows, columns = np.nonzero((pixels[:42] == SURE).all(axis=2))
    assert (rows.min(), columns.min(), columns.max()) == (20, 30, 35)


def test_a_document_of_one_page_is_its_page(page):
    whole = np.asarray(ocr.draw(Document((page,)), PAPER))
    assert (whole == np.asarray(ocr.draw(page, PAPER))).all()


def test_at_most_as_large_as_asked_for(page):
    assert ocr.draw(page, PAPER, longest_px=40).size == (40, 30)


def test_a_page_of_a_file(page):
    stream = io.BytesIO()
    other = Image.new("L", (70, 60), 255)
    other.save(stream, format="TIFF", save_all=True, append_images=[Image.fromarray(PAPER)])
    assert ocr.draw(page, stream.getvalue(), page=2).size == (80, 60)
    with pytest.raises(SettingError, match="found 70 x 60 pixels, expected 80 x 60"):
        ocr.draw(page, stream.getvalue(), page=1)


@pytest.mark.parametrize("count", [0, 2])
def test_one_page_at_a_time(page, count):
    with pytest.raises(SettingError, match=f"found {count} pages, expected one"):
        ocr.draw(Document((page,) * count), PAPER)


def test_no_picture(page):
    with pytest.raises(ImageError):
        ocr.draw(page, b"no picture")


@pytest.mark.parametrize("longest_px", [0, -5])
def test_a_drawing_without_a_size_is_refused(page, longest_px):
    with pytest.raises(SettingError, match=f"^longest_px: found {longest_px}, expected 1 .."):
        ocr.draw(page, PAPER, longest_px=longest_px)


def test_a_page_that_was_turned_is_drawn_upright():
    gray = np.full((40, 100), 255, np.uint8)
    turned = Page((), width=40, height=100, turned_deg=90)
    assert ocr.draw(turned, gray).size == (40, 100)
