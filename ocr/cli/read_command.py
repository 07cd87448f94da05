"""``ocr read``: print the text on pictures, write it in other formats, and draw how it was read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ocr.cli import options
from ocr.cli.config_file import ConfiguredCommand
from ocr.cli.options import check_beside_scheduler, check_reject_char, is_on_command_line, is_quiet
from ocr.document import REJECT_CHAR
from ocr.document.formats import FORMATS

if TYPE_CHECKING:
    from ocr.batch.drawing_jobs import DrawingOptions
    from ocr.batch.read_input import ReaderSettings
    from ocr.image.multipage import PageRanges


# What messages call the output where none is named.
STDOUT = "standard output"


def _one_character(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if len(value) != 1 or not value.isprintable():
        message = f"found {value!r}, expected one character that can be printed"
        raise click.BadParameter(message)
    return value


def _probability(_ctx: click.Context, _parameter: click.Parameter, value: float) -> float:
    # Not a number lies in every range of click.
    if not 0 <= value <= 1:
        message = f"found {value}, expected a number from 0 to 1"
        raise click.BadParameter(message)
    return value


@click.command(
    cls=ConfiguredCommand,
    sections={
        "What comes out": ("format_name", "output", "resume", "min_confidence", "reject_char"),
        "What is read": ("pages", "recursive", "fields", *options.READER),
        "How it runs": ("jobs", "timeout", "max_memory", "scheduler", "quiet", "verbose"),
        "Drawings": options.DRAWINGS,
    },
    settable=(
        *("format_name", "min_confidence", "reject_char", "recursive"),
        *("model", "language", "words", "charset", "jobs", "timeout", "max_memory", "quiet"),
    ),
    epilog="""\b
Examples:
  ocr read photo.jpg
  ocr read scans/ -f json -o texts/ --jobs 0
  ocr read minutes.pdf --pages 1,3-5 -o minutes.html
  cat photo.jpg | ocr read -

\b
Exit codes: 0 read, 2 usage, 3 a picture could not be read, 4 model, 130 stop.
Settings: ocr config. More: docs/command-line.md.""",
)
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...", shell_complete=options.complete_files)
@click.option(
    "-f",
    "--format",
    "format_name",
    metavar="NAME",
    type=options.FormatName(),
    help=f"{' '.join(FORMATS)}.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR/",
    shell_complete=options.complete_files,
    help="One file for all, or a folder: a file each.",
)
@click.option("--resume", is_flag=True, help="With a folder: skip what is there already.")
@click.option(
    "--min-confidence",
    metavar="P",
    type=click.FloatRange(0, 1),
    default=0.0,
    callback=_probability,
    help="--reject-char for characters less probable.",
)
@click.option(
    "--reject-char",
    metavar="C",
    default=REJECT_CHAR,
    show_default=True,
    callback=_one_character,
    help="What replaces a doubtful character.",
)
@options.pages
@click.option("-r", "--recursive", is_flag=True, help="Read the folders in folders too.")
@click.option(
    "--fields",
    metavar="FILE",
    shell_complete=options.complete_files,
    help="Read only the fields of a form in this JSON.",
)
@options.for_reader
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(min=0),
    default=1,
    help="Read N at a time; 0: as many as cores.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="Time for a page; 60 in batches.",
)
@click.option(
    "--max-memory",
    metavar="MB",
    type=click.IntRange(min=0),
    help="Memory for a page; 2000 in batches.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Read on a Dask cluster: tcp://HOST:PORT, or local.",
)
@click.option("-q", "--quiet", is_flag=True, help="Errors only: no notes, bar or summary.")
@click.option("-v", "--verbose", is_flag=True, help="Report the time of each page.")
@options.for_drawings
@click.pass_context
def command(
    ctx: click.Context,
    *,
    images: tuple[str, ...],
    format_name: str | None,
    output: str | None,
    resume: bool,
    min_confidence: float,
    reject_char: str,
    pages: PageRanges | None,
    recursive: bool,
    fields: str | None,
    reader: ReaderSettings,
    jobs: int,
    timeout: float | None,
    max_memory: int | None,
    scheduler: str | None,
    quiet: bool,
    verbose: bool,
    drawings: DrawingOptions,
) -> int:
    """Print the text on pictures.

    IMAGE is a picture, PDF, folder, "pattern*", @LIST of names, or - for a picture on standard input. A form
    feed separates pages. What cannot be read is named on standard error; the rest is read all the same.
    """
    quiet = is_quiet(ctx, quiet=quiet, verbose=verbose)
    from ocr.batch.budget import plan_budget
    from ocr.batch.inputs import find_inputs, lists_among
    from ocr.batch.jobs import plan_jobs
    from ocr.batch.outputs import check_target, plan_target
    from ocr.batch.read_input import ReadSettings
    from ocr.batch.run import Verbosity, run_batch

    if fields is not None:
        from ocr.cli.form_output import read_forms

        inputs = find_inputs(images, recursive=recursive)
        return read_forms(
            ctx, inputs, fields, format_name=format_name, output=output, pages=pages, reader=reader
        )
    check_reject_char(ctx, reject_char, min_confidence=min_confidence)
    is_cluster = scheduler is not None
    if scheduler is not None:
        check_beside_scheduler(ctx, scheduler, images)
    is_asked = is_on_command_line(ctx, "format_name")
    target = plan_target(output, format_name, is_asked=is_asked, needs_folder=is_cluster)
    if resume and not target.is_folder:
        message = f"--resume: found --output {output or STDOUT}, expected a folder; it ends in /"
        raise click.UsageError(message)
    inputs = find_inputs(images, recursive=recursive, absolute_paths=is_cluster)
    check_target(target, inputs, is_terminal=sys.stdout.isatty())
    kept = (*lists_among(images), reader.words)
    plan = plan_jobs(inputs, target, options=drawings, resume=resume, kept=kept)
    budget = plan_budget(timeout, max_memory, inputs=len(inputs))
    settings = ReadSettings(reader, target.format, pages, min_confidence, reject_char, budget=budget)
    verbosity = Verbosity(quiet=quiet, verbose=verbose)
    return run_batch(plan, settings, target, workers=jobs, scheduler=scheduler, verbosity=verbosity)
