"""A picture read as one line: how its ink is found, when that is tried, and which reading is kept."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from ocr import Reader
from ocr.document.mark_kind import MarkKind
from ocr.geometry import Box
from ocr.image.picture import Picture
from ocr.page.layout import find_layout
from ocr.page.scale import WORKING_HEIGHT_PX
from ocr.recognition import one_line_choice
from ocr.recognition.one_line import one_line_layout
from ocr.recognition.one_line_choice import (
    Evidence,
    may_be_one_line,
    one_line_or_page,
    one_line_probability,
    read_as_one_line,
)
from ocr.recognition.recognize import recognize
from unit.page.drawings import as_bytes, written

READER = Reader()
MODEL, LANGUAGE = READER.model, READER.language


def drawn(*lines, letter_height_px=40):
    """A page of drawn letters, and where each lies."""
    page = written(*lines, letter_height_px=letter_height_px)
    return as_bytes(page.gray), page.characters


def word(text="hundred", *, margin=3, height=40):
    """A word in one stroke, its letters joined at the baseline, with this margin in pixels."""
    gray, characters = drawn(text, letter_height_px=height)
    gray = gray.copy()
    for left, right in pairwise(characters):
        row = min(left.box.bottom, right.box.bottom) - 3
        gray[row - 2 : row + 2, left.box.right - 4 : right.box.left + 5] = 40
    rows, cols = np.nonzero(gray < 128)
    top, left = rows.min() - margin, cols.min() - margin
    return gray[top : rows.max() + 1 + margin, left : cols.max() + 1 + margin]


def reading_of(gray):
    layout = find_layout(Picture(gray))
    return layout, recognize(layout, MODEL, LANGUAGE)


def prefer_one_line(monkeypatch, *, is_tried=True):
    monkeypatch.setattr(one_line_choice, "one_line_probability", lambda _: 1.0)
    if is_tried:
        monkeypatch.setattr(one_line_choice, "may_be_one_line", lambda *_: True)


@pytest.mark.parametrize("height", [16, 40, 120])
@pytest.mark.parametrize("margin", [1, 30])
def test_letters_have_the_working_height_whatever_the_picture(height, margin):
    layout = one_line_layout(Picture(word(margin=margin, height=height)))
    assert len(layout.lines) == 1
    # The strokes that join the letters lie at the baseline and make them seem smaller.
    ink_px = layout.components.boxes[:, 2].max() - layout.components.boxes[:, 0].min()
    assert WORKING_HEIGHT_PX <= ink_px < 2 * WORKING_HEIGHT_PX
    components = layout.components
    box = layout.source_box(Box.around(components.box(index) for index in range(len(components))))
    assert (box.top, box.left) == pytest.approx((margin, margin), abs=2 + height / 20)


def test_light_ink_on_a_dark_ground_and_specks_are_seen_as_on_paper():
    gray = word(margin=20)
    gray[2:4, 2:4] = 0
    inverted = one_line_layout(Picture(255 - gray))
    assert inverted.components.areas.min() > 500
    assert inverted.components.areas.sum() == inverted.ink.mask.sum()
    assert inverted.gray.mean() > 128


def test_the_edge_of_a_table_is_no_ink_of_the_line():
    gray = np.pad(word(margin=30), ((0, 0), (60, 0)), constant_values=250)
    gray[:, :50] = 60
    layout = one_line_layout(Picture(gray))
    box = layout.source_box(Box.around(layout.components.box(n) for n in range(len(layout.components))))
    assert box.left == pytest.approx(90, abs=5)


def test_blank_paper_is_no_line():
    assert one_line_layout(Picture(np.full((60, 200), 240, np.uint8))) is None


def test_a_word_is_read_without_its_layout():
    gray = word()
    layout, page = reading_of(gray)
    found = read_as_one_line(Picture(gray), layout, page, MODEL, LANGUAGE)
    assert len(found.reading.words) == 1
    assert found.evidence.left_out < 0.2
    assert found.evidence.sureness > -1


def test_ink_in_no_character_is_left_out():
    gray = word()
    layout, page = reading_of(gray)
    blank = replace(page, lines=(), recognized_lines=())
    evidence = read_as_one_line(Picture(gray), layout, blank, MODEL, LANGUAGE).evidence
    assert evidence.left_out == 1
    assert one_line_probability(evidence) > 0.9


def test_what_is_chosen_has_boxes_in_the_picture(monkeypatch):
    prefer_one_line(monkeypatch)
    gray = word(margin=20)
    page = Reader(turn_deg=0).read(gray).pages[0]
    assert [line.text.lower() for line in page.lines] == ["hundred"]
    boxes = [character.box for character in page.characters]
    assert [box.left for box in boxes] == sorted(box.left for box in boxes)
    assert all(0 <= box.top < box.bottom <= page.height for box in boxes)
    assert boxes[0].left == pytest.approx(20, abs=4)
    assert boxes[-1].right == pytest.approx(page.width - 20, abs=4)


def test_a_page_with_a_charset_or_another_model_stays(monkeypatch):
    prefer_one_line(monkeypatch)
    gray = word()
    layout, page = reading_of(gray)
    digits = SimpleNamespace(classes=tuple("0123456789"))
    assert one_line_or_page(Picture(gray), layout, page, digits, LANGUAGE) == (layout, page)
    assert Reader(charset="digits").read(gray).text.replace(" ", "").replace("\n", "").isdigit()


def test_it_is_tried_where_the_layout_is_doubtful():
    layout, page = reading_of(drawn("HELLO")[0])
    surely = tuple(replace(line, score=0.0) for line in page.recognized_lines)
    assert not may_be_one_line(layout, replace(page, recognized_lines=surely))
    hardly = tuple(replace(line, score=-3.0 * len(line.steps)) for line in surely)
    assert may_be_one_line(layout, replace(page, recognized_lines=hardly))
    assert may_be_one_line(layout, replace(page, recognized_lines=()))
    mark = SimpleNamespace(reason=MarkKind.DRAWING)
    assert may_be_one_line(replace(layout, rejected=(mark,)), replace(page, recognized_lines=surely))


def test_a_page_of_many_lines_or_a_sheet_is_not_tried():
    layout, page = reading_of(drawn("ONE", "TWO", "THREE", "FOUR")[0])
    assert len(page.recognized_lines) == 4
    assert not may_be_one_line(layout, page)
    layout, page = reading_of(drawn("HELLO")[0])
    hardly = replace(
        page,
        recognized_lines=tuple(replace(line, score=-9.0 * len(line.steps)) for line in page.recognized_lines),
    )
    assert may_be_one_line(layout, hardly)
    assert not may_be_one_line(replace(layout, sheet=np.ones(layout.gray.shape, bool)), hardly)


@pytest.mark.parametrize(
    ("text", "sureness", "expected"), [("hat", -0.5, True), ("at", -0.5, False), ("hat", -2.0, False)]
)
def test_a_blank_page_is_a_word_only_if_that_is_read_surely(text, sureness, expected):
    _, page = reading_of(word())
    blank = replace(page, lines=(), recognized_lines=())
    evidence = Evidence(1.0, 5.0, 0.0, sureness, 1.0, 2.0)
    found = SimpleNamespace(evidence=evidence, reading=SimpleNamespace(words=(text,)))
    assert one_line_choice._is_better(found, blank) == expected


def test_evidence_counts_as_it_should():
    usual = Evidence(1.0, 0.0, -0.5, -1.0, 0.0, 0.0)
    assert one_line_probability(usual) < 0.5
    for better in (
        usual._replace(language=10.0),
        usual._replace(score=-3.0),
        usual._replace(sureness=0.0),
        usual._replace(left_out=0.6),
        usual._replace(longer=1.0),
    ):
        assert one_line_probability(better) > one_line_probability(usual)
