"""Creases: the shadow along a line goes, writing across it stays."""

import numpy as np
import pytest

from ocr.page.printed.line_removal import remove_crease_shadows
from ocr.page.printed.printed_lines import PrintedLine

LETTER_PX = 40.0
LINE = PrintedLine(upright=False, offset=100.0, slope=0.02, start=0, stop=600)


def creased(shadow=0.1, *, below_px=24, line=0.3):
    """Bare paper with a line, a shadow below it, and letters in the shadow."""
    darkness = np.zeros((220, 600), np.float32)
    middle = 100 + 0.02 * np.arange(600)
    away = np.arange(220)[:, None] - middle
    darkness[(away > 0) & (away < below_px)] = shadow
    darkness[np.abs(away) < 2] = line
    darkness[105:135, 50:550:50] = 0.8
    darkness[105:135, 51:550:50] = 0.8
    return darkness


def test_the_shadow_goes_and_the_letters_stay():
    darkness = creased()
    before = darkness.copy()
    level = remove_crease_shadows(darkness, [LINE], text_height_px=LETTER_PX)
    np.testing.assert_array_equal(darkness, before)
    between = level[112:118, 60:95]
    assert np.abs(between).max() < 0.02
    assert level[115:130, 100].min() > 0.65
    assert level[95:105].max() >= 0.3, "the line itself is none of its business"


def test_an_upright_crease():
    upright = LINE._replace(upright=True)
    level = remove_crease_shadows(creased().T, [upright], text_height_px=LETTER_PX)
    np.testing.assert_allclose(level.T, remove_crease_shadows(creased(), [LINE], text_height_px=LETTER_PX))


@pytest.mark.parametrize(
    "darkness",
    [
        creased(0.0),
        creased(0.02),
        creased(0.45),
        creased(0.2, below_px=150),
        creased(0.2, below_px=5),
        creased(0.1) * (np.arange(600) < 330),
    ],
    ids=["a rule", "uneven light", "a dark bar", "the edge of a sheet", "a double rule", "half a line"],
)
def test_other_lines_have_no_shadow(darkness):
    assert remove_crease_shadows(darkness, [LINE], text_height_px=LETTER_PX) is None


@pytest.mark.parametrize(
    "darkness", [creased(0.04), creased(0.38), creased(0.1, below_px=12)], ids=["pale", "dark", "narrow"]
)
def test_shadows_of_other_creases_go_too(darkness):
    level = remove_crease_shadows(darkness, [LINE], text_height_px=LETTER_PX)
    assert np.abs(level[106:110, 60:95]).max() < 0.02


def test_two_creases_side_by_side():
    darkness = creased()
    away = np.arange(220)[:, None] - (100 + 0.02 * np.arange(600))
    darkness[(away > 60) & (away < 80)] = 0.1
    level = remove_crease_shadows(darkness, [LINE, LINE._replace(offset=158.0)], text_height_px=LETTER_PX)
    assert np.abs(level[112:118, 60:95]).max() < 0.02
    assert np.abs(level[166:176, 60:95]).max() < 0.02


def test_ruled_paper_is_left_alone():
    assert remove_crease_shadows(creased(), [LINE] * 13, text_height_px=LETTER_PX) is None
    assert remove_crease_shadows(creased(), [], text_height_px=LETTER_PX) is None


def test_a_crease_at_the_edge_of_the_page():
    darkness = creased()[90:]
    level = remove_crease_shadows(darkness, [LINE._replace(offset=10.0)], text_height_px=LETTER_PX)
    assert np.abs(level[22:28, 60:95]).max() < 0.02
