"""Sure, fair and doubtful mean the same in the overlay, in the HTML report, and on the page that explains."""

import re
from pathlib import Path

import pytest

import ocr
from ocr.document.bands import DOUBTFUL, SURE, confidence_band
from ocr.document.html_report import to_html
from ocr.document.tree import Character, Document, Line, Page, Word
from ocr.geometry import Box
from ocr.view.drawing import AMBER, BLUE, VERMILION, confidence_color

ROOT = Path(ocr.__file__).parents[1]
COLORS = {"sure": BLUE, "fair": AMBER, "doubtful": VERMILION}
PROBABILITIES = (0.0, DOUBTFUL - 1e-6, DOUBTFUL, SURE - 1e-6, SURE, 1.0)


def report(probability):
    word = Word((Character("A", Box(2, 2, 8, 8), probability),))
    return to_html(Document((Page((Line((word,)),), 20, 20),)))


@pytest.mark.parametrize("probability", PROBABILITIES)
def test_overlay_and_report_agree(probability):
    band = confidence_band(probability)
    assert confidence_color(probability) == COLORS[band]
    assert f'class="word {band}' in report(probability)
    assert ('<mark class="' in report(probability)) == (band != "sure")


def test_the_legend_names_the_thresholds():
    legend = report(1.0)
    assert f"sure, from {100 * SURE:.0f} %" in legend
    assert f"fair, from {100 * DOUBTFUL:.0f} %" in legend


@pytest.mark.parametrize("path", ["docs/how-to/correct.md", "docs/formats.md"])
def test_the_documentation_names_the_thresholds(path):
    text = " ".join((ROOT / path).read_text(encoding="utf-8").split())
    if path.endswith("formats.md"):
        assert f"sure ({100 * SURE:.0f} % and more)" in text
        assert f"fairly sure ({100 * DOUBTFUL:.0f} % and more)" in text
    else:
        assert f"*sure* from a probability of {SURE} on, *doubtful* below {DOUBTFUL}" in text


def test_no_other_module_has_thresholds_of_its_own():
    pattern = re.compile(r"probability (?:<|>=) 0\.\d")
    found = [
        path.name
        for package in ("view", "document")
        for path in (ROOT / "ocr" / package).glob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_page_that_corrects_marks_the_same_characters():
    editor = (ROOT / "ocr" / "web" / "page" / "editor.js").read_text(encoding="utf-8")
    assert re.findall(r"DOUBTFUL = ([\d.]+);", editor) == [str(DOUBTFUL)]
