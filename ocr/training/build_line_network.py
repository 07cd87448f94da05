"""Train the shipped line network.

Usage: ``python -m ocr.training.build_line_network --words WORDS --segments SEGMENTS --data EMNIST
--characters UNIPEN --fonts FONTS -o ocr/line_network/data/line_network.npz``. WORDS and SEGMENTS are files of
pen strokes, see :mod:`ocr.datasets.pen_strokes`; UNIPEN is a file of single characters, as ``ocr train
--characters`` takes them. Lines are drawn once (:mod:`ocr.training.line_samples`) and seen ``--epochs``
times, each time stretched, moved and darkened anew. After a third of the training the lines whose text the
network finds least probable are left out: their labels are wrong. ``--start FILE`` goes on with the network
of a file; residual stages that it lacks add nothing at first.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from ocr.datasets import emnist
from ocr.datasets.emnist import LabelledImages
from ocr.datasets.npz_set import load_characters
from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS, load_pen_strokes
from ocr.errors import ModelError
from ocr.evaluation.page_scores import score_page
from ocr.line_network.frames import FRAME_SIZE
from ocr.line_network.line_model import PLAIN_STAGES, STAGES, load_line_network, save_line_network
from ocr.line_network.sliding_network import view_as_sliding_network
from ocr.synthesis.fonts import find_fonts
from ocr.training.command import ToolCommand, npz_output
from ocr.training.line_samples import LineSample, LineSources, draw_line_sample
from ocr.training.line_trainer import (
    LineTrainer,
    as_vector,
    fresh_parameters,
    greedy_texts,
    grown_parameters,
    learn_lines,
)
from ocr.training.schedules import cosine
from ocr.training.touching_samples import writers_with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import Float32, Int64
    from ocr.datasets.npz_set import CharacterSet
    from ocr.line_network.sliding_network import SlidingNetwork

# The learning rate grows over so many lines, then falls like a cosine.
_LEARNING_RATE, _WARM_UP = 1e-3, 6000
# After this share of the training, this share of the lines is left out, unless its loss per character is low.
_CLEANED_AFTER, _WRONG_SHARE, _LOW_LOSS = 0.35, 0.06, 2.0
# The shipped parameters are a running mean over the last steps, of which each counts this much.
_MEAN_SHARE = 0.0024
# Providers of single characters that are kept for tests, badly cut, or joined.
_LEFT_OUT = (*sorted(HELD_OUT_PROVIDERS), "tos", "gmd", "ibm", "kai", "mot", "lav", "sie")


def train_line_network(
    lines: Sequence[LineSample],
    *,
    epochs: float,
    rng: np.random.Generator,
    progress: Callable[[int], None],
    start: Float32 | None = None,
) -> SlidingNetwork:
    """Train a network.

    Parameters
    ----------
    lines : sequence of LineSample
        Texts of printable ASCII.
    epochs : float
        How often each line is seen.
    rng : numpy.random.Generator
        Draws the first parameters, the order of the lines, and how each looks each time.
    progress : callable
        Called with the number of lines of each step.
    start : (P,) float32 array, optional
        The parameters to begin with; fresh ones if left out.

    Returns
    -------
    SlidingNetwork
        The mean of the network over the last steps.
    """
    trainer = LineTrainer(fresh_parameters(rng) if start is None else start)
    mean = trainer.vector.copy()
    losses = np.zeros(len(lines), np.float32)
    seen, total = 0, epochs * len(lines)

    def rate(_: int) -> float:
        return _LEARNING_RATE * min(1, (seen + 300) / _WARM_UP) * cosine(min(1.0, seen / total))

    while seen < total:
        kept = _rightly_labelled(losses) if seen > _CLEANED_AFTER * total else np.arange(len(lines))
        for learnt in learn_lines(trainer, lines, kept, rate=rate, rng=rng):
            losses[learnt.rows] = learnt.losses
            count = len(learnt.rows)
            seen += count
            mean += (trainer.vector - mean) * np.float32(max(_MEAN_SHARE, count / seen))
            progress(count)
            if seen >= total:
                break
    return view_as_sliding_network(mean, STAGES, FRAME_SIZE)


def parameters_in(path: Path, rng: np.random.Generator) -> Float32:
    """Return the parameters (P,) of the network of a file, which may lack the residual stages.

    Raises
    ------
    ModelError
        If it is no line network.
    """
    try:
        return as_vector(load_line_network(path))
    except ModelError:
        return grown_parameters(load_line_network(path, PLAIN_STAGES), rng)


def _rightly_labelled(losses: Float32) -> Int64:
    """Return the lines without those whose text is least probable."""
    return np.flatnonzero(losses < max(_LOW_LOSS, float(np.quantile(losses, 1 - _WRONG_SHARE))))


def draw_lines(
    sources: LineSources, count: int, *, rng: np.random.Generator, progress: Callable[[int], None]
) -> list[LineSample]:
    """Draw ``count`` lines."""
    lines: list[LineSample] = []
    while len(lines) < count:
        line = draw_line_sample(sources, rng)
        if line is not None:
            lines.append(line)
            progress(1)
    return lines


def greedy_error(network: SlidingNetwork, lines: Sequence[LineSample]) -> float:
    """Return the character error rate, case ignored, of the network alone, without a language."""
    read = greedy_texts(network, [line.strength for line in lines])
    scores = [score_page(line.text, text) for line, text in zip(lines, read, strict=True)]
    counts = [len(line.text) for line in lines]
    return float(np.average([score.cer_caseless for score in scores], weights=counts))


_EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(cls=ToolCommand)
@click.option("--words", type=_EXISTING, required=True, help="Pen strokes of words.")
@click.option("--segments", type=_EXISTING, required=True, help="Pen strokes of lines.")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder with the EMNIST files.")
@click.option("--characters", type=_EXISTING, help="Single characters with punctuation.")
@click.option(
    "--fonts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with handwriting fonts, joined ones among them.",
)
@click.option("--lines", "count", type=click.IntRange(min=10), default=120_000, show_default=True)
@click.option("--epochs", type=click.FloatRange(min=0.01), default=4.0, show_default=True)
@click.option("--start", type=_EXISTING, help="Line network to go on with.")
@click.option("--seed", type=int, default=1, show_default=True)
@npz_output
def main(
    *,
    words: Path,
    segments: Path,
    data: Path,
    characters: Path | None,
    fonts: Path | None,
    count: int,
    epochs: float,
    start: Path | None,
    seed: int,
    output: Path,
) -> None:
    """Train the network that slides along lines."""
    rng = np.random.default_rng(seed)
    begun = None if start is None else parameters_in(start, rng)
    single = emnist.load("byclass", "train", data=data)
    if characters is not None:
        single = with_characters(single, load_characters(characters).without(_LEFT_OUT))
    sources = LineSources.of(
        load_pen_strokes(words),
        load_pen_strokes(segments),
        find_fonts(fonts) if fonts else (),
        writers_with(single, find_fonts(fonts) if fonts else ()),
    )
    with click.progressbar(length=count, label="draw", file=sys.stderr) as bar:
        lines = draw_lines(sources, count, rng=rng, progress=bar.update)
    with click.progressbar(length=round(count * epochs), label="train", file=sys.stderr) as bar:
        network = train_line_network(lines, epochs=epochs, rng=rng, progress=bar.update, start=begun)
    save_line_network(network, output)
    unseen = draw_lines(sources, max(10, count // 100), rng=rng, progress=lambda _: None)
    click.echo(
        f"character errors of {len(unseen)} other lines, no language: {greedy_error(network, unseen):.1%}"
    )


def with_characters(images: LabelledImages, characters: CharacterSet) -> LabelledImages:
    """Return single characters of two sources as one set, with the classes of both."""
    names = tuple(sorted({*images.classes, *characters.labels.tolist()}))
    numbers = {name: number for number, name in enumerate(names)}
    first = np.array([numbers[name] for name in images.classes])[images.labels]
    second = np.array([numbers[name] for name in characters.labels.tolist()])
    return LabelledImages(
        np.concatenate([images.images, characters.images]), np.concatenate([first, second]), names
    )


if __name__ == "__main__":
    main()
