"""``ocr serve``: a page in the browser on which pictures are read, corrected and learnt from."""

from __future__ import annotations

from pathlib import Path

import click

from ocr.cli import options


@click.command(
    epilog="""\b
Examples:
  ocr serve
  ocr serve letters/
  ocr serve --port 8000 --no-browser

\b
It answers this machine only, at the address that it prints. Ctrl-C ends it.
Exit codes: 1 a library is missing, 2 usage, 4 model, 5 corrections, 130 stop."""
)
@click.argument("pictures", nargs=-1, metavar="[PICTURE|FOLDER]...", shell_complete=options.complete_files)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A free one if left out.")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@options.reading_model
@options.language
def command(
    *, pictures: tuple[str, ...], port: int, no_browser: bool, model: str | None, language: str
) -> int:
    """Read, correct and learn on a page in the browser.

    Pictures are dropped on the page, or named here. Corrections are kept as they are made; a text NAME.gt.txt
    beside a picture counts as one. Nothing leaves this machine.
    """
    from ocr.files import model_path
    from ocr.web.serving import serve

    if model is not None:
        model_path(model)
    found = _found(pictures) if pictures else []

    def announce(address: str) -> None:
        click.echo(address)
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(found, port=port, model=model, language=language, on_start=announce)
    return 0


def _found(pictures: tuple[str, ...]) -> list[Path]:
    """Return the paths of pictures, also those in folders."""
    from ocr.batch.inputs import find_inputs

    return [Path(one.path) for one in find_inputs(pictures, recursive=False)]
