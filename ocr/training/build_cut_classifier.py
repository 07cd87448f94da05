"""Train the cut classifier.

Usage: ``python -m ocr.training.build_cut_classifier --data EMNIST --words WORDS --fonts FONTS -o FILE``.
EMNIST is the folder of its files, WORDS a list of words with counts, such as
:func:`ocr.training.word_sources.read_counts` reads, FONTS a folder with handwriting fonts; the built-in
strokes write as well. Words are written with letters that touch. The cuts that a page would offer are
labelled by the characters whose ink they separate. The shipped file is
``ocr/recognition/data/cut_classifier.npz``.
"""

from __future__ import annotations

import string
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from ocr.datasets import emnist
from ocr.recognition.cut_classifier import SIZES, CutClassifier, save_cut_classifier
from ocr.recognition.cuts import UNLIKELY_LOGIT
from ocr.synthesis.fonts import find_fonts
from ocr.training.command import ToolCommand, npz_output
from ocr.training.small_network import Recipe, log_odds_error, train_small_network
from ocr.training.touching_samples import AnnotatedLine, separates_cleanly, writers_with
from ocr.training.word_sources import read_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from ocr.array_types import AnyFloat, Float32, Int64, Mask
    from ocr.synthesis.touching_lines import Writers, WrittenLine


# Share of the offered cuts to learn from: many are nearly the same.
_SHARE = 0.35
# A cut that leaves more than this share of a character on the wrong side goes through it. Cuts between this
# and a clean one are neither right nor wrong, and are left out.
_THROUGH = 0.17
_RECIPE = Recipe(batch=256, rate=2e-3, dropout=0.15)
# Frequent words are written more often, but not as much more often as they are used.
_TEMPER = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCuts:
    """Network inputs of cuts, (N, D) float16, and whether each separates two letters, (N,) bool."""

    inputs: NDArray[np.float16]
    labels: Mask


class Words:
    """Random words: of a list, in any case, and codes.

    Parameters
    ----------
    counts : dict
        Word -> how often it is used.
    """

    def __init__(self, counts: dict[str, float]) -> None:
        self.words = [word for word in counts if word.isascii() and word.isalpha()]
        weights = np.array([counts[word] for word in self.words]) ** _TEMPER
        self.shares = weights / weights.sum()

    def some(self, rng: np.random.Generator) -> list[str]:
        """Return two to four words."""
        return [self._one(rng) for _ in range(int(rng.integers(2, 5)))]

    def _one(self, rng: np.random.Generator) -> str:
        """Return a number, a code, or a word of the list in any case."""
        draw = rng.random()
        if draw < 0.2:
            characters = string.digits if draw < 0.1 else string.ascii_letters + string.digits
            return "".join(rng.choice(list(characters), int(rng.integers(2, 7))))
        word = self.words[int(rng.choice(len(self.words), p=self.shares))]
        case = rng.random()
        return word.upper() if case < 0.3 else word.capitalize() if case < 0.45 else word


def labelled_cuts(line: WrittenLine, *, rng: np.random.Generator) -> Iterator[tuple[Float32, bool]]:
    """Yield the cuts that a page would offer in a line, each with whether it separates letters.

    Parameters
    ----------
    line : WrittenLine
    rng : numpy.random.Generator
        Chooses the threshold, the error of the text height, and which cuts are taken.

    Yields
    ------
    inputs : (D,) float32 array
    label : bool
    """
    annotated = AnnotatedLine(line, line.mask(rng))
    if annotated.text_height_px is None:
        return
    text_height_px = annotated.text_height_px * float(np.exp(rng.normal(0, 0.08)))
    for glyph in annotated.glyphs(text_height_px):
        offered = annotated.offered_cuts(glyph, text_height_px)
        shares = annotated.shares_left(glyph, offered)
        clean = separates_cleanly(shares)
        through = np.minimum(shares, 1 - shares).max(axis=1, initial=0) > _THROUGH
        past = (shares > 0.5).all(axis=1) | (shares < 0.5).all(axis=1)
        taken = (rng.random(clean.size) < _SHARE) & (clean | through | past)
        taken &= shares.shape[1] > 0
        yield from zip(offered.inputs[taken], clean[taken].tolist(), strict=True)


def gather_cuts(
    writers: Writers, words: Words, lines: int, *, rng: np.random.Generator, progress: Callable[[], None]
) -> LabelledCuts:
    """Write lines and return their cuts with labels."""
    inputs, labels = [], []
    for _ in range(lines):
        for row, label in labelled_cuts(writers.write(words.some(rng), rng=rng), rng=rng):
            inputs.append(row.astype(np.float16))
            labels.append(label)
        progress()
    return LabelledCuts(np.stack(inputs), np.array(labels))


def train_cut_classifier(
    cuts: LabelledCuts, *, epochs: int, seed: int, progress: Callable[[], None]
) -> CutClassifier:
    """Train the network on labelled cuts by the cross-entropy of two outcomes."""
    rng = np.random.default_rng([seed, 1])

    def error_of(logits: Float32, rows: Int64) -> AnyFloat:
        return log_odds_error(logits, cuts.labels[rows])

    network = train_small_network(
        cuts.inputs, error_of, SIZES, _RECIPE, epochs=epochs, rng=rng, progress=progress
    )
    return CutClassifier(network)


def evaluate_cuts(classifier: CutClassifier, cuts: LabelledCuts) -> str:
    """Return a line with the loss, the errors, and how many cuts the limit of likely ones keeps."""
    odds = classifier.log_odds(cuts.inputs.astype(np.float32)).astype(np.float64)
    loss = float(np.logaddexp(0, np.where(cuts.labels, -odds, odds)).mean())
    errors = float(((odds > 0) != cuts.labels).mean())
    kept, wrong = (float((odds[cuts.labels == label] > UNLIKELY_LOGIT).mean()) for label in (True, False))
    return (
        f"{len(odds):,} cuts, {cuts.labels.mean():.1%} between letters: loss {loss:.4f}, "
        f"errors {errors:.2%}; above log-odds {UNLIKELY_LOGIT:g}: {kept:.1%} of those, "
        f"{wrong:.1%} of the others"
    )


@click.command(cls=ToolCommand)
@click.option(
    "--fonts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with handwriting fonts.",
)
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder with the EMNIST files.")
@click.option(
    "--words",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="A word and its count on each line.",
)
@click.option("--lines", type=click.IntRange(min=10), default=12_000, show_default=True)
@click.option("--epochs", type=click.IntRange(min=1), default=6, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@npz_output
def main(
    *, fonts: Path | None, data: Path, words: Path, lines: int, epochs: int, seed: int, output: Path
) -> None:
    """Train the network that decides whether a cut separates two letters."""
    rng, listed = np.random.default_rng(seed), Words(read_counts(words))
    writers = writers_with(emnist.load("byclass", "train", data=data), find_fonts(fonts) if fonts else ())
    with click.progressbar(length=lines, label="lines", file=sys.stderr) as bar:
        cuts = gather_cuts(writers, listed, lines, rng=rng, progress=lambda: bar.update(1))
    with click.progressbar(length=epochs, label="epochs", file=sys.stderr) as bar:
        classifier = train_cut_classifier(cuts, epochs=epochs, seed=seed, progress=lambda: bar.update(1))
    save_cut_classifier(classifier, output)
    unseen = gather_cuts(writers, listed, max(10, lines // 20), rng=rng, progress=lambda: None)
    click.echo(evaluate_cuts(classifier, unseen))


if __name__ == "__main__":
    main()
