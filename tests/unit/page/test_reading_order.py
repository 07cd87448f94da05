"""The order in which lines are read: boxes on a page with known answers."""

import numpy as np
import pytest

from ocr.ndimage.runs import row_runs
from ocr.page.ink.components import Components
from ocr.page.writing.lines import find_lines
from ocr.page.writing.reading_order import find_blocks, lines_in_order

LETTER_PX = 20
WORDS = ((2, 3, 4), (6, 5), (3, 2, 5), (4, 4, 3), (5, 2, 3))


def letters(row, col, lengths, *, size=1.0):
    """Boxes of the letters of a line, in text heights."""
    boxes, left = [], col
    for length in lengths:
        for place in range(length):
            height = size * (1.0 if place % 3 == 0 else 0.65)
            boxes.append((row - height, left, row, left + 0.5 * size))
            left += 0.65 * size
        left += 0.65 * size
    return boxes


def text(name, row, col, *, count=5, pitch=2.2, size=1.0):
    """Lines of text, each with a name: {"left 0": boxes, ...}."""
    return {
        f"{name} {place}": letters(row + pitch * place, col, WORDS[place], size=size)
        for place in range(count)
    }


def components(boxes, *, scale=LETTER_PX, shift=(0, 0), turn=0.0):
    """Components with these boxes, in text heights; the page is turned by a slope. No ink is drawn."""
    boxes = np.array(boxes)
    rows, cols = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    moved = np.stack([turn * cols, -turn * rows] * 2, axis=1)
    drawn = np.rint((boxes + moved) * scale + np.array([*shift, *shift])).astype(np.int64)
    areas = ((boxes[:, 2] - boxes[:, 0]) * scale**2 / 4).astype(np.int64)
    return Components(drawn, areas, row_runs(np.zeros((1, 1), bool)), np.zeros(0, np.int64))


def order(lines, *, scale=LETTER_PX, **page):
    """Names of the lines in the order in which they are read."""
    rng = np.random.default_rng(2)
    names = [name for name, boxes in lines.items() for _ in boxes]
    boxes = [box for boxes in lines.values() for box in boxes]
    mixed = rng.permutation(len(boxes))
    found = components([boxes[place] for place in mixed], scale=scale, **page)
    read, rejected = lines_in_order(found, text_height_px=scale)
    assert rejected == ()
    assert sorted(index for line in read for index in line.members) == list(range(len(boxes)))
    result = []
    for line in read:
        assert list(found.boxes[list(line.members), 1]) == sorted(found.boxes[list(line.members), 1])
        result.append(" + ".join(dict.fromkeys(names[mixed[index]] for index in line.members)))
    return result


LEFT, RIGHT = text("left", 6, 0), text("right", 7, 11)
TITLE = {"title": letters(2, 2, (4, 5, 6, 4, 3))}
END = {"end": letters(20, 0, (4, 5, 6, 4, 3, 5))}
WIDE = {f"wide {n}": letters(6 + 2.2 * n, 8, (*WORDS[n], *WORDS[n])) for n in range(5)}
NOTE = text("note", 9.2, 11, count=2, size=0.65, pitch=1.7)
LABELS = {f"label {n}": letters(2.2 * n, 0, lengths) for n, lengths in enumerate([(4,), (6, 3), (5,), (4,)])}
VALUES = {f"value {n}": letters(2.2 * n, 9, lengths) for n, lengths in enumerate([(5,), (4,), (7,), (3,)])}
PAGES = {
    "one column": (LEFT, [*LEFT]),
    "two columns": (RIGHT | LEFT, [*LEFT, *RIGHT]),
    "two columns at the same heights": (
        text("left", 2, 0) | text("right", 2, 11),
        [f"{side} {place}" for side in ("left", "right") for place in range(5)],
    ),
    "title and end across": (END | RIGHT | LEFT | TITLE, [*TITLE, *LEFT, *RIGHT, *END]),
    "three columns": (
        text("third", 6.4, 22) | RIGHT | LEFT,
        [*LEFT, *RIGHT, *text("third", 6.4, 22)],
    ),
    "a note at the right": (NOTE | LEFT, [*LEFT, *NOTE]),
    "a note at the left": (
        text("note", 9.2, 0, count=2, size=0.65, pitch=1.7) | WIDE,
        [*WIDE, *NOTE],
    ),
    "a form": (LABELS | VALUES, [f"label {place} + value {place}" for place in range(4)]),
}


@pytest.mark.parametrize("name", PAGES)
def test_lines_are_read_in_order(name):
    lines, expected = PAGES[name]
    assert order(lines) == expected


@pytest.mark.parametrize(
    "page", [{"scale": 11}, {"scale": 60}, {"shift": (400, 90)}, {"turn": 0.08}, {"turn": -0.08}]
)
@pytest.mark.parametrize("name", PAGES)
def test_order_does_not_depend_on_size_place_and_slope(name, page):
    lines, expected = PAGES[name]
    assert order(lines, **page) == expected


def test_no_components_no_blocks():
    nothing = components(np.zeros((0, 4)).tolist() or np.zeros((0, 4)))
    assert find_blocks(nothing, (), text_height_px=LETTER_PX) == ()
    assert lines_in_order(nothing, text_height_px=LETTER_PX) == ((), ())


def test_blocks_split_the_components_of_lines():
    boxes = [box for boxes in (TITLE | LEFT | RIGHT | END).values() for box in boxes]
    found = components(boxes)
    lines, _ = find_lines(found, text_height_px=LETTER_PX)
    blocks = find_blocks(found, lines, text_height_px=LETTER_PX)
    assert len(blocks) == 4
    assert sorted(index for block in blocks for index in block) == list(range(len(boxes)))


def test_lines_can_be_sought_among_some_components():
    boxes = [box for boxes in (LEFT | RIGHT).values() for box in boxes]
    found = components(boxes)
    only = [index for index in range(len(boxes)) if found.boxes[index, 1] >= 11 * LETTER_PX]
    lines, rejected = find_lines(found, text_height_px=LETTER_PX, only=only)
    assert len(lines) == 5
    assert sorted([index for line in lines for index in line.members] + list(rejected)) == only
