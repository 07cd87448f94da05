"""Read drawn pages of many kinds: lists, forms, tables, labels, diagrams; what goes wrong is a rule's fault.

    python tests/benchmarks/page_kinds.py (--fonts FONTS | --pens WORDS [--held-out]) [--pages 5] [--seed 0]
        [--kinds a,b] [--photos] [--damaged] [--keep DIR]

FONTS is a folder of handwriting fonts. The fonts are easy to read, paper and light are plain. So a page that
reads badly shows a fault of the rules for its kind: the wrong text height, lines of a drawing that are read,
words that are dropped. WORDS is ``unipen_words.npz``, see :mod:`ocr.datasets.pen_strokes`: each page is then
written by one of its writers, who printed or joined letters in a hurry; with ``--held-out`` by one of those
that nothing was learnt from. Numbers are in the figures of any writer. With ``--photos`` each page, perhaps
coloured or a board, lies on a table or fills the picture, in some light and perhaps out of focus. With
``--damaged`` the photos are turned as well, and each paper and photo has one of the traits of
``photo_traits.py``: folds, holes, glare. Errors are character errors in percent, case ignored. ``--keep``
saves the pages with more errors than 5 %, and prints what was read.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from drawn_kinds import KINDS, InkPage
from drawn_scenes import BOARDS, CHALK, PAPERS, PENS, PLACES, photographed
from page_hands import FontHand, Hand, PenHand
from pen_pages import words_of_frequent_writers
from photo_traits import IN_PHOTO, ON_PAPER
from small_boxes import fonts_of_separate_letters

from ocr.datasets.pen_strokes import load_pen_strokes
from ocr.errors import DataError
from ocr.evaluation.page_scores import score_page
from ocr.image.picture import Picture
from ocr.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    HandOf = Callable[[np.random.Generator], Hand]

# Hands that nobody reads at a glance: their letters, not the page, would be judged.
_HARD = (
    "kristi over-the-rainbow nothing-you reenie rock-salt amatic waiting-for loved-by sue-ellen crafty "
    "annie-use just-another"
)
_BAD = 0.05
# Capitals are about this share of the size of a font high, and so many pixels high on photos.
_CAPITALS, _SEEN_PX = 0.7, (18.0, 70.0)


def read_kind(
    reader: Reader,
    name: str,
    hand_of: HandOf,
    *,
    pages: int,
    seed: int,
    photos: bool = False,
    damaged: bool = False,
    keep: Path | None = None,
) -> np.ndarray:
    """Read pages of one kind; return their edits, their characters, and how many are bad."""
    counts = np.zeros(3, int)
    for place in range(pages):
        rng = np.random.default_rng((seed, list(KINDS).index(name), place))
        page = KINDS[name](rng, hand_of(rng))
        content, truth = _content(page, rng, photos=photos, damaged=damaged), "\n".join(page.lines)
        text = reader.read_picture(Picture(content)).page.text
        score = score_page(truth, text)
        is_bad = score.edits_caseless > max(1, _BAD * score.characters)
        counts += (score.edits_caseless, score.characters, is_bad)
        if is_bad and keep:
            keep.mkdir(parents=True, exist_ok=True)
            suffix = "jpg" if photos or damaged else "png"
            (keep / f"{name.replace(' ', '_')}_{seed}_{place}.{suffix}").write_bytes(content)
            print(f"  {name} {place}\n    right {truth!r}\n    read  {text!r}")
    return counts


def _content(page: InkPage, rng: np.random.Generator, *, photos: bool, damaged: bool) -> bytes:
    """Return the content of a picture file of a page, perhaps of a photo of it."""
    picture = page.picture()
    if photos or damaged:
        traits = {
            "place": str(rng.choice([*PLACES, "fills"])),
            "light": str(rng.choice(["even", "gradient", "shadow", "dim"])),
            "turned": 0,
            "blurred": bool(rng.random() < 0.4),
        }
        seen_height = float(np.exp(rng.uniform(*np.log(_SEEN_PX))))
        height = _CAPITALS * page.smallest_px
        paper = _coloured(picture, rng)
        if damaged:
            traits["turned"] = int(rng.choice([0] * 7 + [90, 180, 270]))
            traits["tilt"] = float(rng.uniform(-12, 12))
            paper = ON_PAPER[str(rng.choice(list(ON_PAPER)))](paper, height, rng)
            traits["damage"] = IN_PHOTO[str(rng.choice(list(IN_PHOTO)))]
        return photographed(paper, height, traits, rng, seen_height=seen_height)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def _coloured(picture: Image.Image, rng: np.random.Generator) -> np.ndarray:
    """Return a page (H, W, 3), half of the time on coloured paper or on a board."""
    page = np.asarray(picture, np.float32)
    if rng.random() < 0.5:
        return page
    paper = str(rng.choice(list(PAPERS)))
    pen = CHALK if paper in BOARDS else PENS[str(rng.choice(list(PENS)))]
    ink = np.clip((250 - page.mean(axis=2, keepdims=True)) / 200, 0, 1)
    return np.asarray(np.array(PAPERS[paper]) * (1 - ink) + np.array(pen) * ink, np.float32)


def print_row(name: str, counts: np.ndarray, pages: int) -> None:
    edits, characters, bad = counts.tolist()
    print(
        f"{name:20} {100 * edits / characters:6.1f} % of {characters:5}  {bad} of {pages} pages bad",
        flush=True,
    )


def _fonts(parser: argparse.ArgumentParser, folder: Path) -> HandOf:
    """Return how to draw one of the fonts that are easy to read."""
    found = [font.path for font in fonts_of_separate_letters(parser, folder)]
    fonts = [path for path in found if not any(name in str(path) for name in _HARD.split())]
    if not fonts:
        parser.error(f"--fonts {folder}: found no font that is easy to read")
    return lambda rng: FontHand(fonts[int(rng.integers(len(fonts)))])


def _pens(parser: argparse.ArgumentParser, words: Path, *, held_out: bool) -> HandOf:
    """Return how to draw one of the writers of a file of strokes."""
    try:
        strokes = load_pen_strokes(words)
    except DataError as error:
        parser.error(f"--pens: {error}")
    classes = Reader().model.classes
    writers = list(words_of_frequent_writers(strokes, classes, held_out=held_out).values())
    if not writers:
        parser.error(f"--pens {words}: found no writer of many words")
    return lambda rng: PenHand(strokes, writers[int(rng.integers(len(writers)))], rng)


def main() -> None:
    """Print the errors on pages of each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    hands = parser.add_mutually_exclusive_group(required=True)
    hands.add_argument("--fonts", type=Path)
    hands.add_argument("--pens", type=Path, help="Strokes of real writers.")
    parser.add_argument("--held-out", action="store_true", help="Pens of writers nothing was learnt from.")
    parser.add_argument("--pages", type=int, default=5, help="So many of each kind.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default="", help="Names, separated by commas; all if left out.")
    parser.add_argument("--photos", action="store_true", help="Photos of the pages, not scans.")
    parser.add_argument("--damaged", action="store_true", help="Photos of folded or stained paper, turned.")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    wanted = asked.kinds.split(",") if asked.kinds else list(KINDS)
    if unknown := [name for name in wanted if name not in KINDS]:
        parser.error(f"--kinds: found {', '.join(unknown)}, expected some of: {', '.join(KINDS)}")
    if asked.held_out and not asked.pens:
        parser.error("--held-out: needs --pens, for fonts are nobody's writing")
    if asked.pens:
        hand_of = _pens(parser, asked.pens, held_out=asked.held_out)
    else:
        hand_of = _fonts(parser, asked.fonts)
    reader, rows = Reader(), []
    for name in wanted:
        rows.append(
            read_kind(
                reader,
                name,
                hand_of,
                pages=asked.pages,
                seed=asked.seed,
                photos=asked.photos,
                damaged=asked.damaged,
                keep=asked.keep,
            )
        )
        print_row(name, rows[-1], asked.pages)
    print_row("all", sum(rows), asked.pages * len(rows))


if __name__ == "__main__":
    main()
