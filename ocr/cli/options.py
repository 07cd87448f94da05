"""Options that several commands have, and what the shell completes.

Whether an option was named for this run or set for every run, and what of ``ocr read`` excludes what.

An option that excludes another is refused beside it; a setting for every run gives way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr.image.multipage import PageRanges

# Generic for type checkers only: older versions of click know no other.
if TYPE_CHECKING:
    _TextType = click.ParamType[str]
else:
    _TextType = click.ParamType


def _page_ranges(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> PageRanges | None:
    if value is None:
        return None
    from ocr.image.multipage import PageRanges

    return PageRanges.parse(value)


def _turn_deg(_ctx: click.Context, _parameter: click.Parameter, value: str) -> int | None:
    return None if value == "auto" else int(value)


class FormatName(_TextType):
    """The name of a format."""

    name = "format"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse a name that no format has; click's call."""
        from ocr.document.formats import format_named
        from ocr.errors import SettingError

        try:
            return format_named(value).name
        except SettingError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's call
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Complete names of formats; click's call."""
        from ocr.document.formats import FORMATS

        return [
            CompletionItem(name, help=one.description)
            for name, one in FORMATS.items()
            if name.startswith(incomplete)
        ]


def complete_files(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete names of files."""
    return [CompletionItem(incomplete, type="file")]


def complete_charsets(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete names of sets of characters."""
    names = ("digits", "upper", "lower", "letters", "alnum", "print")
    return [name for name in names if name.startswith(incomplete)]


def complete_models(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete names of shipped models, and names of files."""
    from ocr.files import shipped_folder

    names = sorted(path.stem for path in shipped_folder("models").glob("*.npz"))
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return found or complete_files(ctx, parameter, incomplete)


# For commands that read pictures.
reading_model = click.option(
    "-m",
    "--model",
    metavar="NAME|PATH",
    shell_complete=complete_models,
    help="A shipped model or your own; print if left out.",
)
language = click.option(
    "--language",
    type=click.Choice(["english", "none"]),
    default="english",
    help="none: shapes and places decide alone.",
)
pages = click.option(
    "--pages",
    metavar="RANGES",
    callback=_page_ranges,
    help="Such as 1,3-5 or -5 or 7-; all of a PDF or TIFF, the main picture of other files, if left out.",
)
words = click.option(
    "--words",
    metavar="FILE",
    shell_complete=complete_files,
    help="Names and terms of your own, one a line.",
)
charset = click.option(
    "--charset",
    metavar="SET",
    shell_complete=complete_charsets,
    help="What may be written: digits, upper, lower, letters, alnum, print, or the characters themselves.",
)
rotate = click.option(
    "--rotate",
    "turn_deg",
    type=click.Choice(("auto", "0", "90", "180", "270")),
    default="auto",
    callback=_turn_deg,
    help="Turn pictures anticlockwise; auto finds out by reading.",
)
keep_rules = click.option("--keep-rules", is_flag=True, help="Leave rules, grids and boxes of the paper in.")


def for_reader(command: Callable[..., int]) -> Callable[..., int]:
    """Add all options that say how one reads; their names are those of :class:`~ocr.reader.Reader`."""
    for option in (keep_rules, rotate, charset, words, language, reading_model):
        command = option(command)
    return command


# For commands that look at a model.
named_model = click.option(
    "--model",
    "model_name",
    metavar="NAME",
    shell_complete=complete_models,
    help="Shipped model or path; the default model if left out.",
)


def refuse_beside_scheduler(ctx: click.Context, images: tuple[str, ...]) -> None:
    """Refuse what many machines cannot do; a setting for one machine gives way.

    Raises
    ------
    click.UsageError
        If such an option, or standard input, was named.
    """
    for name in ("jobs", "overlay", "stages", "lattice"):
        if is_flag(ctx, name):
            message = f"--{name} and --scheduler: expected one of them"
            raise click.UsageError(message)
    if {"-", "@-"} & set(images):
        message = (
            "standard input and --scheduler: expected files, folders, patterns or a list that all can read"
        )
        raise click.UsageError(message)


def is_quiet(ctx: click.Context, *, quiet: bool, verbose: bool) -> bool:
    """Whether to say nothing: a quiet setting gives way to --verbose, an option beside it is a mistake.

    Raises
    ------
    click.UsageError
        If both are options.
    """
    if quiet and verbose and is_flag(ctx, "quiet"):
        message = "--quiet and --verbose: expected one of them"
        raise click.UsageError(message)
    return quiet and not verbose


def is_flag(ctx: click.Context, name: str) -> bool:
    """Whether a value comes from the command line itself."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
