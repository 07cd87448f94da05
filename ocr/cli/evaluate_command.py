"""``ocr evaluate``: read pictures whose text is known, and measure how much of it is right."""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.cli import options
from ocr.errors import DataError, ImageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.evaluation.confusion import Confusion
    from ocr.evaluation.page_scores import PageScore
    from ocr.reader import Reader

# A page of text has a few kilobytes.
_MOST_TEXT_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class _Task:
    """A picture and its right text."""

    picture: str
    right: str


@dataclass(frozen=True, slots=True)
class _Result:
    """How a picture was read; ``was_read`` is false where it could not be, which counts as an empty page."""

    picture: str
    right: str
    text: str
    score: PageScore
    seconds: float
    was_read: bool


@click.command(
    epilog="""\b
Measures, after white space, quotes and dashes are made alike:
CER, edits over characters; «no case», the same with case ignored; «A-Z 0-9»,
share of letters and digits right, case ignored, marks and spaces left
out; WER, edits over words; F1, words found in any order; «all», the folder.
\b
Examples:
  ocr evaluate pages/
  ocr evaluate notes/ forms/ --language none --json > scores.json

\b
Exit codes: 0 scored, 2 usage or a missing library, 3 a picture could not be
read, 4 model, 5 no pictures with texts."""
)
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    metavar="FOLDER...",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@options.reading_model
@options.language
@click.option("--top", type=click.IntRange(min=0), default=10, show_default=True, help="Confusions to list.")
@click.option("--json", "as_json", is_flag=True, help="Print all numbers and texts as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Errors only: no progress.")
def command(
    *, folders: tuple[Path, ...], model: str | None, language: str, top: int, as_json: bool, quiet: bool
) -> int:
    """Score what is read on pictures whose text is known.

    Reads every picture in each FOLDER that has its text beside it, page1.jpg with page1.gt.txt, and prints
    how well. A picture that cannot be read is named on standard error and counts as if nothing had been read.
    """
    # Before anything is read: a missing library for the scores is reported at once.
    import ocr.evaluation.page_scores  # noqa: F401
    from ocr.batch.progress import picture_progress
    from ocr.reader import Reader

    sets = [(folder, _tasks(folder)) for folder in folders]
    reader = Reader(model, language=language)
    found = []
    with picture_progress(sum(len(tasks) for _, tasks in sets), quiet=quiet) as (report, advance):
        for folder, tasks in sets:
            results = [_evaluated(task, reader, report=report, advance=advance) for task in tasks]
            found.append((str(folder), results))
            if not as_json:
                click.echo(_table(str(folder), results, top=top, is_first=len(found) == 1))
    if as_json:
        click.echo(json.dumps(_numbers(found, reader.model_name, language), ensure_ascii=False))
    all_read = all(result.was_read for _, results in found for result in results)
    return 0 if all_read else ImageError.exit_code


def _tasks(folder: Path) -> list[_Task]:
    """List the pictures of a folder whose text is known, in natural order.

    Raises
    ------
    DataError
        If there are none, or a text cannot be read.
    """
    from ocr.batch.inputs import find_inputs

    texts = {found.path: Path(found.path).with_suffix(".gt.txt") for found in find_inputs([str(folder)])}
    tasks = [_Task(picture, _text(path)) for picture, path in texts.items() if path.is_file()]
    if not tasks:
        message = f"folder {folder}: found no picture with its text, expected page1.jpg beside page1.gt.txt"
        raise DataError(message)
    return tasks


def _text(path: Path) -> str:
    """Read the right text of a picture.

    Raises
    ------
    DataError
        If it is no UTF-8 text, or too large for a page.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_TEXT_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        message = f"text {path}: cannot be read ({reason.lower()}); expected the page's text in UTF-8"
        raise DataError(message) from error
    if len(content) > _MOST_TEXT_BYTES:
        message = f"text {path}: larger than {_MOST_TEXT_BYTES >> 20} MiB, expected the text of one page"
        raise DataError(message)
    return text


def _evaluated(
    task: _Task, reader: Reader, *, report: Callable[[str], None], advance: Callable[..., None]
) -> _Result:
    from ocr.batch.read_input import failure_of
    from ocr.evaluation.page_scores import score_page

    start = time.perf_counter()
    text, was_read = "", True
    try:
        text = reader.read(task.picture).text
    except Exception as error:  # noqa: BLE001  one picture of many must not end the run
        report(f"ocr: {failure_of(task.picture, error)}")
        was_read = False
    seconds = time.perf_counter() - start
    advance()
    return _Result(task.picture, task.right, text, score_page(task.right, text), seconds, was_read)


def _table(folder: str, results: Sequence[_Result], *, top: int, is_first: bool) -> str:
    from ocr.evaluation.page_scores import page_confusions, pooled

    names = [printable(Path(result.picture).name) for result in results]
    total = f"all {len(results)}"
    width = max(map(len, [*names, total]))
    head = (
        f"{'page':<{width}}  {'CER %':>6}  {'no case':>7}  {'A-Z 0-9':>7}  {'WER %':>6}  {'F1':>5}  {'s':>6}"
    )
    lines = [printable(folder), head]
    lines += [
        _row(name.ljust(width), result.score, result.seconds)
        for name, result in zip(names, results, strict=True)
    ]
    mean = sum(result.seconds for result in results) / len(results)
    lines.append(_row(total.ljust(width), pooled(result.score for result in results), mean))
    confusions = page_confusions((result.right, result.text) for result in results)[:top]
    if confusions:
        lines += ["", "     is  read as  count  of its kind"]
        lines += [_confusion_row(one) for one in confusions]
    return ("" if is_first else "\n") + "\n".join(lines)


def _row(name: str, score: PageScore, seconds: float) -> str:
    return (
        f"{name}  {100 * score.cer:>6.1f}  {100 * score.cer_caseless:>7.1f}  "
        f"{100 * score.alphanumeric_accuracy:>7.1f}  {100 * score.wer:>6.1f}  {100 * score.word_f1:>5.1f}  "
        f"{seconds:>6.2f}"
    )


def _confusion_row(one: Confusion) -> str:
    spoken = {"": "nothing", " ": "space"}
    truth, guess = spoken.get(one.truth, one.truth), spoken.get(one.guess, one.guess)
    share = f"{100 * one.share:.1f} %" if one.truth else ""
    return f"{truth:>7}  {guess:>7}  {one.count:>5,}  {share:>11}".rstrip()


def _numbers(found: Sequence[tuple[str, list[_Result]]], model: str, language: str) -> dict[str, Any]:
    from ocr.evaluation.page_scores import NORMALISATION

    return {
        "model": model,
        "language": language,
        "normalisation": NORMALISATION,
        "folders": [_folder_numbers(folder, results) for folder, results in found],
    }


def _folder_numbers(folder: str, results: Sequence[_Result]) -> dict[str, Any]:
    from ocr.evaluation.page_scores import page_confusions, pooled

    pages = [
        {
            "picture": result.picture,
            "was_read": result.was_read,
            "text": result.text,
            **_measures(result.score),
            "seconds": result.seconds,
        }
        for result in results
    ]
    confusions = page_confusions((result.right, result.text) for result in results)
    return {
        "folder": folder,
        "pages": pages,
        "pooled": {
            **_measures(pooled(result.score for result in results)),
            "seconds_per_page": sum(result.seconds for result in results) / len(results),
        },
        "confusions": [
            {"truth": one.truth, "guess": one.guess, "count": one.count, "share": one.share}
            for one in confusions
        ],
    }


def _measures(score: PageScore) -> dict[str, Any]:
    return {
        "cer": score.cer,
        "cer_caseless": score.cer_caseless,
        "alphanumeric_accuracy": score.alphanumeric_accuracy,
        "wer": score.wer,
        "word_f1": score.word_f1,
        **dataclasses.asdict(score),
    }
