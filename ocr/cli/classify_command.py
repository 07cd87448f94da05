"""``ocr classify``: one character a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.cli import options
from ocr.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr.array_types import GrayBytes, Int64
    from ocr.classifier.model import Model

    Answers = Sequence[tuple[str, "GrayBytes", list[tuple[str, float]]]]

# Pictures on the page are this large at least, before the page itself makes them small.
_SHOWN_PX = 128


@click.command(
    short_help="Name the character on each picture.",
    epilog="""\b
Examples:
  ocr classify letter.png
  ocr classify --charset digits --html digits.html scans/*.png""",
)
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.named_model
@options.charset
@click.option(
    "--top", type=click.IntRange(1, 62), default=5, show_default=True, help="Characters for each picture."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write a page of the pictures with their probabilities as bars.",
)
def command(
    *,
    images: tuple[Path, ...],
    model_name: str | None,
    charset: str | None,
    top: int,
    as_json: bool,
    page: Path | None,
) -> int:
    """Name the character on each picture: dark on light or light on dark, with or without a margin.

    Prints a line for each picture, separated by tabs: character, probability, file, then the alternatives. A
    picture that cannot be read is named on stderr; the others are read all the same, and the exit code is 3.
    """
    from ocr.classifier.alphabet import allowed_classes
    from ocr.classifier.model_file import load_model
    from ocr.cli.output import check_output, write_output
    from ocr.files import model_path

    if page is not None:
        check_output(page, (".html", ".htm"))
    model = load_model(model_path(model_name))
    allowed = allowed_classes(model, charset)
    answers, failed = _answers(model, images, allowed=allowed, top=top)
    for name, _, characters in answers:
        click.echo(_json_line(name, characters) if as_json else _line(name, characters))
    if page is not None:
        from ocr.view.html_parts import Card, character_page

        cards = [Card(*answer) for answer in answers]
        title = f"{len(cards)} characters read by {model.name}"
        write_output(page, character_page(cards, title=title).encode())
    return ImageError.exit_code if failed else 0


def _answers(model: Model, images: Sequence[Path], *, allowed: Int64, top: int) -> tuple[Answers, int]:
    """Return name, picture and characters of each readable picture, and how many were not readable."""
    from ocr.image.limits import printable
    from ocr.image.picture import Picture
    from ocr.recognition.single_character import character_ink, classify

    pictures, inks, failed = [], [], 0
    for path in images:
        try:
            picture = Picture(path)
            ink = character_ink(picture)
            pictures.append((printable(str(path)), picture.gray(at_least_px=_SHOWN_PX)))
        except ImageError as error:
            click.echo(f"ocr: {error}", err=True)
            failed += 1
        else:
            inks.append(ink)
    for (name, _), ink in zip(pictures, inks, strict=True):
        if ink is None:
            click.echo(f"ocr: picture {name}: no ink found", err=True)
    characters = iter(classify(model, [ink for ink in inks if ink is not None], allowed=allowed, most=top))
    found = [
        (name, gray, [] if ink is None else next(characters))
        for (name, gray), ink in zip(pictures, inks, strict=True)
    ]
    return found, failed


def _line(name: str, characters: list[tuple[str, float]]) -> str:
    """One line; the character comes first, because it is what most readers want."""
    if not characters:
        return f"\t\t{name}"
    (character, probability), *others = characters
    return "\t".join(
        [character, f"{probability:.4f}", name, *(f"{other} {share:.4f}" for other, share in others)]
    )


def _json_line(name: str, characters: list[tuple[str, float]]) -> str:
    best = (
        {"character": characters[0][0], "probability": characters[0][1]}
        if characters
        else {"character": None, "probability": None}
    )
    others = [{"character": one, "probability": probability} for one, probability in characters[1:]]
    return json.dumps({"file": name, **best, "alternatives": others}, ensure_ascii=False)
