"""Words made of digits on drawn pages: they were read as letters or lost marks without their grammar."""

import numpy as np
import pytest

from ocr.reader import Reader
from ocr.synthesis.stroke_font import STROKES, strokes_of
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.fixture
def plain_one(monkeypatch):
    """Let the built-in strokes draw a 1 as most people do: one stroke, like an l or I."""
    monkeypatch.setitem(STROKES, "1", ("0.05,1 0,0",))
    strokes_of.cache_clear()
    yield
    strokes_of.cache_clear()


def read(reader, *lines):
    settings = PageSettings(letter_height_px=44)
    writer = StrokeWriter(pen_letters=0.09)
    page = write_page(lines, writer=writer, settings=settings, rng=np.random.default_rng(4))
    return reader.read(np.rint(page.gray * 255).astype(np.uint8)).text.splitlines()


@pytest.mark.usefixtures("plain_one")
@pytest.mark.parametrize(
    "lines",
    [
        ("12-12-15", "10:03", "03:03"),
        ("8+3", "9-1=8", "11+4=15"),
        ("TEA 1.20", "COFFEE 2.50", "TOTAL 3.70"),
        ("4T1B11HK9KU24",),
        ("75009", "20146", "91190"),
        ("1. MILK", "2. BREAD", "3. 11 EGGS"),
        ("A-1234", "(212) 555-0191"),
    ],
)
def test_numbers_are_read_as_numbers(reader, lines):
    assert read(reader, *lines) == list(lines)


@pytest.mark.usefixtures("plain_one")
def test_words_of_strokes_are_read_as_words(reader):
    assert read(reader, "I will fill it still") == ["I will fill it still"]
