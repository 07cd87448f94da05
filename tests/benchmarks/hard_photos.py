"""Character errors by degradation and its strength, beside other programs.

    python tests/benchmarks/hard_photos.py [--fonts DIR] [--pages N] [--degradations shadow,jpeg] [--keep DIR]
        [--peer 'tesseract=sh read_all.sh {images}']

Each row takes photos of the same clean pages with one degradation; the first has none. CER ignores case,
takes all white space for one space, and is pooled over the pages; behind it, in points, how much worse than
the clean row. A peer is a command that prints the texts of the pictures in their order, separated by form
feeds; ``{images}`` stands for the paths, and the command runs once. The seed makes everything, so two runs
print the same of this project. ``--keep`` leaves the pictures, with their texts beside them, for
``ocr evaluate`` and for looking.
"""

import shlex
import subprocess
import tempfile
from pathlib import Path

import click
import numpy as np
from hard_pages import PAGE_COUNT, clean_pages
from PIL import Image

from ocr.evaluation.page_scores import pooled, score_page
from ocr.reader import Reader
from ocr.synthesis.degradation_registry import DEGRADATIONS
from ocr.synthesis.photo import CLEAN, hard_photo, text_to_read


def cases(names):
    """Yield the degradation and strength of each row; the clean one first."""
    yield CLEAN, 0.0
    for degradation in names:
        for strength in DEGRADATIONS[degradation].strengths:
            yield degradation, strength


def take_photos(pages, names, folder, seed):
    """Store all photos; path and right text of each, by row."""
    rows = {}
    for degradation, strength in cases(names):
        rows[degradation, strength] = []
        for place, page in enumerate(pages):
            # The same chance for every strength: a stronger shadow lies where the weaker one lay.
            rng = np.random.default_rng([seed, place, [CLEAN, *DEGRADATIONS].index(degradation)])
            path = folder / f"{degradation}_{strength:g}_{place}.png"
            photo = hard_photo(page, degradation=degradation, strength=strength, rng=rng)
            Image.fromarray(photo).save(path, compress_level=1)
            text = text_to_read(page, degradation=degradation, strength=strength)
            path.with_suffix(".gt.txt").write_text(text, encoding="utf-8", newline="\n")
            rows[degradation, strength].append((path, text))
    return rows


def start(command, paths):
    """Run a peer in the background: the process, and the file that it writes to."""
    arguments = [
        part for word in shlex.split(command) for part in (map(str, paths) if word == "{images}" else [word])
    ]
    out = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been read
    return subprocess.Popen(arguments, stdout=out, stderr=subprocess.DEVNULL), out


def texts_of(name, process, out, count):
    """Wait for a peer and part what it printed."""
    code = process.wait()
    with out:
        out.seek(0)
        texts = out.read().decode("utf-8", "replace").split("\f")
    if code or len(texts) != count:
        message = f"peer {name}: found exit code {code} and {len(texts)} texts, expected 0 and {count}"
        raise click.ClickException(message)
    return texts


def cer(photos, texts):
    """Pooled error rate in percent, case ignored."""
    pairs = [(right, texts[path]) for path, right in photos]
    return 100 * pooled(score_page(right, read) for right, read in pairs).cer_caseless


def report(rows, read):
    """Print one row for each degradation and strength, one column for each program."""
    click.echo("| degradation | strength | " + " | ".join(read) + " |\n|---|---|" + "---|" * len(read))
    clean = {name: cer(rows[CLEAN, 0.0], texts) for name, texts in read.items()}
    for (degradation, strength), photos in rows.items():
        cells = []
        for name, texts in read.items():
            rate = cer(photos, texts)
            cells.append(f"{rate:.1f}" if degradation == CLEAN else f"{rate:.1f} ({rate - clean[name]:+.1f})")
        measure = "" if degradation == CLEAN else f"{strength:g}"
        click.echo(f"| {degradation} | {measure} | " + " | ".join(cells) + " |")
    units = dict.fromkeys(name for name, _ in rows if name != CLEAN)
    click.echo("\nStrengths: " + "; ".join(f"{name}: {DEGRADATIONS[name].unit}" for name in units) + ".")


def measure(pages, names, folder, *, seed, model, peers):
    rows = take_photos(pages, names, folder, seed)
    paths = [path for photos in rows.values() for path, _ in photos]
    running = {name: start(command, paths) for name, command in peers.items()}
    reader = Reader(model)
    read = {"ocr": {path: reader.read(path).text for path in paths}}
    for name, (process, out) in running.items():
        read[name] = dict(zip(paths, texts_of(name, process, out, len(paths)), strict=True))
    report(rows, read)


@click.command()
@click.option("--fonts", type=click.Path(exists=True, path_type=Path), help="Folder of handwriting fonts.")
@click.option("--pages", default=4, show_default=True, type=click.IntRange(1, PAGE_COUNT))
@click.option("--degradations", "names", help="Some of them, separated by commas; all if left out.")
@click.option("--peer", "peers", multiple=True, metavar="NAME=COMMAND", help="Another program; repeatable.")
@click.option("--keep", type=click.Path(path_type=Path), help="Leave the pictures in this folder.")
@click.option("--model", help="Shipped model or path.")
@click.option("--seed", default=1, show_default=True)
def main(*, fonts, pages, names, peers, keep, model, seed):
    """Measure hard photos."""
    chosen = names.split(",") if names else list(DEGRADATIONS)
    unknown = sorted(set(chosen) - set(DEGRADATIONS))
    if unknown:
        message = f"found {', '.join(unknown)}, expected some of {', '.join(DEGRADATIONS)}"
        raise click.BadParameter(message)
    commands = dict(peer.split("=", 1) for peer in peers)
    written = clean_pages(pages, fonts=fonts, seed=seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measure(written, chosen, folder, seed=seed, model=model, peers=commands)


if __name__ == "__main__":
    main()
