"""Common parts of the commands that build shipped data: their errors and their option ``-o``."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.errors import OcrError

if TYPE_CHECKING:
    from collections.abc import Callable


class ToolCommand(click.Command):
    """A command that reports errors as ``ocr`` does: one line on stderr and an exit code."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the arguments; click's call. A mistake in them is one line too."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            message = " ".join(error.format_message().split()).rstrip(".")
            click.echo(f"ocr: {message}; see '{info_name} --help'", err=True)
            raise click.exceptions.Exit(error.exit_code) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click's call. The exit code is that of the error, 1 if a file cannot be used."""
        try:
            return super().invoke(ctx)
        except OcrError as error:
            click.echo(f"ocr: {error}", err=True)
            ctx.exit(error.exit_code)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            reason = (error.strerror or type(error).__name__).lower()
            click.echo(f"ocr: {error.filename or 'a file'}: cannot be used ({reason})", err=True)
            ctx.exit(OcrError.exit_code)


def _in_a_folder(_ctx: click.Context, _parameter: click.Parameter, value: Path) -> Path:
    """Refuse an output that cannot be written, before minutes are spent on its content."""
    if value.suffix != ".npz":
        message = f"{value} ends in {value.suffix or 'nothing'}, expected .npz"
        raise click.BadParameter(message)
    if not value.absolute().parent.is_dir():
        message = f"folder {value.parent} does not exist: make it first"
        raise click.BadParameter(message)
    return value


def npz_output(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option for the file to write."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False, writable=True),
        required=True,
        callback=_in_a_folder,
        help="The .npz file to write.",
    )(command)
