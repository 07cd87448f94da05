"""Dots of dotted paper; lines and squares are tested with the other damage."""

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis.ruling import dotted_grid


def test_dots_lie_at_the_corners_of_the_grid():
    paper = np.ones((20, 30), np.float32)
    dotted = dotted_grid(paper, spacing_px=10, first_row=3, first_col=5, strength=0.5, thickness_px=1)
    rows, cols = np.nonzero(dotted < 1)
    assert set(rows) == {3, 13}
    assert set(cols) == {5, 15, 25}
    assert rows.size == 6
    assert dotted.min() == pytest.approx(0.5)


def test_strength_zero_prints_nothing():
    paper = np.full((20, 30), 0.7, np.float32)
    assert np.array_equal(dotted_grid(paper, spacing_px=10, strength=0), paper)


def test_dots_that_would_touch_are_refused():
    with pytest.raises(SettingError, match="below half the spacing"):
        dotted_grid(np.ones((20, 30), np.float32), spacing_px=10, thickness_px=5)
