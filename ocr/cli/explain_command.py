"""``ocr explain``: a page that shows how a picture was read, stage by stage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli import options
from ocr.cli.sections import SectionedCommand
from ocr.errors import ImageError, SettingError

if TYPE_CHECKING:
    from ocr.batch.read_input import ReaderSettings
    from ocr.image.multipage import PageRanges
    from ocr.image.picture import Picture
    from ocr.reader import PageReading

_SUFFIXES = (".html", ".htm")
_JPEG_QUALITY = 80


@click.command(
    cls=SectionedCommand,
    sections={
        "What comes out": ("output", "line"),
        "What is read": ("pages", *options.READER),
    },
    epilog="""\b
Examples:
  ocr explain photo.jpg
  ocr explain photo.jpg --line 3 -o page.html
  ocr explain form.png --charset digits

\b
Exit codes: 0 done, 2 usage, 3 no readable picture, 4 model, 130 stop.""",
)
@click.argument("image", metavar="IMAGE", shell_complete=options.complete_files)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    shell_complete=options.complete_files,
    help="The page, a .html; NAME.explained.html in this folder if left out.",
)
@click.option(
    "--line",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="The line that is shown enlarged.",
)
@options.pages
@options.for_reader
def command(
    *,
    image: str,
    output: Path | None,
    line: int,
    pages: PageRanges | None,
    reader: ReaderSettings,
) -> int:
    """Write a web page that shows how a picture was read.

    IMAGE is a picture, a page of a PDF, or - for a picture on standard input. The page walks through the
    stages: background, ink, what was removed, lines, cuts, what the network saw, the path chosen, the text.
    It is one file that loads nothing from elsewhere.
    """
    from ocr.batch.inputs import Input
    from ocr.batch.outputs import refuse_overwriting
    from ocr.cli.output import check_output, write_output

    source = Input(image)
    output = output or Path(f"{source.stem}.explained.html")
    check_output(output, _SUFFIXES)
    kept = [path for path in (None if source.is_stdin else source.path, reader.words) if path is not None]
    refuse_overwriting([("--output", output)], kept, what="another file of this run")
    loaded = reader.load()
    reading = loaded.read_picture(_one_page(source.content(), source.name, pages))
    _check_line(line, reading)

    from ocr.recognition.recognize import chosen_crops
    from ocr.view.explanation import Explained, explanation_page

    explained = Explained(
        reading,
        chosen_crops(reading.layout, reading.recognized_lines),
        loaded.model.classes,
        loaded.model_name,
        line=line,
        photo=_photo(reading),
        line_network=getattr(loaded.model, "line_network", None),
    )
    write_output(output, explanation_page(explained).encode())
    return 0


def _one_page(content: str | bytes, name: str, pages: PageRanges | None) -> Picture:
    """Open the only page that is asked for.

    Raises
    ------
    SettingError
        If there are several.
    ImageError
        If it cannot be read.
    """
    from ocr.image.picture import Album

    album = Album(content, name=name, pages=pages)
    if len(album) != 1:
        message = f"{name}: found {len(album)} pages, expected one to explain; choose it by --pages"
        raise SettingError(message)
    return album.picture(album.numbers[0])


def _check_line(line: int, reading: PageReading) -> None:
    """Refuse a line that the page does not have; a blank page is explained as it is.

    Raises
    ------
    SettingError
        If so.
    """
    count = len(reading.page.lines)
    if line > max(count, 1):
        message = f"--line {line}: found {count} lines of writing; choose one of them"
        raise SettingError(message)


def _photo(reading: PageReading) -> bytes | None:
    """Return the picture in color, if it is a file of one page that needs no other library."""
    from ocr.document.page_images import jpeg_of
    from ocr.view.explanation import LONGEST_PX

    picture = reading.picture
    if picture.name != picture.source or not Path(picture.source).is_file():
        return None
    try:
        return jpeg_of(picture.source, reading.page, quality=_JPEG_QUALITY, longest_px=LONGEST_PX)
    except (ImageError, SettingError):
        # Such as a photo of an iPhone: it is shown in gray, as it was read.
        return None
