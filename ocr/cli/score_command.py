"""``ocr score``: all scores of a model in one table."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli import options
from ocr.errors import DataError, ModelError, printable

if TYPE_CHECKING:
    from ocr.classifier.model import Model


@click.command(
    epilog="""\b
Examples:
  ocr score --data emnist/ --characters characters/
  ocr score --model models/mine --data emnist/ --write

\b
Exit codes: 0 scored, 2 usage, 4 model, 5 data."""
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="EMNIST folder or gzip.zip; the usual place if left out. Nothing is downloaded. Or drawn.",
)
@click.option(
    "--characters",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with photo62.npz, chars74k_hnd.npz, unipen.npz, nist26_valid.npz, or some of them.",
)
@options.named_model
@click.option("--write", is_flag=True, help="Put the scores into the model's .json and its card.")
def command(*, data: Path | None, characters: Path | None, model_name: str | None, write: bool) -> None:
    """Score a model on all characters at hand.

    Prints a table in Markdown: accuracy with its 95 % interval, calibration error, share of the errors among
    the least sure tenth, and for each row the command that reproduces it. Test files that are not there are
    left out, and so are those that the model has no characters for.
    """
    from ocr.classifier.model_file import load_model
    from ocr.evaluation.model_scores import character_scores
    from ocr.files import model_path
    from ocr.train import scores_at_hand
    from ocr.training.model_card import score_table

    stem = model_path(model_name)
    model = load_model(stem)
    scores = scores_at_hand(model, data)
    if characters is not None:
        scores += character_scores(model, characters)
    if not scores:
        message = "scores: found no test file at hand; name folders with --data and --characters"
        raise DataError(message)
    click.echo(score_table(_with_scores(model, scores)))
    if write:
        _write(model, scores, stem)


def _with_scores(model: Model, scores: list[dict[str, Any]]) -> Model:
    return dataclasses.replace(model, metadata={**model.metadata, "scores": scores})


def _write(model: Model, scores: list[dict[str, Any]], stem: Path) -> None:
    """Put scores into metadata and card, in the place of older ones of the same tests.

    Raises
    ------
    ModelError
        If a file cannot be written.
    """
    from ocr.classifier.model_file import save_metadata
    from ocr.evaluation.model_scores import merged
    from ocr.files import write_by_rename
    from ocr.training.model_card import model_card

    scored = _with_scores(model, merged(model.metadata.get("scores", []), scores))
    save_metadata(scored, stem)
    card = stem.with_name(f"{stem.name}.md")
    write_by_rename(card, model_card(scored).encode(), what="model", failure=ModelError)
    for path in (stem.with_name(f"{stem.name}.json"), card):
        click.echo(f"wrote {printable(str(path))}", err=True)
