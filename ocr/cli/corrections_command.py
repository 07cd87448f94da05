"""``ocr corrections``: write the corrections as a folder, for another machine or another program."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ocr.cli import options
from ocr.cli.learn_command import no_report, report


@click.command(
    epilog="""\b
Examples:
  ocr corrections mine/
  ocr serve mine/
  ocr train --characters mine/characters.npz

\b
Exit codes: 0 written, 2 usage, 4 model, 5 no corrections, or the folder is
not empty or cannot be written."""
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@options.reading_model
@options.language
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(*, folder: Path, model: str | None, language: str, quiet: bool) -> int:
    """Write the corrections that were made on the page of 'ocr serve' to a new FOLDER.

    Each picture has its corrected lines beside it: letter.jpg and letter.gt.txt. characters.npz has the
    characters on them, cut out. 'ocr serve FOLDER' takes them back, 'ocr learn FOLDER' learns from them.
    """
    from ocr.classifier.model_file import load_model
    from ocr.files import model_path
    from ocr.language.ngram import load_language
    from ocr.learning.correction_store import CorrectionStore
    from ocr.learning.corrections_folder import export_corrections

    def warn(message: str) -> None:
        click.echo(f"ocr: {message}", err=True)

    show = no_report if quiet or not sys.stderr.isatty() else report
    done = export_corrections(
        CorrectionStore(),
        folder,
        load_model(model_path(model)),
        load_language(language),
        on_missing=warn,
        on_progress=show,
    )
    # The progress ends.
    show("testing", 1.0)
    counts = f"{done.pictures} pictures, {done.lines} lines, {done.characters} characters"
    click.echo(f"wrote {folder}: {counts}", err=True)
    return 0
