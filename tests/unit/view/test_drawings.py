"""Drawings of a page and of one of its lines show in colour what the stages found."""

from dataclasses import replace

import numpy as np
import pytest

from ocr.document.mark_kind import MarkKind
from ocr.image.picture import Picture
from ocr.reader import Reader
from ocr.recognition.recognize import chosen_crops
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page
from ocr.view.cut_drawings import draw_likely, draw_made, draw_offered, kept_cuts, line_strip, offered_cuts
from ocr.view.drawing import LegendItem
from ocr.view.page_drawings import (
    draw_components,
    draw_crops,
    draw_flat,
    draw_glyphs,
    draw_gray,
    draw_ink,
    draw_lines,
    draw_rejected,
)

BLUE, GREEN, ORANGE, SKY = (0, 114, 178), (0, 158, 115), (213, 94, 0), (86, 180, 233)


def drawn(*lines):
    settings = PageSettings(letter_height_px=40)
    page = write_page(lines, writer=StrokeWriter(), settings=settings, rng=np.random.default_rng(3))
    return np.rint(page.gray * 255).astype(np.uint8)


@pytest.fixture(scope="module")
def read():
    reader = Reader()
    return lambda gray: reader.read_picture(Picture(gray))


@pytest.fixture(scope="module")
def reading(read):
    return read(drawn("BOX OF WOOD", "RED HAT"))


def colors_of(picture):
    return {color for _, color in picture.convert("RGB").getcolors(1 << 24)}


def has_about(picture, color, *, within=30):
    distances = np.abs(np.asarray(picture.convert("RGB")).astype(int) - color).max(axis=2)
    return bool((distances <= within).any())


@pytest.mark.parametrize("draw", [draw_gray, draw_flat, draw_ink, draw_components, draw_lines, draw_glyphs])
def test_drawings_fit_their_room_and_are_never_enlarged(reading, draw):
    height, width = reading.layout.gray.shape
    assert draw(reading.layout, longest_px=5000).picture.size == (width, height)
    small = draw(reading.layout, longest_px=200).picture
    assert max(small.size) == 200


def test_glints_brighter_than_paper_are_white(reading):
    glint = (0.7 * reading.layout.gray).astype(np.uint8)
    glint[0, 0] = 255
    bright = replace(reading.layout, gray=glint)
    assert bright.flat()[0, 0] > 1
    assert draw_flat(bright, longest_px=5000).picture.getpixel((0, 0)) == 255


def test_crops_that_have_no_room_are_counted(reading):
    crops = chosen_crops(reading.layout, reading.recognized_lines)
    whole = draw_crops(reading.page, crops, width_px=1300, height_px=1000)
    assert len(crops) == 15
    assert "are shown" not in whole.caption
    part = draw_crops(reading.page, crops, width_px=4 * (56 + 12), height_px=2 * (56 + 44))
    assert part.caption.endswith("The first 8 of 15 are shown.")


def rejected_on(reading):
    return draw_rejected(reading.layout, reading.page, longest_px=2000)


def test_rules_and_what_is_no_writing_have_their_colours(read):
    gray = drawn("BOX OF WOOD", "RED HAT", "MANY MEN")
    found = rejected_on(read(gray))
    assert found.legend == (LegendItem("writing", "writing"),)
    assert not has_about(found.picture, SKY)
    ruled = gray.copy()
    ruled[::60] = np.minimum(ruled[::60], 170)
    ruled[1::60] = np.minimum(ruled[1::60], 170)
    lined = read(ruled)
    found = rejected_on(lined)
    assert len(lined.layout.rules) > 0
    assert LegendItem("rule", f"rule: {MarkKind.RULE.description}", len(lined.layout.rules)) in found.legend
    assert has_about(found.picture, SKY)
    blotted = np.pad(drawn("BOX OF WOOD"), ((0, 160), (0, 0)), constant_values=255)
    blotted[-140:-20, 40:220] = 20
    edged = read(blotted)
    found = rejected_on(edged)
    counts = [one.count for one in found.legend if one.swatch == "rejected"]
    assert sum(counts) == len(edged.page.rejected) - len(edged.layout.rules) > 0
    assert has_about(found.picture, ORANGE)


def test_offered_cuts_lie_within_their_piece_and_are_judged(reading):
    offered = offered_cuts(reading.layout, reading.recognized_lines[0])
    assert offered
    for one in offered:
        middle = one.glyph.box.top + (one.glyph.box.height - 1) / 2
        assert one.glyph.box.left < one.cut.offset + one.cut.slope * middle < one.glyph.box.right
        assert 0 <= one.probability <= 1
        assert one.around.shape == (24, 28)
    lines = {one.glyph.box.top // 100 for one in offered}
    assert lines.isdisjoint(
        {one.glyph.box.top // 100 for one in offered_cuts(reading.layout, reading.recognized_lines[1])}
    )


def test_more_is_offered_than_kept(reading):
    recognition = reading.recognized_lines[0]
    kept = kept_cuts(recognition)
    assert 0 < len(kept) == sum(recognition.lattice.is_cut) < len(offered_cuts(reading.layout, recognition))
    assert all(recognition.lattice.is_cut[place] and 0 <= probability <= 1 for place, probability in kept)


def test_cuts_and_spaces_have_their_colours(reading):
    layout, recognition = reading.layout, reading.recognized_lines[0]
    bare = draw_offered(layout, recognition, []).picture
    assert colors_of(bare) <= {(gray, gray, gray) for gray in range(256)}
    offered = draw_offered(layout, recognition, offered_cuts(layout, recognition)).picture
    assert not colors_of(offered) <= {(gray, gray, gray) for gray in range(256)}
    assert has_about(draw_likely(layout, recognition).picture, ORANGE, within=110)
    made = draw_made(layout, recognition, reading.page.lines[0]).picture
    # Characters that are sure are blue, and a space is a pale green.
    assert has_about(made, BLUE)
    assert has_about(made, tuple(round(255 + (one - 255) * 70 / 255) for one in GREEN))
    assert made.height > bare.height


def test_a_strip_says_where_the_page_lies_in_it(reading):
    segments = reading.recognized_lines[0].lattice.segments
    strip = line_strip(reading.layout, segments, text_height_px=96, widest_px=10_000)
    assert strip.scale == pytest.approx(96 / reading.layout.text_height_px)
    assert strip.at(strip.box.top, strip.box.left) == (0, 0)
    left, top = strip.at(strip.box.bottom, strip.box.right)
    assert strip.picture.size == (round(left), round(top))
    narrow = line_strip(reading.layout, segments, text_height_px=96, widest_px=300)
    assert narrow.picture.width == 300
