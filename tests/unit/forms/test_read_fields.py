"""Fields of each kind, drawn with the built-in strokes."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.forms.field_file import Field
from ocr.image.picture import Picture
from ocr.reader import Reader
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page


@pytest.fixture(scope="module")
def reader():
    return Reader()


def written(text, seed=3):
    """Gray of one line."""
    settings = PageSettings(letter_height_px=40, letter_spacing_letters=0.12)
    page = write_page((text,), writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(seed))
    return page.gray


def read(reader, gray, kind, **options):
    (found,) = reader.read_fields(gray, [Field("a", (0, 0, 1, 1), kind, **options)])
    return found


def test_kinds_limit_what_is_read(reader):
    assert read(reader, written("OZIS"), "upper").text == "OZIS"
    assert read(reader, written("OZIS"), "digits").text.isdigit()
    assert read(reader, written("80 33 1"), "digits").text == "80331"


def test_a_pattern_chooses_among_what_is_probable(reader):
    gray = written("AO5")
    assert read(reader, gray, "text", pattern=r"[A-Z]\d\d").text == "A05"
    found = read(reader, gray, "text", pattern=r"\d{9}")
    assert found.note == "does not match the pattern"
    assert found.text


def test_a_picture_is_turned_as_the_reader_says(reader):
    gray = np.rot90(written("HUT"))
    turned = Reader(turn_deg=270)
    assert read(turned, gray, "upper").text == "HUT"


def test_nothing_else_on_the_page_is_read(reader):
    high = written("HUT")
    gray = np.concatenate([high, np.fliplr(high), high])
    fields = [Field("low", (0, 0.67, 1, 1), "upper"), Field("high", (0, 0, 1, 0.33), "upper")]
    assert [one.text for one in reader.read_fields(gray, fields)] == ["HUT", "HUT"]


def test_light_ink_on_dark_paper(reader):
    assert read(reader, 1 - written("HUT"), "upper").text == "HUT"


def test_letters_that_touch_the_edge_of_the_box_stay_whole(reader):
    gray = written("HUT")
    rows, cols = np.nonzero(gray < 0.5)
    tight = gray[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]
    page = np.pad(tight, 60, constant_values=1.0)
    box = (60, 60, 60 + tight.shape[1], 60 + tight.shape[0])
    (found,) = reader.read_fields(page, [Field("a", box, "upper")])
    assert found.text == "HUT"


def test_empty_paper(reader):
    found = read(reader, np.ones((50, 200), np.float32), "text")
    assert (found.text, found.note, found.confidence) == ("", "empty", 1.0)


def test_a_field_beyond_the_picture_is_named(reader):
    with pytest.raises(SettingError, match="field a: box"):
        reader.read_picture_fields(Picture(written("A")), [Field("a", (0, 0, 9000, 9))])
