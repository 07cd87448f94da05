"""``ocr read``: print the text on pictures, and draw how it was read."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.document.tree import REJECT_CHAR
from ocr.errors import ImageError, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL import Image

    from ocr.cli.inputs import Input
    from ocr.document.tree import Page
    from ocr.page.image_io import Picture
    from ocr.reader import Layout, Reader
    from ocr.recognition import Recognition

# An overlay is drawn at this size at least, and never larger than it is.
_OVERLAY_PX = 2000


@dataclass(frozen=True, slots=True)
class _Job:
    """A picture to read, the file for its overlay and the folder for its stages, where they are wanted."""

    source: Input
    overlay: Path | None
    stages: Path | None


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
  ocr read form.png --charset digits --language none
  ocr read form.png --min-confidence 0.9
  ocr read notes/ --words names.txt
  ocr read photo.jpg --overlay boxes.png --stages stages/
  cat photo.jpg | ocr read -

\b
Exit codes: 0 read, 2 usage, 3 a picture could not be read, 4 no such model, 130 interrupted."""
)
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@click.option("-m", "--model", metavar="NAME|PATH", help="A shipped model or your own; print if left out.")
@click.option(
    "--language",
    type=click.Choice(["english", "none"]),
    default="english",
    show_default=True,
    help="What the text is in; with none, shapes and places decide alone.",
)
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
    help="Draw boxes with what was read: a .png file; for several pictures a folder.",
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
    recursive: bool,
    stages: Path | None,
    overlay: Path | None,
    quiet: bool,
) -> int:
    """Print the text on pictures.

    IMAGE is a picture, a folder of pictures, or - for standard input. Pages are parted by form feeds; a page
    without writing is empty text. A picture that cannot be read is named on standard error, and the others
    are read all the same.
    """
    from ocr.cli.inputs import find_inputs
    from ocr.cli.progress import picture_progress
    from ocr.reader import Reader

    jobs = _planned(find_inputs(images, recursive=recursive), overlay=overlay, stages=stages)
    reader = Reader(model, language=language, words=() if words is None else words, charset=charset)
    _speak_utf8()
    pages = 0
    with picture_progress(len(jobs), quiet=quiet) as (say, advance):
        for job in jobs:
            try:
                page = _read(job, reader)
            except ImageError as error:
                say(f"ocr: {error}")
            else:
                text = page.confident_text(min_confidence, reject_char=reject_char)
                _print_text(text, is_first=pages == 0)
                _print_notes(page, () if quiet else page.notes, say)
                pages += 1
            advance()
    unread = len(jobs) - pages
    if unread and len(jobs) > 1 and not quiet:
        click.echo(f"ocr: read {pages} of {len(jobs)} pictures; {unread} could not be read", err=True)
    return ImageError.exit_code if unread else 0


def _planned(inputs: Sequence[Input], *, overlay: Path | None, stages: Path | None) -> list[_Job]:
    """Give each picture its outputs, before anything is read, and refuse those that would destroy an input.

    Raises
    ------
    SettingError
        If an output would lie over an input, or several overlays in one file.
    """
    several = len(inputs) > 1
    if overlay is not None and not overlay.is_dir():
        is_png = overlay.suffix.lower() == ".png"
        if several and (is_png or overlay.exists()):
            message = f"--overlay {overlay}: found a file, expected a folder for {len(inputs)} pictures"
            raise SettingError(message)
        if not several and not is_png:
            message = f"--overlay {overlay}: found the ending {overlay.suffix!r}, expected .png or a folder"
            raise SettingError(message)
    in_folder = overlay is not None and (several or overlay.is_dir())
    jobs = [
        _Job(
            source,
            overlay / f"{stem}.overlay.png" if overlay is not None and in_folder else overlay,
            stages / stem if stages is not None and several else stages,
        )
        for source, stem in zip(inputs, _unlike_stems(inputs), strict=True)
    ]
    _spare_inputs(jobs)
    return jobs


def _unlike_stems(inputs: Sequence[Input]) -> Iterator[str]:
    """Stems of the inputs; a second ``page`` becomes ``page_2``."""
    taken: set[str] = set()
    for source in inputs:
        stem, number = source.stem, 1
        # Some file systems take Page and page for the same.
        while stem.casefold() in taken:
            number += 1
            stem = f"{source.stem}_{number}"
        taken.add(stem.casefold())
        yield stem


def _spare_inputs(jobs: Sequence[_Job]) -> None:
    """Refuse to write over what is to be read, under whatever name."""
    from ocr.view.stages import STAGES

    inputs = {Path(job.source.path).resolve() for job in jobs if "\0" not in job.source.path}
    for job in jobs:
        if job.overlay is not None and job.overlay.resolve() in inputs:
            message = f"--overlay {job.overlay}: would overwrite a picture to read; choose another place"
            raise SettingError(message)
        targets = {job.stages.resolve() / f"{stage}.png" for stage in STAGES} if job.stages else set()
        if targets & inputs:
            message = f"--stages {job.stages}: would overwrite a picture to read; choose another folder"
            raise SettingError(message)


def _read(job: _Job, reader: Reader) -> Page:
    """Read one picture and draw what was asked for.

    Raises
    ------
    ImageError
        If it is no readable picture.
    """
    from ocr.page.image_io import Picture
    from ocr.reader import find_layout

    if job.source.error is not None:
        raise job.source.error
    picture = Picture(job.source.content(), name=job.source.name)
    layout = find_layout(picture)
    page, recognitions = reader.read_layout(layout, picture)
    if job.overlay is not None:
        _draw_overlay(job.overlay, picture, page)
    if job.stages is not None:
        _draw_stages(job.stages, layout, page, recognitions)
    return page


def _draw_overlay(path: Path, picture: Picture, page: Page) -> None:
    from ocr.view.overlay import draw_overlay

    _save(path, draw_overlay(picture.gray(at_least_px=_OVERLAY_PX), page))


def _draw_stages(folder: Path, layout: Layout, page: Page, recognitions: tuple[Recognition, ...]) -> None:
    from ocr.recognition import chosen_tiles
    from ocr.view.stages import draw_stages

    for stem, drawing in draw_stages(layout, page, chosen_tiles(layout, recognitions)):
        _save(folder / f"{stem}.png", drawing)


def _save(path: Path, drawing: Image.Image) -> None:
    from ocr.files import write_by_rename

    stream = io.BytesIO()
    drawing.save(stream, format="PNG")
    write_by_rename(path, stream.getvalue())


def _speak_utf8() -> None:
    """Write UTF-8 wherever text goes: what is read must not depend on the locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _print_text(text: str, *, is_first: bool) -> None:
    """Print a page at once, so that a long run can be followed; a form feed stands between two."""
    click.echo(("" if is_first else "\f") + text + ("\n" if text else ""), nl=False)


def _print_notes(page: Page, notes: Sequence[str], say: Callable[[str], None]) -> None:
    from ocr.page.image_io import printable

    for note in notes:
        say(f"ocr: {printable(page.source)}: {note}")
