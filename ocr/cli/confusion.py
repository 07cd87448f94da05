"""``ocr confusion``: what a model takes for what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ocr.classifier.emnist import LabelledImages
    from ocr.evaluate.examination import Examination

_SUFFIXES = (".png", ".svg", ".html")


@click.command(
    epilog="""\b
Folds: 62 each sign by itself, 47 EMNIST's merged cases, 36 case ignored, 33 also 0=O 1=I=L,
31 also 5=S 2=Z; digits, upper, lower and letters leave all other signs out.
\b
Examples:
  ocr confusion --data emnist/ --split bymerge-test --fold 47
  ocr confusion --data emnist/ --classes 0O1Il5S2Z -o report.html"""
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="EMNIST folder or gzip.zip; downloaded if left out."
)
@click.option("--split", default="byclass-test", show_default=True, help="Part of EMNIST to read.")
@click.option("--fold", "fold_name", help="Which signs count as one; the finest that the split allows.")
@click.option("--classes", help="Only these signs and what counts as one with them, such as 0O1Il.")
@click.option(
    "--model", "model_name", metavar="NAME", help="Shipped model or path; the default model if left out."
)
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
    split: str,
    fold_name: str | None,
    classes: str | None,
    model_name: str | None,
    top: int,
    as_json: bool,
    output: Path | None,
) -> None:
    """Show what a model takes for what.

    Prints the accuracy with its 95 % interval and the most frequent confusions, and draws the matrix.
    """
    from ocr.classifier import emnist
    from ocr.classifier.model_file import load_model
    from ocr.cli.output import check_output, write_output
    from ocr.evaluate.examination import choose_fold, examine
    from ocr.resources import model_path

    if output is None and not as_json:
        output = Path("confusion.png")
    if output is not None:
        check_output(output, _SUFFIXES)
    name, part = emnist.parse_split(split)
    target = choose_fold(name, name=fold_name, only=classes)
    model = load_model(model_path(model_name))
    images = emnist.load(name, part, data=data)
    result = examine(model, images, target)
    if output is not None:
        title = f"{model.name} on EMNIST {split}, fold {target.name}"
        write_output(output, _drawn(result, images, title=title, suffix=output.suffix.lower()))
    facts = {"split": split, "fold": target.name, "model": model.name}
    click.echo(
        json.dumps(_numbers(result) | facts, ensure_ascii=False) if as_json else _table(result, facts, top)
    )


def _drawn(result: Examination, images: LabelledImages, *, title: str, suffix: str) -> bytes:
    if suffix == ".html":
        from ocr.view.report import confusion_report

        return confusion_report(result, images.images, title=title).encode()
    from ocr.view.confusion import draw_confusion

    return draw_confusion(result, title=title, format=suffix.removeprefix("."))


def _numbers(result: Examination) -> dict[str, Any]:
    return {
        "accuracy": result.accuracy,
        "n": result.count,
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


def _table(result: Examination, facts: dict[str, str], top: int) -> str:
    low, high = result.interval
    wrong = int(result.matrix.sum() - result.matrix.trace())
    lines = [
        f"model {facts['model']}, EMNIST {facts['split']}, fold {facts['fold']}",
        f"accuracy {100 * result.accuracy:.2f} %  (95 % interval {100 * low:.2f} - {100 * high:.2f})  "
        f"of {result.count:,} characters",
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
