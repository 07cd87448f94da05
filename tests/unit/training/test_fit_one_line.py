"""Pictures that a line fills, and the choice between two readings of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from ocr.errors import DataError
from ocr.recognition.one_line_choice import Evidence
from ocr.training import fit_one_line
from ocr.training.fit_one_line import JudgedPicture, draw_picture, fit, judged_pictures
from unit.training.test_line_samples import sources  # noqa: F401

EVIDENCE = Evidence(1.0, 2.0, -1.0, -0.5, 0.25, 0.5)


def test_pictures_show_their_text_with_little_paper_around_it(sources):  # noqa: F811
    rng = np.random.default_rng(5)
    drawn = [one for one in (draw_picture(sources, rng) for _ in range(60)) if one is not None]
    assert len(drawn) > 30
    assert {0, 2} <= {text.count("\n") for _, text in drawn} <= {0, 1, 2}
    assert min(len(text) for _, text in drawn) == 1
    for gray, _ in drawn:
        assert gray.dtype == np.uint8
        rows, cols = np.nonzero(gray < 200)
        assert max(rows.min(), cols.min()) < 62


@pytest.mark.parametrize(
    ("on_page", "as_line", "expected"),
    [("lx", [(1, 0)], [(True, 1)]), ("lo", [(1,)], [(False, 1)]), ("LO", [(1, 0)], [])],
)
def test_readings_are_compared_by_their_errors(monkeypatch, on_page, as_line, expected):
    page = SimpleNamespace(lines=[SimpleNamespace(text=on_page)])
    reader = SimpleNamespace(
        model=None,
        language=None,
        labels=SimpleNamespace(names=("o", "l")),
        read=lambda _: SimpleNamespace(layout=None, recognized=None),
    )
    found = SimpleNamespace(evidence=EVIDENCE, reading=SimpleNamespace(words=as_line))
    monkeypatch.setattr(fit_one_line.PageReader, "shipped", lambda: reader)
    monkeypatch.setattr(fit_one_line, "draw_picture", lambda *_: (np.zeros((9, 9), np.uint8), "lo"))
    monkeypatch.setattr(fit_one_line, "reread", lambda *_: page)
    monkeypatch.setattr(fit_one_line, "may_be_one_line", lambda *_: True)
    monkeypatch.setattr(fit_one_line, "read_as_one_line", lambda *_: found)
    judged = list(judged_pictures(None, 1, None))
    assert [(one.is_better, one.difference) for one in judged] == expected
    assert all(one.evidence == EVIDENCE for one in judged)


def test_the_fit_prefers_what_was_better():
    rng = np.random.default_rng(2)
    pictures = []
    for _ in range(200):
        left_out = float(rng.random())
        evidence = EVIDENCE._replace(left_out=left_out, score=float(rng.normal()))
        pictures.append(JudgedPicture(evidence, left_out > 0.5, 1.0))
    found = Evidence(*fit(pictures))
    assert found.left_out > 3
    assert abs(found.score) < 1


def test_pictures_that_favour_one_reading_are_refused():
    with pytest.raises(DataError, match="found 3 pictures that all favour one reading"):
        fit([JudgedPicture(EVIDENCE, is_better=True, difference=2.0)] * 3)
