"""Polarity, flattening and ink."""

import numpy as np
import pytest
from scipy import ndimage

from ocr.page.ink.background import is_light_on_dark, normalize_background
from ocr.page.ink.binarization import binarize, find_ink, grain_floor, thinned
from ocr.page.ink.components import pen_width_px
from ocr.synthesis.lighting import shadow_edge
from unit.page.drawings import as_bytes, gray, mask, written

LINES = ("DARK ON LIGHT", "or the other way")
CROSS = """
..#..
..#..
#####
..#..
..#..
"""


@pytest.mark.parametrize("text_height_px", [20, 48, 90])
def test_polarity(text_height_px):
    page = as_bytes(written(*LINES, letter_height_px=text_height_px).gray)
    assert not is_light_on_dark(page)
    assert is_light_on_dark(255 - page)


@pytest.mark.parametrize("ground", [0, 90, 255])
def test_blank_page_is_not_light_on_dark(ground):
    assert not is_light_on_dark(np.full((60, 90), ground, np.uint8))


def deep_shadow(shape, *, strength):
    """Light of a page most of which lies in a shadow with a round edge."""
    rows, cols = np.indices(shape) / np.array(shape)[:, None, None]
    inside = np.hypot(cols - 1, rows) < 1.0
    return ndimage.gaussian_filter(1 - strength * inside, 6)


def test_a_deep_shadow_on_most_of_a_page_is_no_dark_ground():
    page = written("WE MET AT TEN AND TALKED", "NOBODY KNEW WHO HAD", "TAKEN THE BOAT AND GONE").gray
    dark = as_bytes(0.9 * page * deep_shadow(page.shape, strength=0.6))
    assert not is_light_on_dark(dark)
    assert is_light_on_dark(255 - as_bytes(page))


def on_dark_table(darkest, ink):
    """A sheet that lies aslant on a dark table and gets darker downwards, with pale ink, and where it is."""
    page = np.pad(written("WE MET AT TEN", "AND TALKED").gray, 120, constant_values=1)
    light = np.linspace(1, darkest, page.shape[0])[:, None]
    rows, cols = np.indices(page.shape)
    aside = cols - 0.12 * rows
    sheet = (aside > 20) & (aside < page.shape[1] - 100) & (rows > 10) & (rows < page.shape[0] - 10)
    return np.where(sheet, as_bytes((1 - ink * (1 - page)) * light), 12).astype(np.uint8), sheet


def test_the_table_beside_a_sheet_does_not_show_its_polarity():
    assert not is_light_on_dark(*on_dark_table(darkest=0.3, ink=0.1))
    photo, sheet = on_dark_table(darkest=0.7, ink=0.3)
    assert is_light_on_dark(255 - photo, sheet)


def test_paper_is_one_in_light_and_in_shadow():
    page = written("SHADOW AND LIGHT", "ON ONE PAGE", ink_grain=0)
    darkened = shadow_edge(page.gray, strength=0.6, rng=np.random.default_rng(2))
    far_from_ink = ~ndimage.binary_dilation(page.gray < 1, iterations=8)
    assert darkened[far_from_ink].min() < 0.6, "no shadow to remove"
    flat = normalize_background(as_bytes(darkened), text_height_px=48)
    assert flat.dtype == np.float32
    assert flat.min() >= 0
    # Grain may be a little brighter than the paper.
    assert flat.max() <= 1.25
    assert np.quantile(flat[far_from_ink], 0.005) > 0.85
    assert np.median(flat[page.gray < 0.3]) < 0.45


def test_flat_light_leaves_a_page_as_it_is():
    drawn = gray(CROSS, zoom=6, margin=60, ink=100, paper=200)
    flat = normalize_background(drawn, text_height_px=30)
    assert np.abs(flat[drawn == 200] - 1).max() < 0.01
    assert np.abs(flat[drawn == 100] - 0.5).max() < 0.01


@pytest.mark.parametrize("faintness", [0.15, 0.5, 0.95])
def test_ink_of_any_pen(faintness):
    drawn = np.pad(mask(CROSS, zoom=6), 60)
    ink = find_ink((1 - faintness * drawn).astype(np.float32), text_height_px=30)
    assert ink.strength.dtype == np.float32
    assert ink.strength.min() >= 0
    assert ink.strength.max() == 1
    assert np.array_equal(ink.mask, drawn)
    core, near = ndimage.binary_erosion(drawn, iterations=2), ndimage.binary_dilation(drawn, iterations=3)
    assert ink.strength[core].min() > 0.95
    assert ink.strength[~near].max() < 0.05


def test_faint_and_strong_writing_on_one_page():
    drawn = np.pad(mask(CROSS, zoom=6), 60)
    both = np.hstack([0.3 * drawn, 0.9 * drawn]).astype(np.float32)
    ink = find_ink(1 - both, text_height_px=30)
    assert np.array_equal(ink.mask, both > 0)


def test_edge_of_a_blurred_stroke_lies_at_half_its_strength():
    profile = np.zeros(81)
    profile[30:51] = 1
    blurred = ndimage.gaussian_filter1d(profile, 2)
    ink = find_ink((1 - 0.8 * np.tile(blurred, (81, 1))).astype(np.float32), text_height_px=60)
    assert 21 <= ink.mask[40].sum() <= 23


def test_stroke_is_followed_where_the_pen_was_pressed_less_but_a_faint_mark_alone_is_not_ink():
    darkness = np.zeros((60, 120), np.float32)
    darkness[30:34, 20:60] = 0.9
    darkness[30:34, 60:70] = 0.36  # joined to the strong part
    darkness[38:42, 35:45] = 0.36  # alone, beside the strong part
    ink = find_ink(1 - darkness, text_height_px=30)
    for faint in (ink.strength[31, 61:69], ink.strength[39:41, 36:44]):
        assert 0.4 < faint.min() <= faint.max() < 0.5, "both are as dark, but only one is joined"
    assert ink.mask[31, 20:70].all()
    assert not ink.mask[38:42].any()


def test_grain_is_no_ink():
    noise = np.random.default_rng(1).normal(0, 0.03, (200, 300)).astype(np.float32)
    # Five standard deviations above the ground, which is 0.
    assert grain_floor(noise, text_height_px=40) == pytest.approx(5 * 0.03, rel=0.25)


def test_each_ground_has_its_own_grain():
    rng = np.random.default_rng(2)
    paper, cloth = (rng.normal(0, deviation, (400, 400)).astype(np.float32) for deviation in (0.005, 0.05))
    floor = grain_floor(np.hstack([paper, cloth]), text_height_px=30)
    assert floor[:, :300].max() < 0.1, "paper: the faintest ink that is looked for"
    assert floor[:, 500:].min() > 0.15


def test_writing_does_not_count_as_grain():
    page = written(*LINES, ink_grain=0)
    darkness = (0.8 * (1 - page.gray)).astype(np.float32)
    assert grain_floor(darkness, text_height_px=48).max() < 0.15


def test_grain_between_the_lines_is_no_ink():
    page = written(*LINES, ink_grain=0)
    noise = np.random.default_rng(1).normal(0, 0.03, page.gray.shape)
    flat = normalize_background(as_bytes(0.85 * page.gray + noise), text_height_px=48)
    far_from_ink = ~ndimage.binary_dilation(page.gray < 1, iterations=8)
    assert find_ink(flat, text_height_px=48).mask[far_from_ink].mean() < 1e-4


@pytest.mark.parametrize("deviation", [2, 5, 10])
def test_grain_of_a_blank_page_is_no_ink(deviation):
    noise = np.random.default_rng(4).normal(0, deviation / 255, (400, 500))
    flat = normalize_background(as_bytes(0.8 + noise), text_height_px=48)
    assert find_ink(flat, text_height_px=48).mask.mean() < 5e-3


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 9), (9, 1), (3, 50)])
def test_blank_paper_of_any_size_has_no_ink(shape):
    assert not find_ink(np.ones(shape, np.float32), text_height_px=48).mask.any()
    flat = normalize_background(np.full(shape, 200, np.uint8), text_height_px=48)
    np.testing.assert_allclose(flat, 1, rtol=1e-6)


@pytest.mark.parametrize("width", [30, 60])
def test_polarity_of_strokes_wider_than_the_windows(width):
    page = np.full((300, 400), 255, np.uint8)
    page[60:240, 180 : 180 + width] = 0
    page[60 : 60 + width, 120:300] = 0
    assert not is_light_on_dark(page)
    assert is_light_on_dark(255 - page)


def test_thick_strokes_become_thinner_and_usual_ones_stay():
    darkness = np.zeros((120, 200), np.float32)
    darkness[40:80, 40:54] = darkness[40:80, 60:74] = 1
    ink = binarize(darkness, text_height_px=40)
    thin = thinned(darkness, ink, text_height_px=40)
    assert thin is not None
    assert pen_width_px(binarize(thin, text_height_px=40).mask) < pen_width_px(ink.mask) - 3
    assert thinned(darkness, ink, text_height_px=120) is None


def test_a_dark_margin_is_no_thick_pen():
    darkness = np.zeros((200, 200), np.float32)
    darkness[60:100, 80:84] = 1
    darkness[:40] = darkness[160:] = 1
    ink = binarize(darkness, text_height_px=40)
    assert pen_width_px(ink.mask) > 40
    assert thinned(darkness, ink, text_height_px=40) is None


def crossbar(bar, *, gap):
    """Flat gray of an H 40 pixels high with a bar so faint, and gaps in it beside the stems."""
    flat = np.ones((120, 160), np.float32)
    flat[40:80, 50:54] = flat[40:80, 90:94] = 0
    flat[58:62, 54 + gap : 90 - gap] = 1 - bar
    return ndimage.gaussian_filter(flat, 0.8)


def test_the_faint_bar_of_a_letter_is_followed_on_clean_paper_and_its_stems_become_no_thicker():
    letter, stems = (find_ink(crossbar(bar, gap=0), text_height_px=40).mask for bar in (0.33, 0))
    assert ndimage.label(letter)[1] == 1
    assert ndimage.label(stems)[1] == 2
    assert (letter[44:54] == stems[44:54]).all()


def test_strokes_that_nearly_touch_stay_apart():
    flat = np.ones((100, 160), np.float32)
    flat[30:70, 60:64] = flat[30:70, 67:71] = 0
    ink = find_ink(ndimage.gaussian_filter(flat, 1.2), text_height_px=40)
    assert ndimage.label(ink.mask)[1] == 2


def test_in_the_grain_of_paper_nothing_fainter_is_followed():
    rng = np.random.default_rng(1)
    rough = crossbar(0.33, gap=0) + rng.normal(0, 0.08, (120, 160)).astype(np.float32)
    smooth = binarize(np.float32(1) - rough, text_height_px=40, follow_faint=False)
    followed = binarize(np.float32(1) - rough, text_height_px=40)
    assert (followed.mask == smooth.mask).mean() > 0.995
