import dataclasses
import threading

import numpy as np
import pytest

from ocr.classifier import training
from ocr.classifier.features import features
from ocr.classifier.network import predict_logits, sizes_of
from ocr.classifier.training import TrainingSettings, as_float, train
from ocr.errors import DataError, DivergedError, SettingError
from unit.classifier.drawn import shifted_letters

SMALL = TrainingSettings(hidden=(16,), epochs=3, batch_size=16, validation=0.2)


def run(settings=SMALL, count=60, **callbacks):
    tiles, labels = shifted_letters(count)
    return train(tiles, labels, classes=4, settings=settings, **callbacks)


def weights_of(trained):
    return np.concatenate([part.ravel() for layer in trained.network for part in layer])


def test_32_tiles_are_learnt_by_heart():
    tiles, labels = shifted_letters(34)
    settings = TrainingSettings(
        hidden=(32,), epochs=40, batch_size=8, dropout=0, augment=False, validation=1 / 17, label_smoothing=0
    )
    trained = train(tiles, labels, classes=4, settings=settings)
    assert trained.log[-1].train_accuracy == 1
    assert trained.log[-1].loss < 0.05


def test_the_network_takes_plain_features_and_the_log_is_complete():
    trained = run()
    assert sizes_of(trained.network) == (708, 16, 4)
    assert [epoch.number for epoch in trained.log] == [1, 2, 3]
    assert {epoch.epochs for epoch in trained.log} == {3}
    assert trained.log[-1].seconds_left == 0
    assert all(epoch.characters_per_second > 0 for epoch in trained.log)
    assert not trained.interrupted
    assert 0.2 <= trained.temperature <= 5


def test_the_validation_accuracy_is_that_of_the_returned_network():
    # The same cut as the run's own: the first fifth of a permutation drawn from (seed, 0).
    trained = run()
    tiles, labels = shifted_letters(60)
    held_out = np.random.default_rng([SMALL.seed, 0]).permutation(60)[:12]
    guesses = predict_logits(trained.network, features(as_float(tiles[held_out]))).argmax(axis=1)
    best = trained.log[trained.best - 1]
    assert (guesses == labels[held_out]).mean() == pytest.approx(best.validation_accuracy)


def test_the_same_seed_gives_the_same_weights():
    np.testing.assert_array_equal(weights_of(run()), weights_of(run()))


@pytest.mark.parametrize(
    "change",
    [
        {"hidden": (17,)},
        {"activation": "tanh"},
        {"initialisation": "glorot"},
        {"optimizer": "momentum"},
        {"schedule": "constant"},
        {"learning_rate": 2e-3},
        {"batch_size": 20},
        {"epochs": 4},
        {"weight_decay": 0.5},
        {"dropout": 0.5},
        {"label_smoothing": 0.2},
        {"augment": False},
        {"validation": 0.3},
        {"seed": 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_setting_changes_the_result(change):
    usual, changed = run(), run(dataclasses.replace(SMALL, **change))
    assert [epoch.loss for epoch in usual.log] != [epoch.loss for epoch in changed.log]


def test_no_setting_is_missing_above():
    marks = test_each_setting_changes_the_result.pytestmark
    tried = {name for mark in marks for change in mark.args[1] for name in change}
    assert tried == {field.name for field in dataclasses.fields(TrainingSettings)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden", (16, 0)),
        ("activation", "swish"),
        ("initialisation", "xavier"),
        ("optimizer", "lion"),
        ("schedule", "linear"),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("batch_size", 0),
        ("epochs", 0),
        ("weight_decay", -0.1),
        ("weight_decay", float("inf")),
        ("dropout", -0.1),
        ("dropout", 0.95),
        ("label_smoothing", 1.0),
        ("label_smoothing", -0.1),
        ("validation", 0.0),
        ("validation", 0.6),
        ("seed", -1),
    ],
)
def test_a_setting_out_of_range_is_refused(name, value):
    with pytest.raises(SettingError, match=f"^setting {name}: found .*expected") as caught:
        TrainingSettings(**{name: value})
    assert "\n" not in str(caught.value)


def test_a_network_without_hidden_layers_is_logistic_regression():
    assert sizes_of(run(dataclasses.replace(SMALL, hidden=())).network) == (708, 4)


def test_the_best_epoch_is_kept(monkeypatch):
    accuracies = iter([0.5, 0.9, 0.9, 0.2])
    seen = []

    def measured(run, learner, number):
        seen.append(run.network(learner.vector.copy()))
        return next(accuracies)

    monkeypatch.setattr(training, "_held_out_accuracy", measured)
    trained = run(dataclasses.replace(SMALL, epochs=4))
    assert trained.best == 2
    np.testing.assert_array_equal(trained.network[0].weights, seen[1][0].weights)
    assert (trained.network[0].weights != seen[3][0].weights).any()


def test_ctrl_c_keeps_what_there_is():
    def interrupt(epoch):
        if epoch.number == 2:
            raise KeyboardInterrupt

    trained = run(on_epoch=interrupt)
    assert trained.interrupted
    assert [epoch.number for epoch in trained.log] == [1, 2]
    shorter = [epoch.loss for epoch in run().log[:2]]
    assert [epoch.loss for epoch in trained.log] == shorter


def test_ctrl_c_before_the_first_epoch_goes_on_and_leaves_no_thread():
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_block=interrupt)
    assert "distortions" not in [thread.name for thread in threading.enumerate()]


def test_blocks_are_reported_up_to_the_end():
    seen = []
    run(on_block=lambda done, total: seen.append((done, total)))
    assert seen == [(48, 48)] * 3


def test_many_blocks_come_in_the_same_order_every_time(monkeypatch):
    monkeypatch.setattr(training, "_BLOCK", 16)
    seen = []
    first = run(on_block=lambda done, total: seen.append(done))
    assert seen == [16, 32, 48] * 3
    np.testing.assert_array_equal(weights_of(first), weights_of(run()))


def test_an_error_in_the_second_thread_is_raised_in_the_first(monkeypatch):
    def broken(tiles, *, settings, rng):
        raise MemoryError

    monkeypatch.setattr(training, "distort", broken)
    with pytest.raises(MemoryError):
        run()
    assert "distortions" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_run_away_is_reported_with_advice(epochs):
    # With one epoch of one batch only the last step's outcome shows it.
    settings = TrainingSettings(
        hidden=(16,), epochs=epochs, batch_size=512, optimizer="sgd", schedule="constant", learning_rate=1e38
    )
    with pytest.raises(
        DivergedError, match=r"diverged in epoch [12]:.*learning rate of 1e\+37.*adamw"
    ) as caught:
        run(settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": np.array([0] * 59 + [4])}, r"labels 0 \.\. 4 .*4 classes 0 \.\. 3"),
        ({"labels": np.array([0] * 59 + [-1])}, r"labels -1 \.\. 0"),
        ({"labels": np.zeros(59, np.int64)}, r"\(60, 28, 28\).*\(59,\)"),
        ({"labels": np.zeros((60, 1), np.int64)}, r"\(60, 1\)"),
        ({"tiles": np.zeros((60, 27, 28), np.uint8)}, r"\(60, 27, 28\)"),
        ({"tiles": np.zeros((60, 784), np.uint8)}, r"\(60, 784\)"),
        ({"tiles": np.zeros((60, 28, 28), np.float32)}, "float32"),
        ({"tiles": np.zeros((1, 28, 28), np.uint8), "labels": np.zeros(1, np.int64)}, "too little.*1 char"),
        ({"tiles": np.zeros((0, 28, 28), np.uint8), "labels": np.zeros(0, np.int64)}, "too little"),
    ],
)
def test_data_that_do_not_fit_are_refused(change, message):
    tiles, labels = shifted_letters(60)
    data = {"tiles": tiles, "labels": labels} | change
    with pytest.raises(DataError, match=message) as caught:
        train(data["tiles"], data["labels"], classes=4, settings=SMALL)
    assert "\n" not in str(caught.value)


def test_two_characters_are_enough():
    tiles, labels = shifted_letters(2)
    assert train(tiles, labels, classes=2, settings=SMALL).best == 1


def test_bytes_become_ink():
    np.testing.assert_allclose(as_float(np.array([0, 51, 255], np.uint8)), [0, 0.2, 1], rtol=1e-6)
    assert as_float(np.zeros(1, np.uint8)).dtype == np.float32
