"""From labelled images to a model on disk: the training counterpart of :mod:`ocr.reader`."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.classifier import emnist
from ocr.classifier.alphabets import covers, fold, label_map
from ocr.classifier.features import FEATURE_COUNT
from ocr.classifier.model import Model
from ocr.classifier.model_file import MOST_PARAMETERS, save_model, write_by_rename
from ocr.classifier.network import count_parameters
from ocr.classifier.training import Trained, TrainingSettings, train
from ocr.errors import SettingError
from ocr.evaluate.characters import score_characters

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from ocr.classifier.alphabets import Fold
    from ocr.classifier.training import Epoch
    from ocr.sources import TrainingData

# Folds under which the model card has scores, for the test file of each split; those at hand are measured.
_TESTS = {
    "byclass": ("62", "digits", "upper", "lower"),
    "bymerge": ("47",),
    "mnist": ("digits",),
}


def check_target(name: str, settings: TrainingSettings, *, classes: int) -> None:
    """Refuse, before hours of training, a model that could not be saved or loaded again.

    Raises
    ------
    SettingError
        If the name is no plain file name, or the network does not fit the largest model file.
    """
    if not re.fullmatch(r"\w[\w-]*", name):
        message = f"model name: found {name!r}, expected letters, digits, _ and -; choose such a name"
        raise SettingError(message)
    sizes = (FEATURE_COUNT, *settings.hidden, classes)
    if count_parameters(sizes) > MOST_PARAMETERS:
        message = (
            f"setting hidden: found {count_parameters(sizes):,} parameters, expected at most "
            f"{MOST_PARAMETERS:,}; choose fewer or narrower layers"
        )
        raise SettingError(message)


def train_model(
    data: TrainingData,
    *,
    split: str,
    name: str,
    settings: TrainingSettings,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_block: Callable[[int, int], None] | None = None,
) -> tuple[Model, Trained]:
    """Train on gathered characters and wrap the best epoch as a model, with its recipe as metadata.

    Raises
    ------
    DataError, DivergedError, SettingError
        As :func:`ocr.classifier.training.train` does.
    """
    check_target(name, settings, classes=len(data.classes))
    several = len(data.origin_names) > 1
    trained = train(
        data.tiles,
        data.labels,
        classes=len(data.classes),
        settings=settings,
        origins=data.origins if several else None,
        distortions=data.distortions,
        on_epoch=on_epoch,
        on_block=on_block,
    )
    metadata = {
        "recipe": dataclasses.asdict(settings),
        "data": list(data.notes),
        "split": split,
        "epoch": trained.best,
        "validation_accuracy": max(epoch.validation_accuracy for epoch in trained.log),
    }
    model = Model(
        name=name,
        network=trained.network,
        classes=data.classes,
        activation=settings.activation,
        temperature=trained.temperature,
        priors=dict(zip(data.origin_names, trained.log_priors, strict=True)) if several else {},
        metadata=metadata,
    )
    return model, trained


def measured_scores(model: Model, data: str | os.PathLike[str] | None) -> list[dict[str, Any]]:
    """Measure the accuracy on each EMNIST test file that is at hand, with its 95 % interval.

    Raises
    ------
    DataError
        If a test file is damaged.
    """
    scores = []
    at_hand = emnist.available(data)
    for split, folds in _TESTS.items():
        if (split, "test") in at_hand:
            images = emnist.load(split, "test", data=data)
            scores += [_score(model, images, name) for name in folds if _applies(model, images, fold(name))]
    return scores


def _applies(model: Model, images: emnist.LabelledImages, target: Fold) -> bool:
    """Whether the model can answer all of the fold, and the images show some of it."""
    return covers(model.classes, target) and bool(
        (label_map(images.classes, target)[images.labels] >= 0).any()
    )


def _score(model: Model, images: emnist.LabelledImages, fold_name: str) -> dict[str, Any]:
    result = score_characters(model, images, fold_name=fold_name)
    return {
        "test": f"emnist-{images.split}-test",
        "fold": fold_name,
        "count": result.count,
        "accuracy": round(result.accuracy, 5),
        "interval": [round(bound, 5) for bound in result.interval],
    }


def write_model(
    model: Model, trained: Trained, *, folder: Path, data: str | os.PathLike[str] | None
) -> list[Path]:
    """Measure the model and write weights, metadata, model card, training log and curves.

    The weights are written first: neither Ctrl-C while measuring nor a damaged test file costs the training.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DataError
        If a test file is damaged.
    ModelError
        If a file cannot be written.
    """
    from ocr.view.curves import draw_curves

    save_model(model, folder)
    metadata = {**model.metadata, "scores": measured_scores(model, data)}
    saved = save_model(dataclasses.replace(model, metadata=metadata), folder)
    log = "".join(json.dumps(dataclasses.asdict(epoch)) + "\n" for epoch in trained.log)
    paths = [
        folder / f"{model.name}{suffix}" for suffix in (".npz", ".json", ".md", ".log.jsonl", ".curves.png")
    ]
    write_by_rename(paths[2], model_card(saved).encode())
    write_by_rename(paths[3], log.encode())
    write_by_rename(paths[4], draw_curves(trained.log))
    return paths


def _card_row(score: dict[str, Any], name: str) -> str:
    low, high = (100 * bound for bound in score["interval"])
    split = score["test"].removeprefix("emnist-")
    command = f"ocr confusion --model {name} --data DIR --split {split} --fold {score['fold']}"
    return (
        f"| {score['test']} | {score['fold']} | {score['count']:,} | {100 * score['accuracy']:.2f} "
        f"| {low:.2f} – {high:.2f} | `{command}` |"
    )


def model_card(model: Model) -> str:
    """Write the model card in Markdown: what the model reads, what it learnt from, how well, its limits."""
    recipe = model.metadata.get("recipe", {})
    scores = model.metadata.get("scores", [])
    split = model.metadata.get("split", "byclass")
    learnt = "\n".join(f"* {part}" for part in model.metadata.get("data", ["unknown"]))
    rows = "\n".join(_card_row(score, model.name) for score in scores)
    settings = "\n".join(f"| {name} | {value} |" for name, value in recipe.items())
    return f"""# Model card: {model.name}

A multilayer perceptron, {" – ".join(map(str, model.sizes))}, {model.activation}: it takes the direction maps
and pixels of one 28 x 28 tile and gives a probability for each of {len(model.classes)} signs:
`{"".join(model.classes)}`.

SHA-256 of the weights: `{model.checksum}`

## Learnt from
{learnt}

EMNIST is derived from NIST Special Database 19, a work of the United States government (Cohen et al. 2017,
arXiv:1702.05373). The file unipen, where it is named above, is UNIPEN train_r01_v07, Zenodo record 1195803, CC BY 4.0
(Guyon et al. 1994); ascii95 is under Apache-2.0. The training characters were split once: the best epoch and the
temperature ({model.temperature:.3f}) were chosen on the held-out part, never on a test file.

## Scores
Measured on the official EMNIST test files; 95 % Wilson intervals. Accuracy in percent.

| test | alphabet | characters | accuracy | interval | reproduce |
|---|---|---|---|---|---|
{rows or "| (no test file was at hand) | | | | | |"}

## Recipe
Trained by `ocr train --data DIR --split {split} --name {model.name}` with these settings:

| setting | value |
|---|---|
{settings}

## Limits
* EMNIST's test files hold characters by the writers of its training files: these scores flatter.
* 0/O, 1/I/l, 5/S, 2/Z and the case of many letters cannot be told apart from the shape of one character.
* American hand print of the 1990s: crossed sevens and hooked ones are rare in it.
"""
