"""Forced alignment of a text with the lattice of its line."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.learning.forced_alignment import AlignedGlyph, align
from ocr.page.writing.glyphs import Glyph
from ocr.recognition.segments import Candidate, LineLattice

# Three segments: the first two may be one letter.
SPANS = [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3)]
A, B, C = range(3)


def glyph():
    return Glyph((0,), Box(0, 0, 10, 5))


def lattice(best, *, spans=SPANS, join_logits=(0.0, 0.0)):
    """A lattice whose candidates look like one class each."""
    rows = np.full((len(spans), 3), np.log(0.01))
    for row, column in enumerate(best):
        rows[row, column] = np.log(0.98)
    return LineLattice(
        segments=(glyph(),) * 3,
        is_cut=np.ones(2, bool),
        join_logits=np.array(join_logits),
        candidates=tuple(Candidate(start, stop, glyph()) for start, stop in spans),
        log_probabilities=rows,
    )


def places(alignment):
    return [SPANS[one.candidate] for one in alignment.glyphs]


def test_each_segment_is_a_character_if_there_are_as_many():
    found = align(lattice([A, B, C, C, C]), np.array([A, B, C]), np.zeros(5))
    assert places(found) == [(0, 1), (1, 2), (2, 3)]
    assert found.score < 0


@pytest.mark.parametrize(
    ("best", "expected"),
    [([B, B, C, A, B], [(0, 2), (2, 3)]), ([A, B, B, B, C], [(0, 1), (1, 3)])],
)
def test_shapes_tell_which_segments_are_one_letter(best, expected):
    assert places(align(lattice(best), np.array([A, C]), np.zeros(5))) == expected


def test_what_looks_like_no_character_is_avoided():
    reject = np.zeros(5)
    alike = lattice([A, C, C, A, C])
    reject[3] = 0.98
    assert places(align(alike, np.array([A, C]), reject)) == [(0, 1), (1, 3)]
    reject[:] = 0
    reject[4] = 0.98
    assert places(align(alike, np.array([A, C]), reject)) == [(0, 2), (2, 3)]


def test_letters_without_a_cut_between_them_share_a_glyph():
    spans = [(0, 1), (1, 3)]
    found = align(lattice([A, B], spans=spans), np.array([A, B, C]), np.zeros(2))
    assert found.glyphs == (AlignedGlyph(0, 0, 1), AlignedGlyph(1, 1, 3))


@pytest.mark.parametrize("length", [1, 7])
def test_a_text_of_another_length_has_no_path(length):
    text = np.zeros(length, np.int64)
    assert align(lattice([A, B, C, C, C]), text, np.zeros(5)) is None
