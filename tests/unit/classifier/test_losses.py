import math

import numpy as np
import pytest

from ocr.classifier.losses import (
    LOSSES,
    binary_cross_entropy,
    cross_entropy,
    one_hot,
    soft_cross_entropy,
    squared_error,
)
from ocr.numeric import log_softmax, softmax

LOGITS = np.array([[0.0, math.log(2), math.log(5)], [1.5, -2.0, 0.25]])


def test_softmax_of_a_row_worked_by_hand():
    # exp(0, ln 2, ln 5) = 1, 2, 5; their sum is 8.
    np.testing.assert_allclose(softmax(LOGITS[:1]), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-15)
    np.testing.assert_allclose(log_softmax(LOGITS[:1]), np.log([[1 / 8, 2 / 8, 5 / 8]]), rtol=1e-15)


def test_the_jacobian_is_p_times_delta_minus_p():
    logits, step = LOGITS[1], 1e-6
    p = softmax(logits)
    expected = p[:, None] * (np.eye(3) - p[None, :])
    numeric = np.empty((3, 3))
    for j in range(3):
        moved = step * np.eye(3)[j]
        numeric[:, j] = (softmax(logits + moved) - softmax(logits - moved)) / (2 * step)
    np.testing.assert_allclose(numeric, expected, atol=1e-9)


def test_cross_entropy_worked_by_hand():
    # Right classes 2 and 0: p = 5/8 in the first row; the second row is uniform, so p = 1/3 there.
    # Loss = -(ln 5/8 + ln 1/3) / 2 = (0.470004 + 1.098612) / 2 = 0.784308.
    logits = np.array([[0.0, math.log(2), math.log(5)], [7.0, 7.0, 7.0]])
    loss, error = cross_entropy(logits, np.array([2, 0]))
    assert loss == pytest.approx(0.784308, abs=1e-6)
    # (p - y) / N: (1/8, 2/8, 5/8 - 1) / 2 and (1/3 - 1, 1/3, 1/3) / 2.
    np.testing.assert_allclose(error, [[1 / 16, 1 / 8, -3 / 16], [-1 / 3, 1 / 6, 1 / 6]], rtol=1e-12)


def test_label_smoothing_worked_by_hand():
    # With ε = 0.3 and K = 3 the target is 0.7 + 0.1 for the right class, 0.1 for the two others.
    # Loss = -(0.1 ln 1/8 + 0.1 ln 2/8 + 0.8 ln 5/8) = 0.207944 + 0.138629 + 0.376003 = 0.722577.
    loss, error = cross_entropy(LOGITS[:1], np.array([2]), label_smoothing=0.3)
    assert loss == pytest.approx(0.722577, abs=1e-6)
    np.testing.assert_allclose(error, [[1 / 8 - 0.1, 2 / 8 - 0.1, 5 / 8 - 0.8]], rtol=1e-12)


def test_soft_targets_worked_by_hand():
    # p = 1/8, 2/8, 5/8 and y = 1/2, 0, 1/2: loss = -(ln 1/8 + ln 5/8) / 2 = (2.079442 + 0.470004) / 2.
    loss, error = soft_cross_entropy(LOGITS[:1], np.array([[0.5, 0.0, 0.5]]))
    assert loss == pytest.approx(1.274723, abs=1e-6)
    np.testing.assert_allclose(error, [[1 / 8 - 1 / 2, 2 / 8, 5 / 8 - 1 / 2]], rtol=1e-12)


def test_soft_targets_with_all_in_one_class_are_labels():
    loss, error = soft_cross_entropy(LOGITS, np.eye(3)[[1, 2]])
    same_loss, same_error = cross_entropy(LOGITS, np.array([1, 2]))
    assert loss == pytest.approx(same_loss)
    np.testing.assert_allclose(error, same_error)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
def test_the_error_is_the_derivative_of_the_loss(label_smoothing):
    labels, step = np.array([1, 2]), 1e-6
    _, error = cross_entropy(LOGITS, labels, label_smoothing=label_smoothing)
    numeric = np.empty_like(LOGITS)
    for index in np.ndindex(LOGITS.shape):
        moved = np.zeros_like(LOGITS)
        moved[index] = step
        above, _ = cross_entropy(LOGITS + moved, labels, label_smoothing=label_smoothing)
        below, _ = cross_entropy(LOGITS - moved, labels, label_smoothing=label_smoothing)
        numeric[index] = (above - below) / (2 * step)
    np.testing.assert_allclose(error, numeric, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_stay_finite(dtype):
    logits = np.array([[1000, -1000, 0], [-1000, -1000, -1000]], dtype=dtype)
    loss, error = cross_entropy(logits, np.array([1, 0]), label_smoothing=0.1)
    # Row 1: -log p = 2000, 0, 1000 for the classes 1, 0, 2. Row 2 is uniform: ln 3.
    right, spread = (2000 + math.log(3)) / 2, (3000 / 3 + math.log(3)) / 2
    assert loss == pytest.approx(0.9 * right + 0.1 * spread, rel=1e-6)
    assert np.isfinite(error).all()
    np.testing.assert_array_equal(softmax(logits)[0], [1, 0, 0])


def test_the_type_of_the_logits_is_kept_and_they_are_not_changed():
    logits = LOGITS.astype(np.float32)
    before = logits.copy()
    _, error = cross_entropy(logits, np.array([1, 2]), label_smoothing=0.1)
    assert softmax(logits).dtype == log_softmax(logits).dtype == error.dtype == np.float32
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize("name", LOSSES)
def test_the_error_of_every_loss_is_its_derivative(name):
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 2, (3, 4))
    targets = one_hot(np.array([0, 3, 1]), 4, label_smoothing=0.1).astype(np.float64)
    _, error = LOSSES[name](logits, targets)
    numeric = np.empty_like(logits)
    for place in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[place] = 1e-6
        numeric[place] = (
            LOSSES[name](logits + step, targets)[0] - LOSSES[name](logits - step, targets)[0]
        ) / 2e-6
    np.testing.assert_allclose(error, numeric, atol=1e-8)


def test_losses_of_sigmoid_outputs_worked_by_hand():
    logits, targets = np.array([[0.0, 2.0]]), np.array([[1.0, 0.0]])
    a = 1 / (1 + np.exp(-2.0))
    assert binary_cross_entropy(logits, targets)[0] == pytest.approx(np.log(2) - np.log(1 - a))
    assert squared_error(logits, targets)[0] == pytest.approx(0.5 * (0.25 + a * a))
    assert binary_cross_entropy(np.array([[1e4, -1e4]]), targets)[0] == 0
    assert one_hot(np.array([1]), 4, label_smoothing=0.2).tolist() == [
        pytest.approx([0.05, 0.85, 0.05, 0.05])
    ]
