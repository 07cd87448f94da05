"""Lines of text from boxes with known answers."""

from itertools import pairwise

import numpy as np
import pytest

from ocr.page.writing.chains import slope_of, typical_slope
from ocr.page.writing.lines import find_lines, join_rows
from unit.page.drawings import blocks

LETTER_PX = 20


def row_of_letters(top, left, count, *, slope=0.0, height=20, step=24, width=14):
    """Boxes of letters in a line that falls by ``slope`` px per px."""
    corners = [(round(top + slope * step * place), left + step * place) for place in range(count)]
    return [(row, col, row + height, col + width) for row, col in corners]


def lines_of(*rows, marks=(), shape=(400, 700)):
    """Return for each found line the row numbers of its members, and the names of the rejected marks."""
    boxes = [box for row in rows for box in row] + list(marks)
    found = blocks(*boxes, shape=shape)
    where = {tuple(found.boxes[index].tolist()): index for index in range(len(found))}
    row_of = {where[box]: number for number, row in enumerate(rows) for box in row}
    row_of |= {where[box]: f"mark {number}" for number, box in enumerate(marks)}
    lines, rejected = find_lines(found, text_height_px=LETTER_PX)
    members = sorted(index for line in lines for index in line.members) + sorted(rejected)
    assert sorted(members) == list(range(len(found))), "each component is in one line or rejected, once"
    lefts = [[found.boxes[index][1] for index in line.members] for line in lines]
    assert all(left == sorted(left) for left in lefts)
    return [[row_of[index] for index in line.members] for line in lines], [
        row_of[index] for index in rejected
    ]


def test_nothing_gives_nothing():
    assert lines_of() == ([], [])


def test_one_letter_is_a_line():
    assert lines_of([(50, 50, 70, 64)]) == ([[0]], [])


def test_two_lines_top_to_bottom():
    below, above = row_of_letters(120, 40, 8), row_of_letters(60, 200, 6)
    assert lines_of(below, above) == ([[1] * 6, [0] * 8], [])


def test_letters_right_above_one_another_have_no_slope():
    stack = blocks(*((top, 50, top + 20, 64) for top in (50, 90, 130)), shape=(400, 700))
    assert slope_of(stack, [0, 1, 2]) is None


def slope_of_chains(*rows):
    found = blocks(*[box for row in rows for box in row], shape=(400, 700))
    order = [found.boxes.tolist().index(list(box)) for row in rows for box in row]
    stops = np.cumsum([0, *map(len, rows)])
    return typical_slope(found, [order[start:stop] for start, stop in pairwise(stops)])


def test_a_few_short_words_do_not_tell_the_slope_of_a_page():
    # Of unlike height, as in the cells of a table.
    short = [row_of_letters(top, left, 4, slope=0.12) for top, left in ((100, 20), (200, 300))]
    assert slope_of_chains(*short) == 0
    assert slope_of_chains(row_of_letters(100, 20, 20, slope=0.1)) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("slope", [-0.12, -0.05, 0.05, 0.12])
def test_sloping_lines_stay_apart(slope):
    rows = [row_of_letters(top, 20, 20, slope=slope) for top in (120, 170, 220)]
    assert lines_of(*rows) == ([[0] * 20, [1] * 20, [2] * 20], [])


def test_uneven_letters_stay_on_their_line():
    rng = np.random.default_rng(5)
    rows = [
        [
            (top + int(shift), 20 + 26 * place, top + int(shift) + 20, 36 + 26 * place)
            for place, shift in enumerate(rng.normal(0, 2.5, 16))
        ]
        for top in (40, 90, 140)
    ]
    assert lines_of(*rows) == ([[0] * 16, [1] * 16, [2] * 16], [])


def test_lines_of_two_sizes():
    heading = row_of_letters(20, 30, 6, height=44, step=50, width=34)
    small = row_of_letters(100, 30, 14)
    assert lines_of(heading, small) == ([[0] * 6, [1] * 14], [])


def test_words_far_apart_are_one_line():
    left, right = row_of_letters(60, 20, 4), row_of_letters(62, 300, 5)
    assert lines_of(left, right) == ([[0] * 4 + [1] * 5], [])


def test_small_letters_between_tall_ones():
    tall = [(50, 20, 70, 34), (50, 80, 70, 94)]
    low = [(59, 44, 70, 56), (59, 62, 70, 74)]
    assert lines_of(tall, low) == ([[0, 1, 1, 0]], [])


def test_figures_higher_than_the_small_letters_before_them_are_on_their_line():
    small = row_of_letters(63, 50, 7, height=17)
    comma = [(74, 225, 84, 229)]
    figures = row_of_letters(48, 262, 3, height=26)
    assert lines_of([*small, *comma, *figures]) == ([[0] * 11], [])


def test_dot_goes_to_the_nearest_line():
    rows = [row_of_letters(50, 20, 6), row_of_letters(100, 20, 6)]
    full_stop, dot_of_i = (67, 166, 70, 169), (94, 48, 97, 51)
    lines, rejected = lines_of(*rows, marks=(full_stop, dot_of_i))
    assert lines == [[0] * 6 + ["mark 0"], [1, "mark 1"] + [1] * 5] or lines == [
        [0] * 6 + ["mark 0"],
        [1, 1, "mark 1"] + [1] * 4,
    ]
    assert rejected == []


def test_mark_far_from_all_lines_is_rejected():
    rows = [row_of_letters(50, 20, 6)]
    below, beside = (150, 60, 153, 63), (60, 400, 63, 403)
    assert lines_of(*rows, marks=(below, beside)) == ([[0] * 6], ["mark 1", "mark 0"])


def test_line_runs_through_the_centres():
    found = blocks(*row_of_letters(100, 20, 12, slope=0.1), shape=(300, 400))
    ((line,), _) = find_lines(found, text_height_px=LETTER_PX)
    assert line.slope == pytest.approx(0.1, abs=0.01)
    for index in line.members:
        row, col = found.box(index).center
        assert line.row_at(col) == pytest.approx(row, abs=1.0)


@pytest.mark.parametrize("seed", range(8))
def test_any_components_are_split_into_lines_and_rejected_ones(seed):
    rng = np.random.default_rng(seed)
    mask = np.zeros((300, 300), bool)
    for _ in range(40):
        top, left = rng.integers(0, 280, 2)
        height, width = rng.integers(1, 20, 2)
        mask[top : top + height, left : left + width] = True
    from ocr.page.ink.components import find_components

    found = find_components(mask)
    lines, rejected = find_lines(found, text_height_px=LETTER_PX)
    members = [index for line in lines for index in line.members] + list(rejected)
    assert sorted(members) == list(range(len(found)))


# A letter and another box, and the lines that they make: each pair lies close to a limit, on either side.
LETTER = (50, 50, 70, 64)
PAIRS = {
    "a low letter is a line": ((110, 90, 119, 94), [[0], [1]], []),
    "a lower one is a mark": ((110, 90, 118, 94), [[0]], [1]),
    "a neighbour within reach": ((62, 184, 82, 198), [[0, 1]], []),
    "one out of reach": ((62, 185, 82, 199), [[0], [1]], []),
    "enough rows in common": ((64, 80, 84, 94), [[0, 1]], []),
    "too few rows in common": ((65, 80, 85, 94), [[0], [1]], []),
    "far away on the same line": ((59, 190, 79, 204), [[0, 1]], []),
    "far away and lower": ((60, 190, 80, 204), [[0], [1]], []),
    "a mark close to the line": ((78, 70, 82, 74), [[0, 1]], []),
    "a mark away from the line": ((79, 70, 83, 74), [[0]], [1]),
    "a mark close to the end": ((58, 102, 62, 106), [[0, 1]], []),
    "a mark beyond the end": ((58, 103, 62, 107), [[0]], [1]),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_belongs_to_a_line(name):
    box, expected, rejected = PAIRS[name]
    found = blocks(LETTER, box)
    lines = find_lines(found, text_height_px=LETTER_PX)
    assert [sorted(line.members) for line in lines.lines] == expected
    assert list(lines.rejected) == rejected


def test_a_price_far_from_a_short_word_is_on_its_line():
    # The three letters of the word climb, by which their line would miss the price by more than a letter.
    word = [(100, 50, 120, 64), (99, 74, 119, 88), (98, 98, 118, 112)]
    others = [row_of_letters(top, 50, 8) for top in (160, 220)]
    price = row_of_letters(100, 900, 3)
    found = find_lines(blocks(*word, *price, *others[0], *others[1], shape=(300, 1100)), text_height_px=20)
    assert [len(line.members) for line in found.lines] == [6, 8, 8]


def test_letters_taken_in_turns_by_two_chains_are_one_line():
    # Narrow letters, every second one a little lower: each is nearer in height to the next but one.
    letters = [
        (100 + 4 * (place % 2), 50 + 6 * place, 120 + 4 * (place % 2), 54 + 6 * place) for place in range(12)
    ]
    others = row_of_letters(200, 50, 12)
    assert lines_of(letters, others) == ([[0] * 12, [1] * 12], [])


def in_turns(apart, *, top=100):
    """Two rows of letters whose middles are so far apart; in each place stands a letter of one of them."""
    low = [place for place in range(12) if place % 4 < 2]
    boxes = [(top + (0 if place in low else -apart), 20 + 24 * place) for place in range(12)]
    return [(row, col, row + 14, col + 16) for row, col in boxes]


def test_high_and_low_letters_that_take_turns_are_one_line():
    assert lines_of(in_turns(11)) == ([[0] * 12], [])
    # Right above one another, or further apart, they are two lines.
    assert len(lines_of(in_turns(30))[0]) == 2
    rows = [row_of_letters(top, 20, 12, height=14) for top in (100, 116)]
    assert lines_of(*rows) == ([[0] * 12, [1] * 12], [])


def rows_of(*rows):
    """Return the row numbers of the members of each line, once lines at one height are joined."""
    found = blocks(*(box for row in rows for box in row), shape=(400, 900))
    where = {tuple(found.boxes[index].tolist()): index for index in range(len(found))}
    row_of = {where[box]: number for number, row in enumerate(rows) for box in row}
    text = join_rows(found, find_lines(found, text_height_px=LETTER_PX), text_height_px=LETTER_PX)
    return [sorted({row_of[index] for index in line.members}) for line in text.lines]


def test_cells_far_apart_at_one_height_are_a_row():
    # The first cells slope by chance: their letters are of unlike height.
    first = [
        [(top + 3 * place, 40 + 24 * place, top + 20, 54 + 24 * place) for place in range(4)]
        for top in (60, 110)
    ]
    last = [row_of_letters(top - 4, 700, 6) for top in (60, 110)]
    assert rows_of(*first, *last) == [[0, 2], [1, 3]]


def test_lines_that_are_half_a_line_apart_are_no_row():
    assert rows_of(row_of_letters(60, 40, 8), row_of_letters(76, 700, 6)) == [[0], [1]]


def test_two_marks_alone_are_no_row():
    assert rows_of([(60, 40, 80, 54)], [(69, 700, 89, 714)]) == [[0], [1]]


def test_the_next_word_of_a_line_may_stand_higher_where_lines_are_far_apart():
    words = [row_of_letters(60, 40, 8), row_of_letters(45, 250, 6)]
    below = row_of_letters(112, 40, 14)
    assert rows_of(*words, below) == [[0, 1], [2]]
    # Where lines are close, it may be one of another line.
    assert rows_of(*words, row_of_letters(88, 40, 14)) == [[1], [0], [2]]
    # So it may be where it is far away, and where nothing tells how far apart lines are.
    far = row_of_letters(45, 320, 6)
    assert rows_of(words[0], far, below) == [[1], [0], [2]]
    assert rows_of(*words) == [[1], [0]]


def test_a_letter_that_hangs_below_its_line_belongs_to_it():
    line = [box for place, box in enumerate(row_of_letters(60, 40, 14)) if not 5 <= place <= 7]
    # It hangs below low letters.
    line += [(60, 160, 73, 174), (60, 208, 73, 222)]
    below = row_of_letters(112, 40, 14)
    hanging = [(75, 156, 97, 212)]
    assert rows_of(line, below, hanging) == [[0, 2], [1]]
    # Halfway to the next line it may belong to that one.
    assert rows_of(line, below, [(83, 156, 103, 212)]) == [[0], [2], [1]]


def test_long_chains_say_how_the_page_slopes():
    rows = [row_of_letters(top, 20, 20, slope=0.02) for top in (60, 120)]
    steep = [row_of_letters(200 + 50 * number, 20, 4, slope=-0.2) for number in range(3)]
    found = blocks(*(box for row in (*rows, *steep) for box in row), shape=(500, 900))
    chains = [
        [index for index in range(len(found)) if tuple(found.boxes[index].tolist()) in row]
        for row in (*rows, *steep)
    ]
    assert typical_slope(found, chains) == pytest.approx(0.02, abs=0.01)


def test_labels_much_smaller_than_the_writing_are_lines():
    label = row_of_letters(66, 20, 6, height=7, step=9, width=6)
    writing = row_of_letters(60, 300, 8)
    assert sorted(lines_of(label, writing)[0]) == [[0] * 6, [1] * 8]


def test_a_few_specks_far_from_the_writing_are_no_line():
    specks = [(60, 20, 65, 25), (300, 30, 305, 35)]
    assert lines_of(row_of_letters(60, 300, 8), marks=specks)[1] == ["mark 0", "mark 1"]
