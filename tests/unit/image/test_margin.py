"""A margin goes on with the paper of the picture."""

import numpy as np
import pytest

from ocr.image.margin import with_paper_around
from ocr.image.picture import Picture


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (2, 2), (3, 4), (60, 2000)])
def test_the_picture_is_kept_and_paper_is_added(shape):
    gray = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    wide = with_paper_around(gray, 3)
    assert wide.shape == (shape[0] + 6, shape[1] + 6)
    assert (wide[3:-3, 3:-3] == gray).all()


def test_ink_at_the_edge_is_not_drawn_out():
    gray = np.full((40, 40), 200, np.uint8)
    gray[:, 15:22] = 20
    wide = with_paper_around(gray, 10)
    assert (wide[:10] == 200).all()
    assert (wide[-10:] == 200).all()


def test_the_margin_follows_the_light():
    gray = np.tile(np.linspace(100, 200, 900).astype(np.uint8), (30, 1))
    wide = with_paper_around(gray, 20)
    assert abs(int(wide[0, 40]) - 100) < 12
    assert abs(int(wide[0, -40]) - 200) < 12


@pytest.mark.parametrize("at_least", [None, 40, 300])
@pytest.mark.parametrize("quarters", [0, 1])
def test_a_picture_with_a_margin_is_decoded_at_any_size(at_least, quarters):
    picture = Picture(np.full((200, 600), 255, np.uint8)).turned(quarters).with_margin(50)
    assert sorted((picture.height, picture.width)) == [300, 700]
    shape = picture.gray(at_least_px=at_least).shape
    assert max(shape) >= min(at_least or 700, 700)
    assert shape[0] / shape[1] == pytest.approx(picture.height / picture.width, rel=0.05)


def test_a_printed_line_along_the_edge_is_not_drawn_out():
    gray = np.full((60, 900), 230, np.uint8)
    gray[:3, :600] = 10
    wide = with_paper_around(gray, 30)
    assert (wide[:30] == 230).mean() > 0.9
