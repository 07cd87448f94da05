from dataclasses import replace

import numpy as np
import pytest

from ocr.classifier.crop import make_crops, stroke_widths
from ocr.training.augmentation import AugmentSettings, distort
from unit.classifier.drawn import LETTERS, letter

STILL = AugmentSettings(rotation_deg=0, shear=0, scale=0, shift_px=0, elastic_px=0, stroke_px=0)


def crops(repeats=20):
    return np.tile(make_crops([letter(name) for name in LETTERS]), (repeats, 1, 1))


def rng(seed=0):
    return np.random.default_rng(seed)


def test_distorted_crops_are_crops_again():
    given = crops()
    before = given.copy()
    found = distort(given, settings=AugmentSettings(), rng=rng())
    assert (found.shape, found.dtype) == (given.shape, np.float32)
    assert found.min() >= 0
    assert found.max() <= 1
    np.testing.assert_array_equal(given, before)


def test_the_seed_decides_and_each_crop_has_its_own_distortion():
    first, again, other = (distort(crops(), settings=AugmentSettings(), rng=rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 0.02
    assert np.abs(first[0] - first[4]).mean() > 0.02  # both were the same F


def test_without_any_spread_crops_stay_as_they_are():
    np.testing.assert_allclose(distort(crops(), settings=STILL, rng=rng()), crops(), atol=1e-5)


@pytest.mark.parametrize("setting", ["rotation_deg", "shear", "scale", "shift_px", "elastic_px", "stroke_px"])
def test_each_setting_does_something_and_more_of_it_does_more(setting):
    usual = getattr(AugmentSettings(), setting)
    change = [
        np.abs(
            distort(crops(), settings=replace(STILL, **{setting: part * usual}), rng=rng()) - crops()
        ).mean()
        for part in (0.3, 1)
    ]
    assert 0.001 < change[0] < change[1] < 0.2


def test_most_ink_stays():
    found = distort(crops(), settings=AugmentSettings(), rng=rng())
    assert found.sum() == pytest.approx(crops().sum(), rel=0.1)
    assert found.sum(axis=(1, 2)).min() > 0.4 * crops().sum(axis=(1, 2)).min()


def test_a_shift_moves_the_ink_by_about_its_spread():
    found = distort(crops(50), settings=replace(STILL, shift_px=0.6), rng=rng())
    rows = np.arange(28)
    centres = [(batch.sum(axis=2) @ rows) / batch.sum(axis=(1, 2)) for batch in (found, crops(50))]
    assert (centres[0] - centres[1]).std() == pytest.approx(0.6, rel=0.15)
    assert stroke_widths(found).mean() == pytest.approx(stroke_widths(crops(50)).mean(), rel=0.15)
