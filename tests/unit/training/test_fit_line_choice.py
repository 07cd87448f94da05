"""Which reading of a disputed line is the better one, and by how much."""

from types import SimpleNamespace

import numpy as np
import pytest

from ocr.errors import DataError
from ocr.recognition.decoder import Step
from ocr.recognition.line_choice import Evidence
from ocr.recognition.line_parts import LinePart
from ocr.recognition.line_reading import Dispute
from ocr.training import fit_line_choice
from ocr.training.fit_line_choice import JudgedPart, fit, judged_parts, part_errors

EVIDENCE = Evidence(*np.arange(14.0))
RIGHT = ["ddd ddd", "ABCD AC"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("abcd", "abcd"), ("ac", "aa")], [(0, 0), (0, 1)]),
        ([("aacc", "abcd"), ("bb", "ac")], [(2, 0), (2, 0)]),
        ([("abcd", "abbb"), ("ab", "ac")], [(0, 2), (1, 0)]),
        ([("xyxyxy", "zzzzzz"), ("y", "z")], [(0, 0), (0, 0)]),
    ],
)
def test_each_part_is_judged_in_the_line_that_fits(parts, expected):
    found = part_errors(parts, [line.lower() for line in RIGHT])
    assert found == [pytest.approx(one) for one in expected]


def test_a_page_without_text_judges_nothing():
    assert part_errors([("a", "b")], ["", "  "]) == [(0.0, 0.0)]


@pytest.mark.parametrize(
    ("evidence", "texts", "expected"),
    [
        (EVIDENCE, ("aa", "ab"), [(True, 1)]),
        (EVIDENCE, ("ab", "aa"), [(False, 1)]),
        (EVIDENCE, ("aa", "bb"), []),
        (None, ("ab", "ab"), []),
    ],
)
def test_parts_of_which_one_reading_is_better_are_judged(monkeypatch, tmp_path, evidence, texts, expected):
    lines = [
        SimpleNamespace(steps=[Step(0, "ab".index(letter), space_before=False) for letter in text])
        for text in texts
    ]
    reader = SimpleNamespace(labels=SimpleNamespace(names=("a", "b")), words=None, read=lambda _: page)
    page = SimpleNamespace(layout=None, recognized=SimpleNamespace(recognized_lines=()))
    monkeypatch.setattr(fit_line_choice.PageReader, "shipped", lambda: reader)
    monkeypatch.setattr(fit_line_choice, "disputes", lambda *_: [Dispute(None, None, None)])
    monkeypatch.setattr(fit_line_choice, "line_parts", lambda *_: [LinePart(*lines, evidence)])
    (tmp_path / "page.gt.txt").write_text("AB\n", encoding="utf-8")
    found = list(judged_parts([tmp_path / "page.png"]))
    assert [(part.network_is_better, round(part.difference)) for part in found] == expected
    assert all(part.evidence == EVIDENCE for part in found)


def test_evidence_of_one_kind_alone_is_refused():
    lines = [JudgedPart(EVIDENCE, network_is_better=True, difference=2.0)] * 3
    with pytest.raises(DataError, match="found 3 parts of lines that all favour one reading"):
        fit(lines)
