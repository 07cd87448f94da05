import dataclasses
import threading

import numpy as np
import pytest

from ocr.classifier.features import FEATURE_COUNT, features
from ocr.classifier.model import Model
from ocr.classifier.network import Layer, predict_logits, sizes_of
from ocr.errors import DataError, DivergedError, SettingError
from ocr.training import batches, trainer
from ocr.training.augmentation import AugmentSettings
from ocr.training.batches import TrainingBatches, as_float
from ocr.training.learner import Learner
from ocr.training.settings import TrainingSettings
from ocr.training.trainer import train
from unit.classifier.drawn import data_of, shifted_letters

SMALL = TrainingSettings(hidden=(16,), epochs=3, batch_size=16, validation=0.2)


def run(settings=SMALL, count=60, *, teacher=None, data=None, **callbacks):
    data = data or data_of(*shifted_letters(count))
    return train(TrainingBatches.prepare(data, settings, teacher=teacher), **callbacks)


def log_priors_of(data):
    return TrainingBatches.prepare(data, SMALL).log_priors


def weights_of(trained):
    return np.concatenate([part.ravel() for layer in trained.network for part in layer])


def test_32_crops_are_learnt_by_heart():
    settings = TrainingSettings(
        hidden=(32,), epochs=40, batch_size=8, dropout=0, augment=False, validation=1 / 17, label_smoothing=0
    )
    trained = run(settings, 34)
    assert trained.log[-1].train_accuracy == 1
    assert trained.log[-1].loss < 0.05


def test_the_network_takes_plain_features_and_the_log_is_complete():
    trained = run()
    assert sizes_of(trained.network) == (FEATURE_COUNT, 16, 4)
    assert [epoch.number for epoch in trained.log] == [1, 2, 3]
    assert {epoch.epochs for epoch in trained.log} == {3}
    assert trained.log[-1].seconds_left == 0
    assert all(epoch.characters_per_second > 0 for epoch in trained.log)
    assert not trained.interrupted


def test_the_validation_accuracy_is_that_of_the_returned_network():
    # The same cut as the run's own: the first fifth of a permutation drawn from (seed, 0).
    trained = run()
    crops, labels = shifted_letters(60)
    held_out = np.random.default_rng([SMALL.seed, 0]).permutation(60)[:12]
    guesses = predict_logits(trained.network, features(as_float(crops[held_out]))).argmax(axis=1)
    best = trained.log[trained.best - 1]
    assert (guesses == labels[held_out]).mean() == pytest.approx(best.validation_accuracy)


def test_the_same_seed_gives_the_same_weights():
    np.testing.assert_array_equal(weights_of(run()), weights_of(run()))


@pytest.mark.parametrize(
    "change",
    [
        {"hidden": (17,)},
        {"input": "pixels"},
        {"activation": "tanh"},
        {"initialisation": "glorot"},
        {"loss": "squared"},
        {"optimizer": "momentum"},
        {"schedule": "constant"},
        {"learning_rate": 2e-3},
        {"batch_size": 20},
        {"epochs": 4},
        {"steps": 5},
        {"decay_at": (1,)},
        {"decay": 0.1, "decay_at": (1,)},
        {"frozen": 1},
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
    # The distillation weight changes nothing without a teacher; it is tried below.
    assert tried | {"distillation_weight"} == {field.name for field in dataclasses.fields(TrainingSettings)}


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
        ("batch_size", -1),
        ("steps", -1),
        ("decay_at", (0,)),
        ("decay", 0.0),
        ("frozen", 3),
        ("input", "sound"),
        ("loss", "hinge"),
        ("initialisation", "normal:-1"),
        ("epochs", 0),
        ("weight_decay", -0.1),
        ("weight_decay", float("inf")),
        ("dropout", -0.1),
        ("dropout", 0.95),
        ("label_smoothing", 1.0),
        ("label_smoothing", -0.1),
        ("distillation_weight", -0.1),
        ("distillation_weight", 1.1),
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
    assert sizes_of(run(dataclasses.replace(SMALL, hidden=())).network) == (FEATURE_COUNT, 4)


def test_the_best_epoch_is_kept(monkeypatch):
    accuracies = iter([0.5, 0.9, 0.9, 0.2])
    seen = []

    def measured(run, learner, number):
        seen.append(run.network(learner.vector.copy()))
        return next(accuracies)

    monkeypatch.setattr(trainer, "_held_out_accuracy", measured)
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
    monkeypatch.setattr(batches, "_BLOCK", 16)
    seen = []
    first = run(on_block=lambda done, total: seen.append(done))
    assert seen == [16, 32, 48] * 3
    np.testing.assert_array_equal(weights_of(first), weights_of(run()))


def test_an_error_in_the_second_thread_is_raised_in_the_first(monkeypatch):
    def broken(crops, *, settings, rng):
        raise MemoryError

    monkeypatch.setattr(batches, "distort", broken)
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
        ({"crops": np.zeros((60, 27, 28), np.uint8)}, r"\(60, 27, 28\)"),
        ({"crops": np.zeros((60, 784), np.uint8)}, r"\(60, 784\)"),
        ({"crops": np.zeros((60, 28, 28), np.float32)}, "float32"),
        ({"crops": np.zeros((1, 28, 28), np.uint8), "labels": np.zeros(1, np.int64)}, "too little.*1 char"),
        ({"crops": np.zeros((0, 28, 28), np.uint8), "labels": np.zeros(0, np.int64)}, "too little"),
    ],
)
def test_data_that_do_not_fit_are_refused(change, message):
    data = dataclasses.replace(data_of(*shifted_letters(60)), **change)
    with pytest.raises(DataError, match=message) as caught:
        TrainingBatches.prepare(data, SMALL)
    assert "\n" not in str(caught.value)


def test_two_characters_are_enough():
    assert run(data=data_of(*shifted_letters(2), classes=2)).best == 1


def test_one_origin_and_none_are_the_old_behaviour():
    # Without origins the logits are not shifted: pinned, because models of EMNIST alone have no priors.
    data = data_of(*shifted_letters(60))
    twice = dataclasses.replace(data, distortions=(AugmentSettings(),) * 2)
    np.testing.assert_array_equal(log_priors_of(data), np.zeros((1, 4), np.float32))
    np.testing.assert_array_equal(weights_of(run(data=data)), weights_of(run(data=twice)))


def test_origins_of_the_same_shares_change_the_network_by_no_more_than_rounding():
    # An even prior shifts all logits alike, which softmax does not see.
    data = data_of(*shifted_letters(64), origins=np.repeat(np.arange(2), 32).astype(np.int64))
    plain = run(dataclasses.replace(SMALL, augment=False), count=64)
    even = run(dataclasses.replace(SMALL, augment=False), data=data)
    np.testing.assert_allclose(log_priors_of(data), np.log(0.25), rtol=1e-6)
    np.testing.assert_allclose(weights_of(even), weights_of(plain), atol=1e-4)


def unlike(count, seed=0):
    """Crops of 4 classes of two origins: class 0 is nine in ten of the first, class 1 of the second."""
    rng = np.random.default_rng(seed)
    origins = np.arange(count, dtype=np.int64) % 2
    labels = np.where(rng.random(count) < 0.9, origins, 1 - origins)
    crops, drawn_as = shifted_letters(count)
    pictures = [crops[drawn_as == label] for label in range(2)]
    crops = np.stack([pictures[label][place % len(pictures[label])] for place, label in enumerate(labels)])
    return crops, labels, origins


def test_the_shares_of_each_origin_are_kept_outside_slightly_evened_out():
    crops, labels, origins = unlike(200)
    found = log_priors_of(data_of(crops, labels, origins=origins))
    assert (found.shape, found.dtype) == ((2, 4), np.float32)
    share = (labels[origins == 0] == 0).mean()
    expected = [0.95 * share + 0.0125, 0.95 * (1 - share) + 0.0125, 0.0125, 0.0125]
    np.testing.assert_allclose(np.exp(found[0]), expected, rtol=1e-5)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, rtol=1e-5)


def test_an_origin_without_any_character_has_an_even_prior_that_favours_none():
    crops, labels = shifted_letters(60)
    origins = np.where(np.arange(60) < 30, 0, 2)
    found = log_priors_of(data_of(crops, labels, origins=origins))
    assert found.shape == (3, 4)
    np.testing.assert_array_equal(found[1], found[1, 0])


def test_scores_are_free_of_priors_and_adding_one_moves_the_decision():
    # The same ink for all: it is no evidence, so all that can be learnt is how frequent each class is.
    _, labels, origins = unlike(400)
    crops = np.repeat(shifted_letters(1)[0], 400, axis=0)
    settings = dataclasses.replace(
        SMALL, hidden=(), epochs=1, batch_size=2, augment=False, learning_rate=0.03, schedule="constant"
    )
    data = data_of(crops, labels, classes=2, origins=origins)
    adjusted = run(settings, data=data)
    priors = dict(zip(("first", "second"), log_priors_of(data), strict=True))
    model = Model("tiny", adjusted.network, ("0", "1"), "relu", 1.0, priors=priors)
    found = {
        origin: np.exp(model.log_probabilities(as_float(crops[:1]), origin=origin))[0, 0]
        for origin in (None, "first", "second")
    }
    assert found[None] == pytest.approx(0.5, abs=0.05)
    assert found["first"] == pytest.approx(np.exp(priors["first"][0]), abs=0.05)
    assert found["second"] == pytest.approx(np.exp(priors["second"][0]), abs=0.05)
    assert found["second"] < 0.5 < found["first"]
    # Learnt from the first origin alone, without a prior, the share of class 0 is in the scores themselves.
    first = origins == 0
    usual = run(settings, data=data_of(crops[first], labels[first], classes=2))
    low, high = predict_logits(usual.network, features(as_float(crops[:1])))[0, ::-1]
    assert high - low > 1.5


def test_each_origin_is_distorted_in_its_way_and_the_last_way_holds_for_the_rest(monkeypatch):
    crops, labels = shifted_letters(60)
    origins = np.arange(60, dtype=np.int64) % 3
    ways = AugmentSettings(rotation_deg=1), AugmentSettings(rotation_deg=2)
    seen = []

    def watched(given, *, settings, rng):
        seen.append((settings.rotation_deg, len(given)))
        return given

    monkeypatch.setattr(batches, "distort", watched)
    data = data_of(crops, labels, origins=origins, distortions=ways)
    run(dataclasses.replace(SMALL, epochs=1), data=data)
    assert [way for way, _ in seen] == [1, 2, 2]
    assert sum(count for _, count in seen) == 48


@pytest.mark.parametrize("origins", [np.zeros(59, np.int64), np.zeros((60, 1), np.int64), np.full(60, -1)])
def test_origins_that_do_not_fit_are_refused(origins):
    crops, labels = shifted_letters(60)
    with pytest.raises(DataError, match="origins do not fit the labels: found") as caught:
        run(data=data_of(crops, labels, origins=origins))
    assert "\n" not in str(caught.value)


def test_bytes_become_ink():
    np.testing.assert_allclose(as_float(np.array([0, 51, 255], np.uint8)), [0, 0.2, 1], rtol=1e-6)
    assert as_float(np.zeros(1, np.uint8)).dtype == np.float32


def a_teacher_that_says(character):
    """Of four classes, always this one: no weights, one large bias."""
    layer = Layer(
        np.zeros((FEATURE_COUNT, 4), np.float32),
        np.where(np.arange(4) == character, np.float32(20), np.float32(0)),
    )
    return Model("stubborn", (layer,), ("a", "b", "c", "d"), "relu", 1.0)


def test_a_distillation_weight_of_one_leaves_the_labels_out():
    settings = dataclasses.replace(SMALL, epochs=60, augment=False, distillation_weight=1.0)
    # The log tells, not the returned network: the best epoch is that which reads most labels right.
    last = run(settings, teacher=a_teacher_that_says(2)).log[-1]
    assert last.loss < 0.15
    assert last.train_accuracy == pytest.approx(0.25, abs=0.05), "one letter in four is what the teacher says"
    assert run(settings).log[-1].train_accuracy > 0.9


def test_a_distillation_weight_of_zero_is_learning_from_labels():
    settings = dataclasses.replace(SMALL, distillation_weight=0.0, label_smoothing=0.0)
    taught = run(settings, teacher=a_teacher_that_says(2))
    np.testing.assert_allclose(weights_of(taught), weights_of(run(settings)), atol=1e-4)


def test_a_teacher_of_other_classes_is_refused():
    teacher = dataclasses.replace(a_teacher_that_says(2), classes=("a", "b"))
    with pytest.raises(DataError, match="teacher stubborn: found 2 classes, expected the 4"):
        run(teacher=teacher)


def test_a_run_of_steps_ends_in_the_middle_of_an_epoch():
    trained = run(dataclasses.replace(SMALL, steps=5))
    # 48 characters are three steps an epoch.
    assert [epoch.steps for epoch in trained.log] == [3, 5]
    assert {epoch.epochs for epoch in trained.log} == {2}


def test_a_full_batch_is_one_step_an_epoch():
    assert [epoch.steps for epoch in run(dataclasses.replace(SMALL, batch_size=0)).log] == [1, 2, 3]


def test_the_rate_is_halved_after_the_epochs_named():
    trained = run(dataclasses.replace(SMALL, schedule="constant", decay_at=(1, 2), decay=0.5))
    rates = [epoch.learning_rate / SMALL.learning_rate for epoch in trained.log]
    assert rates == pytest.approx([1, 0.5, 0.25])


def model_of(trained, settings, classes="ABCD"):
    return Model("first", trained.network, tuple(classes), settings.activation, 1.0, input=settings.input)


@pytest.mark.parametrize("classes", ["ABCD", "EFGH"])
def test_training_goes_on_from_the_weights_of_a_model(classes):
    """At a rate of nearly 0, the answers stay those of the model; the last layer is new for other classes."""
    first = run(dataclasses.replace(SMALL, epochs=12))
    still = dataclasses.replace(SMALL, learning_rate=1e-12, weight_decay=0, epochs=1)
    batches = TrainingBatches.prepare(
        data_of(*shifted_letters(60)), still, start=model_of(first, SMALL, classes)
    )
    trained = train(batches)
    for index, (begun, ended) in enumerate(zip(first.network, trained.network, strict=True)):
        is_kept = index == 0 or batches.data.classes == tuple(classes)
        assert np.allclose(begun.weights, ended.weights, atol=1e-4) == is_kept


def test_frozen_layers_keep_their_weights_bit_by_bit():
    settings = dataclasses.replace(SMALL, frozen=1, weight_decay=0.5, learning_rate=0.01)
    batches = TrainingBatches.prepare(data_of(*shifted_letters(60)), settings)
    learner = Learner(settings, batches.sizes)
    before = [part.copy() for layer in learner.network for part in layer]
    learner.step(next(iter(batches.blocks(1))), slice(0, 48), 0.01)
    after = [part for layer in learner.network for part in layer]
    same = [bool((part == old).all()) for part, old in zip(after, before, strict=True)]
    assert same == [True, True, False, False]


def test_a_model_of_other_layers_is_no_start():
    first = run()
    other = dataclasses.replace(SMALL, hidden=(17,))
    with pytest.raises(SettingError, match=r"found hidden \(16,\), expected \(17,\)"):
        TrainingBatches.prepare(data_of(*shifted_letters(60)), other, start=model_of(first, SMALL))
