"""Score sets of pages of other people, apart for the writers that were looked at and those held out.

    python tests/benchmarks/page_sets.py PAGES [--sets a,b] [--show 5] [--save scores.json]
                                         [--against scores.json]

PAGES is a folder of sets, ``SET/NAME.jpg`` with ``NAME.gt.txt``, and ``index.tsv`` with the columns set, file
and writer. Of each set a third of the writers is held out: ``held_out_writers.tsv`` beside this file lists
them, drawn once by ``--draw``. Nothing is tuned on their pages and nobody looks at them: ``--show`` prints
the worst pages of the others only. Errors are character errors in percent, case ignored, pooled over the
characters of a set.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ocr.errors import OcrError
from ocr.evaluation.page_scores import normalised, score_page
from ocr.reader import Reader

HELD_OUT = Path(__file__).with_name("held_out_writers.tsv")
SEED, SHARE = 20261128, 1 / 3


class PageRow(NamedTuple):
    """One picture of the index."""

    set: str
    file: str
    writer: str


def index_of(folder: Path) -> list[PageRow]:
    """Return the rows of the index of a folder of sets."""
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as file:
        return [
            PageRow(row["set"], row["file"], row["writer"]) for row in csv.DictReader(file, delimiter="\t")
        ]


def draw_held_out(rows: list[PageRow]) -> list[tuple[str, str]]:
    """Draw a third of the writers of each set, at least one of two; a set of one writer has none."""
    rng = np.random.default_rng(SEED)
    chosen = []
    for name in sorted({row.set for row in rows}):
        writers = sorted({row.writer for row in rows if row.set == name})
        count = max(1, round(SHARE * len(writers))) if len(writers) > 1 else 0
        chosen += [(name, writers[index]) for index in sorted(rng.permutation(len(writers))[:count])]
    return chosen


def held_out() -> set[tuple[str, str]]:
    """Return set and writer of all that are held out."""
    lines = HELD_OUT.read_text(encoding="utf-8").splitlines()
    return {(name, writer) for name, _, writer in (line.partition("\t") for line in lines)}


def read_text(reader: Reader, path: Path) -> str:
    """Return what is read; nothing for a picture that is refused."""
    try:
        return reader.read(path).text
    except OcrError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return ""


def score(folder: Path, rows: list[PageRow], show: int) -> dict[str, list[int]]:
    """Return the edits and characters of each set: of the writers looked at, then of those held out."""
    reader, apart = Reader(), held_out()
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    worst: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for row in rows:
        path = folder / row.set / row.file
        truth = path.with_suffix(".gt.txt").read_text(encoding="utf-8")
        text = read_text(reader, path)
        result = score_page(truth, text)
        is_apart = (row.set, row.writer) in apart
        sums[row.set][2 * is_apart] += result.edits_caseless
        sums[row.set][2 * is_apart + 1] += result.characters
        if not is_apart:
            worst[row.set].append((result.edits_caseless, row.file, normalised(truth), normalised(text)))
    for name, pages in worst.items():
        for edits, file, truth, text in sorted(pages, reverse=True)[:show]:
            if edits:
                print(f"{name}/{file}: {edits} edits\n  right {truth[:300]}\n  read  {text[:300]}")
    return dict(sums)


def print_table(sums: dict[str, list[int]], before: dict[str, list[int]]) -> None:
    """Print a row for each set."""
    print(f"{'set':16} {'looked at':>22} {'held out':>22}")
    for name, counts in sums.items():
        cells = []
        for edits, characters, column in ((*counts[:2], 0), (*counts[2:], 2)):
            rate = f"{100 * edits / characters:5.1f}" if characters else "    -"
            old = before.get(name)
            was = f" (was {100 * old[column] / old[column + 1]:5.1f})" if old and old[column + 1] else ""
            cells.append(f"{rate}{was}")
        print(f"{name:16} {cells[0]:>22} {cells[1]:>22}")


def main() -> None:
    """Score the sets, or draw the writers that are held out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--sets", default="", help="Names of sets, separated by commas; all if left out.")
    parser.add_argument("--show", type=int, default=0, help="So many of the worst pages of each set.")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--draw", action="store_true", help="Draw the writers that are held out, and stop.")
    options = parser.parse_args()
    rows = index_of(options.pages)
    if options.draw:
        HELD_OUT.write_text("".join(f"{a}\t{b}\n" for a, b in draw_held_out(rows)), encoding="utf-8")
        return
    wanted = set(filter(None, options.sets.split(",")))
    sums = score(options.pages, [row for row in rows if not wanted or row.set in wanted], options.show)
    if options.save:
        options.save.write_text(json.dumps(sums), encoding="utf-8")
    print_table(sums, json.loads(options.against.read_text(encoding="utf-8")) if options.against else {})


if __name__ == "__main__":
    main()
