"""The lattice of a line is drawn whole, or its beginning; how it looks is for eyes."""

from itertools import pairwise

import numpy as np
import pytest

from ocr.image.picture import Picture
from ocr.reader import Reader
from ocr.recognition.segments import Candidate
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page
from ocr.view.lattice import MOST_SEGMENTS, _rows_of, draw_titled_lattice

BLUE, GREEN, ORANGE = (0, 114, 178), (0, 158, 115), (213, 94, 0)


@pytest.fixture(scope="module")
def reader():
    return Reader()


def lattice(reader, text):
    settings = PageSettings(letter_height_px=40)
    drawn = write_page((text,), writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(3))
    picture = Picture(np.rint(drawn.gray * 255).astype(np.uint8))
    reading = reader.read_picture(picture)
    recognition = reading.recognized_lines[0]
    return draw_titled_lattice(
        reading.layout, reading.page.lines[0], recognition, reader.model.classes
    ), recognition


def colors_of(picture):
    return {color for _, color in picture.getcolors(1 << 24)}


def test_path_cuts_and_spaces_have_their_colours(reader):
    picture, recognition = lattice(reader, "BOX OF WOOD")
    assert len(recognition.steps) == 9
    assert {BLUE, GREEN, ORANGE} <= colors_of(picture)


def test_a_line_of_one_sign_has_no_space(reader):
    picture, recognition = lattice(reader, "I")
    assert len(recognition.steps) == 1
    assert BLUE in colors_of(picture)
    assert GREEN not in colors_of(picture)


def test_of_a_long_line_only_the_beginning_is_drawn(reader):
    picture, recognition = lattice(reader, "MANY MEN WENT HOME IN MAY AND JUNE")
    assert len(recognition.lattice.segments) > MOST_SEGMENTS
    assert picture.width <= 2000


def test_edges_in_one_row_do_not_meet():
    rng = np.random.default_rng(2)
    starts = rng.integers(0, 9, 40)
    candidates = [Candidate(int(start), int(start + rng.integers(1, 5)), None) for start in starts]
    rows = _rows_of(candidates)
    for row in set(rows):
        spans = sorted((one.start, one.stop) for one, own in zip(candidates, rows, strict=True) if own == row)
        assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert sorted(set(rows)) == list(range(max(rows) + 1))


def test_the_shortest_edges_come_first():
    candidates = [Candidate(0, 2, None), Candidate(0, 1, None), Candidate(1, 2, None), Candidate(0, 3, None)]
    assert _rows_of(candidates) == [1, 0, 0, 2]
