"""Pages whose printed lines show how they are tilted."""

import numpy as np
import pytest

from ocr.page.printed.printed_lines import PrintedLine
from ocr.page.writing.reading_order import lines_in_order
from ocr.page.writing.tilt import levelled, printed_slope, tilted_back
from unit.page.drawings import blocks

LETTER_PX = 24.0
SLOPE = -0.12


def printed(*slopes, length=600, upright=False):
    return [
        PrintedLine(upright, 100.0 * place, slope, 0, length) for place, slope in enumerate(slopes, start=1)
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (printed(*[SLOPE] * 5), SLOPE),
        (printed(*[SLOPE] * 3), 0.0),
        (printed(*[0.01] * 5), 0.0),
        (printed(*[SLOPE] * 5, length=80), 0.0),
        (printed(*[SLOPE] * 5, upright=True), 0.0),
        (printed(-0.2, -0.1, 0.0, 0.1, 0.2), 0.0),
    ],
    ids=["tilted", "few", "level", "short", "upright", "of no one slope"],
)
def test_the_slope_that_printed_lines_share(lines, expected):
    assert printed_slope(lines, text_height_px=LETTER_PX) == pytest.approx(expected)


def sparse_table():
    """A letter in each cell of three rows of six, tilted."""
    boxes = [
        (int(100 + 90 * row + SLOPE * col), col, int(124 + 90 * row + SLOPE * col), col + 16)
        for row in range(3)
        for col in range(40, 900, 150)
    ]
    return blocks(*boxes, shape=(420, 1000))


def test_letters_in_tilted_cells_are_read_row_by_row():
    components = sparse_table()
    assert len(components) == 18
    text = tilted_back(lines_in_order(levelled(components, SLOPE), text_height_px=LETTER_PX), SLOPE)
    assert [len(line.members) for line in text.lines] == [6, 6, 6]
    for line in text.lines:
        cols = components.boxes[list(line.members), 1]
        assert (np.diff(cols) > 0).all()
        assert line.slope == pytest.approx(SLOPE, abs=0.02)
