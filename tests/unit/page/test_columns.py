"""What separates columns: a gutter that nobody wrote across. Boxes of words with known answers."""

import numpy as np
import pytest

from ocr.page.writing.reading_order import find_gutter
from ocr.page.writing.whitespace import LevelBoxes, find_whitespace


def words(*lengths, row, col=0.0, size=1.0, space=0.8, line=0):
    """Letters of words in a line whose baseline is ``row``: (top, left, bottom, right, line)."""
    boxes, left = [], col
    for length in lengths:
        for place in range(length):
            height = size * (1.0 if place % 3 == 0 else 0.65)
            boxes.append((row - height, left, row, left + 0.5 * size, line))
            left += 0.65 * size
        left += (space - 0.15) * size
    return boxes


def level_boxes(*lines):
    """Boxes of lines; each line is what `words` returns."""
    boxes = np.array([(*box[:4], number) for number, line in enumerate(lines) for box in line], dtype=float)
    tops, lefts, bottoms, rights, numbers = boxes.T
    sizes = np.array([max(box[2] - box[0] for box in line) for line in lines])
    return LevelBoxes(
        tops,
        lefts,
        bottoms,
        rights,
        numbers.astype(np.int64),
        bottoms - tops > 0.4,
        sizes[numbers.astype(np.int64)],
        np.zeros(len(tops), bool),
        np.zeros(len(tops), bool),
    )


TEXT = ((2, 3, 4), (6, 5), (3, 2, 5), (4, 4, 3), (5, 2, 3))


def column(col, *, first=2.0, pitch=2.2, lines=TEXT, **settings):
    return [words(*line, row=first + pitch * place, col=col, **settings) for place, line in enumerate(lines)]


def side_by_side(left, right):
    """One line for each row of both, as lines are found across the page."""
    rows = [a + b for a, b in zip(left, right, strict=False)]
    return [*rows, *left[len(rows) :], *right[len(rows) :]]


# Lines of one width, at other heights than those beside them.
EVEN = ((4, 5, 4),) * 5
EDGE = max(box[3] for box in words(*EVEN[0], row=0))
LABELS, PRICES = ((4,), (6, 3, 2), (4,), (5,), (4, 2, 5)), ((4,), (2,), (3,), (5,), (4,))
COLUMNS = {
    "text at the same heights": side_by_side(column(0), column(10.5)),
    "text at other heights": column(0) + column(10.5, first=3.1),
    "lists at other heights": column(0, lines=PRICES) + column(6, first=3.1, lines=PRICES),
    "text of another pitch": column(0) + column(10.5, pitch=1.7),
    "text a gutter away": column(0, lines=EVEN) + column(EDGE + 1.5, first=3.1, lines=EVEN),
    "a small note": column(0) + column(10.5, first=4.2, lines=((3, 4), (2, 3)), size=0.65),
}
ACROSS = {
    "one column": column(0),
    "a form": side_by_side(column(0, lines=LABELS), column(12, lines=PRICES)),
    "prices beside text": side_by_side(column(0), column(11, lines=PRICES)),
    "a table that leans": side_by_side(
        column(0, lines=PRICES), column(9, first=2.15, lines=PRICES, pitch=2.18)
    ),
    "single characters in rows": [
        [box for character in range(7) for box in words(1, row=2.2 * row, col=2.5 * character)]
        for row in range(5)
    ],
    "characters in two blocks": [words(1, 1, row=2.2 * row, space=1.2) for row in range(4)]
    + [words(1, 1, row=2.2 * row + 1.1, col=8, space=1.2) for row in range(4)],
    "wide spaces below one another": side_by_side(
        column(0, lines=((3, 3),) * 4, space=2.0), column(9.1, lines=((3, 4),) * 4, space=2.0)
    ),
    "one line beside text": column(0) + column(10.5, first=3.1, lines=((3, 4),)),
    "two lines beside two": column(0, lines=TEXT[:2]) + column(10.5, first=3.1, lines=TEXT[:2]),
    "text closer than a gutter": column(0, lines=EVEN) + column(EDGE + 0.9, first=3.1, lines=EVEN),
    "lists at nearly the same heights": column(0, lines=PRICES) + column(6, first=2.3, lines=PRICES),
    "two words to a line": side_by_side(column(0, lines=((4, 5),) * 5), column(10.5, lines=((5, 4),) * 5)),
    "a table with cells of one or two characters": side_by_side(
        column(0, lines=((4, 5), (1, 1), (5, 3), (2,), (4,))),
        column(12, lines=((4,), (3,), (1,), (2,), (3,))),
    ),
    "lines that end early": side_by_side(
        column(0, lines=((2, 3, 4), (2, 1, 1), (2, 1, 1), (1, 1, 2), (2, 3, 3))), column(10.5)
    ),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_separated(name):
    found = level_boxes(*COLUMNS[name])
    gutter = find_gutter(found)
    assert gutter is not None
    assert gutter.top <= found.tops.min()
    assert gutter.bottom >= found.bottoms.max() - 0.5
    assert not np.any((found.lefts < gutter.col) & (found.rights > gutter.col))


@pytest.mark.parametrize("name", ACROSS)
def test_lines_are_read_across(name):
    assert find_gutter(level_boxes(*ACROSS[name])) is None


@pytest.mark.parametrize("name", COLUMNS)
def test_what_stands_beside_combs_is_no_column(name):
    found = level_boxes(*COLUMNS[name])
    middle = find_gutter(found).col
    assert find_gutter(found._replace(is_boxed=found.lefts > middle)) is None


def test_a_table_is_read_across():
    found = level_boxes(*COLUMNS["lists at other heights"])
    assert find_gutter(found._replace(is_tabled=np.ones(len(found.lines), bool))) is None


def test_text_in_two_columns_of_a_table_is_read_column_by_column():
    found = level_boxes(*COLUMNS["text at the same heights"])
    assert find_gutter(found._replace(is_tabled=np.ones(len(found.lines), bool))) is not None


def test_the_gutter_ends_below_a_title():
    title = words(4, 5, 6, 4, row=0, size=1.0)
    gutter = find_gutter(level_boxes(title, *side_by_side(column(0, first=3), column(10.5, first=3))))
    assert 0 <= gutter.top <= 2


def test_the_spaces_of_large_letters_are_no_gutter():
    """A space in a title twice as high is as wide as the gutter below it, and lies above it."""
    title = words(3, 5, row=0, size=2.0, col=6)
    found = level_boxes(title, *side_by_side(column(0, first=4), column(10.9, first=4)))
    assert find_gutter(found).top > -0.5


def test_whitespace_is_offered_widest_first_and_not_twice():
    found = level_boxes(*side_by_side(column(0), column(10.5)))
    offered = list(find_whitespace(found))
    assert 1 <= len(offered) <= 4
    assert len({gutter.col for gutter in offered}) == len(offered)
    assert 8 < offered[0].col < 10.5


def test_too_few_boxes_have_no_gutter():
    assert find_gutter(level_boxes(words(1, row=1), words(1, row=3))) is None
