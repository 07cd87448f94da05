"""Cuts through touching letters, on small drawings."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.page.components import Components
from ocr.page.glyphs import Cut, Glyph, join_glyphs, own_ink
from ocr.page.lines import find_lines
from ocr.page.segments import SegmentSettings, find_cuts, segment_line, stroke_width
from unit.page.drawings import components, mask

ZOOM = 2
LETTER_PX, STROKE_PX = 20, 4

# Two letters that touch at the foot, and one that stands apart.
TOUCHING = """
    ######......######....######
    ##..##......##..##....##..##
    ##..##......##..##....##..##
    ##..##......##..##....##..##
    ##..##......##..##....##..##
    ##..##......##..##....##..##
    ##..##......##..##....##..##
    ##..##......##..##....##..##
    ##..##......##..##....##..##
    ##################....######
    """
JOINED = "\n".join(row[:22] for row in TOUCHING.splitlines())


def segmented(drawing, **changes):
    found = components(drawing, zoom=ZOOM)
    (line,), _ = find_lines(found, letter_px=LETTER_PX)
    glyphs = join_glyphs(found, line, letter_px=LETTER_PX)
    settings = SegmentSettings(**changes)
    return found, segment_line(found, glyphs, letter_px=LETTER_PX, stroke_px=STROKE_PX, settings=settings)


def cuts(drawing, **changes):
    return find_cuts(
        mask(drawing, zoom=ZOOM),
        letter_px=LETTER_PX,
        stroke_px=STROKE_PX,
        settings=SegmentSettings(**changes),
    )


@pytest.mark.parametrize(("zoom", "width"), [(1, 2), (2, 4), (5, 10)])
def test_strokes_are_measured(zoom, width):
    assert stroke_width(mask("##..##\n##..##\n######", zoom=zoom)) == width


def test_no_ink_has_strokes_of_one_pixel():
    assert stroke_width(np.zeros((3, 4), bool)) == 1


def test_letters_that_touch_can_be_cut_where_they_do():
    _, line = segmented(TOUCHING)
    assert True in line.is_cut
    assert line.is_cut[-1] is False, "there is paper before the last letter"
    # The bar between the two letters covers columns 12 .. 24.
    inside = [
        second.box.left for (_, second), cut in zip(pairwise(line.segments), line.is_cut, strict=True) if cut
    ]
    assert any(12 <= col <= 24 for col in inside)
    spans = {(one.glyph.box.left, one.glyph.box.right) for one in line.candidates}
    assert any(left == 0 and 12 <= right <= 24 for left, right in spans)
    assert any(12 <= left <= 24 and right == 36 for left, right in spans)
    assert (0, 36) in spans, "all of it may be one letter too"


def test_segments_part_the_ink():
    found, line = segmented(TOUCHING)
    assert all(first.box.right <= second.box.left for first, second in pairwise(line.segments))
    ink = sum(int(own_ink(found, segment).sum()) for segment in line.segments)
    assert ink == found.areas.sum()


def test_candidates_are_unions_of_neighbours_and_lead_from_end_to_end():
    _, line = segmented(TOUCHING)
    count = len(line.segments)
    assert len(line.is_cut) == len(line.join_logits) == count - 1
    spans = [(one.start, one.stop) for one in line.candidates]
    assert spans == sorted(set(spans))
    assert {(place, place + 1) for place in range(count)} <= set(spans)
    for one in line.candidates:
        boxes = [segment.box for segment in line.segments[one.start : one.stop]]
        assert one.glyph.box.left == min(box.left for box in boxes)
        assert one.glyph.box.right == max(box.right for box in boxes)
        assert one.glyph.box.bottom == max(box.bottom for box in boxes)


def test_a_narrow_piece_is_one_letter():
    found, line = segmented("####\n" * 10)
    assert len(line.segments) == len(line.candidates) == 1
    assert line.is_cut == line.join_logits == ()
    assert line.segments[0].box == found.box(0)


def test_paper_between_pieces_speaks_for_two_letters_and_one_narrow_piece_of_ink_for_one():
    _, apart = segmented("####..####\n" * 10)
    assert apart.is_cut == (False,)
    assert apart.join_logits == (SegmentSettings().apart_logit,)
    assert (0, 2) in {(one.start, one.stop) for one in apart.candidates}, "a stroke may be broken"
    narrow, wide = (segmented(bar_between(gap))[1].join_logits[0] for gap in (3, 16))
    assert narrow > 2
    assert wide < narrow
    assert wide < 0.5


def bar_between(gap):
    """Two uprights joined by a bar at the foot."""
    return ("##" + "." * gap + "##\n") * 9 + "#" * (gap + 4)


def test_pieces_far_apart_are_no_letter_together():
    _, line = segmented("####......####\n" * 10)
    assert [(one.start, one.stop) for one in line.candidates] == [(0, 1), (1, 2)]


def test_a_cut_goes_where_there_is_least_ink():
    found = cuts(JOINED)
    ink = mask(JOINED, zoom=ZOOM)
    rows = np.arange(ink.shape[0])
    assert found == sorted(set(found))
    for cut in found:
        cols = np.clip(np.rint(cut.offset + cut.slope * rows).astype(int), 0, ink.shape[1] - 1)
        assert ink[rows, cols].sum() <= 2.2 * STROKE_PX + 1
    assert not cuts("#" * 12 + "\n" + "\n".join(["#" * 12] * 9)), "a solid block has no thin place"


def test_a_slanted_cut_goes_between_slanted_strokes():
    # Two strokes that lean as / does, joined by a bar at the waist: every upright line meets both of them.
    rows = np.arange(60)
    ink = np.zeros((60, 80), bool)
    for start in (24, 44):
        for row in rows:
            left = start + round(0.45 * (29 - row))
            ink[row, left : left + 4] = True
    ink[28:32, 24:46] = True
    found = find_cuts(ink, letter_px=LETTER_PX, stroke_px=4, settings=SegmentSettings(cut_strokes=1.6))
    assert any(cut.slope < 0 and 28 < cut.offset + cut.slope * 29.5 < 44 for cut in found)


def test_the_parts_of_a_slanted_cut_share_the_ink_and_nothing_else():
    labels = np.ones((20, 30), np.int32)
    found = Components(labels, np.array([[0, 0, 20, 30]]), np.array([600]))
    cut, box = Cut(10.0, 0.5), Box(0, 0, 20, 30)
    left, right = own_ink(found, Glyph((0,), box, right=cut)), own_ink(found, Glyph((0,), box, left=cut))
    assert (left ^ right).all()
    assert (left[0].sum(), left[19].sum()) == (10, 20)


DECIDED = {
    "cuttable_letters": 3.0,
    "part_letters": 0.7,
    "cut_strokes": 0.5,
    "most_cuts": 0.5,
    "most_segments": 1,
    "widest_letters": 0.5,
    "join_gap_letters": 0.6,
    "whole_letters": 1.7,
    "two_letters": 1.0,
    "whole_logit": 1.0,
    "apart_logit": -1.0,
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(SegmentSettings)])
def test_every_setting_changes_some_result(field):
    assert segmented(TOUCHING)[1] != segmented(TOUCHING, **{field: DECIDED[field]})[1]
