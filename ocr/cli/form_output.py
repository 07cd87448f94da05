"""``ocr read --fields``: read the fields of forms and print or write one table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli.options import is_on_command_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.batch.inputs import Input
    from ocr.batch.read_input import ReaderSettings
    from ocr.forms.field_file import Field
    from ocr.forms.field_tables import Form
    from ocr.image.multipage import PageRanges
    from ocr.reader import Reader

# Options that a table of fields has no use for.
_USELESS = (
    *("resume", "min_confidence", "reject_char", "jobs", "timeout", "max_memory", "scheduler", "verbose"),
    *("overlay", "stages", "lattice", "line"),
)


def read_forms(
    ctx: click.Context,
    inputs: Sequence[Input],
    field_file: str,
    *,
    format_name: str | None,
    output: str | None,
    pages: PageRanges | None,
    reader: ReaderSettings,
) -> int:
    """Read the fields of all pages of all inputs, and print or write one table.

    Returns
    -------
    int
        Exit code: that of the first picture that could not be read, 0 without one.

    Raises
    ------
    click.UsageError
        If an option stands beside --fields that has no use there, or the format is none of fields.
    OcrError
        If the fields or a setting are wrong, or the table cannot be written.
    """
    from ocr.batch.outputs import refuse_overwriting
    from ocr.batch.read_input import failure_of
    from ocr.cli.output import write_output
    from ocr.errors import SettingError
    from ocr.forms.field_file import load_fields
    from ocr.forms.field_tables import FIELD_WRITERS

    _check_options(ctx)
    name = _format_of(ctx, format_name, output)
    fields = load_fields(field_file)
    path = None if output in {None, "-"} else Path(str(output))
    if path is not None:
        kept = [field_file, *(one.path for one in inputs if not one.is_stdin), *filter(None, [reader.words])]
        refuse_overwriting([("--output", path)], kept, what="another file of this run")
    loaded, forms, code = reader.load(), [], 0
    for source in inputs:
        try:
            forms += _forms_of(source, fields, loaded, pages)
        except SettingError:
            raise  # The fields do not fit: those of the next form would not either.
        except Exception as error:  # noqa: BLE001  one form of many must not end the run
            failure = failure_of(source.name, error)
            click.echo(f"ocr: {failure}", err=True)
            code = code or failure.exit_code
    if forms and path is not None:
        write_output(path, FIELD_WRITERS[name](forms).encode())
    elif forms:
        click.echo(FIELD_WRITERS[name](forms), nl=False)
    return code


def _forms_of(source: Input, fields: Sequence[Field], reader: Reader, pages: PageRanges | None) -> list[Form]:
    """Read the fields of all pages of an input; each page has the name of its picture."""
    from ocr.image.picture import Album

    if source.error is not None:
        raise source.error
    quarters = (reader.turn_deg or 0) // 90
    album = Album(source.content(), name=source.name, pages=pages)
    return [(picture.name, reader.read_picture_fields(picture.turned(quarters), fields)) for picture in album]


def _check_options(ctx: click.Context) -> None:
    """Refuse options that do nothing beside --fields; a setting for every run gives way."""
    for name in _USELESS:
        if is_on_command_line(ctx, name):
            message = f"--{name.replace('_', '-')} and --fields: expected one of them"
            raise click.UsageError(message)


def _format_of(ctx: click.Context, format_name: str | None, output: str | None) -> str:
    """Return the format: that of this run, or of the file's ending, or text."""
    from ocr.forms.field_tables import FIELD_WRITERS

    if output is not None and (output.endswith("/") or Path(output).is_dir()):
        message = f"--output {output}: found a folder, expected one file for all forms"
        raise click.UsageError(message)
    name = format_name if is_on_command_line(ctx, "format_name") else None
    if name is None and output not in {None, "-"}:
        name = Path(str(output)).suffix.removeprefix(".").lower()
    name = name or "txt"
    if name not in FIELD_WRITERS:
        message = f"--fields: found the format {name}, expected {', '.join(FIELD_WRITERS)}"
        raise click.UsageError(message)
    return name
