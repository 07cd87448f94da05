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

    Answers = Sequence[tuple[str, "GrayBytes", list[tuple[str, float]], str | None]]

# Pictures on the page are this large at least, before the page itself makes them small.
_SHOWN_PX = 128


@click.command(
    short_help="Name the character on each picture.",
    epilog="""\b
Examples:
  ocr classify letter.png
  ocr classify --charset digits --html digits.html scans/*.png
  ocr classify --truth names --html page.html A_01.png A_02.png B_01.png""",
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
    help="Also write a page of the pictures with their probabilities as bars, the surest first.",
)
@click.option(
    "--truth",
    metavar="names|FILE.tsv",
    help="Right answers: names for files such as A_01.png, or a table of FILE<TAB>CHARACTER. Wrong answers "
    "come first on the page.",
)
def command(
    *,
    images: tuple[Path, ...],
    model_name: str | None,
    charset: str | None,
    top: int,
    as_json: bool,
    page: Path | None,
    truth: str | None,
) -> int:
    """Name the character on each picture: dark on light or light on dark, with or without a margin.

    Prints a line for each picture, separated by tabs: character, probability, file, then the alternatives. A
    picture that cannot be read is named on stderr; the others are read all the same, and the exit code is 3.
    With --truth, the right character comes last in wrong lines, and stderr has the share that is right.
    """
    from ocr.classifier.alphabet import allowed_classes
    from ocr.classifier.model_file import load_model
    from ocr.cli.output import check_output, write_output
    from ocr.evaluation.right_answers import right_answers
    from ocr.files import model_path

    if page is not None:
        check_output(page, (".html", ".htm"))
    model = load_model(model_path(model_name))
    allowed = allowed_classes(model, charset)
    right = [None] * len(images) if truth is None else right_answers(images, truth)
    answers, failed = _answers(model, images, right, allowed=allowed, top=top)
    for name, _, characters, expected in answers:
        click.echo(_json_line(name, characters, expected) if as_json else _line(name, characters, expected))
    if truth is not None:
        correct = sum(bool(one[2]) and one[2][0][0] == one[3] for one in answers)
        click.echo(f"{correct} of {len(answers)} right", err=True)
    if page is not None:
        from ocr.view.html_parts import Card, character_page

        cards = [Card(*answer) for answer in answers]
        title = f"{len(cards)} characters read by {model.name}"
        write_output(page, character_page(cards, title=title).encode())
    return ImageError.exit_code if failed else 0


def _answers(
    model: Model, images: Sequence[Path], right: Sequence[str | None], *, allowed: Int64, top: int
) -> tuple[Answers, int]:
    """Return name, picture, characters and right answer of each readable picture, and how many failed."""
    from ocr.errors import printable
    from ocr.image.picture import Picture
    from ocr.recognition.single_character import character_ink, classify

    pictures, inks, failed = [], [], 0
    for path, expected in zip(images, right, strict=True):
        try:
            picture = Picture(path)
            ink = character_ink(picture)
            pictures.append((printable(str(path)), picture.gray(at_least_px=_SHOWN_PX), expected))
        except ImageError as error:
            click.echo(f"ocr: {error}", err=True)
            failed += 1
        else:
            inks.append(ink)
    for (name, *_), ink in zip(pictures, inks, strict=True):
        if ink is None:
            click.echo(f"ocr: picture {name}: no ink found", err=True)
    characters = iter(classify(model, [ink for ink in inks if ink is not None], allowed=allowed, most=top))
    found = [
        (name, gray, [] if ink is None else next(characters), expected)
        for (name, gray, expected), ink in zip(pictures, inks, strict=True)
    ]
    return found, failed


def _line(name: str, characters: list[tuple[str, float]], expected: str | None) -> str:
    """One line; the character comes first, because it is what most readers want."""
    if not characters:
        return f"\t\t{name}"
    (character, probability), *others = characters
    wrong = [f"is {expected}"] if expected not in {None, character} else []
    return "\t".join(
        [character, f"{probability:.4f}", name, *(f"{other} {share:.4f}" for other, share in others), *wrong]
    )


def _json_line(name: str, characters: list[tuple[str, float]], expected: str | None) -> str:
    best = (
        {"character": characters[0][0], "probability": characters[0][1]}
        if characters
        else {"character": None, "probability": None}
    )
    others = [{"character": one, "probability": probability} for one, probability in characters[1:]]
    right = {} if expected is None else {"truth": expected}
    return json.dumps({"file": name, **best, "alternatives": others, **right}, ensure_ascii=False)
