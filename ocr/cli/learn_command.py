"""``ocr learn``: fine-tune a model on corrected pages, and install it if it reads them better."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ocr.cli import options


@click.command(
    epilog="""\b
Examples:
  ocr learn
  ocr learn pages/ --name grandma
  ocr read letter.jpg --model grandma

\b
Exit codes: 0 installed, 1 it is worse: not installed, 2 usage, 3 picture,
4 model, 5 corrections, 130 stop."""
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", metavar="NAME", default="mine", show_default=True, help="Name of the new model.")
@options.reading_model
@options.language
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(*, folder: Path | None, name: str, model: str | None, language: str, quiet: bool) -> int:
    """Learn the hand of a writer from corrected pages.

    FOLDER has pictures with their right text beside them: letter.jpg and letter.gt.txt. Without it: the
    corrections that were made on the page of 'ocr serve'.
    """
    from ocr.classifier.model_file import load_model
    from ocr.errors import OcrError
    from ocr.files import model_path
    from ocr.language.ngram import load_language
    from ocr.learning.correction_store import CorrectionStore
    from ocr.learning.own_model import check_name, install, learn_from, sources_of_folder, sources_of_store

    check_name(name)
    base = load_model(model_path(model))

    def warn(message: str) -> None:
        click.echo(f"ocr: {message}", err=True)

    found = sources_of_store(CorrectionStore(), warn) if folder is None else sources_of_folder(folder)
    show = no_report if quiet or not sys.stderr.isatty() else report
    learnt = learn_from(list(found), base, load_language(language), name=name, on_progress=show)
    if show is report:
        click.echo("\r\x1b[K", err=True, nl=False)
    path = install(learnt)
    if path is None:
        message = f"model {name}: not installed ({learnt.summary}); correct more pages"
        raise OcrError(message)
    click.echo(f"{name}: {learnt.summary}")
    click.echo(f"wrote {path}.npz; read with --model {name}", err=True)
    return 0


def no_report(_what: str, _share: float) -> None:
    """Report nothing."""


def report(what: str, share: float) -> None:
    """Write progress over the line before."""
    click.echo(f"\r\x1b[K{what} {100 * share:3.0f} %", err=True, nl=False)
