"""Pixels of drawn pages with their classes, and networks that learn from them."""

import shutil
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from click.testing import CliRunner

from ocr.page.ink.pixel_classifier import NETWORK_NAMES, SIZES, load_network
from ocr.training.build_page_networks import (
    Writers,
    gather_examples,
    labelled_pixels,
    main,
    pen_traces,
    train_pixel_network,
)

PRINT = Path(mpl.get_data_path()) / "fonts" / "ttf"


def write_strokes(path, *, providers):
    """Write a file of a zigzag word by each of some writers."""
    steps = np.tile([[10, -16], [10, 16], [-4, -9], [9, 9]], (6, 1))
    count = 12 * len(providers)
    np.savez(
        path,
        dx=np.tile(steps[:, 0], count).astype(np.int16),
        dy=np.tile(steps[:, 1], count).astype(np.int16),
        stroke_len=np.full(count, len(steps)),
        sample_stroke_start=np.arange(count + 1),
        labels=np.full(count, "minimum!"),
        provider=np.repeat(providers, 12),
        writer=np.repeat([f"writer {one}" for one in providers], 12),
    )
    return path


def test_words_of_held_out_writers_are_not_learnt_from(tmp_path):
    path, rng = (
        write_strokes(tmp_path / "words.npz", providers=["aga", "kar", "phi"]),
        np.random.default_rng(0),
    )
    learnt, scored = (pen_traces(path, for_score=score, rng=rng) for score in (False, True))
    assert len(learnt) == len(scored) == 1
    assert len(learnt[0].words) == 12


def test_a_word_stands_on_its_baseline_with_capitals_of_height_one(tmp_path):
    path = write_strokes(tmp_path / "words.npz", providers=["aga"])
    (hand,) = pen_traces(path, for_score=False, rng=np.random.default_rng(0))
    points = np.concatenate(hand.words[0])
    assert points[:, 1].max() == pytest.approx(0, abs=1e-6)
    assert points[:, 1].min() == pytest.approx(-1, abs=0.01)
    assert points[:, 0].min() == pytest.approx(0)


def test_pixels_of_drawn_pages_have_the_inputs_of_the_networks():
    rng, pages = np.random.default_rng(0), []
    writers = Writers([], [], [PRINT / "DejaVuSans.ttf"])
    examples = gather_examples(writers, 6, rng=rng, progress=lambda: pages.append(1))
    assert len(pages) == 6
    inputs, classes = labelled_pixels(examples, first=None, rng=rng)
    assert inputs.shape == (len(classes), SIZES[0][0])
    assert set(np.unique(classes)) == {0, 1, 2}


def test_what_can_be_learnt_is_learnt():
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 3, 4000).astype(np.uint8)
    inputs = rng.normal(5, 2, (4000, 10)).astype(np.float16)
    inputs[np.arange(4000), classes] += 8
    network = train_pixel_network(inputs, classes, hidden=(8,), epochs=60, rng=rng, progress=lambda: None)
    hidden = np.maximum(inputs.astype(np.float32) @ network[0].weights + network[0].bias, 0)
    assert ((hidden @ network[1].weights + network[1].bias).argmax(axis=1) == classes).mean() > 0.95


def test_the_command_writes_networks_that_can_be_loaded(tmp_path):
    strokes = write_strokes(tmp_path / "words.npz", providers=["aga", "phi"])
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    # Every fourth font writes the pages of the score only.
    for name in ("DejaVuSans", "DejaVuSansMono", "DejaVuSans-Bold", "DejaVuSerif"):
        shutil.copy(PRINT / f"{name}.ttf", fonts)
    arguments = ["--strokes", str(strokes), "--fonts", str(fonts), "--print-fonts", str(fonts)]
    arguments += ["--pages", "10", "--epochs", "1", "-o", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "F1 writing" in result.output
    for name, sizes in zip(NETWORK_NAMES, SIZES, strict=True):
        assert len(load_network(tmp_path / f"{name}.npz", sizes)) == len(sizes) - 1
