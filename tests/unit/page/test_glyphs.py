"""Glyphs of several pieces, on small drawings."""

import dataclasses

import numpy as np
import pytest

from ocr.page.glyphs import GlyphSettings, glyph_ink, join_glyphs
from ocr.page.lines import TextLine, find_lines
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


def glyphs_of(found, **changes):
    everything = TextLine(tuple(range(len(found))), 0.0, 10.0)
    settings = GlyphSettings(**changes)
    return join_glyphs(found, everything, text_height_px=LETTER_PX, settings=settings)


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawn_signs(name):
    count, drawing = DRAWINGS[name]
    glyphs = glyphs_of(components(drawing, zoom=ZOOM))
    assert len(glyphs) == count
    assert [glyph.box.left for glyph in glyphs] == sorted(glyph.box.left for glyph in glyphs)


def test_box_holds_all_pieces():
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
    lines, strays = find_lines(found, text_height_px=LETTER_PX)
    glyphs = [glyph for line in lines for glyph in join_glyphs(found, line, text_height_px=LETTER_PX)]
    members = [index for glyph in glyphs for index in glyph.members] + list(strays)
    assert sorted(members) == list(range(len(found)))


# Two boxes that are joined with the changed setting and not with the usual one, or the other way round.
PAIRS = {
    "small_letters": (0.2, ((0, 10, 6, 16), (9, 13, 29, 25))),
    "dot_gap_letters": (0.1, ((0, 10, 4, 14), (9, 10, 29, 14))),
    "small_overlap_frac": (0.1, ((0, 10, 4, 20), (8, 17, 28, 30))),
    "letter_overlap_frac": (0.2, ((0, 10, 12, 20), (14, 15, 30, 25))),
    "widest_letters": (0.5, ((0, 10, 12, 22), (14, 12, 30, 24))),
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(GlyphSettings)])
def test_every_setting_changes_some_result(field):
    value, pair = PAIRS[field]
    assert len(glyphs_of(blocks(*pair))) != len(glyphs_of(blocks(*pair), **{field: value}))


def test_ink_of_one_glyph_alone_with_its_soft_edge():
    found = components("""
        .......
        .##..#.
        .##..#.
        .......
        """)
    strength = np.full(found.labels.shape, 0.25, np.float32)
    strength[found.labels > 0] = 1
    first, second = glyphs_of(found, small_overlap_frac=1.0)
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
    everything = TextLine((0, 1), 0.0, 1.0)
    glyphs = join_glyphs(found, everything, text_height_px=3, settings=GlyphSettings(widest_letters=0.1))
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
