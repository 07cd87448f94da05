"""Where pictures and pages go: checked before the work begins, written by rename, named on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ocr.errors import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def check_output(path: Path, suffixes: Sequence[str]) -> None:
    """Refuse an output file that cannot be written before minutes are spent on its content.

    Raises
    ------
    click.BadParameter
        If its suffix is not among ``suffixes`` or its folder does not exist.
    """
    if path.suffix.lower() not in suffixes:
        message = f"{path} ends in {path.suffix or 'nothing'}: expected {', '.join(suffixes)}"
        raise click.BadParameter(message, param_hint="--output")
    if not path.absolute().parent.is_dir():
        message = f"folder {path.parent} does not exist: make it first"
        raise click.BadParameter(message, param_hint="--output")


def write_output(path: Path, content: bytes) -> None:
    """Write a whole file by rename, and report it on standard error.

    Raises
    ------
    OcrError
        If the file system refuses it.
    """
    from ocr.files import write_by_rename

    write_by_rename(path, content)
    click.echo(f"wrote {printable(str(path))}", err=True)
