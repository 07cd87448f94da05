"""Options that several commands have, what the shell completes, and which options exclude each other.

An option is refused beside one that it excludes; a setting for every run gives way.
"""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """Complete names of files; the shell does it."""
    return [CompletionItem(incomplete, type="file")]


def complete_charsets(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete names of sets of characters."""
    names = ("digits", "upper", "lower", "letters", "alnum", "print")
    return [name for name in names if name.startswith(incomplete)]


def complete_models(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete names of shipped models and of the user's own, and names of files."""
    from ocr.files import own_models_folder, shipped_folder

    def named(folder: Path) -> list[CompletionItem]:
        names = sorted(path.stem for path in folder.glob("*.npz"))
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]

    found = named(shipped_folder("models"))
    # It takes an import to know where they lie: not after each key.
    if not found or not incomplete:
        found += named(own_models_folder())
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
    help="none: shapes and positions decide alone.",
)
pages = click.option(
    "--pages",
    metavar="RANGES",
    callback=_page_ranges,
    help="Such as 1,3-5 or -5 or 7-; all of a PDF or TIFF if left out.",
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
    help="Turn pictures anticlockwise; auto tries which way reads best.",
)
keep_rules = click.option("--keep-rules", is_flag=True, help="Leave rules, grids and boxes of the paper.")

# Names of parameters; those of the reader are the attributes of ocr.batch.read_input.ReaderSettings.
READER = ("model", "language", "words", "charset", "turn_deg", "keep_rules")
DRAWINGS = ("overlay", "stages", "lattice", "line")


def for_reader(command: Callable[..., int]) -> Callable[..., int]:
    """Add all options that decide how pictures are read; the command gets them as ``reader``."""

    @wraps(command)
    def bundled(**values: Any) -> int:
        from ocr.batch.read_input import ReaderSettings

        reader = ReaderSettings(**{name: values.pop(name) for name in READER})
        return command(reader=reader, **values)

    for option in (keep_rules, rotate, charset, words, language, reading_model):
        bundled = option(bundled)
    return bundled


def for_drawings(command: Callable[..., int]) -> Callable[..., int]:
    """Add all options that draw how a picture was read; the command gets them as ``drawings``."""

    @wraps(command)
    def bundled(**values: Any) -> int:
        from ocr.batch.drawing_jobs import DrawingOptions

        drawings = DrawingOptions(**{name: values.pop(name) for name in DRAWINGS})
        if drawings.lattice is None and is_on_command_line(click.get_current_context(), "line"):
            message = f"--line {drawings.line}: found no --lattice, expected --lattice FILE for its drawing"
            raise click.UsageError(message)
        return command(drawings=drawings, **values)

    for option in (_line, _lattice, _stages, _overlay):
        bundled = option(bundled)
    return bundled


_overlay = click.option(
    "--overlay",
    metavar="FILE|DIR",
    type=click.Path(path_type=Path),
    help="Draw what was read over the picture: a .png.",
)
_stages = click.option(
    "--stages",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw each stage of reading into this folder.",
)
_lattice = click.option(
    "--lattice",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw how one line was cut and read: a .png.",
)
_line = click.option(
    "--line",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help="The line that --lattice draws.",
)


# For commands that use a model.
named_model = click.option(
    "--model",
    "model_name",
    metavar="NAME",
    shell_complete=complete_models,
    help="Shipped model or path; the default model if left out.",
)


def check_beside_scheduler(ctx: click.Context, scheduler: str, images: tuple[str, ...]) -> None:
    """Refuse what many machines cannot do; a setting for every run gives way.

    Raises
    ------
    click.UsageError
        If such an option, or standard input, was named.
    SettingError
        If ``scheduler`` is no address, or libraries are missing.
    """
    from ocr.batch.dask_client import check_scheduler

    for name in ("jobs", *DRAWINGS[:-1]):
        if is_on_command_line(ctx, name):
            message = f"--{name} and --scheduler: expected one of them"
            raise click.UsageError(message)
    if {"-", "@-"} & set(images):
        message = (
            "standard input and --scheduler: expected files, folders, patterns or a list that all can read"
        )
        raise click.UsageError(message)
    check_scheduler(scheduler)


def check_reject_char(ctx: click.Context, reject_char: str, *, min_confidence: float) -> None:
    """Refuse a character for doubtful ones where none is doubtful; a setting for every run gives way.

    Raises
    ------
    click.UsageError
        If it was named without --min-confidence.
    """
    if min_confidence == 0 and is_on_command_line(ctx, "reject_char"):
        message = (
            f"--reject-char {reject_char}: found no --min-confidence, expected --min-confidence P "
            "below which characters are replaced"
        )
        raise click.UsageError(message)


def is_quiet(ctx: click.Context, *, quiet: bool, verbose: bool) -> bool:
    """Return whether to report errors only: a quiet setting gives way to --verbose.

    Raises
    ------
    click.UsageError
        If both are options of this run.
    """
    if quiet and verbose and is_on_command_line(ctx, "quiet"):
        message = "--quiet and --verbose: expected one of them"
        raise click.UsageError(message)
    return quiet and not verbose


def is_on_command_line(ctx: click.Context, name: str) -> bool:
    """Return whether a value comes from the command line itself."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
