"""``ocr config``: the settings in force, where each comes from, and the file that they may come from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from ocr.cli.config_file import CONFIG_VARIABLE, ConfiguredCommand, config_path, is_there, variable_of
from ocr.cli.read_command import command as read_command
from ocr.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

# Values in the example for options without a default.
_SAMPLES: dict[str, object] = {"model": "print", "words": "names.txt", "charset": "digits", "format": "txt"}
_SAMPLES |= {"timeout": 60.0, "max-memory": 2000}


@click.command(
    epilog=f"""\b
Examples:
  ocr config
  OCR_LANGUAGE=none ocr config
  ocr config --example > my.toml

\b
An option counts more than OCR_<OPTION> in the environment, which counts more
than the file, which counts more than the default. {CONFIG_VARIABLE} names
another file."""
)
@click.option("--path", "shows_path", is_flag=True, help="Print where the file is looked for.")
@click.option("--example", "shows_example", is_flag=True, help="Print a file with all settings and comments.")
def command(*, shows_path: bool, shows_example: bool) -> int:
    """Show the settings of ocr read, and where each comes from."""
    if shows_path and shows_example:
        message = "--path and --example: expected one of them"
        raise click.UsageError(message)
    if shows_path:
        click.echo(config_path())
        return 0
    if not isinstance(read_command, ConfiguredCommand):  # pragma: no cover - for the type checker
        raise TypeError
    if shows_example:
        click.echo(_example(read_command), nl=False)
        return 0
    path = config_path()
    rows = list(_rows(read_command))
    click.echo(f"file: {printable(str(path))}{'' if is_there(path) else ' (not there)'}")
    key_width, value_width = (max(len(row[column]) for row in rows) for column in (0, 1))
    for key, value, origin in rows:
        click.echo(f"{key:<{key_width}}  {value:<{value_width}}  {origin}")
    return 0


def _rows(command: ConfiguredCommand) -> Iterator[tuple[str, str, str]]:
    """Key, value and origin of each setting, as ``ocr read`` would find them.

    Raises
    ------
    SettingError
        As ``ocr read`` would.
    """
    # An input, which is not looked at: the command takes no less.
    ctx = command.make_context("read", ["-"])
    origins = {
        click.core.ParameterSource.ENVIRONMENT: "environment, {variable}",
        click.core.ParameterSource.DEFAULT_MAP: "file",
    }
    for key, option in command.settable.items():
        name = str(option.name)
        source = ctx.get_parameter_source(name)
        origin = origins.get(source, "default") if source is not None else "default"
        yield key, _written(ctx.params[name]), origin.format(variable=variable_of(key))


def _written(value: object) -> str:
    """Write a value as TOML does; a setting without one has none there either."""
    if value is None:
        return "(none)"
    # Strings, numbers and truth values of TOML are those of JSON.
    return json.dumps(value, ensure_ascii=False)


def _example(command: ConfiguredCommand) -> str:
    """Write a file with every setting as a comment: its meaning and its default, or a sample."""
    lines = [
        "# Settings of ocr read. Take away the # before a line to use it.",
        "# An option of the command line counts more, and so does OCR_<OPTION> in the environment.",
    ]
    ctx = command.make_context("read", ["-"], resilient_parsing=True)
    for key, option in command.settable.items():
        default = option.get_default(ctx, call=True)
        value = default if isinstance(default, bool | int | float | str) else _SAMPLES[key]
        choices = f" ({', '.join(option.type.choices)})" if isinstance(option.type, click.Choice) else ""
        lines += ["", f"# {option.help}{choices}", f"# {key} = {_written(value)}"]
    return "\n".join(lines) + "\n"
