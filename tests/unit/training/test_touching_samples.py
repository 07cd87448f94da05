"""Characters as cuts leave them."""

import numpy as np

from ocr.classifier.alphabet import BYCLASS
from ocr.classifier.crop import CROP_PX
from ocr.datasets.emnist import LabelledImages
from ocr.synthesis.touching_lines import WrittenLine
from ocr.training.touching_samples import cut_samples, draw_samples, writers_with


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
    found = [
        sample for seed in range(8) for sample in cut_samples(two_rings(), rng=np.random.default_rng(seed))
    ]
    assert {sample.character for sample in found} == {"o", "c", ""}
    for sample in found:
        assert sample.crop.shape == (CROP_PX, CROP_PX)
        if sample.character == "c":
            # Open in the middle of the right side, unlike the o.
            assert sample.crop[CROP_PX // 2, -9:].max() < 0.5


def test_letters_apart_and_blank_lines_give_nothing():
    assert list(cut_samples(two_rings(gap=60), rng=np.random.default_rng(0))) == []
    blank = WrittenLine(np.zeros((50, 50), np.uint8), np.zeros((50, 50), np.int32), "")
    assert list(cut_samples(blank, rng=np.random.default_rng(0))) == []


def test_as_many_samples_are_drawn_as_are_asked_for():
    images = np.stack([two_rings().coverage[32:88, 22:78][::2, ::2]] * len(BYCLASS))
    writers = writers_with(LabelledImages(images, np.arange(len(BYCLASS)), tuple(BYCLASS)), ())
    found = list(draw_samples(writers, 40, rng=np.random.default_rng(1)))
    assert len(found) == 40
    assert 5 < sum(not sample.character for sample in found) < 30
    assert all(sample.character in {*BYCLASS, ""} for sample in found)
