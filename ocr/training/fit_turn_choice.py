"""Fit the coefficients that choose in which quarter turn a page is upright.

Usage: ``python -m ocr.training.fit_turn_choice PAGES...`` with folders of upright pictures and
``NAME.gt.txt`` files. Each picture is read in four orientations; the coefficients make the upright ones
likeliest. They are printed, for :data:`ocr.recognition.turn_choice.COEFFICIENTS`. ``--skip FILE`` names
pictures, as FOLDER/NAME on each line, that are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from scipy.optimize import minimize

from ocr.numeric import log_softmax
from ocr.recognition.turn_choice import COEFFICIENTS, UPRIGHT_LOG_ODDS, Evidence
from ocr.training.command import ToolCommand
from ocr.training.known_pages import PageReader, pictures_with_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocr.array_types import Float64

# Strength of the penalty on the squares of the coefficients, each in units of its standard deviation.
_PENALTY = 0.05


def evidence_of_turns(pictures: Iterable[Path]) -> Iterator[Float64]:
    """Read pictures in four orientations; yield what speaks for each, (4, 7), the upright one first."""
    reader = PageReader.shipped()
    for path in pictures:
        yield np.array([reader.read_turned(path, quarters).evidence for quarters in range(4)])


def fit(evidence: Float64) -> Float64:
    """Fit a conditional logistic regression to evidence (N, 4, D), the right turn first; return (D,)."""
    spread = evidence.std(axis=(0, 1)) + 1e-6
    scaled = evidence / spread

    def loss(weights: Float64) -> tuple[float, Float64]:
        logs = log_softmax(scaled @ weights)
        mean = np.einsum("nt,ntd->d", np.exp(logs), scaled)
        slope = mean - scaled[:, 0].sum(axis=0) + 2 * _PENALTY * weights
        return float(_PENALTY * weights @ weights - logs[:, 0].sum()), slope

    found = minimize(loss, np.zeros(len(spread)), jac=True)
    return np.asarray(found.x / spread)


def count_found(evidence: Float64, coefficients: Float64) -> tuple[int, float]:
    """Return how many pages stay upright, and what share of turned ones is found turned."""
    support = evidence @ coefficients
    odds = np.stack([np.roll(support, turn, axis=1) for turn in range(4)])
    odds[:, :, 0] += UPRIGHT_LOG_ODDS
    is_found = odds.argmax(axis=2) == np.arange(4)[:, None]
    return int(is_found[0].sum()), float(is_found[1:].mean())


@click.command(cls=ToolCommand)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option(
    "--skip", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Pictures to leave out."
)
@click.option("--most", type=click.IntRange(min=1), help="Pictures of each folder at most.")
def main(folders: tuple[Path, ...], skip: Path | None, most: int | None) -> None:
    """Fit the choice between the orientations of a page."""
    pictures = pictures_with_text(folders, skip, most=most)
    with click.progressbar(pictures, label="pages", file=sys.stderr) as bar:
        evidence = np.stack(list(evidence_of_turns(bar)))
    for name, value in zip(Evidence._fields, fit(evidence), strict=True):
        click.echo(f"{name}={value:.2f},")
    for name, coefficients in (("shipped", np.array(COEFFICIENTS)), ("fitted", fit(evidence))):
        upright, turned = count_found(evidence, coefficients)
        click.echo(
            f"{name}: {upright} of {len(evidence)} stay upright, {turned:.1%} of turned found", err=True
        )


if __name__ == "__main__":
    main()
