"""The dots of dotted paper are told from the dots of the writing."""

import numpy as np
import pytest

from ocr.page.ink.components import find_components
from ocr.page.writing import marks
from ocr.page.writing.marks import are_dots_of_paper

LETTER_PX = 40.0


def dotted(*, step=20, side=3, turn_deg=0.0, stretch=1.0, writing=(), shape=(400, 500)):
    """Components of a lattice of dots `side` px wide, some replaced by marks (top, left, size)."""
    mask = np.zeros(shape, bool)
    turn = np.deg2rad(turn_deg)
    for row in range(-30, 50):
        for col in range(-30, 50):
            down, right = row * step * stretch, col * step
            top = round(6 + down * np.cos(turn) + right * np.sin(turn))
            left = round(6 - down * np.sin(turn) + right * np.cos(turn))
            if 0 <= top < shape[0] - 10 and 0 <= left < shape[1] - 10:
                mask[top : top + side, left : left + side] = True
    for top, left, size in writing:
        mask[top - 2 : top + size + 2, left - 2 : left + size + 2] = False
        mask[top : top + size, left : left + size] = True
    return find_components(mask)


def sides_left(found):
    """Larger sides of the marks that are no dots of the paper."""
    dots = are_dots_of_paper(found, text_height_px=LETTER_PX)
    return np.maximum(found.heights, found.widths)[~dots].tolist()


@pytest.mark.parametrize("turn_deg", [0, 4, -11, 30])
@pytest.mark.parametrize("stretch", [1.0, 1.15])
def test_dots_of_the_paper_are_found(turn_deg, stretch):
    found = dotted(turn_deg=turn_deg, stretch=stretch)
    assert len(found) > 300
    # At the edge of the sheet a few may stand alone.
    assert len(sides_left(found)) <= 3


def test_letters_and_full_stops_stay():
    # Two letters and two full stops; the second lies between four dots.
    found = dotted(writing=((100, 100, 36), (200, 300, 30), (54, 213, 6), (155, 295, 4)))
    assert sorted(sides_left(found)) == [4, 6, 30, 36]


def test_a_dot_that_stands_alone_among_letters_is_found():
    # All dots around the one at (106, 106) are gone, but for those two steps away.
    found = dotted(writing=((84, 84, 16), (84, 110, 16), (110, 84, 16), (110, 110, 16)))
    assert sorted(sides_left(found)) == [16, 16, 16, 16]


@pytest.mark.parametrize("count", [0, 1, 20, 200])
def test_specks_in_no_order_are_no_pattern(count):
    mask = np.zeros((400, 500), bool)
    rng = np.random.default_rng(5)
    mask[rng.integers(2, 398, count), rng.integers(2, 498, count)] = True
    assert not are_dots_of_paper(find_components(mask), text_height_px=LETTER_PX).any()


def row_of_dots(count, *, step=12, side=4, climb=0.0, more=()):
    """Components of a row of dots, with more of them at (row, col)."""
    mask = np.zeros((120, 500), bool)
    places = [(40 + round(climb * step * number), 20 + step * number) for number in range(count)]
    for top, left in (*places, *more):
        mask[top : top + side, left : left + side] = True
    return find_components(mask)


@pytest.mark.parametrize(("step", "side"), [(8, 3), (12, 4), (30, 12)])
@pytest.mark.parametrize("climb", [0.0, 0.1, -0.1])
def test_a_dotted_line_is_part_of_the_paper(step, side, climb):
    assert sides_left(row_of_dots(14, step=step, side=side, climb=climb)) == []


def test_dots_beside_a_gap_belong_to_their_line():
    assert sides_left(row_of_dots(10, more=[(40, 182)])) == []


def test_a_full_stop_is_no_part_of_a_dotted_line_above_it():
    assert sides_left(row_of_dots(10, more=[(80, 60)])) == [4]


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_few_full_stops_in_a_row_are_writing(count):
    assert len(sides_left(row_of_dots(count))) == count


def test_letters_in_a_row_are_no_dots():
    assert len(sides_left(row_of_dots(10, step=24, side=15))) == 10


@pytest.mark.parametrize(("side", "are_dots"), [(7, True), (8, False)])
def test_dots_are_small(side, are_dots):
    found = dotted(side=side)
    assert (len(sides_left(found)) == 0) == are_dots


@pytest.mark.parametrize(("rows", "are_dots"), [(5, True), (4, False)])
def test_few_dots_are_no_pattern(rows, are_dots):
    found = dotted(shape=(20 * rows, 110))
    assert len(found) == 5 * rows
    assert (len(sides_left(found)) == 0) == are_dots


def test_many_dots_are_found_by_a_tree(monkeypatch):
    expected = sides_left(row_of_dots(30, more=[(90, 60)]))
    monkeypatch.setattr(marks, "_MOST_PAIRS", 0)
    assert sides_left(row_of_dots(30, more=[(90, 60)])) == expected == [4]


def test_dots_of_an_erased_rule_show_that_the_others_are_a_line():
    few, rule = row_of_dots(3), row_of_dots(30)
    assert not are_dots_of_paper(few, text_height_px=LETTER_PX).any()
    assert are_dots_of_paper(few, text_height_px=LETTER_PX, erased=rule).all()


def dashes(*widths, high=6, step=30):
    """Components of level dashes with equal steps, each so wide."""
    mask = np.zeros((60, 60 + step * len(widths)), bool)
    for number, width in enumerate(widths):
        mask[30 : 30 + high, 30 + number * step : 30 + number * step + width] = True
    return find_components(mask)


@pytest.mark.parametrize(
    ("widths", "are_found"),
    [((16,) * 12, True), ((15, 17, 16) * 4, True), ((16,) * 4, False), ((8, 16, 24) * 4, False)],
    ids=["dashes", "uneven", "few", "unlike"],
)
def test_a_dashed_line_is_part_of_the_paper(widths, are_found):
    found = are_dots_of_paper(dashes(*widths), text_height_px=LETTER_PX)
    assert found.all() if are_found else not found.any()


def test_high_strokes_in_a_row_are_no_dashes():
    assert not are_dots_of_paper(dashes(*(16,) * 12, high=14), text_height_px=LETTER_PX).any()
