"""Words that were crossed out, drawn as strokes with known answers, and what only looks like them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.geometry import Box
from ocr.page.ink.components import find_components
from ocr.page.writing.erased_strokes import are_struck_through
from ocr.page.writing.stroke_marks import are_crossed_out
from ocr.synthesis.strikes import STYLES, boxes_of, cross_out
from unit.page.drawings import written

LETTER_PX = 40
WORD = "THUMB"


def strokes(*tracks, pen=4):
    """Components of lines drawn through points (col, row) in letter heights, with a margin of one letter."""
    canvas = Image.new("L", (9 * LETTER_PX, 4 * LETTER_PX))
    for track in tracks:
        points = [((col + 1) * LETTER_PX, (row + 1) * LETTER_PX) for col, row in track]
        ImageDraw.Draw(canvas).line(points, fill=255, width=pen)
    return find_components(np.asarray(canvas) > 0)


def stems(count, *, top=0.0, bottom=1.0, step=0.5):
    """Upright strokes beside one another."""
    return [[(0.3 + step * place, top), (0.3 + step * place, bottom)] for place in range(count)]


def line(row, start=0.0, stop=3.1):
    return [(start, row), (stop, row)]


def crossed(found):
    return are_crossed_out(found, text_height_px=LETTER_PX)


@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.1])
def test_a_line_through_letters_crosses_them_out(slope):
    strike = [(0, 0.55 - 1.5 * slope), (3.1, 0.55 + 1.6 * slope)]
    assert crossed(strokes(*stems(6), strike)).all()


def test_a_rule_that_goes_on_beyond_a_word_does_not_cross_it_out():
    found = strokes(*stems(6), line(0.55))
    row = round(1.55 * LETTER_PX)
    rule, piece, below = (
        Box(row, 0, row + 1, 360),
        Box(row, 40, row + 1, 164),
        Box(row + 30, 0, row + 31, 360),
    )
    for lines, is_crossed in (([rule], False), ([piece], True), ([below], True)):
        assert are_crossed_out(found, text_height_px=LETTER_PX, lines=lines).all() == is_crossed


NOT_CROSSED = {
    "letters": strokes(*stems(6)),
    "an underline": strokes(*stems(6), line(1.0)),
    "an underline with descenders": strokes(*stems(4), *stems(6, bottom=1.3)[4:], line(1.0)),
    "a line above": strokes(*stems(6), line(0.0)),
    "the bar of two t": strokes(*stems(2), line(0.4, 0, 1.2)),
    "a dash": strokes(line(0.5)),
    "a narrow word": strokes(*stems(5, step=0.35), line(0.55, 0, 1.8)),
    "a bar with few strokes": strokes(*stems(3, step=1.2), line(0.55)),
    "an equals character": strokes(line(0.4), line(0.6)),
    "a fence of joined letters": strokes(*stems(5, top=0.4), line(0.98, 0.3, 2.3)),
    "a bar that ends within": strokes(*stems(6), line(0.55, 0, 2.0), line(0.98, 1.7, 2.9)),
}


@pytest.mark.parametrize("name", NOT_CROSSED)
def test_what_looks_like_a_strike_is_none(name):
    assert not crossed(NOT_CROSSED[name]).any()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(3))
def test_words_crossed_out_in_every_style(style, seed):
    page = written("SOME " + WORD + " LEFT", letter_height_px=LETTER_PX, seed=seed)
    (box,) = boxes_of(page, ((0, 1),))
    gray = cross_out(
        page.gray, boxes=[box], style=style, darkness=0.85, pen_px=4, rng=np.random.default_rng(seed)
    )
    found = find_components(gray < 0.5)
    middle = (found.boxes[:, 1] + found.boxes[:, 3]) / 2
    inside = (middle > box.left) & (middle < box.right)
    assert np.array_equal(crossed(found), inside)
    assert not crossed(find_components(page.gray < 0.5)).any()


@pytest.mark.parametrize("slope", [0.012, -0.03])
def test_a_long_line_is_followed_to_its_ends(slope):
    # Ascenders and capitals reach above it, all letters below it.
    stems_of_words = [*stems(14, top=0.45), *stems(7, step=1.0)]
    strike = [(0, 0.6 - 3.6 * slope), (7.2, 0.6 + 3.6 * slope)]
    assert crossed(strokes(*stems_of_words, strike)).all()


def struck(*lines, erased_row=0.55, start=0.0, stop=3.1):
    """Which of six letters a line was drawn through, which was erased but for its box."""
    found = strokes(*stems(6))
    mask = np.zeros(found.labels.shape, bool)
    row, left, right = (round((place + 1) * LETTER_PX) for place in (erased_row, start, stop))
    mask[row : row + 4, left:right] = True
    boxes = lines or (Box(row, left, row + 4, right),)
    return are_struck_through(found, mask, boxes, text_height_px=LETTER_PX).tolist()


def test_letters_that_an_erased_line_runs_through_are_crossed_out():
    assert struck() == [True] * 6


def test_rules_of_the_paper_cross_nothing_out():
    row = round(1.55 * LETTER_PX)
    assert struck(*(Box(row + shift, 40, row + shift + 4, 164) for shift in (-60, 0, 60))) == [False] * 6


def test_a_frame_crosses_out_nothing():
    found = strokes(*stems(6))
    mask = np.zeros(found.labels.shape, bool)
    mask[[30, 31, 90, 91], 30:175] = True
    frame = Box(30, 30, 92, 175)
    assert not are_struck_through(found, mask, [frame], text_height_px=LETTER_PX).any()


def test_pieces_of_an_erased_line_are_one():
    row = round(1.55 * LETTER_PX)
    pieces = [Box(row, left, row + 4, left + 30) for left in (40, 90, 134)]
    assert struck(*pieces) == [True] * 6


@pytest.mark.parametrize("line", [{"erased_row": 0.95}, {"stop": 7.0}, {"stop": 1.4}, {"erased_row": 1.3}])
def test_an_underline_a_rule_and_a_bar_cross_nothing_out(line):
    assert struck(**line) == [False] * 6


def test_dots_of_a_word_crossed_out_go_with_it():
    dot, other = [(1.3, -0.2), (1.33, -0.2)], [(5.3, -0.2), (5.33, -0.2)]
    found = strokes(*stems(6), line(0.55), dot, other)
    gone = found.boxes[crossed(found)]
    assert len(found) == 3
    assert len(gone) == 2
    assert gone[:, 3].max() < 5 * LETTER_PX


def test_nothing_is_not_crossed_out():
    assert crossed(find_components(np.zeros((40, 40), bool))).shape == (0,)


def lattice(step):
    """Two zigzags against each other."""
    places = range(round(3 / step))
    return [[(step * place, (0.05, 0.95)[(place + first) % 2]) for place in places] for first in (0, 1)]


@pytest.mark.parametrize(
    "found", [strokes(*lattice(0.2), line(0.3)), strokes(*lattice(0.4))], ids=["scribble", "zigzag"]
)
def test_a_tangle_crosses_out(found):
    assert crossed(found).all()
