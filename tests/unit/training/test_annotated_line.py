"""Which ink of a written line belongs to which character, and what cuts make of it."""

import numpy as np
import pytest

from ocr.recognition.cuts import CUT_INPUTS, OfferedCuts
from ocr.synthesis.touching_lines import WrittenLine
from ocr.training.touching_samples import AnnotatedLine, separates_cleanly, shares_left


def cuts(cols, slopes):
    return OfferedCuts(np.array(cols), np.array(slopes), np.zeros((len(cols), CUT_INPUTS), np.float32))


def two_bars():
    """An I and an l that touch at their feet."""
    owners = np.zeros((60, 80), np.int32)
    owners[5:55, 10:16] = 1
    owners[5:55, 40:46] = 2
    owners[50:55, 16:28], owners[50:55, 28:40] = 1, 2
    return WrittenLine(np.where(owners > 0, 255, 0).astype(np.uint8), owners, "Il")


def test_a_glyph_holds_all_ink_of_both_letters():
    line = two_bars()
    annotated = AnnotatedLine(line, line.owners > 0)
    assert annotated.text_height_px == 50
    (glyph,) = annotated.glyphs(50)
    assert annotated.counts(glyph).tolist() == [360, 360]
    assert annotated.shares(glyph).tolist() == [1, 1]


def test_the_cut_between_two_letters_is_offered_and_separates_them():
    line = two_bars()
    annotated = AnnotatedLine(line, line.owners > 0)
    (glyph,) = annotated.glyphs(50)
    offered = annotated.offered_cuts(glyph, 50)
    clean = separates_cleanly(annotated.shares_left(glyph, offered))
    assert clean.any()
    assert (abs(offered.cols[clean] - 18) < 12).all()


def test_a_line_without_ink_has_no_text_height():
    blank = WrittenLine(np.zeros((50, 50), np.uint8), np.zeros((50, 50), np.int32), "")
    assert AnnotatedLine(blank, np.zeros((50, 50), bool)).text_height_px is None


def test_shares_left_of_upright_and_slanted_cuts():
    owners = np.zeros((5, 10), np.int32)
    owners[:, 2:4] = 1
    owners[:, 6:10] = 2
    shares = shares_left(owners, np.array([1, 2]), cuts([0, 3, 5, 8, 10], [0.0] * 5))
    assert shares.tolist() == [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1]]
    leaning = shares_left(owners, np.array([1]), cuts([3], [1.0]))
    # Columns left of the cut: 1, 2, 3, 4 and 5 of the rows; of 2 and 3 none, none, one, two, two.
    assert leaning == pytest.approx(np.array([[0.5]]))


def test_a_cut_separates_cleanly_that_leaves_nearly_all_of_each_on_one_side():
    shares = np.array([[1, 0], [0.95, 0.03], [0.8, 0], [1, 1], [0, 0]])
    assert separates_cleanly(shares).tolist() == [True, True, False, False, False]
