"""Strokes of a pen with their text."""

import numpy as np
import pytest

from ocr.datasets.pen_strokes import load_pen_strokes
from ocr.errors import DataError
from ocr.synthesis.pen_drawing import draw_strokes


def write(path, **changes):
    """Two samples: an L of two strokes, and a dot."""
    members = {
        "dx": np.array([0, 0, 5, 10, 40], np.int16),
        "dy": np.array([0, 20, 0, 0, -10], np.int16),
        "stroke_len": np.array([2, 2, 1], np.int32),
        "sample_stroke_start": np.array([0, 2, 3], np.int32),
        "labels": np.array(["L", "."]),
        "provider": np.array(["one", "two"]),
        "writer": np.array(["ann", "bob"]),
    } | changes
    np.savez(path, **{name: value for name, value in members.items() if value is not None})
    return path


def test_steps_become_points_and_samples_their_strokes(tmp_path):
    found = load_pen_strokes(write(tmp_path / "a.npz"))
    assert len(found) == 2
    first, second = found.strokes(0)
    assert first.tolist() == [[0, 0], [0, 20]]
    assert second.tolist() == [[5, 20], [15, 20]]
    assert found.strokes(1)[0].tolist() == [[55, 10]]
    assert found.labels.tolist() == ["L", "."]


def test_a_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"expected an \.npz file with dx"):
        load_pen_strokes(tmp_path / "a.npz")
    with pytest.raises(DataError, match="found another kind of file"):
        load_pen_strokes(tmp_path / "a.npz")
    with pytest.raises(DataError, match="found no such file or directory"):
        load_pen_strokes(tmp_path / "none.npz")
    with pytest.raises(DataError, match="labels"):
        load_pen_strokes(write(tmp_path / "b.npz", labels=None))


def test_strokes_are_drawn_in_ink_with_paper_around():
    drawn = draw_strokes([np.array([[0, 0], [0, 20]], np.float32)], pen_px=4, margin_px=10)
    assert drawn.shape == (40, 20)
    assert drawn[20, 10] < 20
    assert drawn[:4].min() > 250
    assert drawn[:, :4].min() > 250
