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
