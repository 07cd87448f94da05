"""Lines of one height, whatever their size, slope and slant."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.line_network.frames import FRAME_PX, FRAME_SIZE, frame_features
from ocr.line_network.line_image import LINE_ROWS, ink_spread, normalize_line


def stems(*, height=30, count=12, pitch=14, slope=0.0, slant=0.0):
    """A row of upright strokes, which climb by ``slope`` and lean by ``slant``."""
    rows, cols = np.mgrid[0 : 3 * height, 0 : count * pitch + 40].astype(float)
    middle = 1.5 * height - slope * (cols - cols.mean())
    up = middle - rows
    along = cols - slant * up
    ink = (np.abs(up) < height / 2) & (np.abs((along - 20) % pitch - pitch / 2) < 2)
    ink &= (along > 20) & (along < 20 + count * pitch)
    return ndimage.gaussian_filter(ink.astype(np.float32), 0.6)


def test_the_centre_of_the_ink_is_the_middle_row():
    line = normalize_line(stems())
    assert line.pixels.shape[0] == LINE_ROWS
    rows = np.arange(LINE_ROWS)
    centre = (rows @ line.pixels).sum() / line.pixels.sum()
    assert centre == pytest.approx((LINE_ROWS - 1) / 2, abs=0.6)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_line_of_any_size_has_one_height(factor):
    line = stems()
    scaled = ndimage.zoom(line, factor, order=1)
    first, second = normalize_line(line), normalize_line(scaled)
    assert second.pixels.shape[1] == pytest.approx(first.pixels.shape[1], abs=3)
    assert ink_spread(second.pixels) == pytest.approx(ink_spread(first.pixels), rel=0.1)


def test_a_climbing_line_is_made_straight():
    line = normalize_line(stems(slope=0.1, count=40))
    heights = [
        np.flatnonzero(part.sum(axis=1) > 0.5).mean() for part in np.array_split(line.pixels, 4, axis=1)
    ]
    assert np.ptp(heights) < 2.5


def test_leaning_strokes_are_made_upright():
    upright, leaning = normalize_line(stems()), normalize_line(stems(slant=0.5))
    assert upright.slant == pytest.approx(0, abs=0.11)
    assert leaning.slant == pytest.approx(0.5, abs=0.11)
    peaks = [line.pixels.sum(axis=0).max() for line in (upright, leaning)]
    assert peaks[1] > 0.7 * peaks[0]


def test_columns_lead_back_to_the_picture():
    line = normalize_line(stems())
    peaks = np.flatnonzero(line.pixels.sum(axis=0) > 0.8 * line.pixels.sum(axis=0).max())
    source = [line.source_col(peak) for peak in peaks]
    assert all(abs((col - 20) % 14 - 7) < 3 for col in source)


def test_a_picture_without_ink_is_an_empty_line():
    blank = np.zeros((20, 50), np.float32)
    line = normalize_line(blank)
    assert line.pixels.shape[0] == LINE_ROWS
    assert not line.pixels.any()
    assert ink_spread(blank) == 0.5


def test_one_pixel_of_ink_is_a_line():
    dot = np.zeros((1, 1), np.float32)
    dot[0, 0] = 1
    assert np.isfinite(normalize_line(dot).pixels).all()


def test_a_frame_for_every_fourth_column():
    frames = frame_features(np.zeros((LINE_ROWS, 81), np.float32))
    assert frames.shape == (81 // FRAME_PX, FRAME_SIZE)
    assert not frames.any()


def test_frames_move_with_the_line():
    pixels = normalize_line(stems()).pixels
    moved = np.pad(pixels, ((0, 0), (3 * FRAME_PX, 0)))
    first, second = frame_features(pixels), frame_features(moved)
    assert second[5:-2] == pytest.approx(first[2 : len(second) - 5], abs=1e-5)


@pytest.mark.parametrize("slant", [0.3, 0.4])
def test_points_of_the_source_lie_in_columns_of_the_line(slant):
    source = stems(slant=slant)
    line = normalize_line(source)
    # The ends of a stem that leans lie in one column.
    rows = line.centres[60] + np.array([10.0, -10.0])
    cols = 60 + slant * np.array([-10.0, 10.0])
    first, second = line.cols_of(rows, cols)
    assert first == pytest.approx(second, abs=1)
    assert line.source_col(line.cols_of(line.centres[60:61], np.array([60.0]))[0]) == pytest.approx(60)
