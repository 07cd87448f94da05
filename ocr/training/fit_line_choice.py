"""Fit the coefficients that choose between the reading of a line by both and that of the network alone.

Usage: ``python -m ocr.training.fit_line_choice PAGES...`` with folders of pictures and ``NAME.gt.txt`` files.
Each line on which the readings differ (:func:`ocr.recognition.line_reading.disputes`) is compared with the
line of the transcript that fits best; the reading with fewer errors is the right one, and the line counts as
much as the root of the difference. The coefficients are printed, for
:data:`ocr.recognition.line_choice.COEFFICIENTS`. ``--skip FILE`` names pictures, as FOLDER/NAME on each line,
that are left out: they are there to see whether the fit holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np

from ocr.evaluation.page_scores import normalised, score_page
from ocr.recognition.line_choice import Evidence, evidence_of, line_words
from ocr.recognition.line_reading import disputes
from ocr.training.command import ToolCommand
from ocr.training.known_pages import PageReader, fit_choice, pictures_with_text, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float64

# Strength of the penalty on the squares of the coefficients, each in units of its standard deviation.
_PENALTY = 1.0


class JudgedLine(NamedTuple):
    """What speaks for the network's reading, whether it is the better one, and by how many errors."""

    evidence: Evidence
    network_is_better: bool
    difference: float


def judged_lines(pictures: Sequence[Path]) -> Iterator[JudgedLine]:
    """Read pages both ways, and yield the lines on which one reading is better."""
    reader = PageReader.shipped()
    labels, words = reader.labels, reader.words
    for picture in pictures:
        right = normalised(picture.with_suffix(".gt.txt").read_text("utf-8")).lower().splitlines()
        attempt = reader.read(picture)
        lines = attempt.recognized.recognized_lines
        for _, together, reading in disputes(attempt.layout, lines, labels, words):
            texts = [text_of(one, labels) for one in (line_words(together), reading.words)]
            errors = _fewest_errors(texts, right)
            if errors[0] != errors[1]:
                evidence = evidence_of(together, reading.scores.logs, reading.words, labels, words)
                yield JudgedLine(evidence, errors[1] < errors[0], abs(errors[0] - errors[1]))


def _fewest_errors(texts: Sequence[str], right: Sequence[str]) -> tuple[float, ...]:
    """Return the errors of each text against the line of a transcript that one of them fits best."""
    counts = [
        tuple(score_page(line, text).cer_caseless * len(line) for text in texts)
        for line in right
        if line.strip()
    ]
    lengths = [len(line) for line in right if line.strip()]
    if not counts:
        return (0.0,) * len(texts)
    return min(zip(counts, lengths, strict=True), key=lambda one: min(one[0]) / one[1])[0]


def fit(lines: Sequence[JudgedLine]) -> Float64:
    """Fit a weighted logistic regression; return the coefficients (10,).

    Raises
    ------
    DataError
        If not both readings are better somewhere.
    """
    inputs = np.array([line.evidence for line in lines])
    better = np.array([line.network_is_better for line in lines])
    weights = np.sqrt([line.difference for line in lines])
    return fit_choice(inputs, better, weights, penalty=_PENALTY, noun="lines")


@click.command(cls=ToolCommand)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option(
    "--skip", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Pictures to leave out."
)
def main(folders: tuple[Path, ...], skip: Path | None) -> None:
    """Fit the choice between two readings of a line."""
    pictures = pictures_with_text(folders, skip)
    lines = list(judged_lines(pictures))
    for name, value in zip(Evidence._fields, fit(lines), strict=True):
        click.echo(f"{name}={value:.3f},")
    click.echo(f"{len(pictures)} pages, {len(lines)} lines on which one reading is better", err=True)


if __name__ == "__main__":
    main()
