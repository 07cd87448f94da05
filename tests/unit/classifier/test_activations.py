import numpy as np
import pytest

from ocr.classifier.activations import ACTIVATIONS, activation_named
from ocr.errors import SettingError

AT = np.array([-3.0, -0.5, 0.25, 4.0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", [0, 0, 0.25, 4]),
        ("tanh", [-0.995055, -0.462117, 0.244919, 0.999329]),
        ("sigmoid", [0.047426, 0.377541, 0.562177, 0.982014]),  # 1 / (1 + exp(-z))
    ],
)
def test_values(name, expected):
    np.testing.assert_allclose(activation_named(name).function(AT.copy()), expected, atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_function_works_in_place(name):
    summed = AT.copy()
    assert activation_named(name).function(summed) is summed
    assert (summed != AT).any() == (name != "identity")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_is_that_of_the_function(name):
    function, derivative = activation_named(name)
    step = 1e-6
    numeric = (function(AT + step) - function(AT - step)) / (2 * step)
    error = np.full_like(AT, 2.0)
    derivative(function(AT.copy()), error)
    np.testing.assert_allclose(error, 2 * numeric, atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_huge_inputs_stay_finite(name):
    huge = np.array([-1e30, 1e30], dtype=np.float32)
    assert np.isfinite(activation_named(name).function(huge)).all()


def test_an_unknown_name_is_refused_with_all_names():
    with pytest.raises(SettingError, match=r"'swish'.*relu, tanh, sigmoid"):
        activation_named("swish")
