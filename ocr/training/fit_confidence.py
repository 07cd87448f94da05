"""Fit how probable a character is on pages, by its posterior and by its line.

Usage: ``python -m ocr.training.fit_confidence PAGES... [--most 14] [--skip FILE]`` with folders of pictures
and ``NAME.gt.txt`` files. What is read is aligned with the right text by the fewest edits, spaces and case
ignored; a character is right if it is aligned with itself. Each folder counts as much as the root of its
number of characters. The coefficients are printed, for :data:`ocr.recognition.confidence.CALIBRATION`.
``--skip`` names pictures, as FOLDER/NAME on each line, that are left out: they are there to see whether the
fit holds (``tests/benchmarks/page_calibration.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from rapidfuzz.distance import Levenshtein

from ocr.evaluation.page_scores import normalised
from ocr.recognition.confidence import AS_IT_IS, Calibration, log_odds
from ocr.recognition.recognize import reread
from ocr.recognition.transcribe import calibration_inputs, transcribe
from ocr.training.command import ToolCommand
from ocr.training.known_pages import PageReader, logistic_regression, pictures_with_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr.array_types import Float64, Mask

_PENALTY = 0.01


class JudgedCharacter(NamedTuple):
    """The inputs of the calibration of one character, its folder, and whether it is right."""

    inputs: tuple[float, float, float, float]
    folder: str
    is_right: bool


def is_right(read: Sequence[str], written: str) -> Mask:
    """Return which of the characters that were read are right (n,), case ignored."""
    right = normalised(written).lower().replace(" ", "")
    # What becomes several characters by normalisation is compared as it is.
    found = "".join(one.lower()[:1] for one in read)
    result = np.zeros(len(read), bool)
    for block in Levenshtein.opcodes(found, right).as_matching_blocks():
        result[block.a : block.a + block.size] = True
    return result


def judged_characters(pictures: Iterable[Path]) -> Iterator[JudgedCharacter]:
    """Read pages, and yield their characters."""
    reader = PageReader.shipped()
    for picture in pictures:
        attempt = reader.read(picture)
        lines = reread(attempt.layout, attempt.recognized, reader.model, reader.language).recognized_lines
        texts, inputs = [], []
        plain = transcribe(attempt.layout, lines, reader.labels, reader.words, calibration=AS_IT_IS)
        for line, of_line in zip(lines, plain, strict=True):
            beside = calibration_inputs(line)
            for one in (character for word in of_line.words for character in word.characters):
                texts.append(one.text)
                inputs.append((1.0, float(log_odds(np.array(one.probability))), *beside))
        right = is_right(texts, picture.with_suffix(".gt.txt").read_text("utf-8"))
        for own, found in zip(inputs, right, strict=True):
            yield JudgedCharacter(own, picture.parent.name, bool(found))


def fit(characters: Sequence[JudgedCharacter]) -> Calibration:
    """Fit the coefficients."""
    folders = np.array([one.folder for one in characters])
    names, place, counts = np.unique(folders, return_inverse=True, return_counts=True)
    weights: Float64 = 1 / np.sqrt(counts[place])
    found = logistic_regression(
        np.array([one.inputs for one in characters]),
        np.array([one.is_right for one in characters]),
        weights * (len(folders) / weights.sum()),
        penalty=_PENALTY * len(names),
    )
    return Calibration(*(float(value) for value in found))


@click.command(cls=ToolCommand)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option(
    "--skip", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Pictures to leave out."
)
@click.option("--most", default=14, show_default=True, help="Pictures of each folder at most.")
def main(folders: tuple[Path, ...], skip: Path | None, most: int) -> None:
    """Fit the probabilities of characters."""
    characters = list(judged_characters(pictures_with_text(folders, skip, most=most)))
    for name, value in zip(Calibration._fields, fit(characters), strict=True):
        click.echo(f"{name}={value:.3f},")
    click.echo(f"{len(characters)} characters", err=True)


if __name__ == "__main__":
    main()
