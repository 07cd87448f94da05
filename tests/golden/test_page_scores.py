"""Errors on pages of other people, as they were measured last: what is made faster must read the same.

The pages themselves are no part of this project; only the counts are. A count may move by a few edits between
machines, whose matrix products round differently. Whoever reads better writes the new count here.
"""

import functools
from pathlib import Path

import pytest

from ocr.evaluation.page_scores import pooled, score_page
from ocr.reader import Reader

SHARED = Path(__file__).resolve().parents[3] / "shared"
# So many pages of a folder are read, its first ones: all of them take minutes, and page_sets.py reads them.
PAGES = 4
# Edits, case ignored, over these pages.
EDITS = {
    "data/pages/cmu_hw5": 0,
    "data/pages/block_photos": 1,
    "data/pages/block_words": 0,
    "data/pages/forms_fields": 1,
    "data/pages/print_photos": 10,
    "data/pages/nist_hsf": 7,
    "data/pages/cmu18752_chars": 22,
    "data/pages/csafe_lowres": 69,
    "bench/testset/emnist": 5,
    "bench/testset/synth": 2,
}
FEWEST, SHARE = 3, 0.02


@functools.cache
def reader():
    return Reader()


def texts(folder):
    """The first pictures of a folder and what is written on them."""
    for text in sorted(folder.glob("*.gt.txt"))[:PAGES]:
        (picture,) = (path for path in folder.glob(text.name.removesuffix(".gt.txt") + ".*") if path != text)
        yield picture, text.read_text(encoding="utf-8")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the pages of other people are not here")
@pytest.mark.parametrize("name", EDITS)
def test_errors_are_those_measured_last(name):
    score = pooled(score_page(right, reader().read(picture).text) for picture, right in texts(SHARED / name))
    slack = max(FEWEST, round(SHARE * EDITS[name]))
    assert score.edits_caseless <= EDITS[name] + slack, "worse than it was"
    assert score.edits_caseless >= EDITS[name] - slack, "better than it was: put the new count here"
