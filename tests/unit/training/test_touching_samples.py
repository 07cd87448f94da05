"""Characters as cuts leave them: which piece is which character."""

import numpy as np

from ocr.classifier.alphabet import BYCLASS
from ocr.classifier.crop import CROP_PX
from ocr.datasets.emnist import LabelledImages
from ocr.synthesis.touching_lines import WrittenLine
from ocr.training.touching_samples import draw_pieces, pieces_of, writers_with


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
    assert {piece.character for piece in found} == {"o", "c", ""}
    for piece in found:
        assert piece.crop.shape == (CROP_PX, CROP_PX)
        if piece.character == "c":
            # Open in the middle of the right side, unlike the o.
            assert piece.crop[CROP_PX // 2, -9:].max() < 0.5


def test_letters_apart_and_blank_lines_give_nothing():
    assert list(pieces_of(two_rings(gap=60), rng=np.random.default_rng(0))) == []
    blank = WrittenLine(np.zeros((50, 50), np.uint8), np.zeros((50, 50), np.int32), "")
    assert list(pieces_of(blank, rng=np.random.default_rng(0))) == []


def test_as_many_pieces_are_drawn_as_are_asked_for():
    images = np.stack([two_rings().coverage[32:88, 22:78][::2, ::2]] * len(BYCLASS))
    writers = writers_with(LabelledImages(images, np.arange(len(BYCLASS)), tuple(BYCLASS)), ())
    found = list(draw_pieces(writers, 40, rng=np.random.default_rng(1)))
    assert len(found) == 40
    assert 5 < sum(not piece.character for piece in found) < 30
    assert all(piece.character in {*BYCLASS, ""} for piece in found)
