import numpy as np
import pytest

from ocr.classifier.network import Layer
from ocr.errors import DataError, DivergedError, SettingError
from ocr.experiments.gradients import GradientSettings, root_mean_squares, watch_gradients

SETTINGS = GradientSettings(hidden=(16,) * 6, steps=5, batch_size=16)


@pytest.fixture(scope="module")
def histories():
    rng = np.random.default_rng(0)
    crops = rng.random((40, 28, 28), dtype=np.float32)
    labels = np.arange(40) % 4
    return {
        name: watch_gradients(crops, labels, classes=4, activation=name, settings=SETTINGS)
        for name in ("sigmoid", "relu")
    }


def test_sigmoid_gradients_shrink_layer_by_layer(histories):
    start = histories["sigmoid"].sizes[0]
    assert start.shape == (7,)
    assert (start[1:] > start[:-1]).all()
    assert start[0] < 1e-3 * start[-1]


def test_relu_gradients_do_not(histories):
    start = histories["relu"].sizes[0]
    assert start[0] > 0.03 * start[-1]


def test_root_mean_square_worked_by_hand():
    layers = (Layer(np.array([[3.0, -4.0]]), np.array([9.0, 9.0])), Layer(np.zeros((2, 1)), np.ones(1)))
    np.testing.assert_allclose(root_mean_squares(layers), [np.sqrt(12.5), 0])


@pytest.mark.parametrize(
    "wrong",
    [{"input": "sound"}, {"hidden": (0,)}, {"steps": 0}, {"learning_rate": float("nan")}, {"seed": -1}],
)
def test_settings_have_ranges(wrong):
    with pytest.raises(SettingError, match=next(iter(wrong))):
        GradientSettings(**wrong)


def test_no_characters():
    with pytest.raises(DataError, match="no characters"):
        watch_gradients(
            np.empty((0, 28, 28), np.float32),
            np.empty(0, np.int64),
            classes=2,
            activation="relu",
            settings=SETTINGS,
        )


def test_divergence_is_noticed():
    crops = np.random.default_rng(0).random((40, 28, 28), dtype=np.float32)
    crops[0, 0, 0] = np.nan
    with pytest.raises(DivergedError, match="smaller learning rate"):
        watch_gradients(crops, np.arange(40) % 4, classes=4, activation="relu", settings=SETTINGS)
