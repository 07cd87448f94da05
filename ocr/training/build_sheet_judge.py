"""Train the network that judges which part of a picture is the sheet of paper.

Usage: ``python -m ocr.training.build_sheet_judge -o ocr/page/sheet/data/sheet_judge.npz``

Scenes are drawn by :mod:`ocr.synthesis.sheet_scenes`, so where the sheet lies is known. A candidate is right
as far as it and the sheet cover each other; on a picture that is all paper none is. Other scenes give the
score.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from PIL import Image

from ocr.classifier.network import predict_logits
from ocr.page.sheet.sheet_candidates import cells_of, channels_of, find_candidates
from ocr.page.sheet.sheet_judge import SIZES, measures_of, save_judge
from ocr.synthesis.sheet_scenes import draw_sheet_scene
from ocr.training.command import ToolCommand
from ocr.training.small_network import Recipe, log_odds_error, train_small_network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr.array_types import AnyFloat, Float32, Int64
    from ocr.classifier.network import Network
    from ocr.synthesis.sheet_scenes import SheetScene

_RECIPE = Recipe(batch=256, rate=3e-3)
# A sheet that covers more of its picture fills it.
_FULL_FRAC = 0.985
# A candidate that shares so much of its union with the sheet is right, and less than this wrong.
_RIGHT, _WRONG = 0.85, 0.6
# A sheet is found if it shares so much with the chosen candidate.
_FOUND = 0.8


class JudgedScene(NamedTuple):
    """Measures (n, 38) of the candidates of a scene, what each shares with the sheet; if all is paper."""

    measures: Float32
    shared: Float32
    is_full: bool


def judged(scene: SheetScene) -> JudgedScene:
    """Find the candidates of a scene, and compare them with its sheet."""
    cells = cells_of(scene.colours)
    candidates = find_candidates(channels_of(cells))
    rows, cols = cells.bright.shape
    share = Image.fromarray(scene.sheet).resize((cols, rows), Image.Resampling.BOX)
    sheet = np.asarray(share) > 0.5
    shared = [(one.region & sheet).sum() / (one.region | sheet).sum() for one in candidates]
    measures = measures_of(cells, candidates) if candidates else np.empty((0, SIZES[0]), np.float32)
    return JudgedScene(measures, np.array(shared, np.float32), bool(sheet.mean() > _FULL_FRAC))


def draw_scenes(count: int, *, rng: np.random.Generator, progress: Callable[[], None]) -> list[JudgedScene]:
    """Draw and measure scenes."""
    scenes = []
    for _ in range(count):
        scenes.append(judged(draw_sheet_scene(rng)))
        progress()
    return scenes


def train_judge(
    scenes: Sequence[JudgedScene], *, epochs: int, rng: np.random.Generator, progress: Callable[[], None]
) -> Network:
    """Train the network by the cross-entropy of how right candidates are."""
    inputs = np.concatenate([scene.measures for scene in scenes])
    right = np.concatenate(
        [np.clip((scene.shared - _WRONG) / (_RIGHT - _WRONG), 0, 1) * (not scene.is_full) for scene in scenes]
    )

    def error_of(logits: Float32, rows: Int64) -> AnyFloat:
        return log_odds_error(logits, right[rows])

    return train_small_network(inputs, error_of, SIZES, _RECIPE, epochs=epochs, rng=rng, progress=progress)


def examine(network: Network, scenes: Sequence[JudgedScene]) -> str:
    """Return how many sheets are found, how many parts are wrong, and how many full pages are cut."""
    found, wrong, cut = 0, 0, 0
    for scene in scenes:
        logits = predict_logits(network, scene.measures)[:, 0] if len(scene.measures) else np.full(1, -1.0)
        best = int(logits.argmax())
        if logits[best] > 0:
            cut += scene.is_full
            found += not scene.is_full and scene.shared[best] > _FOUND
            wrong += not scene.is_full and scene.shared[best] <= _FOUND
    full = sum(scene.is_full for scene in scenes)
    sheets = max(1, len(scenes) - full)
    return (
        f"{found / sheets:.1%} of {sheets} sheets found, {wrong / sheets:.1%} wrong parts, "
        f"{cut / max(1, full):.1%} of {full} full pages cut"
    )


@click.command(cls=ToolCommand)
@click.option("--scenes", type=click.IntRange(min=10), default=4000, show_default=True)
@click.option("--epochs", type=click.IntRange(min=1), default=25, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
def main(*, scenes: int, epochs: int, seed: int, output: Path) -> None:
    """Train the network that judges which part of a picture is the sheet of paper."""
    rng = np.random.default_rng(seed)
    others = max(5, scenes // 10)
    with click.progressbar(length=scenes + others, label="scenes", file=sys.stderr) as bar:
        drawn = draw_scenes(scenes, rng=rng, progress=lambda: bar.update(1))
        unseen = draw_scenes(others, rng=rng, progress=lambda: bar.update(1))
    with click.progressbar(length=epochs, label="epochs", file=sys.stderr) as bar:
        network = train_judge(drawn, epochs=epochs, rng=rng, progress=lambda: bar.update(1))
    click.echo(examine(network, unseen))
    save_judge(network, output)


if __name__ == "__main__":
    main()
