"""``ocr confusion``: which characters a model confuses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli import options
from ocr.cli.renamed_option import RenamedOption
from ocr.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float32
    from ocr.datasets.emnist import LabelledImages
    from ocr.evaluation.characters import Evaluation

_SUFFIXES = (".png", ".svg", ".html")


@click.command(
    epilog="""\b
Label maps: 62 each character by itself, 47 EMNIST's merged cases, 36 case
ignored, 33 also 0=O 1=I=L, 31 also 5=S 2=Z; digits, upper, lower, letters and
marks leave all other characters out.
\b
Examples:
  ocr confusion --data emnist/ --split bymerge-test --label-map 47
  ocr confusion --data mine.npz --providers tos --label-map marks --with-size
  ocr confusion --data drawn --label-map 36 -o confusion.html"""
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="EMNIST folder or gzip.zip, downloaded if left out; a .npz file of characters; or drawn.",
)
@click.option("--split", help="Part of EMNIST to read.  [default: byclass-test]")
@click.option("--providers", metavar="A,B", help="Keep these of a .npz file only.")
@click.option("--with-size", is_flag=True, help="Use the sizes of a .npz file beside the shapes.")
@click.option(
    "--label-map",
    "label_map_name",
    cls=RenamedOption,
    formerly="--fold",
    help="Which characters count as one; the finest that the split allows and the model knows.",
)
@click.option("--classes", help="Only these and what counts as one with them, such as 0O1Il or A-Z.")
@options.named_model
@click.option("--top", type=click.IntRange(min=0), default=20, show_default=True, help="Confusions to list.")
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON; a picture only with -o.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Matrix as .png or .svg, or a report with pictures as .html.  [default: confusion.png]",
)
def command(
    *,
    data: Path | None,
    split: str | None,
    providers: str | None,
    with_size: bool,
    label_map_name: str | None,
    classes: str | None,
    model_name: str | None,
    top: int,
    as_json: bool,
    output: Path | None,
) -> None:
    """Show what a model takes for what.

    Prints the accuracy with its 95 % interval and the most frequent confusions, and draws the matrix.
    """
    from ocr.classifier.model_file import load_model
    from ocr.cli.output import check_output, write_output
    from ocr.evaluation.characters import choose_label_map, evaluate
    from ocr.files import model_path

    if output is None and not as_json:
        output = Path("confusion.png")
    if output is not None:
        check_output(output, _SUFFIXES)
    if data is not None and data.suffix == ".npz":
        source = _of_file(data, split=split, providers=providers, with_size=with_size)
    else:
        source = _of_emnist(data, split=split, providers=providers, with_size=with_size)
    # A mistake in these is reported before any model is loaded.
    choose_label_map(source.split, name=label_map_name, only=None)
    model = load_model(model_path(model_name))
    label_map = choose_label_map(source.split, name=label_map_name, only=classes, model=model)
    images, sizes = source.load()
    result = evaluate(model, images, label_map, sizes=sizes)
    if output is not None:
        title = f"{model.name} on {source.name}, label map {label_map.name}"
        write_output(output, _drawn(result, images, title=title, suffix=output.suffix.lower()))
    if as_json:
        facts = {**source.facts, "label_map": label_map.name, "model": model.name}
        click.echo(json.dumps(_numbers(result) | facts, ensure_ascii=False))
    else:
        click.echo(_table(result, f"model {model.name}, {source.name}, label map {label_map.name}", top))


@dataclass(frozen=True, slots=True)
class _Source:
    """Characters to read: a name, the EMNIST split or "", facts for the JSON, and how to load them."""

    name: str
    split: str
    facts: dict[str, Any]
    load: Callable[[], tuple[LabelledImages, Float32 | None]]


def _of_emnist(data: Path | None, *, split: str | None, providers: str | None, with_size: bool) -> _Source:
    """Return a part of EMNIST, or drawn characters in its place.

    Raises
    ------
    SettingError
        If there is no such part, or an option was given that needs a file of characters.
    """
    from ocr.datasets import emnist
    from ocr.training.drawn_data import is_drawn, load_images

    for option, is_set in (("--providers", providers is not None), ("--with-size", with_size)):
        if is_set:
            message = f"option {option}: found EMNIST, expected --data FILE.npz; leave it out"
            raise SettingError(message)
    wanted = split or "byclass-test"
    name, part = emnist.parse_split(wanted)
    facts = {"split": wanted}
    title = f"characters drawn for {wanted}" if is_drawn(data) else f"EMNIST {wanted}"
    return _Source(title, name, facts, lambda: (load_images(name, part, data=data), None))


def _of_file(data: Path, *, split: str | None, providers: str | None, with_size: bool) -> _Source:
    """Return a file of characters.

    Raises
    ------
    SettingError
        If a split was asked for.
    """
    if split is not None:
        message = f"option --split {split}: found a file of characters, which has no splits; leave it out"
        raise SettingError(message)
    names = tuple(name.strip() for name in providers.split(",")) if providers is not None else ()
    title = ", ".join([data.name, *names]) + (" with size" if with_size else "")
    facts = {"data": data.name, "providers": list(names), "with_size": with_size}
    return _Source(title, "", facts, lambda: _loaded(data, names, with_size=with_size))


def _loaded(
    path: Path, providers: Sequence[str], *, with_size: bool
) -> tuple[LabelledImages, Float32 | None]:
    """Load the characters of some providers, and their sizes if they are to count.

    Raises
    ------
    DataError
        If the file is damaged.
    SettingError
        If it lacks a provider, or has no sizes.
    """
    from ocr.datasets.npz_set import load_characters

    found = load_characters(path)
    if providers:
        found.require(providers)
        found = found.only(providers)
    if with_size and not found.has_sizes:
        message = f"option --with-size: found no rel_size_wh in {path}; leave it out"
        raise SettingError(message)
    return found.labelled(), found.sizes if with_size else None


def _drawn(result: Evaluation, images: LabelledImages, *, title: str, suffix: str) -> bytes:
    if suffix == ".html":
        from ocr.view.confusion_report import confusion_report

        return confusion_report(result, images.images, title=title).encode()
    from ocr.view.confusion_matrix import draw_confusion

    return draw_confusion(result, title=title, format=suffix.removeprefix("."))


def _numbers(result: Evaluation) -> dict[str, Any]:
    """Return all numbers for the JSON."""
    return {
        "accuracy": result.accuracy,
        "n": result.count,
        "left_out": result.left_out,
        "interval": list(result.interval),
        "expected_calibration_error": result.calibration_error,
        "errors_among_least_sure_tenth": result.errors_among_least_sure,
        "classes": list(result.names),
        "confusions": [
            {"truth": mistake.truth, "guess": mistake.guess, "count": mistake.count, "share": mistake.share}
            for mistake in result.confusions
        ],
        "matrix": result.matrix.tolist(),
    }


def _table(result: Evaluation, title: str, top: int) -> str:
    """Return the accuracy and the most frequent confusions as text."""
    low, high = result.interval
    wrong = int(result.matrix.sum() - result.matrix.trace())
    left_out = f"; {result.left_out:,} outside the label map left out" if result.left_out else ""
    lines = [
        title,
        f"accuracy {100 * result.accuracy:.2f} %  (95 % interval {100 * low:.2f} - {100 * high:.2f})  "
        f"of {result.count:,} characters" + left_out,
        f"expected calibration error {100 * result.calibration_error:.2f} %,  "
        f"errors among the least sure tenth {100 * result.errors_among_least_sure:.1f} %",
    ]
    shown = result.confusions[:top]
    if shown:
        lines += ["", "is  read as   count  of its kind  of all errors"]
        lines += [
            f"{mistake.truth:>2}  {mistake.guess:>7}  {mistake.count:>6,}  {100 * mistake.share:>9.1f} %"
            f"  {100 * mistake.count / wrong:>11.1f} %"
            for mistake in shown
        ]
    return "\n".join(lines)
