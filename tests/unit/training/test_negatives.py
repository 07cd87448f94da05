import numpy as np
import pytest

from ocr.classifier.crop import crop_glyph, make_crops
from ocr.training.negatives import (
    MAKERS,
    blot,
    letter_part,
    make_non_characters,
    touching_pair,
    upper_and_lower,
    with_sliver,
)
from unit.classifier.drawn import LETTERS, letter

MADE_OF_LETTERS = [touching_pair, letter_part, with_sliver, upper_and_lower]


def rng(seed=0):
    return np.random.default_rng(seed)


def letters():
    return make_crops([letter(name) for name in LETTERS])


def bar(rows, columns):
    crop = np.zeros((28, 28), dtype=np.float32)
    crop[rows, columns] = 1
    return crop


# A stroke of one column, one of one row, a single pixel, a full crop, and one without any ink.
THIN = bar(slice(2, 26), 14)
FLAT = bar(14, slice(2, 26))
POINT = bar(14, 14)
FULL = np.ones((28, 28), dtype=np.float32)
EMPTY = np.zeros((28, 28), dtype=np.float32)


@pytest.mark.parametrize("maker", [maker for maker, _ in MAKERS], ids=lambda maker: maker.__name__)
def test_each_maker_gives_ink_of_two_dimensions(maker):
    for seed in range(30):
        ink = maker(letters()[[seed % 4, (seed // 4) % 4]], rng(seed))
        assert ink.ndim == 2
        assert ink.dtype == np.float32
        assert ink.max() > 0.9
        assert ink.min() >= 0
        assert ink.max() <= 1


@pytest.mark.parametrize("maker", MADE_OF_LETTERS, ids=lambda maker: maker.__name__)
@pytest.mark.parametrize("first", [THIN, FLAT, POINT, FULL], ids=["thin", "flat", "point", "full"])
@pytest.mark.parametrize("second", [THIN, FLAT, POINT, FULL], ids=["thin", "flat", "point", "full"])
def test_letters_one_pixel_wide_or_high_are_no_trouble(maker, first, second):
    for seed in range(20):
        ink = maker(np.stack([first, second]), rng(seed))
        assert min(ink.shape) >= 1
        assert ink.any()


@pytest.mark.parametrize("maker", MADE_OF_LETTERS, ids=lambda maker: maker.__name__)
def test_letters_without_ink_are_no_trouble(maker):
    for seed in range(10):
        assert not maker(np.stack([EMPTY, EMPTY]), rng(seed)).any()
        assert maker(np.stack([EMPTY, letters()[0]]), rng(seed)).ndim == 2


def test_a_pair_is_as_wide_as_both_letters_to_within_a_stroke_and_stands_on_one_line():
    low, wide = bar(slice(20, 26), slice(5, 15)), bar(slice(4, 26), slice(3, 23))
    widths = set()
    for seed in range(40):
        pair = touching_pair(np.stack([low, wide]), rng(seed))
        widths.add(pair.shape[1])
        assert pair.shape[0] == 22
        assert pair[-1, 0] == pair[-1, -1] == pair[0, -1] == 1
        assert not pair[:16, :6].any()  # the wide one may overlap it by 4
    assert widths == set(range(10 + 20 - 4, 10 + 20 + 3))


def test_a_part_is_about_half_of_the_wider_letter_and_never_the_whole():
    thin, wide = THIN, bar(slice(4, 24), slice(4, 24))
    shapes = set()
    for seed in range(60):
        for pair in ((thin, wide), (wide, thin)):
            shapes.add(letter_part(np.stack(pair), rng(seed)).shape)
    assert all(min(shape) in range(8, 13) and max(shape) == 20 for shape in shapes)
    # Both columns and rows are cut.
    assert {shape[0] == 20 for shape in shapes} == {True, False}


def test_a_part_is_left_right_upper_or_lower_and_stands_upright_like_its_letter():
    glyph = np.add.outer(np.arange(20), 0.5 * np.arange(16)).astype(np.float32) / 40 + np.float32(0.31)
    crop = np.pad(glyph, 6)[:28, :28]
    kinds = set()
    for seed in range(60):
        part = letter_part(np.stack([crop, crop]), rng(seed))
        rows, columns = part.shape
        corners = {
            "left": glyph[:, :columns],
            "right": glyph[:, -columns:],
            "upper": glyph[:rows],
            "lower": glyph[-rows:],
        }
        kinds |= {kind for kind, expected in corners.items() if np.array_equal(part, expected)}
        assert any(np.array_equal(part, expected) for expected in corners.values())
    assert kinds == {"left", "right", "upper", "lower"}


def test_a_blot_is_a_lump_whatever_the_letters_are():
    np.testing.assert_array_equal(blot(letters()[:2], rng(3)), blot(letters()[2:], rng(3)))
    assert all(blot(letters(), rng(seed)).mean() > 0.03 for seed in range(20))


def as_bytes(crops):
    return np.rint(crops * 255).astype(np.uint8)


def test_the_seed_decides():
    first, again, other = (make_non_characters(as_bytes(letters()), 50, rng=rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).all()
    assert (first.shape, first.dtype) == ((50, 28, 28), np.uint8)


def test_crops_differ_from_the_letters_that_they_are_made_of():
    made = make_non_characters(as_bytes(letters()), 300, rng=rng()).reshape(300, -1).astype(float)
    whole = as_bytes(letters()).reshape(4, -1).astype(float)
    likeness = np.corrcoef(np.vstack([made, whole]))[:300, 300:]
    assert likeness.max() < 0.9
    assert (made.max(axis=1) > 200).all()


def test_they_went_through_the_same_crop_as_everything():
    for crop in make_non_characters(as_bytes(letters()), 40, rng=rng()):
        once = crop.astype(np.float32) / 255
        assert np.corrcoef(crop_glyph(once).ravel(), once.ravel())[0, 1] > 0.95


def test_none_and_many_can_be_made(monkeypatch):
    crops = as_bytes(letters())
    assert make_non_characters(crops, 0, rng=rng()).shape == (0, 28, 28)
    made = make_non_characters(crops[:2], 5000, rng=rng())
    assert made.any(axis=(1, 2)).all()


def test_the_shares_sum_to_1():
    assert sum(share for _, share in MAKERS) == pytest.approx(1)
    assert len({maker for maker, _ in MAKERS}) == len(MAKERS)
