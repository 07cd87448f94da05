"""Help in sections: what belongs together stands together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class SectionedCommand(click.Command):
    """A command with a help text that lists its options under headings.

    Parameters
    ----------
    sections : mapping of str to sequence of str
        Heading -> names of parameters; options of no section come last, under "Other".
    """

    def __init__(
        self, *arguments: Any, sections: Mapping[str, Sequence[str]] | None = None, **settings: Any
    ) -> None:
        super().__init__(*arguments, **settings)
        self.sections = dict(sections or {})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options; click's call."""
        records: dict[str, tuple[str, str]] = {}
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx)
            if isinstance(option, click.Option) and option.name and record is not None:
                records[option.name] = record
        # One width for all, so that the texts of all sections stand below one another.
        widest = max(len(record[0]) for record in records.values())
        for heading, names in self.sections.items():
            _write(formatter, heading, [records.pop(name) for name in names], widest=widest)
        _write(formatter, "Other", list(records.values()), widest=widest)


def _write(
    formatter: click.HelpFormatter, heading: str, records: list[tuple[str, str]], *, widest: int
) -> None:
    if not records:
        return
    with formatter.section(heading):
        formatter.write_dl([(name.ljust(widest), text) for name, text in records], col_max=widest)
