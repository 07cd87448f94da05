"""Score pages of other people as they are and changed a little: what only fits a page as it is shows here.

    python tests/benchmarks/page_changes.py PAGES --sets a,b [--show]

PAGES is the folder of ``page_sets.py``. Each page of a writer who is not held out is read as it is, smaller
and larger, turned by a few degrees, as seen from the side, in the shadow, as a poor JPEG and with grain. One
that is read well as it is and badly when it is changed was read well by chance: other people's pages of its
kind will be read so badly too. Errors are character errors in percent, case ignored; ``--show`` prints the
errors of each page.
"""

from __future__ import annotations

import argparse
import io
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from page_sets import held_out, index_of
from PIL import Image, ImageOps

from ocr.errors import OcrError
from ocr.evaluation.page_scores import score_page
from ocr.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

# How far the corners of a page move, as a share of its sides.
_ASIDE = 0.04
_EDGE_PX = 3


def _paper(picture: Image.Image) -> tuple[int, ...]:
    """Return the colour at the edges of a picture, which fills what a change lays bare."""
    pixels = np.asarray(picture)
    sides = (pixels[:_EDGE_PX], pixels[-_EDGE_PX:], pixels[:, :_EDGE_PX], pixels[:, -_EDGE_PX:])
    edge = np.concatenate([side.reshape(-1, 3) for side in sides])
    return tuple(int(value) for value in np.median(edge, axis=0))


def _resized(factor: float) -> Callable[[Image.Image], Image.Image]:
    return lambda one: one.resize(
        (round(one.width * factor), round(one.height * factor)), Image.Resampling.LANCZOS
    )


def _turned(degrees: float) -> Callable[[Image.Image], Image.Image]:
    return lambda one: one.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=_paper(one))


def _from_the_side(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    aside, down = _ASIDE * width, _ASIDE * height
    corners = (-aside, -down / 2, 0, height + down / 2, width, height + down, width + aside, -down)
    return picture.transform(
        picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=_paper(picture)
    )


def _in_the_shadow(picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    across, down = np.linspace(1, 0.5, pixels.shape[1]), np.linspace(1, 0.8, pixels.shape[0])
    return Image.fromarray((pixels * (down[:, None] * across)[..., None]).astype(np.uint8))


def _as_poor_jpeg(picture: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=35)
    return Image.open(buffer).convert("RGB")


def _with_grain(picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    grain = np.random.default_rng(1).normal(0, 9, pixels.shape)
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda one: one,
    "smaller": _resized(0.72),
    "larger": _resized(1.4),
    "left": _turned(2.5),
    "right": _turned(-1.5),
    "side": _from_the_side,
    "shadow": _in_the_shadow,
    "jpeg": _as_poor_jpeg,
    "grain": _with_grain,
}


def errors_of(reader: Reader, picture: Image.Image, truth: str) -> tuple[int, int]:
    """Return the edits and the characters of a page; a picture that is refused has no text."""
    try:
        text = reader.read(picture).text
    except OcrError:
        text = ""
    result = score_page(truth, text)
    return result.edits_caseless, result.characters


def main() -> None:
    """Score the sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--sets", required=True, help="Names of sets, separated by commas.")
    parser.add_argument("--show", action="store_true", help="The errors of each page.")
    options = parser.parse_args()
    wanted, apart, reader = options.sets.split(","), held_out(), Reader()
    sums: dict[str, dict[str, np.ndarray]] = defaultdict(lambda: defaultdict(lambda: np.zeros(2, int)))
    for row in index_of(options.pages):
        if row.set not in wanted or (row.set, row.writer) in apart:
            continue
        path = options.pages / row.set / row.file
        truth = path.with_suffix(".gt.txt").read_text(encoding="utf-8")
        page = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
        found = {name: errors_of(reader, change(page), truth) for name, change in CHANGES.items()}
        for name, counts in found.items():
            sums[row.set][name] += counts
        if options.show:
            print(f"{row.set}/{row.file}", *(edits for edits, _ in found.values()), flush=True)
    print(f"{'set':16}", *(f"{name:>8}" for name in CHANGES))
    for name, changes in sums.items():
        print(f"{name:16}", *(f"{100 * edits / total:8.1f}" for edits, total in changes.values()))


if __name__ == "__main__":
    main()
