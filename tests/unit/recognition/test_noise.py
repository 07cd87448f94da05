"""Very many marks that are no writing are not read; very many letters are, however they lie."""

from functools import partial

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


def scribble(side=1100, strokes=1500):
    """Short strokes of a pen in all directions."""
    rng = np.random.default_rng(1)
    page = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(page)
    for row, col, angle in zip(*rng.uniform(0, side, (2, strokes)), rng.uniform(0, 7, strokes), strict=True):
        draw.line((col, row, col + 28 * np.cos(angle), row + 28 * np.sin(angle)), fill=0, width=3)
    return np.asarray(page)


def dense_page():
    page = write_page(
        [TEXT] * 12,
        writer=StrokeWriter(),
        settings=PageSettings(letter_height_px=30),
        rng=np.random.default_rng(3),
    )
    return np.rint(page.gray * 255).astype(np.uint8)


def lines_read(gray):
    """The layout that is read, whose reading is left out, and that of the picture."""
    layout = find_layout(Picture(gray), whole=True)

    def read_samples(found):
        if len(found.lines) in {0, len(layout.lines)}:
            return None
        return recognize(found, READER.model, READER.language)

    find_whole = partial(find_layout, whole=True)
    found, _ = noise.recognize_unless_noise(layout, find_whole, read_samples)
    return found, layout


def test_very_many_marks_that_are_no_writing_are_not_read():
    found, layout = lines_read(scribble())
    assert found.lines == found.glyphs == ()
    unread = found.rejected[len(layout.rejected) :]
    assert {one.reason for one in unread} == {MarkKind.UNREADABLE}
    assert len(unread) == sum(map(len, layout.glyphs)) > 600


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_very_many_letters_are_read_however_they_lie(quarters):
    found, layout = lines_read(np.rot90(dense_page(), quarters))
    assert found is layout
    assert sum(map(len, layout.glyphs)) > 600


def test_a_sample_is_a_small_part_of_the_lines():
    layout = find_layout(Picture(dense_page()))
    sample = noise._sample(layout)
    assert 1 < len(sample.lines) == len(sample.glyphs) < len(layout.lines)
    assert 60 < sum(map(len, sample.glyphs)) < 140
    for line, glyphs in zip(sample.lines, sample.glyphs, strict=True):
        whole = layout.glyphs[layout.lines.index(line)]
        first = whole.index(glyphs[0])
        assert whole[first : first + len(glyphs)] == glyphs


FIND_WHOLE = partial(find_layout, whole=True)
RECOGNIZE = partial(recognize, model=READER.model, language=READER.language)


@pytest.mark.parametrize("quarters", [0, 1])
def test_tiles_of_letters_are_writing_however_they_lie(quarters):
    page = np.rot90(dense_page(), quarters)
    assert not noise.is_noise(page, 40, find_layout=FIND_WHOLE, recognize=RECOGNIZE)


def test_tiles_of_a_scribble_are_noise():
    assert noise.is_noise(scribble(), 30, find_layout=FIND_WHOLE, recognize=RECOGNIZE)


def test_tiles_of_few_characters_say_nothing():
    page = np.full((900, 900), 255, np.uint8)
    page[400:460, 430:436] = 0
    assert not noise.is_noise(page, 40, find_layout=FIND_WHOLE, recognize=RECOGNIZE)


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
