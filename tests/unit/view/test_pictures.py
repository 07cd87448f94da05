"""What is drawn has the right content; how it looks is for eyes."""

import io

import numpy as np
import pytest
from PIL import Image

from ocr.classifier.features import FEATURE_COUNT
from ocr.evaluation.characters import Evaluation
from ocr.experiments.comparison import Outcome, Run
from ocr.experiments.gradients import GradientHistory
from ocr.experiments.lessons.lesson_parts import Chart, Series
from ocr.experiments.units import Unit
from ocr.training.learner import Epoch
from ocr.view.confusion_matrix import draw_confusion
from ocr.view.confusion_report import confusion_report
from ocr.view.gradient_curves import draw_gradients
from ocr.view.html_parts import picture_address, probability_bars, styles
from ocr.view.option_curves import draw_comparison
from ocr.view.svg_chart import line_chart, nice_ticks
from ocr.view.weight_maps import draw_pixel_weights, draw_weights, rose


def examination(names="AB<"):
    rng = np.random.default_rng(0)
    count = 40
    probabilities = rng.dirichlet(np.ones(len(names)), count).astype(np.float32)
    truth = rng.integers(0, len(names), count)
    return Evaluation(tuple(names), np.arange(count), truth, probabilities)


def epochs(*accuracies):
    return tuple(
        Epoch(number, 3, 1 / number, accuracy, accuracy, 0.1, 100.0, 0.0)
        for number, accuracy in enumerate(accuracies, 1)
    )


def opened(content):
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize("names", ["AB", "0123456789ABCDEFGHIJKLMN"])
def test_confusion_matrix_is_drawn_for_few_and_many_classes(names):
    content = draw_confusion(examination(names), title="tiny")
    assert opened(content).width > 300
    assert len(content) < 150_000


def test_a_faultless_model_can_be_drawn_too():
    perfect = Evaluation(("A", "B"), np.arange(2), np.array([0, 1]), np.eye(2, dtype=np.float32))
    assert opened(draw_confusion(perfect, title="perfect"))
    assert "100.00 %" in confusion_report(perfect, np.zeros((2, 28, 28), np.uint8), title="perfect")


def test_the_report_escapes_signs_and_titles():
    page = confusion_report(examination(), np.zeros((40, 28, 28), np.uint8), title="</title><script>")
    assert page.count("<script>") == 1
    assert "&lt;/title&gt;" in page
    assert 'scope="row">&lt;</th>' in page


def test_comparison_with_a_run_that_diverged_at_once():
    good = Outcome("epochs", "3", (Run(1, epochs(0.1, 0.5, 0.6), 1.0, diverged=False),) * 2)
    bad = Outcome("epochs", "4", (Run(1, (), 0.1, diverged=True),))
    assert opened(draw_comparison([[good, bad], [good]], title="two options")).height > 500


def test_a_rose_has_each_map_on_its_own_side():
    weights = np.zeros(FEATURE_COUNT, dtype=np.float32)
    weights[:64] = 1  # east
    weights[2 * 64 : 3 * 64] = 2  # south
    weights[512:] = 3  # ink
    square = rose(weights)
    assert square.shape == (180, 180)
    assert square[90, 150] == 1
    assert square[150, 90] == 2
    assert square[90, 90] == 3
    assert square[20, 20] == 0
    assert np.isnan(square[58, 90])


def test_weights_and_gradients_are_drawn():
    rng = np.random.default_rng(1)
    unit = Unit(1, *(rng.normal(size=FEATURE_COUNT).astype(np.float32) for _ in range(3)), "A B C")
    assert opened(draw_weights([unit], title="one unit")).height > 200
    history = GradientHistory("relu", rng.uniform(0.1, 1, (20, 3)), np.ones(20))
    assert opened(draw_gradients([history, history], title="two nets")).width > 500


def test_equal_pictures_are_equal_files():
    assert draw_confusion(examination(), title="a") == draw_confusion(examination(), title="a")


def test_pages_carry_their_pictures():
    assert picture_address(np.zeros((2, 3), np.uint8)).startswith("data:image/png;base64,")
    bars = probability_bars([("A", 0.75), ("<", 0.25)])
    assert "75.0 %" in bars
    assert "&lt;" in bars
    assert styles("cards.css").index(".crop") < styles("cards.css").index(".cards")


def test_pictures_of_pixel_weights_and_of_dead_nets():
    rng = np.random.default_rng(1)
    units = [Unit(n, *(rng.normal(size=784).astype(np.float32) for _ in range(3)), "A") for n in range(5)]
    assert opened(draw_pixel_weights(units, title="five units")).width > 900
    dead = GradientHistory("relu", np.zeros((20, 154)), np.ones(20))
    alive = GradientHistory("tanh", rng.uniform(1e-300, 1, (20, 154)), np.ones(20))
    assert opened(draw_gradients([dead, alive], title="one of them dead")).height > 300
    assert opened(draw_gradients([dead], title="all dead")).height > 300


@pytest.mark.parametrize("axis", ["epochs", "steps", "seconds"])
def test_comparisons_over_each_axis(axis):
    log = tuple(
        Epoch(n, 3, 1 / n, 0.5, 0.5, 0.1, 100.0, 0.0, steps=9 * n, seconds=0.5 * n) for n in (1, 2, 3)
    )
    outcome = Outcome("epochs", "3", (Run(1, log, 1.0, diverged=False), Run(2, log[:1], 1.0, diverged=True)))
    assert (
        outcome.axis(axis).tolist()
        == {"epochs": [1, 2, 3], "steps": [9, 18, 27], "seconds": [0.5, 1, 1.5]}[axis]
    )
    assert opened(draw_comparison([[outcome]], title="one", axis=axis)).height > 300


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-100, 3, [-100, -50, 0]),
        (0.1, 0.13, [0.1, 0.11, 0.12, 0.13]),
    ],
)
def test_ticks_are_round_numbers(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)


def test_a_chart_of_one_value_has_axes():
    chart = Chart("one", "x", "y", (Series("<a>", (1.0, 2.0), (3.0, 3.0)),), powers=True)
    drawn = line_chart(chart)
    assert "&lt;a&gt;" in drawn
    assert "nan" not in drawn
