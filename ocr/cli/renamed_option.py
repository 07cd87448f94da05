"""An option that also answers to the name that it had before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.parser import _OptionParser


class RenamedOption(click.Option):
    """An option with former names, which still work but are deprecated and not shown in the help.

    Parameters
    ----------
    formerly : str
        The name until now, such as ``"--fold"``.
    """

    def __init__(self, declarations: Sequence[str], *, formerly: str, **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self._formerly = formerly

    def add_to_parser(self, parser: _OptionParser, ctx: click.Context) -> None:
        """Add the former name to the parser as well; click's call."""
        shown = self.opts
        self.opts = [*shown, self._formerly]
        try:
            super().add_to_parser(parser, ctx)
        finally:
            self.opts = shown
