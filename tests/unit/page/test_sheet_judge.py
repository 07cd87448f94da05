"""What a candidate for a sheet looks like, in numbers worked by hand, and which one is judged to be it."""

import numpy as np
import pytest

from ocr.errors import ModelError
from ocr.page.sheet.sheet_candidates import Candidate, Cells, cells_of, channels_of, find_candidates
from ocr.page.sheet.sheet_judge import (
    SIZES,
    load_judge,
    measures_of,
    save_judge,
    sheet_probabilities,
    shipped_judge,
)


def region(rows, cols, shape=(40, 60)):
    found = np.zeros(shape, bool)
    found[rows, cols] = True
    return found


def measured(*regions):
    """Measures of regions that are bright on a dark picture."""
    bright = np.full((40, 60), 0.2, np.float32)
    bright[10:30, 20:50] = 0.9
    nothing = np.zeros_like(bright)
    cells = Cells(bright, bright, nothing, nothing, nothing)
    return measures_of(cells, [Candidate(0, 0.7, one) for one in regions])


def test_the_shape_of_a_rectangle():
    (row,) = measured(region(slice(10, 30), slice(20, 50)))
    share, box, octagon, aspect, away = row[:5]
    assert share == pytest.approx(600 / 2400)
    assert (box, octagon) == (pytest.approx(1), pytest.approx(1))
    assert aspect == pytest.approx(np.log(1.5))
    assert away == pytest.approx(np.hypot(19.5 / 40 - 0.5, 34.5 / 60 - 0.5))


def test_a_triangle_fills_half_of_its_box():
    triangle = np.tri(30, 30, dtype=bool)
    shape = np.zeros((40, 60), bool)
    shape[5:35, 10:40] = triangle
    (row,) = measured(shape)
    assert row[1] == pytest.approx(0.5, abs=0.1)
    assert row[2] == pytest.approx(0.67, abs=0.1)


def test_how_much_of_a_part_lies_on_the_border():
    inside, upper = measured(region(slice(10, 30), slice(20, 50)), region(slice(0, 20), slice(0, 60)))
    assert inside[5:9] == pytest.approx([0, 0, 0, 0])
    # Its upper side, and half of the left and the right one: 60 + 20 + 20 of 200 cells.
    assert upper[6] == pytest.approx(100 / 200)
    assert upper[7:9] == pytest.approx([1, 3])


def test_the_step_at_the_edge():
    (row,) = measured(region(slice(10, 30), slice(20, 50)))
    least, _, usual, _, brighter, least_brighter, seen = row[10:17]
    assert (least, usual, brighter, least_brighter) == (pytest.approx(0.7, abs=0.01),) * 4
    assert seen == 1


def test_parts_that_are_about_the_same_are_counted():
    one, two, three = (
        region(slice(10, 30), slice(20, 50)),
        region(slice(10, 30), slice(20, 49)),
        region(slice(0, 8), slice(0, 60)),
    )
    rows = measured(one, two, three)
    assert rows[:, 29] == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    assert rows[:, 30] == pytest.approx([2 / 8, 2 / 8, 1 / 8])


def test_measures_are_finite_and_of_the_size_of_the_network():
    rng = np.random.default_rng(3)
    cells = cells_of(rng.integers(0, 255, (120, 192, 3)).astype(np.uint8))
    rows = measures_of(cells, [Candidate(3, 0.1, region(slice(0, 39), slice(0, 60), (40, 64)))])
    assert rows.shape == (1, SIZES[0])
    assert np.isfinite(rows).all()


def test_a_sheet_is_likelier_than_a_stripe_of_the_table():
    colours = np.full((120, 192, 3), 70, np.uint8)
    colours[:12] = 120
    colours[30:90, 60:150] = 225
    colours[40:80:8, 70:140] = 60
    cells = cells_of(colours)
    candidates = find_candidates(channels_of(cells))
    best = candidates[int(sheet_probabilities(cells, candidates).argmax())].region
    assert best[12:28, 22:48].all()
    assert not best[:5].any()


def test_no_candidates_have_no_probabilities():
    cells = cells_of(np.full((120, 192, 3), 200, np.uint8))
    assert sheet_probabilities(cells, []).size == 0


def test_a_network_is_saved_as_it_is_loaded(tmp_path):
    save_judge(shipped_judge(), tmp_path / "judge.npz")
    for one, other in zip(load_judge(tmp_path / "judge.npz"), shipped_judge(), strict=True):
        np.testing.assert_array_equal(one.weights, other.weights)
    (tmp_path / "judge.npz").write_bytes(b"no network")
    with pytest.raises(ModelError, match=r"sheet judge .*: damaged"):
        load_judge(tmp_path / "judge.npz")
