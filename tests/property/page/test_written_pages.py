"""Whole pages by the built-in hand, and random ink: what must hold on any page."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from unit.page.drawings import as_bytes, written

from ocr.image.picture import Picture
from ocr.reader import Reader, find_layout
from ocr.synthesis import degradations, lighting

LINES = ("THE QUICK BROWN FOX", "JUMPS OVER A LAZY DOG", "BOX 274 AND 9 MEN")
TEXT = "\n".join(LINES)


@functools.cache
def reader():
    return Reader()


def cer(read, truth=TEXT):
    return Levenshtein.distance(read, truth) / len(truth)


def rng():
    return np.random.default_rng(3)


DAMAGES = {
    "none": lambda gray: gray,
    "shadow": lambda gray: lighting.shadow_edge(gray, strength=0.5, rng=rng()),
    "uneven light": lambda gray: lighting.uneven_light(gray, strength=0.5, rng=rng()),
    "noise": lambda gray: degradations.sensor_noise(gray, strength=0.04, rng=rng()),
    "blur": lambda gray: degradations.blur(gray, radius_px=1.5),
    "low contrast": lambda gray: degradations.low_contrast(gray, black=0.35, white=0.7),
    "chalk": degradations.invert,
    "paper": lambda gray: degradations.paper_texture(gray, strength=0.03, rng=rng()),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_text_is_read_through_damage(name):
    page = as_bytes(DAMAGES[name](written(*LINES).gray))
    assert cer(reader().read(page).text) <= 0.08


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.5, 3])
def test_text_does_not_depend_on_scale(factor):
    page = degradations.scale(written(*LINES).gray, factor=factor)
    assert cer(reader().read(as_bytes(page)).text) <= 0.08


@pytest.mark.parametrize("margin", [(0, 300), (300, 0), (150, 150)])
def test_text_does_not_depend_on_the_margin(margin):
    page = as_bytes(written(*LINES).gray)
    wide = np.pad(page, [(margin[0], margin[0]), (margin[1], margin[1])], constant_values=255)
    assert cer(reader().read(wide).text) <= 0.08


@pytest.mark.parametrize("slope_deg", [-4, 4])
def test_sloping_lines_are_read(slope_deg):
    assert cer(reader().read(as_bytes(written(*LINES, slope_deg=slope_deg).gray)).text) <= 0.08


def test_boxes_lie_on_the_letters_of_the_given_picture():
    page = written(*LINES)
    document = reader().read(as_bytes(page.gray))
    assert document.text == TEXT
    for found, truth in zip(document.characters, page.characters, strict=True):
        for edge in ("top", "left", "bottom", "right"):
            assert abs(getattr(found.box, edge) - getattr(truth.box, edge)) <= 3


@pytest.mark.parametrize("deviation", [2, 5])
def test_blank_page_with_grain_has_no_lines(deviation):
    noise = np.random.default_rng(4).normal(0, deviation, (600, 800))
    layout = find_layout(Picture(np.clip(200 + noise, 0, 255).astype(np.uint8)))
    assert layout.lines == ()
    assert layout.text_height_px == 0


def assert_every_pixel_is_accounted_for(gray):
    layout = find_layout(Picture(gray))
    mask, labels, rejected = layout.ink.mask, layout.components.labels, layout.rejected_labels
    assert not np.any((labels > 0) & (rejected > 0)), "ink is both writing and rejected"
    assert np.array_equal((labels > 0) | (rejected > 0), mask)
    members = [index for line in layout.glyphs for glyph in line for index in glyph.members]
    assert len(members) == len(set(members)), "a component is in two glyphs"
    strays = set(range(len(layout.components))) - set(members)
    reasons = [mark.reason for mark in layout.rejected]
    assert reasons.count("stray") == len(strays)
    assert len(reasons) - len(strays) - len(layout.rules) == np.unique(rejected[rejected > 0]).size
    for line in layout.glyphs:
        for glyph in line:
            own = np.isin(labels[glyph.box.slices], np.array(glyph.members) + 1)
            assert own.sum() == layout.components.areas[list(glyph.members)].sum()


@pytest.mark.parametrize("name", DAMAGES)
def test_every_ink_pixel_ends_in_one_glyph_or_is_rejected(name):
    assert_every_pixel_is_accounted_for(as_bytes(DAMAGES[name](written(*LINES).gray)))


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.integers(1, 120), st.floats(0, 1))
def test_any_ink_at_all_is_accounted_for(seed, height, width, share):
    noise = np.random.default_rng(seed).random((height, width))
    assert_every_pixel_is_accounted_for(np.where(noise < share, 30, 220).astype(np.uint8))
