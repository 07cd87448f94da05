"""Write the model card: classes, training data, scores and limits of a model [1]_.

References
----------
.. [1] Mitchell et al., "Model cards for model reporting", FAT* 2019.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr.classifier.alphabet import LABEL_MAPS, NOT_A_CHARACTER

if TYPE_CHECKING:
    from ocr.classifier.model import Model

_SOURCES = """EMNIST is derived from NIST Special Database 19, a work of the United States government
(Cohen et al. 2017, arXiv:1702.05373). If the list names unipen, it is UNIPEN train_r01_v07, Zenodo record
1195803, CC BY 4.0 (Guyon et al. 1994). ascii95 is under Apache-2.0."""

_SCORES = """All scores are in percent, for single characters that the model did not learn from.

* Interval: the 95 % Wilson interval.
* Calibration error: the mean difference between confidence and accuracy, over 15 equally wide bins of
  confidence.
* Least sure: the share of all errors among those 10 % of the characters that the model is least sure of.
* "with size": the model also knew the width and height of the character, relative to the capitals of the
  writer."""

_LIMITS = """* EMNIST has the same writers in its test files and its training files. So the model reads other
  writers less well than these scores say.
* The shape of one character does not tell 0 from O, 1 from I and l, 5 from S, 2 from Z, or the case of many
  letters.
* The data is American hand print of the 1990s. Sevens with a bar and ones with a hook are rare in it."""


_DRAWN_SOURCES = "They were drawn by this program itself: strokes under its own licence (MIT)."

_DRAWN_LIMITS = """* All characters are forms of one stroke font. So the model reads real hand print
  far less well than these scores say.
* The shape of one character does not tell 0 from O, 1 from I and l, 5 from S, 2 from Z, or the case of many
  letters."""


def model_card(model: Model) -> str:
    """Write the model card in Markdown from a model's metadata.

    Parameters
    ----------
    model : Model
        As saved, with its checksum; what its metadata lacks is called unknown.

    Returns
    -------
    str
    """
    learnt = "\n".join(f"* {part}" for part in model.metadata.get("data", ["unknown"]))
    settings = "\n".join(f"| {name} | {value} |" for name, value in model.metadata.get("recipe", {}).items())
    return f"""# Model card: {model.name}

{_network(model)}

SHA-256 of weights, classes and calibration: `{model.checksum}`

## Training data
{learnt}

{_DRAWN_SOURCES if _is_drawn(model) else _SOURCES}

The training characters were split into two parts once. The best epoch and the temperature
({model.temperature:.3f}) were chosen on the smaller part, never on a test file.

## Scores
{_SCORES}

{score_table(model)}

## Recipe
Trained by `{_command(model)}` with these settings:

| setting | value |
|---|---|
{settings}

## Limits
{_DRAWN_LIMITS if _is_drawn(model) else _LIMITS}
"""


def _is_drawn(model: Model) -> bool:
    """Return whether a model has learnt from characters drawn in place of EMNIST."""
    return any(part.startswith("drawn by") for part in model.metadata.get("data", []))


def _network(model: Model) -> str:
    """Return the paragraph on the network."""
    characters = [character for character in model.classes if character != NOT_A_CHARACTER]
    none = (
        "\nAnother output is the probability that it is no character."
        if NOT_A_CHARACTER in model.classes
        else ""
    )
    seen = "direction maps and\nthe pixels" if model.input == "features" else "784 pixels"
    return (
        f"A multilayer perceptron, {' – '.join(map(str, model.sizes))}, {model.activation}. Its input is the "
        f"{seen} of one crop of 28 x 28 pixels. Its output is a probability for each "
        "of "
        f"{len(characters)} characters,\n`{''.join(characters)}`.{none}"
    )


def _command(model: Model) -> str:
    """Return the command that trained the model; the list of training data names the fonts and files."""
    if NOT_A_CHARACTER in model.classes:
        teacher = " --teacher FIRST" if model.metadata.get("teacher") else ""
        return f"ocr train --data DIR --characters FILE --fonts DIR{teacher} --name {model.name}"
    data = "drawn" if _is_drawn(model) else "DIR"
    split = model.metadata.get("split", "byclass")
    classes = model.metadata.get("classes", "emnist")
    return f"ocr train --data {data} --split {split} --classes {classes} --name {model.name}"


def score_table(model: Model) -> str:
    """Return a model's scores as a Markdown table, with the command that reproduces each row."""
    rows = [_score(score, model.name) for score in model.metadata.get("scores", [])]
    head = (
        "| test | alphabet | characters | accuracy | interval "
        "| calibration error | least sure | reproduce |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(rows or ["| (no test file was at hand) | | | | | | | |"])])


def _score(score: dict[str, Any], name: str) -> str:
    """Return one row of the table."""
    low, high = (100 * bound for bound in score["interval"])
    calibration, least_sure = (
        f"{100 * score[measure]:.{digits}f}" if measure in score else "–"
        for measure, digits in (("expected_calibration_error", 2), ("errors_among_least_sure_tenth", 1))
    )
    of = f", {' and '.join(score['providers'])}" if score.get("providers") else ""
    return (
        f"| {score['test']}{of} | {score['label_map']}{', with size' if score.get('with_size') else ''} "
        f"| {score['count']:,} | {100 * score['accuracy']:.2f} | {low:.2f} – {high:.2f} | {calibration} "
        f"| {least_sure} | `{_score_command(score, name)}` |"
    )


def _score_command(score: dict[str, Any], name: str) -> str:
    """Return the command that computes a score again."""
    source, _, split = score["test"].partition("-")
    if source in {"emnist", "drawn"}:
        data = f"{'DIR' if source == 'emnist' else 'drawn'} --split {split}"
    else:
        data = f"{score['test']}.npz"
    only = f" --providers {','.join(score['providers'])}" if score.get("providers") else ""
    size = " --with-size" if score.get("with_size") else ""
    # Left out, the label map is the one that the model was trained for.
    label_map = f" --label-map {score['label_map']}" if score["label_map"] in LABEL_MAPS else ""
    return f"ocr confusion --model {name} --data {data}{only}{label_map}{size}"
