"""Fine-tuning of the line network: it learns the lines of a hand, and leaves out texts of other lines."""

import numpy as np
import pytest

from ocr.classifier.network import Layer
from ocr.learning import line_tuning
from ocr.learning.corrected_pages import LineWithText
from ocr.learning.line_tuning import fitting_lines, tuned_line_network
from ocr.line_network.frames import FRAME_PX
from ocr.line_network.line_image import normalize_line
from ocr.line_network.line_model import line_log_probabilities, shipped_line_network
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.touching_lines import write_closely
from ocr.training.line_trainer import classes_of, greedy_texts


def line(text, seed=1):
    drawn = write_closely(text, writer=StrokeWriter(), rng=np.random.default_rng(seed))
    return normalize_line(drawn.coverage / np.float32(255)).pixels


def loss(network, pixels, text):
    from ocr.line_network.ctc import text_log_probability

    (logs,) = line_log_probabilities(network, [pixels])
    return -text_log_probability(logs, classes_of(text)) / len(text)


def test_it_learns_another_name_for_a_shape(monkeypatch):
    monkeypatch.setattr(line_tuning, "_MOST_LOSS", 9.0)
    monkeypatch.setattr(line_tuning, "_RATE", 2e-3)
    before, seen = shipped_line_network(), []
    # This writer's H is an M.
    images = [line(text) for text in ("HOME", "LAHE", "HAIL")]
    right = [LineWithText(image, text) for image, text in zip(images, ("MOME", "LAME", "MAIL"), strict=True)]
    after = tuned_line_network(before, right, rng=np.random.default_rng(2), on_step=seen.append).network
    for pixels, text in right:
        assert loss(after, pixels, text) < 0.5 * loss(before, pixels, text)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    # The shipped network stays as it was.
    assert greedy_texts(before, images[:1]) == ["HOME"]


def test_texts_of_other_lines_are_left_out():
    image = line("GARDEN")
    lines = [
        LineWithText(image, "GARDEN"),
        LineWithText(image, "KITCHEN SINK"),
        LineWithText(image, "GÄRDEN"),
        LineWithText(image, ""),
        LineWithText(image[:, :20], "GARDEN"),
    ]
    assert fitting_lines(shipped_line_network(), lines) == lines[:1]
    tuned = tuned_line_network(shipped_line_network(), lines[1:], rng=np.random.default_rng(1))
    assert tuned.network is tuned.learnt is shipped_line_network()


def test_learning_goes_on_from_the_mean_of_what_was_learnt_from_parts(monkeypatch):
    monkeypatch.setattr(line_tuning, "_RATE", 0.0)
    monkeypatch.setattr(line_tuning, "_MIXED", (0.5, 0.5))
    before, steps = shipped_line_network(), []
    parts = [
        tuple(tuple(Layer(one.weights, one.bias + more) for one in layers) for layers in before)
        for more in (np.float32(0.2), np.float32(0.6))
    ]
    tuned = tuned_line_network(
        before,
        [LineWithText(line("HOME"), "HOME")],
        rng=np.random.default_rng(1),
        learnt_from_parts=parts,
        on_step=steps.append,
    )
    for layers, learnt, used in zip(before, tuned.learnt, tuned.network, strict=True):
        for one, after, mixed in zip(layers, learnt, used, strict=True):
            assert after.bias == pytest.approx(one.bias + 0.4, abs=1e-5)
            assert mixed.bias == pytest.approx(one.bias + 0.2, abs=1e-5)
    assert len(steps) == line_tuning._FEWEST_STEPS // 2


@pytest.mark.parametrize(
    ("losses", "count"),
    [((0.2, 0.3, 0.4, 1.9, 2.1), 4), ((1.7, 1.9, 2.1, 3.3, 4.4), 4), ((4.1, 5.0, 6.0), 0)],
)
def test_more_is_possible_in_a_hand_that_is_hard_to_read(monkeypatch, losses, count):
    found = iter(losses)
    monkeypatch.setattr(line_tuning, "line_log_probabilities", lambda _, images: images)
    monkeypatch.setattr(line_tuning, "text_log_probability", lambda *_: -4 * next(found))
    lines = [LineWithText(np.zeros((36, 60), np.float32), "HOME") for _ in losses]
    fitting = fitting_lines(shipped_line_network(), lines)
    assert [id(one) for one in fitting] == [id(one) for one in lines[:count]]


@pytest.mark.parametrize(("most", "count"), [(1, 1), (100, 2), (10_000, 4)])
def test_a_step_has_so_many_frames(monkeypatch, most, count):
    monkeypatch.setattr(line_tuning, "_STEP_FRAMES", most)
    lines = [LineWithText(np.zeros((36, 160), np.float32), str(number)) for number in range(4)]
    chosen = line_tuning._chosen(lines, np.random.default_rng(1))
    assert len({one.text for one in chosen}) == count


@pytest.mark.parametrize(("lines", "steps"), [(1, 36), (50, 72), (1000, 108)])
def test_more_lines_take_more_steps_within_bounds(lines, steps):
    one = LineWithText(np.zeros((36, 40 * FRAME_PX), np.float32), "text")
    assert line_tuning._steps_for([one] * lines) == steps


@pytest.mark.parametrize(("characters", "share"), [(4, 0.7), (600, 0.85), (2000, 1.0)])
def test_more_characters_change_more(monkeypatch, characters, share):
    monkeypatch.setattr(line_tuning, "_MOST_STEPS", 1)
    shares = []

    def keeping(before, _after, share):
        shares.append(share)
        return before

    monkeypatch.setattr(line_tuning, "mixed", keeping)
    lines = [LineWithText(line("HOME"), "HOME")] * (characters // 4)
    tuned_line_network(shipped_line_network(), lines, rng=np.random.default_rng(1))
    assert shares == pytest.approx([share] * len(shipped_line_network()))
