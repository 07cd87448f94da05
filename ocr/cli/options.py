"""Options that several commands have."""

from __future__ import annotations

import click

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
# For commands that look at a model.
named_model = click.option(
    "--model", "model_name", metavar="NAME", help="Shipped model or path; the default model if left out."
)
