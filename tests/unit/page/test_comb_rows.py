"""Rows of boxes that stand in the columns of a comb are found; other lines are no such rows."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.page.printed.comb_rows import rows_like
from ocr.page.printed.printed_lines import Frame, PrintedLine

STEP, HIGH, COUNT, LEFT = 30, 36, 10, 40


def frame(top, slope=0.0):
    """Lines of a comb at this row of its first column."""
    stop = LEFT + COUNT * STEP
    level = [
        PrintedLine(upright=False, offset=row - slope * LEFT, slope=slope, start=LEFT, stop=stop)
        for row in (top, top + HIGH)
    ]
    upright = []
    for col in range(LEFT, stop + 1, STEP):
        first = round(top + slope * (col - LEFT))
        last = first + HIGH + 1
        upright.append(PrintedLine(upright=True, offset=float(col), slope=0.0, start=first, stop=last))
    sides = (*level, *upright)
    return Frame(sides, Box.around(side.box for side in sides))


def draw(page, comb):
    """Ink the lines of a comb."""
    for side in comb.sides:
        along = np.arange(side.start, side.stop)
        across = np.rint(side.offset + side.slope * along).astype(int)
        for away in range(2):
            page[(along, across + away) if side.upright else (across + away, along)] = True


@pytest.mark.parametrize("slope", [0.0, 0.03, -0.03])
def test_rows_above_and_below_are_found(slope):
    page = np.zeros((400, 420), bool)
    for top in (50, 150, 290):
        draw(page, frame(top, slope))
    found = [like.comb.box.top for like in rows_like(frame(150, slope), page)]
    expected = [frame(top, slope).box.top for top in (50, 150, 290)]
    assert np.allclose(sorted(found), expected, atol=2)


def test_letters_and_broken_lines_hide_no_row():
    page = np.zeros((300, 420), bool)
    draw(page, frame(50))
    draw(page, frame(150))
    rng = np.random.default_rng(0)
    for place in range(COUNT):
        left = LEFT + place * STEP
        page[155:180, left + 8 : left + 22] = rng.random((25, 14)) < 0.5
    page[150:152, 100:150] = False
    assert len(list(rows_like(frame(50), page))) == 2


def test_boxes_elsewhere_and_the_lines_of_a_table_are_no_rows():
    page = np.zeros((400, 420), bool)
    draw(page, frame(50))
    page[200:202, LEFT : LEFT + COUNT * STEP] = page[236:238, LEFT : LEFT + COUNT * STEP] = True
    page[200:236, LEFT + 13 : LEFT + COUNT * STEP : STEP] = True
    page[300:302, LEFT : LEFT + COUNT * STEP] = page[336:338, LEFT : LEFT + COUNT * STEP] = True
    page[270:380, LEFT : LEFT + COUNT * STEP + 1 : STEP] = True
    assert [like.comb.box.top for like in rows_like(frame(50), page)] == [50]


def test_a_comb_with_few_boxes_says_nothing_about_other_rows():
    page = np.zeros((200, 420), bool)
    draw(page, frame(50))
    comb = frame(50)
    assert list(rows_like(comb._replace(sides=comb.sides[:8]), page)) == []
