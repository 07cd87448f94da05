"""Options that several commands have, and what the shell completes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from ocr.page.page_ranges import PageRanges


# Generic for type checkers only: older versions of click know no other.
if TYPE_CHECKING:
    _TextType = click.ParamType[str]
else:
    _TextType = click.ParamType


def _page_ranges(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> PageRanges | None:
    if value is None:
        return None
    from ocr.page.page_ranges import PageRanges

    return PageRanges.parse(value)


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
            CompletionItem(name, help=one.about)
            for name, one in FORMATS.items()
            if name.startswith(incomplete)
        ]


def complete_files(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete names of files."""
    return [CompletionItem(incomplete, type="file")]


def complete_charsets(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete names of sets of signs."""
    names = ("digits", "upper", "lower", "letters", "alnum", "print")
    return [name for name in names if name.startswith(incomplete)]


def complete_models(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete names of shipped models, and names of files."""
    from ocr.resources import shipped_folder

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
# For commands that look at a model.
named_model = click.option(
    "--model",
    "model_name",
    metavar="NAME",
    shell_complete=complete_models,
    help="Shipped model or path; the default model if left out.",
)
