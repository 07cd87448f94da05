"""What fills its picture is read: one character, one word, thick pens, white on black, no paper around."""

import numpy as np
import pytest
from PIL import Image

from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.fixture(scope="module")
def reader():
    return Reader()


def canvas(text, *, height_px=190, pen_letters=0.2, shape=None):
    """Draw text in white on black, in the middle of a canvas (H, W) or close to it on all sides."""
    settings = PageSettings(letter_height_px=height_px, ink_darkness=1, ink_grain=0, rotation_jitter_deg=0)
    writer = StrokeWriter(pen_letters=pen_letters, slant_deg=0, jitter_letters=0, pressure_frac=0)
    page = write_page((text,), writer=writer, settings=settings, rng=np.random.default_rng(5))
    ink = np.rint(255 * (1 - page.gray)).astype(np.uint8)
    rows, cols = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    tight = ink[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    if shape is None:
        return tight
    black = np.zeros(shape, np.uint8)
    top, left = (shape[0] - tight.shape[0]) // 2, (shape[1] - tight.shape[1]) // 2
    black[top : top + tight.shape[0], left : left + tight.shape[1]] = tight
    return black


@pytest.mark.parametrize("character", "34789EMA")
def test_one_thick_character_on_a_canvas(reader, character):
    white_on_black = canvas(character, shape=(300, 400))
    assert reader.read(white_on_black).text == character
    assert reader.read(255 - white_on_black).text == character


@pytest.mark.parametrize("side", [28, 56, 140, 280])
def test_one_digit_of_any_size(reader, side):
    picture = Image.fromarray(canvas("8", shape=(280, 280))).resize((side, side), Image.Resampling.BOX)
    assert reader.read(picture).text == "8"


@pytest.mark.parametrize("text", ["hey there", "TEST", "HAND"])
@pytest.mark.parametrize("pen_letters", [0.15, 0.22])
def test_one_word_on_a_canvas(reader, text, pen_letters):
    picture = canvas(text, pen_letters=pen_letters, shape=(400, 1800))
    assert reader.read(picture).text.lower() == text.lower()


@pytest.mark.parametrize("text", ["RICE", "B4", "17", "3", "R"])
@pytest.mark.parametrize("margin_px", [0, 3])
def test_no_paper_around(reader, text, margin_px):
    ink = np.pad(canvas(text, height_px=64, pen_letters=0.1), margin_px)
    document = reader.read(255 - ink)
    assert document.text == text
    # Boxes are those of the picture, not of the paper around it that is imagined.
    box = document.pages[0].lines[0].box
    height, width = ink.shape
    assert box.top <= margin_px + 4
    assert box.left <= margin_px + 4
    assert height - margin_px - 4 <= box.bottom <= height
    assert width - margin_px - 4 <= box.right <= width


def test_white_ink_on_a_transparent_ground(reader):
    ink = canvas("MEET AT NOON", height_px=90, pen_letters=0.1, shape=(300, 1300))
    layer = np.full((*ink.shape, 4), 255, np.uint8)
    layer[..., 3] = ink
    assert reader.read(Image.fromarray(layer)).text == "MEET AT NOON"
    layer[..., :3] = 0
    assert reader.read(Image.fromarray(layer)).text == "MEET AT NOON"


def test_coloured_ink_on_coloured_paper(reader):
    strength = canvas("BRING 24 CHAIRS", height_px=70, pen_letters=0.1, shape=(200, 1300))[..., None] / 255
    for ink, paper in (((205, 90, 40), (250, 240, 200)), ((240, 220, 80), (40, 60, 120))):
        picture = (strength * ink + (1 - strength) * paper).astype(np.uint8)
        assert reader.read(picture).text == "BRING 24 CHAIRS"


@pytest.mark.parametrize("shape", [(28, 28), (60, 300), (300, 60), (400, 400)])
@pytest.mark.parametrize("ground", [0, 128, 255])
def test_nothing_is_read_where_nothing_is_written(reader, shape, ground):
    grain = np.random.default_rng(2).normal(0, 4, shape)
    assert reader.read((ground + grain).clip(0, 255).astype(np.uint8)).text == ""
