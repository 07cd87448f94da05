"""The networks that classify pixels: their inputs, their answers on drawn pages, their files."""

import numpy as np
import pytest

from ocr.classifier.network import initialise, predict_logits, view_as_network
from ocr.errors import ModelError
from ocr.page.ink import pixel_classifier, pixel_surroundings
from ocr.page.ink.pixel_classifier import (
    CLASSES,
    FAINTEST,
    LINE,
    NETWORK_NAMES,
    SIZES,
    WRITING,
    class_probabilities,
    classify_pixels,
    load_network,
    save_network,
    shipped_networks,
)
from unit.page.drawings import written

HEIGHT = 40.0


def fresh(index=0):
    vector = initialise(SIZES[index], scheme="he", rng=np.random.default_rng(index))
    return view_as_network(vector.astype(np.float16).astype(np.float32), SIZES[index])


def ruled_words():
    """Darkness (H, W) of words between rules in both directions, and where rules and words are alone."""
    page = written("HELLO WORLD", "RULED PAGE", letter_height_px=int(HEIGHT), ink_grain=0)
    writing = np.clip(1 - page.gray, 0, 1).astype(np.float32)
    rules = np.zeros_like(writing)
    rules[15::70] = rules[16::70] = 0.5
    rules[:, 30::90] = rules[:, 31::90] = 0.5
    return np.maximum(writing, rules), writing > 0.5, (rules > 0) & (writing < 0.05)


def test_blocks_are_as_wide_as_the_networks():
    darkness, _, _ = ruled_words()
    small = pixel_classifier.at_network_scale(darkness, HEIGHT)
    places = np.flatnonzero(small > 0.3)
    blocks = pixel_surroundings.darkness_blocks(small, places, 0.8)
    assert pixel_surroundings.inputs_of(blocks).shape == (len(places), SIZES[0][0])
    odds = class_probabilities(fresh(), blocks)
    blocks = pixel_surroundings.answer_blocks(small.shape, places, odds)
    assert pixel_surroundings.inputs_of(blocks).shape == (len(places), SIZES[1][0])


def test_sums_by_cell_equal_the_network_on_all_inputs():
    darkness, _, _ = ruled_words()
    small = pixel_classifier.at_network_scale(darkness, HEIGHT)
    blocks = pixel_surroundings.darkness_blocks(small, np.flatnonzero(small > 0.3), 0.8)
    logits = predict_logits(fresh(), pixel_surroundings.inputs_of(blocks))
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(
        class_probabilities(fresh(), blocks), odds / odds.sum(axis=1, keepdims=True), atol=1e-4
    )


def test_rules_are_lines_and_letters_are_writing():
    darkness, words, rules = ruled_words()
    writing, line, _ = classify_pixels(darkness, darkness, text_height_px=HEIGHT)
    assert (writing[words] > line[words]).mean() > 0.9
    assert (line[rules] > writing[rules]).mean() > 0.9


def test_probabilities_are_zero_off_the_candidates():
    darkness, _, _ = ruled_words()
    candidates = darkness > FAINTEST
    writing, line, _ = classify_pixels(darkness, darkness, text_height_px=HEIGHT)
    assert not writing[~candidates].any()
    assert not line[~candidates].any()
    assert (writing + line).max() < 1.01


def test_a_blank_page_has_no_answers():
    blank = np.zeros((60, 90), np.float32)
    writing, line, _ = classify_pixels(blank, blank, text_height_px=HEIGHT)
    assert not writing.any()
    assert not line.any()


def test_a_picture_smaller_than_a_letter_is_no_problem():
    dark = np.ones((3, 2), np.float32)
    writing, line, _ = classify_pixels(dark, dark, text_height_px=HEIGHT)
    assert writing.shape == line.shape == (3, 2)


def test_there_is_a_network_for_each_name():
    assert len(shipped_networks()) == len(NETWORK_NAMES) == len(SIZES)
    assert {sizes[-1] for sizes in SIZES} == {len(CLASSES)}
    assert {WRITING, LINE} < set(range(len(CLASSES)))


def test_a_saved_network_is_loaded_as_it_was(tmp_path):
    path = tmp_path / "pixels.npz"
    save_network(fresh(), path)
    for layer, loaded in zip(fresh(), load_network(path, SIZES[0]), strict=True):
        assert (layer.weights == loaded.weights).all()
        assert (layer.bias == loaded.bias).all()


def test_damaged_and_missing_files_are_refused(tmp_path):
    path = tmp_path / "pixels.npz"
    with pytest.raises(ModelError, match="install the program anew"):
        load_network(path, SIZES[0])
    save_network(fresh(1), path)
    with pytest.raises(ModelError, match="damaged"):
        load_network(path, SIZES[0])


def test_a_long_strip_of_specks_is_not_enlarged(monkeypatch):
    monkeypatch.setattr(pixel_classifier, "at_network_scale", lambda *_: pytest.fail("enlarged"))
    strip = np.zeros((300, 9000), np.float32)
    found = classify_pixels(strip, strip, text_height_px=7)
    assert found.writing.shape == found.line.shape == strip.shape
    assert not found.writing.any()
    assert not found.line.any()
