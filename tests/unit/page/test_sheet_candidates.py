"""Parts of a picture that stand out from the rest in brightness, colour or smoothness."""

import numpy as np
import pytest

from ocr.image.colours import COLOUR_CELL_PX as CELL_PX
from ocr.page.sheet.sheet_candidates import cells_of, channels_of, find_candidates

NAMES = ("bright", "dark", "unlike the border", "like the middle", "smooth", "blue", "red")
PART = np.s_[10:30, 12:40]


def picture(ground, part, *, grain=0.0):
    """A part of 20 x 28 cells on a ground of 45 x 60, each of one colour; grain on the ground alone."""
    rng = np.random.default_rng(1)
    colours = np.empty((45 * CELL_PX, 60 * CELL_PX, 3))
    colours[:] = ground
    colours += rng.normal(0, grain, colours.shape[:2])[..., None]
    rows, cols = (slice(one.start * CELL_PX, one.stop * CELL_PX) for one in PART)
    colours[rows, cols] = part
    return np.clip(colours, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "ground", "part", "grain"),
    [
        ("bright", (90, 90, 90), (220, 220, 220), 0),
        ("dark", (220, 220, 220), (40, 40, 40), 0),
        ("unlike the border", (150, 120, 90), (150, 150, 60), 0),
        ("smooth", (150, 150, 150), (150, 150, 150), 30),
        ("blue", (160, 160, 160), (140, 150, 220), 0),
        ("red", (160, 160, 160), (220, 140, 150), 0),
    ],
)
def test_a_part_that_stands_out_is_a_candidate(name, ground, part, grain):
    found = find_candidates(channels_of(cells_of(picture(ground, part, grain=grain))))
    wanted = np.zeros((45, 60), bool)
    wanted[PART] = True
    own = [one for one in found if NAMES[one.channel] == name]
    assert any((one.region & wanted).sum() > 0.8 * (one.region | wanted).sum() for one in own)
    assert all(0 <= one.separation <= 1.0001 for one in found)


def test_writing_leaves_no_hole_in_a_part():
    colours = picture((90, 90, 90), (220, 220, 220))
    colours[60:72, 60:90] = 0
    found = find_candidates(channels_of(cells_of(colours)))
    assert any(one.channel == 0 and one.region[20:24, 20:30].all() for one in found)


def test_an_even_picture_has_no_parts():
    assert find_candidates(channels_of(cells_of(np.full((120, 192, 3), 200, np.uint8)))) == []


def test_cells_are_measured_without_the_grain_of_the_camera():
    cells = cells_of(picture((90, 60, 30), (90, 60, 30)))
    assert cells.lightness.shape == (45, 60)
    np.testing.assert_allclose(cells.red_green, 30 / 255, atol=1e-6)
    np.testing.assert_allclose(cells.blue_yellow, -45 / 255, atol=1e-6)
    assert (cells.grain == 0).all()
