import numpy as np
import pytest

from ocr.classifier.crop import CROP_VERSION, make_crops
from ocr.classifier.features import FEATURE_COUNT, FEATURES_VERSION, features
from unit.classifier.drawn import LETTERS, letter

EAST, SOUTHEAST, SOUTH, SOUTHWEST, WEST, NORTHWEST, NORTH, NORTHEAST = range(8)


def crops():
    return make_crops([letter(name) for name in LETTERS])


def maps_of(crop):
    return features(crop[None])[0, :512].reshape(8, 8, 8)


def second_order_of(crop):
    return features(crop[None])[0, 512:912].reshape(4, 4, 5, 5)


def pixels_of(crop):
    return features(crop[None])[0, 912:].reshape(14, 14)


def test_shapes_and_types():
    found = features(crops())
    assert (found.shape, found.dtype) == ((4, FEATURE_COUNT), np.float32)
    assert FEATURE_COUNT == 8 * 8 * 8 + 4 * 4 * 5 * 5 + 14 * 14
    assert features(np.empty((0, 28, 28), np.float32)).shape == (0, FEATURE_COUNT)
    assert found.min() >= 0
    assert 1 < found.max() < 2.5


def test_the_versions_are_pinned():
    # A model reads only features and crops of its own version: who changes these numbers raises the version.
    assert (CROP_VERSION, FEATURES_VERSION) == (2, 2)
    found = features(crops()).astype(np.float64)
    place = np.cos(np.arange(FEATURE_COUNT))
    summary = np.column_stack([found.sum(axis=1), found @ place, (found**2).sum(axis=1)])
    expected = [
        [377.085, -10.791, 252.213],
        [278.566, -7.800, 188.081],
        [438.044, 6.517, 297.950],
        [359.533, 4.395, 241.887],
    ]
    np.testing.assert_allclose(summary, expected, rtol=2e-3)


def test_an_edge_is_in_the_map_of_its_direction():
    right_half = np.zeros((28, 28), dtype=np.float32)
    right_half[:, 14:] = 1
    middle = maps_of(right_half)[:, 2:6, 2:6].sum(axis=(1, 2))  # the border is an edge too
    assert middle.argmax() == EAST
    assert np.delete(middle, EAST).max() < 0.01 * middle.max()


def test_a_diagonal_edge_is_in_the_map_between_the_axes():
    lower_right = (np.add.outer(np.arange(28), np.arange(28)) > 27).astype(np.float32)
    middle = maps_of(lower_right)[:, 2:6, 2:6].sum(axis=(1, 2))
    assert middle.argmax() == SOUTHEAST
    assert np.delete(middle, SOUTHEAST).max() < 0.01 * middle.max()


@pytest.mark.parametrize("name", ["F", "L", "V"])
def test_a_mirrored_crop_has_mirrored_maps(name):
    crop = make_crops([letter(name)])[0]
    maps, mirrored = maps_of(crop), maps_of(np.ascontiguousarray(crop[:, ::-1]))
    swapped = [WEST, SOUTHWEST, SOUTH, SOUTHEAST, EAST, NORTHEAST, NORTH, NORTHWEST]
    np.testing.assert_allclose(mirrored, maps[swapped][:, :, ::-1], atol=1e-3)
    np.testing.assert_allclose(
        pixels_of(np.ascontiguousarray(crop[:, ::-1])), pixels_of(crop)[:, ::-1], atol=1e-5
    )


@pytest.mark.parametrize("name", ["F", "L", "V"])
def test_a_mirrored_crop_has_a_mirrored_second_order(name):
    # Orientations E-W, SE-NW, S-N, SW-NE: a mirror swaps both diagonals, in the maps and in the maps of maps.
    crop = make_crops([letter(name)])[0]
    maps = second_order_of(crop)
    mirrored = second_order_of(np.ascontiguousarray(crop[:, ::-1]))
    swapped = [0, 3, 2, 1]
    np.testing.assert_allclose(mirrored, maps[swapped][:, swapped][:, :, :, ::-1], atol=2e-3)


def test_a_straight_stroke_changes_only_at_its_ends():
    # The map of the edges of an upright bar is an upright bar too: along it, only its ends change.
    bar = np.zeros((28, 28), dtype=np.float32)
    bar[4:24, 12:16] = 1
    along = second_order_of(bar)[0, 2]  # of edges that face east and west, the change from north to south
    assert along[[0, 4], 2].min() > 4 * along[2, 2]


@pytest.mark.parametrize("name", ["F", "L", "V"])
def test_a_transposed_crop_has_transposed_maps(name):
    crop = make_crops([letter(name)])[0]
    maps, transposed = maps_of(crop), maps_of(np.ascontiguousarray(crop.T))
    swapped = [SOUTH, SOUTHEAST, EAST, NORTHEAST, NORTH, NORTHWEST, WEST, SOUTHWEST]
    np.testing.assert_allclose(transposed, maps[swapped].swapaxes(1, 2), atol=1e-3)


def test_each_crop_is_seen_by_itself():
    batch = np.tile(crops(), (40, 1, 1))  # more than are worked on at once
    together = features(batch)
    one_by_one = np.concatenate([features(crop[None]) for crop in batch])
    np.testing.assert_allclose(together, one_by_one, atol=1e-3)
    np.testing.assert_allclose(together[:4], together[-4:], atol=1e-3)


def test_an_empty_crop_has_no_features():
    assert not features(np.zeros((1, 28, 28), dtype=np.float32)).any()
