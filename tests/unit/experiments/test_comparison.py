import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.experiments.comparison import OPTIONS, Outcome, Run, compare, parse_variation
from ocr.training.learner import Epoch
from ocr.training.settings import TrainingSettings
from unit.classifier.drawn import data_of

BASE = TrainingSettings(hidden=(4,), epochs=1, validation=0.25, augment=False)


def run_with(*accuracies, diverged=False):
    log = tuple(
        Epoch(number, 3, 1.0, 0.0, value, 0.1, 1.0, 0.0) for number, value in enumerate(accuracies, 1)
    )
    return Run(1, log, 2.0, diverged)


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("learning-rate=0.1, 0.01", "learning_rate", [0.1, 0.01]),
        ("hidden=8;16,4;", "hidden", [(8,), (16, 4), ()]),
        ("augment=yes,off", "augment", [True, False]),
        ("optimizer=sgd", "optimizer", ["sgd"]),
        ("batch-size=32,full", "batch_size", [32, 0]),
        ("decay-at=1,2;4", "decay_at", [(1, 2), (4,)]),
        ("init=zeros,normal:0.01", "initialisation", ["zeros", "normal:0.01"]),
    ],
)
def test_values_are_read_in_the_type_of_the_option(text, field, values):
    variation = parse_variation(text, BASE)
    assert [getattr(settings, field) for settings in variation.settings] == values


def test_every_setting_but_the_seed_can_be_varied():
    assert "learning-rate" in OPTIONS
    assert "seed" not in OPTIONS


def test_a_value_out_of_range_is_refused():
    with pytest.raises(SettingError, match="dropout"):
        parse_variation("dropout=0.1,3", BASE)


def test_mean_and_spread_leave_diverged_runs_out():
    outcome = Outcome("epochs", "3", (run_with(0.2, 0.5), run_with(0.7, 0.6), run_with(0.1, diverged=True)))
    assert outcome.accuracies == (0.5, 0.7)
    assert outcome.mean == pytest.approx(0.6)
    assert outcome.spread == pytest.approx(0.1 * np.sqrt(2))
    assert (outcome.diverged, outcome.seconds) == (1, 2.0)
    np.testing.assert_array_equal(outcome.curves("validation_accuracy")[2], [0.1, np.nan])


def test_nothing_but_divergence():
    outcome = Outcome("epochs", "3", (run_with(diverged=True),))
    assert (outcome.mean, outcome.spread, outcome.loss) == (None, None, None)


def test_runs_differ_by_seed_and_repeat():
    rng = np.random.default_rng(0)
    data = data_of(rng.integers(0, 256, (32, 28, 28), dtype=np.uint8), np.arange(32) % 2, classes=2)
    variation = parse_variation("activation=relu,tanh", BASE)

    def losses():
        outcomes = compare(variation, data, seeds=(1, 2))
        return [[run.log[0].loss for run in outcome.runs] for outcome in outcomes]

    first = losses()
    assert len({loss for row in first for loss in row}) == 4
    assert losses() == first


def test_each_optimizer_gets_its_usual_rate_unless_one_is_named():
    text = "optimizer=sgd,nesterov,adam"
    usual = parse_variation(text, BASE, usual_rates=True)
    assert [one.learning_rate for one in usual.settings] == [0.1, 0.01, 0.001]
    assert {one.learning_rate for one in parse_variation(text, BASE).settings} == {BASE.learning_rate}
