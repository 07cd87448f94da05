"""Pages whose pixels are known to be writing, printed line or ground."""

import numpy as np
import pytest

from ocr.synthesis.annotated_page import draw_annotated_page
from ocr.synthesis.canvas_words import PenTraces, StrokeWords, random_text
from ocr.synthesis.sheet_drawing import SheetDrawing, layer
from ocr.synthesis.sheet_kinds import SHEET_KINDS

BAR_AND_STEM = [
    np.array([[0.0, -1.0], [0.8, -1.0]], np.float32),
    np.array([[0.4, -1.0], [0.4, 0.0]], np.float32),
]


def drawing(seed=0):
    return SheetDrawing((14, 9), 30.0, StrokeWords(), None, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", SHEET_KINDS)
def test_every_kind_of_sheet_is_written_on(kind):
    pages = [drawing(seed) for seed in range(4)]
    for page in pages:
        kind(page)
    assert any(layer(page.ink).max() > 0.3 for page in pages)


@pytest.mark.parametrize("name", ["ruled_sheet", "_squared", "_dotted", "_comb", "_table"])
def test_printed_paper_has_lines_beside_the_writing(name):
    kind = next(kind for kind in SHEET_KINDS if kind.__name__ == name)
    page = drawing(1)
    kind(page)
    assert 0.001 < (layer(page.rules) > 0.1).mean() < 0.5


def test_a_sheet_without_lines_has_none():
    page = drawing(2)
    next(iter(SHEET_KINDS))(page)
    assert not layer(page.rules).any()


def test_a_page_tells_apart_what_makes_it_dark():
    pages = [draw_annotated_page(StrokeWords(), rng=np.random.default_rng(seed)) for seed in range(6)]
    for page in pages:
        assert page.gray.dtype == np.uint8
        assert page.gray.shape == page.writing.shape == page.lines.shape
        for one in (page.writing, page.lines):
            assert one.min() >= 0
            assert one.max() <= 1
    written = [page for page in pages if (page.writing > 0.4).any()]
    assert len(written) >= 4
    darker = [
        page.gray[page.writing > 0.4].mean() < np.median(page.gray[page.writing < 0.01]) for page in written
    ]
    assert np.mean(darker) > 0.7


def test_the_seed_decides_the_page():
    first, again = (
        draw_annotated_page(StrokeWords(), labels=StrokeWords(), rng=np.random.default_rng(8))
        for _ in range(2)
    )
    assert (first.gray == again.gray).all()
    assert (first.writing == again.writing).all()


def test_a_hand_writes_its_own_strokes():
    page = drawing()
    hand = PenTraces([BAR_AND_STEM], singles=[0])
    width = hand.draw(
        page.ink, (100, 200), letter_px=60, pen_px=4, shade=255, single=True, rng=np.random.default_rng(0)
    )
    ink = np.asarray(page.ink) > 0
    rows, cols = np.nonzero(ink)
    assert width == pytest.approx(0.8 * 60)
    assert abs(rows.min() - 140) <= 3
    assert abs(rows.max() - 200) <= 3
    assert abs(cols.min() - 100) <= 3
    assert abs(cols.max() - 148) <= 3


def test_a_single_character_is_one():
    rng = np.random.default_rng(0)
    assert {len(random_text(rng, single=True)) for _ in range(50)} == {1}
    assert max(len(random_text(rng, single=False)) for _ in range(50)) > 1
