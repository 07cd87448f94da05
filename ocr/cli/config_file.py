"""Settings of ``ocr read``: an option over the environment over a file over the default.

One rule: the option ``--min-confidence`` is ``OCR_MIN_CONFIDENCE`` in the environment and ``min-confidence``
in the file. What belongs to one run, such as where its output goes, is an option only.
"""

from __future__ import annotations

import os
import reprlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli.sections import SectionedCommand
from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIG_VARIABLE = "OCR_CONFIG"
# A few lines; what is larger is another file.
_MOST_BYTES = 2**20

_EXPECTED = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: 'text in quotes, such as "english"',
}


class ConfiguredCommand(SectionedCommand):
    """A command of which some options can be set by the environment and by a file.

    Parameters
    ----------
    settable : sequence of str
        Names of their parameters.
    """

    def __init__(self, *arguments: Any, settable: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        by_name = {option.name: option for option in self.params if isinstance(option, click.Option)}
        self.settable = {key_of(by_name[name]): by_name[name] for name in settable}
        for key, option in self.settable.items():
            option.envvar = variable_of(key)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the file and the environment, then the arguments; click's call.

        Raises
        ------
        SettingError
            If a setting is wrong.
        """
        if ctx.resilient_parsing or self._is_asked_for_help(ctx, args):
            return super().parse_args(ctx, args)
        wrong = None
        try:
            ctx.default_map = file_settings(self, ctx, config_path())
            check_environment(self, ctx)
        except SettingError as error:
            wrong = error
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError:
            if wrong is None:
                raise
        if wrong is not None:
            raise wrong
        return rest

    def _is_asked_for_help(self, ctx: click.Context, args: list[str]) -> bool:
        """Return whether --help is among the arguments: it needs no settings, and finding them takes time."""
        help_option = self.get_help_option(ctx)
        try:
            found, _, _ = self.make_parser(ctx).parse_args(list(args))
        except click.UsageError:
            return False
        return help_option is not None and help_option.name in found


def key_of(option: click.Option) -> str:
    """Return the name of an option in the file: the long one, without dashes."""
    return max(option.opts, key=len).removeprefix("--")


def variable_of(key: str) -> str:
    """Return the name of a key in the environment.

    >>> variable_of("min-confidence")
    'OCR_MIN_CONFIDENCE'
    """
    return f"OCR_{key.replace('-', '_').upper()}"


def config_path() -> Path:
    """Return the file with settings, which need not exist: ``OCR_CONFIG``, or the user's own."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("ocr", appauthor=False) / "config.toml"


def is_there(path: Path) -> bool:
    """Return whether a file exists; in a home folder that is missing or closed to us there is none."""
    return os.path.lexists(path)


def file_settings(command: ConfiguredCommand, ctx: click.Context, path: Path) -> dict[str, Any]:
    """Read the settings of a file and check each.

    Parameters
    ----------
    command : ConfiguredCommand
    ctx : click.Context
        In which values are checked.
    path : Path
        A file that is not there sets nothing, unless ``OCR_CONFIG`` names it.

    Returns
    -------
    dict
        Name of the parameter -> value as written.

    Raises
    ------
    SettingError
        If the file cannot be read, is no TOML, or has an unknown key or a wrong value.
    """
    content = _content(path)
    if content is None:
        return {}
    import tomllib

    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        message = f"config {path}: is not TOML ({error}); 'ocr config --example' shows how it looks"
        raise SettingError(message) from None
    settings = {}
    for key, value in found.items():
        option = command.settable.get(key)
        if option is None:
            raise _unknown_key(path, key, list(command.settable))
        _check(option, ctx, value, where=f"config {path}: {key}")
        settings[str(option.name)] = value
    return settings


def check_environment(command: ConfiguredCommand, ctx: click.Context) -> None:
    """Check the settings in the environment.

    Raises
    ------
    SettingError
        If one is wrong; click's own message would not name the environment.
    """
    for key, option in command.settable.items():
        value = os.environ.get(variable_of(key))
        if value:
            _check_by_option(option, ctx, value, where=f"environment {variable_of(key)}")


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        if not is_there(path) and not os.environ.get(CONFIG_VARIABLE):
            return None
        reason = (error.strerror or type(error).__name__).lower()
        message = f"config {path}: cannot be read ({reason}); correct it or {CONFIG_VARIABLE}"
        raise SettingError(message) from None
    if len(content) > _MOST_BYTES:
        message = f"config {path}: larger than 1 MiB, expected a few lines; is it another file?"
        raise SettingError(message)
    return content


def _unknown_key(path: Path, key: str, keys: list[str]) -> SettingError:
    import difflib

    near = difflib.get_close_matches(key, keys, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return SettingError(f"config {path}: found key {key!r}, expected one of {', '.join(keys)}{hint}")


def kind_of(option: click.Option) -> type[bool | int | float | str]:
    """Return the type of value that an option takes: in TOML it has to be written as such."""
    if option.is_flag:
        return bool
    if isinstance(option.type, click.IntRange):
        return int
    return float if isinstance(option.type, click.FloatRange) else str


def _check(option: click.Option, ctx: click.Context, value: Any, *, where: str) -> None:
    """Refuse a value that is not of the option's kind, or that the option itself would refuse.

    Raises
    ------
    SettingError
        With the file, the key, what was found and what was expected.
    """
    kind = kind_of(option)
    fits = type(value) in ({int, float} if kind is float else {kind})
    if not fits:
        shown = str(value).lower() if isinstance(value, bool) else reprlib.repr(value)
        message = f"{where}: found {shown}, expected {_EXPECTED[kind]}"
        raise SettingError(message)
    _check_by_option(option, ctx, value, where=where)


def _check_by_option(option: click.Option, ctx: click.Context, value: Any, *, where: str) -> None:
    try:
        option.process_value(ctx, value)
    except click.BadParameter as error:
        message = (
            f"{where}: found {reprlib.repr(value)}, expected what --{key_of(option)} takes: {error.message}"
        )
        raise SettingError(message) from None
