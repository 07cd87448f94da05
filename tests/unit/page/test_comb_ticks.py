"""Combs that are open above are found by their ticks; letters that stand on a rule are no ticks."""

import numpy as np
import pytest
from PIL import Image

from ocr import Reader
from ocr.page.printed import comb_ticks
from ocr.page.printed.comb_ticks import comb_on_line
from ocr.page.printed.printed_lines import PrintedLine
from unit.page.drawings import as_bytes, written

TEXT_PX, STEP, COUNT, LEFT, ROW = 30, 44, 10, 40, 100
LINE = PrintedLine(upright=False, offset=float(ROW), slope=0.0, start=LEFT, stop=LEFT + COUNT * STEP + 1)


def open_comb(heights, *, gap=0):
    """Ink of a level line with ticks of these heights on it, and those of gaps between boxes."""
    page = np.zeros((140, 540), bool)
    page[ROW - 1 : ROW + 2, LINE.start : LINE.stop] = True
    for place, height in enumerate(heights):
        for col in {LEFT + place * STEP, LEFT + place * STEP - gap}:
            page[ROW - height : ROW, max(LEFT, col) : col + 3] = True
    return page


@pytest.mark.parametrize("gap", [0, 8])
def test_ticks_part_the_characters_above_a_line(gap):
    comb = comb_on_line(open_comb([14] * (COUNT + 1), gap=gap), LINE, text_height_px=TEXT_PX)
    assert comb is not None
    ticks = np.array([side.offset for side in comb.sides[2:]])
    assert np.allclose(ticks[:: 2 if gap else 1][1:-1] % STEP, (LEFT + 1) % STEP, atol=2.5)
    assert len(ticks) == (2 * COUNT if gap else COUNT + 1)
    assert comb.box.top < ROW - TEXT_PX


def test_ticks_that_letters_stand_on_are_still_ticks():
    page = open_comb([14] * (COUNT + 1))
    for place in (1, 3):
        page[ROW - 30 : ROW, LEFT + place * STEP - 1 : LEFT + place * STEP + 3] = True
    assert comb_on_line(page, LINE, text_height_px=TEXT_PX) is not None


@pytest.mark.parametrize(
    "heights",
    [
        [14, 30, 9, 22, 30, 12, 18, 26, 9, 15, 24],
        [14, 14, 14, 14, 0, 0, 0, 14, 14, 14, 14],
        [50] * (COUNT + 1),
    ],
    ids=["feet of letters", "few", "sides"],
)
def test_other_strokes_on_a_line_are_no_comb(heights):
    assert comb_on_line(open_comb(heights), LINE, text_height_px=TEXT_PX) is None


def test_ticks_that_end_before_the_line_does_are_no_comb():
    page = open_comb([14] * (COUNT + 1))
    page[ROW - 1 : ROW + 2, LINE.stop : 530] = True
    longer = LINE._replace(stop=530)
    assert comb_on_line(page, longer, text_height_px=TEXT_PX) is None


def test_rules_that_go_on_beyond_their_letters_need_no_fit(monkeypatch):
    # A page has many rules, and a fit takes long.
    fitted = []
    monkeypatch.setattr(comb_ticks, "equally_distant", lambda *asked: fitted.append(asked))
    page = open_comb([0, 0, *[20] * (COUNT - 3), 0, 0])
    assert comb_on_line(page, LINE, text_height_px=TEXT_PX) is None
    assert fitted == []


def test_a_word_above_ticks_is_read():
    page = np.full((150, 620), 245, np.uint8)
    page[110:113, 40:591] = 60
    for place in range(11):
        page[92:110, 40 + place * 55 : 43 + place * 55] = 60
    for place, letter in enumerate("GREEN", 1):
        ink = as_bytes(written(letter).gray)
        rows, cols = np.flatnonzero((ink < 128).any(axis=1)), np.flatnonzero((ink < 128).any(axis=0))
        cut = Image.fromarray(ink[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1])
        drawn = np.asarray(cut.resize((max(3, round(38 * cut.width / cut.height)), 38)))
        left = 67 + place * 55 - drawn.shape[1] // 2
        np.minimum(
            page[64:102, left : left + drawn.shape[1]], drawn, out=page[64:102, left : left + drawn.shape[1]]
        )
    assert Reader().read(page).text.strip().casefold() == "green"
