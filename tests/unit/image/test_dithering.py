"""Dithered pictures are smoothed, others stay as they are."""

import numpy as np
import pytest
from PIL import Image

from ocr.image.dithering import without_dithering
from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.fixture(scope="module")
def page():
    settings = PageSettings(letter_height_px=44)
    lines = ["MEET AT NOON", "BRING 24 CHAIRS"]
    return write_page(lines, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(3)).gray


def dithered(page, paper):
    """Draw a page on paper of some gray, in black and white."""
    shade = np.linspace(paper, 1, page.shape[1]) * page
    return Image.fromarray(np.rint(255 * shade).astype(np.uint8)).convert("1")


@pytest.mark.parametrize("paper", [0.75, 0.9])
@pytest.mark.parametrize("is_inverted", [False, True])
def test_text_on_dithered_paper_is_read(page, paper, is_inverted):
    picture = dithered(page, paper)
    picture = picture.point(lambda level: 255 - level) if is_inverted else picture
    assert Reader().read(picture).text == "MEET AT NOON\nBRING 24 CHAIRS"


def test_a_dithered_picture_has_grays_again(page):
    smoothed = without_dithering(dithered(page, 0.8).convert("L"))
    assert len(set(np.asarray(smoothed).ravel().tolist())) > 50


def test_a_black_and_white_scan_stays_as_it_is(page):
    scan = Image.fromarray(np.where(page > 0.5, 255, 0).astype(np.uint8))
    assert without_dithering(scan) is scan


def test_a_few_specks_are_no_dithering(page):
    pixels = np.where(page > 0.5, 255, 0).astype(np.uint8)
    rows, cols = np.random.default_rng(0).integers(0, pixels.shape, (40, 2)).T
    pixels[rows, cols] = 0
    scan = Image.fromarray(pixels)
    assert without_dithering(scan) is scan


def test_one_level_is_no_dithering():
    blank = Image.new("L", (300, 200), 255)
    assert without_dithering(blank) is blank
