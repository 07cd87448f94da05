"""Lines to train on, drawn from strokes, fonts and characters that the tests make."""

import numpy as np
import pytest

from ocr.datasets.emnist import LabelledImages
from ocr.datasets.pen_strokes import PenStrokes
from ocr.line_network.line_image import LINE_ROWS
from ocr.line_network.line_model import CHARACTERS, STAGES
from ocr.synthesis.pen_lines import PenWord, place_words
from ocr.training.build_line_network import draw_lines, greedy_error, train_line_network
from ocr.training.line_samples import LineSources, draw_line_sample
from ocr.training.line_trainer import (
    LineTrainer,
    augmented,
    batches_of,
    fresh_parameters,
    greedy_texts,
    make_batch,
)
from ocr.training.touching_samples import writers_with

STEM = np.array([[0, 0], [0, 20]], np.float32)
BOWL = np.array([[0, 10], [10, 10], [10, 20], [0, 20], [0, 10]], np.float32)


def word_strokes(text):
    """Stems for l, bowls for o."""
    return [(STEM if one == "l" else BOWL) + (14 * place, 0) for place, one in enumerate(text)]


def pen_strokes(texts, providers=None):
    strokes = [word_strokes(text.replace(" ", "")) for text in texts]
    flat = [stroke for word in strokes for stroke in word]
    return PenStrokes(
        np.concatenate(flat),
        np.cumsum([0, *map(len, flat)]),
        np.cumsum([0, *map(len, strokes)]),
        np.array(texts),
        np.array(providers or ["sta"] * len(texts)),
        np.array(["one"] * len(texts)),
    )


@pytest.fixture(scope="module")
def sources():
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 4:24, 13:15] = 255
    images[1, 8:20, [8, 19]] = images[1, [8, 19], 8:20] = 255
    single = LabelledImages(images, np.array([0, 1]), ("l", "o"))
    words = pen_strokes(["lo", "ol", "loo", "oll"] * 30)
    return LineSources.of(words, pen_strokes(["lo ol", "loll oo"] * 5), (), writers_with(single, ()))


def test_held_out_providers_and_unreliable_labels_are_left_out():
    words = pen_strokes(["lo", "ol", "..", "loo"], ["kar", "abm", "sta", "sta"])
    found = LineSources.of(words, pen_strokes(["lo", "ol"], ["apb", "bba"]), (), None)
    assert found.writers == [[3]]
    assert found.lines == []


def test_words_are_set_side_by_side_on_one_baseline():
    words = [PenWord(text, word_strokes(text)) for text in ("lo", "ol", "lo")]
    placed = place_words(words, np.random.default_rng(0))
    assert len(placed) == 6
    lefts = [stroke[:, 0].min() for stroke in placed]
    assert lefts == sorted(lefts)
    feet = [stroke[:, 1].max() for stroke in placed]
    assert np.ptp(feet) < 0.5


def test_samples_are_normalized_lines_with_their_text(sources):
    rng = np.random.default_rng(3)
    drawn = [one for one in (draw_line_sample(sources, rng) for _ in range(60)) if one is not None]
    assert len(drawn) > 25
    for sample in drawn:
        assert sample.pixels.shape[0] == LINE_ROWS
        assert sample.pixels.dtype == np.uint8
        assert sample.pixels.max() > 60
        assert sample.text == " ".join(sample.text.split())
        assert set(sample.text.lower()) <= set("lo 0123456789.,:/-$#+(abcdefghijklmnpqrstuvwxyz")


def test_augmented_lines_keep_their_height_and_ink(sources):
    rng = np.random.default_rng(4)
    (sample,) = draw_lines(sources, 1, rng=rng, progress=lambda _: None)
    pixels = sample.strength
    for _ in range(10):
        line = augmented(pixels, rng)
        assert line.shape[0] == LINE_ROWS
        assert 0.6 < line.shape[1] / pixels.shape[1] < 1.6
        assert 0 <= line.min() <= line.max() <= 1
        assert line.sum() > 0


def test_batches_hold_each_line_once_and_lines_of_about_one_width():
    widths = np.random.default_rng(5).integers(40, 900, 300)
    groups = list(batches_of(widths, np.random.default_rng(6)))
    assert sorted(np.concatenate(groups)) == list(range(300))
    assert np.mean([np.ptp(widths[group]) for group in groups]) < 300


def test_steps_on_one_batch_lower_its_loss(sources):
    rng = np.random.default_rng(7)
    lines = sorted(
        draw_lines(sources, 12, rng=rng, progress=lambda _: None), key=lambda one: one.pixels.shape[1]
    )[:4]
    batch = make_batch(
        [line.strength for line in lines],
        [[CHARACTERS.index(one) + 1 for one in line.text] for line in lines],
    )
    trainer = LineTrainer(fresh_parameters(rng))
    losses = [trainer.step(batch, 1e-3).mean() for _ in range(25)]
    assert losses[-1] < 0.5 * losses[0]


def test_training_sees_each_line_as_often_as_asked(sources):
    rng = np.random.default_rng(8)
    lines = draw_lines(sources, 3, rng=rng, progress=lambda _: None)
    seen = []
    network = train_line_network(lines, epochs=2, rng=rng, progress=seen.append)
    assert len(network) == len(STAGES)
    assert 6 <= sum(seen) < 9
    assert 0 <= greedy_error(network, lines) <= 5
    assert len(greedy_texts(network, [lines[0].strength])) == 1
