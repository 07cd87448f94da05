"""Read words, lines and paragraphs whose letters are set 0 to 1.2 letter heights apart.

    python tests/benchmarks/letter_spacing.py [--fonts FONTS] [--pages 4] [--seed 0] [--show]

Texts are drawn by the built-in strokes, and by handwriting fonts where a folder is given. Spaces between
words are two to four times as wide as letter gaps (both with a quarter of a height added), as people write.
Half of the texts are in capitals. A row for each letter gap: character errors of single words (names, of
which a third is in no word list), lines and paragraphs, in percent, case ignored.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from ocr.evaluation.page_scores import normalised, pooled, score_page
from ocr.reader import Reader
from ocr.synthesis.fonts import find_fonts
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.writers import FontWriter
from ocr.synthesis.written_page import PageSettings, write_page

GAPS = (0.0, 0.15, 0.3, 0.5, 0.7, 0.9, 1.2)
TIGHT = 0.25
WORDS = [
    "Margaret",
    "Dupont",
    "Kowalski",
    "Jean",
    "Okafor",
    "Lindqvist",
    "Thomas",
    "Bezard",
    "Pesqueira",
    "Laumonier",
    "Zheng",
    "Ruth",
    "Ferchuli",
    "Robin",
    "Anders",
    "Vandeput",
    "Chloe",
    "Estarella",
    "Brigham",
    "Tinaig",
]
LINES = (
    "Bring the wood to the garden",
    "The lamp in the hall is broken",
    "Call Martha before the weekend",
    "Two sacks of sand and one rake",
    "Meet us at the north gate",
    "Return the books on Friday",
    "Paint for the kitchen door",
    "Water the plants twice a week",
)


def texts_of(kind: str, rng: np.random.Generator) -> list[str]:
    """Return the lines of one page."""
    if kind == "word":
        lines = [str(rng.choice(WORDS))]
    else:
        lines = [str(line) for line in rng.choice(LINES, 1 if kind == "line" else 5, replace=False)]
    return [line.upper() for line in lines] if rng.random() < 0.5 else lines


def draw(lines: list[str], gap: float, writers: list, rng: np.random.Generator) -> np.ndarray:
    """Draw a page (H, W) in bytes."""
    space = float(rng.uniform(2.2, 4.0)) * (gap + TIGHT) - TIGHT
    settings = PageSettings(
        letter_height_px=40,
        letter_spacing_letters=gap,
        word_spacing_letters=max(space - gap, 0.3),
        spacing_jitter_letters=0.03 + 0.1 * gap,
    )
    able = [writer for writer in writers if all(map(writer.can_write, "".join(lines).replace(" ", "")))]
    writer = able[int(rng.integers(len(able)))]
    gray = write_page(lines, writer=writer, settings=settings, rng=rng).gray
    return np.rint(255 * gray).clip(0, 255).astype(np.uint8)


def main() -> None:
    """Print a row for each gap."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fonts", type=Path, help="A folder with handwriting fonts.")
    parser.add_argument("--pages", type=int, default=4, help="Pages of each kind and gap.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="Print each text that is read wrongly.")
    options = parser.parse_args()
    writers = [
        StrokeWriter(),
        *(FontWriter(font) for font in (find_fonts(options.fonts) if options.fonts else ())),
    ]
    reader, all_scores = Reader(), []
    print(f"{'gap':>5} {'word':>7} {'line':>7} {'paragraph':>10}")
    for gap in GAPS:
        scores = defaultdict(list)
        for kind in ("word", "line", "paragraph"):
            for page in range(options.pages * (4 if kind == "word" else 1)):
                rng = np.random.default_rng([options.seed, round(100 * gap), len(kind), page])
                lines = texts_of(kind, rng)
                read = reader.read(draw(lines, gap, writers, rng)).text
                scores[kind].append(score_page("\n".join(lines), read))
                if options.show and scores[kind][-1].edits_caseless:
                    print(f"  {kind}: {normalised(' '.join(lines))} | {normalised(read)}")
        cells = [100 * pooled(scores[kind]).cer_caseless for kind in ("word", "line", "paragraph")]
        print(f"{gap:5.2f} {cells[0]:7.1f} {cells[1]:7.1f} {cells[2]:10.1f}", flush=True)
        all_scores += [one for kind in scores.values() for one in kind]
    print(f"all: {100 * pooled(all_scores).cer_caseless:.1f} %")


if __name__ == "__main__":
    main()
