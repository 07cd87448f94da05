"""Compare words and lines read in their page with the same cut out of it: nothing may be lost.

    python tests/benchmarks/tight_crops.py images [--every 5] [--show]

FOLDER has pictures of pages. Each word and each line that is found on a page is cut out with 0, 1, 2 and 3
pixels of paper in turn, and read by itself. What was read in the page counts as right; errors are character
errors, case ignored. Of a page that was turned nothing is cut out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from ocr.evaluation.page_scores import score_page
from ocr.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = {".jpg", ".jpeg", ".png"}
MARGINS_PX = (0, 1, 2, 3)


class Crop(NamedTuple):
    """A word or a line, as it was read in the page, and its picture."""

    page: str
    kind: str
    margin_px: int
    text: str
    picture: np.ndarray


def crops_of(reader: Reader, path: Path) -> Iterator[Crop]:
    """Cut all lines and words out of a page."""
    page = reader.read(path).pages[0]
    if page.turned_deg:
        return
    pixels = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
    parts = [("line", line) for line in page.lines]
    parts += [("word", word) for line in page.lines for word in line.words]
    for index, (kind, part) in enumerate(parts):
        margin = MARGINS_PX[index % len(MARGINS_PX)]
        top, left = max(0, part.box.top - margin), max(0, part.box.left - margin)
        picture = pixels[top : part.box.bottom + margin, left : part.box.right + margin]
        yield Crop(path.name, kind, margin, part.text, picture)


def main() -> None:
    """Read the crops and print the errors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="Read one crop of so many.")
    parser.add_argument("--show", action="store_true", help="Print the crops that are read differently.")
    options = parser.parse_args()
    reader = Reader()
    paths = [path for path in sorted(options.folder.iterdir()) if path.suffix.lower() in SUFFIXES]
    crops = [crop for path in paths for crop in crops_of(reader, path)]
    sums = {"line": [0, 0, 0, 0], "word": [0, 0, 0, 0]}
    for crop in crops[:: options.every]:
        text = reader.read(crop.picture).text
        result = score_page(crop.text, text)
        counts = (1, not text, result.edits_caseless, result.characters)
        sums[crop.kind] = [old + new for old, new in zip(sums[crop.kind], counts, strict=True)]
        if options.show and result.edits_caseless:
            print(f"{crop.page} {crop.kind}, {crop.margin_px} px: {crop.text!r} {text!r}")
    for kind, (count, blank, edits, characters) in sums.items():
        print(f"{count} {kind}s: {blank} blank, errors {100 * edits / max(characters, 1):.1f} %")


if __name__ == "__main__":
    main()
