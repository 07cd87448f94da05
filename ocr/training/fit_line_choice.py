"""Fit the coefficients that choose how a part of a line is read: by both together, or by the network alone.

Usage: ``python -m ocr.training.fit_line_choice PAGES...`` with folders of pictures and ``NAME.gt.txt`` files.
Each line on which the readings differ (:func:`ocr.recognition.line_reading.disputes`) is compared with the
line of the transcript that fits best, and falls into parts (:mod:`ocr.recognition.line_parts`). Of each part
the reading that leaves fewer errors in the line is the right one, and the part counts as much as the root of
the difference. The coefficients are printed, for
:data:`ocr.recognition.line_choice.COEFFICIENTS`. ``--skip FILE`` names pictures, as FOLDER/NAME on each line,
that are left out: they are there to see whether the fit holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np

from ocr.evaluation.page_scores import normalised, score_page
from ocr.recognition.line_choice import Evidence, line_words
from ocr.recognition.line_parts import line_parts
from ocr.recognition.line_reading import disputes
from ocr.training.command import ToolCommand
from ocr.training.known_pages import PageReader, fit_choice, pictures_with_text, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr.array_types import Float64

# Strength of the penalty on the squares of the coefficients, each in units of its standard deviation.
_PENALTY = 3.0
# A line of a transcript of which more is read in another way, as a share of its characters, is another line.
_WORST_FIT = 0.5


class JudgedPart(NamedTuple):
    """What speaks for the network's reading, whether it is the better one, and by how many errors."""

    evidence: Evidence
    network_is_better: bool
    difference: float


def judged_parts(pictures: Sequence[Path]) -> Iterator[JudgedPart]:
    """Read pages both ways, and yield the parts of lines of which one reading is better."""
    reader = PageReader.shipped()
    labels, words = reader.labels, reader.words
    for picture in pictures:
        right = picture.with_suffix(".gt.txt").read_text("utf-8").lower().splitlines()
        attempt = reader.read(picture)
        lines = attempt.recognized.recognized_lines
        for _, together, reading in disputes(attempt.layout, lines, labels, words):
            parts = line_parts(attempt.layout, together, reading, labels, words)
            texts = [[text_of(line_words(one), labels) for one in (part.cut, part.uncut)] for part in parts]
            for part, errors in zip(parts, part_errors(texts, right), strict=True):
                if part.evidence is not None and errors[0] != errors[1]:
                    yield JudgedPart(part.evidence, errors[1] < errors[0], abs(errors[0] - errors[1]))


def part_errors(texts: Sequence[Sequence[str]], right: Sequence[str]) -> list[tuple[float, float]]:
    """Return the errors of a line with one reading, and with the other one, of each part.

    Parameters
    ----------
    texts : sequence of pairs of str
        Both readings of each part of the line.
    right : sequence of str
        The lines of the transcript; the one that a whole reading fits best is meant, if it fits.

    Returns
    -------
    list of pairs of float
        The other parts are read as well as they are.
    """
    wholes = [" ".join(pair[number] for pair in texts) for number in (0, 1)]
    meant = _meant(wholes, [normalised(line) for line in right if line.strip()])
    if meant is None:
        return [(0.0, 0.0)] * len(texts)
    # From the better whole reading on, each part is read better in turn.
    first = int(_errors(meant, wholes[1]) < _errors(meant, wholes[0]))
    chosen = [first] * len(texts)
    for place in range(len(texts)):
        chosen[place] = min(
            (first, 1 - first), key=lambda one: _errors_with(meant, texts, chosen, place, one)
        )
    return [
        (_errors_with(meant, texts, chosen, place, 0), _errors_with(meant, texts, chosen, place, 1))
        for place in range(len(texts))
    ]


def _meant(wholes: Sequence[str], lines: Sequence[str]) -> str | None:
    """Return the line of a transcript that one of two readings fits best; None if it fits none well."""
    fits = [min(_errors(line, text) for text in wholes) / max(1, len(line)) for line in lines]
    best = int(np.argmin(fits)) if fits else None
    return None if best is None or fits[best] > _WORST_FIT else lines[best]


def _errors_with(
    line: str, texts: Sequence[Sequence[str]], chosen: Sequence[int], place: int, reading: int
) -> float:
    """Return the errors of the chosen readings, but for one part."""
    numbers = [*chosen[:place], reading, *chosen[place + 1 :]]
    return _errors(line, " ".join(pair[number] for pair, number in zip(texts, numbers, strict=True)))


def _errors(line: str, text: str) -> float:
    return score_page(line, text).cer_caseless * len(line)


def fit(parts: Sequence[JudgedPart]) -> Float64:
    """Fit a weighted logistic regression; return the coefficients (14,).

    Raises
    ------
    DataError
        If not both readings are better somewhere.
    """
    inputs = np.array([part.evidence for part in parts])
    better = np.array([part.network_is_better for part in parts])
    weights = np.sqrt([part.difference for part in parts])
    return fit_choice(inputs, better, weights, penalty=_PENALTY, noun="parts of lines")


@click.command(cls=ToolCommand)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option(
    "--skip", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Pictures to leave out."
)
def main(folders: tuple[Path, ...], skip: Path | None) -> None:
    """Fit the choice between two readings of a part of a line."""
    pictures = pictures_with_text(folders, skip)
    parts = list(judged_parts(pictures))
    for name, value in zip(Evidence._fields, fit(parts), strict=True):
        click.echo(f"{name}={value:.3f},")
    click.echo(f"{len(pictures)} pages, {len(parts)} parts of lines of which one reading is better", err=True)


if __name__ == "__main__":
    main()
