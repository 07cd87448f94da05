import dataclasses

import numpy as np
import pytest

from ocr.classifier.features import FEATURE_COUNT
from ocr.classifier.model import Model
from ocr.classifier.network import Layer, initialise, view_as_network
from ocr.errors import ModelError
from ocr.experiments.units import chosen_units, initial_weights

SIZES = (FEATURE_COUNT, 200, 10)
RECIPE = {"initialisation": "he", "seed": 5}


def model_with(change):
    """A model whose first layer is its start, changed and then stretched per feature as training does."""
    start = view_as_network(initialise(SIZES, scheme="he", rng=np.random.default_rng([5, 1])), SIZES)
    stretch = np.linspace(2, 20, FEATURE_COUNT, dtype=np.float32)[:, None]
    first = Layer((start[0].weights + change) * stretch, start[0].bias)
    return Model("made", (first, start[1]), tuple("0123456789"), "relu", 1.0, metadata={"recipe": RECIPE})


def test_the_start_is_drawn_again():
    start = initialise(SIZES, scheme="he", rng=np.random.default_rng([5, 1]))
    np.testing.assert_array_equal(initial_weights(model_with(0)), view_as_network(start, SIZES)[0].weights)


def test_what_training_added_is_found_whatever_the_stretch():
    change = np.zeros((FEATURE_COUNT, 200), dtype=np.float32)
    change[:, 7] = 0.2
    units = chosen_units(model_with(change), count=200)
    assert len(units) == 200
    added = sorted(float(np.abs(unit.learnt).mean()) for unit in units)
    # The slope of the regression is known to about 1 / sqrt(units).
    assert added[-1] == pytest.approx(0.2, abs=0.03)
    assert added[-2] < 0.03


def test_a_start_that_did_not_survive_is_no_yardstick():
    rng = np.random.default_rng(9)
    other = rng.normal(size=(FEATURE_COUNT, 200)).astype(np.float32)
    assert all(np.isfinite(unit.after).all() for unit in chosen_units(model_with(other), count=3))


def test_units_like_different_characters():
    units = chosen_units(model_with(0), count=6)
    assert len({unit.characters[0].upper() for unit in units}) == 6


@pytest.mark.parametrize("metadata", [{}, {"recipe": {}}, {"recipe": {"initialisation": "he", "seed": -1}}])
def test_a_model_without_recipe(metadata):
    with pytest.raises(ModelError, match="recipe"):
        chosen_units(dataclasses.replace(model_with(0), metadata=metadata), count=1)


def test_a_model_without_hidden_layer_has_a_unit_for_each_class():
    flat = dataclasses.replace(model_with(0), network=(Layer(np.ones((FEATURE_COUNT, 10)), np.zeros(10)),))
    units = chosen_units(flat, count=3)
    assert [(unit.number, unit.characters) for unit in units] == [(1, "0"), (2, "1"), (3, "2")]


def test_only_characters_that_the_model_knows_are_named():
    named = {name for unit in chosen_units(model_with(0), count=9) for name in unit.characters.split()}
    assert named <= set("0123456789")


def test_weights_that_began_at_zero_are_shown_too():
    zeros = {**RECIPE, "initialisation": "zeros"}
    units = chosen_units(dataclasses.replace(model_with(0), metadata={"recipe": zeros}), count=2)
    assert all(not unit.before.any() and np.isfinite(unit.after).all() for unit in units)


def test_a_model_that_began_with_another_has_no_random_start():
    tuned = dataclasses.replace(model_with(0), metadata={"recipe": RECIPE, "start": {"name": "print"}})
    with pytest.raises(ModelError, match="another model"):
        chosen_units(tuned, count=1)
