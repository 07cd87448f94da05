"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ocr.page.page_ranges import PageRanges


def _page_ranges(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> PageRanges | None:
    if value is None:
        return None
    from ocr.page.page_ranges import PageRanges

    return PageRanges.parse(value)


# For commands that read pictures.
reading_model = click.option(
    "-m", "--model", metavar="NAME|PATH", help="A shipped model or your own; print if left out."
)
language = click.option(
    "--language",
    type=click.Choice(["english", "none"]),
    default="english",
    show_default=True,
    help="What the text is in; with none, shapes and places decide alone.",
)
pages = click.option(
    "--pages",
    metavar="RANGES",
    callback=_page_ranges,
    help="Which pages of each file, such as 1,3-5 or -5 or 7-.  [default: all of a PDF or TIFF, the main "
    "picture of any other file]",
)
# For commands that look at a model.
named_model = click.option(
    "--model", "model_name", metavar="NAME", help="Shipped model or path; the default model if left out."
)
