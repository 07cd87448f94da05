"""From pictures with their texts to a model with a line network of its own: ``ocr train --lines``.

:func:`lines_of_folder`, :func:`train_line_model` and :func:`write_line_model` are the table of contents.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np

from ocr.classifier.model_file import save_model
from ocr.errors import ModelError
from ocr.files import write_by_rename
from ocr.learning.own_model import prepare, sources_of_folder
from ocr.line_network.frames import FRAME_SIZE
from ocr.line_network.line_model import STAGES, line_network_of
from ocr.line_network.sliding_network import count_sliding_parameters
from ocr.recognition.labels import LabelGroups
from ocr.training.line_epochs import LineSettings, TrainedLines, train_on_lines
from ocr.training.line_samples import LineSample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ocr.classifier.model import Model
    from ocr.language.ngram import Language
    from ocr.training.line_epochs import OnEpoch, OnLines


def lines_of_folder(
    folder: Path, model: Model, language: Language, *, on_progress: Callable[[str, float], None]
) -> list[LineSample]:
    """Read the pictures of a folder, and return their lines with the right texts.

    Parameters
    ----------
    folder : Path
        Pictures of lines or pages, with the text of NAME.jpg in NAME.gt.txt, a line for each line.
    model : Model
        Finds which line is which.
    language : Language
    on_progress : callable
        Called with what is done and the share of it that is done.

    Raises
    ------
    DataError
        If there is no text, a text has no picture, or one of them cannot be read.
    ImageError
        If a picture cannot be read.
    """
    pages = prepare(list(sources_of_folder(folder)), model, language, on_progress)
    labels = LabelGroups(model.classes)
    found = [line for page in pages for line in page.lines_with_text(page.placed(model, labels)).values()]
    return [
        LineSample(np.rint(np.clip(line.pixels, 0, 1) * 255).astype(np.uint8), " ".join(line.text.split()))
        for line in found
    ]


def train_line_model(
    lines: list[LineSample],
    base: Model,
    *,
    name: str,
    settings: LineSettings,
    goes_on: bool,
    on_epoch: OnEpoch | None = None,
    on_lines: OnLines | None = None,
) -> tuple[Model, TrainedLines]:
    """Train a line network, and return it beside the network of glyphs of a model.

    Parameters
    ----------
    lines : list of LineSample
    base : Model
        Its network of glyphs stays as it is.
    name : str
        Of the new model.
    settings : LineSettings
    goes_on : bool
        Begin with the line network of ``base``; with fresh weights otherwise.
    on_epoch, on_lines : callable, optional
        As of :func:`ocr.training.line_epochs.train_on_lines`, whose errors it raises.
    """
    start = line_network_of(base) if goes_on else None
    trained = train_on_lines(lines, settings, start=start, on_epoch=on_epoch, on_lines=on_lines)
    metadata = {
        "data": [f"{trained.learnt} lines with their texts", *base.metadata.get("data", [])],
        "base": {"name": base.name, "checksum": base.checksum},
        "lines": {
            "recipe": asdict(settings),
            "goes_on": goes_on,
            "learnt": trained.learnt,
            "held_out": trained.held_out,
            "epoch": trained.best,
            "accuracy_before": trained.accuracy_before,
            "accuracy": trained.accuracy,
        },
    }
    model = replace(base, name=name, line_network=trained.network, metadata=metadata, checksum="")
    return model, trained


def write_line_model(model: Model, trained: TrainedLines, folder: Path, *, curves: bytes) -> list[Path]:
    """Write a model with its card, training log and a picture of its curves; return the paths of the files.

    Raises
    ------
    ModelError
        If a file cannot be written.
    """
    saved = save_model(model, folder)
    beside = {
        ".md": line_card(saved).encode(),
        ".log.jsonl": "".join(json.dumps(asdict(epoch)) + "\n" for epoch in trained.log).encode(),
        ".curves.png": curves,
    }
    for suffix, content in beside.items():
        write_by_rename(folder / f"{model.name}{suffix}", content, what="model", failure=ModelError)
    return [folder / f"{model.name}{suffix}" for suffix in (".npz", ".json", *beside)]


def line_card(model: Model) -> str:
    """Write the card of a model whose line network was trained by :func:`train_line_model`, in Markdown."""
    about, base = model.metadata["lines"], model.metadata["base"]
    settings = "\n".join(f"| {name} | {value} |" for name, value in about["recipe"].items())
    begun = "that of the model" if about["goes_on"] else "fresh weights, beside the network of glyphs of"
    before = "" if about["accuracy_before"] is None else f"{100 * about['accuracy_before']:.1f} % before, "
    return f"""# Model card: {model.name}

A line network of {count_sliding_parameters(STAGES, FRAME_SIZE):,} parameters: multilayer perceptrons that
slide along a line. It began with {begun} {base["name"]}
(SHA-256 `{base["checksum"]}`).

SHA-256 of weights, classes and calibration: `{model.checksum}`

## Training data
{about["learnt"]} lines with their texts. {about["held_out"]} other lines were held out: the best epoch was
chosen on them, so the scores flatter it a little.

## Scores
Characters of the lines held out that the line network alone reads right, without a language:
{before}{100 * about["accuracy"]:.1f} % after epoch {about["epoch"]}.

## Recipe
Trained by `ocr train --lines DIR{" --start " + base["name"] if about["goes_on"] else ""} --name {model.name}`
with these settings:

| setting | value |
|---|---|
{settings}

## Limits
It reads printable ASCII, in hands that look like those of its lines.
"""
