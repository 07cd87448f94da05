"""Read pictures of one handwritten word each, cut out closely, by writers held out from all training.

    python tests/benchmarks/word_pictures.py WORDS [--count 200] [--seed 1]

WORDS is the file of pen strokes that ``build_line_network`` takes. Prints character errors in percent, case
ignored, and on how many pictures nothing or several lines were read. About one character in ten of the labels
disagrees with the ink.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS, load_pen_strokes
from ocr.evaluation.page_scores import score_page
from ocr.reader import Reader
from ocr.synthesis.pen_drawing import draw_strokes
from ocr.training.fit_one_line import cut_out, photographed

# Width of a letter, and height of small letters in pixels; the pen in heights of small letters.
_LETTER_WIDTH, _HEIGHTS_PX, _PENS = 0.95, (12, 32), (0.1, 0.24)


def main() -> None:
    """Draw and read the words."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    strokes, rng, reader = load_pen_strokes(options.words), np.random.default_rng(options.seed), Reader()
    usable = [
        index
        for index in range(len(strokes))
        if strokes.providers[index] in HELD_OUT_PROVIDERS
        and str(strokes.labels[index]).isalpha()
        and len(str(strokes.labels[index])) > 2
    ]
    edits = characters = blank = several = 0
    for index in rng.choice(usable, options.count, replace=False).tolist():
        text, word = str(strokes.labels[index]), strokes.strokes(index)
        height = rng.uniform(*_HEIGHTS_PX)
        scale = height * _LETTER_WIDTH * len(text) / max(1.0, float(np.ptp(np.concatenate(word)[:, 0])))
        pen = max(1.2, height * rng.uniform(*_PENS))
        drawn = draw_strokes([stroke * scale for stroke in word], pen_px=pen, margin_px=4)
        picture = cut_out(1 - np.asarray(drawn, np.float32) / np.float32(255), rng)
        read = reader.read(photographed(picture, rng)).text
        score = score_page(text, read)
        edits, characters = edits + score.edits_caseless, characters + score.characters
        blank, several = blank + (not read.strip()), several + ("\n" in read.strip())
    print(f"{100 * edits / characters:.1f} % of {characters} characters wrong")
    print(f"nothing read on {blank} of {options.count} pictures, several lines on {several}")


if __name__ == "__main__":
    main()
