"""Train the networks that judge the pixels of a page.

Usage: ``python -m ocr.training.build_page_networks --strokes WORDS --fonts FONTS --print-fonts PRINTS -o TO``

WORDS is an npz file of words as pens moved, with the arrays ``dx``, ``dy`` (steps), ``stroke_len``,
``sample_stroke_start``, ``labels``, ``provider`` and ``writer``. Pages are drawn and photographed by
:mod:`ocr.synthesis.annotated_page`, so the class of each pixel is known. The first network learns from
darkness, the second one from the answers of the first one on other pages. Every fourth font and some
providers of strokes write only the pages of the score. The shipped files lie in ``ocr/page/ink/data``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from scipy import ndimage

from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS, load_pen_strokes
from ocr.numeric import softmax
from ocr.page.ink import pixel_classifier, pixel_surroundings
from ocr.page.ink.background import normalize_background
from ocr.page.ink.binarization import binarize, denoised
from ocr.page.ink.components import find_components, weighted_median_height
from ocr.synthesis.annotated_page import draw_annotated_page
from ocr.synthesis.canvas_words import FontWords, PenTraces, StrokeWords, WordSource
from ocr.synthesis.fonts import find_fonts
from ocr.training.command import ToolCommand
from ocr.training.small_network import Recipe, train_small_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from ocr.array_types import AnyFloat, Float32, Int64, Mask
    from ocr.classifier.network import Network
    from ocr.synthesis.annotated_page import AnnotatedPage

# Providers of UNIPEN that write the pages of the score only.
_FOR_SCORE = frozenset({"phi", "pap", "rim", "kai"})
# Hidden widths of the networks.
_HIDDEN = ((64, 24), (32, 16))
_RECIPE = Recipe(batch=512, rate=2e-3)
# Pixels of each class that are learnt from, of each page; half as many again of writing near a line, and of
# writing on one.
_PIXELS = 300
# Lines from so thick on, at the networks' scale, hide the strokes that cross them.
_THICK_PX = 4
# The text height is known about so well; of some pages it is not known at all well.
_USUAL_ERROR, _WELL_KNOWN, _WORST_ERROR = 0.12, 0.8, 0.9
# Of so many pages the lines count as letters where the text height is measured.
_LINES_COUNT = 0.4
# Shares of words: pen traces, fonts of handwriting, the built-in strokes, print.
_SHARES = (0.45, 0.25, 0.22, 0.08)
# Letters of tall and of low extent: they tell how high a capital of the same hand is.
_ASCENDING = frozenset("bdfhkltABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?()/$%&#\"'")
_DESCENDING = frozenset("gjpqyf,;()/$")


class Example(NamedTuple):
    """A page as the networks see it; all arrays (H, W) at their scale.

    Attributes
    ----------
    darkness : float16 array
    candidates : bool array
        Pixels that are judged.
    classes : uint8 array
        Number of the class; 3 where there is no telling, or nothing is judged.
    crossings : bool array
        Writing on a line.
    """

    darkness: NDArray[np.float16]
    candidates: Mask
    classes: NDArray[np.uint8]
    crossings: Mask


def pen_traces(path: Path, *, for_score: bool, rng: np.random.Generator) -> list[PenTraces]:
    """Load the words of each writer from a file of strokes.

    Parameters
    ----------
    path : Path
    for_score : bool
        Load the writers of the score, or all others.
    rng : numpy.random.Generator
        Chooses up to 60 words of each writer.
    """
    written = load_pen_strokes(path)
    words_of: dict[tuple[str, str], list[int]] = {}
    for index, (provider, writer) in enumerate(zip(written.providers, written.writers, strict=True)):
        if provider not in HELD_OUT_PROVIDERS and (provider in _FOR_SCORE) == for_score:
            words_of.setdefault((str(provider), str(writer)), []).append(index)
    traces = []
    for indices in words_of.values():
        words: list[list[Float32]] = []
        singles: list[int] = []
        for index in rng.permutation(indices)[:60]:
            label, strokes = str(written.labels[index]), written.strokes(int(index))
            word = _scaled_word(label, [stroke for stroke in strokes if len(stroke)])
            if word is not None:
                singles += [len(words)] if len(label) == 1 else []
                words.append(word)
        if len(words) >= 5:
            traces.append(PenTraces(words, singles))
    return traces


def _scaled_word(label: str, strokes: list[Float32]) -> list[Float32] | None:
    """Bring a word to a capital height of 1 on its baseline; None for signs and for words cut off."""
    if not strokes or label in {".", ",", "-", ";", ":", "'", '"'}:
        return None
    points = np.concatenate(strokes)
    tall, low = (bool(letters & set(label)) for letters in (_ASCENDING, _DESCENDING))
    x_height = max(1.0, float(np.ptp(points[:, 1]))) / (1 + 0.6 * tall + 0.6 * low)
    capital = 1.6 * x_height
    width = float(np.ptp(points[:, 0])) / capital
    if width > min(12.0, 1.6 * len(label)):
        return None
    corner = points[:, 0].min(), points[:, 1].max() - 0.6 * x_height * low
    return [((stroke - corner) / capital).astype(np.float32) for stroke in strokes]


class Writers:
    """Everybody who writes on drawn pages: hands, handwriting fonts, built-in strokes and print."""

    def __init__(self, hands: Sequence[PenTraces], fonts: Sequence[Path], prints: Sequence[Path]) -> None:
        self.kinds: list[list[WordSource]] = [
            list(hands),
            [FontWords(path) for path in fonts],
            [StrokeWords()],
            [FontWords(path) for path in prints],
        ]

    def one(self, rng: np.random.Generator) -> WordSource:
        """Choose a writer."""
        shares = np.array([share * bool(kind) for share, kind in zip(_SHARES, self.kinds, strict=True)])
        kind = self.kinds[int(rng.choice(len(shares), p=shares / shares.sum()))]
        return kind[int(rng.integers(len(kind)))]

    def page(self, rng: np.random.Generator) -> AnnotatedPage:
        """Draw a page."""
        printed = self.kinds[3]
        label = printed[int(rng.integers(len(printed)))] if printed and rng.random() < 0.8 else None
        return draw_annotated_page(self.one(rng), labels=label, other_side=self.one(rng), rng=rng)


def example_of(page: AnnotatedPage, rng: np.random.Generator) -> Example | None:
    """Prepare a page as the program does before it judges pixels; None where no text height is likely."""
    height = _known_height(page, rng)
    if not 9 < height < 80:
        return None
    darkness = denoised(normalize_background(page.gray, text_height_px=height), text_height_px=height)
    dark = (binarize(darkness, text_height_px=height).strength > pixel_classifier.FAINTEST).astype(np.float32)
    small, covered, writing, lines = (
        pixel_classifier.at_network_scale(values, height)
        for values in (darkness, dark, page.writing, page.lines)
    )
    candidates = covered > pixel_classifier.COVERED_FRAC
    classes = np.full(small.shape, 3, np.uint8)
    classes[(writing > 0.1) & (writing > 0.6 * lines)] = pixel_surroundings.WRITING
    classes[(lines > 0.05) & (writing < 0.25 * lines)] = pixel_surroundings.LINE
    classes[writing + lines < 0.012] = pixel_surroundings.GROUND
    # A stroke that ends in a thick line cannot be followed through it.
    thick = ndimage.binary_opening(lines > 0.3, np.ones((_THICK_PX, _THICK_PX), bool))
    classes[thick] = pixel_surroundings.LINE
    classes[~candidates] = 3
    crossings = (classes == pixel_surroundings.WRITING) & (lines > 0.05)
    return Example(small.astype(np.float16), candidates, classes, crossings) if candidates.any() else None


def _known_height(page: AnnotatedPage, rng: np.random.Generator) -> float:
    """Return the text height as the program would measure it, with its error."""
    # Boxes and grids are often taken for letters.
    with_lines = rng.random() < _LINES_COUNT
    components = find_components(page.writing + with_lines * page.lines > 0.25)
    measured = weighted_median_height(components, page.gray.shape) if len(components) else None
    height = measured or page.text_height_px * float(np.exp(rng.uniform(-0.8, 0.8)))
    height = float(np.clip(height, 0.35 * page.text_height_px, 2.2 * page.text_height_px))
    is_usual = rng.random() < _WELL_KNOWN
    error = rng.normal(0, _USUAL_ERROR) if is_usual else rng.uniform(-_WORST_ERROR, _WORST_ERROR)
    return height * float(np.exp(error))


def _picked(example: Example, rng: np.random.Generator) -> Int64:
    """Choose pixels to learn from."""
    classes = example.classes.ravel()
    near_line = ndimage.maximum_filter(example.classes == pixel_surroundings.LINE, 5).ravel()
    is_writing = classes == pixel_surroundings.WRITING
    groups = [np.flatnonzero(classes == kind) for kind in range(len(pixel_surroundings.CLASSES))]
    parts = [rng.permutation(group)[:_PIXELS] for group in groups]
    extras = (is_writing & example.crossings.ravel(), is_writing & near_line)
    parts += [rng.permutation(np.flatnonzero(extra))[: _PIXELS // 2] for extra in extras]
    return np.unique(np.concatenate(parts))


def gather_examples(
    writers: Writers, count: int, *, rng: np.random.Generator, progress: Callable[[], None]
) -> list[Example]:
    """Draw pages."""
    examples = []
    for _ in range(count):
        example = example_of(writers.page(rng), rng)
        examples += [] if example is None else [example]
        progress()
    return examples


def labelled_pixels(
    examples: Iterable[Example], *, first: Network | None, rng: np.random.Generator
) -> tuple[NDArray[np.float16], NDArray[np.uint8]]:
    """Return inputs (N, D) and classes (N,) of pixels of pages, for the first network or after it."""
    inputs, classes = [], []
    for example in examples:
        places = _picked(example, rng)
        darkness = example.darkness.astype(np.float32)
        judged = np.flatnonzero(example.candidates)
        pen = pixel_classifier.pen_darkness_at(darkness, judged)
        if first is None:
            rows = pixel_surroundings.inputs_of(pixel_surroundings.darkness_blocks(darkness, places, pen))
        else:
            blocks = pixel_surroundings.darkness_blocks(darkness, judged, pen)
            odds = pixel_classifier.class_probabilities(first, blocks)
            blocks = pixel_surroundings.answer_blocks(darkness.shape, judged, odds)
            chosen = np.searchsorted(judged, places)
            rows = pixel_surroundings.inputs_of([block.of(chosen) for block in blocks])
        inputs.append(rows.astype(np.float16))
        classes.append(example.classes.ravel()[places])
    return np.concatenate(inputs), np.concatenate(classes)


def train_pixel_network(
    inputs: NDArray[np.float16],
    classes: NDArray[np.uint8],
    *,
    hidden: tuple[int, ...],
    epochs: int,
    rng: np.random.Generator,
    progress: Callable[[], None],
) -> Network:
    """Train a network on labelled pixels by the cross-entropy of three classes."""
    sizes = (inputs.shape[1], *hidden, len(pixel_surroundings.CLASSES))

    def error_of(logits: Float32, rows: Int64) -> AnyFloat:
        error = softmax(logits)
        error[np.arange(len(rows)), classes[rows]] -= 1
        return error

    return train_small_network(inputs, error_of, sizes, _RECIPE, epochs=epochs, rng=rng, progress=progress)


def examine(network: Network, inputs: NDArray[np.float16], classes: NDArray[np.uint8]) -> str:
    """Return the F1 of each class and the loss on labelled pixels."""
    odds = pixel_classifier.class_probabilities(
        network, [pixel_surroundings.Block(inputs.astype(np.float32), None)]
    )
    found = odds.argmax(axis=1)
    scores = []
    for kind, name in enumerate(pixel_surroundings.CLASSES):
        both = int(((found == kind) & (classes == kind)).sum())
        scores.append(f"{name} {2 * both / max(1, (found == kind).sum() + (classes == kind).sum()):.3f}")
    loss = -np.log(np.maximum(odds[np.arange(len(classes)), classes], 1e-6)).mean()
    return f"F1 {', '.join(scores)}; loss {loss:.4f} on {len(classes):,} pixels"


@click.command(cls=ToolCommand)
@click.option("--strokes", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True)
@click.option("--fonts", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--print-fonts", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--pages", type=click.IntRange(min=10), default=2000, show_default=True)
@click.option("--epochs", type=click.IntRange(min=1), default=6, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def main(
    *, strokes: Path, fonts: Path, print_fonts: Path, pages: int, epochs: int, seed: int, output: Path
) -> None:
    """Train the networks that judge each dark pixel of a page."""
    rng = np.random.default_rng(seed)
    files = [font.path for font in find_fonts(fonts)]
    prints = sorted(print_fonts.rglob("*.ttf"))
    writers = []
    for for_score in (False, True):
        some, printed = (
            [f for i, f in enumerate(all_) if (i % 4 == 3) == for_score] for all_ in (files, prints)
        )
        writers.append(Writers(pen_traces(strokes, for_score=for_score, rng=rng), some, printed))
    with click.progressbar(length=pages + max(5, pages // 20), label="pages", file=sys.stderr) as bar:
        halves = [
            gather_examples(writers[0], pages // 2, rng=rng, progress=lambda: bar.update(1)) for _ in range(2)
        ]
        unseen = gather_examples(writers[1], max(5, pages // 20), rng=rng, progress=lambda: bar.update(1))
    first: Network | None = None
    for half, hidden, name in zip(halves, _HIDDEN, pixel_classifier.NETWORK_NAMES, strict=True):
        inputs, classes = labelled_pixels(half, first=first, rng=rng)
        with click.progressbar(length=epochs, label=name, file=sys.stderr) as bar:
            network = train_pixel_network(
                inputs, classes, hidden=hidden, epochs=epochs, rng=rng, progress=lambda: bar.update(1)
            )
        click.echo(f"{name}: {examine(network, *labelled_pixels(unseen, first=first, rng=rng))}")
        pixel_classifier.save_network(network, output / f"{name}.npz")
        first = first or network


if __name__ == "__main__":
    main()
