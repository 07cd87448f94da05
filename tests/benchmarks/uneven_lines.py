"""How many lines are found on pages whose lines are uneven, and the character errors on them.

    python tests/benchmarks/uneven_lines.py WORDS [--pages 30] [--seed 7000] [--close] [--held-out]
        [--save FOLDER]

WORDS is ``unipen_words.npz``, see :mod:`ocr.datasets.pen_strokes`. A page has up to twelve lines of words of
one writer. They go up and down, slope and bend, and are close or far apart: a line that falls apart, or two
that become one, cost whole words. Writers that nothing was learnt from write them with --held-out, others
without. --close draws lines so close that words of two lines touch. --save keeps the pictures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from pen_pages import close_style, compose_page, uneven_style, words_of_frequent_writers
from PIL import Image

from ocr.datasets.pen_strokes import load_pen_strokes
from ocr.evaluation.page_scores import score_page
from ocr.reader import Reader

LINES, WORDS = 12, 80


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("words", type=Path)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7000)
    parser.add_argument("--close", action="store_true")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    strokes, reader = load_pen_strokes(options.words), Reader()
    writers = words_of_frequent_writers(strokes, reader.model.classes, held_out=options.held_out)
    names = list(writers)
    edits = characters = wrong = 0
    for number in range(options.pages):
        rng = np.random.default_rng([options.seed, number])
        name = names[int(rng.integers(len(names)))]
        words = rng.permutation(writers[name])[:WORDS]
        style = close_style(rng) if options.close else uneven_style(rng)
        page = compose_page(strokes, words, rng, style=style, most_lines=LINES)
        if options.save:
            options.save.mkdir(parents=True, exist_ok=True)
            Image.fromarray(page.gray).save(options.save / f"{number}.png")
        read = reader.read(page.gray).text
        score = score_page(read, page.text)
        found = sum(bool(line.strip()) for line in read.splitlines())
        expected = len(page.text.splitlines())
        edits, characters = edits + score.edits_caseless, characters + score.characters
        wrong += found != expected
        print(
            f"{number} {'-'.join(name)}: {found} of {expected} lines, CER {score.cer_caseless:.1%}",
            flush=True,
        )
    print(f"{options.pages} pages: {wrong} with other lines, CER {edits / characters:.1%}, case ignored")


if __name__ == "__main__":
    main()
