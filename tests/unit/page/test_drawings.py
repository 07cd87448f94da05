"""Figures, arrows and rings, drawn as strokes with known answers."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.page.ink.components import find_components
from ocr.page.writing.stroke_marks import are_drawings

LETTER_PX = 40


def strokes(*tracks, pen=4):
    """Components of lines drawn through points (col, row), in letter heights."""
    canvas = Image.new("L", (10 * LETTER_PX, 8 * LETTER_PX))
    for track in tracks:
        points = [((col + 1) * LETTER_PX, (row + 1) * LETTER_PX) for col, row in track]
        ImageDraw.Draw(canvas).line(points, fill=255, width=pen, joint="curve")
    return find_components(np.asarray(canvas) > 0)


def ring(col, row, wide, high, *, turn=1.0):
    angles = np.linspace(0, 2 * np.pi * turn, 60)
    return [(col + wide / 2 * np.cos(angle), row + high / 2 * np.sin(angle)) for angle in angles]


def letters(col, row, count=3):
    return [[(col + 0.5 * place, row), (col + 0.5 * place + 0.2, row + 1)] for place in range(count)]


def arrow(col, row, length, *, head=0.4):
    tip = col + length
    return [(col, row), (tip, row), (tip - head, row - head), (tip, row), (tip - head, row + head)]


def upright(track):
    return [(row, col) for col, row in track]


def drawn(found):
    return are_drawings(found, text_height_px=LETTER_PX)


def test_a_ring_goes_and_the_word_in_it_stays():
    found = strokes(ring(2, 2, 3, 2), *letters(1.2, 1.5))
    assert len(found) == 4
    assert drawn(found).tolist().count(True) == 1
    assert found.widths[drawn(found)][0] > 2.9 * LETTER_PX


def test_an_open_ring_is_a_ring():
    assert drawn(strokes(ring(2, 2, 3, 2, turn=0.96), *letters(1.2, 1.5))).sum() == 1


@pytest.mark.parametrize("joined", [False, True])
def test_a_low_word_in_a_high_ring_stays(joined):
    word = letters(1.0, 3.0, 4)
    bars = [[(1.0, 3.9), (1.7, 3.9)], [(2.0, 3.9), (2.7, 3.9)]] if joined else []
    found = strokes(ring(2, 3.5, 4, 5), *word, *bars)
    assert drawn(found).sum() == 1


def test_a_word_in_one_stroke_stays_where_rings_are_linked():
    zigzag = [(col, row) for place in range(5) for col, row in ((0.4 * place, 1), (0.4 * place + 0.2, 0))]
    words = [[(left + col, 1.6 + 0.8 * row) for col, row in zigzag] for left in (1.1, 6.1)]
    found = strokes(ring(2, 2, 3, 2), [(3.5, 2), (5.5, 2)], ring(7, 2, 3, 2), *words)
    assert len(found) == 3
    assert drawn(found).sum() == 1


def test_a_short_word_in_one_stroke_stays_in_its_ring():
    zigzag = [(1.6 + col, 1.7 + 0.6 * (place % 2)) for place, col in enumerate(np.arange(0, 1.2, 0.2))]
    found = strokes(ring(2, 2, 3, 2), zigzag)
    assert drawn(found).tolist().count(True) == 1


def test_a_circle_with_arrows_at_both_sides_is_a_drawing():
    head = [(4.8, 1.7), (5.2, 2), (4.8, 2.3)]
    found = strokes([(-1.2, 2), (0.6, 2)], ring(2, 2, 3, 2), [(3.4, 2), (5.2, 2)], head, *letters(1.2, 1.5))
    assert len(found) == 4
    assert drawn(found).sum() == 1


def test_a_face_is_a_drawing_with_all_that_is_in_it():
    eyes = [ring(col, 2.4, 0.2, 0.25) for col in (2.3, 3.5)]
    mouth = [(2 + 0.1 * place, 3.6 + 0.3 * np.sin(np.pi * place / 18)) for place in range(19)]
    assert drawn(strokes(ring(3, 3, 3, 3), *eyes, mouth)).all()


@pytest.mark.parametrize("head", [0.3, 0.5])
@pytest.mark.parametrize("length", [2.5, 4])
def test_arrows_are_drawings(head, length):
    track = arrow(1, 3, length, head=head)
    assert drawn(strokes(track)).all()
    assert drawn(strokes([(8 - col, row) for col, row in track])).all()
    assert drawn(strokes(upright(track))).all()


def test_a_large_figure_is_a_drawing():
    house = [(1, 3), (1, 6), (4, 6), (4, 3), (1, 3), (2.5, 1), (4, 3)]
    assert drawn(strokes(house)).all()


LETTERS = {
    "letters": letters(1, 1, 6),
    "a large O": [ring(3, 3, 1.8, 2)],
    "a dash": [[(1, 1), (3, 1)]],
    "a T with a wide bar": [[(1, 1), (3, 1)], [(2, 1), (2, 2)]],
    "an L with a wide foot": [[(1, 1), (1, 2), (3, 2)]],
    "a Y": [[(1, 1), (1.5, 1.7), (2, 1)], [(1.5, 1.7), (1.5, 3)]],
    "a one with serifs": [[(1, 1.3), (1.5, 1), (1.5, 2.5)], [(1, 2.5), (2, 2.5)]],
    "a small ring around a dot": [ring(3, 3, 1.05, 1.05), ring(3, 3, 0.2, 0.2)],
    "a ring with a wide gap": [ring(2, 2, 3, 2, turn=0.85), *letters(1.2, 1.5)],
    "a short arrow": [arrow(1, 3, 1.3, head=0.3)],
    "a tall stroke": [[(1, 1), (2, 4.3)]],
    "a C around an o": [ring(3, 3, 2, 2, turn=0.7), ring(3, 3, 0.6, 0.6)],
}


@pytest.mark.parametrize("name", LETTERS)
def test_letters_are_no_drawings(name):
    assert not drawn(strokes(*LETTERS[name])).any()


def test_nothing_is_no_drawing():
    assert drawn(find_components(np.zeros((40, 40), bool))).shape == (0,)
