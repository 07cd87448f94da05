"""Character errors on ruled and on squared paper of many pitches, darknesses and colours, beside plain paper.

    python tests/benchmarks/ruled_paper.py [--fonts DIR] [--papers N] [--pages N] [--keep DIR]

The same clean pages are written on plain paper and on each of the papers, turned a little and scanned with
some noise. CER ignores case, takes all white space for one space, and is pooled over the pages. The seed
makes everything, so two runs print the same.
"""

import tempfile
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
from hard_pages import LETTER_PX, PAGE_COUNT, clean_pages
from PIL import Image, ImageFilter

from ocr.evaluation.page_scores import pooled, score_page
from ocr.reader import Reader
from ocr.synthesis.ruling import ruled_lines, squared_grid

# Share of red, green and blue light that a rule of full darkness leaves.
COLOURS = {"gray": (0, 0, 0), "blue": (0.1, 0.3, 0.9), "red": (0.9, 0.2, 0.3), "green": (0.2, 0.7, 0.3)}


class Paper(NamedTuple):
    """A kind of paper; lengths in heights of a capital."""

    kind: str
    pitch: float
    thickness: float
    darkness: float
    colour: str
    first: tuple[float, float]
    turn_deg: float


PLAIN = Paper("plain", 1.0, 0.02, 0.0, "gray", (0.0, 0.0), 0.0)


def papers(count, rng):
    """Ruled and squared papers in turns; squares from half a letter to three letters, rules from one."""
    for place in range(count):
        kind, narrowest = (("squared", 0.5), ("ruled", 1.0))[place % 2]
        yield Paper(
            kind,
            float(np.exp(rng.uniform(np.log(narrowest), np.log(3.0)))),
            rng.uniform(0.03, 0.07),
            rng.uniform(0.1, 0.6),
            str(rng.choice(list(COLOURS))),
            tuple(rng.uniform(0, 1, 2)),
            rng.normal(0, 0.7),
        )


def scan(gray, paper, rng):
    """Put the writing of a page (H, W) on a paper and scan it."""
    cover = np.zeros(gray.shape, np.float32)
    if paper is not PLAIN:
        pitch_px = paper.pitch * LETTER_PX
        settings = {
            "spacing_px": pitch_px,
            "first_row": paper.first[0] * pitch_px,
            "strength": 1.0,
            "thickness_px": paper.thickness * LETTER_PX,
        }
        blank = np.ones(gray.shape, np.float32)
        if paper.kind == "squared":
            cover = 1 - squared_grid(blank, first_col=paper.first[1] * pitch_px, **settings)
        else:
            cover = 1 - ruled_lines(blank, **settings)
    left = 1 - paper.darkness * cover[..., None] * (1 - np.array(COLOURS[paper.colour]))
    rgb = Image.fromarray(np.rint(240 * np.clip(gray[..., None] * left, 0, 1)).astype(np.uint8))
    turned = rgb.rotate(paper.turn_deg, Image.Resampling.BICUBIC, fillcolor=(240, 240, 240))
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.7)), np.float64)
    return np.clip(np.rint(soft + rng.normal(0, 4, soft.shape)), 0, 255).astype(np.uint8)


def measure(pages, paper, reader, folder, seed):
    """Return the scores of all pages on a paper."""
    scores = []
    for place, page in enumerate(pages):
        rng = np.random.default_rng([seed, place])
        path = folder / f"{paper.kind}_{paper.pitch:.2f}_{paper.darkness:.2f}_{paper.colour}_{place}.png"
        Image.fromarray(scan(page.gray, paper, rng)).save(path, compress_level=1)
        text = "\n".join(page.lines)
        path.with_suffix(".gt.txt").write_text(text + "\n", encoding="utf-8")
        scores.append(score_page(text, reader.read(path).text))
    return scores


def report(found):
    """Print the errors of each paper, then those of each kind."""
    rates = {paper: 100 * pooled(scores).cer_caseless for paper, scores in found.items()}
    click.echo("| paper | pitch | thickness | darkness | colour | CER % |\n|---|---|---|---|---|---|")
    for paper, rate in rates.items():
        cells = (paper.kind, f"{paper.pitch:.2f}", f"{paper.thickness:.2f}", f"{paper.darkness:.2f}")
        click.echo(f"| {' | '.join((*cells, paper.colour))} | {rate:.1f} |")
    click.echo("\n| kind | papers | CER % | against plain |\n|---|---|---|---|")
    for kind in ("plain", "ruled", "squared"):
        own = [scores for paper, scores in found.items() if paper.kind == kind]
        rate = 100 * pooled(score for scores in own for score in scores).cer_caseless
        click.echo(f"| {kind} | {len(own)} | {rate:.1f} | {rate - rates[PLAIN]:+.1f} |")


@click.command()
@click.option("--fonts", type=click.Path(exists=True, path_type=Path), help="Folder of handwriting fonts.")
@click.option("--papers", "count", default=40, show_default=True, type=click.IntRange(2))
@click.option("--pages", default=2, show_default=True, type=click.IntRange(1, PAGE_COUNT))
@click.option("--keep", type=click.Path(path_type=Path), help="Leave the pictures in this folder.")
@click.option("--seed", default=1, show_default=True)
def main(*, fonts, count, pages, keep, seed):
    """Measure ruled and squared paper."""
    written = clean_pages(pages, fonts=fonts, seed=seed)
    kinds = [PLAIN, *papers(count, np.random.default_rng(seed))]
    reader = Reader()
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report({paper: measure(written, paper, reader, folder, seed) for paper in kinds})


if __name__ == "__main__":
    main()
