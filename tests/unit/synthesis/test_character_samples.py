"""Single characters drawn as training data; a font for the test is Pillow's own default face."""

import numpy as np
import pytest
from PIL import ImageFont

from ocr.classifier.alphabet import PRINT
from ocr.synthesis.character_samples import draw_characters
from ocr.synthesis.fonts import FontFile, is_block

# Marks that only fonts can teach, because the built-in writer lacks them.
FONTS_ONLY = '";&@#$%*'
CHARACTERS = [character for character in PRINT[:-1] if character not in FONTS_ONLY]


def font_in(folder, package):
    """Give a font that a folder of this name says to come from an npm package."""
    path = folder / "node_modules" / "@fontsource" / package / "files" / "face.ttf"
    path.parent.mkdir(parents=True)
    path.write_bytes(ImageFont.load_default(20).font_bytes)
    return FontFile(path, f"@fontsource/{package}", "OFL-1.1")


def drawn(fonts=(), characters="Ab1?", *, per_font=1, by_strokes=0, seed=0):
    rng = np.random.default_rng(seed)
    return list(draw_characters(fonts, list(characters), per_font=per_font, by_strokes=by_strokes, rng=rng))


def test_strokes_draw_every_character_that_they_have():
    found = drawn(characters=PRINT[:-1], by_strokes=2)
    assert [character for _, character in found] == [*CHARACTERS, *CHARACTERS]
    for ink, _ in found:
        assert ink.dtype == np.float32
        assert ink.ndim == 2
        assert ink.max() == 1
        assert ink.min() == 0


@pytest.mark.parametrize("package", ["amatic-sc", "permanent-marker", "rock-salt"])
def test_block_fonts_write_no_small_letters(tmp_path, package):
    font = font_in(tmp_path, package)
    assert is_block(font)
    assert [character for _, character in drawn([font])] == ["A", "1", "?"]


@pytest.mark.parametrize("package", ["patrick-hand", "my-rock-salt"])
def test_other_fonts_write_small_letters(tmp_path, package):
    assert [character for _, character in drawn([font_in(tmp_path, package)])] == list("Ab1?")


def test_characters_that_a_font_lacks_are_left_to_the_others(tmp_path):
    found = drawn([font_in(tmp_path, "patrick-hand")], "A\u4e00", by_strokes=1)
    assert [character for _, character in found] == ["A", "A"]


def test_a_space_is_no_drawing(tmp_path):
    assert [character for _, character in drawn([font_in(tmp_path, "patrick-hand")], " A")] == ["A"]


def test_each_writer_draws_as_often_as_asked_with_other_pens(tmp_path):
    font = font_in(tmp_path, "patrick-hand")
    found = drawn([font], "AB", per_font=5, by_strokes=3)
    assert [character for _, character in found] == list("AB") * 8
    assert len({float(ink.sum()) for ink, character in found if character == "A"}) >= 6
    assert drawn([font], "AB", per_font=0) == []
    assert len(drawn([font, font], "AB", per_font=2)) == 8


def test_the_seed_decides(tmp_path):
    font = font_in(tmp_path, "patrick-hand")
    first, again, other = (drawn([font], per_font=2, by_strokes=2, seed=seed) for seed in (1, 1, 2))
    assert len(first) == len(again) == len(other) == 16
    for (ink, character), (ink_again, sign_again) in zip(first, again, strict=True):
        assert character == sign_again
        np.testing.assert_array_equal(ink, ink_again)
    assert any(
        ink.shape != changed.shape or (ink != changed).any()
        for (ink, _), (changed, _) in zip(first, other, strict=True)
    )
