"""The network that classifies cuts: its file, and its output for plain cases."""

import numpy as np
import pytest

from ocr.classifier.network import initialise, predict_logits, view_as_network
from ocr.errors import ModelError
from ocr.recognition.cut_classifier import (
    SIZES,
    CutClassifier,
    load_cut_classifier,
    save_cut_classifier,
    shipped_cut_classifier,
)
from ocr.recognition.cuts import CUT_INPUTS, offer_cuts
from unit.page.drawings import mask


def fresh():
    vector = initialise(SIZES, scheme="he", rng=np.random.default_rng(0)).astype(np.float16)
    return CutClassifier(view_as_network(vector.astype(np.float32), SIZES))


def test_it_takes_what_cuts_are_described_by():
    assert SIZES[0] == CUT_INPUTS


def test_log_odds_are_the_output_of_the_network():
    classifier, inputs = fresh(), np.random.default_rng(1).random((5, SIZES[0]), np.float32)
    assert classifier.log_odds(inputs).tolist() == predict_logits(classifier.network, inputs)[:, 0].tolist()


def test_a_saved_network_is_loaded_as_it_was(tmp_path):
    classifier, path = fresh(), tmp_path / "cuts.npz"
    save_cut_classifier(classifier, path)
    inputs = np.random.default_rng(1).random((5, SIZES[0]), np.float32)
    assert (load_cut_classifier(path).log_odds(inputs) == classifier.log_odds(inputs)).all()


def test_damaged_and_missing_files_are_refused(tmp_path):
    path = tmp_path / "cuts.npz"
    with pytest.raises(ModelError, match="install the program anew"):
        load_cut_classifier(path)
    save_cut_classifier(fresh(), path)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(ModelError, match="damaged"):
        load_cut_classifier(path)


def test_the_shipped_network_parts_two_rings_that_touch_and_no_ring():
    rows, cols = np.mgrid[:40, :76]
    distance = np.minimum(np.hypot(rows - 20, cols - 19), np.hypot(rows - 20, cols - 56))
    rings = (distance > 14) & (distance < 19)
    found = offer_cuts(rings, text_height_px=40, stroke_px=5)
    odds = shipped_cut_classifier().log_odds(found.inputs)
    between = (abs(found.cols - 38) <= 2) & (found.slopes == 0)
    assert odds[between].max() > 0
    assert odds[(abs(found.cols - 38) > 12) & (found.slopes == 0)].max() < odds[between].max() - 2


def test_the_shipped_network_leaves_an_h_whole():
    letter = mask("##......##\n" * 4 + "##########\n" + "##......##\n" * 4, zoom=4)
    found = offer_cuts(letter, text_height_px=36, stroke_px=8)
    assert shipped_cut_classifier().log_odds(found.inputs).max() < 0
