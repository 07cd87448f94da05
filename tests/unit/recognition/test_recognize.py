"""From a layout to its text: what a page and its lines carry."""

import numpy as np
import pytest

from ocr.image.picture import Picture
from ocr.language.ngram import load_language
from ocr.page.layout import find_layout
from ocr.reader import Reader
from ocr.recognition.recognize import chosen_crops, is_joined, recognize
from ocr.synthesis.stroke_writer import StrokeWriter
from ocr.synthesis.written_page import PageSettings, write_page

MODEL, ENGLISH = Reader().model, load_language("english")


@pytest.fixture(scope="module")
def layout():
    drawn = write_page(
        ("HUT 27", "MAN"),
        writer=StrokeWriter(),
        settings=PageSettings(letter_height_px=40),
        rng=np.random.default_rng(3),
    )
    return find_layout(Picture(np.rint(drawn.gray * 255).astype(np.uint8)))


@pytest.fixture(scope="module")
def page(layout):
    return recognize(layout, MODEL, ENGLISH)


def test_a_page_has_its_text_and_how_each_line_was_read(page):
    assert [line.text for line in page.lines] == ["HUT 27", "MAN"]
    assert [len(line.steps) for line in page.recognized_lines] == [5, 3]
    assert page.rejected_lines == ()
    assert page.character_count == 8
    assert page.writing_score == pytest.approx(4, abs=0.5), "half a point for each sure character"
    assert page.score == sum(line.score for line in page.recognized_lines)
    assert not is_joined(page)


def test_each_line_carries_its_own_arrays(layout, page):
    for line in page.recognized_lines:
        lattice = line.lattice
        count, classes = len(lattice.candidates), len(MODEL.classes)
        assert lattice.shape_log_probabilities.shape == lattice.log_probabilities.shape == (count, classes)
        np.testing.assert_allclose(np.exp(lattice.log_probabilities).sum(axis=1), 1)
        assert len(lattice.segments) - 1 == lattice.space_logits.size == lattice.is_cut.size
        assert np.isneginf(lattice.space_logits[lattice.is_cut]).all()
        assert lattice.line_metrics.cap_height_px == pytest.approx(layout.text_height_px, rel=0.25)
        tops = lattice.line_metrics.extents(lattice.boxes)[:, 0]
        assert np.median(tops) == pytest.approx(1, abs=0.25), "capitals are one cap height high"


def test_a_page_is_read_again_with_other_characters_from_its_lattices(layout, page):
    allowed = np.array([name in "HUT27MAN" for name in MODEL.classes])
    again = recognize(layout, MODEL, ENGLISH, lattices=page.lattices, allowed=allowed)
    anew = recognize(layout, MODEL, ENGLISH, allowed=allowed)
    assert [line.text for line in again.lines] == [line.text for line in anew.lines] == ["HUT 27", "MAN"]
    assert again.score == anew.score
    forbidden = again.recognized_lines[0].lattice.shape_log_probabilities[:, ~allowed][:, :-1]
    assert np.isneginf(forbidden).all()
    assert np.isfinite(page.lattices[0].shape_log_probabilities).all(), "what was given was changed"


def test_crops_are_those_of_the_characters(layout, page):
    crops = chosen_crops(layout, page.recognized_lines)
    assert crops.shape == (8, 28, 28)
    assert crops.max() <= 1


def test_a_blank_page_has_nothing():
    blank = find_layout(Picture(np.full((60, 80), 255, np.uint8)))
    page = recognize(blank, MODEL, ENGLISH)
    assert page.lines == page.recognized_lines == page.rejected_lines == page.lattices == ()
    assert (page.writing_score, page.character_count, page.score) == (0, 0, 0)
