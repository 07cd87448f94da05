"""Whether an option was named for this run or set for every run, and what of ``ocr read`` excludes what.

An option that excludes another is refused beside it; a setting for every run gives way.
"""

from __future__ import annotations

import click


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
