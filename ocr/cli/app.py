"""The ``ocr`` command: finds its sub-commands by name and loads only the one that runs."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from ocr.errors import OcrError, printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

# Raised for "ocr" alone, which prints the help. Older versions of click have no such error.
_NoArguments: type[click.UsageError] | tuple[()] = getattr(click.exceptions, "NoArgsIsHelpError", ())

# Command name -> one line of help. Modules are imported when their command runs, so that help is fast.
COMMANDS = {
    "read": "Print the text on pictures.",
    "serve": "Read, correct and learn on a page in the browser.",
    "learn": "Learn the hand of a writer from corrected pages.",
    "corrections": "Write your corrections as a folder.",
    "explain": "Write a page that shows how a picture was read.",
    "train": "Train a classifier on EMNIST.",
    "evaluate": "Score what is read on pictures whose text is known.",
    "score": "Score a model on all characters at hand.",
    "confusion": "Show what a model takes for what.",
    "lesson": "Show worked numbers of a lesson on networks.",
    "compare": "Show what a choice does to learning.",
    "weights": "Show what a network has learnt, and its gradients.",
    "classify": "Name the character on each picture.",
    "models": "List models, show their cards, check their files.",
    "config": "Show the settings in force and where they come from.",
    "completion": "Print what lets a shell complete commands.",
}


# What the help lists together; any other command comes last.
_SECTIONS = {
    "Read": ("read", "explain", "evaluate"),
    "Look into networks": ("train", "compare", "lesson", "weights", "confusion", "classify", "score"),
    "Set up": ("models", "config", "completion"),
}


class _LazyGroup(click.Group):
    """A group of commands; each is called ``command`` in ``ocr.cli.NAME_command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's call
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"ocr.cli.{cmd_name}_command").command
        if not isinstance(command, click.Command):
            return None
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        is_known = name in self.list_commands(ctx) or name.startswith("-")
        if not is_known and not ctx.resilient_parsing:
            raise click.UsageError(_unknown_command(name, self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        names = self.list_commands(ctx)
        listed = {name for section in _SECTIONS.values() for name in section}
        others = tuple(name for name in names if name not in listed)
        width = max(map(len, names))
        for title, section in {**_SECTIONS, "More": others}.items():
            if section:
                with formatter.section(title):
                    # Padded, so that the columns of all sections are one.
                    formatter.write_dl([(name.ljust(width), COMMANDS[name]) for name in section])


def _unknown_command(name: str, known: Sequence[str]) -> str:
    """Return what is wrong with a name that is no command: it may be that of a picture, or nearly right."""
    if _is_input(name):
        import shlex

        named = shlex.quote(name) if name.isprintable() else "IMAGE"
        return f"No such command {name!r}. Did you mean: ocr read {named}"
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"No such command {name!r}.{hint}"


def _is_input(name: str) -> bool:
    """Return whether a word in the place of a command names a file, folder, pattern or list to read."""
    return (
        # Not Path.suffix: pathlib takes longer to import than the help takes.
        "." in name.strip(".")
        or name.startswith("@")
        or any(mark in name for mark in "/\\*")
        # Not Path.exists: a word may be too long for a name.
        or os.path.lexists(name)
    )


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's call
    if not wanted or ctx.resilient_parsing:
        return
    from ocr.__version__ import __version__
    from ocr.classifier.model_file import load_model
    from ocr.files import model_path

    model = load_model(model_path())
    click.echo(f"ocr {__version__}, model {model.name}, SHA-256 {model.checksum}")
    ctx.exit()


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: ocr read photo.jpg",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version, and the shipped model's name and checksum.",
)
def app() -> None:
    """Read hand-printed text from photos."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code; errors become one line on stderr."""
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Closed()), encoding="utf-8")
    with suppress(ValueError):  # Not in the main thread.
        # Python would end at once, and leave temporary folders behind.
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _end)
    try:
        code = run(arguments)
    except _Ended:
        code = 128 + signal.SIGTERM
    try:
        sys.stdout.flush()
    except OSError as error:
        if not code:
            _show_unforeseen(error)
        code = code or 1
    if isinstance(getattr(sys.stdout, "buffer", None), io.BufferedWriter) and sys.__stdout__ is None:
        sys.stdout = None
    sys.exit(code)


class _Ended(BaseException):
    """SIGTERM: the program ends as it does after Ctrl-C."""


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Ended


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; its exit code: 0 ok, 2 usage, 3 picture, 4 model, 5 data, 130 interrupted."""
    try:
        result = app.main(arguments, prog_name="ocr", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except OcrError as error:
        click.echo(f"ocr: {error}", err=True)
        return error.exit_code
    except SystemExit:
        # Click ends so where the reader of our output, such as head, has had enough: not an error.
        return 0
    except Exception as error:  # one line for everything
        if sys.flags.dev_mode:
            raise
        _show_unforeseen(error)
        return 1
    return result if isinstance(result, int) else 0


def _show_unforeseen(error: Exception) -> None:
    """Print in one line what nobody foresaw; ``python -X dev -m ocr`` shows where it happened."""
    from ocr.uris import reason_of

    if isinstance(error, MemoryError):
        message = "needs more memory than there is"
    elif isinstance(error, OSError):
        place = "standard output" if error.filename is None else os.fsdecode(error.filename)
        message = f"{place}: cannot be used ({reason_of(error)}); is the disk full, or is it closed?"
        _give_up_stdout()
    else:
        message = f"a fault of this program ({reason_of(error)}); report it with the command"
    click.echo(f"ocr: {printable(message)}", err=True)


def _give_up_stdout() -> None:
    """Drop what could not be printed: Python would try it again at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        return


class _Closed(io.RawIOBase):
    """A standard output that was closed before the program began: writing to it is an error, as in C."""

    def writable(self) -> bool:
        return True

    def write(self, _content: object) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _show(error: click.ClickException) -> None:
    """Print a mistake of usage in one line; click itself prints three."""
    if isinstance(error, _NoArguments):
        error.show()
        return
    message = printable(" ".join(error.format_message().split()))
    if isinstance(error, click.UsageError) and "Did you mean" not in message:
        command = "ocr" if error.ctx is None else error.ctx.command_path
        message = f"{message.rstrip('.')}; see '{command} --help'"
    click.echo(f"ocr: {message}", err=True)
