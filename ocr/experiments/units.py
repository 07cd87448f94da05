"""Units of the first layer: their weights before and after training, and what excites them.

A network without hidden layers has one unit for each class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.activations import activation_named
from ocr.classifier.alphabet import BYCLASS
from ocr.classifier.crop import make_crops
from ocr.classifier.features import INPUTS
from ocr.classifier.network import initialise, parse_initialisation, view_as_network
from ocr.errors import ModelError, SettingError
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import SUPERSAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float32, Float64, Int64
    from ocr.classifier.model import Model


# Drawings of each character.
_COPIES = 8
# Height of a capital, about as large as in a crop.
_LETTER_PX = 20
_MOST_NAMED = 3
# Share of the variance of the trained weights that their start must explain to be found in them again.
_LEAST_SURVIVAL = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One unit of the first layer.

    Attributes
    ----------
    number : int
        Its place in the layer, 1 .. the width.
    before, after, learnt : (D,) float32 array
        Its weights at initialisation, after training, and what training added, for inputs of spread 1.
    characters : str
        Of the characters that the model knows, those that excite it most, compared with the others; the class
        itself in a network without hidden layers.
    """

    number: int
    before: Float32
    after: Float32
    learnt: Float32
    characters: str


def chosen_units(model: Model, *, count: int) -> tuple[Unit, ...]:
    """Choose units that prefer few characters, each others, the strongest preference first.

    Preferences are measured on characters of the built-in writer, so that no data set is needed.

    Parameters
    ----------
    model : Model
        With a recipe in its metadata, from which its initial weights are drawn again. Without hidden layers,
        the first units are chosen.
    count : int
        Units to choose.

    Raises
    ------
    ModelError
        If its recipe is missing, or it began with the weights of another model.
    """
    known = tuple(character for character in BYCLASS if character in model.classes) or BYCLASS
    inputs, characters = _drawn_inputs(known, INPUTS[model.input].function)
    before = initial_weights(model)
    after = _for_even_features(model.network[0].weights, before, inputs)
    if len(model.network) == 1:
        chosen = dict(enumerate(model.classes[:count]))
    else:
        preferences = _preferences(model, inputs, characters)
        units = _distinct_units(preferences, count, known)
        chosen = {unit: _favourites(preferences[unit], known) for unit in units}
    return tuple(
        Unit(unit + 1, before[:, unit], after[:, unit], (after - before)[:, unit], characters)
        for unit, characters in chosen.items()
    )


def _for_even_features(weights: Float32, before: Float32, inputs: Float32) -> Float32:
    """Undo the scaling of inputs that training merges into the weights (D, H), so that they compare.

    Most of the random start survives training, so the slope of the regression of ``weights`` on ``before``
    shows for each feature by how much it was scaled, without the training data. If the start did not survive,
    the spread of the features ``inputs`` (N, D) is used.
    """
    # Weights that begin at 0 have no slope.
    size = np.square(before).sum(axis=1)
    slope = (weights * before).sum(axis=1) / np.maximum(size, np.float32(1e-12))
    stretched = before * slope[:, None]
    survived = float(np.square(stretched).sum() / max(float(np.square(weights).sum()), 1e-12))
    if slope.min() > 0 and survived > _LEAST_SURVIVAL:
        return np.asarray(weights / slope[:, None], dtype=np.float32)
    return np.asarray(weights * (inputs.std(axis=0) + np.float32(0.05))[:, None], dtype=np.float32)


def initial_weights(model: Model) -> Float32:
    """Draw the first layer (D, H) that training of this model began with.

    Raises
    ------
    ModelError
        If the metadata has no recipe, or the model began with the weights of another one.
    """
    start = model.metadata.get("start")
    if start is not None:
        message = (
            f"model {model.name}: it began with the weights of another model, not with random ones; "
            "show a model that was trained without --start"
        )
        raise ModelError(message)
    recipe = model.metadata.get("recipe")
    scheme, seed = (
        (recipe.get("initialisation"), recipe.get("seed")) if isinstance(recipe, dict) else (None, None)
    )
    try:
        name, _ = parse_initialisation(str(scheme))
    except SettingError:
        name = ""
    if not name or not isinstance(seed, int) or seed < 0:
        message = (
            f"model {model.name}: its metadata has no recipe with initialisation and seed, so its first "
            "weights cannot be drawn again; train it with 'ocr train'"
        )
        raise ModelError(message)
    vector = initialise(model.sizes, scheme=str(scheme), rng=np.random.default_rng([seed, 1]))
    return np.asarray(view_as_network(vector, model.sizes)[0].weights, dtype=np.float32)


def _drawn_inputs(known: Sequence[str], function: Callable[[Float32], Float32]) -> tuple[Float32, Int64]:
    """Return inputs (N, D) of drawings of some characters, and which of them each is."""
    writer, rng = StrokeWriter(), np.random.default_rng(0)
    characters = np.repeat(np.arange(len(known)), _COPIES)
    patches = [
        writer.draw(known[int(character)], letter_height_px=_LETTER_PX / SUPERSAMPLE, rng=rng).coverage
        for character in characters
    ]
    return function(make_crops(patch.astype(np.float32) / np.float32(255) for patch in patches)), characters


def _preferences(model: Model, inputs: Float32, characters: Int64) -> Float64:
    """Return (H, C): how far the mean output for each character is above the mean, in standard deviations."""
    first = model.network[0]
    outputs = activation_named(model.activation).function(inputs @ first.weights + first.bias)
    means = np.stack(
        [outputs[characters == character].mean(axis=0) for character in np.unique(characters)], axis=1
    )
    spread = outputs.std(axis=0)[:, None]
    # A unit whose output never changes prefers nothing.
    return np.where(
        spread > 1e-6, (means - means.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-6), 0.0
    )


def _distinct_units(preferences: Float64, count: int, known: Sequence[str]) -> list[int]:
    """Return the units with the strongest preference, no two with the same favourite if possible."""
    order = np.argsort(-preferences.max(axis=1), kind="stable")
    favourite = preferences.argmax(axis=1)
    chosen: list[int] = []
    seen: set[str] = set()
    for unit in order:
        # Both cases of a letter count as one here, for variety.
        character = known[favourite[unit]].upper()
        if character not in seen:
            seen.add(character)
            chosen.append(int(unit))
    rest = [int(unit) for unit in order if int(unit) not in set(chosen)]
    return (chosen + rest)[:count]


def _favourites(preferences: Float64, known: Sequence[str]) -> str:
    """Return the characters that a unit prefers."""
    best = np.argsort(-preferences, kind="stable")[:_MOST_NAMED]
    return " ".join(known[character] for character in best)
