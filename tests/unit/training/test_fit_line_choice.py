"""Which reading of a disputed line is the better one, and by how much."""

from types import SimpleNamespace

import numpy as np
import pytest

from ocr.errors import DataError
from ocr.recognition.decoder import Step
from ocr.recognition.line_choice import Evidence
from ocr.recognition.line_reading import Dispute
from ocr.training import fit_line_choice
from ocr.training.fit_line_choice import JudgedLine, fit, judged_lines

NAMES = ("a", "b", "c", "d")
EVIDENCE = Evidence(*np.arange(10.0))


def judged(monkeypatch, tmp_path, truth, together, network):
    """What is judged of one dispute on a page with a transcript."""

    def words(text):
        return tuple(tuple(NAMES.index(letter) for letter in word) for word in text.split())

    steps = [
        Step(0, label, bool(place == 0 and number))
        for number, word in enumerate(words(together))
        for place, label in enumerate(word)
    ]
    reading = SimpleNamespace(words=words(network), scores=SimpleNamespace(logs=None))
    dispute = Dispute(SimpleNamespace(), SimpleNamespace(steps=steps), reading)
    page = SimpleNamespace(layout=None, recognized=SimpleNamespace(recognized_lines=()))
    reader = SimpleNamespace(labels=SimpleNamespace(names=NAMES), words=None, read=lambda _: page)
    monkeypatch.setattr(fit_line_choice.PageReader, "shipped", lambda: reader)
    monkeypatch.setattr(fit_line_choice, "disputes", lambda *_: [dispute])
    monkeypatch.setattr(fit_line_choice, "evidence_of", lambda *_: EVIDENCE)
    (tmp_path / "page.gt.txt").write_text(truth, encoding="utf-8")
    return list(judged_lines([tmp_path / "page.png"]))


@pytest.mark.parametrize(
    ("together", "network", "expected"),
    [("abcd ac", "abcd aa", [(False, 1)]), ("aacc bb", "abcd ac", [(True, 4)]), ("abcd ab", "abcd aa", [])],
)
def test_readings_are_compared_with_the_line_that_fits(monkeypatch, tmp_path, together, network, expected):
    found = judged(monkeypatch, tmp_path, "ddd ddd\nABCD AC\n", together, network)
    assert [(line.network_is_better, line.difference) for line in found] == expected
    assert all(line.evidence == EVIDENCE for line in found)


def test_evidence_of_one_kind_alone_is_refused():
    lines = [JudgedLine(EVIDENCE, network_is_better=True, difference=2.0)] * 3
    with pytest.raises(DataError, match="found 3 lines that all favour one reading"):
        fit(lines)
