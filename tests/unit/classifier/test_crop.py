import tracemalloc

import numpy as np
import pytest

from ocr.classifier.crop import change_strokes, crop_glyph, even_strokes, make_crops, stroke_widths
from unit.classifier.drawn import LETTERS, letter, strokes


def box(crop):
    rows, cols = np.flatnonzero((crop > 0.5).any(axis=1)), np.flatnonzero((crop > 0.5).any(axis=0))
    return rows[0], cols[0], rows[-1] + 1, cols[-1] + 1


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("corner", [(0, 0), (40, 3), (5, 90)])
def test_a_crop_is_centred_wherever_the_ink_lies(name, corner):
    page = np.zeros((260, 260), dtype=np.float32)
    ink = letter(name)
    page[corner[0] : corner[0] + 112, corner[1] : corner[1] + 112] = ink
    crop = crop_glyph(page)
    top, left, bottom, right = box(crop)
    assert crop.shape == (28, 28)
    assert abs(top - (28 - bottom)) <= 1
    assert abs(left - (28 - right)) <= 1
    np.testing.assert_allclose(crop, crop_glyph(ink), atol=1e-4)


@pytest.mark.parametrize(("height", "width"), [(60, 20), (20, 60), (33, 33), (90, 3), (7, 200)])
def test_the_long_side_is_24_px_and_the_aspect_ratio_is_kept(height, width):
    crop = crop_glyph(np.ones((height, width), dtype=np.float32))
    # Ink summed along a line through the middle is a length that does not depend on where edges are blurred.
    tall, wide = crop.sum(axis=0).max(), crop.sum(axis=1).max()
    # 24 since crop version 2, whose box has the soft edges in it: those of a bar, between the centres of its
    # last pixel and the next, cross a tenth of full ink 0.4 px outside.
    long_side = max(height, width)
    assert max(tall, wide) == pytest.approx(24 * long_side / (long_side + 0.8), abs=0.2)
    if min(height, width) > 10:
        assert tall / wide == pytest.approx(height / width, rel=0.05)
    assert crop.max() == 1


def test_a_point_fills_the_box_softly():
    crop = crop_glyph(np.ones((1, 1), dtype=np.float32))
    # Since crop version 2 the blur is part of the box: a pixel is 1.8 px wide at a tenth of its strength.
    rows = np.flatnonzero(crop[:, 14] > 0.5)
    assert rows[-1] + 1 - rows[0] == pytest.approx(24 / 1.8, abs=1)
    assert (crop[10:18, 10:18] > 0.9).all()
    np.testing.assert_allclose(crop, crop[::-1, ::-1], atol=1e-4)


def test_the_soft_edges_are_in_the_box():
    # A ramp from 0 to 1 and back over 40 px crosses a tenth of its peak at rows 2 and 38 of 40.
    ramp = np.minimum(np.arange(41), np.arange(40, -1, -1)) / np.float32(20)
    crop = crop_glyph(np.tile(ramp[:, None].astype(np.float32), (1, 10)))
    rows = np.flatnonzero(crop[:, 14] > 0.1)
    assert (rows[0], rows[-1]) == (2, 25)


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("factor", [0.5, 2, 4])
def test_the_same_letter_at_another_size_gives_nearly_the_same_crop(name, factor):
    crop = make_crops([letter(name)])[0]
    other = make_crops([letter(name, side=round(112 * factor), width=round(12 * factor))])[0]
    assert np.abs(crop - other).mean() < 0.025


def test_faint_ink_is_brought_to_full_strength():
    np.testing.assert_allclose(crop_glyph(letter("F") * np.float32(0.3)), crop_glyph(letter("F")), atol=0.03)


def test_a_crop_as_emnist_has_it_goes_through_nearly_unchanged():
    for name in LETTERS:
        once = make_crops([letter(name, width=13)])[0]
        assert 2.4 < stroke_widths(once[None])[0] < 4
        twice = make_crops([once])[0]
        assert np.corrcoef(once.ravel(), twice.ravel())[0, 1] > 0.9
        assert twice.sum() == pytest.approx(once.sum(), rel=0.1)


@pytest.mark.parametrize("width", [2, 3, 48, 60])
def test_hairlines_and_markers_come_nearer_to_the_usual_stroke_widths(width):
    for name in ("X", "L"):
        raw = crop_glyph(letter(name, side=224, width=width))[None]
        before, after = stroke_widths(raw)[0], stroke_widths(even_strokes(raw))[0]
        if width < 10:
            assert before < 1.7
            assert before < after < 4
        else:
            assert before > 5.1
            assert 1.7 < after < before


@pytest.mark.parametrize("width", [9, 13, 20])
def test_strokes_in_range_are_left_alone(width):
    # Since crop version 2 the range is wide: how thick a letter is, once scaled up, is a hint of its case.
    crop = crop_glyph(letter("F", width=width))[None]
    assert 1.7 < stroke_widths(crop)[0] < 5.1
    np.testing.assert_array_equal(even_strokes(crop), crop)


@pytest.mark.parametrize("width", [2, 4, 6])
def test_the_width_of_a_bar_is_measured(width):
    crop = np.zeros((1, 28, 28), dtype=np.float32)
    crop[0, 4:24, 10 : 10 + width] = 1
    # Twice the area over the outline: 2 * 20 w / (2 * (20 + w)); the two ends count as outline.
    assert stroke_widths(crop)[0] == pytest.approx(20 * width / (20 + width), rel=0.03)


def test_strokes_grow_and_shrink_by_the_asked_amount():
    crop = np.zeros((1, 28, 28), dtype=np.float32)
    crop[0, 12:16] = 1
    rows = {
        change: change_strokes(crop, np.array([change], np.float32))[0, :, 14] for change in (1, -1, 0.5, 0)
    }
    assert rows[1].tolist() == [0] * 11 + [1] * 6 + [0] * 11
    assert rows[-1].tolist() == [0] * 13 + [1] * 2 + [0] * 13
    assert rows[0.5].tolist() == [0] * 11 + [0.5] + [1] * 4 + [0.5] + [0] * 11
    np.testing.assert_array_equal(rows[0], crop[0, :, 14])


def test_empty_ink_gives_an_empty_crop():
    empty = np.zeros((9, 5), dtype=np.float32)
    assert not crop_glyph(empty).any()
    assert not make_crops([empty]).any()
    assert stroke_widths(np.zeros((1, 28, 28), dtype=np.float32)) == [0]
    assert make_crops([]).shape == (0, 28, 28)


def test_a_long_rule_takes_no_more_memory_than_its_square():
    ink = np.ones((20, 3000), dtype=np.float32)
    tracemalloc.start()
    crop = crop_glyph(ink)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * 4 * (3000 * 28 / 24) ** 2
    assert crop[13:15, 14].max() == 1
    assert not crop[:10].any()


def test_the_given_ink_is_not_changed():
    ink = strokes(LETTERS["F"])
    before = ink.copy()
    make_crops([ink])
    np.testing.assert_array_equal(ink, before)
