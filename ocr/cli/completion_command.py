"""``ocr completion``: a script by which a shell completes commands, options, formats and names of models."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class


@click.command(
    epilog="""\b
Examples:
  ocr completion bash >> ~/.bashrc
  ocr completion zsh >> ~/.zshrc
  ocr completion fish > ~/.config/fish/completions/ocr.fish"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, *, shell: str) -> int:
    """Print what lets a shell complete commands, options, formats and names of models.

    Each press of Tab asks ocr itself, so that it always completes what this version takes.
    """
    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - click knows all three
        raise click.UsageError(shell)
    complete = kind(ctx.find_root().command, {}, "ocr", "_OCR_COMPLETE")
    # Not kind.source: that of bash starts a bash to ask for its version.
    click.echo(ShellComplete.source(complete), nl=False)
    return 0
