import re
from pathlib import Path

import pytest

import ocr
from ocr.document.bands import DOUBTFUL_COLOR
from ocr.document.web_page import web_page
from ocr.view.drawing import confidence_color

# The page of `ocr serve` is no document: its sheet stands alone.
SHEETS = sorted(path for path in Path(ocr.__file__).parent.rglob("*.css") if path.parts[-3] != "web")
SHARED = Path(ocr.__file__).parent / "document" / "web_page.css"


def test_a_page_is_whole_and_its_title_escaped():
    page = web_page("a & <b>", "<p>x</p>", style="p { margin: 0; }")
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "<title>a &amp; &lt;b&gt;</title>" in page
    assert page.index("--paper") < page.index("p { margin: 0; }") < page.index("<p>x</p>")


def test_odd_bytes_of_names_are_replaced():
    page = web_page("a\udcc3.png", "<h1>a\udcc3.png\0</h1>", style="")
    assert page.encode().count("\ufffd".encode()) == 3


@pytest.mark.parametrize(("script", "allowed"), [("", False), ("let a = 1;", True)])
def test_scripts_run_only_where_there_is_one(script, allowed):
    page = web_page("a", "", style="", script=script)
    policy = re.search('Content-Security-Policy" content="(.*?)"', page)[1]
    assert policy.startswith("default-src 'none'; img-src data:")
    assert ("script-src" in policy) == allowed == ("<script>" in page)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colors_are_chosen_in_one_place(path):
    text = path.read_text(encoding="utf-8")
    assert (":root" in text) == (path == SHARED)
    shared = set(re.findall(r"(--[\w-]+):", SHARED.read_text(encoding="utf-8")))
    own = set(re.findall(r"(--[\w-]+):", text))
    # A bar may be told its color, a cell of the matrix its share: the page says these.
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= shared | own | {"--bar", "--v"}


def test_doubt_has_one_color_in_every_output():
    editor = Path(ocr.__file__).parent / "web" / "page" / "style.css"
    found = {
        one: set(re.findall(r"--doubt(?:ful|-edge): ([^;]+);", one.read_text(encoding="utf-8")))
        for one in (SHARED, editor)
    }
    assert found == {SHARED: {DOUBTFUL_COLOR}, editor: {DOUBTFUL_COLOR}}
    assert "#{:02x}{:02x}{:02x}".format(*confidence_color(0.5)) == DOUBTFUL_COLOR
    grounds = [
        re.findall(r"--doubt(?:ful-ground)?: ([^;]+);", one.read_text(encoding="utf-8")) for one in found
    ]
    assert grounds[0] == grounds[1]
