"""Characters as cuts leave them: which piece is which sign."""

import numpy as np
import pytest

from ocr.classifier.alphabets import BYCLASS
from ocr.classifier.emnist import LabelledImages
from ocr.classifier.tile import TILE_PX
from ocr.page.cuts import CUT_INPUTS, OfferedCuts
from ocr.pieces import draw_pieces, parts_cleanly, pieces_of, shares_left, writers_with
from ocr.synthesis.touching import WrittenLine


def ring(rows, cols, col):
    return abs(np.hypot(rows - 60, cols - col) - 20) < 4


def two_rings(gap=45):
    """An o and a c that touch: the second ring is open on its right."""
    rows, cols = np.mgrid[:120, :220]
    first, second = ring(rows, cols, 50), ring(rows, cols, 50 + gap)
    second &= ~((cols > 60 + gap) & (abs(rows - 60) < 8))
    owners = np.where(first, 1, np.where(second, 2, 0)).astype(np.int32)
    return WrittenLine(np.where(owners > 0, 255, 0).astype(np.uint8), owners, "oc")


def test_two_letters_that_touch_give_each_of_them_and_both_together():
    found = [piece for seed in range(8) for piece in pieces_of(two_rings(), rng=np.random.default_rng(seed))]
    assert {piece.sign for piece in found} == {"o", "c", ""}
    for piece in found:
        assert piece.tile.shape == (TILE_PX, TILE_PX)
        if piece.sign == "c":
            # Open in the middle of the right side, unlike the o.
            assert piece.tile[TILE_PX // 2, -9:].max() < 0.5


def test_letters_apart_and_blank_lines_give_nothing():
    assert list(pieces_of(two_rings(gap=60), rng=np.random.default_rng(0))) == []
    blank = WrittenLine(np.zeros((50, 50), np.uint8), np.zeros((50, 50), np.int32), "")
    assert list(pieces_of(blank, rng=np.random.default_rng(0))) == []


def cuts(cols, slopes):
    return OfferedCuts(np.array(cols), np.array(slopes), np.zeros((len(cols), CUT_INPUTS), np.float32))


def test_shares_left_of_upright_and_slanted_cuts():
    owners = np.zeros((5, 10), np.int32)
    owners[:, 2:4] = 1
    owners[:, 6:10] = 2
    shares = shares_left(owners, np.array([1, 2]), cuts([0, 3, 5, 8, 10], [0.0] * 5))
    assert shares.tolist() == [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1]]
    leaning = shares_left(owners, np.array([1]), cuts([3], [1.0]))
    # Columns left of the cut: 1, 2, 3, 4 and 5 of the rows; of 2 and 3 none, none, one, two, two.
    assert leaning == pytest.approx(np.array([[0.5]]))


def test_a_cut_parts_cleanly_that_leaves_nearly_all_of_each_on_one_side():
    shares = np.array([[1, 0], [0.95, 0.03], [0.8, 0], [1, 1], [0, 0]])
    assert parts_cleanly(shares).tolist() == [True, True, False, False, False]


def test_as_many_pieces_are_drawn_as_are_asked_for():
    images = np.stack([two_rings().coverage[32:88, 22:78][::2, ::2]] * len(BYCLASS))
    writers = writers_with(LabelledImages(images, np.arange(len(BYCLASS)), tuple(BYCLASS)), ())
    found = list(draw_pieces(writers, 40, rng=np.random.default_rng(1)))
    assert len(found) == 40
    assert 5 < sum(not piece.sign for piece in found) < 30
    assert all(piece.sign in {*BYCLASS, ""} for piece in found)
