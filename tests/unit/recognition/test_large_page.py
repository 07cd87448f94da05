"""A page that is too large to be read at once is read in bands, with the text and the boxes of its parts."""

import re

import numpy as np
import pytest

from ocr.document.tree import Page
from ocr.image.picture import Picture
from ocr.page import scale
from ocr.reader import Reader
from ocr.recognition import large_page
from ocr.recognition.large_page import find_band_edges, read_large_page
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

READER = Reader()
HEIGHT = 400
NOTES = (("buy milk and bread", "call the dentist"), ("the boat leaves at nine", "take the blue bag"))


def note(lines):
    page = write_page(
        list(lines),
        writer=StrokeWriter(),
        settings=PageSettings(letter_height_px=40),
        rng=np.random.default_rng(1),
    )
    gray = np.rint(page.gray * 255).astype(np.uint8)
    return np.pad(gray, ((0, HEIGHT - gray.shape[0]), (0, 1100 - gray.shape[1])), constant_values=gray[0, 0])


@pytest.fixture(scope="module")
def scroll():
    return np.vstack([note(NOTES[place % 2]) for place in range(4)])


@pytest.fixture
def small_limits(monkeypatch, scroll):
    monkeypatch.setattr(scale, "_MOST_WORKING_PIXELS", scroll.size // 2)
    monkeypatch.setattr(large_page, "_BAND_PIXELS", scroll.size // 3)


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_scroll_has_the_text_of_its_parts_however_it_lies(scroll, small_limits, quarters):
    page = READER.page_of(Picture(np.rot90(scroll, -quarters)))
    assert page.text.splitlines() == [line for place in range(4) for line in NOTES[place % 2]]
    assert page.turned_deg == 90 * quarters
    assert (page.height, page.width) == scroll.shape
    assert any(re.search("so large that it was read in [2-4] parts", one) for one in page.notes), page.notes


def test_boxes_lie_where_the_ink_is(scroll, small_limits):
    page = READER.page_of(Picture(scroll))
    tops = [line.words[0].characters[0].box.top for line in page.lines]
    assert tops == sorted(tops)
    for character in page.characters:
        assert (scroll[character.box.slices] < 128).any()
    assert page.letter_height_px == pytest.approx(40, rel=0.25)


def test_a_page_of_usual_size_is_read_at_once(scroll, monkeypatch):
    monkeypatch.setattr("ocr.reader.read_large_page", None)
    assert READER.page_of(Picture(scroll[:HEIGHT])).text.splitlines() == list(NOTES[0])


def test_a_large_page_without_text_in_a_sample_is_read_at_once(monkeypatch):
    picture = Picture(np.full((400, 300), 255, np.uint8))
    blank = Page((), 300, 400)
    sample = picture.gray()
    found = read_large_page(
        picture, lambda _, turn_deg: blank, text_height_px=38, sample=lambda _gray, _height: sample
    )
    assert found is None


def test_blank_bands_leave_no_note(monkeypatch):
    monkeypatch.setattr(large_page, "_BAND_PIXELS", 40_000)
    empty = Page((), 300, 100, notes=(large_page.NOTHING_FOUND,))
    page = read_large_page(
        Picture(np.full((400, 300), 255, np.uint8)),
        lambda _, turn_deg: empty,
        text_height_px=38,
        sample=lambda gray, _height: gray,
        turn_deg=0,
    )
    assert page.notes == (large_page.NOTHING_FOUND,)
    assert (page.height, page.width, page.letter_height_px) == (400, 300, 0)


def test_bands_end_between_lines():
    page = np.full((1000, 200), 255, np.uint8)
    written = [(row, row + 40) for row in range(15, 980, 70)]
    for first, last in written:
        page[first:last, 20:180:9] = 0
    edges = find_band_edges(page, 4, text_height_px=40)
    assert edges[0] == 0
    assert edges[-1] == 1000
    assert len(edges) == 5
    assert not any(first < edge < last for edge in edges for first, last in written)
    assert all(180 < length < 320 for length in np.diff(edges))
