"""Glyphs of several components, on small drawings."""

import numpy as np
import pytest

from ocr.page.ink.components import find_components
from ocr.page.writing.glyphs import glyph_ink, join_glyphs
from ocr.page.writing.lines import TextLine, find_lines
from unit.page.drawings import blocks, components

# One character of a drawing is two pixels; letters are ten characters high.
ZOOM = 2
LETTER_PX = 20

DRAWINGS = {
    "i": (
        1,
        """
        .##.
        .##.
        ....
        ....
        .##.
        .##.
        .##.
        .##.
        .##.
        .##.
        """,
    ),
    "j": (
        1,
        """
        ...##
        ...##
        .....
        ...##
        ...##
        ...##
        ...##
        ...##
        #..##
        #####
        """,
    ),
    "=": (
        1,
        """
        .........
        .........
        #########
        .........
        .........
        .........
        #########
        .........
        .........
        .........
        """,
    ),
    ":": (
        1,
        """
        .##.
        .##.
        ....
        ....
        ....
        ....
        .##.
        .##.
        """,
    ),
    "! beside l": (
        2,
        """
        .##...##
        .##...##
        .##...##
        .##...##
        .##...##
        .##...##
        ......##
        ......##
        .##...##
        .##...##
        """,
    ),
    "E with a loose bar": (
        1,
        """
        ########
        ##......
        ##......
        ##......
        ##......
        ##.####.
        ........
        ........
        .#######
        .#######
        """,
    ),
    "h and n": (
        2,
        """
        ##............
        ##............
        ##............
        ##............
        #####..######.
        ##..##.##...##
        ##..##.##...##
        ##..##.##...##
        ##..##.##...##
        ##..##.##...##
        """,
    ),
}


def glyphs_of(found, text_height_px=LETTER_PX):
    everything = TextLine(tuple(range(len(found))), 0.0, 10.0)
    return join_glyphs(found, everything, text_height_px=text_height_px)


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawn_characters(name):
    count, drawing = DRAWINGS[name]
    glyphs = glyphs_of(components(drawing, zoom=ZOOM))
    assert len(glyphs) == count
    assert [glyph.box.left for glyph in glyphs] == sorted(glyph.box.left for glyph in glyphs)


def test_box_holds_all_components():
    _, drawing = DRAWINGS["i"]
    found = components(drawing, zoom=ZOOM)
    (glyph,) = glyphs_of(found)
    assert glyph.members == (0, 1)
    assert (glyph.box.top, glyph.box.bottom, glyph.box.left, glyph.box.right) == (0, 20, 2, 6)


def test_line_of_nothing():
    assert glyphs_of(blocks()) == ()


def test_dot_far_above_stays_alone():
    assert len(glyphs_of(blocks((0, 10, 4, 14), (24, 10, 44, 14)))) == 2


@pytest.mark.parametrize("seed", range(8))
def test_every_component_ends_in_one_glyph(seed):
    rng = np.random.default_rng(seed)
    boxes = [
        (int(top), 12 * place, int(top) + int(height), 12 * place + 9)
        for place, (top, height) in enumerate(rng.integers(2, 18, (20, 2)))
    ]
    found = blocks(*boxes)
    lines, rejected = find_lines(found, text_height_px=LETTER_PX)
    glyphs = [glyph for line in lines for glyph in join_glyphs(found, line, text_height_px=LETTER_PX)]
    members = [index for glyph in glyphs for index in glyph.members] + list(rejected)
    assert sorted(members) == list(range(len(found)))


# Two boxes and how many glyphs they make: each pair lies close to a limit, on either side.
PAIRS = {
    "a dot half beside its letter": (1, ((0, 10, 6, 20), (9, 15, 29, 27))),
    "a dot more beside its letter": (2, ((0, 10, 6, 20), (9, 16, 29, 28))),
    "a dot close to its letter": (1, ((0, 10, 4, 14), (18, 10, 28, 14))),
    "a dot away from its letter": (2, ((0, 10, 4, 14), (19, 10, 29, 14))),
    "parts one below the other": (1, ((0, 10, 12, 20), (14, 14, 30, 24))),
    "parts beside one another": (2, ((0, 10, 12, 20), (14, 15, 30, 25))),
    "parts no wider than a letter": (1, ((0, 10, 12, 30), (14, 16, 30, 36))),
    "parts wider than a letter": (2, ((0, 10, 12, 30), (14, 17, 30, 37))),
    "parts no higher than a letter": (1, ((0, 10, 12, 20), (22, 10, 40, 20))),
    "parts higher than a letter": (2, ((0, 10, 12, 20), (22, 10, 41, 20))),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_one_glyph(name):
    count, pair = PAIRS[name]
    assert len(glyphs_of(blocks(*pair))) == count


def test_ink_of_one_glyph_alone_with_its_soft_edge():
    found = components("""
        .......
        .##..#.
        .##..#.
        .......
        """)
    strength = np.full(found.labels.shape, 0.25, np.float32)
    strength[found.labels > 0] = 1
    first, second = glyphs_of(found, text_height_px=2)
    assert glyph_ink(strength, found, first).tolist() == [
        [0.25, 0.25, 0.25, 0.25],
        [0.25, 1, 1, 0.25],
        [0.25, 1, 1, 0.25],
        [0.25, 0.25, 0.25, 0.25],
    ]
    assert glyph_ink(strength, found, second).shape == (4, 3)


def test_ink_of_a_neighbour_is_left_out():
    found = components("""
        ##.#
        #..#
        #.##
        """)
    assert len(found) == 2
    strength = np.where(found.labels > 0, np.float32(1), np.float32(0))
    glyphs = glyphs_of(found, text_height_px=1)
    assert sum(int(glyph_ink(strength, found, glyph).sum()) for glyph in glyphs) == 8
    assert [int(glyph_ink(strength, found, glyph).sum()) for glyph in glyphs] == [4, 4]


@pytest.mark.parametrize(("top", "left"), [(0, 0), (0, 5), (5, 0), (15, 15)])
def test_glyph_at_the_edge_of_the_page_keeps_its_margin_on_the_other_sides(top, left):
    found = blocks((top, left, top + 5, left + 5), shape=(20, 20))
    (glyph,) = glyphs_of(found)
    strength = np.where(found.labels > 0, np.float32(1), np.float32(0.2))
    ink = glyph_ink(strength, found, glyph)
    rows = min(top + 6, 20) - max(top - 1, 0)
    cols = min(left + 6, 20) - max(left - 1, 0)
    assert ink.shape == (rows, cols)
    assert (ink == 1).sum() == 25


@pytest.mark.parametrize(
    ("dot", "count"),
    [
        # At the foot of a 7, right of its stem but under its bar: a full stop.
        ((34, 14, 40, 20), 2),
        # Under the stem, where an exclamation mark has its dot; and above it, as of an i.
        ((44, 6, 50, 12), 1),
        ((-12, 6, -6, 12), 1),
    ],
)
def test_a_full_stop_under_a_bar_is_no_part_of_the_digit(dot, count):
    drawn = np.zeros((80, 40), bool)
    drawn[20:24, 4:24] = drawn[20:60, 6:10] = True
    top, left, bottom, right = dot
    drawn[top + 20 : bottom + 20, left:right] = True
    found = find_components(drawn)
    line = TextLine(tuple(range(len(found))), 0.0, 40.0)
    assert len(join_glyphs(found, line, text_height_px=40)) == count
