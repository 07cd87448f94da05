"""The built-in writer draws every character, at its size, never twice alike."""

import string

import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.synthesis.stroke_font import STROKES
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE


def test_strokes_cover_the_promised_characters():
    assert set(STROKES) == set(string.ascii_letters + string.digits + ".,!?-':/+=()")


@pytest.mark.parametrize("character", sorted(STROKES))
def test_every_character_has_ink_inside_its_patch(character, rng):
    drawn = StrokeWriter().draw(character, letter_height_px=40, rng=rng)
    assert drawn.coverage.dtype == np.uint8
    assert drawn.coverage.sum() > 0
    assert drawn.advance > 0
    # Nothing is cut off: the outermost pixels are clear.
    edges = (drawn.coverage[0], drawn.coverage[-1], drawn.coverage[:, 0], drawn.coverage[:, -1])
    assert not any(edge.any() for edge in edges)


@pytest.mark.parametrize("character", sorted(string.ascii_uppercase + string.digits))
def test_capitals_and_digits_reach_from_baseline_to_cap_height(character, rng):
    writer = StrokeWriter(jitter_letters=0, pressure_frac=0)
    drawn = writer.draw(character, letter_height_px=50, rng=rng)
    letter = 50 * SUPERSAMPLE
    rows = drawn.coverage.any(axis=1).nonzero()[0]
    pen = writer.pen_letters * letter / 2
    assert drawn.baseline_row - rows[0] == pytest.approx(letter + pen, abs=0.06 * letter)
    deepest = 0.15 if character == "Q" else 0.06
    assert rows[-1] - drawn.baseline_row == pytest.approx(pen, abs=deepest * letter)


def test_two_copies_differ(rng):
    first, second = (StrokeWriter().draw("A", letter_height_px=40, rng=rng).coverage for _ in range(2))
    assert first.shape != second.shape or not np.array_equal(first, second)


@pytest.mark.parametrize(
    "setting",
    [{"pen_letters": 0}, {"slant_deg": 60}, {"jitter_letters": -1}, {"pressure_frac": float("nan")}],
)
def test_settings_outside_their_range_are_refused(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        StrokeWriter(**setting)


def test_unknown_character_is_a_key_error(rng):
    assert not StrokeWriter().can_write("ß")
    with pytest.raises(KeyError):
        StrokeWriter().draw("ß", letter_height_px=40, rng=rng)
