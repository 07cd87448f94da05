"""How much fewer errors a model makes on pages of a writer after it has learnt from some of them.

    python tests/benchmarks/learning.py STROKES [--writers 12] [--words 32] [--pages 1 2 4] [--emnist DIR]
        [--save rows.json] [--part 0 2]
    python tests/benchmarks/learning.py --folders PAGES/ANNA PAGES/BERT

STROKES is ``unipen_words.npz``, see :mod:`ocr.datasets.pen_strokes`. Of each writer of providers that nothing
is learnt from, with 11 words a page at least, eight pages are composed: four to correct and four to test, of
other samples. Writers that a setting was chosen on are left out. The model learns from one, two and four
pages as ``ocr learn`` does, and is not used if it reads worse the lines that it has not learnt. Pages are
read as by ``ocr read``, with and without cuts.
With --emnist: also the change on test characters. With --save: writers in that file are not measured again.
With --part I N: of every N writers the one at place I, so that several processes share the work.

With --folders: each has pictures of one writer with NAME.gt.txt beside them. The model learns from the first
half of them, and is tested on the others.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from pen_pages import compose_page, words_of_writers

from ocr.classifier.model_file import load_model
from ocr.datasets.emnist import LabelledImages, load
from ocr.datasets.pen_strokes import HELD_OUT_PROVIDERS, load_pen_strokes
from ocr.errors import DataError
from ocr.evaluation.edit_distance import edit_distance
from ocr.evaluation.model_scores import labelled_scores
from ocr.files import model_path
from ocr.image.picture import Picture
from ocr.language.ngram import load_language
from ocr.learning.corrected_pages import CorrectedLine, prepare_page
from ocr.learning.learn_hand import learn_hand
from ocr.learning.line_errors import read_again
from ocr.learning.own_model import lines_of, pages_of_folder

MOST, TESTED, SEED, SAMPLE = 4, 4, 20261128, 6000
FEWEST_WORDS = 11
# How the line network learns was chosen on these.
TUNED_ON = {("kar", one) for one in ("mjh_0055", "mol_0023", "mch_0005", "mrn_0028")}
TUNED_ON |= {("nic", one) for one in ("MARK", "MIEP", "TINEKE", "KEES")}


def pages_of(strokes, ids, words, model, language):
    """Compose eight pages of one writer, and read them."""
    rng = np.random.default_rng(SEED)
    order, found = rng.permutation(ids), []
    for number in range(MOST + TESTED):
        page = compose_page(strokes, order[number * words : (number + 1) * words], rng)
        lines = [CorrectedLine(line) for line in page.text.splitlines()]
        picture = Picture(page.gray)
        found.append((prepare_page(picture, lines, model=model, language=language, turn_deg=0), page.text))
    return found


def pages_in(folder, model, language):
    """Read the pictures of a folder."""
    return [
        (prepare_page(Picture(path), lines_of(text), model=model, language=language), text.strip())
        for path, text in pages_of_folder(folder)
    ]


def errors(pages, model, language):
    """Character errors in percent, pooled."""
    edits = sum(
        edit_distance(text, "\n".join(filter(None, read_again(page, model, language))))
        for page, text in pages
    )
    return 100 * edits / sum(len(text) for _, text in pages)


def emnist_sample(folder):
    """Some test characters of EMNIST by merge."""
    whole = load("bymerge", "test", data=folder)
    rows = np.random.default_rng(SEED).permutation(len(whole.labels))[:SAMPLE]
    return LabelledImages(whole.images[rows], whole.labels[rows], whole.classes, whole.split)


def accuracy(model, images):
    """Accuracy in percent on 47 classes."""
    return 100 * labelled_scores(model, images, test="emnist-bymerge-test", split="bymerge")[0]["accuracy"]


def measured(name, learnt_from, tests, counts, *, model, language):
    """Errors on the test pages before, and after learning from so many pages; and the last model."""
    row = {"writer": name, "before": errors(tests, model, language)}
    learnt = None
    for count in counts:
        began, processor = time.monotonic(), time.process_time()
        try:
            learnt = learn_hand([page for page, _ in learnt_from[:count]], model, language, name="mine")
        except DataError as error:  # too few lines
            print(name, count, error)
            row[str(count)] = row["before"]
            continue
        row[f"seconds_{count}"] = round(time.monotonic() - began)
        row[f"processor_{count}"] = round(time.process_time() - processor)
        row[f"used_{count}"] = learnt.is_better
        known = language.with_words(learnt.model.writer.words)
        row[str(count)] = errors(tests, learnt.model, known) if learnt.is_better else row["before"]
    return row, learnt


def show(row):
    print({name: round(one, 2) if isinstance(one, float) else one for name, one in row.items()}, flush=True)


def writers_of(strokes, classes, count):
    """Writers of held-out providers, every provider in turn, of each those with the most words first."""
    writers = words_of_writers(strokes, classes)
    known = {one for one in writers if one[0] not in HELD_OUT_PROVIDERS} | TUNED_ON
    fewest = (MOST + TESTED) * FEWEST_WORDS
    writers = {one: ids for one, ids in writers.items() if one not in known and len(ids) >= fewest}
    ranked = sorted(writers, key=lambda one: -len(writers[one]))
    places = {one: [other for other in ranked if other[0] == one[0]].index(one) for one in ranked}
    chosen = sorted(ranked, key=lambda one: (places[one], -len(writers[one])))
    return {one: writers[one] for one in chosen[:count]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("strokes", type=Path, nargs="?")
    parser.add_argument("--writers", type=int, default=12)
    parser.add_argument("--words", type=int, default=32, help="on a page, at most")
    parser.add_argument("--pages", type=int, nargs="+", default=[1, 2, MOST], help="to learn from")
    parser.add_argument("--emnist", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--part", type=int, nargs=2, default=(0, 1))
    parser.add_argument("--folders", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    model, language = load_model(model_path()), load_language("english")
    for folder in options.folders:
        pages = pages_in(folder, model, language)
        half = (len(pages) + 1) // 2
        show(measured(folder.name, pages[:half], pages[half:], [half], model=model, language=language)[0])
    if options.strokes is None:
        return
    strokes = load_pen_strokes(options.strokes)
    chosen = writers_of(strokes, model.classes, options.writers)
    images = None if options.emnist is None else emnist_sample(options.emnist)
    known = None if images is None else accuracy(model, images)
    rows = json.loads(options.save.read_text()) if options.save and options.save.exists() else []
    for writer, ids in list(chosen.items())[options.part[0] :: options.part[1]]:
        name = "-".join(writer)
        if name in {row["writer"] for row in rows}:
            continue
        words = min(options.words, len(ids) // 8)
        pages = pages_of(strokes, ids, words, model, language)
        row, learnt = measured(
            name, pages[:MOST], pages[MOST:], options.pages, model=model, language=language
        )
        row["words"] = MOST * words
        if images is not None and learnt is not None:
            row["emnist"] = accuracy(replace(learnt.model, priors=model.priors), images) - known
        rows.append(row)
        show(row)
        if options.save:
            options.save.write_text(json.dumps(rows, indent=1) + "\n")
    report(rows, options.pages, with_emnist=images is not None)


def report(rows, counts, *, with_emnist):
    """Print what all writers have in common."""
    print(f"median before {np.median([row['before'] for row in rows]):.1f} %")
    for count in map(str, counts):
        shares = [row[count] / row["before"] for row in rows if row["before"]]
        worst = max(row[count] - row["before"] for row in rows)
        print(f"{count} pages: {np.median([row[count] for row in rows]):.1f} %,", end=" ")
        print(f"after over before {np.median(shares):.2f}, worst writer {worst:+.1f} points")
    if with_emnist:
        changes = [row["emnist"] for row in rows if "emnist" in row]
        print(f"EMNIST by merge: {np.mean(changes):+.2f} points on average, {min(changes):+.2f} at worst")


if __name__ == "__main__":
    main()
