"""Sheets seen from the side are rectified, all others are left alone."""

import numpy as np
import pytest

from ocr.geometry import Box
from ocr.image.homography import apply_homography, corners_of
from ocr.image.picture import Picture
from ocr.page.sheet.rectification import find_rectification

PICTURE = (900, 1200)


def seen(degrees, *, turn_deg=0.0, height=297.0, width=210.0, focus=1000.0, distance=700.0):
    """Corners of a sheet in the picture of a pinhole camera that looks at its middle."""
    tilt, turn = np.deg2rad(degrees), np.deg2rad(turn_deg)
    x, y = (corners_of(height, width) - (width / 2, height / 2)).T
    x, y = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    away = distance - y * np.sin(tilt)
    points = np.column_stack([x, y * np.cos(tilt)]) * focus / away[:, None]
    return np.add(points, (PICTURE[1] / 2, PICTURE[0] / 2))


@pytest.mark.parametrize("degrees", [40, 50, 60])
@pytest.mark.parametrize("turn_deg", [5, 12, -20])
def test_the_sheet_gets_its_own_shape_back(degrees, turn_deg):
    found = find_rectification(seen(degrees, turn_deg=turn_deg), PICTURE)
    assert found.width / found.height == pytest.approx(210 / 297, rel=0.02)


def test_where_the_focal_length_does_not_show_it_is_a_usual_one():
    found = find_rectification(seen(50, focus=0.8 * 1200), PICTURE)
    assert found.width / found.height == pytest.approx(210 / 297, rel=0.02)


@pytest.mark.parametrize("first", range(4))
def test_what_is_up_stays_up_wherever_the_corners_begin(first):
    corners = seen(45)
    found = find_rectification(np.roll(corners, first, axis=0), PICTURE)
    ends = apply_homography(found.matrix, corners_of(found.height, found.width))
    np.testing.assert_allclose(ends, corners, atol=1)


@pytest.mark.parametrize(
    ("degrees", "turn_deg", "is_rectified"),
    [(0, 0, False), (8, 5, False), (0, 11, False), (0, 13, True), (30, 0, False), (45, 0, True)],
)
def test_a_sheet_that_is_about_straight_is_left_alone(degrees, turn_deg, is_rectified):
    assert (find_rectification(seen(degrees, turn_deg=turn_deg), PICTURE) is not None) == is_rectified


def test_a_cut_picture_hardly_changes_the_shape():
    corners = seen(50, turn_deg=5) - (150, 100)
    found = find_rectification(corners, (700, 900))
    assert found.width / found.height == pytest.approx(210 / 297, rel=0.15)


def checked(corners):
    """A picture of a sheet with one black square in its upper left quarter."""
    rows, cols = np.mgrid[: PICTURE[0], : PICTURE[1]] + 0.5
    found = find_rectification(corners, PICTURE)
    points = apply_homography(np.linalg.inv(found.matrix), np.column_stack([cols.ravel(), rows.ravel()]))
    x, y = (points / (found.width, found.height)).T
    black = (x > 0.2) & (x < 0.4) & (y > 0.1) & (y < 0.3)
    return np.where(black, 0, 255).astype(np.uint8).reshape(PICTURE), found


@pytest.mark.parametrize("factor", [1.0, 0.5, 1.7])
def test_the_sheet_is_rectified_at_any_size(factor):
    gray, found = checked(seen(50))
    straight = found.rectified(gray, factor)
    assert straight.shape == (round(found.height * factor), round(found.width * factor))
    rows, cols = np.nonzero(straight < 128)
    height, width = straight.shape
    ends = np.array([rows.min() / height, rows.max() / height, cols.min() / width, cols.max() / width])
    np.testing.assert_allclose(ends, [0.1, 0.3, 0.2, 0.4], atol=0.01)
    assert (straight < 128).sum() == pytest.approx(0.04 * straight.size, rel=0.05)


def test_its_edge_is_no_part_of_the_sheet():
    found = checked(seen(50))[1]
    sheet = found.sheet_mask((200, 140))
    assert sheet.shape == (200, 140)
    assert not sheet[0].any()
    assert not sheet[:, -1].any()
    assert sheet[20:-20, 20:-20].all()


def test_boxes_go_back_to_the_source_picture():
    gray, found = checked(seen(50))
    straight = found.rectified(gray, 1.3)
    # The source picture is twice as large as the one in which the sheet was found.
    source = found.source_frame(straight.shape, Picture(np.repeat(np.repeat(gray, 2, axis=0), 2, axis=1)))
    rows, cols = np.nonzero(straight < 128)
    box = source.box(Box(int(rows.min()), int(cols.min()), int(rows.max()) + 1, int(cols.max()) + 1))
    rows, cols = np.nonzero(gray < 128)
    wanted = 2 * np.array([rows.min(), cols.min(), rows.max() + 1, cols.max() + 1])
    np.testing.assert_allclose([box.top, box.left, box.bottom, box.right], wanted, atol=5)


def test_a_sheet_of_a_few_pixels_is_not_rectified():
    corners = np.array([(10.0, 10.0), (28.0, 14.0), (26.0, 30.0), (12.0, 24.0)])
    assert find_rectification(corners, (58, 61)) is None
    assert find_rectification(corners * 20, (1160, 1220)) is not None
