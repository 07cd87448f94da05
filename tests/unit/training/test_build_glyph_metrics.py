"""Where characters stand on a line, measured on drawings with known places."""

import numpy as np
import pytest
from click.testing import CliRunner

from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE, DrawnCharacter
from ocr.training.build_glyph_metrics import main, measure_glyph_metrics


class Ruler:
    """Draws bars: from the baseline to a capital's height, or below the baseline for small letters."""

    def can_write(self, character):
        return character in "Ig"

    def draw(self, character, *, letter_height_px, rng):
        del rng
        height = round(letter_height_px) * SUPERSAMPLE
        ink = np.zeros((3 * height, height), np.uint8)
        rows = slice(height, 2 * height) if character == "I" else slice(2 * height, 2 * height + height // 2)
        ink[rows, : height // 4] = 255
        return DrawnCharacter(ink, baseline_row=2 * height, origin_col=0, advance=height)


def test_places_are_heights_above_the_baseline():
    median, spread = measure_glyph_metrics([(Ruler(), False)] * 2, "Ig", rng=np.random.default_rng(0))
    assert median == pytest.approx(np.array([[1.0, 0.0, 0.25], [0.0, -0.5, 0.25]]))
    assert not spread.any()


def test_small_letters_of_a_writer_of_capitals_and_unknown_characters_are_left_out():
    median, spread = measure_glyph_metrics([(Ruler(), True)], "Igx", rng=np.random.default_rng(0))
    assert median[0, 0] == 1
    assert not median[1:].any()
    assert (spread > 0).all()


def test_the_built_in_writer_puts_a_comma_low_and_an_apostrophe_high():
    median, _ = measure_glyph_metrics([(StrokeWriter(), False)], ",'", rng=np.random.default_rng(0))
    assert median[0, 0] < 0.4 < median[1, 1]


def test_a_folder_without_fonts_is_refused(tmp_path):
    (tmp_path / "fonts").mkdir()
    result = CliRunner().invoke(main, [str(tmp_path / "fonts"), "-o", str(tmp_path / "p.npz")])
    assert result.exit_code == 2
    assert "fonts" in result.stderr
    assert not (tmp_path / "p.npz").exists()
