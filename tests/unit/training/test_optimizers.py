import numpy as np
import pytest

from ocr.errors import SettingError
from ocr.training import optimizers
from ocr.training.optimizers import OPTIMIZERS, optimizer_named

# Two steps at rate 0.1 from w = 1, with the gradients 2 and then 1; ε = 1e-8 is too small to show.
WORKED = {
    # 1 - 0.1 * 2 = 0.8; 0.8 - 0.1 * 1 = 0.7
    "sgd": (0.8, 0.7),
    # v = -0.2, w = 0.8; v = 0.9 * -0.2 - 0.1 = -0.28, w = 0.52
    "momentum": (0.8, 0.52),
    # v = -0.2, w = 1 + 0.9 * -0.2 - 0.2 = 0.62; v = -0.28, w = 0.62 + 0.9 * -0.28 - 0.1 = 0.268
    "nesterov": (0.62, 0.268),
    # s = 0.01 * 4 = 0.04, w = 1 - 0.1 * 2 / 0.2 = 0
    # s = 0.99 * 0.04 + 0.01 = 0.0496, w = -0.1 / 0.222711 = -0.449013
    "rmsprop": (0.0, -0.449013),
    # m = 0.2, s = 0.004; corrected 2 and 4: w = 1 - 0.1 * 2 / 2 = 0.9
    # m = 0.9 * 0.2 + 0.1 = 0.28, corrected / 0.19 = 1.473684; s = 0.999 * 0.004 + 0.001 = 0.004996,
    # corrected / 0.001999 = 2.499250, root 1.580902; w = 0.9 - 0.1 * 1.473684 / 1.580902 = 0.806782
    "adam": (0.9, 0.806782),
    "adamw": (0.9, 0.806782),
}


def test_every_optimizer_is_worked_by_hand():
    assert set(WORKED) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", WORKED)
def test_two_steps_worked_by_hand(name):
    vector = np.array([1.0])
    optimizer = optimizer_named(name, vector, weight_count=1)
    for gradient, expected in zip((2.0, 1.0), WORKED[name], strict=True):
        optimizer.update(np.array([gradient]), 0.1)
        assert vector[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_quadratic_is_minimised(name):
    curvature, target = np.array([1.0, 4.0]), np.array([3.0, -2.0])
    vector = np.zeros(2)
    optimizer = optimizer_named(name, vector, weight_count=2)
    for step in range(600):
        optimizer.update(curvature * (vector - target), 0.05 * (1 - step / 600))
    np.testing.assert_allclose(vector, target, atol=0.01)


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "adamw"])
def test_coupled_decay_is_a_larger_gradient(name):
    vector, other = np.array([2.0]), np.array([2.0])
    optimizer_named(name, vector, weight_count=1, weight_decay=0.5).update(np.array([1.0]), 0.1)
    optimizer_named(name, other, weight_count=1).update(np.array([1.0 + 0.5 * 2.0]), 0.1)
    assert vector[0] == other[0]


def test_decoupled_decay_shrinks_the_weights_and_leaves_the_gradient_alone():
    # (1 - 0.1 * 0.5) * 2 = 1.9, then Adam's first step of the rate itself: 1.8. Coupled Adam would give 1.9.
    vector, coupled = np.array([2.0]), np.array([2.0])
    optimizer_named("adamw", vector, weight_count=1, weight_decay=0.5).update(np.array([1.0]), 0.1)
    optimizer_named("adam", coupled, weight_count=1, weight_decay=0.5).update(np.array([1.0]), 0.1)
    assert vector[0] == pytest.approx(1.8)
    assert coupled[0] == pytest.approx(1.9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_biases_do_not_decay(name):
    vector = np.array([2.0, 2.0])
    optimizer_named(name, vector, weight_count=1, weight_decay=0.5).update(np.zeros(2), 0.1)
    assert vector[0] < 2
    assert vector[1] == 2


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("weight_count", [0, 3, 4, 7, 10])
def test_chunks_change_nothing(name, weight_count, monkeypatch):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=10), rng.normal(size=(3, 10))
    results = []
    for chunk in (4, 100):
        monkeypatch.setattr(optimizers, "_CHUNK", chunk)
        vector = start.copy()
        optimizer = optimizer_named(name, vector, weight_count=weight_count, weight_decay=0.3)
        for gradient in gradients:
            optimizer.update(gradient.copy(), 0.1)
        results.append(vector)
    np.testing.assert_array_equal(*results)
    assert (results[0] != start).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_float32_stays_float32(name):
    vector = np.ones(3, dtype=np.float32)
    optimizer_named(name, vector, weight_count=3, weight_decay=0.1).update(np.ones(3, np.float32), 0.1)
    assert vector.dtype == np.float32
    assert (vector < 1).all()


def test_an_unknown_name_is_refused_with_all_names():
    with pytest.raises(SettingError, match=r"'lion'.*sgd, momentum, nesterov, rmsprop, adam, adamw"):
        optimizer_named("lion", np.zeros(1), weight_count=1)
