"""The functions of :mod:`ocr.ndimage` give what those of SciPy give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage as scipys

import ocr.ndimage as ours
from ocr.ndimage.banded import Banded, banded_product

SEEDS = st.integers(0, 2**32 - 1)
EIGHT = np.ones((3, 3), dtype=bool)
# Larger than all windows: SciPy writes beyond the end of smaller arrays.
LEAST, MOST_WINDOW = 12, 11


def same(own, other):
    assert own.dtype == other.dtype
    np.testing.assert_array_equal(own, other)


def mask_of(rng, least=1):
    return rng.random(rng.integers(least, 40, 2)) < rng.choice([0.2, 0.5, 0.6, 0.9])


def arrays_of(rng):
    """A mask, bytes and floats."""
    mask = mask_of(rng, LEAST)
    values = rng.random(mask.shape)
    return mask, (255 * values).astype(np.uint8), values.astype(np.float32), values


@given(SEEDS, st.sampled_from([None, EIGHT]))
def test_components_and_their_places(seed, structure):
    rng = np.random.default_rng(seed)
    mask = mask_of(rng)
    labels, count = ours.label(mask, structure=structure)
    other, other_count = scipys.label(mask, structure=structure)
    same(labels, other)
    assert count == other_count
    assert ours.find_objects(labels) == scipys.find_objects(other)
    same(ours.binary_fill_holes(mask), scipys.binary_fill_holes(mask))


def test_components_that_wind():
    """A spiral: its runs are joined in the middle only."""
    spiral = np.zeros((41, 41), dtype=bool)
    for ring in range(0, 20, 2):
        spiral[ring, ring : -ring or None] = spiral[-1 - ring, ring : -ring or None] = True
        spiral[ring + 1 : -1 - ring, 40 - ring] = spiral[ring + 2 : -1 - ring, ring] = True
        spiral[ring + 2, ring : ring + 2] = True
    for structure in (None, EIGHT):
        same(ours.label(spiral, structure)[0], scipys.label(spiral, structure)[0])


@given(
    SEEDS,
    st.integers(1, MOST_WINDOW),
    st.sampled_from(["maximum_filter1d", "minimum_filter1d"]),
    st.sampled_from(["reflect", "nearest", "constant"]),
)
def test_extremes_along_an_axis(seed, size, name, mode):
    rng = np.random.default_rng(seed)
    origin = int(rng.integers((1 - size) // 2, (size - 1) // 2 + 1)) if mode == "constant" else 0
    for values in arrays_of(rng):
        for axis in (0, 1, -1):
            settings = {"axis": axis, "mode": mode, "cval": 1, "origin": origin}
            same(
                getattr(ours, name)(values, size, **settings), getattr(scipys, name)(values, size, **settings)
            )


@given(SEEDS, st.integers(1, MOST_WINDOW), st.integers(1, MOST_WINDOW))
def test_extremes_of_boxes(seed, height, width):
    arrays = arrays_of(np.random.default_rng(seed))
    for values in arrays:
        for size in (height, (height, width)):
            for name in ("maximum_filter", "minimum_filter"):
                same(getattr(ours, name)(values, size), getattr(scipys, name)(values, size))
    for values in arrays[1:]:
        for mode in ("reflect", "nearest"):
            for name in ("grey_opening", "grey_closing"):
                found = getattr(ours, name)(values, (height, width), mode=mode)
                same(found, getattr(scipys, name)(values, (height, width), mode=mode))


@given(SEEDS, st.floats(0, 5))
def test_erosion_by_a_disc(seed, radius):
    reach = int(radius)
    rows, cols = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.hypot(rows, cols) <= radius
    for values in arrays_of(np.random.default_rng(seed))[2:]:
        same(ours.grey_erosion(values, footprint=disc), scipys.grey_erosion(values, footprint=disc))


@given(
    SEEDS,
    st.sampled_from([None, EIGHT, np.ones((4, 4), bool), np.ones((2, 5), bool)]),
    st.integers(1, 3),
    st.integers(0, 1),
)
def test_erosion_and_dilation_of_masks(seed, structure, iterations, border):
    mask = mask_of(np.random.default_rng(seed), LEAST)
    same(
        ours.binary_dilation(mask, structure, iterations), scipys.binary_dilation(mask, structure, iterations)
    )
    found = ours.binary_erosion(mask, structure, iterations, border_value=border)
    same(found, scipys.binary_erosion(mask, structure, iterations, border_value=border))
    same(ours.binary_opening(mask, structure), scipys.binary_opening(mask, structure))


@given(SEEDS, st.integers(1, MOST_WINDOW), st.sampled_from(["reflect", "nearest"]))
def test_means_and_medians(seed, size, mode):
    for values in arrays_of(np.random.default_rng(seed))[2:]:
        same(ours.uniform_filter(values, size, mode=mode), scipys.uniform_filter(values, size, mode=mode))
        found = ours.uniform_filter1d(values, size, axis=0, mode=mode)
        same(found, scipys.uniform_filter1d(values, size, axis=0, mode=mode))
        same(ours.median_filter(values, 3, mode=mode), scipys.median_filter(values, 3, mode=mode))
        found = ours.median_filter(values[0], size, mode="wrap")
        same(found, scipys.median_filter(values[0], size, mode="wrap"))


@given(SEEDS, st.floats(0.3, 3), st.sampled_from([2.0, 3.0, 4.0]))
def test_blur(seed, sigma, truncate):
    for values in arrays_of(np.random.default_rng(seed))[2:]:
        few = 8 * np.finfo(values.dtype).eps
        found = ours.gaussian_filter(values, sigma, truncate=truncate)
        assert found.dtype == values.dtype
        other = scipys.gaussian_filter(values, sigma, truncate=truncate)
        np.testing.assert_allclose(found, other, rtol=few, atol=few)
        settings = {"mode": "constant", "truncate": truncate}
        found = ours.gaussian_filter1d(values[0], sigma, **settings)
        other = scipys.gaussian_filter1d(values[0], sigma, **settings)
        np.testing.assert_allclose(found, other, rtol=few, atol=few)


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (3, 90)])
def test_a_picture_smaller_than_the_blur_is_mirrored_again(shape):
    values = np.random.default_rng(3).random(shape)
    np.testing.assert_allclose(ours.gaussian_filter(values, 2), scipys.gaussian_filter(values, 2), rtol=1e-12)


@given(SEEDS, st.integers(1, 70), st.integers(1, 4))
def test_a_banded_product_is_that_of_the_full_matrix(seed, rows, band):
    rng = np.random.default_rng(seed)
    cols = band + int(rng.integers(0, 60))
    first = np.sort(rng.integers(0, cols - band + 1, rows))
    weights = rng.random((rows, band))
    full = np.zeros((rows, cols))
    for row, start in enumerate(first):
        full[row, start : start + band] = weights[row]
    values = rng.random((cols, 9))
    matrix = Banded(first, weights)
    np.testing.assert_allclose(banded_product(matrix, values, 0), full @ values, rtol=1e-12)
    np.testing.assert_allclose(banded_product(matrix, values.T, 1), (full @ values).T, rtol=1e-12)


@given(SEEDS)
def test_values_between_pixels(seed):
    rng = np.random.default_rng(seed)
    values = rng.random(rng.integers(1, 20, 2), dtype=np.float32)
    rows, cols = (rng.uniform(-2, length + 1, (7, 9)) for length in values.shape)
    rows[0], cols[0] = values.shape[0] - 1, 0
    found = ours.map_coordinates(values, (rows, cols), order=1, mode="constant")
    same(found, scipys.map_coordinates(values, (rows, cols), order=1, mode="constant"))


@pytest.mark.parametrize(
    "call",
    [
        lambda: ours.maximum_filter1d(np.zeros((9, 9)), 3, origin=2),
        lambda: ours.maximum_filter1d(np.zeros((9, 9)), 3, mode="wrap"),
        lambda: ours.binary_dilation(np.zeros((9, 9), bool), np.eye(3, dtype=bool)),
        lambda: ours.map_coordinates(np.zeros((9, 9), np.float32), (np.zeros(1), np.zeros(1)), order=3),
    ],
)
def test_what_is_not_known_is_refused(call):
    with pytest.raises(ValueError, match="found"):
        call()
