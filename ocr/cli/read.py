"""``ocr read``: print the text on pictures, and draw how it was read."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli import options
from ocr.document.tree import REJECT_CHAR
from ocr.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ocr.cli.drawings import Job
    from ocr.document.tree import Page
    from ocr.page.image_io import Picture
    from ocr.page.page_ranges import PageRanges
    from ocr.reader import Reader


def _one_sign(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if len(value) != 1 or not value.isprintable():
        message = f"found {value!r}, expected one sign that can be printed"
        raise click.BadParameter(message)
    return value


@click.command(
    epilog="""\b
Examples:
  ocr read photo.jpg
  ocr read scans/ notes.png > notes.txt
  ocr read minutes.pdf --pages 1,3-5
  ocr read form.png --charset digits --language none
  ocr read form.png --min-confidence 0.9
  ocr read notes/ --words names.txt
  ocr read photo.jpg --lattice second_line.png --line 2
  ocr read photo.jpg --overlay boxes.png --stages stages/
  cat photo.jpg | ocr read -

\b
Exit codes: 0 read, 2 usage, 3 a picture could not be read, 4 no such model, 130 interrupted."""
)
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@options.reading_model
@options.language
@click.option(
    "--words",
    metavar="FILE",
    help="Names and terms of your own, to be taken for common words: UTF-8, one a line; # starts a comment.",
)
@click.option(
    "--charset",
    metavar="SET",
    help="What may be written: digits, upper, lower, letters, alnum, print, or the signs themselves, such as "
    "0123456789-/. The next best of these is read for everything.  [default: every sign of the model]",
)
@click.option(
    "--min-confidence",
    metavar="P",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Print signs that are less sure than this probability, 0 to 1, as --reject-char.  [default: 0]",
)
@click.option(
    "--reject-char",
    metavar="C",
    default=REJECT_CHAR,
    show_default=True,
    callback=_one_sign,
    help="What stands for a doubtful sign.",
)
@options.pages
@click.option("-r", "--recursive", is_flag=True, help="Read the pictures of folders in folders too.")
@click.option(
    "--stages",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw each stage of reading into this folder.",
)
@click.option(
    "--overlay",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw boxes with what was read: a .png file; for several pictures a folder. Page 2 of a file of "
    "several pages goes to NAME-2.png.",
)
@click.option(
    "--lattice",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw how one line was cut and read, all candidates and the path chosen: a .png file.",
)
@click.option(
    "--line",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help="The line that --lattice draws, from the top.  [default: 1]",
)
@click.option("-q", "--quiet", is_flag=True, help="Errors only: no notes, no progress, no summary.")
def command(
    *,
    images: tuple[str, ...],
    model: str | None,
    language: str,
    words: str | None,
    charset: str | None,
    min_confidence: float,
    reject_char: str,
    pages: PageRanges | None,
    recursive: bool,
    stages: Path | None,
    overlay: Path | None,
    lattice: Path | None,
    line: int,
    quiet: bool,
) -> int:
    """Print the text on pictures.

    IMAGE is a picture, a PDF, a folder of these, or - for standard input. All pages of a PDF or TIFF are
    read, and the main picture of any other file. Pages are parted by form feeds; a page without writing is
    empty text. A picture that cannot be read is named on standard error, and the others are read all the
    same.
    """
    from ocr.cli.drawings import plan_jobs
    from ocr.cli.inputs import find_inputs
    from ocr.cli.progress import picture_progress
    from ocr.reader import Reader

    jobs = plan_jobs(
        find_inputs(images, recursive=recursive), overlay=overlay, stages=stages, lattice=lattice, line=line
    )
    reader = Reader(model, language=language, words=() if words is None else words, charset=charset)
    _speak_utf8()
    printed = unread = 0
    with picture_progress(len(jobs), quiet=quiet) as (say, advance):
        for job in jobs:
            is_read = True
            for found in _pages(job, reader, pages):
                if isinstance(found, ImageError):
                    say(f"ocr: {found}")
                    is_read = False
                    continue
                name, page = found
                text = page.confident_text(min_confidence, reject_char=reject_char)
                _print_text(text, is_first=printed == 0)
                _print_notes(name, () if quiet else page.notes, say)
                printed += 1
            unread += not is_read
            advance()
    if unread and len(jobs) > 1 and not quiet:
        click.echo(
            f"ocr: read {len(jobs) - unread} of {len(jobs)} pictures; {unread} could not be read", err=True
        )
    return ImageError.exit_code if unread else 0


def _pages(job: Job, reader: Reader, pages: PageRanges | None) -> Iterator[tuple[str, Page] | ImageError]:
    """Read the pages of one input, each when it is asked for: its name with the page, or what is wrong."""
    from ocr.cli.drawings import check_pages, page_job
    from ocr.page.album import Album

    try:
        if job.source.error is not None:
            raise job.source.error
        album = Album(job.source.content(), name=job.source.name, pages=pages)
    except ImageError as error:
        yield error
        return
    if len(album) > 1:
        check_pages(job, len(album))
    for number in album.numbers:
        try:
            picture = album.picture(number)
            yield picture.name, _read(job if len(album) == 1 else page_job(job, number), picture, reader)
        except ImageError as error:
            yield error


def _read(job: Job, picture: Picture, reader: Reader) -> Page:
    """Read one page and draw what was asked for.

    Raises
    ------
    ImageError
        If it turns out to be damaged.
    """
    from ocr.cli.drawings import draw
    from ocr.reader import find_layout

    layout = find_layout(picture)
    page, recognitions = reader.read_layout(layout, picture)
    draw(job, picture, layout, page, recognitions, classes=reader.model.classes)
    return page


def _speak_utf8() -> None:
    """Write UTF-8 wherever text goes: what is read must not depend on the locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _print_text(text: str, *, is_first: bool) -> None:
    """Print a page at once, so that a long run can be followed; a form feed stands between two."""
    click.echo(("" if is_first else "\f") + text + ("\n" if text else ""), nl=False)


def _print_notes(name: str, notes: Sequence[str], say: Callable[[str], None]) -> None:
    from ocr.page.image_io import printable

    for note in notes:
        say(f"ocr: {printable(name)}: {note}")
