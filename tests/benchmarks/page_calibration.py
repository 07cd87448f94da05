"""Measure on real pages how often a character is right, by the probability that the program reports for it.

    python tests/benchmarks/page_calibration.py PAGES [--sets a,b] [--except FILE] [--most 40]

PAGES is a folder of sets, ``SET/NAME.jpg`` with ``NAME.gt.txt``. What is read is aligned with the right text
by the fewest edits; spaces and case are ignored. A character is right if it is aligned with itself.

The thresholds in ``ocr/document/bands.py`` come from this table: of what is sure at least 97 % should be
right, and at the threshold below which a character is doubtful about 80 %.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ocr.document.bands import DOUBTFUL, SURE
from ocr.errors import OcrError
from ocr.evaluation.reliability import expected_calibration_error
from ocr.reader import Reader
from ocr.training.fit_confidence import is_right
from ocr.training.known_pages import pictures_with_text

if TYPE_CHECKING:
    from ocr.document.tree import Document

# Edges of the rows of the table.
EDGES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)

# The probability whose promise is tested.
CLAIMED = 0.95


def judged(document: Document, right: str) -> list[tuple[float, bool]]:
    """Return the probability of each character of a document, and whether it is right."""
    characters = [one for one in document.characters if not one.text.isspace()]
    found = is_right([one.text for one in characters], right)
    return [(one.probability, bool(own)) for one, own in zip(characters, found, strict=True)]


def print_table(rows: list[tuple[float, bool]]) -> None:
    """Print the share that is right, by probability and by band."""
    probabilities, right = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    print("| probability | characters | right | right below the upper end | right from the lower end on |")
    print("|---|---|---|---|---|")
    for low, high in pairwise(EDGES):
        chosen = (probabilities >= low) & ((probabilities < high) | (high == 1))
        below, above = probabilities < high, probabilities >= low
        cells = [f"{100 * right[one].mean():.1f} %" if one.any() else "" for one in (chosen, below, above)]
        print(f"| {low:g} to {high:g} | {chosen.sum():,} | {' | '.join(cells)} |")
    for name, low, high in (("sure", SURE, 2.0), ("fair", DOUBTFUL, SURE), ("doubtful", 0.0, DOUBTFUL)):
        chosen = (probabilities >= low) & (probabilities < high)
        share = 100 * right[chosen].mean() if chosen.any() else 0
        print(f"{name}: {share:.1f} % of {chosen.sum():,} are right")
    claimed = probabilities >= CLAIMED
    print(f"of {claimed.sum():,} with {CLAIMED} and more {100 * right[claimed].mean():.1f} % are right")
    print(f"expected calibration error: {100 * expected_calibration_error(probabilities, right):.1f} points")


def main() -> None:
    """Read the pages and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--sets", default="", help="Names of sets, separated by commas; all if left out.")
    parser.add_argument("--except", dest="left_out", type=Path, help="A list of SET/NAME.jpg to leave out.")
    parser.add_argument("--most", type=int, default=40, help="So many pictures of each set at most.")
    options = parser.parse_args()
    names = options.sets.split(",") if options.sets else sorted(p.name for p in options.pages.iterdir())
    reader, rows = Reader(), []
    for name in names:
        own: list[tuple[float, bool]] = []
        for path in pictures_with_text([options.pages / name], options.left_out, most=options.most):
            try:
                document = reader.read(path)
            except OcrError as error:
                print(f"{path}: {error}", file=sys.stderr)
                continue
            own += judged(document, path.with_suffix(".gt.txt").read_text(encoding="utf-8"))
        share = 100 * np.mean([right for _, right in own]) if own else 0
        print(f"{name}: {len(own):,} characters, {share:.1f} % right", flush=True)
        rows += own
    print_table(rows)


if __name__ == "__main__":
    main()
