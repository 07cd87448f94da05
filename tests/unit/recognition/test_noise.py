"""Very many marks that are no writing are not read; very many letters are, however they lie."""

import functools
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.document.mark_kind import MarkKind
from ocr.image.picture import Picture
from ocr.reader import Reader, find_layout
from ocr.recognition import noise
from ocr.recognition.recognize import recognize
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

READER = Reader()
TEXT = "we need water for the plan and seeds for the old garden near our river"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    """Small pages are judged as large ones are."""
    monkeypatch.setattr(noise, "_MANY", 150)


def scribble(side=700, strokes=600):
    """Short strokes of a pen in all directions."""
    rng = np.random.default_rng(1)
    page = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(page)
    for row, col, angle in zip(*rng.uniform(0, side, (2, strokes)), rng.uniform(0, 7, strokes), strict=True):
        draw.line((col, row, col + 28 * np.cos(angle), row + 28 * np.sin(angle)), fill=0, width=3)
    return np.asarray(page)


@functools.cache
def dense_page(lines=4):
    page = write_page(
        [TEXT] * lines,
        writer=StrokeWriter(),
        settings=PageSettings(letter_height_px=30),
        rng=np.random.default_rng(3),
    )
    return np.rint(page.gray * 255).astype(np.uint8)


@functools.cache
def layout_of(draw, quarters=0):
    return find_layout(Picture(np.rot90(draw(), quarters)), whole=True)


def lines_read(layout):
    """The layout that is read, whose reading is left out."""

    def read_samples(found):
        if found is layout or not found.lines:
            return None
        return recognize(found, READER.model, READER.language)

    found, _ = noise.recognize_unless_noise(layout, find_layout, read_samples)
    return found


def test_very_many_marks_that_are_no_writing_are_not_read():
    layout = layout_of(scribble)
    found = lines_read(layout)
    assert found.lines == found.glyphs == ()
    unread = found.rejected[len(layout.rejected) :]
    assert {one.reason for one in unread} == {MarkKind.UNREADABLE}
    assert len(unread) == sum(map(len, layout.glyphs)) > 150


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_very_many_letters_are_read_however_they_lie(quarters):
    layout = layout_of(dense_page, quarters)
    assert lines_read(layout) is layout
    assert sum(map(len, layout.glyphs)) > 150


def test_a_sample_is_a_small_part_of_the_lines():
    layout = find_layout(Picture(dense_page(lines=12)))
    sample = noise._sample(layout)
    assert 1 < len(sample.lines) == len(sample.glyphs) < len(layout.lines)
    assert 60 < sum(map(len, sample.glyphs)) < 140
    for line, glyphs in zip(sample.lines, sample.glyphs, strict=True):
        whole = layout.glyphs[layout.lines.index(line)]
        first = whole.index(glyphs[0])
        assert whole[first : first + len(glyphs)] == glyphs


RECOGNIZE = partial(recognize, model=READER.model, language=READER.language)


@pytest.mark.parametrize("quarters", [0, 1])
def test_tiles_of_letters_are_writing_however_they_lie(quarters):
    page = np.rot90(dense_page(lines=12), quarters)
    assert not noise.is_noise(page, 40, find_layout=find_layout, recognize=RECOGNIZE)


def test_where_the_turn_is_known_tiles_are_judged_in_it_alone():
    turned = []

    def find(picture, **options):
        turned.append(picture.quarters)
        return find_layout(picture, **options)

    assert noise.is_noise(scribble(), 30, find_layout=find, recognize=RECOGNIZE, turns=(0,))
    assert turned == [0]


def test_tiles_of_a_scribble_are_noise():
    assert noise.is_noise(scribble(), 30, find_layout=find_layout, recognize=RECOGNIZE)


def test_tiles_of_few_characters_say_nothing():
    page = np.full((900, 900), 255, np.uint8)
    page[400:460, 430:436] = 0
    assert not noise.is_noise(page, 40, find_layout=find_layout, recognize=RECOGNIZE)


def test_a_large_picture_that_is_noise_is_one_rejected_mark(monkeypatch):
    monkeypatch.setattr("ocr.page.layout._LARGE_PIXELS", 10_000)
    page = dense_page()
    asked = []

    def judge(gray, text_height_px):
        asked.append((gray.size, text_height_px))
        return True

    layout = find_layout(Picture(page), whole=True, is_noise=judge)
    assert asked == [(layout.gray.size, layout.text_height_px)]
    assert layout.lines == layout.glyphs == ()
    (mark,) = layout.rejected
    assert mark.reason is MarkKind.UNREADABLE
    assert (mark.box.height, mark.box.width) == page.shape
    assert find_layout(Picture(page), whole=True, is_noise=lambda *_: False).lines


def test_a_part_of_a_picture_keeps_its_text_height():
    # One stroke that goes everywhere: measured alone it looks as if it were many times as small.
    rng = np.random.default_rng(5)
    page = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(page).line([tuple(point) for point in rng.uniform(0, 300, (300, 2))], fill=0, width=2)
    found = find_layout(Picture(np.asarray(page)), text_height_px=27)
    assert (found.gray.shape, found.text_height_px) == ((300, 300), 27)


@pytest.mark.parametrize(("quarters", "writing"), [(0, 0.2), (1, -0.3), (2, -0.3)])
def test_a_page_that_looks_like_no_writing_is_turned_if_a_part_of_it_does(quarters, writing):
    layout = layout_of(dense_page, quarters)
    upright = SimpleNamespace(character_count=100, writing_score=100 * writing)
    assert noise.may_be_turned(layout, upright, find_layout, RECOGNIZE)


def test_marks_that_are_no_writing_are_not_turned(monkeypatch):
    layout = layout_of(scribble)
    upright = SimpleNamespace(character_count=100, writing_score=-30.0)
    assert not noise.may_be_turned(layout, upright, find_layout, RECOGNIZE)
    monkeypatch.setattr(noise, "_SOME", 10_000)
    assert noise.may_be_turned(layout, upright, find_layout, RECOGNIZE), "too few marks to judge by a part"
