"""Training of a line network on a few drawn lines, epoch by epoch."""

import numpy as np
import pytest

from ocr.errors import DataError, DivergedError, SettingError
from ocr.training import line_epochs
from ocr.training.line_epochs import LineSettings, has_path, train_on_lines
from ocr.training.line_samples import LineSample


def line(text):
    """Columns of ink for l and dots for o, 16 columns each."""
    pixels = np.zeros((36, 16 * len(text) + 8), np.uint8)
    for place, one in enumerate(text):
        left = 16 * place + 8
        if one == "l":
            pixels[4:30, left : left + 3] = 255
        else:
            pixels[16:30, [left, left + 9]] = pixels[[16, 29], left : left + 10] = 255
    return LineSample(pixels, text)


LINES = [line(text) for text in ("lo", "ol", "oll", "loo", "lol", "olo", "llo", "ool", "lool", "ollo")]


def test_a_line_has_a_path_if_its_characters_are_known_and_it_is_long_enough():
    assert has_path(LINES[0])
    assert not has_path(LINES[0]._replace(text=""))
    assert not has_path(LINES[0]._replace(text="lö"))
    narrow = LineSample(np.zeros((36, 12), np.uint8), "abc")
    assert has_path(narrow)
    # A blank must stand between two characters that are the same.
    assert not has_path(narrow._replace(text="abb"))


def test_a_fresh_network_learns_to_read_lines():
    seen = []
    settings = LineSettings(epochs=60, validation=0.2, augment=False, learning_rate=1e-3)
    trained = train_on_lines(LINES, settings, on_epoch=seen.append, on_lines=lambda done, total: None)
    assert (trained.learnt, trained.held_out) == (8, 2)
    assert tuple(seen) == trained.log
    assert [epoch.number for epoch in seen] == list(range(1, 61))
    assert seen[-1].loss < 0.3 * seen[0].loss
    assert seen[-1].train_accuracy > 0.4
    assert trained.accuracy == max(epoch.validation_accuracy for epoch in seen)
    assert trained.accuracy_before is None
    assert seen[-1].learning_rate < 1e-5


def test_the_same_seed_gives_the_same_network_and_another_another():
    first, again, other = (
        train_on_lines(LINES, LineSettings(epochs=1, seed=seed)).network[0][0].weights for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_training_goes_on_from_a_network_and_leaves_it_as_it_was():
    start = train_on_lines(LINES, LineSettings(epochs=1)).network
    before = start[0][0].weights.copy()
    trained = train_on_lines(LINES, LineSettings(epochs=1), start=start)
    assert trained.accuracy_before is not None
    assert (start[0][0].weights == before).all()
    change = np.abs(trained.network[0][0].weights - before).max()
    assert 0 < change < 0.05


def test_interrupting_keeps_the_best_epoch_and_before_the_first_one_it_ends():
    def interrupt(epoch):
        if epoch.number == 2:
            raise KeyboardInterrupt

    trained = train_on_lines(LINES, LineSettings(epochs=9), on_epoch=interrupt)
    assert trained.interrupted
    assert len(trained.log) == 2

    def at_once(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_on_lines(LINES, LineSettings(epochs=9), on_lines=at_once)


def test_too_few_lines_and_lines_without_a_path_are_refused():
    lines = [*LINES[:4], LINES[4]._replace(text="äöü")]
    with pytest.raises(DataError, match="found 4 whose text fits their ink, expected at least 5"):
        train_on_lines(lines, LineSettings(epochs=1))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_loss_that_is_not_finite_ends_training():
    settings = LineSettings(epochs=5, learning_rate=1e25)
    with pytest.raises(DivergedError, match="try --learning-rate 1e"):
        train_on_lines(LINES, settings)


@pytest.mark.parametrize(
    ("name", "value"), [("epochs", 0), ("learning_rate", -1.0), ("validation", 0.9), ("seed", -1)]
)
def test_settings_out_of_range_are_refused(name, value):
    with pytest.raises(SettingError, match=f"setting {name}: found"):
        LineSettings(**{name: value})


def test_usual_rates_are_lower_for_a_trained_network(monkeypatch):
    rates = []
    monkeypatch.setattr(line_epochs, "_STARTED_RATE", 0.0005)
    start = train_on_lines(
        LINES, LineSettings(epochs=1), on_epoch=lambda one: rates.append(one.learning_rate)
    )
    train_on_lines(
        LINES,
        LineSettings(epochs=1),
        start=start.network,
        on_epoch=lambda one: rates.append(one.learning_rate),
    )
    assert rates[1] == pytest.approx(rates[0] / 2)
