"""Words whose letters touch: what is written where, and by whom."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.touching_lines import LETTER_PX, write_closely, write_with_characters

RING = np.zeros((28, 28), np.uint8)
RING[4:24, 4:24] = 255
RING[8:20, 8:20] = 0
PLACES = {"o": (0.65, 0.0), "l": (1.0, 0.0)}


def written(words, seed):
    return write_with_characters(
        words, picture_of=lambda _: RING, extents=PLACES, rng=np.random.default_rng(seed)
    )


@pytest.mark.parametrize("seed", range(5))
def test_all_ink_but_joining_strokes_has_an_owner_and_owners_stand_in_order(seed):
    line = written(["ol", "lo"], seed)
    assert line.text == "ollo"
    assert set(np.unique(line.owners)) == {0, 1, 2, 3, 4}
    lefts = [np.flatnonzero((line.owners == owner).any(axis=0))[0] for owner in (1, 2, 3, 4)]
    assert lefts == sorted(lefts)
    assert not line.coverage[line.owners == 0].size or (line.owners[line.coverage <= 60] == 0).all()


def test_letters_touch_in_many_lines_and_words_never():
    apart = 0
    for seed in range(20):
        line = written(["oo", "oo"], seed)
        _, count = ndimage.label(line.coverage > 110, structure=np.ones((3, 3)))
        apart += count == 4
        words = [np.flatnonzero(np.isin(line.owners, pair).any(axis=0)) for pair in ((1, 2), (3, 4))]
        assert words[1][0] - words[0][-1] > 0.2 * LETTER_PX
    assert 0 < apart < 15


def test_characters_stand_as_high_as_their_extents_say():
    line = written(["l"], 0)
    rows = np.flatnonzero((line.owners == 1).any(axis=1))
    assert rows.size == pytest.approx(LETTER_PX, rel=0.3)
    small = np.flatnonzero((written(["o"], 0).owners == 1).any(axis=1))
    assert small.size < 0.85 * rows.size


def test_a_writer_writes_what_it_can():
    line = write_closely("ab \uffff c", writer=StrokeWriter(), rng=np.random.default_rng(0))
    assert line.text == "abc"
    assert line.owners.max() == 3


def test_the_mask_is_about_the_ink():
    line = written(["ol"], 3)
    mask = line.mask(np.random.default_rng(0))
    ink = line.coverage > 110
    assert (mask & ink).sum() > 0.7 * ink.sum()
    assert mask.sum() < 1.5 * ink.sum()
