"""From labelled characters to a model on disk: the training counterpart of :mod:`ocr.reader`.

:func:`train_model` and :func:`write_model` are the table of contents of training: a line for each stage.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

from ocr.classifier.features import INPUTS
from ocr.classifier.model import Model
from ocr.classifier.model_file import MOST_PARAMETERS, load_model, save_model
from ocr.classifier.network import count_parameters
from ocr.errors import ModelError, SettingError
from ocr.evaluation.model_scores import emnist_scores, labelled_scores
from ocr.files import model_path, write_by_rename
from ocr.training.batches import TrainingBatches, with_published_shares
from ocr.training.calibration import fit_temperature
from ocr.training.drawn_data import draw_split, is_drawn
from ocr.training.model_card import model_card
from ocr.training.trainer import train

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path

    from ocr.array_types import Float32
    from ocr.training.dataset import TrainingData
    from ocr.training.learner import Trained
    from ocr.training.settings import TrainingSettings
    from ocr.training.trainer import OnBlock, OnEpoch


def check_target(name: str, settings: TrainingSettings, *, classes: int) -> None:
    """Refuse, before hours of training, a model that could not be saved or loaded again.

    Raises
    ------
    SettingError
        If the name is no plain file name, or the network does not fit the largest model file.
    """
    check_name(name)
    sizes = (INPUTS[settings.input].width, *settings.hidden, classes)
    if count_parameters(sizes) > MOST_PARAMETERS:
        message = (
            f"setting hidden: found {count_parameters(sizes):,} parameters, expected at most "
            f"{MOST_PARAMETERS:,}; choose fewer or narrower layers"
        )
        raise SettingError(message)


def check_name(name: str) -> None:
    """Refuse what is no plain file name.

    Raises
    ------
    SettingError
        With the name.
    """
    if not re.fullmatch(r"\w[\w-]*", name):
        message = f"model name: found {name!r}, expected letters, digits, _ and -; choose such a name"
        raise SettingError(message)


def load_teacher(name: str | os.PathLike[str] | None, *, classes: tuple[str, ...]) -> Model | None:
    """Load the model to learn from; return None for no name.

    Raises
    ------
    ModelError
        If there is no such model, or its file is damaged.
    SettingError
        If its classes are others.
    """
    if name is None:
        return None
    teacher = load_model(model_path(name))
    if teacher.classes != classes:
        message = (
            f"teacher {name}: found a model of {len(teacher.classes)} characters, "
            f"expected the {len(classes)} that are to be learnt; "
            "choose one trained with the same --classes and --split"
        )
        raise SettingError(message)
    return teacher


def load_start(name: str | os.PathLike[str] | None) -> Model | None:
    """Load the model with whose weights training begins; return None for no name.

    Raises
    ------
    ModelError
        If there is no such model, or its file is damaged.
    """
    return None if name is None else load_model(model_path(name))


def train_model(
    data: TrainingData,
    *,
    split: str,
    name: str,
    settings: TrainingSettings,
    teacher: Model | None = None,
    start: Model | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    on_epoch: OnEpoch | None = None,
    on_block: OnBlock | None = None,
    on_phase: Callable[[str], None] | None = None,
) -> tuple[Model, Trained]:
    """Train on characters and return the best epoch as a model, with its recipe as metadata.

    ``checkpoint`` keeps the last whole epoch; with ``resume`` the run goes on from there. ``start`` is a
    model with whose weights training begins.

    Raises
    ------
    DataError, DivergedError, SettingError
        As :func:`check_target`, :meth:`TrainingBatches.prepare` and :func:`ocr.training.trainer.train` do.
    """
    check_target(name, settings, classes=len(data.classes))
    batches = TrainingBatches.prepare(data, settings, teacher=teacher, start=start)
    trained = train(batches, checkpoint=checkpoint, resume=resume, on_epoch=on_epoch, on_block=on_block)
    if on_phase is not None:
        on_phase(f"calibrating on {len(batches.held_out):,} characters held out")
    temperature = fit_temperature(batches.held_out_logits(trained.network), batches.held_out_labels)
    model = Model(
        name=name,
        network=trained.network,
        classes=data.classes,
        activation=settings.activation,
        temperature=temperature,
        priors=named_priors(batches),
        metadata=training_metadata(batches, trained, split=split),
        input=settings.input,
    )
    return model, trained


def named_priors(batches: TrainingBatches) -> dict[str, Float32]:
    """Return the log-priors (K,) of the classes by origin, as :class:`Model` has them.

    Those of EMNIST are corrected to the whole of it. There are none for a single origin.
    """
    names = batches.data.origin_names
    if len(names) == 1:
        return {}
    priors = dict(zip(names, batches.log_priors, strict=True))
    if "emnist" in priors:
        priors["emnist"] = with_published_shares(priors["emnist"], batches.data.classes)
    return priors


def training_metadata(batches: TrainingBatches, trained: Trained, *, split: str) -> dict[str, Any]:
    """Return the recipe of a model, its data, and how well the best epoch read the part held out."""
    return {
        "recipe": dataclasses.asdict(batches.settings),
        "data": list(batches.data.notes),
        "split": split,
        "classes": batches.data.alphabet,
        "epoch": trained.best,
        "teacher": _origin(batches.teacher),
        "start": _origin(batches.start),
        "validation_accuracy": max(epoch.validation_accuracy for epoch in trained.log),
    }


def _origin(model: Model | None) -> dict[str, str] | None:
    """Return what identifies a model that another one has learnt from, or None."""
    return None if model is None else {"name": model.name, "checksum": model.checksum}


def write_model(
    model: Model,
    trained: Trained,
    *,
    folder: Path,
    data: str | os.PathLike[str] | None,
    tests: str = "all",
    on_phase: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write the weights, measure the model, and write metadata, model card, training log and curves.

    The weights are written first, so that neither Ctrl-C nor a damaged test file costs the training. The
    scores are those of the model as read back from the file: its weights are rounded. ``tests`` is "all" for
    the test files of all splits at hand, "split" for that of the split that was learnt, or "none".
    ``on_phase`` is called with a line of text before each phase.

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
    from ocr.view.training_curves import draw_curves

    save_model(model, folder)
    stored = load_model(folder / f"{model.name}.npz")
    only = str(stored.metadata["split"]) if tests == "split" else None
    scores = [] if tests == "none" else scores_at_hand(stored, data, only=only, on_phase=on_phase)
    metadata = {**model.metadata, "scores": scores}
    if on_phase is not None:
        for score in scores:
            on_phase(f"{100 * score['accuracy']:.2f} % right on {score['test']}, as {score['label_map']}")
        on_phase("writing the model card, the log and the curves")
    saved = save_model(dataclasses.replace(model, metadata=metadata), folder)
    log = "".join(json.dumps(dataclasses.asdict(epoch)) + "\n" for epoch in trained.log)
    beside = {
        ".md": model_card(saved).encode(),
        ".log.jsonl": log.encode(),
        ".curves.png": draw_curves(trained.log),
    }
    for suffix, content in beside.items():
        write_by_rename(folder / f"{model.name}{suffix}", content, what="model", failure=ModelError)
    return [folder / f"{model.name}{suffix}" for suffix in (".npz", ".json", *beside)]


def scores_at_hand(
    model: Model,
    data: str | os.PathLike[str] | None,
    *,
    only: str | None = None,
    on_phase: Callable[[str], None] | None = None,
) -> list[dict[str, Any]]:
    """Compute the scores of a model on the test files at hand, or on drawn test characters.

    Parameters
    ----------
    model : Model
    data : path or None
        As for `ocr.evaluation.model_scores.emnist_scores`, or "drawn".
    only : str, optional
        Score the test file of this split only.
    on_phase : callable, optional
        Called with a line of text before each test.

    Raises
    ------
    DataError
        If a test file is damaged.
    """

    def on_test(test: str, count: int) -> None:
        if on_phase is not None:
            on_phase(f"scoring on {test}: {count:,} characters")

    if is_drawn(data):
        split = str(model.metadata.get("split", "byclass"))
        images = draw_split(split, "test")
        on_test(f"drawn-{split}-test", len(images.labels))
        return labelled_scores(model, images, test=f"drawn-{split}-test", split=split)
    if only is not None:
        return emnist_scores(model, data, splits=(only,), on_test=on_test)
    return emnist_scores(model, data, on_test=on_test)
