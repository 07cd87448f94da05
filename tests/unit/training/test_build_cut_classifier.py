"""Cuts labelled by whose ink they part, and a network that learns from them."""

import numpy as np
import pytest
from click.testing import CliRunner

from ocr.recognition.cut_classifier import SIZES, load_cut_classifier
from ocr.recognition.cuts import AROUND_COLS, AROUND_ROWS
from ocr.synthesis.touching_lines import WrittenLine
from ocr.training.build_cut_classifier import (
    LabelledCuts,
    Words,
    evaluate_cuts,
    gather_cuts,
    labelled_cuts,
    main,
    train_cut_classifier,
)

LETTER_PX = 48


def two_rings():
    """Two rings that touch, each by itself a character."""
    rows, cols = np.mgrid[:100, :220]
    rings = [abs(np.hypot(rows - 50, cols - col) - 20) < 4 for col in (50, 95)]
    owners = np.where(rings[0], 1, np.where(rings[1], 2, 0)).astype(np.int32)
    return WrittenLine(np.where(owners > 0, 255, 0).astype(np.uint8), owners, "oo")


def columns_of(inputs):
    """Column of a cut in its glyph, in text heights."""
    return inputs[AROUND_ROWS * AROUND_COLS + 2]


def test_cuts_between_two_rings_part_letters_and_cuts_through_a_ring_do_not():
    rng = np.random.default_rng(0)
    found = [cut for _ in range(20) for cut in labelled_cuts(two_rings(), rng=rng)]
    assert {label for _, label in found} == {True, False}
    # The rings touch in the middle of the glyph.
    middle = [columns_of(inputs) / inputs[AROUND_ROWS * AROUND_COLS] for inputs, label in found if label]
    assert 0.4 < min(middle) <= max(middle) < 0.6


def test_a_blank_line_offers_nothing():
    blank = WrittenLine(np.zeros((50, 50), np.uint8), np.zeros((50, 50), np.int32), "")
    assert list(labelled_cuts(blank, rng=np.random.default_rng(0))) == []


def test_a_line_counts_its_cuts():
    class Rings:
        def write(self, words, *, rng):
            assert words
            return two_rings()

    lines = []
    rng = np.random.default_rng(0)
    cuts = gather_cuts(Rings(), Words({"oo": 1.0}), 6, rng=rng, progress=lambda: lines.append(1))
    assert len(lines) == 6
    assert cuts.inputs.shape == (len(cuts.labels), SIZES[0])
    assert 0 < cuts.labels.mean() < 1


def test_what_can_be_learnt_is_learnt():
    rng = np.random.default_rng(0)
    labels = rng.random(4000) < 0.3
    inputs = rng.normal(0, 1, (4000, SIZES[0])).astype(np.float16)
    inputs[:, 5] += 4 * labels
    cuts = LabelledCuts(inputs, labels)
    classifier = train_cut_classifier(cuts, epochs=12, seed=1, progress=lambda: None)
    odds = classifier.log_odds(inputs.astype(np.float32))
    assert ((odds > 0) == labels).mean() > 0.9
    assert "4,000 cuts" in evaluate_cuts(classifier, cuts)


def test_the_command_writes_a_network_that_can_be_loaded(emnist_folder, tmp_path):
    words, output = tmp_path / "words.txt", tmp_path / "classifier.npz"
    words.write_text("the 90\nhello 10\n", encoding="utf-8")
    arguments = ["--data", str(emnist_folder), "--words", str(words), "--lines", "10", "--epochs", "1"]
    result = CliRunner().invoke(main, [*arguments, "-o", str(output)])
    assert result.exit_code == 0, result.output
    assert "cuts" in result.output
    load_cut_classifier(output)


def test_words_are_needed(emnist_folder, tmp_path):
    result = CliRunner().invoke(main, ["--data", str(emnist_folder), "-o", str(tmp_path / "classifier.npz")])
    assert result.exit_code == 2
    assert "--words" in result.output


@pytest.fixture(scope="module")
def emnist_folder(tmp_path_factory):
    from cli.laboratory import write_emnist

    return write_emnist(tmp_path_factory.mktemp("emnist"))
