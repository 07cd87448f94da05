"""``ocr lesson``: worked numbers of what happens inside a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_NAMES = ("softmax", "cross-entropy", "logistic", "backprop", "deep-linear", "zeros", "vanishing", "descent")


# Generic for type checkers only: older versions of click know no other.
if TYPE_CHECKING:
    _NumbersType = click.ParamType[tuple[float, ...]]
else:
    _NumbersType = click.ParamType


class _Numbers(_NumbersType):
    """Numbers separated by commas."""

    name = "numbers"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Parse them; click's call."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is no list of numbers: write for example 1,2,3", param, ctx)


def _complete(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in _NAMES if name.startswith(incomplete)]


@click.command(
    short_help="Show worked numbers of a lesson on networks.",
    epilog="""\b
Lessons: softmax, cross-entropy, logistic, backprop, deep-linear, zeros,
vanishing, descent.
\b
Examples:
  ocr lesson softmax --logits 1,2,3
  ocr lesson backprop -o backprop.html""",
)
@click.argument("name", shell_complete=_complete)
@click.option("--logits", type=_Numbers(), help="softmax: the logits.  [default: 1,2,3]")
@click.option("--rate", type=float, help="logistic, backprop: the learning rate.  [default: 1 and 0.5]")
@click.option("--steps", type=int, help="logistic: iterations.  [default: 20]")
@click.option("--depth", type=int, help="vanishing: units in the chain.  [default: 153]")
@click.option("--rates", type=_Numbers(), help="descent: learning rates.  [default: 0.5,0.3,0.1,0.05,0.01]")
@click.option("--seed", type=click.IntRange(min=0), help="deep-linear, zeros, descent.  [default: 1]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the lesson with its charts as a web page, .html.",
)
def command(*, name: str, output: Path | None, **options: Any) -> None:
    """Print the worked numbers of a lesson, and write them with charts as one web page.

    Nothing is downloaded: characters to learn from are drawn by the program.
    """
    from ocr.cli.output import check_output, write_output
    from ocr.experiments.lessons.lesson_list import work_out_lesson
    from ocr.view.lesson_text import lesson_text

    if output is not None:
        check_output(output, (".html", ".htm"))
    lesson = work_out_lesson(name, {key: value for key, value in options.items() if value is not None})
    click.echo(lesson_text(lesson))
    if output is not None:
        from ocr.view.lesson_page import lesson_page

        write_output(output, lesson_page(lesson).encode())
