"""The options of the recipe of a training run, which several commands have, and how their values are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ocr.cli.options import is_on_command_line
from ocr.cli.renamed_option import RenamedOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.classifier.model import Model
    from ocr.training.settings import TrainingSettings

# Name of the option and its help, one line of a terminal each; the defaults are those of the command.
_HELP = {
    "hidden": 'Such as 200,100; "" for none.',
    "input": "features, or pixels (784).",
    "activation": "relu, tanh, sigmoid, identity.",
    "init": "he, glorot, zeros, normal:SIGMA.",
    "loss": "Or binary-cross-entropy, squared.",
    "optimizer": "An unknown name lists all.",
    "schedule": "constant, step or cosine.",
    "decay-at": "Epochs to multiply the rate at, such as 20,40.",
    "decay": "By this factor.",
    "learning-rate": "The usual one of the optimizer if left out.",
    "batch-size": "Characters per step, or full.",
    "epochs": "Passes over the data.",
    "steps": "End after so many steps instead.",
    "weight-decay": "Pull of the weights to zero.",
    "dropout": "Share of hidden outputs dropped.",
    "label-smoothing": "Share of the target spread.",
    "validation": "Share of characters held out.",
    "seed": "Same seed, same network.",
}
_METAVARS = {"hidden": "W,W", "decay-at": "N,N", "batch-size": "N", "epochs": "N", "steps": "N", "seed": "N"}
_NAMED = {"input", "activation", "init", "loss", "optimizer", "schedule"}
# Values that are parsed by the settings, not by click.
_TEXTS = {"hidden", "decay_at", "batch_size"}


def recipe_options(**defaults: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the options of a recipe; ``defaults`` are by their names in Python."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option(
            "--augment/--no-augment",
            default=defaults["augment"],
            show_default=True,
            help="Distort crops anew each epoch.",
        )(command)
        for name, words in reversed(_HELP.items()):
            command = _option(name, words, defaults.get(name.replace("-", "_")))(command)
        return command

    return add


def _option(name: str, words: str, default: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator of one option."""
    metavar = _METAVARS.get(name, "NAME" if name in _NAMED else "X")
    settings: dict[str, Any] = {
        "help": words,
        "default": default,
        "show_default": default is not None,
        "metavar": metavar,
    }
    if name == "init":
        return click.option(
            "--init", "initialisation", cls=RenamedOption, formerly="--initialisation", **settings
        )
    if name == "learning-rate":
        return click.option("--learning-rate", type=float, **settings)
    if name == "steps":
        return click.option("--steps", type=click.IntRange(min=1), **settings)
    return click.option(f"--{name}", **settings)


def settings_of(recipe: dict[str, Any], *, start: Model | None = None) -> TrainingSettings:
    """Return the settings that a user asks for.

    Parameters
    ----------
    recipe : dict
        Values of the options by name, and further settings.
    start : Model, optional
        Its input, activation and widths are the defaults.

    Raises
    ------
    SettingError
        If a value is of another type, or out of range.
    """
    from ocr.training.optimizers import USUAL_RATES
    from ocr.training.settings import TrainingSettings, parse_setting

    ctx = click.get_current_context()
    values = {
        name: parse_setting(name, str(value)) if name in _TEXTS else value
        for name, value in recipe.items()
        if value is not None
    }
    if start is not None:
        of_start = {"hidden": start.sizes[1:-1], "input": start.input, "activation": start.activation}
        values |= {name: value for name, value in of_start.items() if not is_on_command_line(ctx, name)}
    if values.get("decay_at") and not is_on_command_line(ctx, "schedule"):
        values["schedule"] = "constant"
    # An unknown optimiser is refused by the settings.
    values.setdefault("learning_rate", USUAL_RATES.get(values["optimizer"], 1e-3))
    return TrainingSettings(**values)
