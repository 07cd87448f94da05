"""Lines parted at cuts, on small drawings."""

from itertools import pairwise

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.page.ink.components import find_components
from ocr.page.writing.glyphs import Cut, Glyph, join_glyphs, own_ink
from ocr.page.writing.lines import find_lines
from ocr.recognition import segments
from ocr.recognition.cuts import ScoredCut
from ocr.recognition.segments import segment_line, stroke_width
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
# Through the bar between the two that touch, one a little likelier than the other.
CUTS = (ScoredCut(Cut(16.0, 0.0), 2.0), ScoredCut(Cut(20.0, 0.0), -1.0))


def segmented(drawing, cuts=()):
    """The lattice of a drawing in which the first glyph is cut."""
    found = components(drawing, zoom=ZOOM)
    (line,), _ = find_lines(found, text_height_px=LETTER_PX)
    glyphs = join_glyphs(found, line, text_height_px=LETTER_PX)
    own = [cuts, *([()] * (len(glyphs) - 1))]
    return found, segment_line(found, glyphs, own, text_height_px=LETTER_PX)


@pytest.mark.parametrize(("zoom", "width"), [(1, 2), (2, 4), (5, 10)])
def test_strokes_are_measured(zoom, width):
    assert stroke_width(mask("##..##\n##..##\n######", zoom=zoom)) == width


def test_no_ink_has_strokes_of_one_pixel():
    assert stroke_width(np.zeros((3, 4), bool)) == 1


def test_letters_that_touch_are_parted_where_they_are_cut():
    _, line = segmented(TOUCHING, CUTS[:1])
    assert line.is_cut.tolist() == [True, False], "there is paper before the last letter"
    spans = [(one.glyph.box.left, one.glyph.box.right) for one in line.candidates]
    assert spans == [(0, 16), (0, 36), (16, 36), (44, 56)], "all of it may be one letter too"


def test_segments_part_the_ink():
    found, line = segmented(TOUCHING, CUTS)
    assert len(line.segments) == 4
    assert all(first.box.right <= second.box.left for first, second in pairwise(line.segments))
    ink = sum(int(own_ink(found, segment).sum()) for segment in line.segments)
    assert ink == found.areas.sum()


def test_a_cut_beside_the_ink_parts_nothing():
    _, line = segmented(TOUCHING, (ScoredCut(Cut(0.0, 0.0), 5.0), CUTS[0]))
    assert line.is_cut.tolist() == [True, False]
    assert line.join_logits[0] == segments._CUT_LOGIT - CUTS[0].log_odds


def test_candidates_are_unions_of_neighbours_and_lead_from_end_to_end():
    _, line = segmented(TOUCHING, CUTS)
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
    assert line.is_cut.size == line.join_logits.size == line.gaps_px.size == 0
    assert line.segments[0].box == found.box(0)


def test_paper_between_pieces_speaks_for_two_letters():
    _, apart = segmented("####..####\n" * 10)
    assert apart.is_cut.tolist() == [False]
    assert apart.join_logits[0] < 0
    assert apart.gaps_px.tolist() == [2 * ZOOM]
    assert (0, 2) in {(one.start, one.stop) for one in apart.candidates}, "a stroke may be broken"


def test_the_likelier_a_cut_the_less_likely_are_its_sides_one_letter():
    likely, unlikely, _ = segmented(TOUCHING, CUTS)[1].join_logits
    assert likely < 0 < unlikely


def test_pieces_far_apart_are_no_letter_together():
    _, line = segmented("####......####\n" * 10)
    assert [(one.start, one.stop) for one in line.candidates] == [(0, 1), (1, 2)]


def test_the_parts_of_a_slanted_cut_share_the_ink_and_nothing_else():
    found = find_components(np.ones((20, 30), bool))
    cut, box = Cut(10.0, 0.5), Box(0, 0, 20, 30)
    left, right = own_ink(found, Glyph((0,), box, right=cut)), own_ink(found, Glyph((0,), box, left=cut))
    assert (left ^ right).all()
    assert (left[0].sum(), left[19].sum()) == (10, 20)


def test_a_glyph_has_six_segments_at_most_and_is_not_wider_than_a_letter():
    stripes = "##.##.##.##.##.##.##.##\n" * 10
    spans = [(one.start, one.stop) for one in segmented(stripes)[1].candidates]
    assert max(stop - start for start, stop in spans) == 5, "the sixth would be wider than 1.6 text heights"
    narrow = "#.#.#.#.#.#.#.#.#\n" * 10
    spans = [(one.start, one.stop) for one in segmented(narrow)[1].candidates]
    assert max(stop - start for start, stop in spans) == 6


def test_boxes_are_those_of_the_candidates():
    _, line = segmented(TOUCHING, CUTS[:1])
    assert line.boxes[:, [1, 3]].tolist() == [[0, 16], [0, 36], [16, 36], [44, 56]]
    assert line.boxes.shape == (4, 4)


def test_what_no_stage_has_found_yet_is_empty_or_not_a_number():
    _, line = segmented(TOUCHING, CUTS)
    assert line.shape_log_probabilities.size == line.log_probabilities.size == line.space_logits.size == 0
    assert np.isnan(line.line_metrics.extents(line.boxes)).all()
