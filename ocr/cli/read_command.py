"""``ocr read``: print the text on pictures, write it in other formats, and draw how it was read."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli import options
from ocr.cli.config_file import ConfiguredCommand
from ocr.cli.options import is_flag, is_quiet, refuse_beside_scheduler
from ocr.document import REJECT_CHAR
from ocr.document.formats import FORMATS

if TYPE_CHECKING:
    from ocr.image.multipage import PageRanges


# What messages call the output where none is named.
STDOUT = "standard output"


def _one_sign(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if len(value) != 1 or not value.isprintable():
        message = f"found {value!r}, expected one character that can be printed"
        raise click.BadParameter(message)
    return value


@click.command(
    cls=ConfiguredCommand,
    sections={
        "What comes out": ("format_name", "output", "resume", "min_confidence", "reject_char"),
        "What is read": (
            "pages",
            "recursive",
            "model",
            "language",
            "words",
            "charset",
            "turn_deg",
            "keep_rules",
        ),
        "How it runs": ("jobs", "scheduler", "quiet", "verbose"),
        "Drawings": ("overlay", "stages", "lattice", "line"),
    },
    settable=(
        *("format_name", "min_confidence", "reject_char", "recursive"),
        *("model", "language", "words", "charset", "jobs", "quiet"),
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
@click.option("--resume", is_flag=True, help="With a folder: leave out what is there already.")
@click.option(
    "--min-confidence",
    metavar="P",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="--reject-char for less sure characters.",
)
@click.option(
    "--reject-char",
    metavar="C",
    default=REJECT_CHAR,
    show_default=True,
    callback=_one_sign,
    help="What stands for a doubtful character.",
)
@options.pages
@click.option("-r", "--recursive", is_flag=True, help="Attempt into folders in folders too.")
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
    "--scheduler",
    metavar="ADDRESS",
    help="Read on a Dask cluster: tcp://HOST:PORT, or local.",
)
@click.option("-q", "--quiet", is_flag=True, help="Errors only: no notes, bar or summary.")
@click.option("-v", "--verbose", is_flag=True, help="Say how long each page took.")
@click.option(
    "--overlay",
    metavar="FILE|DIR",
    type=click.Path(path_type=Path),
    help="Draw what was read over the picture: a .png.",
)
@click.option(
    "--stages",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw each stage of reading into this folder.",
)
@click.option(
    "--lattice",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw how one line was cut and read: a .png.",
)
@click.option(
    "--line",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help="The line that --lattice draws.",
)
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
    model: str | None,
    language: str,
    words: str | None,
    charset: str | None,
    turn_deg: int | None,
    keep_rules: bool,
    jobs: int,
    scheduler: str | None,
    quiet: bool,
    verbose: bool,
    overlay: Path | None,
    stages: Path | None,
    lattice: Path | None,
    line: int,
) -> int:
    """Print the text on pictures.

    IMAGE is a picture, PDF, folder, "pattern*", @LIST of names, or - for a picture on standard input. Pages
    are parted by form feeds. What cannot be read is named on standard error; the rest is read all the same.
    """
    quiet = is_quiet(ctx, quiet=quiet, verbose=verbose)
    from ocr.batch.inputs import find_inputs, lists_among
    from ocr.batch.jobs import plan_jobs
    from ocr.batch.outputs import check_spared, check_target, outputs_of, plan_target
    from ocr.batch.read_input import ReadSettings
    from ocr.batch.run import Talk, run_batch
    from ocr.document.formats import format_named

    talk = Talk(quiet=quiet, verbose=verbose)
    settings = ReadSettings(
        model=model,
        language=language,
        words=words,
        charset=charset,
        turn_deg=turn_deg,
        keep_rules=keep_rules,
        pages=pages,
        min_confidence=min_confidence,
        reject_char=reject_char,
        format=format_named(format_name or "txt"),
    )
    if scheduler is not None:
        refuse_beside_scheduler(ctx, images)
        from ocr.batch.run_dask import run_on_cluster

        return run_on_cluster(
            images, settings, output, scheduler=scheduler, recursive=recursive, resume=resume, talk=talk
        )
    inputs = find_inputs(images, recursive=recursive)
    target = plan_target(output, format_name, is_asked=is_flag(ctx, "format_name"))
    if resume and not target.is_folder:
        message = f"--resume: found --output {output or STDOUT}, expected a folder; it ends in /"
        raise click.UsageError(message)
    check_target(target, inputs, is_terminal=sys.stdout.isatty())
    planned = plan_jobs(
        inputs,
        overlay=overlay,
        stages=stages,
        lattice=lattice,
        line=line,
        outputs=outputs_of(target, inputs),
    )
    others = (*(source.path for source in inputs), *lists_among(images), words, overlay, lattice)
    check_spared([target.path, *(job.output for job in planned)], others)
    settings = replace(settings, format=target.format)
    return run_batch(planned, settings, target, workers=jobs, resume=resume, talk=talk)
